package routing_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"congvan/routing"
)

// The 27 abbreviations of NĐ 30/2020, Phụ lục III differ in case and marks; công văn
// and thư công have none.
func TestEachTypeHasItsAbbreviation_ND30_PhulucIII(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for _, name := range routing.TypeNames {
		short := routing.Abbreviation(name)
		if name == "Công văn" || name == "Thư công" {
			require.Empty(t, short)
			continue
		}
		require.NotEmpty(t, short, name)
		require.Empty(t, seen[short], "%s and %s", name, seen[short])
		seen[short] = name
	}
	require.Len(t, seen, 27)
	for name, short := range map[string]string{"Quyết định": "QĐ", "Quy định": "QyĐ", "Quy chế": "QC", "Thông cáo": "TC", "Tờ trình": "TTr", "Chỉ thị": "CT", "Chương trình": "CTr",
		"Đề án": "ĐA", "Dự án": "DA", "Hợp đồng": "HĐ", "Hướng dẫn": "HD", "kế  hoạch": "", "KẾ HOẠCH": "KH", "Phiếu báo": "PB", "Bản thoả thuận": "BTT"} {
		require.Equal(t, short, routing.Abbreviation(name), name)
	}
}

// What a clerk may type, and how it is refused by field.
func TestTheFieldsOfAnIssue_ND30_PhulucVI(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)
	good := routing.Issuing{CodeNotation: "QĐ-UBND", TypeName: "Quyết định", Subject: "Thành lập tổ công tác", SignerTitle: "Chủ tịch", Drafter: "Phòng Nội vụ", Urgency: routing.Normal,
		Secrecy: routing.NoSecret, Recipients: []routing.Place{{Class: routing.PlaceExecute, Name: "Các phường"}}}
	require.NoError(t, good.Check(now))
	long := func(n int) string { return strings.Repeat("ư", n) }
	for field, spoil := range map[string]func(*routing.Issuing){
		"codeNotation": func(i *routing.Issuing) { i.CodeNotation = "QĐ-" },
		"typeName":     func(i *routing.Issuing) { i.TypeName, i.CodeNotation = long(101), "X" },
		"subject":      func(i *routing.Issuing) { i.Subject = long(2001) },
		"signerTitle":  func(i *routing.Issuing) { i.SignerTitle = long(101) },
		"signerName":   func(i *routing.Issuing) { i.SignerName = long(51) },
		"drafter":      func(i *routing.Issuing) { i.Drafter = long(201) },
		"language":     func(i *routing.Issuing) { i.Language = long(31) },
		"note":         func(i *routing.Issuing) { i.Note = long(501) },
		"recipients":   func(i *routing.Issuing) { i.Recipients[0].Name = long(201) },
		"issuedOn":     func(i *routing.Issuing) { i.IssuedOn = "2026-02-30" },
		"replyBy":      func(i *routing.Issuing) { i.ReplyBy = "2026-11-22" },
		"answers":      func(i *routing.Issuing) { i.Answers = make([]routing.ID, 51) },
		"copies":       func(i *routing.Issuing) { i.Copies = 1000 },
	} {
		in := good
		in.Recipients = []routing.Place{good.Recipients[0]}
		spoil(&in)
		err := in.Check(now)
		require.ErrorIs(t, err, routing.ErrField, field)
		fields := err.(*routing.Error).Details["fields"].(map[string]string)
		require.Len(t, fields, 1, "%v", fields)
		require.NotEmpty(t, fields[field], "%v", fields)
	}
	require.Equal(t, "05/QĐ-UBND", routing.Outgoing{Number: 5, Issuing: good}.Code())
	require.Equal(t, "4427/QĐ-UBND", routing.Outgoing{Number: 4427, Issuing: good}.Code())
}
