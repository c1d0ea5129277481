package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"

	"congvan/desk"
	"congvan/gate"
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
)

func badField(field, reason string) error {
	return errBadRequest.With("fields", map[string]string{field: reason})
}

// statuses are the HTTP statuses of codes that only the API has.
var statuses = map[string]int{
	errBadRequest.Code: http.StatusBadRequest, errKeyMissing.Code: http.StatusBadRequest,
	errMethod.Code: http.StatusMethodNotAllowed,
	errAccept.Code: http.StatusNotAcceptable, errMediaType.Code: http.StatusUnsupportedMediaType,
	errTooLarge.Code: http.StatusRequestEntityTooLarge, errIfMatch.Code: http.StatusPreconditionRequired,
	errUploadType.Code: http.StatusUnsupportedMediaType, errTusVersion.Code: http.StatusPreconditionFailed,
}

// retryAfter is how many seconds a client waits before it asks again.
const retryAfter = "5"

// refuseInput answers for the generated code when it cannot read a request that
// passed the contract. Its error quotes the input, so it goes nowhere.
func (s *server) refuseInput(w http.ResponseWriter, r *http.Request, _ error) {
	s.Refuse(w, r, errBadRequest)
}

// answer answers with a problem.
func answer(w http.ResponseWriter, r *http.Request, refusal *routing.Error, status int) {
	writeProblem(w, refusal, status, gate.CallOf(r.Context()).ID)
}

func writeProblem(w http.ResponseWriter, refusal *routing.Error, status int, requestID string) {
	members := maps.Clone(refusal.Details)
	if members == nil {
		members = map[string]any{}
	}
	maps.Copy(members, map[string]any{
		"type": base + "/docs#" + refusal.Code, "title": gate.Title(status), "status": status,
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
