package desk_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"congvan/routing"
)

// Domain 7.2: the open work of a unit moves to its successor by an explicit act.
func TestHandOver(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.passedOn() // Quản lý đô thị leads and handed work to two wards
	office := h.share(doc, "qldt")
	successor, admin := routing.Recipient{UnitID: unit("kt")}, h.as("quantri")
	for name, c := range map[string]struct {
		username string
		to       routing.Recipient
		basis    string
		want     *routing.Error
	}{
		"no basis":             {"chutich.quan", successor, "QĐ 12", routing.ErrReason},
		"the holder":           {"truong.qldt", successor, because, routing.ErrNotAllowed},
		"a stranger":           {"truong.nv", successor, because, routing.ErrNotFound},
		"another kind of unit": {"chutich.quan", routing.Recipient{UnitID: unit("phula")}, because, routing.ErrUnit},
		"an officer for it":    {"chutich.quan", officer("kt", "chuyenvien.kt", ""), because, routing.ErrRecipients},
		"where it is":          {"chutich.quan", routing.Recipient{UnitID: unit("qldt")}, because, routing.ErrRecipients},
		"nowhere":              {"chutich.quan", routing.Recipient{UnitID: doc.ID}, because, routing.ErrUnit},
	} {
		_, err := h.desk.HandOver(t.Context(), h.as(c.username), office.ID, c.to, c.basis, 0, noKey)
		require.ErrorIs(t, err, c.want, name)
	}
	_, err := h.desk.HandOver(t.Context(), admin, office.ID, successor, because, office.Version-1, noKey)
	refused(t, err, routing.ErrStale)
	event := h.done(h.desk.HandOver(t.Context(), admin, office.ID, successor, because, office.Version, key("k")))
	require.Equal(t, event, h.done(h.desk.HandOver(t.Context(), admin, office.ID, successor, because, office.Version, key("k"))))
	h.dispatch(doc)

	require.Equal(t, routing.HandedOver, h.share(doc, "qldt").Status)
	taken := h.share(doc, "kt")
	require.Equal(t, routing.Sent, taken.Status, "the receipt is asked anew")
	require.Equal(t, routing.Lead, taken.Role)
	require.Equal(t, office.Due, taken.Due)
	for _, ward := range []string{"molao", "vanquan"} {
		below := h.share(doc, ward)
		require.Equal(t, taken.ID, below.ParentID)
		require.Equal(t, unit("kt"), below.GiverUnitID)
	}
	require.Equal(t, because, h.firstHeard("truong.qldt", doc, routing.ActHandOver).Details["basis"])
	require.Contains(t, h.kindsHeard("chutich.molao", doc), routing.ActCarry)
	_, err = h.desk.Document(t.Context(), admin, doc.ID)
	refused(t, err, routing.ErrNotFound)

	// The successor carries on what was directed before him.
	h.received(doc, "kt")
	further := h.direction(doc, routing.GivenFurther)
	h.done(h.desk.AddRecipients(t.Context(), h.as("truong.kt"), further, because, []routing.Recipient{to("phula", routing.Execute)}, noKey))
	h.dispatch(doc)
	for _, ward := range []string{"molao", "vanquan", "phula"} {
		a := h.reported(doc, "chutich."+ward, ward)
		h.done(h.desk.Approve(t.Context(), h.as("truong.kt"), a.ID, a.Version, noKey))
	}
	h.done(h.desk.Report(t.Context(), h.as("truong.kt"), taken.ID, "Đã xong", noKey))
	h.done(h.desk.Approve(t.Context(), h.as("chutich.quan"), taken.ID, 0, noKey))
	require.Equal(t, routing.Concluded, h.document(doc.ID).Status)
	h.explained(doc)
}

