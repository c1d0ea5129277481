package desk_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"congvan/desk"
	"congvan/routing"
)

const draft0 = "Dự thảo: đã xử lý 12 vụ vi phạm"

func stage(rule routing.StageRule, keys ...string) routing.Stage {
	s := routing.Stage{Rule: rule}
	for _, key := range keys {
		s.Units = append(s.Units, unit(key))
	}
	return s
}

// submitted is a document whose share of Mộ Lao asks for consent, and that share.
func (h *hall) submitted(stages ...routing.Stage) (routing.Document, routing.Assignment) {
	h.Helper()
	doc := h.dispatched(leadAndWards...)
	a := h.received(doc, "molao")
	h.done(h.desk.Submit(h.Context(), h.as("chutich.molao"), a.ID, draft0, stages, a.Version, noKey))
	return doc, h.share(doc, "molao")
}

// mine are the decisions that a unit has to make, as its list shows them.
func (h *hall) mine(username string) []desk.DecisionEntry {
	h.Helper()
	list, err := h.desk.Decisions(h.Context(), h.as(username), desk.DecisionsMine, desk.Cursor{}, 0)
	require.NoError(h, err)
	return list
}

// asked is the one decision that a unit has to make.
func (h *hall) asked(username string) routing.ID {
	h.Helper()
	list := h.mine(username)
	require.Len(h, list, 1, username)
	return list[0].ID
}

func (h *hall) consent(username string, req routing.Request) (routing.Event, error) {
	h.Helper()
	return h.desk.Consent(h.Context(), h.as(username), h.asked(username), "", req)
}

func (h *hall) circuit(username string, a routing.Assignment) desk.CircuitView {
	h.Helper()
	v, err := h.desk.Circuit(h.Context(), h.as(username), a.ID)
	require.NoError(h, err)
	return v
}

// Domain 1.5: other offices look at a draft one after the other, some at once;
// the last consent makes the report.
func TestConsentCircuit(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc, a := h.submitted(stage(routing.EachMust, "tp", "nv"), stage(routing.AnyMay, "kt", "yt"))
	require.Equal(t, routing.Consulting, a.Status)
	require.Equal(t, routing.CellConsulting, a.Cell(h.now()))
	require.Equal(t, []string{"consent-asked"}, h.heard("truong.tp"))
	require.Empty(t, h.heard("truong.kt"), "its stage has not come")
	require.Empty(t, h.mine("truong.kt"))

	v := h.circuit("chutich.molao", a)
	require.Equal(t, draft0, v.Text)
	require.Len(t, v.Answers, 2)
	require.True(t, v.Answers[0].Awaited && v.Answers[1].Awaited)
	require.Equal(t, at("2026-11-25 17:00").UTC(), h.mine("truong.tp")[0].Due, "the term of the ladder")

	first := h.done(h.consent("truong.tp", key("k")))
	require.Equal(t, string(routing.Consulting), first.State)
	require.Empty(t, h.mine("truong.tp"))
	v = h.circuit("truong.nv", a)
	require.Equal(t, 0, v.Stage)
	require.Equal(t, h.as("truong.tp").AccountID, v.Answers[0].DecidedBy)
	require.NotEmpty(t, v.Answers[0].DecidedAs)
	h.done(h.consent("truong.nv", noKey))
	require.Equal(t, 1, h.circuit("truong.kt", a).Stage)
	require.Equal(t, []string{"consented"}, h.heard("truong.kt"), "it is asked by the consent of the stage before")

	h.wait(time.Hour)
	last := h.done(h.consent("truong.yt", key("last")))
	require.Equal(t, string(routing.Reported), last.State)
	require.Equal(t, draft0, last.Details["text"])
	require.Equal(t, false, last.Details["late"])
	require.Empty(t, h.mine("truong.kt"), "one of the two is enough")
	a = h.share(doc, "molao")
	require.Equal(t, routing.Reported, a.Status)
	require.Equal(t, draft0, a.Report)
	require.True(t, a.ReportedAt.Equal(h.now()))
	require.True(t, a.ApproveDue.After(h.now()))
	require.Equal(t, last.Details["approveDue"], a.ApproveDue.UTC().Format(time.RFC3339Nano))
	require.Equal(t, []string{"consented", "consented", "consented"}, h.heard("chutich.molao"), "the author hears each answer")
	require.Equal(t, routing.CircuitPassed, h.circuit("chutich.molao", a).Status)
	require.Equal(t, last, h.done(h.desk.Consent(t.Context(), h.as("truong.yt"), routing.ID(last.Details["decision"].(string)), "", key("last"))), "asking again is the first answer")
	h.done(h.desk.Approve(t.Context(), h.as("chutich.quan"), a.ID, a.Version, noKey))
	h.explained(doc)
}

