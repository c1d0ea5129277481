package queue

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

// batchOf are the acts that are done to many at once, and to which of the things
// that wait.
var batchOf = map[routing.Act]postgres.QueueKind{
	routing.ActDirect: postgres.QueueDirect, routing.ActApprove: postgres.QueueApprove, routing.ActExtend: postgres.QueueExtension,
}

// many is one act on many, before it is done: what would become of each.
type many struct {
	Batch    desk.Batch
	Template routing.Template
	Lines    []line
	Done     int // would be
	Visitor  *visit.Visit
}

// line is one of many.
type line struct {
	Entry   postgres.QueueEntry
	Value   string // of its box
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
	return v.Show(ui.Page{Title: "Kiểm tra trước khi thực hiện", Nav: "/queue"}, checked(m))
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
		subject := inputs.Picked(value)
		at := slices.IndexFunc(waiting, func(e postgres.QueueEntry) bool { return e.ID == subject.ID && e.Kind == batchOf[act] })
		if at < 0 {
			continue // somebody else has settled it
		}
		m.Batch.Subjects = append(m.Batch.Subjects, subject)
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

// undoReason is what the directions that are taken back at once are taken back with.
const undoReason = "Gửi nhầm, rút lại ngay sau khi gửi."

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
