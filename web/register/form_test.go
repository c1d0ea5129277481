package register

import (
	"testing"
	"time"

	"congvan/attachments"
	"congvan/desk"

	"github.com/stretchr/testify/require"
)

var monday = time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)

func TestParseMoment(t *testing.T) {
	t.Parallel()
	at := func(day, hour, minute int) time.Time {
		return time.Date(2026, 11, day, hour, minute, 0, 0, time.FixedZone("", 7*3600)).UTC()
	}
	for typed, want := range map[string]time.Time{
		"": {}, "8:15": at(23, 8, 15), "8h15": at(23, 8, 15), "8h": at(23, 8, 0), "08.05": at(23, 8, 5), "20/11 16:40": at(20, 16, 40),
		"20/11/2026 16:40": at(20, 16, 40), "20-11-26, 7h5": {}, "2026-11-20 16:40": at(20, 16, 40), "20112026 16:40": at(20, 16, 40),
	} {
		got, ok := parseMoment(typed, monday)
		require.Equal(t, want, got, typed)
		require.Equal(t, typed == "" || !want.IsZero(), ok, typed)
	}
	for _, typed := range []string{"mai", "25:00", "8:60", "31/2 8:00", "20/11", "8", "8:15 20/11", "20/11 8:15:30"} {
		_, ok := parseMoment(typed, monday)
		require.False(t, ok, typed)
	}
}

func TestSplitCode(t *testing.T) {
	t.Parallel()
	for typed, want := range map[[2]string][2]string{
		{"45", "UBND-NC"}: {"45", "UBND-NC"}, {"45/UBND-NC", ""}: {"45", "UBND-NC"}, {"15 / 2010/QĐ-UBND", ""}: {"15", "2010/QĐ-UBND"},
		{"45/2026", "UBND"}: {"45/2026", "UBND"}, {"", ""}: {"", ""},
	} {
		number, notation := splitCode(typed[0], typed[1])
		require.Equal(t, want, [2]string{number, notation}, typed)
	}
}

func said(field attachments.Field, value string, sure attachments.Confidence) attachments.Suggestion {
	return attachments.Suggestion{Field: field, Value: value, Confidence: sure, Line: attachments.Line{Page: 1, Number: 3, Text: "  dòng   " + value}}
}

func TestAFileSaysAndTheClerkDecides(t *testing.T) {
	t.Parallel()
	first := desk.Upload{Found: &desk.FileFinding{Suggestions: []attachments.Suggestion{
		said(attachments.Issuer, "SỞ Y TẾ", attachments.Sure), said(attachments.CodeNumber, "12", attachments.Sure), said(attachments.Subject, "V/v tiêm chủng", attachments.Look),
		said(attachments.Urgency, "urgent", attachments.Sure), said(attachments.ReplyBy, "2026-11-22", attachments.Sure), said(attachments.IssuedOn, "2026-11-20", attachments.Sure),
		said(attachments.TypeName, "Báo cáo", attachments.Sure), said(attachments.SignedBy, "Nguyễn Văn A", attachments.Sure)}}}
	second := desk.Upload{Found: &desk.FileFinding{Suggestions: []attachments.Suggestion{said(attachments.CodeNumber, "99", attachments.Sure)}}}
	f := form{Issuer: "Sở Nội vụ", TypeName: "Công văn", Urgency: "normal", Kept: map[string]string{"issuer": "Sở Nội vụ", "urgency": "normal"}}
	sources := sourcesOf(f, []desk.Upload{first, {}, second}, []string{"Sở Y tế"}, monday)
	f.fill(sources)
	require.Equal(t, "Sở Y tế", f.Issuer, "kept from the document before: nobody typed it")
	require.Equal(t, "12", f.CodeNumber, "the first file counts")
	require.Equal(t, "Công văn", f.TypeName, "typed")
	require.Equal(t, "urgent", f.Urgency)
	require.Equal(t, "20/11/2026", f.IssuedOn)
	require.Empty(t, f.ReplyBy, "over by now: the book would refuse it")
	require.Equal(t, source{Value: "V/v tiêm chủng", Line: "dòng V/v tiêm chủng", Page: 1, Fits: true, Taken: true}, sources["subject"])
	require.False(t, sources["typeName"].Taken)
	require.NotContains(t, sources, "signer")
	f.take("replyBy", sources)
	require.Equal(t, "22/11/2026", f.ReplyBy)
	f.take("signer", sources)
}
