package document

import (
	"context"
	"strings"
	"time"

	"congvan/routing"
	"congvan/web/ui"
)

func joined(list []string) string { return strings.Join(list, ", ") }

// notified says whether the sender of an electronic document knows that it came.
func notified(ctx context.Context, p *page) string {
	switch {
	case !p.NotifiedAt.IsZero():
		return ui.Moment(p.NotifiedAt)
	case !p.NoticeDue.IsZero():
		return ui.T(ctx, "chưa, hạn %s", ui.Moment(p.NoticeDue))
	default:
		return ui.T(ctx, "chưa")
	}
}

// slipRoles are the words of the decree's form.
var slipRoles = map[routing.Role]string{
	routing.Lead: "Giao chủ trì", routing.Coordinate: "Giao phối hợp", routing.Execute: "Giao thực hiện", routing.Inform: "Để biết",
}

// slipDues are the deadlines behind the names of a role.
func slipDues(dues []time.Time) (out string) {
	for _, due := range dues {
		out += "; thời hạn " + ui.Moment(due)
	}
	return out
}

// flagNames say what stands out in a file.
var flagNames = map[string]string{
	"pdf-script": "có mã lệnh", "pdf-launch": "chạy chương trình khác", "pdf-open-action": "tự làm gì đó khi mở", "pdf-embedded-file": "có tệp bên trong",
	"pdf-form": "biểu mẫu XFA", "pdf-sends": "gửi hoặc lấy dữ liệu", "pdf-media": "có phim, âm thanh, hình 3D", "pdf-opaque": "có phần không đọc được",
	"pdf-revisions": "đã sửa sau khi lưu", "pdf-truncated": "tệp bị cụt", "embedded-object": "có tệp bên trong", "external-content": "lấy nội dung từ nơi khác",
	"external-template": "mẫu nằm ở máy khác", "image-pages": "ảnh rất nhiều trang",
}

func flagName(flag string) string {
	if name, ok := flagNames[flag]; ok {
		return name
	}
	return flag
}
