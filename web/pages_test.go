package web_test

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"congvan/desk"
	"congvan/routing"
	"congvan/web"
	"congvan/web/visit"
	"congvan/web/webtest"

	"github.com/stretchr/testify/require"
)

// kinds are accounts of every kind, by what they are.
var kinds = map[string]string{
	"clerk": "vanthu.quan", "chairman": "chutich.quan", "deputy": "pho.vanxa", "chief": "chanhvanphong", "head of an office": "truong.nv",
	"officer": "chuyenvien.nv", "ward's clerk": "vanthu.molao", "ward's head": "chutich.molao", "ward's officer": "canbo.molao",
	"administrator": "quantri", "inspector": "thanhtra.quan",
}

// addresses are all pages by what stands for the variables of their paths: a name
// of [things], for each of them. A page that is not here fails the tests below.
var addresses = map[string]string{
	"/login": "", "/login/code": "", "/logout": "", "/display": "", "/acting-for": "", "/": "", "/ward": "", "/help": "", "/help/keys": "", "/help/{role}": "role",
	"/account": "", "/account/password": "", "/account/second-factor": "", "/account/second-factor/confirm": "", "/account/second-factor/remove": "",
	"/account/sessions": "", "/account/sessions/others/end": "", "/account/sessions/{id}/end": "none", "/account/tokens": "", "/account/tokens/new": "",
	"/account/tokens/{id}/revoke": "none", "/settings/notices": "", "/password": "", "/password/forgotten": "",
	"/mandates": "", "/mandates/delegate": "", "/mandates/{id}/revoke": "none", "/mandates/absence": "", "/mandates/absences/{id}/end": "none", "/mandates/on-paper/{id}": "position",
	"/templates": "", "/templates/new": "", "/templates/{id}": "template", "/templates/{id}/archive": "template",
	"/admin/organisation": "", "/admin/organisation/import": "", "/admin/organisation/import/check": "", "/admin/accounts": "", "/admin/accounts/{id}": "account",
	"/admin/accounts/{id}/link": "account", "/admin/accounts/{id}/disabled": "account", "/admin/accounts/{id}/end-sessions": "account",
	"/admin/accounts/{id}/reset-second-factor": "account", "/admin/accounts/{id}/identity": "account", "/admin/accounts/{id}/identity/remove": "account",
	"/admin/accounts/{id}/tokens/{token}/revoke": "account none", "/admin/books": "", "/admin/ladders": "", "/admin/ladders/new": "", "/admin/ladders/{code}": "ladder",
	"/admin/ladders/{code}/change": "ladder", "/admin/calendar": "", "/admin/calendar/change": "", "/admin/calendar/edit": "", "/admin/calendar/preview": "", "/admin/system": "",
	"/admin/organisation/units/new": "", "/admin/organisation/units/{id}": "unit", "/admin/organisation/units/{id}/change": "unit", "/admin/organisation/units/{id}/end": "unit",
	"/admin/organisation/units/{id}/hand-over": "unit", "/admin/organisation/units/{id}/position": "unit", "/admin/organisation/positions/{id}": "position",
	"/admin/organisation/positions/{id}/change": "position", "/admin/organisation/positions/{id}/end": "position", "/admin/organisation/positions/{id}/appoint": "position",
	"/admin/organisation/positions/{id}/hand-over": "position",
	"/documents/{id}": "document", "/documents/{id}/history": "document", "/documents/{id}/ledger": "document", "/documents/{id}/alarms": "document", "/documents/{id}/files/{sha256}/signature": "document file", "/documents/{id}/slip": "document",
	"/documents/{id}/do/{act}": "document recalled", "/documents/{id}/do/attached": "document", "/documents/{id}/direct": "undirected", "/documents/{id}/direct/what-if": "undirected",
	"/shares/{id}/do/{act}": "share reported", "/shares/{id}/direct": "share", "/shares/{id}/direct/what-if": "share", "/shares/{id}/consent": "consulted",
	"/directions/{id}/do/{act}": "direction voided", "/decisions/{id}/do/{act}": "decision extended",
	"/inbox": "", "/documents": "", "/search": "", "/filters": "", "/filters/{id}/delete": "none", "/batches/check": "", "/batches": "", "/batches/{id}": "batch", "/batches/{id}/undo": "batch",
	"/outgoing": "", "/outgoing/new": "", "/outgoing/{id}": "outgoing", "/outgoing/{id}/cancel": "outgoing",
	"/statistics/monthly": "", "/statistics/monthly/{id}": "sheet", "/statistics/monthly/{id}/excel": "sheet", "/statistics/monthly/{id}/pdf": "sheet",
	"/statistics/monthly/{id}/lines/{line}/object": "sheet line", "/statistics/monthly/{id}/objections/{objection}/answer": "sheet objection",
	"/books": "", "/books/print": "", "/books/excel": "", "/notices": "", "/trail": "", "/queue": "", "/queue/direct": "", "/queue/check": "",
	"/data-out": "", "/data-out/feeds": "", "/data-out/feeds/{id}/revoke": "none", "/admin/webhooks": "", "/admin/webhooks/{id}": "webhook", "/admin/webhooks/{id}/test": "webhook",
	"/admin/webhooks/{id}/resume": "webhook", "/admin/webhooks/{id}/revoke": "webhook",
	"/statistics": "", "/statistics/subscriptions": "", "/statistics/subscriptions/{id}/end": "none", "/statistics/{layout}": "layout", "/statistics/{layout}/{format}": "layout format",
	"/oversight": "", "/oversight/assignments": "", "/oversight/assignments/file": "", "/oversight/units": "", "/oversight/units/{id}": "unit",
	"/oversight/stuck": "", "/oversight/stuck/list": "", "/oversight/forecast": "",
	"/register": "", "/register/number": "", "/register/twins": "", "/register/files": "", "/register/files/{id}": "none",
}

