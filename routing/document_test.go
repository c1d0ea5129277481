package routing_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"congvan/routing"
)

var now = at("2026-11-23 09:00")

func letter() routing.Registration {
	return routing.Registration{
		Issuer: "UBND thành phố Hà Nội", CodeNumber: "4532", CodeNotation: "UBND-KSTTHC", IssuedOn: "2026-11-20",
		TypeName: "Công văn", Subject: "Về việc rà soát thủ tục hành chính", Urgency: routing.Normal, Secrecy: routing.NoSecret,
	}
}

// NĐ 30/2020, Phụ lục IV (columns) and Phụ lục VI (lengths).
func TestARegistrationThatBreaksARule_ND30_PhulucVI(t *testing.T) {
	t.Parallel()
	require.NoError(t, letter().Check(now))
	for name, c := range map[string]struct {
		spoil func(*routing.Registration)
		field string
	}{
		"no issuer":                 {func(r *routing.Registration) { r.Issuer = " " }, "issuer"},
		"issuer too long":           {func(r *routing.Registration) { r.Issuer = strings.Repeat("ệ", 201) }, "issuer"},
		"no subject":                {func(r *routing.Registration) { r.Subject = "" }, "subject"},
		"subject too long":          {func(r *routing.Registration) { r.Subject = strings.Repeat("ệ", 2001) }, "subject"},
		"no type":                   {func(r *routing.Registration) { r.TypeName = "" }, "typeName"},
		"number too long":           {func(r *routing.Registration) { r.CodeNumber = strings.Repeat("1", 21) }, "codeNumber"},
		"notation too long":         {func(r *routing.Registration) { r.CodeNotation = strings.Repeat("A", 31) }, "codeNotation"},
		"field too long":            {func(r *routing.Registration) { r.Field = strings.Repeat("a", 51) }, "field"},
		"issued tomorrow":           {func(r *routing.Registration) { r.IssuedOn = "2026-11-24" }, "issuedOn"},
		"issued on 30 February":     {func(r *routing.Registration) { r.IssuedOn = "2026-02-30" }, "issuedOn"},
		"issued in the year 0":      {func(r *routing.Registration) { r.IssuedOn = "0000-01-01" }, "issuedOn"},
		"reply asked for yesterday": {func(r *routing.Registration) { r.ReplyBy = "2026-11-22" }, "replyBy"},
		"an unknown urgency":        {func(r *routing.Registration) { r.Urgency = "soon" }, "urgency"},
		"no urgency":                {func(r *routing.Registration) { r.Urgency = "" }, "urgency"},
		"a NUL":                     {func(r *routing.Registration) { r.Subject = "Về\x00việc" }, "subject"},
		"broken UTF-8":              {func(r *routing.Registration) { r.Issuer = "UBND \xff\xfe" }, "issuer"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := letter()
			c.spoil(&r)
			fields := refusal(t, r.Check(now), routing.ErrField).Details["fields"].(map[string]string)
			require.Len(t, fields, 1)
			require.NotEmpty(t, fields[c.field])
		})
	}
}

func TestEverythingWrongIsNamedAtOnce(t *testing.T) {
	t.Parallel()
	fields := refusal(t, routing.Registration{Secrecy: routing.NoSecret}.Check(now), routing.ErrField).Details["fields"]
	for _, field := range []string{"issuer", "typeName", "subject", "urgency"} {
		require.Contains(t, fields, field)
	}
}

func TestReasonsAndTexts(t *testing.T) {
	t.Parallel()
	for reason, ok := range map[string]bool{
		"gửi nhầm":               false, // 8 characters
		"gửi nhầm  ":             false, // spaces do not help
		"gửi nhầm ạ":             true,
		strings.Repeat("ậ", 500): true,
		strings.Repeat("ậ", 501): false,
		"gửi nhầm\x00đơn vị":     false,
		"gửi nhầm \xff đơn vị":   false,
	} {
		require.Equal(t, ok, routing.CheckReason(reason) == nil, "%q", reason)
	}
	require.NoError(t, routing.CheckText("note", "x"))
	for _, text := range []string{"", "  ", strings.Repeat("x", 4001), "a\x00b", "a\xc3"} {
		require.Contains(t, refusal(t, routing.CheckText("note", text), routing.ErrField).Details["fields"], "note", "%q", text)
	}
}

