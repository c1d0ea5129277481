package api

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"congvan/desk"
	"congvan/gate"
	"congvan/routing"

	ics "github.com/arran4/golang-ical"
	"github.com/stretchr/testify/require"
)

// feedOf makes a feed and returns its path below the base.
func (w *world) feedOf(who string, subjects bool) (path, id string) {
	w.Helper()
	made := w.expect(201, who, "POST", "/deadline-feeds", object{"subjects": subjects})
	address := made.id("address")
	require.Regexp(w, `^https://congvan\.example\.vn/api/v1/deadline-feeds/[A-Za-z0-9_-]{43}\.ics$`, address)
	return strings.TrimPrefix(address, "https://congvan.example.vn"+base), made.body["feed"].(object)["id"].(string)
}

// eventsIn reads a calendar, strictly: CRLF, no line longer than 75 octets.
func eventsIn(t testing.TB, text string) []*ics.VEvent {
	t.Helper()
	require.True(t, strings.HasSuffix(text, "\r\n"))
	for _, line := range strings.Split(strings.TrimSuffix(text, "\r\n"), "\r\n") {
		require.LessOrEqual(t, len(line), 75, line)
		require.NotContains(t, line, "\r")
		require.NotContains(t, line, "\n")
	}
	c, err := ics.ParseCalendar(strings.NewReader(text))
	require.NoError(t, err)
	return c.Events()
}

func said(e *ics.VEvent, p ics.ComponentProperty) string { return e.GetProperty(p).Value }

func TestAFeedHasTheDeadlinesThatConcernOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	document, shares := w.sent()
	waiting := w.register()
	path, _ := w.feedOf(ward, false)
	r := w.expect(200, "", "GET", path, nil)
	require.Equal(t, "text/calendar; charset=utf-8", r.header.Get("Content-Type"))
	require.Equal(t, "private", r.header.Get("Cache-Control"))
	require.Contains(t, r.raw, "X-WR-CALNAME:Hạn xử lý văn bản\r\n")
	events := eventsIn(t, r.raw)
	require.Len(t, events, 2, "the receipt and the work of its own share, nobody else's")
	uids := map[string]bool{}
	for _, e := range events {
		uids[said(e, ics.ComponentPropertyUniqueId)] = true
		require.Equal(t, "https://congvan.example.vn/documents/"+document, said(e, ics.ComponentPropertyUrl))
		require.NotContains(t, said(e, ics.ComponentPropertySummary), "hộ nghèo", "no subject, if it is not wanted")
		require.Regexp(t, `^\d{8}T\d{6}Z$`, said(e, ics.ComponentPropertyDtStart))
		require.Regexp(t, `^\d{8}T\d{6}Z$`, said(e, ics.ComponentPropertyDtstamp))
	}
	require.Contains(t, uids, shares["molao"]+"-work@congvan")
	require.Contains(t, uids, shares["molao"]+"-receipt@congvan")

	require.Equal(t, r.raw, w.expect(200, "", "GET", path, nil).raw, "nothing moved")
	require.Empty(t, w.expect(304, "", "GET", path, nil, "If-None-Match", r.header.Get("ETag")).raw)
	w.expect(200, ward, "POST", "/assignments/"+shares["molao"]+"/acknowledge", nil)
	later := w.expect(200, "", "GET", path, nil, "If-None-Match", r.header.Get("ETag"))
	require.Len(t, eventsIn(t, later.raw), 1)
	require.Equal(t, shares["molao"]+"-work@congvan", said(eventsIn(t, later.raw)[0], ics.ComponentPropertyUniqueId), "stable")
	w.clock.Store(int64(60 * 24 * time.Hour))
	require.Len(t, eventsIn(t, w.expect(200, "", "GET", path, nil).raw), 1, "what is overdue still waits")

	chairmans, _ := w.feedOf(chairman, false)
	var kinds []string
	for _, e := range eventsIn(t, w.expect(200, "", "GET", chairmans, nil).raw) {
		_, kind, _ := strings.Cut(said(e, ics.ComponentPropertyUniqueId)[36:], "-")
		kinds = append(kinds, kind)
	}
	require.ElementsMatch(t, []string{"work@congvan", "presenting@congvan"}, kinds, "the lead's work and what waits in his unit, not all shares")
	require.NotEmpty(t, waiting)
}

func TestAFeedKeepsWordsInTheirLine_I09(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	hostile := "V/v a;b,c\\d: " + strings.Repeat("đường Nguyễn Trãi, ", 20) + "END:VEVENT"
	document := w.expect(201, clerk, "POST", "/documents", registrationOf("subject", hostile)).id("documentId")
	path, _ := w.feedOf(clerk, true)
	text := w.expect(200, "", "GET", path, nil).raw
	events := eventsIn(t, text)
	require.Len(t, events, 1)
	require.Contains(t, said(events[0], ics.ComponentPropertySummary), strings.TrimSpace(hostile))
	require.Equal(t, document, said(events[0], ics.ComponentPropertyUniqueId)[:36])

	got := calendarOf(&desk.Feed{Deadlines: []desk.DueDocument{{Deadline: routing.Deadline{Subject: "x", Kind: routing.AwaitReport}, Document: routing.Document{Registration: routing.Registration{Subject: "a\r\nX-EVIL:1\x00\u2028b"}}}}}, "").Serialize(ics.WithNewLineWindows)
	require.Len(t, eventsIn(t, got), 1)
	require.NotRegexp(t, regexp.MustCompile(`(?m)^X-EVIL`), got)
	require.NotContains(t, got, "\x00")
}

