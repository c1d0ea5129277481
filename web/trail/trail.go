// Package trail is who did, saw and was refused what: of a document, of oneself,
// of one's unit.
package trail

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"congvan/calendar"
	"congvan/desk"
	"congvan/gate"
	"congvan/postgres"
	"congvan/routing"
	"congvan/web/ui"
	"congvan/web/visit"
)

// Pages are the pages of this folder.
func Pages() []visit.Page {
	return []visit.Page{{Method: "GET", Path: "/trail", Handle: show, Class: gate.ClassSearch}}
}

const pageSize = 50

// filter is what the address says.
type filter struct {
	Document, Account, Unit routing.ID
	From, To                string // as typed
	Kind                    string
	Outcome                 string
}

type view struct {
	filter
	Lines    []line
	Next     string
	Export   string // query of the export
	Units    []postgres.Unit
	Accounts []desk.AccountState
	Self     routing.ID
	Username string
	Fault    *routing.Error
}

// line is one thing that happened.
type line struct {
	At          time.Time
	What, Who   string
	Unit        string
	Title, Path string
	Details     string
	Refused     bool
	Network     string
}

func show(v *visit.Visit) error {
	m := view{filter: read(v), Self: v.Actor.AccountID, Username: v.Actor.Username}
	if err := m.choices(v); err != nil {
		return err
	}
	again := func(err error) error {
		return v.Again(err, func(fault *routing.Error, status int) error {
			m.Fault = fault
			return v.ShowAs(status, ui.Page{Title: "Nhật ký", Nav: "/trail"}, page(m))
		})
	}
	q, err := m.query(v.Now())
	if err != nil {
		return again(err)
	}
	var after postgres.TrailPlace
	if text, err := base64.RawURLEncoding.DecodeString(v.Query("after")); err == nil && len(text) > 0 {
		_ = json.Unmarshal(text, &after)
	}
	lines, next, err := v.Desk().Trail(v.Context(), v.Actor, q, after, pageSize)
	if routing.FaultOf(err) == routing.NotFound {
		return err
	}
	if err != nil {
		return again(err)
	}
	units, err := v.Units()
	if err != nil {
		return err
	}
	for _, l := range lines {
		m.Lines = append(m.Lines, lineOf(v, l, units))
	}
	if !next.At.IsZero() {
		text, _ := json.Marshal(next)
		at := m.values()
		at.Set("after", base64.RawURLEncoding.EncodeToString(text))
		m.Next = "/trail?" + at.Encode()
	}
	m.Export = m.exported(q).Encode()
	return v.Show(ui.Page{Title: "Nhật ký", Nav: "/trail", Wide: true}, page(m))
}

// read reads the address: of a document, of an account, of a unit; of nothing, of
// whoever reads.
func read(v *visit.Visit) filter {
	q := v.R.URL.Query()
	f := filter{Document: routing.ID(q.Get("document")), From: strings.TrimSpace(q.Get("from")), To: strings.TrimSpace(q.Get("to")), Kind: q.Get("kind"), Outcome: q.Get("outcome")}
	kind, id, _ := strings.Cut(q.Get("of"), ":")
	switch {
	case f.Document != "":
	case kind == "unit":
		f.Unit = routing.ID(id)
	case kind == "account":
		f.Account = routing.ID(id)
	default:
		f.Account = v.Actor.AccountID
	}
	if f.Unit != "" && f.From == "" && f.To == "" { // a unit's is of a period
		f.From, f.To = ui.Day(v.Now().AddDate(0, 0, -30)), ui.Day(v.Now())
	}
	if !slices.Contains(ui.ActKinds(), f.Kind) {
		f.Kind = ""
	}
	return f
}

// Of is whose trail it is, as the address says it.
func (f filter) Of() string {
	if f.Unit != "" {
		return "unit:" + string(f.Unit)
	}
	return "account:" + string(f.Account)
}

func (f filter) values() url.Values {
	out := url.Values{}
	for name, value := range map[string]string{"document": string(f.Document), "from": f.From, "to": f.To, "kind": f.Kind, "outcome": f.Outcome} {
		if value != "" {
			out.Set(name, value)
		}
	}
	if f.Document == "" {
		out.Set("of", f.Of())
	}
	return out
}