// An officer's share goes to another officer, by the head of their unit.
func TestHandOverToAnOfficer(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.dispatched(to("qldt", routing.Lead))
	h.done(h.directFurther("truong.qldt", h.received(doc, "qldt"), noKey, officer("qldt", "chuyenvien.qldt", routing.Lead)))
	h.dispatch(doc)
	share := h.shares(doc, "qldt")[1]
	h.done(h.desk.HandOver(t.Context(), h.as("truong.qldt"), share.ID, officer("qldt", "vanthu.qldt", ""), because, 0, noKey))
	h.dispatch(doc)
	taken := h.shares(doc, "qldt")[2]
	require.Equal(t, share.ID, taken.ReplacesID)
	require.Equal(t, share.ParentID, taken.ParentID)
	h.done(h.desk.Acknowledge(t.Context(), h.as("vanthu.qldt"), taken.ID, noKey))
	h.explained(doc)
}

// NĐ 30/2020, Điều 23 khoản 2: without an opinion in force the document waits
// for one, and the term of the opinion runs again.
func TestVoidTheFirstDirection_ND30_Dieu23(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.dispatched(leadAndWards...)
	h.done(h.directFurther("chutich.molao", h.received(doc, "molao"), noKey, officer("molao", "canbo.molao", routing.Lead)))
	h.dispatch(doc)
	done := h.reported(doc, "chutich.vanquan", "vanquan")
	h.done(h.desk.Approve(t.Context(), h.as("chutich.quan"), done.ID, 0, noKey))
	first := h.direction(doc, routing.GivenFirst)
	h.done(h.desk.AddRecipients(t.Context(), h.as("chutich.quan"), first, because, []routing.Recipient{to("phula", routing.Execute)}, noKey))
	for username, want := range map[string]*routing.Error{"pho.dothi": routing.ErrNotAllowed, "vanthu.quan": routing.ErrNotAllowed,
		"truong.qldt": routing.ErrNotAllowed, "chutich.phula": routing.ErrNotFound} {
		_, err := h.desk.Void(t.Context(), h.as(username), first, because, noKey)
		refused(t, err, want)
	}
	require.Contains(t, h.view("chutich.quan", doc).MayOn[first], routing.ActVoid)
	require.NotContains(t, h.view("pho.dothi", doc).MayOn[first], routing.ActVoid)

	h.waitUntil("2026-11-25 09:00")
	h.done(h.desk.Void(t.Context(), h.as("chutich.quan"), first, because, key("k")))
	h.done(h.desk.Void(t.Context(), h.as("chutich.quan"), first, because, key("k")))
	_, err := h.desk.Void(t.Context(), h.as("chutich.quan"), first, because, noKey)
	refused(t, err, routing.ErrTransition)
	now := h.document(doc.ID)
	require.Equal(t, routing.Registered, now.Status)
	require.True(t, now.DirectDue.After(h.now()))
	for _, key := range []string{"qldt", "tp", "molao", "nv"} {
		for _, a := range h.shares(doc, key) {
			require.Equal(t, routing.Withdrawn, a.Status, key)
		}
	}
	require.Equal(t, routing.Done, h.share(doc, "vanquan").Status, "what was done stays done")
	require.Equal(t, string(first), h.firstHeard("truong.tp", doc, routing.ActWithdraw).Details["direction"])
	require.Contains(t, h.kindsHeard("truong.tp", doc), routing.ActVoid)

	outlook := h.step(h.hands.Ring, doc)
	require.Equal(t, routing.Registered, outlook.Status)
	require.Empty(t, h.shares(doc, "phula"), "what was on its way never goes out")
	h.done(h.direct("chutich.quan", now, noKey, to("kt", routing.Lead)))
	h.dispatch(doc)
	require.Equal(t, routing.Sent, h.share(doc, "kt").Status)
	h.explained(doc)
}

