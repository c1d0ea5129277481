package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"congvan/desk"
	"congvan/postgres"
	"congvan/routing"
	"congvan/web"
	"congvan/web/webtest"

	"github.com/stretchr/testify/require"
)

// nobodys is an id of nothing.
const nobodys = "0199c0de-0000-7000-8000-000000000000"

// idsOfOthers are the ids of one of everything, none of which is Yên Nghĩa's.
func idsOfOthers(w *webtest.World) map[string]string {
	w.Helper()
	ctx, chairman, leader, clerk := w.Context(), w.As("chutich.quan"), w.As("chutich.molao"), w.As("vanthu.quan")
	document := w.Sent()
	share := w.Share(document, "molao").ID
	_, err := w.Desk.Acknowledge(ctx, leader, share, webtest.Request())
	require.NoError(w, err)
	_, err = w.Desk.AskExtension(ctx, leader, share, time.Date(2026, 12, 15, 10, 0, 0, 0, time.UTC), "Cần thêm thời gian rà soát", 0, webtest.Request())
	require.NoError(w, err)
	seen, err := w.Desk.Document(ctx, chairman, document)
	require.NoError(w, err)
	template, err := w.Desk.AddTemplate(ctx, chairman, routing.Template{Name: "Rà soát", Text: "Rà soát hộ nghèo", Process: "Báo cáo Phòng Nội vụ", Result: "Báo cáo",
		Recipients: []routing.TemplateRecipient{{UnitID: webtest.Unit("nv"), Role: routing.Lead, Days: 5}}}, webtest.Request())
	require.NoError(w, err)
	require.NoError(w, w.Desk.SaveFilter(ctx, leader, postgres.SavedFilter{List: "inbox", Name: "Của tôi"}))
	kept, err := w.Desk.SavedFilters(ctx, leader, "inbox")
	require.NoError(w, err)
	upload, err := w.Desk.BeginUpload(ctx, clerk, "", "giấy mời.pdf", 300)
	require.NoError(w, err)
	batch, err := w.Desk.RunBatch(ctx, chairman, desk.Batch{Act: routing.ActRemind, Subjects: []desk.Subject{{ID: share}}}, webtest.Request())
	require.NoError(w, err)
	issued, err := w.Desk.IssueOutgoing(ctx, clerk, webtest.Issuing(), webtest.Request())
	require.NoError(w, err)
	w.In("vanthu.quan")
	sessions, err := w.Desk.Sessions(ctx, clerk)
	require.NoError(w, err)
	return map[string]string{"document": string(document), "share": string(share), "direction": string(seen.Directions[0].ID), "decision": string(seen.Decisions[0].ID),
		"template": string(template.ID), "filter": string(kept[0].ID), "upload": string(upload.ID), "batch": string(batch.ID), "session": string(sessions[0].ID),
		"account": string(leader.AccountID), "outgoing": string(issued.ID), "sheet": string(w.Sheet("2026-10", "chutich.molao", document, "molao").ID)}
}

// different is what differs between two answers that say the same.
var different = regexp.MustCompile(`name="key" value="[^"]*"|[0-9a-f]{8}-[0-9a-f-]{27}|\d\d:\d\d(:\d\d)?`)

// alike says that two answers tell the same.
func alike(t *testing.T, missing, a webtest.Answer, what ...string) {
	t.Helper()
	require.Equal(t, missing.Status, a.Status, "%v", what)
	require.Equal(t, different.ReplaceAllString(missing.Text, ""), different.ReplaceAllString(a.Text, ""), "%v", what)
	require.Equal(t, different.ReplaceAllString(missing.Header.Get("Location"), ""), different.ReplaceAllString(a.Header.Get("Location"), ""), "%v", what)
}

func TestWhatIsNotOnesOwnIsLikeWhatIsNot_Z01_Z02_Z03_Z04(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	ids := idsOfOthers(w)
	for _, who := range []string{"chutich.yennghia", "truong.tp"} {
		b := w.In(who)
		for _, p := range web.Pages() {
			if !strings.Contains(p.Path, "{id}") {
				continue
			}
			ask := func(id string) webtest.Answer {
				path := strings.NewReplacer("{id}", id, "{act}", string(routing.ActReport), "{sha256}", strings.Repeat("0", 64), "{token}", id).Replace(p.Path)
				if p.Method == http.MethodGet {
					return b.Get(path)
				}
				return b.Post(path, "text", "Một câu trả lời đủ dài", "reason", "Một lý do đủ dài để ghi", "version", "1", "name", "x")
			}
			missing := ask(nobodys)
			if p.Path != "/filters/{id}/delete" { // what is gone, is gone
				require.GreaterOrEqual(t, missing.Status, http.StatusBadRequest, p.Path)
			}
			for kind, id := range ids {
				alike(t, missing, ask(id), who, p.Method, p.Path, kind)
			}
		}
	}
	kept, err := w.Desk.SavedFilters(t.Context(), w.As("chutich.molao"), "inbox")
	require.NoError(t, err)
	require.Len(t, kept, 1)
}

func TestIDsInFormsAndAddressesAreDecidedAlike_Z03_Z06(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	ids := idsOfOthers(w)
	b := w.In("chutich.yennghia")
	posts := map[string][]string{
		"/batches/check":    {"act", "acknowledged", "pick", "ID:1"},
		"/batches":          {"act", "acknowledged", "pick", "ID:1"},
		"/queue/check":      {"act", "approved", "approve", "ID.1"},
		"/queue/direct":     {"template", "ID", "document", "ID", "version", "1"},
		"/ward":             {"act", "acknowledged", "share", "ID"},
		"/register":         {"then", "read", "upload", "ID", "drop", "ID", "replaces", "ID"},
		"/templates/new":    {"name", "A", "lead", "ID", "text", "Rà soát"},
		"/acting-for":       {"position", "ID"},
		"/notices":          {"id", "ID", "notice", "ID", "read", "ID"},
		"/outgoing/new":     {"typeName", "Kế hoạch", "codeNotation", "KH-UBND", "subject", "A", "signerTitle", "A", "drafter", "A", "execute", "ID", "urgency", "normal", "secrecy", "none"},
		"/mandates/absence": {"position", "ID", "from", "24/11/2026", "until", "25/11/2026", "reason", "Đi công tác xa"},
	}
	gets := []string{"/register?after=ID", "/register?replaces=ID", "/register/files?upload=ID", "/queue?item=direct.ID", "/queue?undo=ID", "/trail?document=ID", "/trail?of=unit:ID",
		"/trail?of=account:ID", "/documents?unit=ID", "/inbox?unit=ID&view=given-working", "/mandates?unit=ID", "/mandates/delegate?position=ID", "/templates?id=ID", "/outgoing?unit=ID",
		"/outgoing/new?after=ID", "/outgoing/new?answers=ID", "/oversight/forecast?unit=ID",
		"/oversight/stuck/list?kind=due&unit=ID&from=23/11/2026&to=30/11/2026", "/oversight/stuck/list?kind=cause&stage=work&unit=ID&from=23/11/2026&to=30/11/2026"}
	for kind, id := range ids {
		for path, fields := range posts {
			ask := func(id string) webtest.Answer {
				filled := make([]string, len(fields))
				for i, f := range fields {
					filled[i] = strings.ReplaceAll(f, "ID", id)
				}
				return b.Post(path, filled...)
			}
			alike(t, ask(nobodys), ask(id), path, kind)
		}
		for _, path := range gets {
			alike(t, b.Get(strings.ReplaceAll(path, "ID", nobodys)), b.Get(strings.ReplaceAll(path, "ID", id)), path, kind)
		}
	}
}
