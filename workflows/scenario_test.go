package workflows_test

import (
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

// directs lets a leader of the district direct the document.
func (d *days) directs(leader string, recipients ...routing.Recipient) {
	d.Helper()
	doc, err := d.record.Document(d.Context(), d.doc)
	require.NoError(d, err)
	_, err = d.desk.DirectDocument(d.Context(), d.as(leader), d.doc, routing.Direction{
		Text: "Tổ chức thực hiện", Process: "Phường báo cáo phòng, phòng báo cáo quận", Result: "Báo cáo kết quả", Recipients: recipients,
	}, doc.Version, routing.Request{})
	require.NoError(d, err)
}

func gives(unit string, role routing.Role, due string) routing.Recipient {
	r := routing.Recipient{UnitID: seed.HaDong().UnitID(unit), Role: role}
	if due != "" {
		r.Due = vietnam(due).UTC()
	}
	return r
}

func (d *days) share(unit string) routing.Assignment {
	d.Helper()
	shares, err := d.record.Assignments(d.Context(), d.doc)
	require.NoError(d, err)
	for _, a := range shares {
		if a.UnitID == seed.HaDong().UnitID(unit) && a.PositionID == "" {
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

// Scenario 1: a decision of the city comes, the deputy for culture directs it
// to an office with others and to all 17 wards; 16 confirm, one does not.
func TestScenario1_SixteenOfSeventeen(t *testing.T) {
	t.Parallel()
	d := beginning(t, "2026-11-16 08:30")
	d.arrives(routing.Registration{Issuer: "UBND thành phố Hà Nội", CodeNumber: "15", CodeNotation: "QĐ-UBND", TypeName: "Quyết định",
		Subject: "Về việc ban hành quy định văn hoá", Field: "văn xã", Urgency: routing.Normal})
	wards := workertest.Wards()
	silent := wards[16]
	heads := []string{}
	d.at("2026-11-16 08:31", func() {})
	d.at("2026-11-16 10:00", func() {
		recipients := []routing.Recipient{gives("vhtt", routing.Lead, "2026-11-27 17:00"), gives("gddt", routing.Coordinate, "2026-11-27 17:00"), gives("vp", routing.Inform, "")}
		for _, ward := range wards {
			recipients = append(recipients, gives(ward, routing.Execute, "2026-11-25 17:00"))
			heads = append(heads, "chutich."+ward)
		}
		d.directs("pho.vanxa", recipients...)
	})
	d.at("2026-11-16 14:00", func() {
		d.receives(append([]string{"vhtt", "gddt", "vp"}, wards[:16]...)...)
		require.Equal(t, routing.Done, d.share("vp").Status, "who is informed has taken note")
		require.Equal(t, 1, d.share(wards[0]).Receipt.Number, "each ward has its own book")
	})
	d.at("2026-11-18 09:00", func() {
		require.Equal(t, []string{
			"16/11 17:00: chutich." + silent + " vanthu." + silent, "17/11 10:00: pho.vanxa", "17/11 12:00: chanhvanphong", "17/11 17:00: chutich.quan",
		}, d.rung(routing.AwaitReceipt, silent))
		require.Empty(t, d.rung(routing.AwaitReceipt, wards[0]), "who has confirmed is left in peace")
	})
	d.at("2026-11-18 09:30", func() {
		a := d.share(silent)
		_, err := d.desk.Return(d.Context(), d.as("vanthu."+silent), a.ID, "Không thuộc địa bàn phường quản lý", a.Version, routing.Request{})
		require.NoError(t, err)
		require.Equal(t, routing.Returned, d.share(silent).Status)
	})
	d.at("2026-11-18 10:00", func() {
		a := d.share(silent)
		_, err := d.desk.Insist(d.Context(), d.as("chutich.quan"), a.ID, "Phường vẫn phải thực hiện", a.Version, routing.Request{})
		require.NoError(t, err)
	})
	d.at("2026-11-18 11:00", func() { d.receives(silent) })
	d.at("2026-11-25 15:00", func() {
		_, err := d.desk.Report(d.Context(), d.as("truong.vhtt"), d.share("vhtt").ID, "Đã xong", routing.Request{})
		require.ErrorIs(t, err, routing.ErrPartsOpen, "the lead waits for the wards")
		d.reports(heads...)
	})
	d.at("2026-11-26 08:30", func() { d.reports("truong.vhtt") })
	d.at("2026-11-26 10:00", func() { d.approves("pho.vanxa", "vhtt") })
	d.live()
	strip := map[routing.AssignmentStatus]int{}
	shares, err := d.record.Assignments(d.Context(), d.doc)
	require.NoError(t, err)
	for _, a := range shares {
		strip[a.Status]++
	}
	require.Equal(t, map[routing.AssignmentStatus]int{routing.Done: 20}, strip)
}

// Scenario 3: hoả tốc on the last working Friday before Tết 2026, at 16:55.
func TestScenario3_ExpressBeforeTet(t *testing.T) {
	t.Parallel()
	d := beginning(t, "2026-02-13 16:55")
	d.arrives(routing.Registration{Issuer: "UBND thành phố Hà Nội", TypeName: "Công điện", Subject: "Về việc trực Tết", Urgency: routing.Express})
	d.at("2026-02-13 16:56", func() { d.directs("chutich.quan", gives("vp", routing.Lead, "2026-02-23 17:00")) })
	d.at("2026-02-23 09:00", func() {
		// Nobody keeps a duty roster: the 30 minutes run in office hours, and there
		// are none from Friday 17:00 until Monday 23/02, 08:00.
		require.Equal(t, []string{"23/02 08:26: chanhvanphong vanthu.vp", "23/02 08:36: chutich.quan", "23/02 08:46: chanhvanphong"}, d.rung(routing.AwaitReceipt, "vp"))
		d.receives("vp")
		d.reports("chanhvanphong")
	})
	d.at("2026-02-23 09:10", func() { d.approves("chutich.quan", "vp") })
	d.live()
}

// Scenario 4: deadlines across 24/11, a holiday since 2026, and across a worked
// Saturday.
func TestScenario4_HolidayAndWorkedSaturday(t *testing.T) {
	t.Parallel()
	d := beginning(t, "2026-11-23 16:30")
	d.arrives(routing.Registration{Issuer: "Sở Nội vụ", TypeName: "Công văn", Subject: "Về việc báo cáo", Urgency: routing.Normal})
	d.at("2026-11-23 16:31", func() { d.directs("chutich.quan", gives("nv", routing.Lead, "2026-11-25 17:00")) })
	d.at("2026-11-25 16:00", func() {
		require.Equal(t, []string{"23/11 17:00: truong.nv vanthu.nv", "25/11 10:00: chutich.quan", "25/11 12:00: chanhvanphong"}, d.rung(routing.AwaitReceipt, "nv"),
			"24/11 is nobody's working day")
		d.receives("nv")
		d.reports("truong.nv")
	})
	d.at("2026-11-25 16:10", func() { d.approves("chutich.quan", "nv") })
	d.live()

	saturday := beginning(t, "2026-08-21 16:30") // the next day is worked for 31/08
	saturday.arrives(routing.Registration{Issuer: "Sở Nội vụ", TypeName: "Công văn", Subject: "Về việc làm bù", Urgency: routing.Normal})
	saturday.at("2026-08-21 16:31", func() { saturday.directs("chutich.quan", gives("nv", routing.Lead, "2026-08-24 17:00")) })
	saturday.at("2026-08-24 08:30", func() {
		require.Equal(t, []string{"21/08 17:00: truong.nv vanthu.nv", "22/08 10:00: chutich.quan", "22/08 12:00: chanhvanphong", "22/08 17:00: chutich.quan"},
			saturday.rung(routing.AwaitReceipt, "nv"))
		saturday.receives("nv")
		saturday.reports("truong.nv")
	})
	saturday.at("2026-08-24 09:00", func() { saturday.approves("chutich.quan", "nv") })
	saturday.live()
}
