package desk_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"congvan/routing"
)

// NĐ 30/2020, Điều 21 khoản 2: what came to the wrong place goes back to who sent it.
func TestReturn_ND30_Dieu21(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.dispatched(leadAndWards...)
	share := h.share(doc, "molao")
	event := h.done(h.desk.Return(t.Context(), h.as("vanthu.molao"), share.ID, because, share.Version, key("k")))
	require.Equal(t, event, h.done(h.desk.Return(t.Context(), h.as("vanthu.molao"), share.ID, because, share.Version, key("k"))))
	returned := h.share(doc, "molao")
	require.Equal(t, routing.Returned, returned.Status)
	require.Equal(t, at("2026-11-25 17:00").UTC(), returned.ReturnDue, "as an approval: the next working day of the giver")
	require.Equal(t, because, h.firstHeard("vanthu.molao", doc, routing.ActReturn).Details["reason"])

	for username, want := range map[string]*routing.Error{
		"chutich.molao": routing.ErrNotAllowed, "vanthu.quan": routing.ErrNotAllowed, "chutich.phula": routing.ErrNotFound,
	} {
		_, err := h.desk.Insist(t.Context(), h.as(username), share.ID, because, 0, noKey)
		refused(t, err, want)
	}
	_, err := h.desk.Return(t.Context(), h.as("vanthu.molao"), share.ID, because, 0, noKey)
	refused(t, err, routing.ErrTransition)
	_, err = h.desk.Insist(t.Context(), h.as("chutich.quan"), share.ID, "ngắn", 0, noKey)
	refused(t, err, routing.ErrReason)
	_, err = h.desk.Insist(t.Context(), h.as("chutich.quan"), share.ID, because, share.Version, noKey)
	refused(t, err, routing.ErrStale)

	h.waitUntil("2026-11-25 09:00")
	h.done(h.desk.Insist(t.Context(), h.as("chutich.quan"), share.ID, because, returned.Version, noKey))
	again := h.share(doc, "molao")
	require.Equal(t, routing.Sent, again.Status)
	require.Equal(t, at("2026-11-25 16:00").UTC(), again.ReceiveDue, "its receipt is awaited anew, to the end of its own office hours")
	require.Equal(t, h.now().UTC(), again.DueSince)
	h.explained(doc)
}

// A lead that was waiting for the share does not wait for one that came back
// and was dropped.
func TestReturnedShareIsStillAwaited(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.dispatched(to("qldt", routing.Lead), to("molao", routing.Execute))
	lead, ward := h.received(doc, "qldt"), h.share(doc, "molao")
	h.done(h.desk.Return(t.Context(), h.as("vanthu.molao"), ward.ID, because, 0, noKey))
	_, err := h.desk.Report(t.Context(), h.as("truong.qldt"), lead.ID, "Đã xong", noKey)
	refused(t, err, routing.ErrPartsOpen)
	h.done(h.desk.Drop(t.Context(), h.as("chutich.quan"), ward.ID, because, 0, noKey))
	h.done(h.desk.Report(t.Context(), h.as("truong.qldt"), lead.ID, "Đã xong", noKey))
	h.explained(doc)
}