func TestObjectThroughTheDesk(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc, a := h.submitted(stage(routing.EachMust, "tp"), stage(routing.EachMust, "nv"))
	h.done(h.consent("truong.tp", noKey))
	_, err := h.desk.Object(t.Context(), h.as("truong.nv"), h.asked("truong.nv"), "không", routing.ToPrevious, noKey)
	refused(t, err, routing.ErrReason)
	h.done(h.desk.Object(t.Context(), h.as("truong.nv"), h.asked("truong.nv"), because, routing.ToPrevious, noKey))
	require.Empty(t, h.mine("truong.nv"))
	v := h.circuit("chutich.molao", a)
	require.Equal(t, 0, v.Stage)
	require.Len(t, v.Answers, 3, "the first stage decides anew")
	require.Equal(t, []routing.DecisionStatus{routing.DecisionGranted, routing.DecisionOpen, routing.DecisionRefused},
		[]routing.DecisionStatus{v.Answers[0].Status, v.Answers[1].Status, v.Answers[2].Status})
	require.Equal(t, because, v.Answers[2].Note)
	h.done(h.consent("truong.tp", noKey))
	h.done(h.desk.Object(t.Context(), h.as("truong.nv"), h.asked("truong.nv"), because, routing.ToStart, noKey))
	a = h.share(doc, "molao")
	require.Equal(t, routing.Working, a.Status)
	require.True(t, a.DueSince.Equal(h.now()), "his term runs on")
	require.Equal(t, routing.CircuitRejected, h.circuit("chutich.molao", a).Status)
	require.Contains(t, h.heard("chutich.molao"), "objected")
	h.done(h.desk.Submit(t.Context(), h.as("chutich.molao"), a.ID, "Dự thảo lần hai", []routing.Stage{stage(routing.AnyMay, "nv")}, a.Version, noKey))
	require.Equal(t, "Dự thảo lần hai", h.circuit("truong.nv", a).Text, "the newest one")
	_, err = h.desk.Report(t.Context(), h.as("truong.qldt"), h.received(doc, "qldt").ID, "Đã xong", noKey)
	refused(t, err, routing.ErrPartsOpen)
	h.explained(doc)
}

// Nobody consents to what he wrote himself, in his own name or another's.
func TestTheAuthorDoesNotConsent_ND30_Dieu13(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.dispatched(leadAndWards...)
	a := h.received(doc, "qldt")
	for _, ward := range []string{"molao", "vanquan"} {
		h.reported(doc, "chutich."+ward, ward)
	}
	_, err := h.desk.Submit(t.Context(), h.as("truong.qldt"), a.ID, draft0, []routing.Stage{stage(routing.EachMust, "qldt")}, 0, noKey)
	refused(t, err, routing.ErrStages)
	h.done(h.desk.Submit(t.Context(), h.as("truong.qldt"), a.ID, draft0, []routing.Stage{stage(routing.EachMust, "quan")}, 0, noKey))
	id := h.asked("chutich.quan")
	chairman := h.delegate("chutich.quan", "truong.qldt")
	_, err = h.desk.Consent(t.Context(), chairman, id, "", noKey)
	refused(t, err, routing.ErrNotAllowed)
	_, err = h.desk.Object(t.Context(), chairman, id, because, routing.ToStart, noKey)
	refused(t, err, routing.ErrNotAllowed)
	view, err := h.desk.Document(t.Context(), chairman, doc.ID)
	require.NoError(t, err)
	require.Empty(t, view.MayDecide, "nor is it offered")
	require.Equal(t, []routing.Act{routing.ActConsent, routing.ActObject}, h.view("chutich.quan", doc).MayDecide[id])

	// The one in whose name a draft was submitted is its author as well.
	h.done(h.desk.WithdrawDraft(t.Context(), h.as("truong.qldt"), a.ID, 0, noKey))
	forHead := h.delegate("truong.qldt", "chuyenvien.qldt")
	h.done(h.desk.Submit(t.Context(), forHead, a.ID, draft0, []routing.Stage{stage(routing.EachMust, "quan")}, 0, noKey))
	_, err = h.desk.Consent(t.Context(), chairman, h.asked("chutich.quan"), "", noKey)
	refused(t, err, routing.ErrNotAllowed)
	h.done(h.consent("chutich.quan", noKey))
}