// keyless are the forms that may be sent twice as they are: they change nothing that
// others see, or say themselves which state they lead to.
var keyless = []string{"/login", "/login/code", "/logout", "/display", "/acting-for", "/documents/{id}/direct/what-if", "/shares/{id}/direct/what-if",
	"/batches/check", "/queue/check", "/admin/organisation/import/check", "/admin/calendar/edit", "/admin/calendar/preview"}

// nowhere is the id of nothing.
const nowhere = "0199c0de-0000-7000-8000-00000000dead"

// things are what addresses name: of a document that the offices and the ward of
// [kinds] have a share of, of one that they know nothing of, and what is not there.
func things(w *webtest.World) map[string][3]string {
	mine, others := w.Sent(), w.Register(webtest.Registration())
	w.Direct(others, routing.Recipient{UnitID: webtest.Unit("gddt"), Role: routing.Lead}, routing.Recipient{UnitID: webtest.Unit("phula"), Role: routing.Execute},
		routing.Recipient{UnitID: webtest.Unit("kienhung"), Role: routing.Execute})
	attach := func(document routing.ID) string {
		content := "%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%" + string(document) + "\n%%EOF\n"
		_, err := w.Desk.Attach(w.Context(), w.As("vanthu.quan"), document, "công văn.pdf", strings.NewReader(content), webtest.Request())
		require.NoError(w, err)
		return fmt.Sprintf("%x", sha256.Sum256([]byte(content)))
	}
	ask := func(document routing.ID, unit string) string {
		share := w.Share(document, unit)
		_, err := w.Desk.Acknowledge(w.Context(), w.As("vanthu."+unit), share.ID, webtest.Request())
		require.NoError(w, err)
		_, err = w.Desk.AskExtension(w.Context(), w.As("chutich."+unit), share.ID, time.Date(2026, 12, 21, 10, 0, 0, 0, time.UTC), "Cần thêm thời gian rà soát", w.Share(document, unit).Version, webtest.Request())
		require.NoError(w, err)
		var id string
		require.NoError(w, w.Store.DB().NewRaw(`SELECT id FROM decisions WHERE assignment_id = ?`, share.ID).Scan(w.Context(), &id))
		return id
	}
	consult := func(document routing.ID, unit string) string {
		share := w.Share(document, unit)
		_, err := w.Desk.Submit(w.Context(), w.As("chutich."+unit), share.ID, "Dự thảo báo cáo tổng hợp", []routing.Stage{{Rule: routing.EachMust, Units: []routing.ID{webtest.Unit("tp")}}}, share.Version, webtest.Request())
		require.NoError(w, err)
		return string(share.ID)
	}
	template := func(username string) string {
		t, err := w.Desk.AddTemplate(w.Context(), w.As(username), routing.Template{Name: "Mẫu của " + username, Text: "Rà soát", Process: "Báo cáo", Result: "Báo cáo",
			Recipients: []routing.TemplateRecipient{{UnitID: webtest.Unit("phula"), Role: routing.Lead, Days: 3}}}, webtest.Request())
		require.NoError(w, err)
		return string(t.ID)
	}
	batch := func(username string, act routing.Act, share routing.ID) string {
		r, err := w.Desk.RunBatch(w.Context(), w.As(username), desk.Batch{Act: act, Note: "Sắp đến hạn, đề nghị báo cáo", Subjects: []desk.Subject{{ID: share}}}, webtest.Request())
		require.NoError(w, err)
		return string(r.ID)
	}
	webhook := func() string {
		made, _, err := w.Desk.MakeWebhook(w.Context(), w.As("quantri"), routing.Webhook{URL: "https://example.vn/", Kinds: []routing.WebhookKind{"alarm.rung"}}, webtest.Request())
		require.NoError(w, err)
		return string(made.ID)
	}
	sheets := [2]routing.ResultSheet{w.Sheet("2026-10", "chutich.molao", mine, "molao"), w.Sheet("2026-09", "chutich.phula", others, "phula")}
	shares := [2]routing.ID{w.Share(mine, "molao").ID, w.Share(others, "phula").ID}
	decisions := [2]string{ask(mine, "molao"), ask(others, "phula")}
	batches := [2]string{batch("chutich.quan", routing.ActRemind, shares[0]), batch("vanthu.kienhung", routing.ActAcknowledge, w.Share(others, "kienhung").ID)}
	_, err := w.Desk.Acknowledge(w.Context(), w.As("vanthu.vanquan"), w.Share(mine, "vanquan").ID, webtest.Request())
	require.NoError(w, err)
	issue := func(username string) string {
		o, err := w.Desk.IssueOutgoing(w.Context(), w.As(username), webtest.Issuing(), webtest.Request())
		require.NoError(w, err)
		return string(o.ID)
	}
	head, other := w.As("chutich.molao"), w.As("chutich.phula")
	return map[string][3]string{
		"undirected": {string(w.Register(webtest.Registration())), string(others), nowhere},
		"document":   {string(mine), string(others), nowhere}, "share": {string(shares[0]), string(shares[1]), nowhere},
		"file":      {attach(mine), attach(others), strings.Repeat("0", 64)},
		"consulted": {consult(mine, "vanquan"), consult(others, "kienhung"), nowhere},
		"direction": {string(w.Share(mine, "molao").DirectionID), string(w.Share(others, "phula").DirectionID), nowhere},
		"decision":  {decisions[0], decisions[1], nowhere}, "template": {template("chutich.quan"), template("truong.gddt"), nowhere},
		"batch": {batches[0], batches[1], nowhere}, "outgoing": {issue("vanthu.quan"), issue("vanthu.phula"), nowhere},
		"unit": {string(head.UnitID), string(other.UnitID), nowhere}, "position": {string(head.PositionID), string(other.PositionID), nowhere},
		"sheet": {string(sheets[0].ID), string(sheets[1].ID), nowhere}, "line": {string(sheets[0].Lines[0].ID), string(sheets[1].Lines[0].ID), nowhere},
		"objection": {string(sheets[0].Lines[0].Objections[0].ID), string(sheets[1].Lines[0].Objections[0].ID), nowhere},
		"account":   {string(head.AccountID), string(other.AccountID), nowhere}, "ladder": {"normal", "urgent", "none"}, "role": {"clerk", "ward", "none"},
		"webhook": {webhook(), webhook(), nowhere},
		"none":    {nowhere, nowhere, nowhere}, "recalled": {"recalled", "recalled", "recalled"}, "reported": {"reported", "reported", "reported"},
		"layout": {"VBDEN01", "VBDEN04", "none"}, "format": {"csv", "csv", "none"},
		"voided": {"voided", "voided", "voided"}, "extended": {"extended", "extended", "extended"},
	}
}

