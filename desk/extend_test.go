package desk_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"congvan/desk"
	"congvan/routing"
)

const moreTime = "Chờ ý kiến của Sở Xây dựng"

func (h *hall) askExtension(username string, a routing.Assignment, due string, req routing.Request) (routing.Event, error) {
	h.Helper()
	return h.desk.AskExtension(h.Context(), h.as(username), a.ID, at(due), moreTime, a.Version, req)
}

func (h *hall) decision(e routing.Event) routing.ID {
	h.Helper()
	id, _ := e.Details["decision"].(string)
	require.NotEmpty(h, id)
	return routing.ID(id)
}

// Domain 9.2.10: asked before the deadline, decided by who set it, judged by the
// deadline in force at the time.
func TestExtension_Domain_9_2_10(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.dispatched(leadAndWards...)
	a := h.received(doc, "molao")
	asked := h.done(h.askExtension("chutich.molao", a, "2026-12-02 15:00", key("k")))
	require.Equal(t, asked, h.done(h.askExtension("chutich.molao", a, "2026-12-02 15:00", key("k"))), "asking again is not asking twice")
	require.Equal(t, routing.NewsMoved, h.milestones(doc)[len(h.milestones(doc))-1])
	_, err := h.askExtension("chutich.molao", h.share(doc, "molao"), "2026-12-03 15:00", noKey)
	refused(t, err, routing.ErrAsked)

	mine, err := h.desk.Decisions(t.Context(), h.as("chutich.quan"), desk.DecisionsMine, desk.Cursor{}, 0)
	require.NoError(t, err)
	require.Len(t, mine, 1)
	require.Equal(t, moreTime, mine[0].Reason)
	require.Equal(t, unit("molao"), mine[0].HolderUnitID)
	require.Equal(t, doc.Number, mine[0].Document.Number)
	list, err := h.desk.Decisions(t.Context(), h.as("chutich.molao"), desk.DecisionsAsked, desk.Cursor{}, 0)
	require.NoError(t, err)
	require.Equal(t, mine[0].ID, list[0].ID)
	list, err = h.desk.Decisions(t.Context(), h.as("chutich.quan"), desk.DecisionsMine, desk.Cursor{Due: mine[0].Due, ID: mine[0].ID}, 0)
	require.NoError(t, err)
	require.Empty(t, list, "the next page")

	id := h.decision(asked)
	_, err = h.desk.DecideExtension(t.Context(), h.as("chutich.vanquan"), id, true, nil, "", noKey)
	refused(t, err, routing.ErrNotFound)
	_, err = h.desk.DecideExtension(t.Context(), h.as("chutich.molao"), id, true, nil, "", noKey)
	refused(t, err, routing.ErrNotAllowed)
	_, err = h.desk.DecideExtension(t.Context(), h.as("chutich.quan"), id, false, nil, "không", noKey)
	refused(t, err, routing.ErrReason)

	other := at("2026-12-01 15:00")
	granted := h.done(h.desk.DecideExtension(t.Context(), h.as("chutich.quan"), id, true, &other, "Cho đến 01/12", noKey))
	require.Equal(t, routing.ActExtend, granted.Kind)
	require.Equal(t, "2026-12-01T08:00:00Z", granted.Details["due"])
	require.Equal(t, "2026-11-27T08:00:00Z", granted.Details["from"])
	require.True(t, h.share(doc, "molao").Due.Equal(other))
	_, err = h.desk.DecideExtension(t.Context(), h.as("pho.dothi"), id, true, nil, "", noKey)
	refused(t, err, routing.ErrDecided)

	history, err := h.desk.Extensions(t.Context(), h.as("chutich.molao"), a.ID)
	require.NoError(t, err)
	require.Len(t, history, 2)
	_, err = h.desk.Extensions(t.Context(), h.as("chutich.vanquan"), a.ID)
	refused(t, err, routing.ErrNotFound)

	h.waitUntil("2026-11-30 09:00")
	event := h.done(h.desk.Report(t.Context(), h.as("chutich.molao"), a.ID, "Đã xử lý xong", noKey))
	require.Equal(t, false, event.Details["late"], "after the old deadline, before the one in force")
	require.Contains(t, event.Details["due"], "2026-12-01T08:00:00")
	require.Equal(t, "Đã xử lý xong", event.Details["text"])
	_, err = h.desk.Extend(t.Context(), h.as("chutich.quan"), a.ID, at("2026-12-08 15:00"), moreTime, 0, noKey)
	refused(t, err, routing.ErrTransition)
}

func TestALeaderExtendsUnasked(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.dispatched(leadAndWards...)
	a := h.received(doc, "molao")
	h.waitUntil("2026-11-30 09:00")
	_, err := h.askExtension("chutich.molao", a, "2026-12-02 15:00", noKey)
	refused(t, err, routing.ErrDuePassed)
	event := h.done(h.desk.Extend(t.Context(), h.as("chutich.quan"), a.ID, at("2026-12-02 15:00"), moreTime, a.Version, noKey))
	require.Contains(t, event.Details, "dueSince")
	require.True(t, h.share(doc, "molao").DueSince.Equal(h.now()), "the term runs anew")
	h.waitUntil("2026-12-03 09:00")
	event = h.done(h.desk.Report(t.Context(), h.as("chutich.molao"), a.ID, "Đã xử lý xong", noKey))
	require.Equal(t, true, event.Details["late"])
}

