// Package batches is one act on many documents: first what would become of each,
// then the act, then what became of each.
package batches

import (
	"net/url"
	"strings"

	"congvan/desk"
	"congvan/postgres"
	"congvan/routing"
	"congvan/web/inputs"
	"congvan/web/lists"
	"congvan/web/oversight"
	"congvan/web/stuck"
	"congvan/web/ui"
	"congvan/web/visit"
)

// Pages are the pages of this folder.
func Pages() []visit.Page {
	return []visit.Page{
		{Method: "POST", Path: "/batches/check", Handle: check},
		{Method: "POST", Path: "/batches", Handle: run},
		{Method: "GET", Path: "/batches/{id}", Handle: show},
		{Method: "POST", Path: "/batches/{id}/undo", Handle: undo},
	}
}

// view is a batch, before or after.
type view struct {
	Act      routing.Act
	Template routing.Template
	Note     string
	Back     string
	Key      string
	Items    []item
	Ready    int // of a check: would be done
	Result   desk.BatchResult
	Again    bool // the form can be sent again, to go on
	Reason   string
	Fault    *routing.Error
}

// item is one subject with what becomes of it.
type item struct {
	Subject desk.Subject
	Path    string
	Title   string
	Text    string
	Unit    string
	Outcome desk.Outcome
}

// batchOf reads a form: what is picked, or the whole list that it was picked from.
func batchOf(v *visit.Visit) (desk.Batch, error) {
	if err := v.Form(); err != nil {
		return desk.Batch{}, err
	}
	b := desk.Batch{Act: routing.Act(v.Value("act")), Template: routing.ID(v.Value("template")), Note: v.Value("note")}
	if b.Act != routing.ActDirect {
		b.Template = ""
	}
	picked := v.Values("pick")
	if query, whole := v.Value("all"), len(v.Values("all")) > 0; whole {
		in, err := url.ParseQuery(query)
		if err != nil {
			return b, routing.ErrField.With("fields", map[string]string{"all": "danh sách không đọc được; hãy mở lại danh sách"})
		}
		switch list := v.Value("list"); list {
		case "oversight":
			picked, err = oversight.All(v, in, desk.BatchLimit)
		case "stuck":
			picked, err = stuck.All(v, in, desk.BatchLimit)
		default:
			picked, err = lists.All(v, list, in, desk.BatchLimit)
		}
		if err != nil {
			return b, err
		}
	}
	for _, p := range picked {
		b.Subjects = append(b.Subjects, inputs.Picked(p))
	}
	return b, nil
}

func check(v *visit.Visit) error {
	b, err := batchOf(v)
	if err != nil {
		return err
	}
	m := view{Act: b.Act, Note: b.Note, Back: v.Back(v.Value("back"), "/inbox"), Key: ui.NewKey(v.Context())}
	outcomes, err := v.Desk().CheckBatch(v.Context(), v.Actor, b)
	if err != nil {
		return v.Again(err, func(fault *routing.Error, status int) error {
			m.Fault = fault
			return v.ShowAs(status, ui.Page{Title: "Kiểm tra trước khi thực hiện", Nav: navOf(m.Back)}, checkPage(m))
		})
	}
	if m.Items, err = items(v, b.Subjects, outcomes); err != nil {
		return err
	}
	for _, x := range m.Items {
		if x.Outcome.Code == "" {
			m.Ready++
		}
	}
	if b.Template != "" {
		templates, err := v.Desk().Templates(v.Context(), v.Actor)
		if err != nil {
			return err
		}
		for _, t := range templates {
			if t.ID == b.Template {
				m.Template = t
			}
		}
	}
	return v.Show(ui.Page{Title: "Kiểm tra trước khi thực hiện", Nav: navOf(m.Back)}, checkPage(m))
}

