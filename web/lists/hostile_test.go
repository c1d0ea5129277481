package lists_test

import (
	"net/url"
	"testing"

	"congvan/web/webtest"

	"github.com/stretchr/testify/require"
)

func TestASavedFilterHoldsNoMarkOfAStateSecret_M01_M05(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	b := w.In("vanthu.molao")
	for name, fields := range map[string][]string{
		"in its name":      {"name", "Kế hoạch A2 (TỐI MẬT)", "query", "view=open"},
		"in what it finds": {"name", "Kế hoạch A2", "query", "view=open&q=T%E1%BB%90I+M%E1%BA%ACT%3A+k%E1%BA%BF+ho%E1%BA%A1ch"},
		"in no value":      {"name", "Kế hoạch A2", "query", "MẬT: kho đạn"},
	} {
		a := b.Post("/filters", append(fields, "list", "inbox")...)
		require.Equal(t, 422, a.Status, name)
		require.Contains(t, a.Text, "Không được đưa văn bản bí mật nhà nước vào hệ thống", name)
	}
	kept, err := w.Desk.SavedFilters(t.Context(), w.As("vanthu.molao"), "inbox")
	require.NoError(t, err)
	require.Empty(t, kept)
	require.Equal(t, 303, b.Post("/filters", "list", "inbox", "name", "Bảo mật thông tin", "query", "q=b%E1%BA%A3o+m%E1%BA%ADt").Status)
}

func TestAPeriodBeyondTheCalendarIsRefused_R22(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	b := w.In("vanthu.quan")
	for _, path := range []string{"/inbox?from=", "/inbox?to=", "/documents?from=", "/documents?to=", "/books/print?from=", "/books/excel?to=", "/trail?from=", "/trail?to="} {
		for _, day := range []string{"01/01/0001", "01010001", "0001-01-01", "31/12/9999", "31/02/2026", "٠٥/٠٢/٢٠٢٦", "१/२/२०२६", "5/2/-1"} {
			require.Equal(t, 422, b.Get(path+url.QueryEscape(day)).Status, path+day)
		}
		require.Equal(t, 200, b.Get(path+"5/2/2026").Status, path)
	}
}
