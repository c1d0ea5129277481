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

// Domain 9.4, scenario 6: a recall while one ward works and another has
// finished. NĐ 30/2020, Điều 18 khoản 4 điểm b; QĐ 28/2018, Điều 9.
func TestRecallAnswers_QD28_Dieu9(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.dispatched(leadAndWards...)
	h.received(doc, "molao")
	h.done(h.desk.Start(t.Context(), h.as("canbo.molao"), h.share(doc, "molao").ID, noKey))
	finished := h.reported(doc, "chutich.vanquan", "vanquan")
	h.done(h.desk.Approve(t.Context(), h.as("chutich.quan"), finished.ID, finished.Version, noKey))
	h.done(h.recall("vanthu.quan", doc, noKey))
	h.step(h.hands.Withdraw, doc)
	require.Equal(t, routing.Withdrawn, h.share(doc, "molao").Status)
	require.Equal(t, routing.Done, h.share(doc, "vanquan").Status, "what was done stays done")

	asked := h.view("chutich.quan", doc).Decisions
	require.Len(t, asked, 2, "who had received it is asked, nobody else")
	require.Empty(t, h.view("chutich.quan", doc).ReplacedBy)
	molao := h.view("vanthu.molao", doc)
	require.Len(t, molao.Decisions, 1, "a ward sees its own question only")
	require.Equal(t, []routing.Act{routing.ActAnswerRecall}, molao.Assignments[0].May)
	vanquan := h.view("vanthu.vanquan", doc).Decisions[0]

	_, err := h.desk.AnswerRecall(t.Context(), h.as("vanthu.vanquan"), molao.Decisions[0].ID, true, "", noKey)
	refused(t, err, routing.ErrNotFound)
	_, err = h.desk.AnswerRecall(t.Context(), h.as("canbo.molao"), molao.Decisions[0].ID, true, "", noKey)
	refused(t, err, routing.ErrNotAllowed)
	_, err = h.desk.AnswerRecall(t.Context(), h.as("vanthu.molao"), molao.Decisions[0].ID, false, "", noKey)
	refused(t, err, routing.ErrReason)
	_, err = h.desk.AnswerRecall(t.Context(), h.as("vanthu.molao"), "no id", true, "", noKey)
	refused(t, err, routing.ErrNotFound)

	h.done(h.desk.AnswerRecall(t.Context(), h.as("vanthu.molao"), molao.Decisions[0].ID, true, "", key("k")))
	h.done(h.desk.AnswerRecall(t.Context(), h.as("vanthu.molao"), molao.Decisions[0].ID, true, "", key("k")))
	_, err = h.desk.AnswerRecall(t.Context(), h.as("vanthu.molao"), molao.Decisions[0].ID, true, "", noKey)
	refused(t, err, routing.ErrDecided)
	require.Equal(t, routing.Recalling, h.document(doc.ID).Status, "one answer is missing")
	h.done(h.desk.AnswerRecall(t.Context(), h.as("chutich.vanquan"), vanquan.ID, false, "Đã niêm yết công khai từ tuần trước", noKey))
	require.Equal(t, routing.Recalled, h.document(doc.ID).Status)
	require.True(t, h.step(h.hands.Withdraw, doc).Finished())
	h.explained(doc)

	in := letter()
	in.Replaces = doc.ID
	again := h.done(h.register("vanthu.quan", in, noKey))
	require.Equal(t, doc.ID, h.document(again.DocumentID).Replaces)
	require.Equal(t, again.DocumentID, h.view("chutich.quan", doc).ReplacedBy)
	require.Empty(t, h.view("vanthu.molao", doc).ReplacedBy, "it has not come to the ward")
}

func TestReplaceRefuses(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	open := h.registered()
	for _, replaced := range []routing.ID{open.ID, "no id", routing.ID("0190a5b2-0000-7000-8000-000000000001")} {
		in := letter()
		in.Replaces = replaced
		_, err := h.register("vanthu.quan", in, noKey)
		require.Contains(t, refused(t, err, routing.ErrField).Details["fields"], "replaces")
	}
	h.done(h.recall("vanthu.quan", open, noKey))
	in := letter()
	in.Replaces = open.ID
	_, err := h.register("vanthu.molao", in, noKey)
	refused(t, err, routing.ErrField)
}
