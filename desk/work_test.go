package desk_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"congvan/routing"
)

// received: the unit's clerk has acknowledged.
func (h *hall) received(doc routing.Document, unitKey string) routing.Assignment {
	h.Helper()
	h.done(h.acknowledge("vanthu."+unitKey, h.share(doc, unitKey), noKey))
	return h.share(doc, unitKey)
}

// reported: the unit's head said that the work is done.
func (h *hall) reported(doc routing.Document, username, unitKey string) routing.Assignment {
	h.Helper()
	a := h.received(doc, unitKey)
	h.done(h.desk.Report(h.Context(), h.as(username), a.ID, "Đã xử lý xong", noKey))
	return h.share(doc, unitKey)
}

// conclude walks a document whose only duty is Quản lý đô thị's to its end.
func (h *hall) conclude(doc routing.Document) {
	h.Helper()
	a := h.reported(doc, "truong.qldt", "qldt")
	h.done(h.desk.Approve(h.Context(), h.as("chutich.quan"), a.ID, a.Version, noKey))
}

func TestStartAndProgress(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.dispatched(leadAndWards...)
	officer, coordinator := h.as("canbo.molao"), h.as("truong.tp")
	share := h.share(doc, "molao")
	_, err := h.desk.Start(t.Context(), officer, share.ID, noKey)
	require.Equal(t, "sent", refused(t, err, routing.ErrTransition).Details["state"], "first it is received")

	share = h.received(doc, "molao")
	first := h.done(h.desk.Start(t.Context(), officer, share.ID, key("start")))
	require.Equal(t, first, h.done(h.desk.Start(t.Context(), officer, share.ID, key("start"))))
	_, err = h.desk.Start(t.Context(), officer, share.ID, noKey)
	refused(t, err, routing.ErrTransition)
	_, err = h.desk.Progress(t.Context(), officer, share.ID, "xong", key("start", "another"))
	refused(t, err, routing.ErrReused)

	h.received(doc, "tp")
	note := h.done(h.desk.Progress(t.Context(), coordinator, h.share(doc, "tp").ID, "Đã góp ý", noKey))
	require.Equal(t, "Đã góp ý", note.Details["note"])
	require.Equal(t, note.At, h.share(doc, "tp").StartedAt, "the first note starts the work")
	h.wait(time.Second)
	h.done(h.desk.Progress(t.Context(), coordinator, h.share(doc, "tp").ID, "Đã góp ý thêm", noKey))
	require.Equal(t, note.At, h.share(doc, "tp").StartedAt)
	require.Equal(t, []routing.MilestoneKind{routing.NewsRegistered, routing.NewsDirected}, h.milestones(doc), "progress wakes nobody")
}

func TestNotesAndReportsAreChecked(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.dispatched(leadAndWards...)
	share, head := h.received(doc, "molao"), h.as("chutich.molao")
	before := h.everything()
	for text, want := range map[string]*routing.Error{
		"": routing.ErrField, " ": routing.ErrField, strings.Repeat("ậ", 4001): routing.ErrField, "a\x00": routing.ErrField,
		"Theo\nTUYỆT MẬT": routing.ErrStateSecret,
	} {
		_, err := h.desk.Progress(t.Context(), head, share.ID, text, noKey)
		refused(t, err, want)
		_, err = h.desk.Report(t.Context(), head, share.ID, text, noKey)
		refused(t, err, want)
	}
	require.Equal(t, before, h.everything())
}

// NĐ 30/2020, Điều 23 khoản 2: the lead answers for the whole.
func TestTheLeadWaitsForAll_ND30_Dieu23(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.dispatched(leadAndWards...)
	lead := h.received(doc, "qldt")
	report := func() (routing.Event, error) {
		return h.desk.Report(t.Context(), h.as("truong.qldt"), lead.ID, "Toàn quận đã xong", key("lead"))
	}
	_, err := report()
	require.ElementsMatch(t, []string{"UBND phường Mộ Lao", "UBND phường Văn Quán"}, refused(t, err, routing.ErrPartsOpen).Details["units"])
	h.reported(doc, "chutich.molao", "molao")
	_, err = report()
	require.Equal(t, []string{"UBND phường Văn Quán"}, refused(t, err, routing.ErrPartsOpen).Details["units"])
	h.reported(doc, "chutich.vanquan", "vanquan")
	event := h.done(report())
	require.Equal(t, string(routing.Reported), event.State)
	require.Equal(t, event, h.done(report()))
	require.WithinDuration(t, at("2026-11-25 17:00"), h.share(doc, "qldt").ApproveDue, 0, "a working day of the district")
}

