package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"

	"congvan/desk"
	"congvan/postgres"
	"congvan/routing"
)

// The refusals of the API itself. What the desk refuses passes through as it is.
var (
	errBadRequest = &routing.Error{Fault: routing.Invalid, Code: "bad-request",
		Message: "Yêu cầu chưa đúng quy cách; hãy sửa các mục được nêu."}
	errKeyMissing = &routing.Error{Fault: routing.Invalid, Code: "idempotency-key-missing",
		Message: "Thiếu mã yêu cầu (Idempotency-Key); hãy gửi kèm một mã riêng cho mỗi yêu cầu."}
	errUnauthenticated = desk.ErrUnauthenticated
	errNoRoute         = &routing.Error{Fault: routing.NotFound, Code: "not-found",
		Message: "Không có địa chỉ này; hãy xem tài liệu tại " + base + "/docs."}
	errMethod = &routing.Error{Fault: routing.Invalid, Code: "method-not-allowed",
		Message: "Địa chỉ này không nhận phương thức vừa dùng."}
	errAccept = &routing.Error{Fault: routing.Invalid, Code: "not-acceptable",
		Message: "Không trả lời được theo kiểu dữ liệu nêu trong Accept."}
	errMediaType = &routing.Error{Fault: routing.Invalid, Code: "media-type",
		Message: "Nội dung gửi lên phải là application/json, không nén."}
	errTooLarge = &routing.Error{Fault: routing.Invalid, Code: "body-too-large",
		Message: "Nội dung gửi lên lớn hơn 1 MiB; hãy rút gọn."}
	errIfMatch = &routing.Error{Fault: routing.Invalid, Code: "if-match-missing",
		Message: "Thiếu phiên bản đã xem (If-Match); hãy mở nội dung rồi gửi kèm ETag của nó."}
	errBusy = &routing.Error{Fault: routing.Unavailable, Code: "busy",
		Message: "Hệ thống đang bận; hãy thử lại sau ít giây."}
	errNotReady = &routing.Error{Fault: routing.Unavailable, Code: "record-unavailable",
		Message: "Cơ sở dữ liệu không trả lời."}
	errInternal = &routing.Error{Fault: routing.Internal, Code: "internal",
		Message: "Hệ thống gặp sự cố; hãy thử lại, nếu vẫn lỗi hãy báo quản trị kèm mã yêu cầu."}
)

func badField(field, reason string) error {
	return errBadRequest.With("fields", map[string]string{field: reason})
}

// statuses is the mapping from faults to HTTP.
var statuses = map[routing.Fault]int{
	routing.Internal: http.StatusInternalServerError, routing.Invalid: http.StatusUnprocessableEntity,
	routing.NotFound: http.StatusNotFound, routing.NotAllowed: http.StatusForbidden, routing.Conflict: http.StatusConflict,
	routing.Stale: http.StatusPreconditionFailed, routing.Unavailable: http.StatusServiceUnavailable,
}

// statusesByCode are the exceptions: where HTTP has a more exact word.
var statusesByCode = map[string]int{
	errBadRequest.Code: http.StatusBadRequest, errKeyMissing.Code: http.StatusBadRequest,
	errUnauthenticated.Code: http.StatusUnauthorized, errMethod.Code: http.StatusMethodNotAllowed,
	errAccept.Code: http.StatusNotAcceptable, errMediaType.Code: http.StatusUnsupportedMediaType,
	errTooLarge.Code: http.StatusRequestEntityTooLarge, errIfMatch.Code: http.StatusPreconditionRequired,
	errTooMany.Code:             http.StatusTooManyRequests,
	desk.ErrTwoCredentials.Code: http.StatusBadRequest, desk.ErrCodeAwaited.Code: http.StatusUnauthorized,
	desk.ErrLogin.Code: http.StatusUnauthorized, desk.ErrSlowed.Code: http.StatusTooManyRequests,
	desk.ErrFileTooLarge.Code: http.StatusRequestEntityTooLarge, desk.ErrFileType.Code: http.StatusUnsupportedMediaType,
	desk.ErrFilePage.Code: http.StatusUnsupportedMediaType, errUploadType.Code: http.StatusUnsupportedMediaType,
	desk.ErrUploadBroken.Code: http.StatusBadRequest, errTusVersion.Code: http.StatusPreconditionFailed,
	desk.ErrUploadBusy.Code: http.StatusLocked, desk.ErrUploadQuota.Code: http.StatusTooManyRequests,
	desk.ErrUploadSpace.Code: http.StatusInsufficientStorage, desk.ErrStorageFull.Code: http.StatusInsufficientStorage,
}

