package desk_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"congvan/routing"
)

// heard are the acts that the accounts' position was told of, newest first.
func (h *hall) heard(username string) []string {
	h.Helper()
	notices, err := h.desk.Notices(h.Context(), h.as(username), 0, 0)
	require.NoError(h, err)
	kinds := []string{}
	for _, n := range notices {
		kinds = append(kinds, string(n.Kind))
	}
	return kinds
}

// NĐ 30/2020, Điều 21 khoản 2: who gave it hears that it came back, and whom it
// does not concern hears nothing.
func TestActsTellWhomTheyConcern_ND30_Dieu21(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.dispatched(leadAndWards...)
	h.received(doc, "molao")
	require.Zero(t, h.count("notices"), "what everybody does all day tells nobody")

	h.done(h.desk.Return(t.Context(), h.as("vanthu.molao"), h.share(doc, "molao").ID, "Không thuộc địa bàn phường", 0, noKey))
	require.Equal(t, []string{"returned"}, h.heard("chutich.quan"), "the giver")
	require.Equal(t, []string{"returned"}, h.heard("vanthu.quan"), "the giver's clerk")
	require.Empty(t, h.heard("vanthu.vanquan"))

	h.done(h.desk.Insist(t.Context(), h.as("chutich.quan"), h.share(doc, "molao").ID, "Vẫn thuộc địa bàn phường", 0, noKey))
	require.Equal(t, []string{"insisted"}, h.heard("chutich.molao"))
	require.Equal(t, []string{"returned"}, h.heard("chutich.quan"), "he knows what he did himself")

	share := h.reported(doc, "chutich.molao", "molao")
	h.done(h.desk.SendBack(t.Context(), h.as("chutich.quan"), share.ID, "Số liệu chưa đầy đủ", share.Version, noKey))
	require.Equal(t, []string{"sent-back", "insisted"}, h.heard("chutich.molao"))

	h.done(h.recall("vanthu.quan", h.document(doc.ID), noKey))
	require.Equal(t, []string{"recalled", "sent-back", "insisted"}, h.heard("vanthu.molao"))
	require.Equal(t, []string{"recalled"}, h.heard("vanthu.vanquan"), "also who has not received it yet")
	h.step(h.hands.Withdraw, doc)
	require.Equal(t, []string{"recalled"}, h.heard("vanthu.vanquan"), "once")
}

func TestReadNotices(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.dispatched(leadAndWards...)
	h.done(h.remind("vanthu.quan", doc, "molao"))
	h.wait(time.Hour)
	h.done(h.remind("vanthu.quan", doc, "molao"))
	head, other := h.as("chutich.molao"), h.as("vanthu.molao")
	unread := func(actor routing.Actor) int {
		n, err := h.desk.UnreadNotices(t.Context(), actor)
		require.NoError(t, err)
		return n
	}
	require.Equal(t, 2, unread(head))
	notices, err := h.desk.Notices(t.Context(), head, 0, 0)
	require.NoError(t, err)
	require.Equal(t, "Khẩn trương xác nhận", notices[0].Note)
	require.Equal(t, unit("quan"), notices[0].By)
	require.Equal(t, doc.Number, notices[0].Number)
	require.NoError(t, h.desk.ReadNotices(t.Context(), head, notices[1].ID))
	require.Equal(t, 1, unread(head), "what came since stays unread")
	require.Equal(t, 2, unread(other), "another's are his own")
	require.NoError(t, h.desk.ReadNotices(t.Context(), head, notices[0].ID))
	require.Zero(t, unread(head))

	acting := h.delegate("truong.qldt", "vanthu.qldt")
	h.done(h.remind("vanthu.quan", doc, "qldt"))
	notices, err = h.desk.Notices(t.Context(), acting, 0, 0)
	require.NoError(t, err)
	refused(t, h.desk.ReadNotices(t.Context(), acting, notices[0].ID), routing.ErrNotAllowed)
	require.Equal(t, 1, unread(h.as("truong.qldt")), "he has not read them himself")
}

func TestNoticeSettings(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	actor := h.as("chutich.molao")
	got, err := h.desk.NoticeSettings(t.Context(), actor)
	require.NoError(t, err)
	require.Equal(t, routing.DefaultNoticeSettings, got)
	want := routing.NoticeSettings{Address: "chutich@molao.example.vn", MailAlarms: true, QuietFrom: "22:00", QuietTo: "06:30"}
	for range 2 {
		_, err = h.desk.ChangeNoticeSettings(t.Context(), actor, want)
		require.NoError(t, err)
	}
	got, err = h.desk.NoticeSettings(t.Context(), actor)
	require.NoError(t, err)
	require.Equal(t, want, got)
	_, err = h.desk.ChangeNoticeSettings(t.Context(), actor, routing.NoticeSettings{Address: "không"})
	refused(t, err, routing.ErrField)
	actor.Mandate.Kind = routing.Delegated
	_, err = h.desk.ChangeNoticeSettings(t.Context(), actor, want)
	refused(t, err, routing.ErrNotAllowed)
}

func (h *hall) remind(username string, doc routing.Document, unitKey string) (routing.Event, error) {
	h.Helper()
	return h.desk.Remind(h.Context(), h.as(username), h.share(doc, unitKey).ID, "Khẩn trương xác nhận", noKey)
}

// NĐ 30/2020, Điều 24 khoản 1: somebody follows and urges.
func TestRemind_ND30_Dieu24(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.dispatched(leadAndWards...)
	event := h.done(h.remind("chanhvanphong", doc, "molao"))
	require.Equal(t, routing.ActRemind, event.Kind)
	require.Equal(t, []string{"reminded"}, h.heard("vanthu.molao"))
	require.Empty(t, h.milestones(doc)[2:], "it wakes no workflow")
	before := h.everything()
	_, err := h.remind("vanthu.quan", doc, "molao")
	refused(t, err, routing.ErrReminded)
	for username, want := range map[string]*routing.Error{"truong.qldt": routing.ErrNotFound, "chutich.molao": routing.ErrNotAllowed} {
		_, err := h.remind(username, doc, "molao")
		refused(t, err, want)
	}
	_, err = h.desk.Remind(t.Context(), h.as("vanthu.quan"), h.share(doc, "vanquan").ID, "Tối mật", noKey)
	refused(t, err, routing.ErrStateSecret)
	require.Equal(t, before, h.everything())
}

func TestRemindLate_ND30_Dieu24(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.dispatched(leadAndWards...)
	h.received(doc, "tp")
	h.done(h.remind("vanthu.quan", doc, "nv"))
	h.waitUntil("2026-11-26 09:00") // nobody else has received it in time
	h.done(h.remind("vanthu.quan", doc, "molao"))
	for range 2 {
		out, err := h.desk.RemindLate(t.Context(), h.as("vanthu.quan"), doc.ID, key("k"))
		require.NoError(t, err)
		codes := map[routing.ID]string{}
		for _, o := range out {
			codes[o.Subject] = o.Code
		}
		require.Equal(t, map[routing.ID]string{h.share(doc, "qldt").ID: "", h.share(doc, "nv").ID: "", h.share(doc, "vanquan").ID: "",
			h.share(doc, "molao").ID: "reminded-already"}, codes)
	}
	require.Equal(t, 5, h.count("events WHERE kind = 'reminded'"))
	out, err := h.desk.RemindLate(t.Context(), h.as("chutich.vanquan"), doc.ID, noKey)
	require.NoError(t, err)
	require.Empty(t, out, "he has given nothing")
}