func TestAFeedDiesWithWhatItHangsOn_S25(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.sent()
	exec := func(statement string, arguments ...any) {
		_, err := w.store.DB().ExecContext(t.Context(), statement, arguments...)
		require.NoError(t, err)
	}
	for name, end := range map[string]struct{ end, back func(id string) }{
		"revoked":  {func(id string) { w.expect(200, ward, "POST", "/deadline-feeds/"+id+"/revoke", nil) }, nil},
		"disabled": {func(string) { exec(`UPDATE accounts SET disabled_at = now() WHERE username = ?`, ward) }, func(string) { exec(`UPDATE accounts SET disabled_at = NULL WHERE username = ?`, ward) }},
		"another position": {func(string) {
			exec(`UPDATE accounts SET position_id = (SELECT position_id FROM accounts WHERE username = ?) WHERE username = ?`, neighbor, ward)
		}, func(id string) {
			exec(`UPDATE accounts SET position_id = (SELECT position_id FROM deadline_feeds WHERE id = ?) WHERE username = ?`, id, ward)
		}},
	} {
		path, id := w.feedOf(ward, false)
		w.expect(200, "", "GET", path, nil)
		end.end(id)
		gone := w.expect(404, "", "GET", path, nil)
		never := w.expect(404, "", "GET", "/deadline-feeds/"+strings.Repeat("A", 43)+".ics", nil)
		require.Equal(t, never.body["detail"], gone.body["detail"], name)
		require.Equal(t, never.code(), gone.code(), name)
		if end.back != nil {
			end.back(id)
		}
	}
	for _, path := range []string{"/deadline-feeds/x.ics", "/deadline-feeds/" + strings.Repeat("a", 3000) + ".ics", "/deadline-feeds/.ics"} {
		w.expect(404, "", "GET", path, nil)
	}
}

func TestAFeedIsOnesOwnAndItsSecretIsNowhere_S25(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.sent()
	path, id := w.feedOf(ward, false)
	w.expect(200, "", "GET", path, nil)
	secret := strings.TrimSuffix(strings.TrimPrefix(path, "/deadline-feeds/"), ".ics")
	w.expect(404, "", "GET", "/deadline-feeds/"+secret[:42]+".ics", nil)
	require.NotContains(t, w.log.String(), secret[:20], "not in the log")
	require.Contains(t, w.log.String(), "{secret}.ics")
	for _, table := range []string{"deadline_feeds", "journal", "events"} {
		var rows []string
		require.NoError(t, w.store.DB().NewRaw("SELECT x::text FROM "+table+" x").Scan(t.Context(), &rows))
		require.NotContains(t, fmt.Sprint(rows), secret[:20], table)
	}
	listed := w.expect(200, ward, "GET", "/deadline-feeds", nil)
	require.NotContains(t, listed.raw, secret[:20])
	require.NotEmpty(t, listed.items()[0]["lastUsedAt"])
	require.Empty(t, w.expect(200, neighbor, "GET", "/deadline-feeds", nil).items())
	w.expect(404, neighbor, "POST", "/deadline-feeds/"+id+"/revoke", nil)
	w.expect(404, "quantri", "POST", "/deadline-feeds/"+id+"/revoke", nil)
	w.expect(403, "quantri", "POST", "/deadline-feeds", object{})

	key := newKey()
	first := w.expect(201, ward, "POST", "/deadline-feeds", object{}, "Idempotency-Key", key)
	again := w.expect(201, ward, "POST", "/deadline-feeds", object{}, "Idempotency-Key", key)
	require.Equal(t, first.body["feed"].(object)["id"], again.body["feed"].(object)["id"])
	require.Nil(t, again.body["address"], "shown once")
	for range routing.MaxFeeds - 2 {
		w.feedOf(ward, false)
	}
	require.Equal(t, "too-many-feeds", w.expect(409, ward, "POST", "/deadline-feeds", object{}).code())
	require.Contains(t, kindsOf(w.expect(200, ward, "GET", "/trail?account="+w.accountOf(ward), nil).items()), "feed-made")
}

func TestAFeedIsAskedSoOftenAndNoMore_R20(t *testing.T) {
	t.Parallel()
	w := limited(t, gate.Limits{gate.ClassExport: {Account: 3}, gate.ClassLogin: {Network: 6}})
	address := strings.TrimPrefix(w.expect(201, ward, "POST", "/deadline-feeds", object{}).id("address"), base)
	for range 3 {
		w.expect(200, "", "GET", address, nil)
	}
	w.expect(429, "", "GET", address, nil)
	for range 2 {
		w.expect(404, "", "GET", "/deadline-feeds/guess.ics", nil)
	}
	w.expect(429, "", "GET", "/deadline-feeds/guess.ics", nil)
}