// A direction that a unit gave further down: its own share stays as it is.
func TestVoidAFurtherDirection(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.passedOn()
	h.done(h.desk.Void(t.Context(), h.as("truong.qldt"), h.direction(doc, routing.GivenFurther), because, noKey))
	require.Equal(t, routing.Working, h.share(doc, "qldt").Status)
	require.Equal(t, routing.Withdrawn, h.share(doc, "molao").Status)
	require.Equal(t, routing.Directed, h.document(doc.ID).Status)
	h.done(h.desk.Report(t.Context(), h.as("truong.qldt"), h.share(doc, "qldt").ID, "Đã xong", noKey))
	h.explained(doc)
}

// The lead that was rerouted is not voided away: somebody has to answer.
func TestVoidKeepsTheLead(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.dispatched(leadAndWards...)
	chairman := h.as("chutich.quan")
	h.done(h.desk.Reroute(t.Context(), chairman, h.share(doc, "qldt").ID, routing.Recipient{UnitID: unit("kt")}, because, 0, noKey))
	rerouted := h.direction(doc, routing.GivenRerouted)
	_, err := h.desk.Void(t.Context(), chairman, rerouted, because, noKey)
	refused(t, err, routing.ErrLeadNeeded)
	h.dispatch(doc)
	_, err = h.desk.Void(t.Context(), chairman, rerouted, because, noKey)
	refused(t, err, routing.ErrLeadNeeded)
}

// Each deadline moves by the working time that passed, on the clock of its unit.
func TestHoldAndResume(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.dispatched(leadAndWards...)
	chairman := h.as("chutich.quan")
	h.done(h.directFurther("chutich.molao", h.received(doc, "molao"), noKey, officer("molao", "canbo.molao", routing.Lead)))
	h.dispatch(doc)
	ward := h.share(doc, "molao")
	h.waitUntil("2026-11-23 14:00")
	_, err := h.desk.Hold(t.Context(), chairman, ward.ID, "weather", because, 0, noKey)
	refused(t, err, routing.ErrField)
	_, err = h.desk.Hold(t.Context(), h.as("chutich.molao"), ward.ID, routing.AwaitSuperior, because, 0, noKey)
	refused(t, err, routing.ErrNotAllowed)
	_, err = h.desk.Resume(t.Context(), chairman, ward.ID, 0, noKey)
	refused(t, err, routing.ErrTransition)
	h.done(h.desk.Hold(t.Context(), chairman, ward.ID, routing.AwaitSuperior, because, ward.Version, noKey))
	_, err = h.desk.Hold(t.Context(), chairman, ward.ID, routing.AwaitSuperior, because, 0, noKey)
	refused(t, err, routing.ErrOnHold)
	officers := h.shares(doc, "molao")[1]
	require.True(t, officers.Held(), "what lies below stands still, too")
	_, err = h.desk.Resume(t.Context(), h.as("chutich.molao"), officers.ID, 0, noKey)
	refused(t, err, routing.ErrOnHold)
	_, err = h.desk.Report(t.Context(), h.as("canbo.molao"), officers.ID, "Đã xong", noKey)
	refused(t, err, routing.ErrTransition) // it is not received
	_, err = h.desk.Report(t.Context(), h.as("chutich.molao"), ward.ID, "Đã xong", noKey)
	refused(t, err, routing.ErrOnHold)

	h.waitUntil("2026-11-30 09:00") // 24/11 is a day off
	require.Equal(t, routing.CellHeld, h.share(doc, "molao").Cell(h.now()), "its due date has passed")
	h.done(h.desk.Resume(t.Context(), chairman, ward.ID, 0, noKey))
	again := h.share(doc, "molao")
	require.False(t, again.Held())
	// 23/11 14:00–16:00, 25, 26, 27/11 and 30/11 07:00–09:00: 2 + 24 + 2 hours from 27/11 15:00.
	require.Equal(t, at("2026-12-03 10:00").UTC(), again.Due)
	require.Equal(t, at("2026-12-03 10:00").UTC(), h.shares(doc, "molao")[1].Due)
	resumed := h.firstHeard("chutich.molao", doc, routing.ActResume)
	require.Equal(t, "2026-12-03T03:00:00Z", resumed.Details["due"])
	require.Equal(t, "2026-11-27T08:00:00Z", resumed.Details["was"].(map[string]any)["due"])
	h.explained(doc)
}

