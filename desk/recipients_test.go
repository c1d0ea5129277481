package desk_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"congvan/routing"
)

// Domain 9.4, scenario 6: an update removes a ward and adds another.
// NĐ 30/2020, Điều 23 khoản 4.
func TestAddRecipients_ND30_Dieu23(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.dispatched(to("qldt", routing.Lead), to("molao", routing.Execute))
	lead, ward := h.received(doc, "qldt"), h.share(doc, "molao")
	first := h.direction(doc, routing.GivenFirst)
	chairman := h.as("chutich.quan")

	for name, c := range map[string]struct {
		username   string
		text       string
		recipients []routing.Recipient
		want       *routing.Error
	}{
		"no reason":           {"chutich.quan", "thêm", []routing.Recipient{to("phula", routing.Execute)}, routing.ErrReason},
		"a clerk":             {"vanthu.quan", because, []routing.Recipient{to("phula", routing.Execute)}, routing.ErrNotAllowed},
		"who received it":     {"chutich.molao", because, []routing.Recipient{to("phula", routing.Execute)}, routing.ErrNotAllowed},
		"a stranger":          {"chutich.phula", because, []routing.Recipient{to("phula", routing.Execute)}, routing.ErrNotFound},
		"nobody":              {"chutich.quan", because, nil, routing.ErrRecipients},
		"who has it":          {"chutich.quan", because, []routing.Recipient{to("molao", routing.Inform)}, routing.ErrRecipients},
		"twice":               {"chutich.quan", because, []routing.Recipient{to("phula", routing.Execute), to("phula", routing.Execute)}, routing.ErrRecipients},
		"a second lead":       {"chutich.quan", because, []routing.Recipient{to("tp", routing.Lead)}, routing.ErrLead},
		"past":                {"chutich.quan", because, []routing.Recipient{due(to("phula", routing.Execute), "2026-11-20 10:00")}, routing.ErrDuePast},
		"another's officer":   {"chutich.quan", because, []routing.Recipient{officer("molao", "canbo.molao", routing.Execute)}, routing.ErrRecipients},
		"a unit of nowhere":   {"chutich.quan", because, []routing.Recipient{{UnitID: doc.ID, Role: routing.Inform}}, routing.ErrUnit},
		"a mark of a secret":  {"chutich.quan", "Tối mật", []routing.Recipient{to("phula", routing.Execute)}, routing.ErrStateSecret},
		"himself":             {"chutich.quan", because, []routing.Recipient{to("quan", routing.Execute)}, routing.ErrRecipients},
		"a day off":           {"chutich.quan", because, []routing.Recipient{due(to("phula", routing.Execute), "2026-11-29 10:00")}, routing.ErrDueDayOff},
		"nothing of the kind": {"chutich.quan", because, []routing.Recipient{{UnitID: unit("phula"), Role: "watch"}}, routing.ErrRecipients},
	} {
		_, err := h.desk.AddRecipients(t.Context(), h.as(c.username), first, c.text, c.recipients, noKey)
		require.ErrorIs(t, err, c.want, name)
	}
	_, err := h.desk.AddRecipients(t.Context(), chairman, doc.ID, because, nil, noKey)
	refused(t, err, routing.ErrNotFound)

	more := []routing.Recipient{to("phula", routing.Execute), to("nv", routing.Inform)}
	event := h.done(h.desk.AddRecipients(t.Context(), chairman, first, because, more, key("k")))
	require.Equal(t, event, h.done(h.desk.AddRecipients(t.Context(), chairman, first, because, more, key("k"))))
	_, err = h.desk.AddRecipients(t.Context(), chairman, first, because, more, noKey)
	refused(t, err, routing.ErrRecipients)

	h.done(h.desk.Drop(t.Context(), chairman, ward.ID, because, ward.Version, noKey))
	_, err = h.desk.Report(t.Context(), h.as("truong.qldt"), lead.ID, "Đã xong", noKey)
	refused(t, err, routing.ErrPartsOpen) // what was added is on its way
	h.dispatch(doc)
	added := h.share(doc, "phula")
	require.Equal(t, first, added.CircleID)
	require.Equal(t, routing.Sent, added.Status)
	_, err = h.desk.Report(t.Context(), h.as("truong.qldt"), lead.ID, "Đã xong", noKey)
	require.Equal(t, []string{"UBND phường Phú La"}, refused(t, err, routing.ErrPartsOpen).Details["units"])
	given := h.view("chutich.phula", doc).Directions[0]
	require.Contains(t, given.Text, "Kiểm tra, xử lý vi phạm")
	require.Contains(t, given.Text, because)
	require.Equal(t, "Báo cáo kết quả", given.Result)
	require.NotContains(t, h.kindsHeard("chutich.molao", doc), routing.ActAdd)

	h.reported(doc, "chutich.phula", "phula")
	h.done(h.desk.Report(t.Context(), h.as("truong.qldt"), lead.ID, "Đã xong", noKey))
	h.explained(doc)
}