// NĐ 30/2020, Phụ lục VI, III.1.h: number, notation and issuer are the same.
func TestDuplicateKey_ND30_PhulucVI_III1h(t *testing.T) {
	t.Parallel()
	key := func(number, notation, issuer string) string {
		return routing.Registration{CodeNumber: number, CodeNotation: notation, Issuer: issuer}.DuplicateKey()
	}
	same := key("45", "UBND-KSTTHC", "Uỷ ban nhân dân thành phố Hà Nội")
	require.NotEmpty(t, same)
	for _, twin := range []string{
		key("045", "UBND-KSTTHC", "Uỷ ban nhân dân thành phố Hà Nội"),
		key(" 45 ", "UBND- KSTTHC", "Ủy  ban nhân dân Thành phố Hà Nội"),
		key("45", "ubnd-kstthc", "UỶ BAN NHÂN DÂN THÀNH PHỐ HÀ NỘI"),
		key("４５", fullWidth("UBND-KSTTHC"), decomposed("Ủy ban nhân dân thành phố Hà Nội")),
		key("45", "UBND-KSTTHC\u200b", "Ủy ban nhân dân\u00a0thành phố Hà Nội"),
	} {
		require.Equal(t, same, twin)
	}
	for _, other := range []string{
		key("46", "UBND-KSTTHC", "Uỷ ban nhân dân thành phố Hà Nội"),
		key("45", "UBND-NC", "Uỷ ban nhân dân thành phố Hà Nội"),
		key("45", "UBND-KSTTHC", "Uỷ ban nhân dân tỉnh Hà Nam"),
		key("450", "UBND-KSTTHC", "Uỷ ban nhân dân thành phố Hà Nội"),
	} {
		require.NotEqual(t, same, other)
	}
	for _, none := range []string{"", " ", "0", "000"} {
		require.Empty(t, key(none, "UBND", "x"), "a document without a number is equal to nothing")
	}
}

func TestFold(t *testing.T) {
	t.Parallel()
	for _, same := range [][]string{
		{"Uỷ ban", "Ủy ban", "UỶ BAN", "ỦY BAN", "uy ban", decomposed("Uỷ ban"), decomposed("Ủy ban"), fullWidth("Uỷ") + " ban"},
		{"Đường", "đường", "ĐƯỜNG", "duong", decomposed("Đường"), "Đườ\u200bng", "\ufeffđường"},
		{"hoà", "hòa", "hoa"},
		{"Ậ", "A\u0302\u0323", "A\u0323\u0302", "Â\u0323", "Ạ\u0302", "a"},
		{"(45/QĐ-UBND)", fullWidth("(45/Q") + "Đ" + fullWidth("-UBND)"), "(45/qd-ubnd)"},
	} {
		for _, s := range same {
			require.Equal(t, routing.Fold(same[0]), routing.Fold(s), "%q", s)
		}
	}
	require.Equal(t, "a b\n", routing.Fold("A B\n"), "white space stays")
}

const alphabet = "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệghiìíỉĩịklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvxyỳýỷỹỵ 0123456789/-"

func TestFoldIsOneForEveryFormOfAText(t *testing.T) {
	t.Parallel()
	letters := []rune(alphabet + strings.ToUpper(alphabet))
	rapid.Check(t, func(t *rapid.T) {
		text := string(rapid.SliceOf(rapid.SampledFrom(letters)).Draw(t, "text"))
		plain := routing.Fold(text)
		require.Equal(t, plain, routing.Fold(decomposed(text)))
		require.Equal(t, plain, routing.Fold(strings.ToUpper(text)))
		require.Equal(t, plain, routing.Fold(plain))
		for _, r := range plain {
			require.Less(t, r, rune(0x80), "%q of %q", r, text)
		}
	})
}

func TestUrgencyAndTitle(t *testing.T) {
	t.Parallel()
	for i, u := range []routing.Urgency{routing.Express, routing.VeryUrgent, routing.Urgent, routing.Normal} {
		require.Equal(t, i+1, u.Priority())
	}
	require.Equal(t, 4, routing.Urgency("?").Priority())
	require.Equal(t, "Văn bản đến số 45/2026", routing.Document{Number: 45, BookYear: 2026}.Title())
}

func TestErrorsKeepTheirCode(t *testing.T) {
	t.Parallel()
	refined := routing.ErrUnit.With("unit", "x").Saying("Đơn vị %s đã giải thể.", "x").With("name", "y")
	wrapped := fmt.Errorf("desk: %w", refined)
	require.ErrorIs(t, wrapped, routing.ErrUnit)
	require.NotErrorIs(t, wrapped, routing.ErrLead)
	require.Equal(t, routing.Invalid, routing.FaultOf(wrapped))
	require.Equal(t, map[string]any{"unit": "x", "name": "y"}, refined.Details)
	require.Empty(t, routing.ErrUnit.Details, "the original is left as it was")
	require.Equal(t, routing.Internal, routing.FaultOf(fmt.Errorf("disk full")))
}
