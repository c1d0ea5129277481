package desk_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"congvan/routing"
	"congvan/seed"
)

// rings carries out the workflow's wake-up at an instant and returns how many
// alarms rang.
func (h *hall) rings(doc routing.Document, now string) int {
	h.Helper()
	h.waitUntil(now)
	before := h.count("alarms WHERE document_id = ?", doc.ID)
	h.step(h.hands.Ring, doc)
	return h.count("alarms WHERE document_id = ?", doc.ID) - before
}

// told are the positions that have a notice of a rung.
func (h *hall) told(doc routing.Document, kind routing.DeadlineKind, step int, unitKey string) []string {
	h.Helper()
	codes := []string{}
	require.NoError(h, h.store.DB().NewRaw(`SELECT p.code FROM notices n JOIN positions p ON p.id = n.position_id
		LEFT JOIN assignments a ON a.id = n.assignment_id
		WHERE n.document_id = ? AND n.kind = ? AND n.step = ? AND (a.unit_id IS NULL OR a.unit_id = ?) ORDER BY p.code`,
		doc.ID, kind, step, unit(unitKey)).Scan(h.Context(), &codes))
	return codes
}

var (
	wardsOwn = []string{"chutich.molao", "vanthu.molao"}
	qldtsOwn = []string{"truong.qldt", "vanthu.qldt"}
	chairman = []string{"chutich.quan"}
	chief    = []string{"chanhvanphong"}
)

// NĐ 30/2020, Điều 24 khoản 1: somebody follows and urges; the ladder of
// ordinary documents, step by step.
func TestTheLadderIsClimbedInOrder_ND30_Dieu24(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.dispatched(to("qldt", routing.Lead), due(to("molao", routing.Execute), "2026-11-27 14:00"))
	h.received(doc, "qldt")
	for _, c := range []struct {
		now  string
		kind routing.DeadlineKind
		step int
		of   string
		want []string
	}{ // phường Mộ Lao never acknowledges; its day is 07:00 to 16:00
		{"2026-11-23 16:01", routing.AwaitReceipt, 1, "molao", wardsOwn},
		{"2026-11-25 09:00", routing.AwaitReceipt, 2, "molao", chairman}, // the giver
		{"2026-11-25 11:30", routing.AwaitReceipt, 3, "molao", chief},
		{"2026-11-25 16:00", routing.AwaitReceipt, 4, "molao", chairman},
		{"2026-11-26 14:00", routing.AwaitReport, 1, "molao", wardsOwn}, // 8 working hours ahead
		{"2026-11-26 15:00", routing.AwaitReport, 1, "qldt", qldtsOwn},
	} {
		require.Equal(t, 1, h.rings(doc, c.now), c.now)
		require.Equal(t, c.want, h.told(doc, c.kind, c.step, c.of), c.now)
		require.Zero(t, h.rings(doc, c.now), "it rings once")
	}
	require.Equal(t, 2, h.rings(doc, "2026-11-27 15:01"), "both are overdue now")
	require.Equal(t, []string{"chutich.molao", "chutich.quan", "vanthu.molao"}, h.told(doc, routing.AwaitReport, 2, "molao"))
	require.Equal(t, 4, h.rings(doc, "2026-12-10 09:00"), "what was slept through rings at once")
	require.Equal(t, 12, h.count("events WHERE kind = 'alarmed'"))
	require.Zero(t, h.step(h.hands.Ring, doc).NextAlarm, "past the ladder nothing rings, and it is still awaited")
	require.Equal(t, routing.Directed, h.document(doc.ID).Status)
}

