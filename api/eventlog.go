package api

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"congvan/calendar"
	"congvan/desk"
	"congvan/eventlog"
	"congvan/gate"
	"congvan/postgres"
	"congvan/routing"
)

// logTimeout is how long a log may be on its way out. Its connection is given more
// time as long as somebody takes what is sent.
const logTimeout = 30 * time.Minute

// exportEvents sends what happened in a period, for process mining. It is written by
// hand because the file is longer than what is kept in memory.
func (s *server) exportEvents(w http.ResponseWriter, r *http.Request) {
	in := r.URL.Query()
	format := eventlog.Formats[0]
	for _, f := range eventlog.Formats {
		if f.Name == in.Get("format") {
			format = f
		}
	}
	q := desk.EventLogQuery{Unit: routing.ID(in.Get("unit")), Persons: in.Get("persons") == "true"}
	days, err := trailQuery("", "", "", in.Get("from"), in.Get("to"), "", "")
	if err != nil {
		s.Refuse(w, r, err)
		return
	}
	q.From, q.To = days.From, days.To
	ctx, cancel := context.WithTimeout(r.Context(), logTimeout)
	defer cancel()
	log, err := s.Desk.OpenEventLog(ctx, gate.CallOf(ctx).Actor, q)
	if err != nil {
		s.Refuse(w, r, err)
		return
	}
	w.Header().Set("Content-Type", format.MediaType)
	w.Header().Set("Content-Disposition", disposition(fmt.Sprintf("su-kien-%s-%s.%s", calendar.DateOf(q.From), calendar.DateOf(q.To).Plus(-1), format.Ending)))
	if err := sendLog(ctx, w, format, log); err != nil {
		w.Header().Del("Content-Disposition") // if nothing is out yet, a refusal follows
		s.Log.Error("event log broke off", "request", gate.CallOf(ctx).ID, "error", postgres.WithoutContent(err))
		panic(http.ErrAbortHandler) // half a file may be out: it must not look whole
	}
}

// sendLog writes a log in a form. An error leaves it without an end.
func sendLog(ctx context.Context, w http.ResponseWriter, format eventlog.Format, log *desk.EventLog) error {
	gate.AllowFileTime(w)
	file, err := format.New(w)
	if err != nil {
		return err
	}
	extended := time.Now()
	for again := true; again; {
		if err := log.Each(ctx, func(d postgres.LoggedDocument) error {
			if time.Since(extended) > time.Minute {
				gate.AllowFileTime(w)
				extended = time.Now()
			}
			return file.Case(caseOf(d, log.Units))
		}); err != nil {
			return err
		}
		if again, err = file.Again(); err != nil {
			return err
		}
	}
	return file.Close()
}

// caseOf is a document as a log has it.
func caseOf(d postgres.LoggedDocument, units map[routing.ID]postgres.Unit) eventlog.Case {
	unit := func(id routing.ID) eventlog.Unit {
		return eventlog.Unit{ID: string(id), Code: units[id].Code, Name: units[id].Name}
	}
	c := eventlog.Case{ID: string(d.ID), Number: fmt.Sprintf("%d/%d", d.BookYear, d.Number), Book: unit(d.UnitID), Type: d.TypeName,
		Urgency: string(d.Urgency), Channel: d.ArrivalChannel, Status: string(d.Status), Registered: d.RegisteredAt}
	for _, g := range d.Directions {
		c.Directions = append(c.Directions, eventlog.Direction{ID: string(g.ID), Kind: g.Kind, Unit: unit(g.UnitID), Given: g.GivenAt})
	}
	for _, x := range d.Shares {
		c.Shares = append(c.Shares, eventlog.Share{ID: string(x.ID), Direction: string(x.DirectionID), Parent: string(x.ParentID), Unit: unit(x.UnitID),
			Role: string(x.Role), Status: string(x.Status), Sent: x.SentAt, Due: x.DueAt})
	}
	for _, e := range d.Events {
		c.Events = append(c.Events, eventlog.Event{ID: fmt.Sprint(e.ID), At: e.At, Activity: string(e.Kind), State: e.State, Share: string(e.AssignmentID),
			Direction: string(e.DirectionID), Unit: unit(e.UnitID), Resource: e.Username, Role: string(e.Office), Group: unit(e.ActorUnitID)})
	}
	return c
}
