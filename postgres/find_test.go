package postgres

import (
	"testing"

	"github.com/stretchr/testify/require"

	"congvan/local/localtest"
	"congvan/migrations"
)

func TestWhatIsTypedAsASearch(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"":             "",
		"  / % _ \\ '": "",
		"nghèo":        "('ngheo':*)",
		"hộ nghèo":     "('ho') & ('ngheo':*)",
		`"hộ nghèo"`:   "('ho' <-> 'ngheo')",
		"“Hộ nghèo” 5": "('ho' <-> 'ngheo') & ('5':*)",
		"15/KH":        "('15' <-> 'kh':*)",
		"05/QĐ-UBND x": "('5' <-> 'qd' <-> 'ubnd':*) & ('x':*)",
		"000":          "('0':*)",
		`a' | 'b:*!&`:  "('a') & ('b':*)",
	} {
		require.Equal(t, want, tsquery(typed, ""), typed)
	}
	require.Equal(t, "('so':C) & ('xay':C*)", tsquery("Sở xây", "C"))
}

// What is stored is folded by the record, what is typed by the program: alike.
func TestBothFoldAlike(t *testing.T) {
	t.Parallel()
	s := Open(localtest.Postgres(t), 2)
	t.Cleanup(func() { _ = s.Close() })
	_, err := migrations.Run(t.Context(), s.DB())
	require.NoError(t, err)
	for _, text := range []string{"Uỷ ban ỦY BAN Ủy", "Đường Đặng đỗ", "05/QĐ-UBND", "0015/00/10 000", "ho\u0061\u0309 hoạn", "１５／ＫＨ", "a\u200bb\u00adc", "Việt   Nam\n\tĐỘC LẬP – Tự do", "Éàü 100% \\ _ '"} {
		var folded string
		require.NoError(t, s.DB().NewRaw(`SELECT btrim(searchable(?))`, text).Scan(t.Context(), &folded))
		require.Equal(t, folded, searchable(text), text)
	}
}
