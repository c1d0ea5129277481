package desk_test

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"congvan/desk"
	"congvan/postgres"
	"congvan/routing"
)

// passedOn is a document that went to two offices; Quản lý đô thị handed work
// to two wards and keeps the lead.
func (h *hall) passedOn() routing.Document {
	h.Helper()
	doc := h.dispatched(to("qldt", routing.Lead), to("tp", routing.Coordinate))
	h.done(h.directFurther("truong.qldt", h.received(doc, "qldt"), noKey,
		to("qldt", routing.Lead), to("molao", routing.Execute), to("vanquan", routing.Execute)))
	h.dispatch(doc)
	return h.document(doc.ID)
}

func (h *hall) view(username string, doc routing.Document) desk.View {
	h.Helper()
	view, err := h.desk.Document(h.Context(), h.as(username), doc.ID)
	require.NoError(h, err, username)
	return view
}

// unitsIn names the units of a view's assignments and directions.
func unitsIn(view desk.View) (assigned, directed string) {
	for _, a := range view.Assignments {
		assigned += a.Unit.Code + " "
	}
	for _, d := range view.Directions {
		directed += fmt.Sprint(len(d.Recipients)) + " "
	}
	return strings.TrimSpace(assigned), strings.TrimSpace(directed)
}

func TestWhoSeesWhat_Z05(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.passedOn()
	for username, want := range map[string]struct{ assigned, directed string }{
		"chutich.quan":    {"QLĐT TP 09541 09542", "2 3"},
		"chuyenvien.qldt": {"QLĐT 09541 09542", "1 3"}, // his office gave the second one
		"truong.tp":       {"TP", "1"},
		"canbo.molao":     {"QLĐT 09541", "1 1"},
		"chutich.vanquan": {"QLĐT 09542", "1 1"},
	} {
		view := h.view(username, doc)
		assigned, directed := unitsIn(view)
		require.ElementsMatch(t, strings.Fields(want.assigned), strings.Fields(assigned), username)
		require.Equal(t, want.directed, directed, username)
		sum := 0
		for _, n := range view.Strip {
			sum += n
		}
		require.Equal(t, len(view.Assignments), sum, "the strip adds up")
	}
}

func TestADirectionShowsItsDues(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	view := h.view("chutich.quan", h.dispatched(leadAndWards...))
	require.Equal(t, leadAndWards, view.Directions[0].Recipients)
	require.Equal(t, "Chủ tịch UBND quận", view.Directions[0].GivenBy)
}

// A direction that still waits for the workflow is not lost to its giver.
func TestADirectionIsSeenBeforeItIsDispatched(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.dispatched(to("qldt", routing.Lead))
	h.done(h.directFurther("truong.qldt", h.received(doc, "qldt"), noKey, to("qldt", routing.Lead), to("molao", routing.Execute)))
	_, directed := unitsIn(h.view("truong.qldt", doc))
	require.Equal(t, "1 2", directed)
}

func TestOnlyWhatMayBeDoneIsOffered(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.dispatched(leadAndWards...)
	h.received(doc, "molao")
	h.received(doc, "tp")
	h.reported(doc, "chutich.vanquan", "vanquan")
	for _, c := range []struct {
		username, unit string
		want           []routing.Act
	}{
		{"vanthu.qldt", "qldt", []routing.Act{routing.ActAcknowledge, routing.ActReturn}},
		{"chuyenvien.qldt", "qldt", nil},
		{"chutich.molao", "molao", []routing.Act{routing.ActStart, routing.ActProgress, routing.ActDirect, routing.ActReport, routing.ActSubmit, routing.ActAskExtension, routing.ActReturn}},
		{"canbo.molao", "molao", []routing.Act{routing.ActStart, routing.ActProgress}},
		{"truong.tp", "tp", []routing.Act{routing.ActStart, routing.ActProgress, routing.ActAskExtension, routing.ActReturn}}, // coordinates
		{"chutich.vanquan", "vanquan", nil},
		{"chutich.quan", "vanquan", []routing.Act{routing.ActApprove, routing.ActSendBack, routing.ActDrop, routing.ActReroute, routing.ActHandOver, routing.ActHold}},
		{"chutich.quan", "qldt", []routing.Act{routing.ActExtend, routing.ActRemind, routing.ActReroute, routing.ActHandOver, routing.ActHold}},
		{"vanthu.quan", "vanquan", nil},
	} {
		view, err := h.desk.Assignment(t.Context(), h.as(c.username), h.share(doc, c.unit).ID)
		require.NoError(t, err)
		require.Equal(t, c.want, view.May, c.username)
	}
	h.done(h.recall("chutich.quan", doc, noKey))
	view, err := h.desk.Assignment(t.Context(), h.as("chutich.molao"), h.share(doc, "molao").ID)
	require.NoError(t, err)
	require.Empty(t, view.May)
}

