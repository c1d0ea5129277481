package desk_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"congvan/calendar"
	"congvan/desk"
	"congvan/postgres"
	"congvan/routing"
	"congvan/seed"
)

const merged = "Nghị quyết 1286/NQ-UBTVQH15 về sắp xếp phường"

// mergeWards seeds the chart of 2025: Nguyễn Trãi and Yết Kiêu ended, and Quang
// Trung took the code 09538 of the former.
func (h *hall) mergeWards() {
	h.Helper()
	end, err := calendar.Parse("2025-01-01")
	require.NoError(h, err)
	var chart postgres.Seed
	for _, u := range seed.HaDong().Units {
		if u.Key != "nguyentrai" && u.Key != "yetkieu" && u.Key != "quangtrung" {
			continue
		}
		was := postgres.SeedUnit{ID: unit(u.Key), ParentID: unit(u.Parent), Kind: u.Kind, Code: u.Code, Name: u.Name, ValidFrom: u.ValidFrom,
			ValidTo: end, OfficeHours: calendar.DefaultHours().String()}
		chart.Units = append(chart.Units, was)
		if u.Key == "quangtrung" {
			was.Code, was.ValidFrom, was.ValidTo = "09538", end, calendar.Date{}
			chart.Units = append(chart.Units, was)
		}
	}
	for _, p := range seed.HaDong().Positions {
		if p.Unit == "nguyentrai" || p.Unit == "yetkieu" {
			chart.Positions = append(chart.Positions, postgres.SeedPosition{ID: seed.PositionID(p.Code), AccountID: h.as(p.Code).AccountID, UnitID: unit(p.Unit),
				Code: p.Code, Title: p.Title, Office: p.Office, ValidFrom: p.ValidFrom, ValidTo: end})
		}
	}
	done, err := h.store.Seed(h.Context(), chart)
	require.NoError(h, err)
	require.Equal(h, 4, done.UnitVersions)
	require.Equal(h, 6, done.Positions)
}

// succeeds hands a ward over to Quang Trung, and demands that nothing refused.
func (h *hall) succeeds(ward string) desk.Succession {
	h.Helper()
	s, err := h.desk.HandOverUnit(h.Context(), h.as("quantri"), unit(ward), unit("quangtrung"), merged, key("merge "+ward))
	require.NoError(h, err)
	for _, o := range s.Outcomes {
		require.Empty(h, o.Code, o.Message)
	}
	return s
}

// unitIn is how a document names a unit that holds a share of it.
func (h *hall) unitIn(doc routing.Document, unitKey string) postgres.Unit {
	h.Helper()
	for _, a := range h.view("chutich.quan", doc).Assignments {
		if a.UnitID == unit(unitKey) {
			return a.Unit
		}
	}
	require.FailNow(h, "no share", unitKey)
	return postgres.Unit{}
}