var variable = regexp.MustCompile(`\{[a-z0-9]+\}`)

// addressesOf are a page's addresses: of one's own, of another's, and of none.
func addressesOf(t *testing.T, p visit.Page, known map[string][3]string) (out [3]string) {
	t.Helper()
	named, there := addresses[p.Path]
	require.True(t, there, "the table of this test does not know %s: say what stands in its address", p.Path)
	names := strings.Fields(named)
	for i := range out {
		n := -1
		out[i] = variable.ReplaceAllStringFunc(p.Path, func(string) string {
			n++
			require.Less(t, n, len(names), p.Path)
			return url.PathEscape(known[names[n]][i])
		})
	}
	return out
}

// varies is what differs in a page without meaning anything: ids and keys.
var varies = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|name="key" value="[^"]*"|\([0-9a-f]{8}\)|back=[^"&]*|name="back" value="[^"]*"`)

func TestEveryPageAnswersEverybodyInWords_Z04(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	known := things(w)
	// Whom an address says nothing of what is not his.
	blind := []string{"head of an office", "officer", "ward's clerk", "ward's head", "ward's officer", "administrator"}
	shown := map[string]bool{}
	for kind, username := range kinds {
		t.Run(kind, func(t *testing.T) {
			b := w.In(username)
			for _, p := range web.Pages() {
				if p.Method == "GET" {
					own := theirsIsNone(t, b, p, addressesOf(t, p, known), slices.Contains(blind, kind))
					shown[p.Path] = shown[p.Path] || own.Status == http.StatusOK
				}
			}
		})
	}
	for path := range addresses {
		require.True(t, slices.ContainsFunc(web.Pages(), func(p visit.Page) bool { return p.Path == path }), "there is no page %s any more", path)
	}
	for _, p := range web.Pages() {
		require.True(t, p.Method != "GET" || p.Open || shown[p.Path] || addresses[p.Path] == "none", "nobody was shown %s: the test is blind there", p.Path)
	}
}

