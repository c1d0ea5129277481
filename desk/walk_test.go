package desk_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"congvan/routing"
)

// foretell says how the domain judges an act: nil, or the refusal.
func foretell(actor routing.Actor, doc routing.Document, all []routing.Assignment, act routing.Act, a routing.Assignment) error {
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
	case waits && len(routing.MissingReports(a, all)) > 0:
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
	for range 2 {
		doc := h.passedOn()
		h.done(h.directFurther("chutich.molao", h.received(doc, "molao"), noKey, officer("molao", "canbo.molao", routing.Lead)))
		h.dispatch(doc)
		for step := range 150 {
			doc = h.document(doc.ID)
			all, err := h.store.Assignments(t.Context(), doc.ID)
			require.NoError(t, err)
			a, actor, act := all[random.IntN(len(all))], people[random.IntN(len(people))], acts[random.IntN(len(acts))]
			want := foretell(actor, doc, all, act, a)
			event, err := h.try(actor, act, a.ID)
			require.ErrorIs(t, err, want, "step %d: %s: %s on the share of %s, %s", step, actor.Username, act, a.UnitID, a.Status)
			if want != nil || a.Receipt.At.Equal(event.At) && act == routing.ActAcknowledge {
				continue
			}
			next, err := a.Next(act)
			require.NoError(t, err)
			require.Equal(t, string(next), event.State)
		}
	}
}