// Who is asked sees the document and the one draft: neither who else has it nor
// what others report; and nothing once the asking is over.
func TestWhoIsAskedSeesTheDraftOnly_Z05(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(h *hall, doc routing.Document, a routing.Assignment){
		"it passed": func(h *hall, _ routing.Document, _ routing.Assignment) { h.done(h.consent("truong.kt", noKey)) },
		"it was rejected": func(h *hall, _ routing.Document, _ routing.Assignment) {
			h.done(h.desk.Object(h.Context(), h.as("truong.kt"), h.asked("truong.kt"), because, routing.ToStart, noKey))
		},
		"the draft was taken back": func(h *hall, _ routing.Document, a routing.Assignment) {
			h.done(h.desk.WithdrawDraft(h.Context(), h.as("chutich.molao"), a.ID, a.Version, noKey))
		},
		"the share was dropped": func(h *hall, _ routing.Document, a routing.Assignment) {
			h.done(h.desk.Drop(h.Context(), h.as("chutich.quan"), a.ID, because, a.Version, noKey))
		},
		"the document was recalled": func(h *hall, doc routing.Document, _ routing.Assignment) {
			h.done(h.recall("chutich.quan", doc, noKey))
			h.step(h.hands.Withdraw, doc)
		},
		"the document is concluded": func(h *hall, doc routing.Document, a routing.Assignment) {
			h.done(h.desk.Drop(h.Context(), h.as("chutich.quan"), h.share(doc, "vanquan").ID, because, 0, noKey))
			h.done(h.desk.WithdrawDraft(h.Context(), h.as("chutich.molao"), a.ID, a.Version, noKey))
			h.done(h.desk.Report(h.Context(), h.as("chutich.molao"), a.ID, "Xong", noKey))
			h.conclude(doc)
			h.step(h.hands.Close, doc)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := openHall(t)
			doc, a := h.submitted(stage(routing.EachMust, "kt"))
			view := h.view("truong.kt", doc)
			require.Equal(t, doc.Subject, view.Subject)
			require.False(t, view.Whole)
			require.Empty(t, view.Assignments)
			require.Empty(t, view.Directions)
			require.Empty(t, view.Strip)
			require.Empty(t, view.May)
			require.Len(t, view.Decisions, 1)
			require.Equal(t, draft0, h.circuit("truong.kt", a).Text)
			require.Equal(t, draft0, h.circuit("canbo.molao", a).Text)
			_, err := h.desk.Assignment(t.Context(), h.as("truong.kt"), a.ID)
			refused(t, err, routing.ErrNotFound)
			_, err = h.desk.Circuit(t.Context(), h.as("truong.kt"), h.share(doc, "vanquan").ID)
			refused(t, err, routing.ErrNotFound)
			_, err = h.desk.Extensions(t.Context(), h.as("truong.kt"), a.ID)
			refused(t, err, routing.ErrNotFound)
			events, err := h.desk.Events(t.Context(), h.as("truong.kt"), doc.ID, 0, 100)
			require.NoError(t, err)
			for _, e := range events {
				require.Empty(t, e.AssignmentID, "%s", e.Kind)
				require.Empty(t, e.Details, "%s", e.Kind)
			}
			for _, stranger := range []string{"truong.yt", "chutich.vanquan"} {
				_, err = h.desk.Circuit(t.Context(), h.as(stranger), a.ID)
				refused(t, err, routing.ErrNotFound)
			}
			alarms, err := h.desk.Alarms(t.Context(), h.as("truong.kt"), doc.ID)
			require.NoError(t, err)
			require.NotEmpty(t, alarms)
			for _, alarm := range alarms {
				require.Equal(t, routing.AwaitDecision, alarm.Kind)
				require.Equal(t, unit("kt"), alarm.Unit.ID)
			}

			end(h, doc, a)
			_, err = h.desk.Document(t.Context(), h.as("truong.kt"), doc.ID)
			refused(t, err, routing.ErrNotFound)
			_, err = h.desk.Circuit(t.Context(), h.as("truong.kt"), a.ID)
			refused(t, err, routing.ErrNotFound)
			require.Empty(t, h.mine("truong.kt"))
			require.Zero(t, h.count("decisions WHERE kind = 'consent' AND status = 'open'"))
			require.Zero(t, h.count("circuits WHERE status = 'open'"))
			h.explained(doc)
		})
	}
}