// Out of a share: the leader whose unit handed it on adds.
func TestAddRecipientsFurtherDown(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.passedOn()
	further := h.direction(doc, routing.GivenFurther)
	more := []routing.Recipient{to("phula", routing.Execute)}
	_, err := h.desk.AddRecipients(t.Context(), h.as("chutich.quan"), further, because, more, noKey)
	refused(t, err, routing.ErrNotAllowed)
	_, err = h.desk.AddRecipients(t.Context(), h.as("truong.qldt"), further, because, []routing.Recipient{to("phula", routing.Lead)}, noKey)
	refused(t, err, routing.ErrLead) // the office kept it
	_, err = h.desk.AddRecipients(t.Context(), h.as("truong.qldt"), further, because, []routing.Recipient{to("nv", routing.Execute)}, noKey)
	refused(t, err, routing.ErrSideways)
	event := h.done(h.desk.AddRecipients(t.Context(), h.as("truong.qldt"), further, because, more, noKey))
	require.Equal(t, h.share(doc, "qldt").ID, event.AssignmentID)
	h.dispatch(doc)
	require.Equal(t, h.share(doc, "qldt").ID, h.share(doc, "phula").ParentID)
	h.explained(doc)
}

func TestDrop(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.dispatched(leadAndWards...)
	chairman := h.as("chutich.quan")
	h.done(h.directFurther("chutich.molao", h.received(doc, "molao"), noKey, officer("molao", "canbo.molao", routing.Lead)))
	h.dispatch(doc)
	_, err := h.desk.Drop(t.Context(), chairman, h.share(doc, "qldt").ID, because, 0, noKey)
	require.Contains(t, refused(t, err, routing.ErrLeadNeeded).Message, "chủ trì")
	ward := h.share(doc, "molao")
	for username, want := range map[string]*routing.Error{"chutich.molao": routing.ErrNotAllowed, "truong.qldt": routing.ErrNotFound, "vanthu.quan": routing.ErrNotAllowed} {
		_, err := h.desk.Drop(t.Context(), h.as(username), ward.ID, because, 0, noKey)
		refused(t, err, want)
	}
	h.done(h.desk.Drop(t.Context(), chairman, ward.ID, because, ward.Version, noKey))
	for _, a := range h.shares(doc, "molao") {
		require.Equal(t, routing.Withdrawn, a.Status, "the officer's share goes with the ward's")
	}
	require.Equal(t, because, h.firstHeard("chutich.molao", doc, routing.ActDrop).Details["reason"], "its trail stays to be seen")
	require.Equal(t, because, h.firstHeard("canbo.molao", doc, routing.ActWithdraw).Details["reason"])
	_, err = h.desk.Drop(t.Context(), chairman, ward.ID, because, 0, noKey)
	refused(t, err, routing.ErrTransition)
	h.explained(doc)
}

