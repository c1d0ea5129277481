package desk_test

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"congvan/postgres"
	"congvan/routing"
)

// foretell says how the domain judges an act: nil, or the refusal.
func foretell(actor routing.Actor, doc routing.Document, all []routing.Assignment, given []postgres.GivenDirection, act routing.Act, a routing.Assignment) error {
	sees := slices.ContainsFunc(routing.VisibleTo(actor, doc, all), func(x routing.Assignment) bool { return x.ID == a.ID })
	_, forbidden := a.Next(act)
	waits := act == routing.ActReport || act == routing.ActApprove
	switch {
	case !sees:
		return routing.ErrNotFound
	case !actor.MayDo(act, a):
		return routing.ErrNotAllowed
	case doc.Status != routing.Directed:
		return routing.ErrTransition
	case act == routing.ActAcknowledge && !a.Receipt.At.IsZero():
		return nil // the first answer
	case forbidden != nil:
		return forbidden
	case (act == routing.ActReport || act == routing.ActApprove || act == routing.ActSendBack) && (a.Held() || doc.Held()):
		return routing.ErrOnHold
	case waits && len(routing.MissingReports(a, all)) > 0:
		return routing.ErrPartsOpen
	case waits && slices.ContainsFunc(given, func(x postgres.GivenDirection) bool {
		return routing.Given{ParentID: x.ParentID, JoinsID: x.JoinsID, Dispatched: x.DispatchedAt, VoidedAt: x.VoidedAt}.HoldsUp(a)
	}):
		return routing.ErrPartsOpen
	}
	return nil
}

func (h *hall) try(actor routing.Actor, act routing.Act, id routing.ID) (routing.Event, error) {
	switch act {
	case routing.ActAcknowledge:
		return h.desk.Acknowledge(h.Context(), actor, id, noKey)
	case routing.ActStart:
		return h.desk.Start(h.Context(), actor, id, noKey)
	case routing.ActProgress:
		return h.desk.Progress(h.Context(), actor, id, "Đang xử lý", noKey)
	case routing.ActReport:
		return h.desk.Report(h.Context(), actor, id, "Đã xử lý xong", noKey)
	case routing.ActApprove:
		return h.desk.Approve(h.Context(), actor, id, 0, noKey)
	default:
		return h.desk.SendBack(h.Context(), actor, id, "Chưa nêu rõ số liệu", 0, noKey)
	}
}

func codeOfRefusal(err error) string {
	var refusal *routing.Error
	if errors.As(err, &refusal) {
		return refusal.Code
	}
	return ""
}

// turn changes what the hot acts depend on: clocks stand still and run again, a
// unit is added, and what was added goes out. Whether it is allowed is not asked.
func (h *hall) turn(random *rand.Rand, doc routing.Document, all []routing.Assignment) {
	h.Helper()
	chairman, head := h.as("chutich.quan"), h.as("truong.qldt")
	a := all[random.IntN(len(all))]
	giver := chairman
	if a.GiverUnitID == unit("qldt") {
		giver = head
	}
	more := []string{"phula", "yetkieu", "nguyentrai", "vanphuc"}[random.IntN(4)]
	switch random.IntN(5) {
	case 0:
		_, _ = h.desk.Hold(h.Context(), giver, a.ID, routing.AwaitSuperior, because, 0, noKey)
	case 1:
		_, _ = h.desk.Resume(h.Context(), giver, a.ID, 0, noKey)
	case 2:
		_, _ = h.desk.AddRecipients(h.Context(), chairman, h.direction(doc, routing.GivenFirst), because, []routing.Recipient{to(more, routing.Execute)}, noKey)
	case 3:
		_, _ = h.desk.AddRecipients(h.Context(), head, h.direction(doc, routing.GivenFurther), because, []routing.Recipient{to(more, routing.Execute)}, noKey)
	default:
		h.dispatch(doc)
	}
}

// The statements of the record carry the rules of the domain as conditions:
// whoever tries whatever on whichever share, both judge alike (INV-11).
func TestTheRecordJudgesAsTheDomainDoes(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	var people []routing.Actor
	for _, username := range []string{"chutich.quan", "pho.dothi", "vanthu.quan", "quantri", "chanhvanphong", "truong.qldt", "vanthu.qldt",
		"chuyenvien.qldt", "truong.tp", "vanthu.tp", "chutich.molao", "vanthu.molao", "canbo.molao", "chutich.vanquan"} {
		people = append(people, h.as(username))
	}
	acts := []routing.Act{routing.ActAcknowledge, routing.ActStart, routing.ActProgress, routing.ActReport, routing.ActApprove, routing.ActSendBack}
	random := rand.New(rand.NewPCG(1, 0))
	met := map[string]int{}
	for range 2 {
		doc := h.passedOn()
		h.done(h.directFurther("chutich.molao", h.received(doc, "molao"), noKey, officer("molao", "canbo.molao", routing.Lead)))
		h.dispatch(doc)
		for step := range 150 {
			doc = h.document(doc.ID)
			all, err := h.store.Assignments(t.Context(), doc.ID)
			require.NoError(t, err)
			if step%10 == 9 {
				h.turn(random, doc, all)
				continue
			}
			given, err := h.store.Directions(t.Context(), doc.ID)
			require.NoError(t, err)
			a, actor, act := all[random.IntN(len(all))], people[random.IntN(len(people))], acts[random.IntN(len(acts))]
			if may := slices.DeleteFunc(slices.Clone(people), func(x routing.Actor) bool { return !x.MayDo(act, a) }); step%3 > 0 && len(may) > 0 {
				actor = may[random.IntN(len(may))] // most of them would be refused otherwise
			}
			want := foretell(actor, doc, all, given, act, a)
			event, err := h.try(actor, act, a.ID)
			met[codeOfRefusal(want)]++
			require.ErrorIs(t, err, want, "step %d: %s: %s on the share of %s, %s", step, actor.Username, act, a.UnitID, a.Status)
			if want != nil || a.Receipt.At.Equal(event.At) && act == routing.ActAcknowledge {
				continue
			}
			next, err := a.Next(act)
			require.NoError(t, err)
			require.Equal(t, string(next), event.State)
		}
	}
	for _, want := range []*routing.Error{routing.ErrNotFound, routing.ErrNotAllowed, routing.ErrTransition, routing.ErrOnHold, routing.ErrPartsOpen} {
		require.Positive(t, met[want.Code], want.Code)
	}
	require.Greater(t, met[""], 20, "acts that succeeded")
}
