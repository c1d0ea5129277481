package desk_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"congvan/activities"
	"congvan/routing"
)

// wants gives an account's position an address.
func (h *hall) wants(username string, s routing.NoticeSettings) {
	h.Helper()
	s.Address = username + "@example.vn"
	_, err := h.desk.ChangeNoticeSettings(h.Context(), h.as(username), s)
	require.NoError(h, err)
}

type sent struct{ Kind, Address, Subject, Body string }

func (h *hall) mails() (all []sent) {
	h.Helper()
	require.NoError(h, h.store.DB().NewRaw(`SELECT kind, address, subject, body FROM mails ORDER BY created_at, address`).Scan(h.Context(), &all))
	return all
}

// INV-6: an escalation tells whoever wants mail of it, once; what reminds only
// the holder is no mail, and nothing of the document is in one.
func TestEscalationsByMail(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	h.wants("chutich.quan", routing.NoticeSettings{MailAlarms: true, QuietFrom: "22:00", QuietTo: "06:30"})
	h.wants("chutich.molao", routing.NoticeSettings{MailAlarms: true})
	h.wants("chanhvanphong", routing.NoticeSettings{})
	doc := h.dispatched(to("qldt", routing.Lead), to("molao", routing.Execute), to("vanquan", routing.Execute))
	h.received(doc, "qldt")
	require.Equal(t, 2, h.rings(doc, "2026-11-23 17:01"))
	require.Empty(t, h.mails(), "the first rung reminds the holder in the program")
	require.NotZero(t, h.rings(doc, "2026-11-26 23:00"))
	mails := h.mails()
	require.NotEmpty(t, mails)
	for _, m := range mails {
		require.Equal(t, "chutich.quan@example.vn", m.Address, "the others were told nothing above them, or want none")
		require.Contains(t, m.Subject, fmt.Sprintf("%d/%d", doc.Number, doc.BookYear))
		require.Contains(t, m.Body, "{base}/documents/"+string(doc.ID))
		require.Contains(t, m.Body, "chưa xác nhận đã nhận")
		for _, secret := range []string{doc.Subject, doc.Issuer, "Mộ Lao", "Kiểm tra"} {
			require.NotContains(t, m.Body+m.Subject, secret)
		}
	}
	require.Len(t, mails, 1, "one for all that rang")
	require.Equal(t, 1, h.count("mails WHERE not_before = ?", at("2026-11-27 06:30").UTC()), "after the quiet hours")
	h.step(h.hands.Ring, doc)
	require.Len(t, h.mails(), 1)
}

func (h *hall) morning(now string) activities.MorningBatch {
	h.Helper()
	batch, err := h.hands.WriteMorning(h.Context(), activities.MorningInput{Now: at(now).UTC()})
	require.NoError(h, err)
	return batch
}

func TestMorning(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	h.wants("chutich.quan", routing.DefaultNoticeSettings)
	h.wants("vanthu.molao", routing.DefaultNoticeSettings)
	h.wants("chutich.molao", routing.NoticeSettings{MailMorning: true}) // no digest, and nothing to decide
	h.wants("vanthu.vanquan", routing.NoticeSettings{})                 // no mail
	doc := h.dispatched(leadAndWards...)
	h.registered()
	h.received(doc, "tp")

	require.Zero(t, h.morning("2026-11-24 07:30"), "a day off")
	batch := h.morning("2026-11-27 07:30")
	require.Equal(t, 2, batch.Written)
	require.Equal(t, batch.Written, h.morning("2026-11-27 07:31").Written)
	mails := h.mails()
	require.Len(t, mails, 2, "one a day, however often it is written")
	chairman, clerk := mails[0], mails[1]
	require.Equal(t, "chutich.quan@example.vn", chairman.Address)
	require.Equal(t, "morning", chairman.Kind)
	require.Contains(t, chairman.Body, "1 việc chờ ý kiến, chờ duyệt", "the second document")
	require.Contains(t, chairman.Body, "4 đơn vị quá hạn mà chưa xác nhận đã nhận")
	require.Equal(t, "digest", clerk.Kind)
	require.Contains(t, clerk.Body, "1 phần việc mới")
	require.Contains(t, clerk.Body, "1 phần việc quá hạn: {base}/inbox?view=overdue")
	require.NotContains(t, clerk.Body, "muộn")
	for _, m := range mails {
		require.NotContains(t, m.Body+m.Subject, doc.Subject)
	}
	h.received(doc, "molao")
	h.morning("2026-11-28 07:30")
	require.Len(t, h.mails(), 2, "Saturday")
	h.morning("2026-11-30 10:00")
	late := h.mails()[2:]
	require.Len(t, late, 2)
	require.Contains(t, late[0].Body, "gửi muộn")
	require.Contains(t, late[0].Body, "10:00")
	require.Contains(t, late[1].Body, "1 phần việc quá hạn")
}

// A request that nobody has to decide any more, because its share was reported,
// is not counted beside the report.
func TestMorningCountsWhatIsAwaited(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	h.wants("chutich.quan", routing.DefaultNoticeSettings)
	doc := h.dispatched(to("qldt", routing.Lead))
	a := h.received(doc, "qldt")
	h.done(h.desk.AskExtension(t.Context(), h.as("truong.qldt"), a.ID, at("2026-12-01 15:00"), because, 0, noKey))
	h.done(h.desk.Report(t.Context(), h.as("truong.qldt"), a.ID, "Đã xử lý xong", noKey))
	require.Equal(t, 1, h.morning("2026-11-27 07:30").Written)
	require.Contains(t, h.mails()[0].Body, "1 việc chờ ý kiến, chờ duyệt", "the report")
}

// A worked Saturday is a day like any other.
func TestMorningOfAWorkedSaturday(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	_, err := h.store.DB().NewRaw(`INSERT INTO calendar_days (day, kind, reason, source) VALUES ('2026-11-28', 'worked', 'làm bù', 'thử')`).Exec(t.Context())
	require.NoError(t, err)
	h.wants("vanthu.molao", routing.DefaultNoticeSettings)
	h.dispatched(leadAndWards...)
	require.Equal(t, 1, h.morning("2026-11-28 07:30").Written)
}