// items puts names to what became of subjects.
func items(v *visit.Visit, subjects []desk.Subject, outcomes []desk.Outcome) ([]item, error) {
	ids := make([]routing.ID, len(subjects))
	for i, s := range subjects {
		ids[i] = s.ID
	}
	named, err := v.Desk().Subjects(v.Context(), v.Actor, ids)
	if err != nil {
		return nil, err
	}
	units, err := v.Units()
	if err != nil {
		return nil, err
	}
	out := make([]item, len(outcomes))
	for i, o := range outcomes {
		out[i] = item{Subject: subjects[i], Outcome: o, Title: v.T("Văn bản không còn thấy được")}
		if e, ok := named[o.Subject]; ok && o.Code != routing.ErrNotFound.Code {
			out[i].Path, out[i].Title, out[i].Text, out[i].Unit = "/documents/"+string(e.DocumentID), e.Document.Title(), e.Document.Subject, nameOf(e, units)
		}
	}
	return out, nil
}

func nameOf(e postgres.InboxEntry, units map[routing.ID]postgres.Unit) string {
	if e.UnitID == "" {
		return ""
	}
	return units[e.UnitID].Name
}

func run(v *visit.Visit) error {
	req, err := v.Request()
	if err != nil {
		return err
	}
	b, err := batchOf(v)
	if err != nil {
		return err
	}
	m := view{Act: b.Act, Note: b.Note, Back: v.Back(v.Value("back"), "/inbox"), Key: v.Value("key"), Template: routing.Template{ID: b.Template}}
	result, err := v.Desk().RunBatch(v.Context(), v.Actor, b, req)
	if err != nil {
		return v.Again(err, func(fault *routing.Error, status int) error {
			m.Fault = fault
			return v.ShowAs(status, ui.Page{Title: "Kết quả thực hiện", Nav: navOf(m.Back)}, checkPage(m))
		})
	}
	if !result.Unfinished() {
		return v.Go("/batches/"+string(result.ID)+"?back="+visit.Escape(m.Back), "")
	}
	if m.Items, err = items(v, b.Subjects, result.Outcomes); err != nil {
		return err
	}
	m.Result, m.Again = result, true
	return v.Show(ui.Page{Title: "Kết quả thực hiện", Nav: navOf(m.Back)}, resultPage(m))
}

func show(v *visit.Visit) error {
	result, err := v.Desk().Batch(v.Context(), v.Actor, v.ID("id"))
	if err != nil {
		return err
	}
	return showResult(v, 200, view{Act: result.Act, Result: result, Back: v.Back(v.Query("back"), "/inbox")})
}

func showResult(v *visit.Visit, status int, m view) (err error) {
	subjects := make([]desk.Subject, len(m.Result.Outcomes))
	for i, o := range m.Result.Outcomes {
		subjects[i] = desk.Subject{ID: o.Subject}
	}
	if m.Items, err = items(v, subjects, m.Result.Outcomes); err != nil {
		return err
	}
	if m.Key == "" {
		m.Key = ui.NewKey(v.Context())
	}
	return v.ShowAs(status, ui.Page{Title: "Kết quả thực hiện", Nav: navOf(m.Back)}, resultPage(m))
}

func undo(v *visit.Visit) error {
	req, err := v.Request()
	if err != nil {
		return err
	}
	m := view{Back: v.Back(v.Value("back"), "/documents"), Reason: v.Value("reason")}
	result, err := v.Desk().UndoBatch(v.Context(), v.Actor, v.ID("id"), m.Reason, req)
	if err != nil {
		return v.Again(err, func(fault *routing.Error, status int) error {
			first, err := v.Desk().Batch(v.Context(), v.Actor, v.ID("id"))
			if err != nil {
				return err
			}
			m.Act, m.Result, m.Fault = first.Act, first, fault
			return showResult(v, status, m)
		})
	}
	if len(result.Outcomes) == 1 && result.Done == 1 { // nothing to tell one by one
		return v.Go(m.Back, string(routing.ActVoid))
	}
	m.Act, m.Result = routing.ActVoid, result
	return showResult(v, 200, m)
}

// navOf is the entry of the menu that a page belongs to that leads back somewhere.
func navOf(back string) string {
	at, _, _ := strings.Cut(back, "?")
	return at
}