// theirsIsNone asks for a page of one's own, another's and none. Of a document that
// somebody may not see he is told what he is told of one that is not there.
func theirsIsNone(t *testing.T, b *webtest.Browser, p visit.Page, at [3]string, blind bool) (own webtest.Answer) {
	t.Helper()
	var got [3]webtest.Answer
	for i := range at {
		if i > 0 && at[i] == at[i-1] {
			got[i] = got[i-1]
			continue
		}
		got[i] = b.Get(at[i])
		answersInWords(t, got[i], p, at[i])
	}
	if blind && ofDocuments.MatchString(p.Path) {
		require.Equal(t, got[2].Status, got[1].Status, "another's and none: %s", p.Path)
		require.Equal(t, varies.ReplaceAllString(got[2].Text, ""), varies.ReplaceAllString(got[1].Text, ""), "another's and none: %s", p.Path)
	}
	return got[0]
}

var ofDocuments = regexp.MustCompile(`^/(documents|shares|directions|decisions|outgoing|statistics/monthly)/\{`)

// answersInWords says that an answer is a page, or a refusal that people can read.
func answersInWords(t *testing.T, a webtest.Answer, p visit.Page, who string) {
	t.Helper()
	switch {
	case a.Status == http.StatusSeeOther && p.Open: // who is logged in needs no login
		return
	case a.Status == http.StatusOK:
		return
	}
	refusals := []int{http.StatusForbidden, http.StatusNotFound}
	if strings.Contains(p.Path, "/do/") || strings.HasSuffix(p.Path, "/direct") { // it is seen, and this cannot be done to it now
		refusals = append(refusals, http.StatusConflict)
	}
	require.Contains(t, refusals, a.Status, "%s: %s", who, a.Text)
	require.Contains(t, a.Header.Get("Content-Type"), "text/html", who)
	require.Contains(t, a.Text, `<main id="main"`, who)
	require.Regexp(t, `(?s)<main.*<h1[^>]*>[^<]{5,}</h1>.*[.!;]`, a.Text, who)
}

