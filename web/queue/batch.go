package queue

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"congvan/desk"
	"congvan/postgres"
	"congvan/routing"
	"congvan/web/ui"
	"congvan/web/visit"
)

// batchOf are the acts that are done to many at once, and to which of the things
// that wait.
var batchOf = map[routing.Act]postgres.QueueKind{
	routing.ActDirect: postgres.QueueDirect, routing.ActApprove: postgres.QueueApprove, routing.ActExtend: postgres.QueueExtension,
}

// many is one act on many, on its way: what would become of each, or what has.
type many struct {
	Batch    desk.Batch
	Template routing.Template
	Lines    []line
	Done     int // would be, or were
	ID       routing.ID
	Visitor  *visit.Visit
	Undone   bool // each line tells of the taking back
}

// line is one of many.
type line struct {
	Entry   postgres.QueueEntry
	Value   string // of the field: id.version
	Unit    string
	Report  string
	Outcome desk.Outcome
}

var errNothingPicked = &routing.Error{Fault: routing.Invalid, Code: "nothing-picked", Message: "Chưa chọn mục nào cho việc này; hãy đánh dấu các mục trong danh sách."}

// check says what would become of each that was ticked, before anything is done.
func check(v *visit.Visit) error {
	m, err := picked(v)
	if err == nil {
		err = m.checkAll(v)
	}
	if err != nil {
		return v.Again(err, func(fault *routing.Error, status int) error { return showQueue(v, fault, status) })
	}
	return v.Show(ui.Page{Title: "Kiểm tra trước khi thực hiện", Nav: "/queue", Scripts: []string{"queue.page.js"}}, checked(m))
}

// picked reads what was ticked, of the kind that the act is done to, out of what
// waits for him.
func picked(v *visit.Visit) (*many, error) {
	if err := v.Form(); err != nil {
		return nil, err
	}
	act := routing.Act(v.Value("act"))
	m := &many{Batch: desk.Batch{Act: act, Template: routing.ID(v.Value("template"))}, Visitor: v}
	waiting, err := v.Desk().Queue(v.Context(), v.Actor)
	if err != nil {
		return nil, err
	}
	units, err := v.Units()
	if err != nil {
		return nil, err
	}
	for _, value := range v.Values(string(batchOf[act])) {
		id, version, _ := strings.Cut(value, ".")
		at := slices.IndexFunc(waiting, func(e postgres.QueueEntry) bool { return string(e.ID) == id && e.Kind == batchOf[act] })
		if at < 0 {
			continue // somebody else has settled it
		}
		n, _ := strconv.Atoi(version)
		m.Batch.Subjects = append(m.Batch.Subjects, desk.Subject{ID: routing.ID(id), IfVersion: n})
		m.Lines = append(m.Lines, line{Entry: waiting[at], Value: value, Unit: units[waiting[at].UnitID].Name})
	}
	if len(m.Lines) == 0 {
		return nil, errNothingPicked
	}
	return m, nil
}

// mostReports is for how many at most the page shows what was reported.
const mostReports = 50

func (m *many) checkAll(v *visit.Visit) error {
	if err := m.name(v); err != nil {
		return err
	}
	outcomes, err := v.Desk().CheckBatch(v.Context(), v.Actor, m.Batch)
	if err != nil {
		return err
	}
	for i := range m.Lines {
		m.Lines[i].Outcome = outcomes[i]
		if outcomes[i].Code == "" {
			m.Done++
		}
		if m.Batch.Act == routing.ActApprove && len(m.Lines) <= mostReports {
			share, err := v.Desk().Assignment(v.Context(), v.Actor, m.Lines[i].Entry.ID)
			if err != nil && routing.FaultOf(err) != routing.NotFound {
				return err
			}
			m.Lines[i].Report = share.Report
		}
	}
	return nil
}