func TestDecisionsPageByPage(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	var docs []routing.ID
	for range 3 {
		doc, _ := h.submitted(stage(routing.EachMust, "kt"))
		docs = append(docs, doc.ID)
		h.wait(time.Minute)
	}
	for view, username := range map[desk.DecisionView]string{desk.DecisionsMine: "truong.kt", desk.DecisionsAsked: "vanthu.molao"} {
		var got []routing.ID
		var after desk.Cursor
		for {
			page, err := h.desk.Decisions(t.Context(), h.as(username), view, after, 2)
			require.NoError(t, err)
			if len(page) == 0 {
				break
			}
			for _, x := range page {
				require.Equal(t, unit("molao"), x.HolderUnitID)
				got = append(got, x.DocumentID)
				after = desk.Cursor{Due: x.Due, ID: x.ID}
				if view == desk.DecisionsAsked {
					after.Due = x.AskedAt
				}
			}
		}
		want := docs
		if view == desk.DecisionsAsked {
			want = []routing.ID{docs[2], docs[1], docs[0]}
		}
		require.Equal(t, want, got, view)
	}
	for username, view := range map[string]desk.DecisionView{"chuyenvien.kt": desk.DecisionsMine, "quantri": desk.DecisionsAsked} {
		_, err := h.desk.Decisions(t.Context(), h.as(username), view, desk.Cursor{}, 0)
		refused(t, err, routing.ErrNotAllowed)
	}
	list, err := h.desk.Decisions(t.Context(), h.as("canbo.molao"), desk.DecisionsAsked, desk.Cursor{}, 0)
	require.NoError(t, err)
	require.Empty(t, list, "what he asked for himself")
}

// A consent that does not come is urged, and climbs to the chief of the office.
func TestConsentsRing_ND30_Dieu24(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc, a := h.submitted(stage(routing.EachMust, "kt"))
	due := h.mine("truong.kt")[0].Due
	h.clock.Store(&due)
	h.wait(2 * time.Second)
	h.step(h.hands.Ring, doc)
	require.Equal(t, []string{"decision", "consent-asked"}, h.heard("truong.kt"))
	require.NotContains(t, h.heard("chanhvanphong"), "decision")
	require.NotContains(t, h.heard("chutich.molao"), "decision")
	h.wait(24 * time.Hour)
	h.step(h.hands.Ring, doc)
	require.Contains(t, h.heard("chanhvanphong"), "decision")
	require.Equal(t, 2, h.count("alarms WHERE kind = 'decision' AND document_id = ?", doc.ID))
	h.done(h.desk.WithdrawDraft(t.Context(), h.as("chutich.molao"), a.ID, 0, noKey))
	h.wait(48 * time.Hour)
	h.step(h.hands.Ring, doc)
	require.Equal(t, 2, h.count("alarms WHERE kind = 'decision' AND document_id = ?", doc.ID), "nobody is asked any more")
}

func TestTwoConsentAtOnce_F52(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	for _, rule := range []routing.StageRule{routing.EachMust, routing.AnyMay} {
		for range 5 {
			doc, a := h.submitted(stage(rule, "kt", "yt"))
			try := func(username string) act {
				actor, id := h.as(username), h.asked(username)
				return func() error {
					_, err := h.desk.Consent(t.Context(), actor, id, "", noKey)
					return err
				}
			}
			answers := h.atOnce(doc, try("truong.kt"), try("truong.yt"))
			require.NoError(t, answers[0])
			if rule == routing.EachMust {
				require.NoError(t, answers[1])
			} else {
				refused(t, answers[1], routing.ErrNotFound)
			}
			require.Equal(t, routing.Reported, h.share(doc, "molao").Status)
			require.Equal(t, 1, h.count("events WHERE assignment_id = ? AND state = 'reported'", a.ID))
			h.explained(doc)
		}
	}
	require.Zero(t, h.deadlocks())
}

func TestConsentAgainstDrop_F52(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	for seed := range uint64(10) {
		doc, a := h.submitted(stage(routing.EachMust, "kt"))
		kt, chairman, id := h.as("truong.kt"), h.as("chutich.quan"), h.asked("truong.kt")
		consent := func() error {
			_, err := h.desk.Consent(t.Context(), kt, id, "", noKey)
			return err
		}
		drop := func() error {
			_, err := h.desk.Drop(t.Context(), chairman, a.ID, because, a.Version, noKey)
			return err
		}
		order, consentFirst := []act{consent, drop}, true
		if rand.New(rand.NewPCG(seed, 0)).IntN(2) == 1 {
			order, consentFirst = []act{drop, consent}, false
		}
		answers := h.atOnce(doc, order...)
		require.NoError(t, answers[0])
		require.Error(t, answers[1])
		want := map[bool]routing.AssignmentStatus{true: routing.Reported, false: routing.Withdrawn}[consentFirst]
		require.Equal(t, want, h.share(doc, "molao").Status, "seed %d", seed)
		require.Zero(t, h.count("decisions WHERE status = 'open' AND document_id = ?", doc.ID))
		h.explained(doc)
	}
	require.Zero(t, h.deadlocks())
}