func TestEveryFormNeedsALogin(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	known := things(w)
	b := w.Browser()
	for _, p := range web.Pages() {
		address := addressesOf(t, p, known)[0]
		if p.Method == "GET" || p.Open {
			continue
		}
		a := b.Post(address)
		require.Equal(t, http.StatusSeeOther, a.Status, address)
		require.True(t, strings.HasPrefix(a.Header.Get("Location"), "/login"), "%s leads to %s", address, a.Header.Get("Location"))
	}
}

func TestNoFormIsSentFromAnotherSite_W01(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	known := things(w)
	b := w.In("vanthu.molao")
	for _, foreign := range []http.Header{{"Sec-Fetch-Site": {"cross-site"}}, {"Sec-Fetch-Site": {"same-site"}}, {"Sec-Fetch-Site": {""}, "Origin": {"https://example.org"}}} {
		b.Header = foreign
		for _, p := range web.Pages() {
			if p.Method == "GET" {
				continue
			}
			address := addressesOf(t, p, known)[0]
			a := b.Post(address, "username", "vanthu.molao", "password", webtest.Password)
			require.Equal(t, http.StatusForbidden, a.Status, "%s %v", address, foreign)
			require.Empty(t, a.Header.Values("Set-Cookie"), address)
		}
	}
	b.Header = http.Header{}
	require.Equal(t, http.StatusOK, b.Get("/").Status, "nobody was logged out")
}

func TestNoFormIsDoneWithoutAKey(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	known := things(w)
	var before, after int
	count := func(n *int) {
		require.NoError(t, w.Store.DB().NewRaw(`SELECT (SELECT count(*) FROM events) + (SELECT count(*) FROM batches) + (SELECT count(*) FROM templates) + (SELECT count(*) FROM tokens) + (SELECT count(*) FROM deadline_feeds) + (SELECT count(*) FROM webhooks)
			+ (SELECT count(*) FROM delegations) + (SELECT count(*) FROM absences) + (SELECT count(*) FROM units) + (SELECT count(*) FROM positions)`).Scan(t.Context(), n))
	}
	count(&before)
	for _, username := range []string{"vanthu.quan", "chutich.quan", "chutich.molao", "quantri"} {
		b := w.In(username)
		for _, p := range web.Pages() {
			if p.Method == "GET" || slices.Contains(keyless, p.Path) {
				continue
			}
			address := addressesOf(t, p, known)[0]
			a := b.Post(address, "key", "", "version", "1", "reason", "Vì lý do của công việc", "text", "Đã làm xong", "do", "send", "act", "acknowledged", "share", known["share"][0])
			require.NotEqual(t, http.StatusInternalServerError, a.Status, address)
			if strings.HasPrefix(p.Path, "/account/sessions") { // it ends, and says so, however often it is sent
				b = w.In(username)
			}
		}
	}
	count(&after)
	require.Equal(t, before, after)
}