// query is the filter as the desk takes it.
func (f filter) query(now time.Time) (desk.TrailQuery, error) {
	q := desk.TrailQuery{Document: f.Document, Account: f.Account, Unit: f.Unit, Outcome: routing.Outcome(f.Outcome)}
	if f.Kind != "" {
		q.Kinds = []string{f.Kind}
	}
	bad := map[string]string{}
	day := func(name, typed string) (d calendar.Date) {
		text, ok := visit.ParseDay(typed, now)
		if d, err := calendar.Parse(text); ok && err == nil {
			return d
		}
		bad[name] = "ngày ghi theo dạng 05/02/2026"
		return d
	}
	if f.From != "" {
		if d := day("fromDay", f.From); bad["fromDay"] == "" {
			q.From = d.Begins().UTC()
		}
	}
	if f.To != "" {
		if d := day("toDay", f.To); bad["toDay"] == "" {
			q.To = d.Plus(1).Begins().UTC()
		}
	}
	if len(bad) > 0 {
		return q, routing.ErrField.With("fields", bad)
	}
	return q, nil
}

// exported is the query by which the same trail leaves as a file.
func (f filter) exported(q desk.TrailQuery) url.Values {
	out := url.Values{}
	for name, value := range map[string]string{"document": string(q.Document), "account": string(q.Account), "unit": string(q.Unit), "kind": f.Kind, "outcome": f.Outcome} {
		if value != "" {
			out.Set(name, value)
		}
	}
	if !q.From.IsZero() {
		out.Set("from", calendar.DateOf(q.From).String())
	}
	if !q.To.IsZero() {
		out.Set("to", calendar.DateOf(q.To).Plus(-1).String())
	}
	return out
}

// choices are the trails that the reader may choose from: his own, his unit's; an
// inspector's and an administrator's are those of the units that he looks after.
func (m *view) choices(v *visit.Visit) error {
	units, err := v.Units()
	if err != nil {
		return err
	}
	looksAfter := v.Actor.Office == routing.Inspector || v.Actor.Office == routing.Admin
	for _, u := range units {
		if u.ID == v.Actor.UnitID && (looksAfter || v.Actor.SpeaksFor()) || looksAfter && u.ParentID != "" {
			m.Units = append(m.Units, u)
		}
	}
	slices.SortFunc(m.Units, func(a, b postgres.Unit) int { return strings.Compare(a.Name, b.Name) })
	if v.Actor.Office == routing.Admin && v.Actor.Mandate.Kind == "" {
		m.Accounts, _, err = v.Desk().Accounts(v.Context(), v.Actor, "", desk.PageLimit)
	}
	return err
}

func lineOf(v *visit.Visit, l postgres.TrailLine, units map[routing.ID]postgres.Unit) line {
	out := line{At: l.Place.At, Who: l.Username, Title: l.Title}
	if !l.Place.Entry {
		out.What, out.Unit, out.Path = v.T(ui.ActName(string(l.Event.Kind))), units[l.Event.ActorUnitID].Name, "/documents/"+string(l.Event.DocumentID)
		out.Details = said(l.Event.Details)
	} else {
		e := l.Entry
		out.What, out.Unit, out.Refused = v.T(ui.ActName(string(e.Kind))), units[e.ActorUnitID].Name, e.Outcome == routing.OutcomeRefused
		out.Details, out.Network = said(e.Details), strings.TrimSpace(e.Origin.Face+" "+e.Origin.Network)
		if e.Subject.Kind == routing.SubjectDocument {
			out.Path, out.Title = "/documents/"+e.Subject.ID, v.T("Văn bản")
		}
	}
	if out.Who == "" {
		out.Who = v.T("Hệ thống")
	}
	return out
}

// said are the details that are words for people.
func said(details map[string]any) string {
	var parts []string
	for _, name := range []string{"text", "note", "reason", "result", "name", "report"} {
		if value, ok := details[name]; ok && fmt.Sprint(value) != "" {
			parts = append(parts, fmt.Sprint(value))
		}
	}
	text := []rune(strings.Join(parts, " · "))
	if len(text) > 300 {
		return string(text[:300]) + "…"
	}
	return string(text)
}
