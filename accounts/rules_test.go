package accounts

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var house = []string{"chutich.molao", "Chủ tịch UBND phường Mộ Lao", "UBND phường Mộ Lao", "Phòng Quản lý đô thị", "QLĐT", "UBND quận Hà Đông", "09541", "UBND phường Yên Nghĩa"}

func TestLengthsOfPasswords_S02(t *testing.T) {
	t.Parallel()
	phrase := []rune("một hai ba bốn năm sáu bảy tám chín mười con trâu già đi cày ruộng sâu ngoài đồng làng bên từ lúc trời còn tối mịt đến khi gà gáy trưa xong việc")
	for length, want := range map[int]Weakness{1: TooShort, 7: TooShort, 8: "", 64: "", 127: "", 128: "", 129: TooLong} {
		require.Equal(t, want, Check(string(phrase[:length]), nil), length)
	}
	require.Equal(t, TooShort, Check("bốn năm"[:9], nil), "characters count, not bytes")
	for _, fine := range []string{
		"con vịt xòe hai cái cánh", "mâ\u0323t  khô\u0301i \u00a0 trời", "🐃🌾🏡🌧🎋🧺🛶🐓", "đường về làng xưa có hàng cau", "  dấu cách đầu và cuối  ",
		"x7#kQ2!mZ", "correct horse battery staple", "tr0ng nhà có 3 con gà trống", "Ngõ 12 quanh co, cây khế chua",
	} {
		require.Empty(t, Check(fine, house), fine)
		require.True(t, Possible(fine))
	}
	require.Equal(t, NotText, Check("mật khẩu\x00 có NUL", nil))
	require.Equal(t, NotText, Check("không phải \xff\xfe UTF-8", nil))
	require.False(t, Possible("mật khẩu\x00 có NUL"))
	require.False(t, Possible(""))

	began := time.Now()
	megabyte := strings.Repeat("ư", 500_000)
	require.Equal(t, TooLong, Check(megabyte, house))
	require.False(t, Possible(megabyte))
	require.Less(t, time.Since(began), 50*time.Millisecond)
}

func TestCommonPasswordsAreRefused_S03(t *testing.T) {
	t.Parallel()
	for word := range common() {
		if len([]rune(word)) >= shortest {
			require.NotEmpty(t, Check(word, nil), word)
			require.NotEmpty(t, Check(strings.ToUpper(word), nil), word)
		}
		require.NotEmpty(t, Check(word+"20262026", nil), word)
	}
	require.Greater(t, len(common()), 450)
	for _, bad := range []string{
		"password", "P@ssw0rd", "p@ssw0rd2026", "Matkhau@123", "Mật khẩu 123", "12345678", "123456789a", "qwertyuiop", "1qaz2wsx", "!QAZ2wsx", "zxcvbnm,",
		"87654321", "11111111", "aaaaaaaa", "abababab", "abcdefgh", "19001990", "01/01/1990", "0912345678", "anhyeuem", "Anh yêu em 2025", "iloveyou123", "🔑🔑🔑🔑🔑🔑🔑🔑",
	} {
		require.NotEmpty(t, Check(bad, nil), bad)
	}
}

func TestWordsOfTheOfficeAreRefused_S03(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{
		"ubnd@2026", "UBND-2026!", "molao123456", "MoLao@2025", "phường Mộ Lao", "phuongmolao1", "chutich.molao", "ChuTichMoLao1", "Hà Đông 2026", "hadong@123",
		"ubndhadong", "UBND quận Hà Đông", "quanlydothi", "qldt@2026", "yennghia@2026", "vanthu2026", "Văn thư 123", "congvan@2026", "09541@molao", "m0la0@2026",
		"HaNoi#2025", "quantri@123", "Admin@2026!",
	} {
		require.NotEmpty(t, Check(bad, house), bad)
	}
}

// What comes out of a generator is taken: a rule that refuses random passwords
// would make people choose worse ones.
func TestRandomPasswordsAreTaken(t *testing.T) {
	t.Parallel()
	for range 2000 {
		require.Empty(t, Check(NewSecret()[:16], house))
	}
}

// Whatever is typed, the rules answer, and quickly.
func TestTheRulesAnswerAnything(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		password := rapid.String().Draw(t, "password")
		weakness := Check(password, house)
		if n := len([]rune(password)); n < shortest && !strings.ContainsRune(password, 0) {
			require.Equal(t, TooShort, weakness)
		}
	})
}
