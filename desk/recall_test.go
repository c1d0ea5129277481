package desk_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"congvan/routing"
)

const wrongText = "Ban hành nhầm, thay bằng văn bản khác"

func (h *hall) recall(username string, doc routing.Document, req routing.Request) (routing.Event, error) {
	h.Helper()
	return h.desk.Recall(h.Context(), h.as(username), doc.ID, wrongText, doc.Version, req)
}

// NĐ 30/2020, Điều 18 khoản 4 điểm b: recall; domain 9.2.7: the trail is kept.
func TestRecall_ND30_Dieu18_khoan4b(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.dispatched(leadAndWards...)
	h.received(doc, "molao")
	event := h.done(h.recall("vanthu.quan", doc, key("k")))
	require.Equal(t, event, h.done(h.recall("vanthu.quan", doc, key("k"))))
	require.Equal(t, wrongText, event.Details["reason"])
	recalled := h.document(doc.ID)
	require.Equal(t, routing.Recalling, recalled.Status)
	require.Equal(t, doc.Number, recalled.Number, "the number stays")
	require.Contains(t, h.milestones(doc), routing.NewsRecalled)

	asked := h.step(h.hands.Withdraw, doc)
	require.Equal(t, routing.Recalling, asked.Status, "phường Mộ Lao has received it: it has to answer")
	require.Equal(t, routing.AwaitDecision, asked.Awaits)
	for _, key := range []string{"qldt", "tp", "molao", "vanquan", "nv"} {
		require.Equal(t, routing.Withdrawn, h.share(doc, key).Status, key)
	}
	require.Equal(t, 1, h.share(doc, "molao").Receipt.Number, "its receipt stays")
	again := h.everything()
	h.step(h.hands.Withdraw, doc)
	require.Equal(t, again, h.everything(), "the second time changes nothing")
}

func TestRecallRefuses(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.dispatched(leadAndWards...)
	before := h.everything()
	for username, want := range map[string]*routing.Error{
		"truong.qldt": routing.ErrNotAllowed, "chutich.molao": routing.ErrNotAllowed, "chutich.phula": routing.ErrNotFound, "quantri": routing.ErrNotFound,
	} {
		_, err := h.recall(username, doc, key("k"))
		refused(t, err, want)
	}
	chairman := h.as("chutich.quan")
	_, err := h.desk.Recall(t.Context(), chairman, doc.ID, "nhầm", doc.Version, noKey)
	refused(t, err, routing.ErrReason)
	_, err = h.desk.Recall(t.Context(), chairman, doc.ID, "Tối mật", doc.Version, noKey)
	refused(t, err, routing.ErrStateSecret)
	_, err = h.desk.Recall(t.Context(), chairman, doc.ID, wrongText, doc.Version-1, noKey)
	require.Equal(t, doc.Version, refused(t, err, routing.ErrStale).Details["version"])
	_, err = h.desk.Recall(t.Context(), chairman, "no id", wrongText, doc.Version, noKey)
	refused(t, err, routing.ErrNotFound)
	require.Equal(t, before, h.everything())
}
