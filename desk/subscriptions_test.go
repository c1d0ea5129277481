package desk_test

import (
	"strings"
	"sync"
	"testing"

	"congvan/desk"
	"congvan/routing"
	"congvan/statistics"

	"github.com/stretchr/testify/require"
)

func (h *hall) subscribes(username string, s statistics.Subscription) statistics.Subscription {
	h.Helper()
	kept, err := h.desk.Subscribe(h.Context(), h.as(username), s)
	require.NoError(h, err)
	return kept
}

// figures are the mails of printed reports.
func (h *hall) figures() (all []sent) {
	for _, m := range h.mails() {
		if m.Kind == string(routing.StatisticsMail) {
			all = append(all, m)
		}
	}
	return all
}

var monthly = statistics.Subscription{Layout: "VBDEN07", Period: statistics.LastMonth, Day: 5, Minute: 8 * 60}

func TestFiguresAreSentOnceOnTheFirstWorkingDay(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	h.wants("chutich.quan", routing.NoticeSettings{})
	kept := h.subscribes("chutich.quan", monthly)
	require.Equal(t, kept.ID, h.subscribes("chutich.quan", monthly).ID, "the same again is one")
	doc := h.dispatched(to("qldt", routing.Lead), to("molao", routing.Execute))
	h.morning("2026-11-24 07:30")
	h.morning("2026-12-04 07:30")
	h.morning("2026-12-05 07:30") // a Saturday
	require.Empty(t, h.figures(), "of what was due before nothing is sent, and on a day off neither")
	h.morning("2026-12-07 07:30")
	h.morning("2026-12-07 07:31")
	h.morning("2026-12-08 07:30")
	mails := h.figures()
	require.Len(t, mails, 1)
	require.Equal(t, "Số liệu tháng trước: UBND quận Hà Đông", mails[0].Subject)
	require.Contains(t, mails[0].Body, "Từ ngày 01/11/2026 đến ngày 30/11/2026")
	require.Contains(t, mails[0].Body, "Văn bản đến trong kỳ: 1\n")
	require.Regexp(t, `(?m)^Phòng Quản lý đô thị +1 +0 +0 +0 +0 +1$`, mails[0].Body)
	require.Regexp(t, `(?m)^Cộng +2 +0 +0 +0 +0 +2$`, mails[0].Body)
	require.Contains(t, mails[0].Body, "{base}/statistics/VBDEN07?book="+string(unit("quan"))+"&from=2026-11-01&to=2026-11-30")
	for _, secret := range []string{doc.Subject, doc.Issuer, "Kiểm tra"} {
		require.NotContains(t, mails[0].Body+mails[0].Subject, secret)
	}
	require.Equal(t, 1, h.count("mails WHERE kind = 'statistics' AND not_before = ?", at("2026-12-07 08:00").UTC()))
	h.morning("2027-01-05 07:30")
	require.Equal(t, 2, len(h.figures()), "the next month, over the year")
	require.NoError(t, h.desk.Unsubscribe(t.Context(), h.as("chutich.quan"), kept.ID))
	require.ErrorIs(t, h.desk.Unsubscribe(t.Context(), h.as("chutich.quan"), kept.ID), routing.ErrNotFound)
	h.morning("2027-02-08 07:30")
	require.Equal(t, 2, len(h.figures()))
}

