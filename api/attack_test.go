package api

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"congvan/accounts"
	"congvan/gate"
	"congvan/local/localtest"

	"github.com/stretchr/testify/require"
)

func freshRecord(t *testing.T) string { return localtest.PostgresLike(t, "api", prepare) }

// behindProxy is a world that believes X-Forwarded-For, so that a test may come
// from anywhere.
func behindProxy(t *testing.T) *world {
	return worldOn(t, freshRecord(t), nil, func(c *Config) { c.Gate.Proxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")} })
}

func (w *world) at(address string) *browser { return w.browser("X-Forwarded-For", address) }

// failures are the lines of the journal about logins that failed.
func (w *world) failures() (n int) {
	w.Helper()
	require.NoError(w, w.store.DB().NewRaw(`SELECT count(*) FROM journal WHERE kind = 'login-failed'`).Scan(w.Context(), &n))
	return n
}

func TestLoginIsSlowedDown_S04(t *testing.T) {
	t.Parallel()
	w := behindProxy(t)
	known := w.at("203.0.113.7")
	require.Equal(t, 201, known.login(staff).status)
	known.must(204, "POST", "/sessions/current/end", nil)

	attacker := w.at("198.51.100.9")
	waited := time.Duration(0)
	for try := range 15 {
		hashes := w.hasher.Done()
		r := attacker.login(staff, "sai mật khẩu rồi")
		if r.status == 429 {
			require.Equal(t, "login-slowed", r.code())
			require.Equal(t, hashes, w.hasher.Done(), "what waits costs nothing")
			seconds, err := strconv.Atoi(r.header.Get("Retry-After"))
			require.NoError(t, err)
			require.EqualValues(t, seconds, r.body["retryAfter"])
			require.Equal(t, 429, attacker.login(staff).status, "the right password waits as well")
			w.clock.Add(int64(time.Duration(seconds) * time.Second))
			waited += time.Duration(seconds) * time.Second
			r = attacker.login(staff, "sai mật khẩu rồi")
		}
		require.Equal(t, 401, r.status, try)
		require.Equal(t, "login-failed", r.code())
	}
	require.Greater(t, waited, 8*time.Minute)
	require.Equal(t, 429, attacker.login(staff).status)
	require.Equal(t, 429, w.at("198.51.100.200").login(staff).status, "the same network")
	require.Equal(t, 201, known.login(staff).status, "the owner on a device that is known")
	moved := w.at("198.51.100.10")
	moved.cookies[gate.DeviceCookie] = known.cookies[gate.DeviceCookie]
	require.Equal(t, 201, moved.login(staff).status, "also from the attacker's network")
	require.Equal(t, 201, w.at("203.0.113.99").login(staff).status, "the owner on a new device elsewhere")
	require.Equal(t, 201, attacker.login("chuyenvien.tp").status, "another account from the attacker's network")
	require.LessOrEqual(t, w.failures(), 4, "one line for many failures")
	require.Positive(t, w.failures())
}

// One password on many accounts.
func TestSprayingIsSlowedAndTold_S04(t *testing.T) {
	t.Parallel()
	w := behindProxy(t)
	known := w.at("198.51.100.77") // in the same network: a town hall
	require.Equal(t, 201, known.login(staff).status)
	attacker, wrong := w.at("198.51.100.9"), 0
	for i := range 60 {
		if attacker.login(fmt.Sprintf("nguoi.la%d", i), "một mật khẩu cho tất cả").status == 401 {
			wrong++
		}
	}
	require.InDelta(t, 40, wrong, 1)
	require.Equal(t, 429, attacker.login("chuyenvien.tp").status)
	require.Equal(t, 201, known.login(staff).status)
	var details string
	require.NoError(t, w.store.DB().NewRaw(`SELECT details::text || origin FROM journal WHERE kind = 'login-failed'`).Scan(t.Context(), &details))
	require.Contains(t, details, `"network"`)
	require.Contains(t, details, "198.51.100.0/24")
	require.NotContains(t, details, "198.51.100.9")
	require.Equal(t, 1, w.failures(), "names that do not exist fill no record")
}

// Many at once are counted one by one: none slips through between the look and
// the count.
func TestManyTriesAtOnceAreCounted_S04(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	var all sync.WaitGroup
	var mu sync.Mutex
	statuses := map[int]int{}
	for range 40 {
		all.Go(func() {
			r := w.browser().login(staff, "sai mật khẩu rồi")
			mu.Lock()
			defer mu.Unlock()
			statuses[r.status]++
		})
	}
	all.Wait()
	require.Equal(t, map[int]int{401: 5, 429: 35}, statuses)
}

func TestAForgedAddressResetsNothing_S05(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	for i := range 5 {
		require.Equal(t, 401, w.browser("X-Forwarded-For", fmt.Sprintf("1.2.%d.4", i), "X-Real-Ip", fmt.Sprintf("1.2.%d.4", i)).login(staff, "sai mật khẩu rồi").status)
	}
	for _, forged := range []string{"9.9.9.9", "9.9.9.9, 8.8.8.8", "2001:db8::1", "garbage", ""} {
		require.Equal(t, 429, w.at(forged).login(staff).status, forged)
	}
	p := behindProxy(t)
	for i := range 5 {
		require.Equal(t, 401, p.at(fmt.Sprintf("1.2.%d.4, 198.51.100.9", i)).login(staff, "sai mật khẩu rồi").status)
	}
	require.Equal(t, 429, p.at("7.7.7.7, 198.51.100.9").login(staff).status)
	require.Equal(t, 201, p.at("198.51.100.9, 7.7.7.7").login(staff).status)
}

// An account that does not exist, that is locked, that has no password, and one
// with another password answer alike, and cost alike.
func TestNobodyLearnsWhoHasAnAccount_S06(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	for query, name := range map[string]string{`disabled_at = now()`: "chuyenvien.tp", `password_hash = NULL`: "chuyenvien.yt"} {
		_, err := w.store.DB().ExecContext(t.Context(), `UPDATE accounts SET `+query+` WHERE username = ?`, name)
		require.NoError(t, err)
	}
	strip := func(r reply) string {
		r.header.Del("Date")
		r.header.Del("X-Request-Id")
		return fmt.Sprint(r.status, r.header, strings.Replace(r.raw, r.id("requestId"), "", 1))
	}
	want := ""
	for _, name := range []string{staff, "khong.co.ai", "chuyenvien.tp", "chuyenvien.yt", strings.Repeat("x", 200), "x'; --", "ｃｈｕｙｅｎｖｉｅｎ", " CHUYENVIEN.NV "} {
		for _, password := range []string{"sai mật khẩu rồi", "x"} {
			before := w.hasher.Done()
			got := strip(w.browser().login(name, password))
			require.EqualValues(t, 1, w.hasher.Done()-before, name)
			if want == "" {
				want = got
			}
			require.Equal(t, want, got, name)
			require.NotContains(t, got, "Set-Cookie")
		}
	}
	require.Equal(t, 401, w.browser().login("chuyenvien.tp").status, "with the right password, too")
	require.Equal(t, 201, w.browser().login(" Chuyenvien.NV ").status, "capitals and blanks around the name are nothing")
	require.NotContains(t, w.log.String(), "khong.co.ai", "what is typed as a name may be a password")
}

func TestHugePasswordsAreRefusedFast_S02(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	before := w.hasher.Done()
	began := time.Now()
	for _, who := range []string{staff, "khong.co.ai"} {
		require.Equal(t, 400, w.browser().login(who, strings.Repeat("x", 1_000_000)).status)
		require.Equal(t, 401, w.browser().login(who, strings.Repeat("x", 1000)).status)
	}
	require.Equal(t, 413, w.browser().login(staff, strings.Repeat("x", 2_000_000)).status)
	require.Equal(t, 400, w.browser().ask("POST", "/sessions", `{"username": "`+staff+`", "password": "mật\u0000khẩu"}`).status)
	require.Less(t, time.Since(began), 2*time.Second)
	require.Equal(t, before, w.hasher.Done())
}

func TestChangingThePassword_S02_S03_S10(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	b, other := w.in(staff), w.in(staff)
	b.must(200, "POST", "/notice-settings", object{"address": "nv@quan.example", "mailAlarms": false, "mailDigest": false, "mailMorning": false})
	change := func(old, password string) reply {
		return b.ask("POST", "/password", object{"oldPassword": old, "newPassword": password})
	}
	require.Equal(t, "password-wrong", change("sai", "bốn con vịt đi qua cầu").code())
	require.Equal(t, "password-wrong", change(strings.Repeat("x", 1000), "bốn con vịt đi qua cầu").code())
	for _, bad := range []string{"cụt", "UBND quận Hà Đông", "chuyenvien.nv1", "Noivu@2026", "Matkhau@123", strings.Repeat("dài quá ", 20)} {
		r := change(passwordOfAll, bad)
		require.Equal(t, "invalid-field", r.code(), bad)
		require.NotEmpty(t, r.body["fields"].(object)["newPassword"])
		require.NotContains(t, r.raw, bad)
	}
	other.must(200, "GET", "/me", nil)
	exact := "  mâ\u0323t khâ\u0309u 🐃 dài " // in another normal form, with blanks around
	require.Equal(t, 204, change(passwordOfAll, exact).status)
	other.must(401, "GET", "/me", nil)
	b.must(200, "GET", "/me", nil)
	require.Equal(t, 401, w.browser().login(staff).status)
	require.Equal(t, 401, w.browser().login(staff, strings.TrimSpace(exact)).status)
	require.Equal(t, 401, w.browser().login(staff, "  mật khẩu 🐃 dài ").status)
	require.Equal(t, 201, w.browser().login(staff, exact).status)

	var mail struct{ Address, Subject, Body string }
	require.NoError(t, w.store.DB().NewRaw(`SELECT address, subject, body FROM mails WHERE kind = 'account'`).Scan(t.Context(), &mail))
	require.Equal(t, "nv@quan.example", mail.Address)
	require.Contains(t, mail.Body, "đã được thay đổi")
	require.NotContains(t, mail.Subject+mail.Body, "🐃")
	require.Equal(t, "session-needed", w.expect(403, staff, "POST", "/password", object{"oldPassword": exact, "newPassword": "bốn con vịt đi qua cầu"}).code())
	var kept string
	require.NoError(t, w.store.DB().NewRaw(`SELECT string_agg(j::text, ' ') FROM journal j WHERE kind = 'password-changed'`).Scan(t.Context(), &kept))
	require.NotContains(t, kept, "argon2")
	require.NotContains(t, kept, "🐃")
}

// Guessing the present password in a session that was left open is slow, too.
func TestAnOpenSessionGuessesSlowly_S10(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	b := w.in(staff)
	statuses := map[int]int{}
	for range 20 {
		statuses[b.ask("POST", "/password", object{"oldPassword": "sai rồi", "newPassword": "bốn con vịt đi qua cầu"}).status]++
	}
	require.Equal(t, map[int]int{403: 10, 429: 10}, statuses)
}

// Who has the password and an open session guesses the code no faster for it.
func TestTheCodeIsGuessedSlowlyToo_S10(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	b := w.in(staff)
	made := b.must(200, "POST", "/second-factor", object{"password": passwordOfAll})
	b.must(200, "POST", "/second-factor/confirm", object{"code": w.code(made.id("secret"))})
	statuses := map[int]int{}
	for range 20 {
		statuses[b.ask("POST", "/second-factor/remove", object{"password": passwordOfAll, "code": "000000"}).status]++
	}
	require.Equal(t, map[int]int{403: 10, 429: 10}, statuses)
	w.clock.Add(int64(time.Hour))
	b.must(204, "POST", "/second-factor/remove", object{"password": passwordOfAll, "code": w.code(made.id("secret"))})
}

func TestParallelRequestsLogNobodyOut_S24(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	b := w.in(staff)
	w.clock.Add(int64(90 * time.Minute))
	var all sync.WaitGroup
	for range 20 {
		tab := w.browser()
		tab.cookies[gate.SessionCookie] = b.cookies[gate.SessionCookie]
		all.Go(func() {
			if r := tab.ask("GET", "/me", nil); r.status != 200 {
				t.Error(r.raw)
			}
		})
	}
	all.Wait()
	w.clock.Add(int64(90 * time.Minute))
	b.must(200, "GET", "/me", nil)
}

// Who has all of the record cannot log in with it.
func TestADumpOpensNoSession_S26(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	b := w.in(staff)
	made := b.must(200, "POST", "/second-factor", object{"password": passwordOfAll})
	codes := b.must(200, "POST", "/second-factor/confirm", object{"code": w.code(made.id("secret"))}).body["recoveryCodes"].([]any)
	var dump strings.Builder
	for table := range w.everything() {
		var rows []string
		require.NoError(t, w.store.DB().NewRaw(`SELECT x::text FROM `+table+` x`).Scan(t.Context(), &rows))
		for _, row := range rows {
			dump.WriteString(row)
		}
	}
	for _, secret := range []string{b.cookies[gate.SessionCookie], b.cookies[gate.DeviceCookie], made.id("secret"), codes[0].(string), strings.ReplaceAll(codes[0].(string), "-", ""), passwordOfAll} {
		require.NotContains(t, dump.String(), secret)
		require.NotContains(t, dump.String(), hex.EncodeToString([]byte(secret)))
		require.NotContains(t, w.log.String(), secret)
	}
	digest := accounts.Digest(b.cookies[gate.SessionCookie])
	require.Contains(t, dump.String(), hex.EncodeToString(digest), "the dump has the session")
	for _, forged := range []string{hex.EncodeToString(digest), string(digest), base64.RawURLEncoding.EncodeToString(digest)} {
		thief := w.browser()
		thief.cookies[gate.SessionCookie] = base64.RawURLEncoding.EncodeToString([]byte(forged))
		thief.must(401, "GET", "/me", nil)
		if !strings.ContainsAny(forged, "\x00\r\n;\"\\") && len(forged) > 40 {
			thief.cookies[gate.SessionCookie] = forged
			thief.must(401, "GET", "/me", nil)
		}
	}
}

func TestAStreamEndsWithItsSession_Z07_S21(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.streams().heartbeat = 50 * time.Millisecond
	b, other := w.in(ward), w.in(ward)
	l := w.listen(ward, "Authorization", "", "Cookie", gate.SessionCookie+"="+b.cookies[gate.SessionCookie])
	other.must(200, "POST", "/sessions/others/end", nil)
	l.ends()

	idle := w.listen(ward, "Authorization", "", "Cookie", gate.SessionCookie+"="+other.cookies[gate.SessionCookie])
	w.clock.Add(int64(121 * time.Minute))
	idle.ends() // who only listens is not at work
}

// Nothing more is sent once the session is over, also between two heartbeats.
func TestAStreamTellsNothingAfterLogout_S21(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	b := w.in(clerk)
	l := w.listen(clerk, "Authorization", "", "Cookie", gate.SessionCookie+"="+b.cookies[gate.SessionCookie])
	w.register()
	require.Equal(t, "act", l.next().event)
	b.must(204, "POST", "/sessions/current/end", nil)
	w.register()
	l.ends()
}

// What came in, went out and failed is in the journal, with the network and
// without a word of what was typed.
func TestLoginsAreJournalled_A11(t *testing.T) {
	t.Parallel()
	w := behindProxy(t)
	b := w.at("198.51.100.9")
	b.login(staff, "sai mật khẩu rồi")
	require.Equal(t, 201, b.login(staff).status)
	b.must(204, "POST", "/sessions/current/end", nil)
	var rows []struct{ Kind, Outcome, Origin, SubjectKind, Text string }
	require.NoError(t, w.store.DB().NewRaw(`SELECT kind, outcome, origin, subject_kind, j::text AS text FROM journal j ORDER BY id`).Scan(t.Context(), &rows))
	var kinds []string
	for _, r := range rows {
		kinds = append(kinds, r.Kind+" "+r.Outcome+" "+r.SubjectKind)
		require.Equal(t, "api 198.51.100.0/24", r.Origin)
		require.NotContains(t, r.Text, "mật khẩu")
		require.NotContains(t, r.Text, b.cookies[gate.DeviceCookie])
	}
	require.Equal(t, []string{"login-failed refused account", "logged-in done session", "logged-out done session"}, kinds)
}