// A document that is held rings nothing; what is held itself stays so.
func TestHoldADocument(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.dispatched(leadAndWards...)
	chairman := h.as("chutich.quan")
	h.done(h.desk.Hold(t.Context(), chairman, h.share(doc, "vanquan").ID, routing.AwaitCitizen, because, 0, noKey))
	_, err := h.desk.HoldDocument(t.Context(), h.as("vanthu.quan"), doc.ID, routing.ForceMajeure, because, doc.Version, noKey)
	refused(t, err, routing.ErrNotAllowed)
	_, err = h.desk.ResumeDocument(t.Context(), chairman, doc.ID, doc.Version, noKey)
	refused(t, err, routing.ErrTransition)
	h.done(h.desk.HoldDocument(t.Context(), chairman, doc.ID, routing.ForceMajeure, because, doc.Version, noKey))
	require.Zero(t, h.step(h.hands.Ring, doc).NextAlarm, "nothing rings")
	_, err = h.desk.Resume(t.Context(), chairman, h.share(doc, "vanquan").ID, 0, noKey)
	refused(t, err, routing.ErrOnHold)

	h.waitUntil("2026-11-30 09:00")
	counts, err := h.desk.OverdueByUnit(t.Context(), chairman)
	require.NoError(t, err)
	require.Empty(t, counts, "nobody is late")
	require.Equal(t, len(leadAndWards), h.view("chutich.quan", doc).Strip[routing.CellHeld])
	h.done(h.desk.ResumeDocument(t.Context(), chairman, doc.ID, 0, noKey))
	lead, ward := h.share(doc, "qldt"), h.share(doc, "molao")
	// The whole of 23/11 from 09:00 (7 h at the office, 6 at the ward), 25 to 27/11, 30/11 to 09:00.
	require.Equal(t, at("2026-12-03 15:00").UTC(), lead.Due)
	require.Equal(t, at("2026-12-03 15:00").UTC(), ward.Due)
	require.Equal(t, at("2026-11-30 17:00").UTC(), h.share(doc, "nv").ReceiveDue)
	require.True(t, h.share(doc, "vanquan").Held())
	require.Positive(t, h.step(h.hands.Ring, doc).NextAlarm)
	require.Equal(t, because, h.firstHeard("truong.tp", doc, routing.ActHold).Details["reason"])
	h.explained(doc)
}

func TestReopen(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.dispatched(leadAndWards...)
	chairman := h.as("chutich.quan")
	ward := h.reported(doc, "chutich.molao", "molao")
	later := at("2026-12-04 15:00")
	_, err := h.desk.Reopen(t.Context(), chairman, ward.ID, later, because, 0, noKey)
	refused(t, err, routing.ErrTransition)
	h.done(h.desk.Approve(t.Context(), chairman, ward.ID, 0, noKey))
	_, err = h.desk.Reopen(t.Context(), h.as("chutich.molao"), ward.ID, later, because, 0, noKey)
	refused(t, err, routing.ErrNotAllowed)
	_, err = h.desk.Reopen(t.Context(), chairman, ward.ID, time.Time{}, because, 0, noKey)
	refused(t, err, routing.ErrDueMissing)
	h.done(h.desk.Reopen(t.Context(), chairman, ward.ID, later, because, 0, noKey))
	again := h.share(doc, "molao")
	require.Equal(t, routing.Working, again.Status)
	require.Equal(t, later.UTC(), again.Due)
	require.True(t, again.Open())
	h.explained(doc)
}

