package admin

import (
	"context"
	"strconv"
	"time"

	"congvan/routing"
	"congvan/web/inputs"
	"congvan/web/ui"
)

// measure is a unit in which spans are typed and read.
type measure struct {
	code  string
	name  string // after a number
	whole time.Duration
	part  func(*routing.Span) *time.Duration // nil: working days
}

func working(s *routing.Span) *time.Duration   { return &s.Working }
func immediate(s *routing.Span) *time.Duration { return &s.Immediate }
func plainTime(s *routing.Span) *time.Duration { return &s.Plain }

// measures are all of them; of one part the longest come first.
var measures = []measure{
	{"d", "ngày làm việc", 0, nil},
	{"wh", "giờ làm việc", time.Hour, working}, {"wm", "phút làm việc", time.Minute, working}, {"ws", "giây làm việc", time.Second, working},
	{"nh", "giờ, ngay", time.Hour, immediate}, {"nm", "phút, ngay", time.Minute, immediate}, {"ns", "giây, ngay", time.Second, immediate},
	{"ph", "giờ liên tục", time.Hour, plainTime}, {"pm", "phút liên tục", time.Minute, plainTime}, {"ps", "giây liên tục", time.Second, plainTime},
}

// splitSpan is a span as a number and a measure.
func splitSpan(s routing.Span) (amount int, m measure) {
	for _, m := range measures[1:] {
		if d := *m.part(&s); d != 0 && d%m.whole == 0 {
			return int(d / m.whole), m
		}
	}
	return s.Days, measures[0]
}

// joinSpan is the span of a number and a measure; false if there is no such one.
func joinSpan(amount int, code string) (s routing.Span, ok bool) {
	for _, m := range measures {
		if m.code != code {
			continue
		}
		if m.part == nil {
			s.Days = amount
		} else {
			*m.part(&s) = time.Duration(amount) * m.whole
		}
		return s, true
	}
	return s, false
}

// termWords is a term in words: "2 ngày làm việc", "trong ngày".
func termWords(ctx context.Context, s routing.Span) string {
	amount, m := splitSpan(s)
	if amount == 0 {
		return ui.T(ctx, "trong ngày")
	}
	return strconv.Itoa(amount) + " " + ui.T(ctx, m.name)
}

// rungWords says when a rung rings: "trước hạn 4 giờ làm việc".
func rungWords(ctx context.Context, s routing.Span) string {
	if s == (routing.Span{Plain: time.Second}) {
		return ui.T(ctx, "ngay khi quá hạn")
	}
	amount, m := splitSpan(s)
	if amount == 0 {
		return ui.T(ctx, "đúng lúc hết hạn")
	}
	if amount < 0 {
		return ui.T(ctx, "trước hạn %d %s", -amount, ui.T(ctx, m.name))
	}
	return ui.T(ctx, "quá hạn %d %s", amount, ui.T(ctx, m.name))
}

func measureOptions(ctx context.Context) (out []inputs.Option) {
	for _, m := range measures {
		out = append(out, inputs.Option{Value: m.code, Text: ui.T(ctx, m.name)})
	}
	return out
}

// kinds are the deadlines of a ladder in the order of the work.
var kinds = []routing.DeadlineKind{routing.AwaitNotice, routing.AwaitPresenting, routing.AwaitDirection, routing.AwaitReceipt,
	routing.AwaitReport, routing.AwaitApproval, routing.AwaitReturn, routing.AwaitDecision}

// kindWords is what a deadline waits for.
func kindWords(k routing.DeadlineKind) string {
	return map[routing.DeadlineKind]string{
		routing.AwaitNotice: "Báo nơi gửi đã nhận", routing.AwaitPresenting: "Trình", routing.AwaitDirection: "Cho ý kiến chỉ đạo",
		routing.AwaitReceipt: "Xác nhận đã nhận", routing.AwaitReport: "Xử lý và báo cáo", routing.AwaitApproval: "Duyệt báo cáo",
		routing.AwaitReturn: "Trả lời chuyển trả", routing.AwaitDecision: "Quyết định việc được hỏi",
	}[k]
}

// audienceWords is who is told.
func audienceWords(a routing.Audience) string {
	return map[routing.Audience]string{
		routing.TellHolder: "nơi phải làm", routing.TellClerk: "văn thư nơi phải làm", routing.TellHead: "thủ trưởng nơi phải làm",
		routing.TellGiver: "người giao", routing.TellChief: "Chánh Văn phòng", routing.TellDeputy: "Phó Chủ tịch phụ trách", routing.TellChairman: "Chủ tịch",
	}[a]
}

func audienceOptions(ctx context.Context) (out []inputs.Option) {
	for _, a := range routing.Audiences {
		out = append(out, inputs.Option{Value: string(a), Text: ui.T(ctx, audienceWords(a))})
	}
	return out
}
