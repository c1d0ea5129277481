package visit

import (
	"io"
	"net/http"
	"net/url"

	"congvan/desk"
	"congvan/gate"
	"congvan/routing"
	"congvan/web/ui"
)

// writer is what components are written to.
type writer = io.Writer

// answer shows a refusal as a page, in words for people; who is not logged in is
// sent to do so.
func (s *Server) answer(w http.ResponseWriter, r *http.Request, refusal *routing.Error, status int) {
	v := s.visit(w, r)
	switch refusal.Code {
	case desk.ErrUnauthenticated.Code:
		v.toLogin("/login")
		return
	case desk.ErrCodeAwaited.Code:
		v.toLogin("/login/code")
		return
	case desk.ErrEnrolFirst.Code:
		v.toLogin("/account/second-factor")
		return
	}
	if status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "5")
	}
	if v.Fragment() {
		_ = v.write(status, ui.Fault(refusal))
		return
	}
	title := gate.Title(status)
	if title == "" {
		title = "Không thực hiện được"
	}
	p := ui.Page{Title: title, Plain: true}
	if routing.FaultOf(refusal) != routing.Internal && routing.FaultOf(refusal) != routing.Unavailable {
		p.Plain = false
	}
	sentence := v.T(refusal.Message)
	if status >= http.StatusInternalServerError {
		sentence += " (" + v.ID8() + ")"
	}
	if err := v.ShowAs(status, p, ui.Message(v.T(title), sentence, "/", v.T("Về trang chủ"))); err != nil {
		p.Plain = true
		_ = v.write(status, ui.Message(v.T(title), sentence, "/", v.T("Về trang chủ")))
	}
}

// ID8 is the beginning of the request's id: what people read to the administrator.
func (v *Visit) ID8() string { return v.Call.ID[:8] }

func (v *Visit) toLogin(path string) {
	if v.Fragment() {
		v.W.Header().Set("HX-Redirect", path)
		v.W.WriteHeader(http.StatusNoContent)
		return
	}
	if at := v.R.URL.RequestURI(); !gate.Unsafe(v.R.Method) && at != "/" {
		path += "?back=" + url.QueryEscape(at)
	}
	http.Redirect(v.W, v.R, path, http.StatusSeeOther)
}
