package gate

import (
	"errors"
	"net/http"

	"congvan/desk"
	"congvan/routing"
)

// The refusals of the gates.
var (
	// ErrInternal is all that is said outside of a fault of the house.
	ErrInternal = &routing.Error{Fault: routing.Internal, Code: "internal",
		Message: "Hệ thống gặp sự cố; hãy thử lại, nếu vẫn lỗi hãy báo quản trị kèm mã yêu cầu."}
	// ErrNoRoute is an address that there is not.
	ErrNoRoute = &routing.Error{Fault: routing.NotFound, Code: "not-found", Message: "Không có địa chỉ này."}
	// ErrTooMany says that somebody has asked too often.
	ErrTooMany = &routing.Error{Fault: routing.Unavailable, Code: "too-many-requests",
		Message: "Có quá nhiều yêu cầu trong một phút; hãy chờ một phút rồi thử lại."}
	// ErrCrossSite refuses what another site lets a browser send.
	ErrCrossSite = &routing.Error{Fault: routing.NotAllowed, Code: "cross-site",
		Message: "Yêu cầu đến từ trang khác nên không được nhận; hãy thao tác trên chính trang của hệ thống."}
)

// statuses is the mapping from faults to HTTP.
var statuses = map[routing.Fault]int{
	routing.Internal: http.StatusInternalServerError, routing.Invalid: http.StatusUnprocessableEntity,
	routing.NotFound: http.StatusNotFound, routing.NotAllowed: http.StatusForbidden, routing.Conflict: http.StatusConflict,
	routing.Stale: http.StatusPreconditionFailed, routing.Unavailable: http.StatusServiceUnavailable,
}

// statusesByCode are the exceptions: where HTTP has a more exact word.
var statusesByCode = map[string]int{
	desk.ErrUnauthenticated.Code: http.StatusUnauthorized,
	ErrTooMany.Code:              http.StatusTooManyRequests,
	desk.ErrTwoCredentials.Code:  http.StatusBadRequest, desk.ErrCodeAwaited.Code: http.StatusUnauthorized,
	desk.ErrLogin.Code: http.StatusUnauthorized, desk.ErrSlowed.Code: http.StatusTooManyRequests,
	desk.ErrFileTooLarge.Code: http.StatusRequestEntityTooLarge, desk.ErrFileType.Code: http.StatusUnsupportedMediaType,
	desk.ErrFilePage.Code:     http.StatusUnsupportedMediaType,
	desk.ErrUploadBroken.Code: http.StatusBadRequest,
	desk.ErrUploadBusy.Code:   http.StatusLocked, desk.ErrUploadQuota.Code: http.StatusTooManyRequests,
	desk.ErrUploadSpace.Code: http.StatusInsufficientStorage, desk.ErrStorageFull.Code: http.StatusInsufficientStorage,
}

var titles = map[int]string{
	400: "Yêu cầu chưa đúng", 401: "Chưa đăng nhập", 403: "Không có thẩm quyền", 404: "Không tìm thấy",
	405: "Phương thức không được nhận", 406: "Kiểu trả lời không có", 409: "Trạng thái không cho phép", 412: "Nội dung đã thay đổi",
	413: "Quá lớn", 415: "Kiểu nội dung không được nhận", 422: "Nội dung chưa hợp lệ", 423: "Đang được dùng", 428: "Thiếu phiên bản", 429: "Quá nhiều yêu cầu",
	500: "Sự cố hệ thống", 503: "Tạm thời chưa phục vụ được", 507: "Hết chỗ lưu",
}

// Title is what an HTTP status is called on screen; empty if it has no name here.
func Title(status int) string { return titles[status] }

// RefusalOf finds the refusal in an error and its HTTP status. What is none of
// ours, and every internal fault, says nothing of itself outside.
func (f *Face) RefusalOf(err error) (*routing.Error, int) {
	var refusal *routing.Error
	if !errors.As(err, &refusal) {
		refusal = ErrInternal
	}
	if status, ok := f.Statuses[refusal.Code]; ok {
		return refusal, status
	}
	if status, ok := statusesByCode[refusal.Code]; ok {
		return refusal, status
	}
	return refusal, statuses[refusal.Fault]
}
