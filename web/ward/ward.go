// Package ward is the light page of a ward: what is new, confirmed with one tap,
// and what is to be reported, with a photograph or a file. It works through a
// dead line: the browser keeps the list and a queue of what was done, and sends
// each thing once when the line is back. See worker.js and ward.page.js.
package ward

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	"congvan/desk"
	"congvan/gate"
	"congvan/postgres"
	"congvan/routing"
	"congvan/web/ui"
	"congvan/web/visit"
)

// Pages are the pages of this folder.
func Pages() []visit.Page {
	return []visit.Page{
		{Method: "GET", Path: "/ward", Handle: show},
		{Method: "POST", Path: "/ward", Handle: do, Class: gate.ClassUpload},
	}
}

// listed is how many entries of each list the page holds: more than a ward has,
// and few enough for a thin line. What is beyond stands in the inbox.
const listed = 50

// view is what the page shows.
type view struct {
	*visit.Visit
	New, Working []item
	Reported     int
	Fault        *routing.Error
	Typed        sent
}

// item is a share with what its reader may do to it.
type item struct {
	postgres.InboxEntry
	Acknowledge, Report, Progress bool
}

func show(v *visit.Visit) error { return page(v, http.StatusOK, nil, sent{}) }

func page(v *visit.Visit, status int, fault *routing.Error, typed sent) error {
	all := view{Visit: v, Fault: fault, Typed: typed}
	mine := v.Actor.Office == routing.Officer
	for _, list := range []struct {
		view postgres.InboxView
		into *[]item
	}{{postgres.ViewSent, &all.New}, {postgres.ViewWorking, &all.Working}} {
		found, err := v.Desk().Inbox(v.Context(), v.Actor, list.view, mine, desk.Cursor{}, listed)
		if err != nil {
			return err
		}
		for _, e := range found {
			*list.into = append(*list.into, item{e, v.Actor.MayDo(routing.ActAcknowledge, e.Assignment),
				v.Actor.MayDo(routing.ActReport, e.Assignment) && e.Role.Reports(), v.Actor.MayDo(routing.ActProgress, e.Assignment) && e.Role != routing.Inform})
		}
	}
	return v.ShowAs(status, ui.Page{Title: "Việc của phường", Nav: "/ward", Scripts: []string{"ward.page.js"}}, content(all))
}

// sent is what a form of the page, or the queue of a browser, sends.
type sent struct {
	Act   routing.Act
	Share routing.ID
	Text  string
}

// queued says that a script sent the request out of its queue: it wants to know
// in a few words what became of it.
func queued(v *visit.Visit) bool { return v.R.Header.Get("X-Queued") == "1" }

// readerOf names who reads the page, and for whom: a queue is sent by nobody else.
func readerOf(v *visit.Visit) string {
	if v.ActingFor == "" {
		return v.Actor.Username
	}
	return v.Actor.Username + "/" + string(v.ActingFor)
}

// errOtherReader answers a queue that somebody else filled in the same browser: it
// waits for him.
var errOtherReader = &routing.Error{Fault: routing.NotAllowed, Code: "other-reader",
	Message: "Việc này do tài khoản khác bấm trên máy này; hãy đăng nhập bằng tài khoản đó để gửi."}

// byReader refuses what another one pressed.
func byReader(v *visit.Visit) error {
	if queued(v) && v.Value("account") != readerOf(v) {
		return errOtherReader
	}
	return nil
}

func do(v *visit.Visit) error {
	in := sent{}
	event, err := carryOut(v, &in)
	if queued(v) {
		return answer(v, event, err)
	}
	if err != nil {
		return v.Again(err, func(fault *routing.Error, status int) error { return page(v, status, fault, in) })
	}
	return v.Go("/ward", string(event.Kind))
}

// carryOut reads a form and does what it says. The files come last, so that they
// are read straight into the desk; each of them, and the act, is done once however
// often the form is sent.
func carryOut(v *visit.Visit, in *sent) (routing.Event, error) {
	enclosed, files := routing.Event{}, 0
	err := v.FormWithFiles(func(name string, content io.Reader) (err error) {
		if err := byReader(v); err != nil {
			return err
		}
		req, err := v.Request() // what a form without a key brings would stay, and the form be refused
		if err != nil {
			return err
		}
		key := routing.Request{Key: fmt.Sprintf("%s/file-%d", req.Key, files)}
		files++
		enclosed, err = v.Desk().Enclose(v.Context(), v.Actor, routing.ID(v.Value("share")), desk.NewFile{Name: name, Content: content, Size: -1}, "", key)
		return err
	})
	*in = sent{Act: routing.Act(v.Value("act")), Share: routing.ID(v.Value("share")), Text: v.Value("text")}
	if err == nil {
		err = byReader(v)
	}
	if err != nil {
		return routing.Event{}, err
	}
	req, err := v.Request()
	if err != nil {
		return routing.Event{}, err
	}
	switch {
	case in.Act == routing.ActAcknowledge:
		return v.Desk().Acknowledge(v.Context(), v.Actor, in.Share, req)
	case in.Act == routing.ActReport:
		return v.Desk().Report(v.Context(), v.Actor, in.Share, in.Text, req)
	case in.Act == routing.ActProgress && in.Text == "" && files > 0:
		return enclosed, nil
	case in.Act == routing.ActProgress:
		return v.Desk().Progress(v.Context(), v.Actor, in.Share, in.Text, req)
	default:
		return routing.Event{}, routing.ErrNotFound
	}
}

// answer tells a queue what became of an entry. What the house could not judge
// now (it is busy, the record is away) is to be sent again.
func answer(v *visit.Visit, event routing.Event, err error) error {
	reply := struct {
		Done  bool   `json:"done"`
		Again bool   `json:"again"`
		Login bool   `json:"login"` // of who pressed it
		Says  string `json:"says"`
	}{Done: err == nil, Says: v.T(visit.DoneSentence(string(event.Kind)))}
	status := http.StatusOK
	if err != nil {
		fault, _ := v.Refusal(err)
		if fault == nil && routing.FaultOf(err) != routing.NotFound {
			return err
		}
		if fault == nil {
			fault = routing.ErrNotFound
		}
		reply.Login = errors.Is(err, errOtherReader)
		reply.Again, reply.Says = reply.Login || routing.FaultOf(err) == routing.Unavailable, v.T(fault.Message)
	}
	v.W.Header().Set("Content-Type", "application/json")
	v.W.WriteHeader(status)
	return json.NewEncoder(v.W).Encode(reply)
}