func TestTheInboxPageByPage(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	for i := range 5 {
		day := fmt.Sprintf("2026-12-%02d 10:00", 1+i/2) // some are due together
		h.dispatched(to("qldt", routing.Lead), due(to("molao", routing.Execute), day))
		h.dispatched(to("qldt", routing.Lead), to("molao", routing.Inform)) // without a due date
	}
	var ids []routing.ID
	for page := (desk.Cursor{}); ; {
		entries, err := h.desk.Inbox(t.Context(), h.as("chutich.molao"), postgres.ViewOpen, false, page, 3)
		require.NoError(t, err)
		for _, e := range entries {
			ids = append(ids, e.ID)
			require.Equal(t, unit("molao"), e.UnitID)
			page = desk.Cursor{Due: e.Due, ID: e.ID}
		}
		if len(entries) < 3 {
			break
		}
	}
	slices.Sort(ids)
	require.Len(t, slices.Compact(ids), 10, "each of them once")
}

func TestEveryViewOfTheInbox(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.dispatched(leadAndWards...)
	h.dispatched(to("qldt", routing.Lead), to("molao", routing.Execute))
	h.received(doc, "molao")
	h.reported(doc, "chutich.vanquan", "vanquan")
	count := func(username string, view postgres.InboxView) int {
		entries, err := h.desk.Inbox(t.Context(), h.as(username), view, false, desk.Cursor{}, 0)
		require.NoError(t, err)
		return len(entries)
	}
	require.Equal(t, []int{2, 1, 1, 0}, []int{count("canbo.molao", postgres.ViewOpen), count("canbo.molao", postgres.ViewSent),
		count("canbo.molao", postgres.ViewWorking), count("canbo.molao", postgres.ViewOverdue)})
	require.Equal(t, 1, count("chutich.quan", postgres.ViewJudge))
	h.waitUntil("2026-11-27 15:01")
	require.Equal(t, 2, count("canbo.molao", postgres.ViewOverdue))
	_, err := h.desk.Inbox(t.Context(), h.as("quantri"), postgres.ViewOpen, false, desk.Cursor{}, 0)
	refused(t, err, routing.ErrNotAllowed)
	_, err = h.desk.Inbox(t.Context(), h.as("vanthu.quan"), postgres.ViewOpen, false, desk.Cursor{ID: "' --"}, 0)
	refused(t, err, routing.ErrField)
}

func TestOverdueIsCountedForThoseWhoUrge(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	h.dispatched(leadAndWards...)
	h.dispatched(to("molao", routing.Lead))
	h.waitUntil("2026-11-23 17:01")
	for username, want := range map[string]int{"chutich.quan": 5, "vanthu.quan": 5, "truong.qldt": 1, "chutich.phula": 0} {
		counts, err := h.desk.OverdueByUnit(t.Context(), h.as(username))
		require.NoError(t, err)
		require.Len(t, counts, want, username)
	}
	counts, err := h.desk.OverdueByUnit(t.Context(), h.as("chutich.quan"))
	require.NoError(t, err)
	require.Equal(t, [2]any{"UBND phường Mộ Lao", 2}, [2]any{counts[0].Unit.Name, counts[0].Count})
}

