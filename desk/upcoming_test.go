package desk_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"congvan/routing"
)

func (h *hall) upcoming(username, from, to string) []string {
	h.Helper()
	alarms, err := h.desk.UpcomingAlarms(h.Context(), h.as(username), at(from), at(to), 0)
	require.NoError(h, err)
	list := []string{}
	for _, a := range alarms {
		list = append(list, a.At.In(at(from).Location()).Format("02 15:04 ")+string(a.Kind)+" "+a.Unit.Code)
	}
	return list
}

// Everything that will ring, when and for whom (NĐ 30/2020, Điều 24 khoản 1).
func TestUpcomingAlarms_ND30_Dieu24(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.dispatched(to("qldt", routing.Lead), to("molao", routing.Execute))
	waiting := h.document(h.done(h.register("vanthu.quan", electronic(at("2026-11-23 08:30")), noKey)).DocumentID)
	h.register("vanthu.molao", letter(), noKey)
	today := []string{"23 16:00 notice HADONG", "23 16:00 receipt 09541", "23 17:00 notice HADONG", "23 17:00 receipt QLĐT"}
	require.Equal(t, today, h.upcoming("chutich.quan", "2026-11-23 10:00", "2026-11-24 00:00"))
	require.Equal(t, today, h.upcoming("chanhvanphong", "2026-11-23 10:00", "2026-11-24 00:00"), "the chief follows the whole")
	require.Equal(t, []string{"23 17:00 receipt QLĐT"}, h.upcoming("truong.qldt", "2026-11-23 10:00", "2026-11-24 00:00"))
	require.Equal(t, []string{"23 16:00 receipt 09541"}, h.upcoming("chutich.molao", "2026-11-23 10:00", "2026-11-24 00:00"))
	require.Equal(t, []string{"25 09:00 receipt 09541", "25 11:00 receipt 09541", "25 12:00 presenting 09541"},
		h.upcoming("chutich.molao", "2026-11-25 08:00", "2026-11-25 12:30"), "its own book, too")
	require.Empty(t, h.upcoming("chutich.phula", "2026-11-23 10:00", "2026-12-24 00:00"))

	alarms, err := h.desk.UpcomingAlarms(t.Context(), h.as("chutich.quan"), at("2026-11-23 10:00"), at("2026-12-31 00:00"), 2)
	require.NoError(t, err)
	require.Len(t, alarms, 2, "the first of them")
	h.rings(doc, "2026-11-23 16:01")
	h.rings(waiting, "2026-11-23 16:01")
	require.Equal(t, today[2:], h.upcoming("chutich.quan", "2026-11-23 10:00", "2026-11-24 00:00"), "what rang is over")
	_, err = h.desk.UpcomingAlarms(t.Context(), h.as("quantri"), at("2026-11-23 10:00"), at("2026-12-31 00:00"), 2)
	refused(t, err, routing.ErrNotAllowed)
}

// An office that is asked for its consent hears of what it has to decide, and of
// nothing else about the share.
func TestUpcomingOfWhoIsAsked(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.dispatched(to("qldt", routing.Lead))
	a := h.received(doc, "qldt")
	h.done(h.desk.AskExtension(t.Context(), h.as("truong.qldt"), a.ID, at("2026-12-01 15:00"), because, 0, noKey))
	h.done(h.desk.Submit(t.Context(), h.as("truong.qldt"), a.ID, "Đã xong", []routing.Stage{{Rule: routing.EachMust, Units: []routing.ID{unit("tp"), unit("nv")}}}, 0, noKey))
	alarms, err := h.desk.UpcomingAlarms(t.Context(), h.as("truong.tp"), h.now(), h.now().AddDate(0, 0, 20), 0)
	require.NoError(t, err)
	require.NotEmpty(t, alarms)
	for _, x := range alarms {
		require.Equal(t, routing.AwaitDecision, x.Kind)
		require.Equal(t, unit("tp"), x.Unit.ID)
	}
}

// The alarms of one document name who holds the offices today.
func TestAlarmsNameWhoIsTold(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.registered()
	h.done(h.present("vanthu.quan", doc, "pho.vanxa"))
	alarms, err := h.desk.Alarms(t.Context(), h.as("chanhvanphong"), doc.ID)
	require.NoError(t, err)
	require.Len(t, alarms, 3)
	require.Equal(t, []string{"Phó Chủ tịch UBND quận phụ trách văn xã"}, alarms[0].Told)
	require.Equal(t, []string{"Chánh Văn phòng HĐND&UBND"}, alarms[1].Told)
	require.Equal(t, []string{"Chủ tịch UBND quận"}, alarms[2].Told)
	require.Equal(t, 1, h.rings(doc, "2026-11-25 13:00"))
	alarms, err = h.desk.Alarms(t.Context(), h.as("chutich.quan"), doc.ID)
	require.NoError(t, err)
	require.Equal(t, at("2026-11-25 13:00").UTC(), alarms[0].Rung)
	require.Len(t, alarms, 3)
}

// Decisions ring, too: a recall that a ward does not answer.
func TestAlarmsOfDecisions(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.dispatched(to("qldt", routing.Lead), to("molao", routing.Execute))
	h.received(doc, "molao")
	h.done(h.recall("vanthu.quan", h.document(doc.ID), noKey))
	h.step(h.hands.Withdraw, doc)
	alarms, err := h.desk.Alarms(t.Context(), h.as("chutich.molao"), doc.ID)
	require.NoError(t, err)
	require.Len(t, alarms, 2)
	require.Equal(t, routing.AwaitDecision, alarms[0].Kind)
	require.Equal(t, unit("molao"), alarms[0].Unit.ID)
	require.NotEmpty(t, h.upcoming("chutich.quan", "2026-11-25 08:00", "2026-11-27 08:00"))
	require.NotEmpty(t, h.upcoming("chutich.molao", "2026-11-25 08:00", "2026-11-27 08:00"))
	require.Equal(t, 1, h.rings(doc, "2026-11-25 16:01"))
	alarms, err = h.desk.Alarms(t.Context(), h.as("chutich.quan"), doc.ID)
	require.NoError(t, err)
	require.False(t, alarms[0].Rung.IsZero())
	require.Equal(t, unit("molao"), alarms[0].Unit.ID)
}
