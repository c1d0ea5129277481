// Package web is the pages: the desk as people see it, in a browser, with or
// without JavaScript. Each folder is a page or a few that belong together;
// [Pages] is the map of all of them. No rule lives here: a page calls the desk
// and shows what comes back.
package web

//go:generate go tool -modfile=../tools/go.mod templ generate -log-level=warn

import (
	"net/http"

	"congvan/gate"
	"congvan/web/account"
	"congvan/web/acts"
	"congvan/web/admin"
	"congvan/web/assets"
	"congvan/web/batches"
	"congvan/web/books"
	"congvan/web/dataout"
	"congvan/web/direct"
	"congvan/web/document"
	"congvan/web/help"
	"congvan/web/home"
	"congvan/web/lists"
	"congvan/web/login"
	"congvan/web/mandates"
	"congvan/web/monthly"
	"congvan/web/notices"
	"congvan/web/outgoing"
	"congvan/web/oversight"
	"congvan/web/printed"
	"congvan/web/queue"
	"congvan/web/register"
	"congvan/web/search"
	"congvan/web/stuck"
	"congvan/web/templates"
	"congvan/web/trail"
	"congvan/web/visit"
	"congvan/web/ward"

	"github.com/gorilla/mux"
)

// Config is what the pages stand on.
type Config struct {
	Gate     *gate.Gate
	Settings visit.Settings
}

// Pages are all pages, by folder.
func Pages() []visit.Page {
	var all []visit.Page
	for _, pages := range [][]visit.Page{
		login.Pages(),
		account.Pages(),
		mandates.Pages(),
		templates.Pages(),
		admin.Pages(),
		home.Pages(),
		lists.Pages(),
		search.Pages(),
		batches.Pages(),
		books.Pages(),
		outgoing.Pages(),
		monthly.Pages(), // before the reports, whose addresses it begins like
		printed.Pages(),
		oversight.Pages(),
		notices.Pages(),
		trail.Pages(),
		dataout.Pages(),
		document.Pages(),
		acts.Pages(),
		register.Pages(),
		direct.Pages(),
		queue.Pages(),
		stuck.Pages(),
		ward.Pages(),
		help.Pages(),
	} {
		all = append(all, pages...)
	}
	return all
}

// New makes the handler of the pages. It answers everything that no other face
// does.
func New(c Config) (http.Handler, error) {
	if err := assets.Check(); err != nil {
		return nil, err
	}
	s := visit.NewServer(c.Gate, c.Settings)
	r := mux.NewRouter().SkipClean(true)
	for _, p := range Pages() {
		r.Handle(p.Path, s.Handler(p)).Methods(p.Method)
	}
	r.PathPrefix(assets.Prefix).Handler(gate.Named(assets.Prefix, http.HandlerFunc(assets.ServeHTTP))).Methods("GET")
	missing := s.Handler(visit.Page{Method: "GET", Path: "none", Open: true, Handle: func(*visit.Visit) error { return gate.ErrNoRoute }})
	r.NotFoundHandler, r.MethodNotAllowedHandler = missing, missing
	return s.Observe(s.CrossOrigin(s.PlainPath(r))), nil
}