var titles = map[int]string{
	400: "Yêu cầu chưa đúng", 401: "Chưa đăng nhập", 403: "Không có thẩm quyền", 404: "Không tìm thấy",
	405: "Phương thức không được nhận", 406: "Kiểu trả lời không có", 409: "Trạng thái không cho phép", 412: "Nội dung đã thay đổi",
	413: "Quá lớn", 415: "Kiểu nội dung không được nhận", 422: "Nội dung chưa hợp lệ", 423: "Đang được dùng", 428: "Thiếu phiên bản", 429: "Quá nhiều yêu cầu",
	500: "Sự cố hệ thống", 503: "Tạm thời chưa phục vụ được", 507: "Hết chỗ lưu",
}

// retryAfter is how many seconds a client waits before it asks again.
const retryAfter = "5"

// refusalOf finds the refusal in an error and its HTTP status. What is none of
// ours, and every internal fault, says nothing of itself outside.
func refusalOf(err error) (*routing.Error, int) {
	var refusal *routing.Error
	if !errors.As(err, &refusal) {
		refusal = errInternal
	}
	if status, ok := statusesByCode[refusal.Code]; ok {
		return refusal, status
	}
	return refusal, statuses[refusal.Fault]
}

// refuse answers with a problem. What broke here is logged in full, without
// what the request carried.
func (s *server) refuse(w http.ResponseWriter, r *http.Request, err error) {
	c := callOf(r.Context())
	refusal, status := refusalOf(err)
	c.code = refusal.Code
	s.noteRefusal(r, c, status)
	if status >= 500 && r.Context().Err() == nil {
		s.log.Error("request failed", "request", c.id, "route", c.route, "code", refusal.Code, "error", postgres.WithoutContent(err))
	}
	writeProblem(w, refusal, status, c.id)
}

// refuseInput answers for the generated code when it cannot read a request that
// passed the contract. Its error quotes the input, so it goes nowhere.
func (s *server) refuseInput(w http.ResponseWriter, r *http.Request, _ error) {
	s.refuse(w, r, errBadRequest)
}

func writeProblem(w http.ResponseWriter, refusal *routing.Error, status int, requestID string) {
	members := maps.Clone(refusal.Details)
	if members == nil {
		members = map[string]any{}
	}
	maps.Copy(members, map[string]any{
		"type": base + "/docs#" + refusal.Code, "title": titles[status], "status": status,
		"detail": refusal.Message, "code": refusal.Code, "requestId": requestID,
	})
	h := w.Header()
	for _, name := range []string{"Content-Disposition", "Content-Length", "ETag", "Location"} {
		h.Del(name)
	}
	h.Set("Content-Type", "application/problem+json")
	switch status {
	case http.StatusUnauthorized:
		h.Set("WWW-Authenticate", `Bearer realm="congvan"`)
	case http.StatusServiceUnavailable:
		h.Set("Retry-After", retryAfter)
	case http.StatusConflict:
		if refusal.Code == desk.ErrReceiptPending.Code {
			h.Set("Retry-After", retryAfter)
		}
	case http.StatusTooManyRequests:
		if seconds, ok := refusal.Details["retryAfter"]; ok {
			h.Set("Retry-After", fmt.Sprint(seconds))
		}
	}
	writeJSON(w, status, members)
}

// writeJSON writes an answer that the generated code does not write.
func writeJSON(w http.ResponseWriter, status int, v any) {
	var body bytes.Buffer
	enc := json.NewEncoder(&body)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic(fmt.Sprintf("api: %T is no JSON", v)) // a programming error; observe answers
	}
	if w.Header().Get("Content-Type") == "" {
		w.Header().Set("Content-Type", "application/json")
	}
	w.WriteHeader(status)
	_, _ = w.Write(body.Bytes()) // the client went away: nobody is left to tell
}
