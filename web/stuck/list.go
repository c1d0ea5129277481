package stuck

import (
	"net/url"
	"slices"

	"congvan/desk"
	"congvan/postgres"
	"congvan/routing"
	"congvan/web/inputs"
	"congvan/web/ui"
	"congvan/web/visit"
)

// listView is the list behind a figure.
type listView struct {
	Title   string // in the reader's language
	Query   string
	Back    string // the page whose figure it is
	Rows    []row
	Hidden  int  // of them those whose documents the reader does not see
	Cut     bool // there are more than are shown
	Reminds bool // something can be picked
	Timed   bool // a deadline is shown
	Lasts   bool // how long it lies is shown
}

type row struct {
	Pick, Path, Title, Subject, Unit, Stage string
	Urgency                                 routing.Urgency
	Item                                    postgres.StuckItem
}

// kinds say what a list shows.
var kinds = map[desk.StuckKind]string{
	desk.StuckWaiting: "Đang nằm ở khâu: %s", desk.StuckLate: "Quá hạn ở khâu: %s", desk.StuckCause: "Văn bản trễ đã nằm ở: %s",
	desk.StuckUnreported: "Chủ trì quá hạn chưa báo cáo", desk.StuckIdle: "Không còn ai xử lý, chưa kết thúc", desk.StuckDue: "Sẽ quá hạn nếu không làm gì",
}

// readQuery reads the address of a list.
func readQuery(v *visit.Visit, in url.Values) (q desk.StuckQuery, err error) {
	q = desk.StuckQuery{Kind: desk.StuckKind(in.Get("kind")), Stage: in.Get("stage"), Unit: routing.ID(in.Get("unit")), Person: routing.ID(in.Get("person"))}
	if q.Kind == "" {
		q.Kind = desk.StuckUnreported
	}
	if q.Kind == desk.StuckCause || q.Kind == desk.StuckDue {
		q.Period.From, q.Period.To, err = visit.Period(in.Get("from"), in.Get("to"), v.Now())
	}
	return q, err
}

func list(v *visit.Visit) error {
	in := v.R.URL.Query()
	q, err := readQuery(v, in)
	if err != nil {
		return err
	}
	items, err := v.Desk().StuckList(v.Context(), v.Actor, q)
	if err != nil {
		return err
	}
	units, err := v.Units()
	if err != nil {
		return err
	}
	m := listView{Query: in.Encode(), Back: "/oversight/stuck", Cut: len(items) == desk.StuckLimit, Timed: q.Kind != desk.StuckCause,
		Lasts: slices.Contains([]desk.StuckKind{desk.StuckWaiting, desk.StuckLate, desk.StuckCause}, q.Kind)}
	where := v.T(ui.StageName(q.Stage))
	switch q.Kind {
	case desk.StuckDue:
		m.Back = "/oversight/forecast"
	case desk.StuckCause:
		m.Back += "?" + url.Values{"from": {in.Get("from")}, "to": {in.Get("to")}}.Encode()
		where = units[q.Unit].Name + ", " + where
	}
	if m.Title = v.T(kinds[q.Kind]); q.Stage != "" {
		m.Title = v.T(kinds[q.Kind], where)
	}
	if err := m.rows(v, items, units); err != nil {
		return err
	}
	return v.Show(ui.Page{Title: "Danh sách phía sau con số", Nav: nav, Wide: true, Scripts: []string{"lists.page.js"}}, listBody(m, v.Now()))
}

// rows names what is listed.
func (m *listView) rows(v *visit.Visit, items []postgres.StuckItem, units map[routing.ID]postgres.Unit) error {
	ids := make([]routing.ID, len(items))
	for i, x := range items {
		ids[i] = x.SubjectID
	}
	named, err := v.Desk().Subjects(v.Context(), v.Actor, ids)
	if err != nil {
		return err
	}
	for _, x := range items {
		e, seen := named[x.SubjectID]
		if !seen {
			m.Hidden++
			continue
		}
		r := row{Path: "/documents/" + string(x.DocumentID), Title: e.Document.Title(), Subject: e.Document.Subject, Unit: units[x.UnitID].Name,
			Stage: v.T(ui.StageName(x.Stage)), Urgency: e.Document.Urgency, Item: x}
		if canRemind(v.Actor, x) {
			r.Pick, m.Reminds = inputs.Pick(x.SubjectID, 0), true
		}
		m.Rows = append(m.Rows, r)
	}
	return nil
}

// canRemind says whether it is worth a try to ask the holder of an item again: the
// desk says what it makes of each.
func canRemind(actor routing.Actor, x postgres.StuckItem) bool {
	return x.SubjectID != x.DocumentID && (actor.SpeaksFor() || actor.Office == routing.Chief) && (x.Stage == "receipt" || x.Stage == "work" || x.Stage == "consent")
}

// All are the subjects of a whole list that can be asked again, as its rows name
// them, most at most.
func All(v *visit.Visit, address url.Values, most int) (picked []string, err error) {
	q, err := readQuery(v, address)
	if err != nil {
		return nil, err
	}
	items, err := v.Desk().StuckList(v.Context(), v.Actor, q)
	for _, x := range items {
		if canRemind(v.Actor, x) && len(picked) < most {
			picked = append(picked, inputs.Pick(x.SubjectID, 0))
		}
	}
	return picked, err
}

func sortSums(all []sum) {
	slices.SortStableFunc(all, func(a, b sum) int {
		switch {
		case a.Worked > b.Worked:
			return -1
		case a.Worked < b.Worked:
			return 1
		}
		return 0
	})
}