func TestEventsAndAlarmsAreCutToo_Z05(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.passedOn()
	h.done(h.acknowledge("vanthu.vanquan", h.share(doc, "vanquan"), noKey))
	h.rings(doc, "2026-11-25 09:00")
	for username, want := range map[string]bool{"chutich.molao": false, "truong.tp": false, "truong.qldt": true, "chutich.quan": true} {
		events, err := h.desk.Events(t.Context(), h.as(username), doc.ID, 0, 0)
		require.NoError(t, err)
		alarms, err := h.desk.Alarms(t.Context(), h.as(username), doc.ID)
		require.NoError(t, err)
		require.NotEmpty(t, alarms)
		all, err := h.desk.FollowEvents(t.Context(), 0, 1000)
		require.NoError(t, err)
		heard, err := h.desk.Sees(t.Context(), h.as(username), all)
		require.NoError(t, err)
		require.Equal(t, events, heard, "the live stream tells what the list shows")
		seen := false
		for _, e := range events {
			seen = seen || e.AssignmentID == h.share(doc, "vanquan").ID
		}
		for _, a := range alarms {
			require.True(t, want || a.Subject != h.share(doc, "vanquan").ID, username)
		}
		require.Equal(t, want, seen, username)
	}
	_, err := h.desk.Alarms(t.Context(), h.as("chutich.phula"), doc.ID)
	refused(t, err, routing.ErrNotFound)
	_, err = h.desk.Events(t.Context(), h.as("quantri"), doc.ID, 0, 0)
	refused(t, err, routing.ErrNotFound)
}

func TestTheRegisterPageByPage(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	for range 5 {
		h.registered()
	}
	h.done(h.recall("chutich.quan", h.registered(), noKey))
	other := h.done(h.register("vanthu.molao", letter(), noKey))
	list := func(username string, status routing.DocumentStatus, before routing.ID) (numbers []int, last routing.ID) {
		documents, err := h.desk.Documents(t.Context(), h.as(username), status, before, 4)
		require.NoError(t, err)
		for _, d := range documents {
			numbers, last = append(numbers, d.Number), d.ID
		}
		return numbers, last
	}
	numbers, last := list("chutich.quan", "", "")
	require.Equal(t, []int{6, 5, 4, 3}, numbers)
	numbers, _ = list("vanthu.quan", "", last)
	require.Equal(t, []int{2, 1}, numbers)
	numbers, _ = list("vanthu.quan", routing.Recalled, "")
	require.Equal(t, []int{6}, numbers)
	numbers, _ = list("vanthu.quan", "", other.DocumentID)
	require.Empty(t, numbers, "a cursor of another unit opens nothing")
	_, err := h.desk.Documents(t.Context(), h.as("quantri"), "", "", 0)
	refused(t, err, routing.ErrNotAllowed)
	_, err = h.desk.Documents(t.Context(), h.as("vanthu.quan"), "", "' --", 0)
	refused(t, err, routing.ErrField)
}

func TestUnitsOfficersAndTokens(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	require.NoError(t, h.desk.Ready(t.Context()))
	units, err := h.desk.Units(t.Context())
	require.NoError(t, err)
	require.Len(t, units, 30)
	officers, err := h.desk.Officers(t.Context(), h.as("chutich.molao"))
	require.NoError(t, err)
	require.Len(t, officers, 3)

	token := sha256.Sum256([]byte("token"))
	_, _, err = h.desk.ActorByToken(t.Context(), token[:])
	refused(t, err, routing.ErrNotFound)
	_, err = h.store.DB().NewRaw(`INSERT INTO tokens (id, account_id, name, scopes, sha256, created_at, expires_at)
		SELECT gen_random_uuid(), id, 'của chương trình', array['read'], ?, '2026-11-01', '2027-11-01' FROM accounts WHERE username = 'pho.dothi'`, token[:]).Exec(t.Context())
	require.NoError(t, err)
	actor, _, err := h.desk.ActorByToken(t.Context(), token[:])
	require.NoError(t, err)
	require.Equal(t, h.as("pho.dothi"), actor)
	_, err = h.store.DB().NewRaw(`UPDATE accounts SET disabled_at = now() WHERE username = 'pho.dothi'`).Exec(t.Context())
	require.NoError(t, err)
	_, _, err = h.desk.ActorByToken(t.Context(), token[:])
	refused(t, err, routing.ErrNotFound)
}
