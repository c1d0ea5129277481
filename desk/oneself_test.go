package desk_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"congvan/desk"
	"congvan/routing"
)

// A report that was made in somebody's name is his: he does not judge it for
// somebody else.
func TestNobodyJudgesWhatWasReportedInHisName_ND30_Dieu13(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	head := h.delegate("truong.qldt", "chuyenvien.qldt")
	chairman := h.delegate("chutich.quan", "truong.qldt")
	doc := h.dispatched(to("qldt", routing.Lead))
	a := h.received(doc, "qldt")
	h.done(h.desk.Report(t.Context(), head, a.ID, "Đã xử lý xong", noKey))
	a = h.share(doc, "qldt")
	_, err := h.desk.Approve(t.Context(), chairman, a.ID, a.Version, noKey)
	refused(t, err, routing.ErrNotAllowed)

	h.done(h.desk.SendBack(t.Context(), h.as("chutich.quan"), a.ID, "Chưa nêu rõ số liệu", a.Version, noKey))
	a = h.share(doc, "qldt")
	h.done(h.desk.Submit(t.Context(), head, a.ID, "Đã xử lý xong", []routing.Stage{stage(routing.EachMust, "tp")}, a.Version, noKey))
	h.done(h.consent("truong.tp", noKey))
	a = h.share(doc, "qldt")
	require.Equal(t, routing.Reported, a.Status)
	_, err = h.desk.Approve(t.Context(), chairman, a.ID, a.Version, noKey)
	refused(t, err, routing.ErrNotAllowed)
	h.done(h.desk.Approve(t.Context(), h.as("chutich.quan"), a.ID, a.Version, noKey))
}

// Who acts for the giver does not give himself time: neither by a later date
// that nobody asked for, nor by letting his own clocks stand still.
func TestNobodyGivesHimselfTimeForAnother_ND30_Dieu13(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	chairman, head := h.delegate("chutich.quan", "truong.qldt"), h.delegate("truong.qldt", "chuyenvien.qldt")
	doc := h.dispatched(to("qldt", routing.Lead), to("tp", routing.Execute))
	unitShare := h.received(doc, "qldt")
	_, err := h.directFurther("truong.qldt", unitShare, noKey, due(officer("qldt", "chuyenvien.qldt", routing.Execute), "2026-11-26 15:00"),
		to("qldt", routing.Lead))
	require.NoError(t, err)
	h.dispatch(doc)
	own := h.shares(doc, "qldt")[1]
	require.NotEmpty(t, own.PositionID)
	for _, x := range []struct {
		actor routing.Actor
		on    routing.Assignment
	}{{chairman, h.share(doc, "qldt")}, {head, own}} {
		_, err = h.desk.Extend(t.Context(), x.actor, x.on.ID, at("2026-12-04 15:00"), "Việc cần thêm thời gian", x.on.Version, noKey)
		refused(t, err, routing.ErrNotAllowed)
		_, err = h.desk.Hold(t.Context(), x.actor, x.on.ID, routing.OtherHold, "Việc cần thêm thời gian", x.on.Version, noKey)
		refused(t, err, routing.ErrNotAllowed)
	}
	other := h.share(doc, "tp")
	h.done(h.desk.Extend(t.Context(), chairman, other.ID, at("2026-12-04 15:00"), "Việc cần thêm thời gian", other.Version, noKey))
}

// The load of units that one cannot lay work on is nobody's business.
func TestWhatIfSaysNothingOfOthersLoad(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	h.dispatched(to("tp", routing.Lead))
	doc := h.dispatched(to("qldt", routing.Lead))
	share := h.received(doc, "qldt")
	stranger := officer("tp", "truong.tp", routing.Execute)
	f, err := h.desk.WhatIf(t.Context(), h.as("truong.qldt"), desk.Target{AssignmentID: share.ID},
		draft(desk.DraftRecipient{Recipient: to("tp", routing.Execute)}, desk.DraftRecipient{Recipient: due(stranger, "2026-11-27 15:00")}))
	require.NoError(t, err)
	for _, x := range f.Recipients {
		require.NotNil(t, x.Refused)
		require.Zero(t, x.Open)
		require.Zero(t, x.DueThatDay)
	}
	require.Equal(t, "Chưa nơi nào có việc khác đến hạn hôm đó.", f.Summary)
}

// One key names one request, also where it is carried out in parts.
func TestAKeyOfPartsNamesOneRequest(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.dispatched(to("qldt", routing.Lead))
	share := h.received(doc, "qldt")
	_, err := h.directFurther("truong.qldt", share, noKey, to("qldt", routing.Lead), due(officer("qldt", "chuyenvien.qldt", routing.Execute), "2026-11-26 15:00"))
	require.NoError(t, err)
	h.dispatch(doc)
	h.waitUntil("2026-11-30 09:00")
	outcomes, err := h.desk.RemindLate(t.Context(), h.as("truong.qldt"), doc.ID, key("k", "remind"))
	require.NoError(t, err)
	require.Equal(t, []string{""}, codes(outcomes))
	s, err := h.desk.HandOverPosition(t.Context(), h.as("truong.qldt"), h.as("chuyenvien.qldt").PositionID, h.as("truong.qldt").PositionID, wrongText, key("k", "hand over"))
	require.NoError(t, err)
	require.Equal(t, []string{routing.ErrReused.Code}, codes(s.Outcomes), "a reminder is no handover")

	in := cleaning()
	_, err = h.desk.AddTemplate(t.Context(), h.as("chutich.quan"), in, key("t", "one"))
	require.NoError(t, err)
	in.Name = "Một mẫu khác"
	_, err = h.desk.AddTemplate(t.Context(), h.as("chutich.quan"), in, key("t", "two"))
	refused(t, err, routing.ErrReused)
}

// A delegation of some acts is none to change what the unit says for years.
func TestALimitedDelegationKeepsNoTemplates_ND30_Dieu13(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	template := h.template()
	approves := h.delegate("chutich.quan", "pho.dothi", routing.ActApprove)
	in := cleaning()
	in.Name = "Một mẫu khác"
	_, err := h.desk.AddTemplate(t.Context(), approves, in, noKey)
	refused(t, err, routing.ErrMandate)
	_, err = h.desk.ArchiveTemplate(t.Context(), approves, template.ID, template.Version)
	refused(t, err, routing.ErrMandate)
}

// Only a unit that has ended is succeeded: the administrator sees no documents
// of a unit that works.
func TestOnlyAnEndedUnitIsHandedOver_Domain_7_2(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.dispatched(to("molao", routing.Lead))
	_, err := h.desk.HandOverUnit(t.Context(), h.as("quantri"), unit("molao"), unit("vanquan"), wrongText, noKey)
	refused(t, err, routing.ErrUnit)
	require.Equal(t, unit("molao"), h.share(doc, "molao").UnitID)
	require.Equal(t, routing.Sent, h.share(doc, "molao").Status)
}
