package workflows_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"congvan/activities"
	"congvan/calendar"
	"congvan/desk"
	"congvan/postgres"
	"congvan/routing"
	"congvan/seed"
	"congvan/worker/workertest"
	"congvan/workflows"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"
	"gocloud.dev/blob/memblob"
)

// days is a district at work over days and weeks in a moment: the real record,
// the real desk and hands, the real workflow of one document, and a clock that
// skips to whatever happens next.
type days struct {
	*testing.T
	env    *testsuite.TestWorkflowEnvironment
	desk   *desk.Desk
	record *postgres.Store
	doc    routing.ID
	last   time.Time
}

// beginning opens a district at an instant in Vietnamese time.
func beginning(t *testing.T, text string) *days {
	t.Helper()
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(quiet{})
	d := &days{T: t, env: suite.NewTestWorkflowEnvironment(), record: workertest.Record(t)}
	d.env.SetStartTime(vietnam(text))
	d.env.SetTestTimeout(time.Minute)
	d.env.RegisterWorkflowWithOptions(workflows.RouteDocument, workflow.RegisterOptions{Name: workflows.TypeRouteDocument})
	for name, hand := range activities.New(d.record, d.now).All() {
		d.env.RegisterActivityWithOptions(hand, activity.RegisterOptions{Name: name})
	}
	d.desk = desk.New(d.record, memblob.OpenBucket(nil), d.now)
	return d
}

func (d *days) now() time.Time { return d.env.Now() }

func vietnam(text string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", text, calendar.Location)
	if err != nil {
		panic(err)
	}
	return t
}

// at lets something happen at an instant; what it leaves in the outbox is
// delivered at once.
func (d *days) at(text string, happens func()) {
	d.Helper()
	when := vietnam(text)
	require.True(d, when.After(d.last), "%s: a story is told in order", text)
	d.last = when
	d.env.RegisterDelayedCallback(func() { happens(); d.deliver() }, when.Sub(d.now()))
}

func (d *days) deliver() {
	_, err := d.record.Deliver(d.Context(), 10, func(news []postgres.News) []bool {
		taken := make([]bool, len(news))
		for i, n := range news {
			if taken[i] = n.DocumentID == d.doc; taken[i] {
				d.env.SignalWorkflow(workflows.SignalMilestones, n.Milestones)
			}
		}
		return taken
	})
	require.NoError(d, err)
}

// live lets the document's workflow run until it ends.
func (d *days) live() {
	d.Helper()
	d.env.ExecuteWorkflow(workflows.TypeRouteDocument, workflows.RouteInput{DocumentID: d.doc})
	require.True(d, d.env.IsWorkflowCompleted(), "the story has no end")
	require.NoError(d, d.env.GetWorkflowError())
}

func (d *days) as(name string) routing.Actor {
	d.Helper()
	actor, err := d.record.ActorByName(d.Context(), name, calendar.DateOf(d.now()).String())
	require.NoError(d, err, name)
	return actor
}

// arrives takes a document into the district's book.
func (d *days) arrives(r routing.Registration) {
	d.Helper()
	r.Secrecy = routing.NoSecret
	event, err := d.desk.Register(d.Context(), d.as("vanthu.quan"), r, routing.Request{})
	require.NoError(d, err)
	d.doc = event.DocumentID
}

func (d *days) document() routing.Document {
	d.Helper()
	doc, err := d.record.Document(d.Context(), d.doc)
	require.NoError(d, err)
	return doc
}

// attaches lets the clerk of the district add a scan.
func (d *days) attaches(scan []byte) {
	d.Helper()
	_, err := d.desk.Attach(d.Context(), d.as("vanthu.quan"), d.doc, "KSTTHC.pdf", bytes.NewReader(scan), routing.Request{})
	require.NoError(d, err)
}

// presents lays the document before a leader, or passes it on to him.
func (d *days) presents(by, to string) {
	d.Helper()
	_, err := d.desk.Present(d.Context(), d.as(by), d.doc, d.as(to).PositionID, "", d.document().Version, routing.Request{})
	require.NoError(d, err)
}

// directs lets a leader of the district direct the document.
func (d *days) directs(leader string, recipients ...routing.Recipient) {
	d.Helper()
	d.directsAs(d.as(leader), recipients...)
}

