package postgres

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// drawn are pieces with what is marked in brackets.
func drawn(all []Piece) string {
	var b strings.Builder
	for _, p := range all {
		if p.Marked {
			b.WriteString("[" + p.Text + "]")
		} else {
			b.WriteString(p.Text)
		}
	}
	return b.String()
}

func TestWhatWasFoundIsMarked(t *testing.T) {
	t.Parallel()
	for _, c := range [][3]string{
		{"hoa hoan", "Phòng chống Hoả hoạn, HỎA HOẠN", "Phòng chống [Hoả hoạn, HỎA HOẠN]"},
		{"15/kh", "Số 015/KH-UBND và 15 KH", "Số [015/KH]-UBND và [15 KH]"},
		{"ngheo", "hộ nghe\u0300o\u200b <b>", "hộ [nghe\u0300o] <b>"},
		{`"ho ngheo"`, "hộ, nghèo; nghèo hộ", "[hộ, nghèo]; nghèo hộ"},
		{"nghe", "nghèo nghèn nghị", "[nghèo nghèn] nghị"},
		{"đ", "Đường đi", "[Đường đi]"},
		{"x", "", ""},
	} {
		require.Equal(t, c[2], drawn(whole(c[1], soughtIn(c[0]))), c[0])
	}
	long := strings.Repeat("chữ ", 500) + "hoả hoạn tại chợ " + strings.Repeat("sau ", 500)
	got := drawn(around(long, soughtIn("hoa hoan cho")))
	require.Contains(t, got, "… ")
	require.Contains(t, got, "[hoả hoạn] tại [chợ]")
	require.Less(t, len(got), 400)
	require.Nil(t, around("không có", soughtIn("khác")))
	require.Equal(t, "[một]", drawn(around("một", soughtIn("mot"))))
	require.Equal(t, "a [b]", drawn(around("a\x00 \f\nb", soughtIn("b"))), "no mark of control, no break")
}

func TestANumberOfABookIsKnown(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string][2]int{"4427": {4427, 0}, "số 12/2026": {12, 2026}, "số đến 12": {12, 0}, "So den 0012/2026": {12, 2026}, "15/KH": {0, 0}, "12/26": {0, 0},
		"sở xây dựng 12": {0, 0}, "12345678": {0, 0}, "số": {0, 0}, "": {0, 0}, "0": {0, 0}, "12/2026/KH": {0, 0}, "１２": {12, 0}} {
		_, n, year := soughtAs(typed)
		require.Equal(t, want, [2]int{n, year}, typed)
	}
}