// Rights are judged when the mail is written.
func TestFiguresAreSentToWhoStillMayHaveThem(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	for _, who := range []string{"chutich.quan", "chutich.molao", "vanthu.quan"} {
		h.wants(who, routing.NoticeSettings{})
		h.subscribes(who, monthly)
	}
	for _, none := range []string{"chuyenvien.nv", "quantri"} {
		_, err := h.desk.Subscribe(t.Context(), h.as(none), monthly)
		require.ErrorIs(t, err, routing.ErrNotAllowed, none)
	}
	for _, wrong := range []statistics.Subscription{{}, {Layout: "VBDI01", Period: statistics.LastMonth, Day: 1, Minute: 480}, {Layout: "VBDEN01", Period: statistics.ThisMonth, Day: 1, Minute: 480},
		{Layout: "VBDEN01", Period: statistics.LastWeek, Day: 6, Minute: 480}, {Layout: "VBDEN01", Period: statistics.LastMonth, Day: 29, Minute: 480}, {Layout: "VBDEN01", Period: statistics.LastMonth, Day: 1, Minute: 60}} {
		_, err := h.desk.Subscribe(t.Context(), h.as("chutich.quan"), wrong)
		require.ErrorIs(t, err, routing.ErrField)
	}
	elsewhere := monthly
	elsewhere.UnitID = unit("quan")
	_, err := h.desk.Subscribe(t.Context(), h.as("chutich.molao"), elsewhere)
	require.ErrorIs(t, err, routing.ErrNotAllowed)
	mine, err := h.desk.Subscriptions(t.Context(), h.as("chutich.quan"))
	require.NoError(t, err)
	require.ErrorIs(t, h.desk.Unsubscribe(t.Context(), h.as("chutich.molao"), mine[0].ID), routing.ErrNotFound, "another's")

	do := func(sql string, args ...any) {
		_, err := h.store.DB().NewRaw(sql, args...).Exec(t.Context())
		require.NoError(t, err)
	}
	do(`UPDATE accounts SET disabled_at = now() WHERE username = 'vanthu.quan'`)
	do(`UPDATE positions SET office = 'officer' WHERE id = ?`, h.as("chutich.quan").PositionID)
	h.morning("2026-12-07 07:30")
	mails := h.figures()
	require.Len(t, mails, 1)
	require.True(t, strings.HasPrefix(mails[0].Address, "chutich.molao@"))
	do(`UPDATE accounts SET disabled_at = NULL WHERE username = 'vanthu.quan'`)
	h.morning("2026-12-08 07:30")
	require.Equal(t, 2, len(h.figures()), "a closed account slept")
	do(`UPDATE accounts SET position_id = ? WHERE username = 'chutich.molao'`, h.as("canbo.molao").PositionID)
	h.morning("2027-01-05 07:30")
	require.Equal(t, 3, len(h.figures()), "the clerk's: who lost the position is sent nothing")
}

// More subscriptions than one activity looks at.
func TestFiguresOfManyAreWrittenInTurns(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	h.wants("chutich.quan", routing.NoticeSettings{})
	made := 0
	for _, l := range []string{"VBDEN01", "VBDEN02", "VBDEN03", "VBDEN04", "VBDEN05", "VBDEN06", "VBDEN07", "ND30-V2"} {
		for _, p := range statistics.Subscribable {
			s := monthly
			s.Layout, s.Period, s.Day = l, p, 1
			if made++; made > 20 {
				_, err := h.desk.Subscribe(t.Context(), h.as("chutich.quan"), s)
				require.ErrorIs(t, err, routing.ErrField, "twenty are enough")
				continue
			}
			h.subscribes("chutich.quan", s)
		}
	}
	h.wants("vanthu.quan", routing.NoticeSettings{})
	h.subscribes("vanthu.quan", monthly)
	first := h.morning("2027-01-04 07:30") // the first working day of week, month and quarter
	require.True(t, first.More)
	require.False(t, h.morning("2027-01-04 07:30").More)
	require.Equal(t, 21, len(h.figures()), "and the clerk's of November, for which no morning came in December")
	h.morning("2027-01-05 07:30")
	h.morning("2027-01-05 07:30")
	require.Equal(t, 22, len(h.figures()))
}

// Asked for all at once, no more are kept than one after the other.
func TestSubscriptionsAreCountedOneAfterTheOther(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	inspector := h.as("thanhtra.quan")
	units, err := h.desk.Reportable(t.Context(), inspector)
	require.NoError(t, err)
	require.Greater(t, len(units), desk.SubscriptionLimit)
	var all sync.WaitGroup
	for _, u := range units {
		all.Go(func() {
			s := monthly
			s.UnitID = u.ID
			_, _ = h.desk.Subscribe(t.Context(), inspector, s)
		})
	}
	all.Wait()
	kept, err := h.desk.Subscriptions(t.Context(), inspector)
	require.NoError(t, err)
	require.Len(t, kept, desk.SubscriptionLimit)
}