// name finds the template of a batch that directs.
func (m *many) name(v *visit.Visit) error {
	if m.Batch.Act != routing.ActDirect {
		return nil
	}
	all, err := v.Desk().Templates(v.Context(), v.Actor)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(all, func(t routing.Template) bool { return t.ID == m.Batch.Template })
	if at < 0 {
		return routing.ErrTemplate
	}
	m.Template = all[at]
	return nil
}

// run does it, and says of each what became of it.
func run(v *visit.Visit) error {
	req, err := v.Request()
	if err != nil {
		return err
	}
	b := desk.Batch{Act: routing.Act(v.Value("act")), Template: routing.ID(v.Value("template"))}
	for _, value := range v.Values(string(batchOf[b.Act])) {
		id, version, _ := strings.Cut(value, ".")
		n, _ := strconv.Atoi(version)
		b.Subjects = append(b.Subjects, desk.Subject{ID: routing.ID(id), IfVersion: n})
	}
	r, err := v.Desk().RunBatch(v.Context(), v.Actor, b, req)
	if err != nil {
		return v.Again(err, func(fault *routing.Error, status int) error { return showQueue(v, fault, status) })
	}
	return v.Go("/queue/batches/"+string(r.ID), "")
}

// showBatch says what became of each.
func showBatch(v *visit.Visit) error {
	r, err := v.Desk().Batch(v.Context(), v.Actor, v.ID("id"))
	if err != nil {
		return err
	}
	return showResult(v, r, v.ID("id"), false, http.StatusOK)
}

func showResult(v *visit.Visit, r desk.BatchResult, id routing.ID, undone bool, status int) error {
	m := &many{Batch: desk.Batch{Act: r.Act}, Done: r.Done, ID: id, Visitor: v, Undone: undone}
	for _, o := range r.Outcomes {
		l := line{Outcome: o}
		l.Entry.Document.Subject, l.Unit = nameOf(v, r.Act, o.Subject)
		m.Lines = append(m.Lines, l)
	}
	return v.ShowAs(status, ui.Page{Title: "Kết quả", Nav: "/queue"}, result(m))
}

// nameOf is what a subject of a batch is called; a number of its own, if it does
// not exist for him any more.
func nameOf(v *visit.Visit, act routing.Act, subject routing.ID) (name, unit string) {
	document := subject
	if act == routing.ActApprove {
		share, err := v.Desk().Assignment(v.Context(), v.Actor, subject)
		if err != nil {
			return string(subject), ""
		}
		document, unit = share.DocumentID, share.Unit.Name
	}
	if act == routing.ActExtend {
		return v.T("Đề nghị gia hạn"), ""
	}
	d, err := v.Desk().Document(v.Context(), v.Actor, document)
	if err != nil {
		return string(subject), unit
	}
	return fmt.Sprintf("%s – %s", ui.Code(d.Registration), d.Subject), unit
}

// undoReason is what the directions that are taken back at once are taken back with.
const undoReason = "Gửi nhầm, rút lại ngay sau khi gửi."

// undo takes back a batch of directions that was just sent.
func undo(v *visit.Visit) error {
	req, err := v.Request()
	if err != nil {
		return err
	}
	r, err := v.Desk().UndoBatch(v.Context(), v.Actor, v.ID("id"), undoReason, req)
	if err != nil {
		return v.Again(err, func(fault *routing.Error, status int) error { return showQueue(v, fault, status) })
	}
	if r.Refused > 0 || len(r.Outcomes) > 1 {
		return showResult(v, r, v.ID("id"), true, http.StatusOK)
	}
	return v.Go("/queue", string(routing.ActVoid))
}

// withUndo adds to an address of ours that a batch can be taken back there.
func withUndo(path string, batch routing.ID) string {
	at, err := url.Parse(path)
	if err != nil {
		return path
	}
	q := at.Query()
	q.Set("undo", string(batch))
	at.RawQuery = q.Encode()
	return at.String()
}

// unitName is the name of his unit, above a sheet to sign.
func (m *many) unitName() string {
	units, err := m.Visitor.Units()
	if err != nil {
		return "" // the sheet does without
	}
	return units[m.Visitor.Actor.UnitID].Name
}