// NĐ 30/2020, Điều 23: presenting and the opinion are awaited, too.
func TestAnOpinionThatDoesNotCome_ND30_Dieu23(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	in := letter()
	in.Field = "đô thị"
	doc := h.document(h.done(h.register("vanthu.quan", in, noKey)).DocumentID) // to be presented by 25/11 at 17:00
	for i, c := range []struct {
		now  string
		want []string
	}{{"2026-11-25 13:00", []string{"vanthu.quan"}}, {"2026-11-25 17:01", chief}, {"2026-11-26 17:00", []string{"pho.dothi"}}} {
		require.Equal(t, 1, h.rings(doc, c.now), c.now)
		require.Equal(t, c.want, h.told(doc, routing.AwaitPresenting, i+1, "quan"), c.now)
	}
	h.done(h.present("vanthu.quan", doc, "chutich.quan"))
	for i, c := range []struct {
		now  string
		want []string
	}{{"2026-11-27 13:00", chairman}, {"2026-11-27 17:01", chief}, {"2026-11-30 17:00", chairman}} {
		require.Equal(t, 1, h.rings(doc, c.now), c.now)
		require.Equal(t, c.want, h.told(doc, routing.AwaitDirection, i+1, "quan"), c.now)
	}
}

// A field of its own deputy climbs to him, any other to the chairman.
func TestTheDeputyOfTheField(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.registered()
	require.Equal(t, 3, h.rings(doc, "2026-11-26 17:00"))
	require.Equal(t, chairman, h.told(doc, routing.AwaitPresenting, 3, "quan"))
	require.Empty(t, h.told(doc, routing.AwaitDirection, 1, "quan"), "the opinion is not awaited before it is presented")
}

func TestNothingRingsForWhatIsDone(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.dispatched(to("qldt", routing.Lead), to("nv", routing.Inform), to("molao", routing.Execute))
	h.done(h.acknowledge("truong.nv", h.share(doc, "nv"), noKey))
	h.reported(doc, "chutich.molao", "molao")
	h.reported(doc, "truong.qldt", "qldt")
	require.Zero(t, h.rings(doc, "2026-11-25 17:00"), "all have received, all have reported")
	require.Equal(t, 2, h.rings(doc, "2026-11-25 17:01"), "the giver has not judged two reports")
	require.Equal(t, chairman, h.told(doc, routing.AwaitApproval, 1, "qldt"))
	for _, key := range []string{"molao", "qldt"} {
		h.done(h.desk.Approve(t.Context(), h.as("chutich.quan"), h.share(doc, key).ID, 0, noKey))
	}
	require.Zero(t, h.rings(doc, "2026-12-31 09:00"))
	require.Zero(t, h.step(h.hands.Close, doc).NextAlarm)
}

func TestCloseEndsWhatIsOpen(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.dispatched(to("qldt", routing.Lead), to("tp", routing.Coordinate), to("nv", routing.Inform))
	h.step(h.hands.Close, doc)
	require.True(t, h.share(doc, "tp").Open(), "not before the conclusion")
	h.conclude(doc)
	outlook := h.step(h.hands.Close, doc)
	require.Equal(t, routing.Concluded, outlook.Status)
	before := h.everything()
	h.step(h.hands.Close, doc)
	h.step(h.hands.Dispatch, doc)
	h.step(h.hands.Ring, doc)
	h.step(h.hands.Withdraw, doc)
	require.Equal(t, before, h.everything(), "every step may run again")
	for _, key := range []string{"qldt", "tp", "nv"} {
		require.Equal(t, routing.Done, h.share(doc, key).Status, key)
	}
	require.Equal(t, 2, h.count("events WHERE kind = 'closed'"))
}

func TestARecallBeforeTheDispatchSendsNothing(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.registered()
	h.done(h.direct("chutich.quan", doc, noKey, leadAndWards...))
	h.done(h.recall("chutich.quan", h.document(doc.ID), noKey))
	h.dispatch(doc)
	require.Zero(t, h.count("assignments"))
}