func TestAbsence(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	head := h.as("chutich.molao")
	in := routing.Absence{PositionID: head.PositionID, From: "2026-11-26", To: "2026-11-28", Reason: "Đi công tác"}
	_, err := h.desk.TellAbsence(t.Context(), h.as("vanthu.vanquan"), in, noKey)
	refused(t, err, routing.ErrNotAllowed)
	_, err = h.desk.TellAbsence(t.Context(), head, routing.Absence{PositionID: head.PositionID, From: "2026-11-26", To: "2026-11-25", Reason: "x"}, noKey)
	refused(t, err, routing.ErrField)
	told, err := h.desk.TellAbsence(t.Context(), h.as("vanthu.molao"), in, key("k"))
	require.NoError(t, err)
	again, err := h.desk.TellAbsence(t.Context(), h.as("vanthu.molao"), in, key("k"))
	require.NoError(t, err)
	require.Equal(t, told, again)
	in.To = "2026-11-29"
	_, err = h.desk.TellAbsence(t.Context(), h.as("vanthu.molao"), in, key("k"))
	refused(t, err, routing.ErrReused)

	warnings := func() []any {
		event := h.done(h.direct("chutich.quan", h.registered(), noKey, leadAndWards...))
		list, _ := event.Details["warnings"].([]any)
		return list
	}
	got := warnings()
	require.Len(t, got, 1)
	warning := got[0].(map[string]any)
	require.Equal(t, "absence", warning["code"])
	require.Equal(t, string(unit("molao")), warning["unit"])
	require.Equal(t, string(head.PositionID), warning["details"].(map[string]any)["position"])

	away, err := h.desk.Absences(t.Context(), unit("molao"), "2026-11-28", "2026-12-05")
	require.NoError(t, err)
	require.Equal(t, []routing.Absence{told}, away)
	away, err = h.desk.Absences(t.Context(), unit("molao"), "2026-11-29", "2026-12-05")
	require.NoError(t, err)
	require.Empty(t, away)

	refused(t, h.desk.EndAbsence(t.Context(), h.as("chutich.vanquan"), told.ID), routing.ErrNotAllowed)
	require.NoError(t, h.desk.EndAbsence(t.Context(), head, told.ID))
	require.Empty(t, warnings())
	refused(t, h.desk.EndAbsence(t.Context(), head, told.ID), routing.ErrNotFound)
}

// What rings follows the date in force: nothing for the old one, all for the new.
func TestAlarmsFollowAnExtension_ND30_Dieu24(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.dispatched(leadAndWards...)
	a := h.received(doc, "molao")
	asked := h.done(h.askExtension("chutich.molao", a, "2026-12-04 15:00", noKey))
	h.waitUntil("2026-11-26 17:01") // the decision is late
	h.step(h.hands.Ring, doc)
	require.Contains(t, h.heard("chutich.quan"), "decision")
	h.done(h.desk.DecideExtension(t.Context(), h.as("chutich.quan"), h.decision(asked), true, nil, "", noKey))
	require.Equal(t, []string{"extended"}, h.heard("chutich.molao")[:1])
	h.waitUntil("2026-12-01 09:00")
	h.step(h.hands.Ring, doc)
	works := func(due string) int {
		return h.count("alarms WHERE kind = 'work' AND subject_id = ? AND due_at = ?", a.ID, at(due))
	}
	late := works("2026-11-27 15:00")
	require.Zero(t, h.count("alarms x WHERE x.kind = 'work' AND x.subject_id = ? AND x.due_at = ? AND x.rung_at > ?", a.ID, at("2026-11-27 15:00"), at("2026-11-27 00:00")))
	h.waitUntil("2026-12-07 16:00")
	h.step(h.hands.Ring, doc)
	require.Positive(t, works("2026-12-04 15:00"))
	require.Equal(t, late, works("2026-11-27 15:00"))
	h.explained(doc)
}

// A report between asking and granting is judged by the date in force then.
func TestAReportWhileAnExtensionIsAsked_Domain_9_2_10(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.dispatched(leadAndWards...)
	a := h.received(doc, "molao")
	asked := h.done(h.askExtension("chutich.molao", a, "2026-12-04 15:00", noKey))
	h.waitUntil("2026-11-30 09:00")
	event := h.done(h.desk.Report(t.Context(), h.as("chutich.molao"), a.ID, "Đã xong", noKey))
	require.Equal(t, true, event.Details["late"])
	_, err := h.desk.DecideExtension(t.Context(), h.as("chutich.quan"), h.decision(asked), true, nil, "", noKey)
	refused(t, err, routing.ErrTransition)
	h.done(h.desk.Approve(t.Context(), h.as("chutich.quan"), a.ID, 0, noKey))
	require.Zero(t, h.count("decisions WHERE status = 'open'"), "what has ended asks nobody")
	_, err = h.desk.DecideExtension(t.Context(), h.as("chutich.quan"), h.decision(asked), true, nil, "", noKey)
	refused(t, err, routing.ErrDecided)
	h.explained(doc)
}