func TestReopenADocument(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.dispatched(to("qldt", routing.Lead), to("nv", routing.Inform))
	h.conclude(doc)
	require.True(t, h.step(h.hands.Close, doc).Finished())
	later := at("2026-12-04 15:00")
	for username, want := range map[string]*routing.Error{"vanthu.quan": routing.ErrNotAllowed, "truong.qldt": routing.ErrNotAllowed} {
		_, err := h.desk.ReopenDocument(t.Context(), h.as(username), doc.ID, later, because, 0, noKey)
		refused(t, err, want)
	}
	_, err := h.desk.ReopenDocument(t.Context(), h.as("chutich.quan"), doc.ID, at("2026-11-20 10:00"), because, 0, noKey)
	refused(t, err, routing.ErrDuePast)
	event := h.done(h.desk.ReopenDocument(t.Context(), h.as("chutich.quan"), doc.ID, later, because, 0, noKey))
	require.Empty(t, event.AssignmentID)
	now := h.document(doc.ID)
	require.Equal(t, routing.Directed, now.Status)
	require.Zero(t, now.Concluded)
	require.Equal(t, routing.Working, h.share(doc, "qldt").Status)
	require.Equal(t, later.UTC(), h.share(doc, "qldt").Due)
	require.Equal(t, routing.Done, h.share(doc, "nv").Status)
	require.Equal(t, routing.AwaitReport, h.step(h.hands.Ring, doc).Awaits)
	h.done(h.desk.Report(t.Context(), h.as("truong.qldt"), h.share(doc, "qldt").ID, "Đã bổ sung", noKey))
	h.done(h.desk.Approve(t.Context(), h.as("chutich.quan"), h.share(doc, "qldt").ID, 0, noKey))
	require.Equal(t, routing.Concluded, h.document(doc.ID).Status)
	h.explained(doc)
}

func TestFileAndCancel(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	filed, cancelled := h.registered(), h.registered()
	_, err := h.desk.FileDocument(t.Context(), h.as("vanthu.quan"), filed.ID, "", filed.Version, noKey)
	refused(t, err, routing.ErrNotAllowed)
	h.done(h.desk.FileDocument(t.Context(), h.as("chanhvanphong"), filed.ID, "Lưu hồ sơ", filed.Version, noKey))
	require.Equal(t, routing.Concluded, h.document(filed.ID).Status)
	require.NotZero(t, h.document(filed.ID).Concluded)
	require.True(t, h.step(h.hands.Close, filed).Finished())
	h.done(h.desk.ReopenDocument(t.Context(), h.as("chutich.quan"), filed.ID, time.Time{}, because, 0, noKey))
	require.Equal(t, routing.Registered, h.document(filed.ID).Status)
	require.Equal(t, routing.Registered, h.step(h.hands.Ring, filed).Status)
	h.explained(filed)

	_, err = h.desk.CancelDocument(t.Context(), h.as("vanthu.quan"), cancelled.ID, "lost", because, 0, noKey)
	refused(t, err, routing.ErrField)
	_, err = h.desk.CancelDocument(t.Context(), h.as("vanthu.quan"), cancelled.ID, routing.OtherCancel, "nhầm", 0, noKey)
	refused(t, err, routing.ErrReason)
	h.done(h.desk.CancelDocument(t.Context(), h.as("vanthu.quan"), cancelled.ID, routing.RegisteredInError, because, cancelled.Version, noKey))
	now := h.document(cancelled.ID)
	require.Equal(t, routing.Cancelled, now.Status)
	require.Equal(t, cancelled.Number, now.Number)
	require.True(t, h.step(h.hands.Ring, cancelled).Finished())
	_, err = h.desk.CancelDocument(t.Context(), h.as("vanthu.quan"), cancelled.ID, routing.RegisteredInError, because, 0, noKey)
	refused(t, err, routing.ErrTransition)
	book, err := h.desk.Documents(t.Context(), h.as("vanthu.quan"), "", "", 10)
	require.NoError(t, err)
	require.Len(t, book, 2, "it stays in the book")
	require.Equal(t, h.registered().Number, cancelled.Number+1, "and nobody has its number again")
	h.explained(cancelled)
}
