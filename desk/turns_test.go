package desk_test

import (
	"slices"

	"github.com/stretchr/testify/require"

	"congvan/postgres"
	"congvan/routing"
)

const because = "Theo ý kiến tại cuộc họp giao ban"

// shares are all that a unit holds or held of a document, oldest first.
func (h *hall) shares(doc routing.Document, unitKey string) (shares []routing.Assignment) {
	h.Helper()
	all, err := h.store.Assignments(h.Context(), doc.ID)
	require.NoError(h, err)
	for _, a := range all {
		if a.UnitID == unit(unitKey) {
			shares = append(shares, a)
		}
	}
	return shares
}

// explained demands that the events of a document come to what the record says.
func (h *hall) explained(doc routing.Document) []routing.Event {
	h.Helper()
	var events []routing.Event
	for after := int64(0); ; {
		page, err := h.store.Events(h.Context(), doc.ID, after, 100)
		require.NoError(h, err)
		events = append(events, page...)
		if len(page) < 100 {
			break
		}
		after = page[len(page)-1].ID
	}
	told, err := routing.Replay(events)
	require.NoError(h, err)
	now := h.document(doc.ID)
	require.Equal(h, documentStanding(now), told.Document)
	all, err := h.store.Assignments(h.Context(), doc.ID)
	require.NoError(h, err)
	for _, a := range all {
		require.Equal(h, shareStanding(a), told.Shares[a.ID], "%s", a.UnitID)
	}
	return events
}

// kindsHeard are the kinds of events that somebody hears of a document, in order.
func (h *hall) kindsHeard(username string, doc routing.Document) (kinds []routing.Act) {
	h.Helper()
	events, err := h.desk.Events(h.Context(), h.as(username), doc.ID, 0, 100)
	require.NoError(h, err)
	for _, e := range events {
		kinds = append(kinds, e.Kind)
	}
	return kinds
}

// firstHeard finds the first event of a kind that somebody hears.
func (h *hall) firstHeard(username string, doc routing.Document, kind routing.Act) routing.Event {
	h.Helper()
	events, err := h.desk.Events(h.Context(), h.as(username), doc.ID, 0, 100)
	require.NoError(h, err)
	i := slices.IndexFunc(events, func(e routing.Event) bool { return e.Kind == kind })
	require.GreaterOrEqual(h, i, 0, "%s hears nothing of %s", username, kind)
	return events[i]
}

// direction is the first direction of a kind on a document.
func (h *hall) direction(doc routing.Document, kind routing.GivenKind) routing.ID {
	h.Helper()
	all, err := h.store.Directions(h.Context(), doc.ID)
	require.NoError(h, err)
	i := slices.IndexFunc(all, func(g postgres.GivenDirection) bool { return g.Kind == kind })
	require.GreaterOrEqual(h, i, 0, kind)
	return all[i].ID
}
