// Package register is the page on which a clerk takes documents into the book:
// the form, what its files say of it, the twins of what is typed, and the number
// that comes next.
package register

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"

	"congvan/desk"
	"congvan/gate"
	"congvan/routing"
	"congvan/web/ui"
	"congvan/web/visit"
)

// Pages are the pages of this folder.
func Pages() []visit.Page {
	return []visit.Page{
		{Method: "GET", Path: "/register", Handle: show},
		{Method: "POST", Path: "/register", Handle: receive, Class: gate.ClassUpload},
		{Method: "GET", Path: "/register/number", Handle: showNumber},
		{Method: "GET", Path: "/register/twins", Handle: showTwins, Class: gate.ClassSearch},
		{Method: "GET", Path: "/register/files", Handle: showFiles},
		{Method: "GET", Path: "/register/files/{id}", Handle: sendFile},
	}
}

// view is what the page shows.
type view struct {
	Form    form
	Known   desk.Registering
	Fault   *routing.Error
	Wiped   bool // what was typed was a state secret: nothing of it stays
	Files   []desk.Upload
	Sources map[string]source
	Twins   []routing.Document
	Missed  bool // the document before was registered, and could not be presented
	Lost    bool // it was registered, and one of its files got lost
	Today   string
	Account string
}

var errUploadGone = &routing.Error{Fault: routing.Conflict, Code: "upload-gone",
	Message: "Tệp đã gửi không còn ở máy chủ (quá hạn, hoặc máy chủ khởi động lại); chưa vào sổ, hãy gửi lại tệp rồi ghi."}

func show(v *visit.Visit) error {
	known, err := v.Desk().Registering(v.Context(), v.Actor, routing.ID(v.Query("after")), routing.ID(v.Query("replaces")))
	if err != nil {
		return err
	}
	x := view{Form: blank(ui.NewKey(v.Context())), Known: known, Missed: v.Query("presented") == "no", Lost: v.Query("files") == "lost"}
	if known.Before != nil {
		x.Form = after(*known.Before, x.Form.Key)
	}
	if known.Stands != nil {
		x.Form.Replaces = string(known.Stands.ID)
	}
	return answer(v, http.StatusOK, x)
}

// receive takes the form in: with new files it comes back filled with what they
// say, otherwise the document is registered.
func receive(v *visit.Visit) error {
	var came []desk.Upload
	err := v.FormWithFiles(func(name string, content io.Reader) error {
		up, err := upload(v, name, content)
		if err == nil {
			came = append(came, up)
		}
		return err
	})
	f := formOf(v)
	for _, up := range came {
		f.Uploads = append(f.Uploads, up.ID)
	}
	if err != nil {
		return refuse(v, f, err)
	}
	switch take, drop := v.Value("take"), routing.ID(v.Value("drop")); {
	case drop != "":
		f.Uploads = without(f.Uploads, drop)
		if err := v.Desk().DropUpload(v.Context(), v.Actor, drop); err != nil && routing.FaultOf(err) != routing.NotFound {
			return err
		}
		return again(v, f, nil, http.StatusOK, nil)
	case take != "":
		return again(v, f, nil, http.StatusOK, func(f *form, s map[string]source) { f.take(take, s) })
	case len(came) > 0 || v.Value("then") == "read":
		return again(v, f, nil, http.StatusOK, (*form).fill)
	}
	return register(v, f)
}

// upload takes one file of a form in.
func upload(v *visit.Visit, name string, content io.Reader) (desk.Upload, error) {
	const unknown = -1
	up, err := v.Desk().BeginUpload(v.Context(), v.Actor, "", name, unknown)
	if err != nil {
		return up, err
	}
	return v.Desk().AppendUpload(v.Context(), v.Actor, up.ID, 0, content)
}

func without(ids []routing.ID, id routing.ID) (out []routing.ID) {
	for _, x := range ids {
		if x != id {
			out = append(out, x)
		}
	}
	return out
}

// register writes the document into the book, presents it if that was asked for,
// and goes where the clerk wants to be.
func register(v *visit.Visit, f form) error {
	in, wrong := f.registration(v.Now())
	if err := faultsOf(in, wrong, v.Now()); err != nil {
		return refuse(v, f, err)
	}
	then := v.Value("then")
	if then == "present" && f.PresentTo == "" {
		return refuse(v, f, routing.ErrField.With("fields", map[string]string{"to": "hãy chọn người nhận trình"}))
	}
	req, err := v.Request()
	if err != nil {
		return err
	}
	event, err := v.Desk().RegisterWith(v.Context(), v.Actor, in, f.Uploads, req)
	if lost := (*routing.Error)(nil); errors.As(err, &lost) && lost.Code == desk.ErrUploadLost.Code { // it has its number
		return v.Go(fmt.Sprintf("/register?after=%s&files=lost", lost.Details["documentId"]), "")
	}
	if routing.FaultOf(err) == routing.NotFound {
		err = errUploadGone
	}
	if err != nil {
		return refuse(v, f, err)
	}
	next := "/register?after=" + string(event.DocumentID)
	switch then {
	case "present":
		req.Key += "/present"
		if _, err := v.Desk().Present(v.Context(), v.Actor, event.DocumentID, routing.ID(f.PresentTo), "", 0, req); err != nil {
			if fault, _ := v.Refusal(err); fault == nil {
				return err
			}
			next += "&presented=no"
		}
		return v.Go(next, "")
	case "open":
		return v.Go("/documents/"+string(event.DocumentID), string(routing.ActRegister))
	default:
		return v.Go(next, "")
	}
}

