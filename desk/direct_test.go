package desk_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"congvan/desk"
	"congvan/routing"
	"congvan/seed"
)

func (h *hall) direct(username string, doc routing.Document, req routing.Request, recipients ...routing.Recipient) (routing.Event, error) {
	h.Helper()
	return h.desk.DirectDocument(h.Context(), h.as(username), doc.ID, fiveClear(recipients...), doc.Version, req)
}

func (h *hall) directFurther(username string, a routing.Assignment, req routing.Request, recipients ...routing.Recipient) (routing.Event, error) {
	h.Helper()
	return h.desk.DirectAssignment(h.Context(), h.as(username), a.ID, fiveClear(recipients...), a.Version, req)
}

// officer names a position of a unit.
func officer(unitKey, code string, role routing.Role) routing.Recipient {
	r := to(unitKey, role)
	r.PositionID = seed.PositionID(code)
	return r
}

func due(r routing.Recipient, text string) routing.Recipient {
	r.Due = at(text).UTC()
	return r
}

// NĐ 30/2020, Điều 23 khoản 2 and 4: the leader's opinion, sent on the same day.
func TestDirectAndDispatch_ND30_Dieu23(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.registered()
	event := h.done(h.direct("chutich.quan", doc, key("k"), leadAndWards...))
	require.Equal(t, event, h.done(h.direct("chutich.quan", doc, key("k"), leadAndWards...)))
	require.Equal(t, string(routing.Directed), event.State)
	_, err := h.desk.DirectDocument(t.Context(), h.as("chutich.quan"), doc.ID, fiveClear(), 1, key("k", "other content"))
	refused(t, err, routing.ErrReused)
	require.Equal(t, []routing.MilestoneKind{routing.NewsRegistered, routing.NewsDirected}, h.milestones(doc))

	outlook := h.dispatch(doc)
	require.Equal(t, routing.Directed, outlook.Status)
	require.Equal(t, 5, h.count("events WHERE kind = 'dispatched'"))
	for _, r := range leadAndWards {
		require.Equal(t, 1, h.count("assignments WHERE unit_id = ? AND role = ? AND status = 'sent'", r.UnitID, r.Role))
	}
	before := h.everything()
	require.Equal(t, outlook, h.dispatch(doc))
	require.Equal(t, before, h.everything(), "dispatching again sends nothing twice")

	_, err = h.direct("chutich.quan", h.document(doc.ID), noKey, leadAndWards...)
	require.Equal(t, "directed", refused(t, err, routing.ErrTransition).Details["state"])
}

func TestDirectRefuses(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.registered()
	before := h.everything()
	lead := to("qldt", routing.Lead)
	for name, c := range map[string]struct {
		by         string
		recipients []routing.Recipient
		want       *routing.Error
	}{
		"the clerk":                       {"vanthu.quan", leadAndWards, routing.ErrNotAllowed},
		"a stranger":                      {"truong.qldt", leadAndWards, routing.ErrNotFound},
		"an admin":                        {"quantri", leadAndWards, routing.ErrNotFound},
		"nobody named":                    {"chutich.quan", nil, routing.ErrIncomplete},
		"no lead":                         {"chutich.quan", leadAndWards[1:], routing.ErrLead},
		"two leads":                       {"chutich.quan", []routing.Recipient{lead, to("tp", routing.Lead)}, routing.ErrLead},
		"an unknown unit":                 {"chutich.quan", []routing.Recipient{lead, {UnitID: "0199c4a0-0000-7000-8000-000000000000", Role: routing.Inform}}, routing.ErrUnit},
		"no id of a unit":                 {"chutich.quan", []routing.Recipient{lead, {UnitID: "'; --", Role: routing.Inform}}, routing.ErrUnit},
		"due on a day off":                {"chutich.quan", []routing.Recipient{due(lead, "2026-11-28 10:00")}, routing.ErrDueDayOff},
		"due on Ngày Văn hóa Việt Nam":    {"chutich.quan", []routing.Recipient{due(lead, "2026-11-24 10:00")}, routing.ErrDueDayOff},
		"due in the past":                 {"chutich.quan", []routing.Recipient{due(lead, "2026-11-23 09:00")}, routing.ErrDuePast},
		"due before the receipt":          {"chutich.quan", []routing.Recipient{due(lead, "2026-11-23 16:30")}, routing.ErrDueBeforeReceipt},
		"no due":                          {"chutich.quan", []routing.Recipient{{UnitID: unit("qldt"), Role: routing.Lead}}, routing.ErrDueMissing},
		"an officer, from above the unit": {"chutich.quan", []routing.Recipient{lead, officer("molao", "canbo.molao", routing.Execute)}, routing.ErrRecipients},
	} {
		_, err := h.direct(c.by, doc, key(name), c.recipients...)
		require.ErrorIs(t, err, c.want, name)
	}
	_, err := h.desk.DirectDocument(t.Context(), h.as("chutich.quan"), doc.ID, fiveClear(lead), doc.Version+1, noKey)
	require.Equal(t, doc.Version, refused(t, err, routing.ErrStale).Details["version"])
	_, err = h.direct("chutich.quan", doc, noKey, due(lead, "2026-11-28 10:00"))
	require.Equal(t, "Phòng Quản lý đô thị", refused(t, err, routing.ErrDueDayOff).Details["unitName"])
	require.Equal(t, before, h.everything())
}

