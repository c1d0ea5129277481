package routing

import (
	"errors"
	"fmt"
)

// Fault says what kind of "no" an error is. Each face of the system (HTTP,
// workflow, terminal) has one mapping from Fault and none from single codes.
type Fault int

// The kinds of "no".
const (
	Internal    Fault = iota // a bug or a broken machine; details stay inside
	Invalid                  // the input breaks a rule; changing the input helps
	NotFound                 // there is no such thing, or not for this actor
	NotAllowed               // the actor sees the thing but may not do this
	Conflict                 // the thing is in a state that forbids the act
	Stale                    // the actor decided on an older version
	Unavailable              // something needed is down; trying later helps
)

// Error is a refusal. Code is for machines and never changes once released;
// Message is one Vietnamese sentence for people that says what to do.
type Error struct {
	Fault   Fault
	Code    string
	Message string
	// Details are facts a caller may show or act upon: the present state, the
	// units that are missing. They hold no more than the actor may see.
	Details map[string]any
}

func (e *Error) Error() string { return e.Code + ": " + e.Message }

// Is makes errors.Is compare by code, so that an error with details still is
// the error it is.
func (e *Error) Is(target error) bool {
	var other *Error
	return errors.As(target, &other) && other.Code == e.Code
}

// With returns a copy of the error that carries one more detail.
func (e *Error) With(key string, value any) *Error {
	details := make(map[string]any, len(e.Details)+1)
	for k, v := range e.Details {
		details[k] = v
	}
	details[key] = value
	return &Error{Fault: e.Fault, Code: e.Code, Message: e.Message, Details: details}
}

// Saying returns a copy of the error with a more exact sentence.
func (e *Error) Saying(format string, args ...any) *Error {
	return &Error{Fault: e.Fault, Code: e.Code, Message: fmt.Sprintf(format, args...), Details: e.Details}
}

// FaultOf returns the Fault of an error, Internal for any error that is not
// one of ours.
func FaultOf(err error) Fault {
	var e *Error
	if errors.As(err, &e) {
		return e.Fault
	}
	return Internal
}

// The refusals of the house. A sentence may be made more exact with Saying;
// the code stays.
var (
	ErrNotFound = &Error{NotFound, "not-found",
		"Không tìm thấy nội dung này trong phạm vi của bạn.", nil}
	ErrNotAllowed = &Error{NotAllowed, "not-allowed",
		"Chức vụ của bạn không thực hiện được việc này; hãy chuyển người có thẩm quyền.", nil}
	ErrStale = &Error{Stale, "stale",
		"Nội dung đã được người khác thay đổi; hãy mở lại rồi quyết định.", nil}
	ErrStateSecret = &Error{Invalid, "state-secret",
		"Không được đưa văn bản bí mật nhà nước vào hệ thống: không lưu gì ở đây; hãy chuyển văn bản giấy theo quy định bảo vệ bí mật nhà nước.", nil}

	ErrTransition = &Error{Conflict, "wrong-state",
		"Trạng thái hiện tại không cho phép bước này.", nil}
	ErrPartsOpen = &Error{Conflict, "parts-open",
		"Còn đơn vị chưa báo cáo phần việc của mình; hãy đôn đốc trước khi kết thúc.", nil}

	ErrField = &Error{Invalid, "invalid-field",
		"Thông tin nhập chưa đúng; hãy sửa các mục được nêu.", nil}
	ErrDuplicate = &Error{Conflict, "duplicate-document",
		"Văn bản này có thể đã vào sổ (trùng số, ký hiệu và cơ quan ban hành); nếu vẫn vào sổ, hãy ghi lý do.", nil}
	ErrUnit = &Error{Invalid, "unknown-unit",
		"Đơn vị không tồn tại hoặc đã ngừng hoạt động; hãy chọn lại đơn vị nhận.", nil}
	ErrRecipients = &Error{Invalid, "recipients",
		"Danh sách nơi nhận chưa đúng; mỗi đơn vị chỉ nêu một lần.", nil}
	ErrSideways = &Error{Invalid, "recipient-not-below",
		"Chỉ giao việc cho đơn vị cấp dưới; không giao ngang hoặc lên cấp trên.", nil}
	ErrIncomplete = &Error{Invalid, "direction-incomplete",
		"Ý kiến chỉ đạo chưa đủ 5 rõ; hãy bổ sung các mục được nêu.", nil}
	ErrLead = &Error{Invalid, "direction-lead",
		"Phải nêu đúng một đơn vị chủ trì.", nil}
	ErrDueMissing = &Error{Invalid, "due-missing",
		"Chưa có thời hạn giải quyết; hãy nhập thời hạn.", nil}
	ErrDuePast = &Error{Invalid, "due-past",
		"Thời hạn đã qua; hãy chọn một thời điểm trong tương lai.", nil}
	ErrDueFar = &Error{Invalid, "due-too-far",
		"Thời hạn quá xa; hãy chọn trong vòng 10 năm.", nil}
	ErrDueDayOff = &Error{Invalid, "due-day-off",
		"Thời hạn rơi vào ngày nghỉ; hãy chọn ngày làm việc.", nil}
	ErrDueBeforeReceipt = &Error{Invalid, "due-before-receipt",
		"Thời hạn giải quyết phải sau thời hạn xác nhận đã nhận.", nil}
	ErrReason = &Error{Invalid, "reason-missing",
		"Hãy ghi lý do, ít nhất 10 ký tự.", nil}
	ErrLeadNeeded = &Error{Conflict, "lead-needed",
		"Đơn vị chủ trì không bỏ được; hãy chuyển việc cho đơn vị khác chủ trì.", nil}
	ErrOnHold = &Error{Conflict, "on-hold",
		"Đang tạm dừng; hãy cho tiếp tục rồi thực hiện bước này.", nil}
	ErrDecided = &Error{Conflict, "decided-already",
		"Việc này đã được quyết định; hãy mở lại để xem kết quả.", nil}
	ErrDuePassed = &Error{Conflict, "due-passed",
		"Thời hạn đã qua nên không xin gia hạn được nữa; hãy báo cáo kết quả và nêu lý do chậm.", nil}
	ErrDueNotLater = &Error{Invalid, "due-not-later",
		"Thời hạn mới phải sau thời hạn đang có.", nil}
	ErrAsked = &Error{Conflict, "asked-already",
		"Đã có đề nghị gia hạn đang chờ quyết định; hãy chờ kết quả.", nil}
	ErrStages = &Error{Invalid, "consent-stages",
		"Quy trình lấy ý kiến chưa đúng: 1–10 bước, mỗi bước 1–20 đơn vị khác nhau, không gồm đơn vị soạn thảo.", nil}
	ErrLadder = &Error{Invalid, "unknown-ladder",
		"Thang đôn đốc này không có; hãy bỏ trống để dùng thang theo mức độ khẩn.", nil}
	ErrReused = &Error{Invalid, "idempotency-key-reused",
		"Mã yêu cầu (Idempotency-Key) đã dùng cho một nội dung khác; hãy gửi lại với mã mới.", nil}
)