// Domain 7.2, scenario 10: on 01/01/2025 Nguyễn Trãi and Yết Kiêu became part of
// Quang Trung. Their work and what they had to decide go along; what is old
// keeps its names.
func TestWardsMerge_NQ1286(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	h.waitUntil("2024-12-30 09:00")
	soon := func(key string, role routing.Role) routing.Recipient { return due(to(key, role), "2025-01-08 15:00") }
	doc := h.dispatched(soon("qldt", routing.Lead), soon("nguyentrai", routing.Execute), soon("yetkieu", routing.Execute))
	before := h.share(doc, "nguyentrai").Due
	h.done(h.directFurther("chutich.nguyentrai", h.received(doc, "nguyentrai"), noKey, due(officer("nguyentrai", "canbo.nguyentrai", routing.Lead), "2025-01-07 15:00")))
	h.dispatch(doc)
	// A consent that is asked of a ward which holds nothing of the document.
	other := h.dispatched(soon("qldt", routing.Lead), soon("molao", routing.Execute))
	molao := h.received(other, "molao")
	h.done(h.desk.Submit(t.Context(), h.as("chutich.molao"), molao.ID, draft0,
		[]routing.Stage{stage(routing.EachMust, "nguyentrai", "tp"), stage(routing.AnyMay, "yetkieu")}, 0, noKey))
	consent := h.asked("chutich.nguyentrai")
	// A recall that it has to answer.
	recalled := h.dispatched(soon("qldt", routing.Lead), soon("nguyentrai", routing.Execute))
	h.received(recalled, "nguyentrai")
	h.done(h.recall("vanthu.quan", recalled, noKey))
	h.step(h.hands.Withdraw, recalled)
	withdrawn := h.share(recalled, "nguyentrai")
	// A direction that is still on its way when the ward is handed over.
	late := h.registered()
	h.done(h.direct("chutich.quan", late, noKey, soon("qldt", routing.Lead), soon("nguyentrai", routing.Execute)))

	h.mergeWards()
	h.waitUntil("2025-01-02 09:00")
	_, err := h.desk.HandOverUnit(t.Context(), h.as("chutich.quan"), unit("nguyentrai"), unit("quangtrung"), merged, noKey)
	refused(t, err, routing.ErrNotAllowed)
	require.Len(t, h.succeeds("nguyentrai").Outcomes, 3, "a share, a consent, an answer")
	h.dispatch(doc)
	require.Equal(t, routing.HandedOver, h.shares(doc, "nguyentrai")[0].Status)
	require.Equal(t, routing.Withdrawn, h.shares(doc, "nguyentrai")[1].Status, "the officer's work ends")
	require.True(t, h.share(doc, "quangtrung").Due.Equal(before))
	require.Equal(t, routing.Sent, h.share(doc, "yetkieu").Status, "the other ward has its own act")

	h.dispatch(late)
	require.Len(t, h.succeeds("nguyentrai").Outcomes, 1, "asking again goes on with what is left")
	h.dispatch(late)
	require.Equal(t, routing.Sent, h.share(late, "quangtrung").Status)
	stands := h.everything()
	require.Empty(t, h.succeeds("nguyentrai").Outcomes, "and does nothing twice")
	require.Equal(t, stands, h.everything())

	require.Len(t, h.succeeds("yetkieu").Outcomes, 1)
	h.dispatch(doc)
	require.Len(t, h.shares(doc, "quangtrung"), 2, "both wards' work")
	h.explained(doc)

	// What the ward had to decide.
	require.Len(t, h.mine("chutich.quangtrung"), 2)
	require.Equal(t, draft0, h.circuit("chutich.quangtrung", molao).Text)
	require.Contains(t, h.heard("chutich.quangtrung"), string(routing.ActPassDecision))
	passed := h.firstHeard("chutich.quan", other, routing.ActPassDecision)
	require.Equal(t, string(unit("nguyentrai")), passed.Details["fromUnit"])
	require.Equal(t, merged, passed.Details["basis"])
	h.done(h.desk.Consent(t.Context(), h.as("chutich.quangtrung"), consent, "", noKey))
	h.done(h.consent("truong.tp", noKey))
	require.Equal(t, 1, h.circuit("chutich.molao", molao).Stage)
	require.Len(t, h.succeeds("yetkieu").Outcomes, 1, "a stage that came after the merger asked the old ward")
	for _, id := range []routing.ID{doc.ID, other.ID, recalled.ID, late.ID} {
		(&life{hall: h}).ledgerHolds(t, id)
	}
	answer := h.view("vanthu.quangtrung", recalled)
	require.Empty(t, answer.Assignments)
	require.Len(t, answer.Decisions, 1)
	require.Equal(t, []routing.Act{routing.ActAnswerRecall}, answer.MayDecide[answer.Decisions[0].ID])
	h.done(h.desk.AnswerRecall(t.Context(), h.as("vanthu.quangtrung"), answer.Decisions[0].ID, true, "", noKey))
	h.done(h.consent("chutich.quangtrung", noKey))
	require.Equal(t, routing.Reported, h.share(other, "molao").Status)
	require.Equal(t, routing.Recalled, h.document(recalled.ID).Status)
	require.True(t, h.share(recalled, "nguyentrai").ClosedAt.Equal(withdrawn.ClosedAt), "what happens to a closed share does not end it again")
	h.explained(other)
	h.explained(recalled)

	require.Equal(t, "UBND phường Nguyễn Trãi", h.unitIn(doc, "nguyentrai").Name, "the names of its day")
	require.Equal(t, "09538", h.unitIn(doc, "nguyentrai").Code)
	require.Equal(t, "09550", h.unitIn(doc, "quangtrung").Code)
	now := h.dispatched(soon("qldt", routing.Lead), soon("quangtrung", routing.Execute))
	require.Equal(t, "09538", h.unitIn(now, "quangtrung").Code)
	_, err = h.direct("chutich.quan", h.registered(), noKey, soon("qldt", routing.Lead), soon("nguyentrai", routing.Execute))
	refused(t, err, routing.ErrUnit)
}

func TestHandOverPosition(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	var docs []routing.Document
	for range 3 {
		doc := h.dispatched(to("qldt", routing.Lead), to("molao", routing.Execute))
		h.done(h.directFurther("chutich.molao", h.received(doc, "molao"), noKey, officer("molao", "canbo.molao", routing.Lead)))
		h.dispatch(doc)
		docs = append(docs, doc)
	}
	from, successor := h.as("canbo.molao").PositionID, h.as("vanthu.molao").PositionID
	_, err := h.desk.HandOverPosition(t.Context(), h.as("chutich.vanquan"), from, successor, because, noKey)
	refused(t, err, routing.ErrNotAllowed)
	// One was handed over before the whole was interrupted.
	h.done(h.desk.HandOver(t.Context(), h.as("chutich.molao"), h.shares(docs[0], "molao")[1].ID, officer("molao", "vanthu.molao", ""), because, 0, noKey))
	for _, want := range []int{2, 0} {
		s, err := h.desk.HandOverPosition(t.Context(), h.as("chutich.molao"), from, successor, because, key("k"))
		require.NoError(t, err)
		require.Len(t, s.Outcomes, want)
		for _, o := range s.Outcomes {
			require.Empty(t, o.Code, o.Message)
		}
	}
	for _, doc := range docs {
		h.dispatch(doc)
		shares := h.shares(doc, "molao")
		require.Len(t, shares, 3)
		require.Equal(t, routing.HandedOver, shares[1].Status)
		require.Equal(t, successor, shares[2].PositionID)
		h.explained(doc)
	}
}