// A share that is dropped before what was directed out of it is dispatched.
func TestDropStopsWhatIsOnItsWay(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.dispatched(leadAndWards...)
	h.done(h.directFurther("chutich.molao", h.received(doc, "molao"), noKey, officer("molao", "canbo.molao", routing.Lead)))
	h.done(h.desk.Drop(t.Context(), h.as("chutich.quan"), h.share(doc, "molao").ID, because, 0, noKey))
	h.dispatch(doc)
	require.Len(t, h.shares(doc, "molao"), 1)
	h.explained(doc)
}

// NĐ 30/2020, Điều 21 khoản 2: from the wrong place back, and from there to the right one.
func TestReroute_ND30_Dieu21(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.dispatched(leadAndWards...)
	lead, chairman := h.received(doc, "qldt"), h.as("chutich.quan")
	h.done(h.desk.Return(t.Context(), h.as("truong.qldt"), lead.ID, because, 0, noKey))
	lead = h.share(doc, "qldt")
	for name, c := range map[string]struct {
		to   routing.Recipient
		want *routing.Error
	}{
		"where it is":       {routing.Recipient{UnitID: unit("qldt")}, routing.ErrRecipients},
		"who has a part":    {routing.Recipient{UnitID: unit("tp")}, routing.ErrRecipients},
		"the giver":         {routing.Recipient{UnitID: unit("quan")}, routing.ErrRecipients},
		"past":              {due(routing.Recipient{UnitID: unit("kt")}, "2026-11-20 10:00"), routing.ErrDuePast},
		"nowhere":           {routing.Recipient{UnitID: doc.ID}, routing.ErrUnit},
		"another's officer": {officer("molao", "canbo.molao", ""), routing.ErrRecipients},
	} {
		_, err := h.desk.Reroute(t.Context(), chairman, lead.ID, c.to, because, 0, noKey)
		require.ErrorIs(t, err, c.want, name)
	}
	event := h.done(h.desk.Reroute(t.Context(), chairman, lead.ID, routing.Recipient{UnitID: unit("kt")}, because, lead.Version, key("k")))
	require.Equal(t, string(unit("kt")), event.Details["toUnit"])
	require.Equal(t, event, h.done(h.desk.Reroute(t.Context(), chairman, lead.ID, routing.Recipient{UnitID: unit("kt")}, because, lead.Version, key("k"))))
	_, err := h.desk.AddRecipients(t.Context(), chairman, lead.DirectionID, because, []routing.Recipient{to("ttr", routing.Lead)}, noKey)
	refused(t, err, routing.ErrLead) // the new one is on its way
	h.dispatch(doc)
	require.Equal(t, routing.Withdrawn, h.share(doc, "qldt").Status)
	instead := h.share(doc, "kt")
	require.Equal(t, routing.Lead, instead.Role)
	require.Equal(t, lead.Due, instead.Due, "the old due date holds")
	require.Equal(t, lead.ID, instead.ReplacesID)
	require.Equal(t, lead.CircleID, instead.CircleID)
	require.Equal(t, because, h.firstHeard("truong.qldt", doc, routing.ActReroute).Details["reason"])
	require.Equal(t, "Kiểm tra, xử lý vi phạm", h.view("truong.kt", doc).Directions[0].Text)
	_, err = h.desk.Document(t.Context(), h.as("chutich.phula"), doc.ID)
	refused(t, err, routing.ErrNotFound)

	h.received(doc, "kt")
	_, err = h.desk.Report(t.Context(), h.as("truong.kt"), instead.ID, "Đã xong", noKey)
	require.Len(t, refused(t, err, routing.ErrPartsOpen).Details["units"], 2, "it leads the same circle")
	h.explained(doc)

	h.waitUntil("2026-11-30 09:00")
	ward := h.share(doc, "molao")
	_, err = h.desk.Reroute(t.Context(), chairman, ward.ID, routing.Recipient{UnitID: unit("phula")}, because, 0, noKey)
	refused(t, err, routing.ErrDueMissing) // the old one has passed
}