// refuse shows the form again with what was refused. Of a state secret nothing
// stays: not what was typed, and not the files.
func refuse(v *visit.Visit, f form, err error) error {
	if errors.Is(err, routing.ErrStateSecret) {
		for _, id := range f.Uploads {
			if err := v.Desk().DropUpload(v.Context(), v.Actor, id); err != nil && routing.FaultOf(err) != routing.NotFound {
				return err
			}
		}
		f = blank(ui.NewKey(v.Context()))
	}
	if errors.Is(err, routing.ErrReused) { // an answer was lost, and the form changed since
		f.Key = ui.NewKey(v.Context())
		err = routing.ErrReused.Saying("Lần gửi trước đã vào sổ, với nội dung trước khi sửa; hãy xem sổ văn bản đến trước khi ghi lần nữa.")
	}
	return v.Again(err, func(fault *routing.Error, status int) error { return again(v, f, fault, status, nil) })
}

// again shows the form with what stands in it, after change has done something to
// it by what its files say.
func again(v *visit.Visit, f form, fault *routing.Error, status int, change func(*form, map[string]source)) error {
	known, err := v.Desk().Registering(v.Context(), v.Actor, "", routing.ID(f.Replaces))
	if err != nil {
		return err
	}
	x := view{Form: f, Known: known, Fault: fault, Wiped: errors.Is(asError(fault), routing.ErrStateSecret)}
	if f.Key == "" || !ui.IsFor(v.Context(), f.Key) {
		x.Form.Key = ui.NewKey(v.Context())
	}
	x.Files, x.Form.Uploads = staged(v, f.Uploads)
	x.Sources = sourcesOf(x.Form, x.Files, known.Issuers, v.Now())
	if change != nil {
		change(&x.Form, x.Sources)
	}
	if !x.Wiped {
		in, _ := x.Form.registration(v.Now())
		if x.Twins, err = v.Desk().Twins(v.Context(), v.Actor, in); err != nil && routing.FaultOf(err) != routing.Invalid {
			return err
		}
	}
	return answer(v, status, x)
}

// asError keeps a nil refusal a nil error.
func asError(fault *routing.Error) error {
	if fault == nil {
		return nil
	}
	return fault
}

// staged are the uploads that are still there; one that has ended is left out, and
// the form no longer names it.
func staged(v *visit.Visit, ids []routing.ID) (files []desk.Upload, left []routing.ID) {
	for _, id := range ids {
		if up, err := v.Desk().ShowUpload(v.Context(), v.Actor, id); err == nil && up.Whole {
			files, left = append(files, up), append(left, id)
		}
	}
	return files, left
}

func answer(v *visit.Visit, status int, x view) error {
	x.Today, x.Account = ui.Day(v.Now()), v.Actor.Username
	if x.Sources == nil {
		x.Sources = map[string]source{}
	}
	return v.ShowAs(status, ui.Page{Title: "Vào sổ văn bản đến", Nav: "/register", Wide: true, Scripts: []string{"register.page.js"}}, page(x))
}

// showNumber is the number that comes next, alone.
func showNumber(v *visit.Visit) error {
	n, year, err := v.Desk().NextNumber(v.Context(), v.Actor)
	if err != nil {
		return err
	}
	return v.Show(ui.Page{Title: "Số đến tiếp theo", Nav: "/register"}, nextNumber(n, year))
}

// showTwins is what stands in the book under the same number, notation and issuer.
func showTwins(v *visit.Visit) error {
	in := routing.Registration{Issuer: v.Query("issuer")}
	in.CodeNumber, in.CodeNotation = splitCode(v.Query("codeNumber"), v.Query("codeNotation"))
	list, err := v.Desk().Twins(v.Context(), v.Actor, in)
	if err != nil {
		return err
	}
	return v.Show(ui.Page{Title: "Văn bản trùng", Nav: "/register"}, twins(list))
}

// showFiles is what came in, and what it says of the form.
func showFiles(v *visit.Visit) error {
	var ids []routing.ID
	for _, id := range v.R.URL.Query()["upload"] {
		ids = append(ids, routing.ID(id))
	}
	known, err := v.Desk().Registering(v.Context(), v.Actor, "", "")
	if err != nil {
		return err
	}
	x := view{Known: known}
	x.Files, x.Form.Uploads = staged(v, ids[:min(len(ids), mostUploads)])
	x.Sources = sourcesOf(x.Form, x.Files, x.Known.Issuers, v.Now())
	return v.Show(ui.Page{Title: "Tệp của văn bản", Nav: "/register"}, filesAndFound(x))
}

// sendFile shows a file that is not registered yet to who sent it. It never runs.
func sendFile(v *visit.Visit) error {
	file, err := v.Desk().ReadUpload(v.Context(), v.Actor, v.ID("id"))
	if err != nil {
		return err
	}
	h := v.W.Header()
	maps.Copy(h, http.Header{
		"Content-Type": {file.MediaType}, "Content-Disposition": {"inline"}, "Cache-Control": {"no-store"}, "Cross-Origin-Resource-Policy": {"same-origin"},
		"Content-Security-Policy": {"sandbox; default-src 'none'; frame-ancestors 'self'"},
	})
	http.ServeContent(v.W, v.R, "", v.Now(), file)
	return nil
}