// The receipt of phường Mộ Lao is due by its own hours, at 16:00.
func TestDuesAreJudgedByTheHoursOfTheUnit(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.registered()
	lead := to("qldt", routing.Lead)
	_, err := h.direct("chutich.quan", doc, noKey, lead, due(to("vanquan", routing.Execute), "2026-11-23 16:30"))
	refused(t, err, routing.ErrDueBeforeReceipt)
	h.done(h.direct("chutich.quan", doc, noKey, lead, due(to("molao", routing.Execute), "2026-11-23 16:30")))
}

func TestADeputyDirectsInHisFieldOnly_ND30_Dieu23(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	in := letter()
	in.Field = "đô thị"
	doc := h.document(h.done(h.register("vanthu.quan", in, noKey)).DocumentID)
	_, err := h.direct("pho.vanxa", doc, noKey, to("qldt", routing.Lead))
	refused(t, err, routing.ErrNotAllowed)
	h.done(h.direct("pho.dothi", doc, noKey, to("qldt", routing.Lead)))
}

func TestTheHolderKeepsTheLeadAndHandsOut(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.dispatched(to("qldt", routing.Lead), to("tp", routing.Coordinate))
	_, err := h.directFurther("truong.qldt", h.share(doc, "qldt"), noKey, to("qldt", routing.Lead), to("molao", routing.Execute))
	require.Equal(t, "sent", refused(t, err, routing.ErrTransition).Details["state"], "first it is received")
	a, coordinator := h.received(doc, "qldt"), h.received(doc, "tp")
	_, err = h.directFurther("vanthu.qldt", a, noKey, to("qldt", routing.Lead), to("molao", routing.Execute))
	refused(t, err, routing.ErrNotAllowed)
	_, err = h.directFurther("truong.tp", coordinator, noKey, to("tp", routing.Lead), to("molao", routing.Execute))
	refused(t, err, routing.ErrNotAllowed)
	_, err = h.directFurther("truong.qldt", a, noKey, to("qldt", routing.Lead))
	require.Equal(t, []string{"people"}, refused(t, err, routing.ErrIncomplete).Details["open"])
	_, err = h.directFurther("truong.qldt", a, noKey, to("qldt", routing.Lead), officer("qldt", "chuyenvien.nv", routing.Execute))
	refused(t, err, routing.ErrUnit)

	recipients := []routing.Recipient{to("qldt", routing.Lead), to("molao", routing.Execute), officer("qldt", "chuyenvien.qldt", routing.Execute)}
	event := h.done(h.directFurther("truong.qldt", a, key("k"), recipients...))
	require.Equal(t, event, h.done(h.directFurther("truong.qldt", a, key("k"), recipients...)))
	require.Equal(t, a.ID, event.AssignmentID)
	require.Equal(t, routing.Working, h.share(doc, "qldt").Status)
	_, err = h.directFurther("truong.qldt", a, noKey, recipients...)
	refused(t, err, routing.ErrStale)

	h.dispatch(doc)
	ward := h.share(doc, "molao")
	require.Equal(t, [2]routing.ID{a.ID, unit("qldt")}, [2]routing.ID{ward.ParentID, ward.GiverUnitID})
	require.Equal(t, 4, h.count("assignments"), "the holder gets no second share")
	_, err = h.desk.Report(t.Context(), h.as("truong.qldt"), a.ID, "xong", noKey)
	require.Len(t, refused(t, err, routing.ErrPartsOpen).Details["units"], 2)
}

