package ui

import "context"

// stages say what somebody has a document for: docs/ledger.md.
var stages = map[string]string{
	"registering": "Vào sổ", "presenting": "Trình", "direction": "Cho ý kiến", "receipt": "Xác nhận đã nhận", "work": "Xử lý",
	"consent": "Cho ý kiến về dự thảo", "approval": "Duyệt báo cáo", "return": "Trả lời việc chuyển trả",
}

// StageName is a stage of the ledger in Vietnamese.
func StageName(stage string) string { return stages[stage] }

// Hours says a number of seconds of office hours: 3 giờ 20 phút.
func Hours(ctx context.Context, seconds int64) string {
	switch h, m := seconds/3600, seconds/60%60; {
	case seconds <= 0:
		return "–"
	case h == 0:
		return T(ctx, "%d phút", max(1, m))
	case m == 0:
		return T(ctx, "%d giờ", h)
	default:
		return T(ctx, "%d giờ %d phút", h, m)
	}
}