func (d *days) directsAs(leader routing.Actor, recipients ...routing.Recipient) routing.Event {
	d.Helper()
	event, err := d.desk.DirectDocument(d.Context(), leader, d.doc, fiveClear(recipients...), d.document().Version, routing.Request{})
	require.NoError(d, err)
	return event
}

// handsOn lets the head of a unit give its share to an officer of his.
func (d *days) handsOn(head, unit, officer, due string) {
	d.Helper()
	r, held := gives(unit, routing.Lead, due), d.share(unit)
	r.PositionID = d.as(officer).PositionID
	_, err := d.desk.DirectAssignment(d.Context(), d.as(head), held.ID, fiveClear(r), held.Version, routing.Request{})
	require.NoError(d, err)
}

func fiveClear(recipients ...routing.Recipient) routing.Direction {
	return routing.Direction{Text: "Tổ chức thực hiện", Process: "Phường báo cáo phòng, phòng báo cáo quận", Result: "Báo cáo kết quả", Recipients: recipients}
}

func gives(unit string, role routing.Role, due string) routing.Recipient {
	r := routing.Recipient{UnitID: seed.HaDong().UnitID(unit), Role: role}
	if due != "" {
		r.Due = vietnam(due).UTC()
	}
	return r
}

// share is what a unit holds; officers what an officer of it holds.
func (d *days) share(unit string) routing.Assignment    { return d.find(unit, false) }
func (d *days) officers(unit string) routing.Assignment { return d.find(unit, true) }

func (d *days) find(unit string, officers bool) routing.Assignment {
	d.Helper()
	shares, err := d.record.Assignments(d.Context(), d.doc)
	require.NoError(d, err)
	for _, a := range shares {
		if a.UnitID == seed.HaDong().UnitID(unit) && (a.PositionID != "") == officers {
			return a
		}
	}
	require.FailNow(d, "no share", unit)
	return routing.Assignment{}
}

// receives lets the clerks of units acknowledge.
func (d *days) receives(units ...string) {
	d.Helper()
	for _, unit := range units {
		_, err := d.desk.Acknowledge(d.Context(), d.as("vanthu."+unit), d.share(unit).ID, routing.Request{})
		require.NoError(d, err, unit)
	}
}

// reports lets the head of each unit report its share.
func (d *days) reports(heads ...string) {
	d.Helper()
	for _, head := range heads {
		actor := d.as(head)
		shares, err := d.record.Assignments(d.Context(), d.doc)
		require.NoError(d, err)
		for _, a := range shares {
			if a.UnitID == actor.UnitID && a.PositionID == "" {
				_, err := d.desk.Report(d.Context(), actor, a.ID, "Đã thực hiện xong", routing.Request{})
				require.NoError(d, err, head)
			}
		}
	}
}

func (d *days) approves(leader, unit string) {
	d.Helper()
	a := d.share(unit)
	_, err := d.desk.Approve(d.Context(), d.as(leader), a.ID, a.Version, routing.Request{})
	require.NoError(d, err)
}

// rung are the instants, in Vietnamese time, at which a deadline of a unit rang
// and the offices that were told.
func (d *days) rung(kind routing.DeadlineKind, unit string) (told []string) {
	d.Helper()
	var rows []struct {
		RungAt time.Time
		Codes  string
	}
	require.NoError(d, d.record.DB().NewRaw(`
		SELECT x.rung_at, coalesce(string_agg(p.code, ' ' ORDER BY p.code), '') AS codes
		FROM alarms x LEFT JOIN assignments a ON a.id = x.subject_id
		LEFT JOIN notices n ON n.document_id = x.document_id AND n.kind = x.kind AND n.step = x.step AND n.due_at = x.due_at AND n.assignment_id IS NOT DISTINCT FROM a.id
		LEFT JOIN positions p ON p.id = n.position_id
		WHERE x.document_id = ?0 AND x.kind = ?1 AND coalesce(a.unit_id, ?2) = ?2
		GROUP BY x.step, x.rung_at, x.due_at ORDER BY x.rung_at, x.step`, d.doc, kind, seed.HaDong().UnitID(unit)).Scan(d.Context(), &rows))
	for _, r := range rows {
		told = append(told, r.RungAt.In(calendar.Location).Format("02/01 15:04")+": "+r.Codes)
	}
	return told
}

func (d *days) Context() context.Context { return context.Background() }