// A report is judged within a working day. Only where that alarm comes before
// the one the workflow sleeps until does it have to be woken.
func TestAReportWakesTheWorkflowOnlyIfItsAlarmIsSooner(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	moved := func(doc routing.Document) bool {
		kinds := h.milestones(doc)
		return kinds[len(kinds)-1] == routing.NewsMoved
	}
	later := h.dispatched(to("qldt", routing.Lead), to("molao", routing.Execute)) // Mộ Lao's receipt is due today
	h.reported(later, "chutich.vanquan", h.passOn(later))
	require.False(t, moved(later))

	sooner := h.dispatched(due(to("qldt", routing.Lead), "2026-12-11 15:00"))
	h.received(sooner, "qldt")
	h.waitUntil("2026-11-23 17:05")
	h.step(h.hands.Ring, sooner) // now it sleeps until December
	h.waitUntil("2026-11-25 09:00")
	h.done(h.desk.Report(t.Context(), h.as("truong.qldt"), h.share(sooner, "qldt").ID, "xong", noKey))
	require.True(t, moved(sooner))
	var wakes time.Time
	require.NoError(t, h.store.DB().NewRaw(`SELECT next_alarm_at FROM documents WHERE id = ?`, sooner.ID).Scan(t.Context(), &wakes))
	require.WithinDuration(t, at("2026-11-26 17:00").Add(time.Second), wakes, 0)
	require.Equal(t, wakes.UTC(), h.step(h.hands.Ring, sooner).NextAlarm, "desk and workflow reckon alike")
}

// passOn has Quản lý đô thị hand work to phường Văn Quán; it returns the ward's key.
func (h *hall) passOn(doc routing.Document) string {
	h.Helper()
	h.done(h.directFurther("truong.qldt", h.received(doc, "qldt"), noKey, to("qldt", routing.Lead), to("vanquan", routing.Execute)))
	h.dispatch(doc)
	return "vanquan"
}

func TestAReportSentBackRunsAgainstItsOldDeadline(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.dispatched(to("qldt", routing.Lead))
	a := h.reported(doc, "truong.qldt", "qldt")
	h.waitUntil("2026-11-26 16:00") // the reminder of 15:00 was not needed
	require.Equal(t, 1, h.rings(doc, "2026-11-26 16:00"), "the giver is late")
	h.done(h.desk.SendBack(t.Context(), h.as("chutich.quan"), a.ID, "Chưa nêu rõ số liệu", 0, noKey))
	kinds := h.milestones(doc)
	require.Equal(t, routing.NewsMoved, kinds[len(kinds)-1])
	require.Zero(t, h.rings(doc, "2026-11-26 16:00"), "what was missed meanwhile is not made up for")
	require.Equal(t, 1, h.rings(doc, "2026-11-27 15:01"))
	require.Equal(t, append(append([]string{}, chairman...), qldtsOwn...), h.told(doc, routing.AwaitReport, 2, "qldt"))
}

func TestAnOfficersAlarmsGoToHim(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.dispatched(to("qldt", routing.Lead), to("molao", routing.Execute))
	h.received(doc, "qldt")
	h.done(h.directFurther("chutich.molao", h.received(doc, "molao"), noKey, officer("molao", "canbo.molao", routing.Lead)))
	h.dispatch(doc)
	require.Equal(t, 1, h.rings(doc, "2026-11-23 16:01"))
	require.Equal(t, []string{"canbo.molao"}, h.told(doc, routing.AwaitReceipt, 1, "molao"))
	require.Equal(t, 1, h.rings(doc, "2026-11-25 09:00"))
	require.Equal(t, []string{"chutich.molao"}, h.told(doc, routing.AwaitReceipt, 2, "molao"), "his giver is the ward's chairman")
	notices, err := h.desk.Notices(t.Context(), h.as("canbo.molao"), 0, 0)
	require.NoError(t, err)
	require.Len(t, notices, 1)
	require.Equal(t, seed.HaDong().UnitID("molao"), notices[0].UnitID)
}

// Whoever holds the office on the day of the alarm is told, nobody else.
func TestAlarmsFollowTheOffice_Z09(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.dispatched(to("molao", routing.Lead))
	_, err := h.store.DB().NewRaw(`UPDATE positions SET valid_to = '2026-11-23' WHERE code = 'vanthu.molao'`).Exec(t.Context())
	require.NoError(t, err)
	require.Equal(t, 1, h.rings(doc, "2026-11-23 16:01"))
	require.Equal(t, []string{"chutich.molao"}, h.told(doc, routing.AwaitReceipt, 1, "molao"))
}