// A ward's officer works on his own share; his head judges it.
func TestAnOfficersShare(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.dispatched(to("qldt", routing.Lead), to("molao", routing.Execute))
	ward := h.received(doc, "molao")
	h.done(h.directFurther("chutich.molao", ward, noKey, officer("molao", "canbo.molao", routing.Lead)))
	h.dispatch(doc)
	inbox, err := h.desk.Inbox(t.Context(), h.as("canbo.molao"), "open", true, desk.Cursor{}, 0)
	require.NoError(t, err)
	require.Len(t, inbox, 1)
	mine := inbox[0].ID
	_, err = h.desk.Acknowledge(t.Context(), h.as("vanthu.molao"), mine, noKey)
	refused(t, err, routing.ErrNotAllowed)
	event := h.done(h.desk.Acknowledge(t.Context(), h.as("canbo.molao"), mine, noKey))
	require.Zero(t, event.Number, "an officer keeps no book")
	h.done(h.desk.Report(t.Context(), h.as("canbo.molao"), mine, "Đã kiểm tra", noKey))
	h.done(h.desk.Approve(t.Context(), h.as("chutich.molao"), mine, 0, noKey))
	require.Equal(t, routing.Directed, h.document(doc.ID).Status, "his lead is not the document's")
	h.done(h.desk.Report(t.Context(), h.as("chutich.molao"), ward.ID, "Phường đã xong", noKey))
}

func TestApprovingClosesWhatWasHandedOutBelow(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.dispatched(to("qldt", routing.Lead), to("tp", routing.Coordinate))
	a := h.received(doc, "qldt")
	h.done(h.directFurther("truong.qldt", a, noKey, to("qldt", routing.Lead), to("molao", routing.Execute), to("phula", routing.Inform)))
	h.dispatch(doc)
	h.reported(doc, "chutich.molao", "molao")
	h.done(h.desk.Report(t.Context(), h.as("truong.qldt"), a.ID, "xong", noKey))
	h.done(h.desk.Approve(t.Context(), h.as("chutich.quan"), a.ID, 0, noKey))
	for key, status := range map[string]routing.AssignmentStatus{"qldt": routing.Done, "molao": routing.Done, "phula": routing.Done, "tp": routing.Sent} {
		require.Equal(t, status, h.share(doc, key).Status, key)
	}
	require.Equal(t, 2, h.count("events WHERE kind = 'closed'"))
}

func TestEndOfDay(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	end, err := h.desk.EndOfDay(t.Context(), unit("molao"), "2026-11-25")
	require.NoError(t, err)
	require.Equal(t, at("2026-11-25 16:00").UTC(), end)
	require.Equal(t, time.UTC, end.Location())
	_, err = h.desk.EndOfDay(t.Context(), unit("molao"), "2026-11-24")
	require.Equal(t, "2026-11-25", refused(t, err, routing.ErrDueDayOff).Details["nextWorkday"])
	_, err = h.desk.EndOfDay(t.Context(), unit("molao"), "25/11/2026")
	refused(t, err, routing.ErrField)
}

// A direction on its way has shares that do not exist yet: while Temporal is
// down, nobody reports the whole over their heads.
func TestNoReportWhileADirectionIsOnItsWay(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.dispatched(leadAndWards[0])
	held := h.received(doc, "qldt")
	h.done(h.directFurther("truong.qldt", held, noKey, to("qldt", routing.Lead), to("molao", routing.Execute)))
	_, err := h.desk.Report(t.Context(), h.as("truong.qldt"), held.ID, "Đã xử lý xong", noKey)
	refused(t, err, routing.ErrPartsOpen)
	h.dispatch(doc)
	_, err = h.desk.Report(t.Context(), h.as("truong.qldt"), held.ID, "Đã xử lý xong", noKey)
	require.NotEmpty(t, refused(t, err, routing.ErrPartsOpen).Details["units"])
}
