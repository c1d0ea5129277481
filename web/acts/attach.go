package acts

import (
	"io"
	"net/http"
	"slices"

	"congvan/desk"
	"congvan/routing"
	"congvan/web/ui"
	"congvan/web/visit"
)

var errNoFile = &routing.Error{Fault: routing.Invalid, Code: "file-missing", Message: "Chưa chọn tệp; hãy chọn một tệp rồi gửi."}

// attachView is what the form to attach a file shows.
type attachView struct {
	Document desk.View
	Fault    *routing.Error
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
		attachPage(attachView{Document: view, Fault: fault, Limit: v.Desk().UploadLimits().File}))
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

func attachFile(v *visit.Visit) error {
	taken := false
	err := v.FormWithFiles(func(name string, content io.Reader) error {
		req, err := v.Request()
		if err != nil {
			return err
		}
		taken = true
		_, err = v.Desk().AttachFile(v.Context(), v.Actor, v.ID("id"),
			desk.NewFile{Name: name, Content: content, Size: -1, Replaces: v.Value("replaces")}, req)
		return err
	})
	if err == nil && !taken {
		err = errNoFile
	}
	return err
}
