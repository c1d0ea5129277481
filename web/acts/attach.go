package acts

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"regexp"
	"slices"
	"time"

	"congvan/desk"
	"congvan/gate"
	"congvan/routing"
	"congvan/web/ui"
	"congvan/web/visit"
)

const uploadClass = gate.ClassUpload

var (
	errUpload = &routing.Error{Fault: routing.Invalid, Code: "bad-request",
		Message: "Tệp gửi lên không đọc được; hãy chọn tệp rồi gửi lại."}
	errNoFile = &routing.Error{Fault: routing.Invalid, Code: "file-missing",
		Message: "Chưa chọn tệp; hãy chọn một tệp rồi gửi."}
)

// attachView is what the form to attach a file shows.
type attachView struct {
	Document desk.View
	Fault    *routing.Error
	Dialog   bool
	Limit    int64 // bytes
}

func showAttach(v *visit.Visit) error { return attachForm(v, nil, http.StatusOK) }

func attachForm(v *visit.Visit, fault *routing.Error, status int) error {
	view, err := v.Desk().Document(v.Context(), v.Actor, v.ID("id"))
	if err != nil {
		return err
	}
	if fault == nil && !slices.Contains(view.May, routing.ActAttach) {
		return errNotOffered
	}
	return v.ShowAs(status, ui.Page{Title: "Đính kèm tệp", Nav: "/documents"},
		attachPage(attachView{Document: view, Fault: fault, Dialog: v.Fragment(), Limit: v.Desk().UploadLimits().File}))
}

// attach takes one file in. It goes to the desk as it comes; nothing of it is
// kept here, so a refused file has to be chosen again.
func attach(v *visit.Visit) error {
	err := attachFile(v)
	if err == nil {
		return v.Go("/documents/"+string(v.ID("id"))+"#files", string(routing.ActAttach))
	}
	return v.Again(err, func(fault *routing.Error, status int) error { return attachForm(v, fault, status) })
}

var plainKey = regexp.MustCompile(`^[A-Za-z0-9_-]{8,128}$`)

func attachFile(v *visit.Visit) error {
	until, conn := time.Now().Add(gate.FileTimeout), http.NewResponseController(v.W)
	_ = conn.SetReadDeadline(until) // not supported in some tests
	_ = conn.SetWriteDeadline(until)
	parts, err := v.R.MultipartReader()
	if err != nil {
		return errUpload
	}
	var key, replaces string
	for {
		part, err := parts.NextPart()
		switch {
		case errors.Is(err, io.EOF):
			return errNoFile
		case err != nil:
			return errUpload
		}
		switch part.FormName() {
		case "key":
			key = short(part)
		case "replaces":
			replaces = short(part)
		case "file":
			if part.FileName() == "" {
				return errNoFile
			}
			if !plainKey.MatchString(key) {
				return errUpload
			}
			_, err = v.Desk().AttachFile(v.Context(), v.Actor, v.ID("id"),
				desk.NewFile{Name: part.FileName(), Content: part, Size: -1, Replaces: replaces}, routing.Request{Key: key})
			return err
		}
	}
}

// short reads a part that holds a word.
func short(part *multipart.Part) string {
	text, err := io.ReadAll(io.LimitReader(part, 200))
	if err != nil {
		return ""
	}
	return string(text)
}