func TestWhoMayReport(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.dispatched(leadAndWards...)
	share := h.received(doc, "molao")
	for username, want := range map[string]*routing.Error{
		"vanthu.molao": routing.ErrNotAllowed, "canbo.molao": routing.ErrNotAllowed, "chutich.quan": routing.ErrNotAllowed,
		"chutich.vanquan": routing.ErrNotFound,
	} {
		_, err := h.desk.Report(t.Context(), h.as(username), share.ID, "xong", noKey)
		refused(t, err, want)
	}
	_, err := h.desk.Report(t.Context(), h.as("truong.tp"), h.received(doc, "tp").ID, "xong", noKey)
	require.Contains(t, refused(t, err, routing.ErrTransition).Message, "phối hợp")
}

func TestSentBackAndReportedAgain(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.dispatched(to("qldt", routing.Lead))
	chairman, head := h.as("chutich.quan"), h.as("truong.qldt")
	a := h.reported(doc, "truong.qldt", "qldt")

	_, err := h.desk.SendBack(t.Context(), chairman, a.ID, "chưa rõ", a.Version, noKey)
	refused(t, err, routing.ErrReason)
	_, err = h.desk.SendBack(t.Context(), chairman, a.ID, "MẬT\nchưa nêu rõ số liệu", a.Version, noKey)
	refused(t, err, routing.ErrStateSecret)
	_, err = h.desk.SendBack(t.Context(), chairman, a.ID, "Chưa nêu rõ số liệu", a.Version-1, noKey)
	require.Equal(t, a.Version, refused(t, err, routing.ErrStale).Details["version"])
	_, err = h.desk.SendBack(t.Context(), head, a.ID, "Chưa nêu rõ số liệu", a.Version, noKey)
	refused(t, err, routing.ErrNotAllowed)

	event := h.done(h.desk.SendBack(t.Context(), chairman, a.ID, "Chưa nêu rõ số liệu", a.Version, key("back")))
	require.Equal(t, event, h.done(h.desk.SendBack(t.Context(), chairman, a.ID, "Chưa nêu rõ số liệu", a.Version, key("back"))))
	require.Equal(t, "Chưa nêu rõ số liệu", event.Details["reason"])
	back := h.share(doc, "qldt")
	require.Equal(t, routing.Working, back.Status)
	require.True(t, back.ApproveDue.IsZero())
	_, err = h.desk.Approve(t.Context(), chairman, a.ID, back.Version, noKey)
	refused(t, err, routing.ErrTransition)

	h.done(h.desk.Report(t.Context(), head, a.ID, "Đã bổ sung số liệu", noKey))
	again := h.share(doc, "qldt")
	require.Equal(t, "Đã bổ sung số liệu", again.Report)
	h.done(h.desk.Approve(t.Context(), chairman, a.ID, again.Version, noKey))
	require.Equal(t, routing.Concluded, h.document(doc.ID).Status)
}

func TestApprovingTheLeadConcludes(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.dispatched(leadAndWards...)
	h.reported(doc, "chutich.molao", "molao")
	ward := h.reported(doc, "chutich.vanquan", "vanquan")
	h.done(h.desk.Approve(t.Context(), h.as("chutich.quan"), ward.ID, ward.Version, noKey))
	require.Equal(t, routing.Directed, h.document(doc.ID).Status, "a ward's report concludes nothing")
	lead := h.reported(doc, "truong.qldt", "qldt")

	for username, want := range map[string]*routing.Error{
		"truong.qldt": routing.ErrNotAllowed, "vanthu.quan": routing.ErrNotAllowed, "chutich.phula": routing.ErrNotFound,
	} {
		_, err := h.desk.Approve(t.Context(), h.as(username), lead.ID, lead.Version, noKey)
		refused(t, err, want)
	}
	event := h.done(h.desk.Approve(t.Context(), h.as("chutich.quan"), lead.ID, lead.Version, key("k")))
	require.Equal(t, event, h.done(h.desk.Approve(t.Context(), h.as("chutich.quan"), lead.ID, lead.Version, key("k"))))
	concluded := h.document(doc.ID)
	require.Equal(t, routing.Concluded, concluded.Status)
	require.Equal(t, event.At, concluded.Concluded)
	kinds := h.milestones(doc)
	require.Equal(t, routing.NewsConcluded, kinds[len(kinds)-1])
}
