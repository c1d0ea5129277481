package api

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"congvan/accounts"
	"congvan/gate"

	"github.com/pquerna/otp/totp"
	"github.com/stretchr/testify/require"
)

// cheap hashes cost nothing: what they cost where people work, package accounts tests.
var cheap = accounts.Params{Memory: 64, Time: 1, Threads: 1}

const passwordOfAll = "mười bảy phường một toà nhà"

const (
	staff = "chuyenvien.nv" // needs no second factor
	admin = "quantri"
)

// browser is what a person sits before: it keeps cookies and says where it comes from.
type browser struct {
	*world
	cookies map[string]string
	headers []string
}

func (w *world) browser(headers ...string) *browser {
	return &browser{w, map[string]string{}, headers}
}

// ask sends a request as a page of our own does, unless the headers say otherwise.
func (b *browser) ask(method, path string, body any, headers ...string) reply {
	b.Helper()
	var content io.Reader = http.NoBody
	switch x := body.(type) {
	case nil:
	case string:
		content = strings.NewReader(x)
	default:
		data, err := json.Marshal(x)
		require.NoError(b, err)
		content = bytes.NewReader(data)
	}
	req, err := http.NewRequestWithContext(b.Context(), method, b.url+base+path, content)
	require.NoError(b, err)
	for name, value := range b.cookies {
		req.Header.Add("Cookie", name+"="+value)
	}
	all := append([]string{"Sec-Fetch-Site", "same-origin", "Idempotency-Key", newKey(), "Content-Type", "application/json"}, append(b.headers, headers...)...)
	for i := 0; i < len(all); i += 2 {
		if req.Header.Del(all[i]); all[i+1] != "" {
			req.Header.Set(all[i], all[i+1])
		}
	}
	res, err := http.DefaultClient.Do(req)
	require.NoError(b, err)
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	require.NoError(b, err)
	r := reply{status: res.StatusCode, header: res.Header, raw: string(data)}
	_ = json.Unmarshal(data, &r.body) // some answers are no JSON
	for _, c := range res.Cookies() {
		if b.cookies[c.Name] = c.Value; c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		}
	}
	return r
}

// must is ask for an answer that has to have a status.
func (b *browser) must(status int, method, path string, body any, headers ...string) reply {
	b.Helper()
	r := b.ask(method, path, body, headers...)
	require.Equal(b, status, r.status, "%s %s: %s", method, path, r.raw)
	return r
}

// login is a try to log in with the password of all, or another.
func (b *browser) login(who string, password ...string) reply {
	b.Helper()
	return b.ask("POST", "/sessions", object{"username": who, "password": append(password, passwordOfAll)[0]})
}

// in is a browser in which somebody is logged in.
func (w *world) in(who string) *browser {
	w.Helper()
	b := w.browser()
	r := b.login(who)
	require.Equal(w, 201, r.status, r.raw)
	require.Equal(w, "full", r.body["stage"])
	return b
}

func TestLoginGivesASession_S20(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	b := w.browser()
	planted := strings.Repeat("x", 43)
	b.cookies[gate.SessionCookie] = planted
	r := b.login(staff)
	require.Equal(t, 201, r.status, r.raw)
	for _, line := range r.header.Values("Set-Cookie") {
		require.Regexp(t, `^__Host-congvan(-device)?=[A-Za-z0-9_-]{43}; Path=/; (Max-Age=\d+; )?HttpOnly; Secure; SameSite=Lax$`, line)
	}
	require.Len(t, r.header.Values("Set-Cookie"), 2)
	require.NotEqual(t, planted, b.cookies[gate.SessionCookie], "what the browser came with is never a session")
	require.NotContains(t, r.raw, b.cookies[gate.SessionCookie])
	me := b.must(200, "GET", "/me", nil)
	require.Equal(t, staff, me.body["username"])
	require.NotContains(t, w.log.String(), b.cookies[gate.SessionCookie])
	require.NotContains(t, w.log.String(), passwordOfAll)

	first := b.cookies[gate.SessionCookie]
	require.Equal(t, 201, b.login(staff).status)
	require.NotEqual(t, first, b.cookies[gate.SessionCookie], "each login has a secret of its own")
	old := w.browser()
	old.cookies[gate.SessionCookie] = first
	old.must(401, "GET", "/me", nil)
	b.must(200, "GET", "/me", nil)
}

func TestASessionOrATokenNeverBoth(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	b := w.in(staff)
	for _, header := range []string{"Bearer token-of-" + staff, "Bearer token-of-" + clerk, "Bearer wrong", "Basic x", "x"} {
		require.Equal(t, "two-credentials", b.must(400, "GET", "/me", nil, "Authorization", header).code())
		require.Equal(t, "two-credentials", b.must(400, "POST", "/sessions/current/end", nil, "Authorization", header).code())
	}
	b.must(200, "GET", "/me", nil)
}

func TestASessionDiesOnTheServer_S21_S22(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	stolen := func(b *browser) *browser {
		x := w.browser()
		x.cookies[gate.SessionCookie] = b.cookies[gate.SessionCookie]
		return x
	}
	b := w.in(staff)
	thief := stolen(b)
	b.must(204, "POST", "/sessions/current/end", nil)
	require.NotContains(t, b.cookies, gate.SessionCookie)
	thief.must(401, "GET", "/me", nil)
	thief.must(204, "POST", "/sessions/current/end", nil)

	idle := w.in(staff)
	for range 5 {
		w.clock.Add(int64(119 * time.Minute))
		idle.must(200, "GET", "/me", nil)
	}
	w.clock.Add(int64(121 * time.Minute))
	idle.must(401, "GET", "/me", nil)

	long := w.in(staff)
	for range 11 {
		w.clock.Add(int64(time.Hour))
		long.must(200, "GET", "/me", nil)
	}
	w.clock.Add(int64(time.Hour))
	long.must(401, "GET", "/me", nil)

	locked := w.in(staff)
	_, err := w.store.DB().ExecContext(t.Context(), `UPDATE accounts SET disabled_at = now() WHERE username = ?`, staff)
	require.NoError(t, err)
	locked.must(401, "GET", "/me", nil)
	require.Equal(t, 401, w.browser().login(staff).status)
}

// A new office works on the next request of a session that is open.
func TestAChangeOfRoleWorksAtOnce_S21(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	b := w.in(staff)
	b.must(403, "POST", "/documents", registrationOf())
	_, err := w.store.DB().ExecContext(t.Context(), `UPDATE positions SET office = 'clerk' WHERE code = ?`, staff)
	require.NoError(t, err)
	b.must(201, "POST", "/documents", registrationOf())
	_, err = w.store.DB().ExecContext(t.Context(), `UPDATE positions SET valid_to = '2026-11-23' WHERE code = ?`, staff)
	require.NoError(t, err)
	b.must(401, "GET", "/me", nil)
}

func TestSessionsAreListedAndEnded_S23(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	first, second, third := w.in(staff), w.in(staff), w.in(staff)
	list := first.must(200, "GET", "/sessions", nil).items()
	require.Len(t, list, 3)
	current := 0
	for _, x := range list {
		if x["current"] == true {
			current++
		}
	}
	require.Equal(t, 1, current)
	other := w.in("chuyenvien.tp")
	id := ""
	for _, x := range second.must(200, "GET", "/sessions", nil).items() {
		if x["current"] == true {
			id = x["id"].(string)
		}
	}
	require.Equal(t, "not-found", other.must(404, "POST", "/sessions/"+id+"/end", nil).code())
	first.must(204, "POST", "/sessions/"+id+"/end", nil)
	second.must(401, "GET", "/me", nil)
	require.Equal(t, 1.0, first.must(200, "POST", "/sessions/others/end", nil).body["ended"])
	third.must(401, "GET", "/me", nil)
	first.must(200, "GET", "/me", nil)

	account := first.must(200, "GET", "/me", nil).id("accountId")
	w.expect(404, clerk, "POST", "/accounts/"+account+"/end-sessions", nil)
	w.expect(404, wardHead, "POST", "/accounts/"+account+"/end-sessions", nil)
	require.Equal(t, 1.0, w.expect(200, admin, "POST", "/accounts/"+account+"/end-sessions", nil).body["ended"])
	first.must(401, "GET", "/me", nil)
	other.must(200, "GET", "/me", nil)
	n, err := w.store.DB().NewRaw(`SELECT 1 FROM journal WHERE kind IN ('session-ended', 'sessions-ended')`).Exec(t.Context())
	require.NoError(t, err)
	rows, _ := n.RowsAffected()
	require.EqualValues(t, 3, rows)
}

// An administrator of a ward looks after the ward and nothing beside it.
func TestTheAdministratorOfAUnitEndsSessionsBelow_S23(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	_, err := w.store.DB().ExecContext(t.Context(), `UPDATE positions SET office = 'admin' WHERE code = 'canbo.molao'`)
	require.NoError(t, err)
	ofWard, ofOffice := w.in(ward), w.in(staff)
	w.expect(200, "canbo.molao", "POST", "/accounts/"+ofWard.must(200, "GET", "/me", nil).id("accountId")+"/end-sessions", nil)
	ofWard.must(401, "GET", "/me", nil)
	w.expect(404, "canbo.molao", "POST", "/accounts/"+ofOffice.must(200, "GET", "/me", nil).id("accountId")+"/end-sessions", nil)
	ofOffice.must(200, "GET", "/me", nil)
}

func TestLeadersEnrolBeforeAnythingElse(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	b := w.browser()
	r := b.login(chairman)
	require.Equal(t, "enrol", r.body["stage"], r.raw)
	for _, path := range []string{"/me", "/documents", "/events", "/sessions"} {
		require.Equal(t, "second-factor-needed", b.must(403, "GET", path, nil).code(), path)
	}
	require.Equal(t, "second-factor-needed", b.must(403, "POST", "/password", object{"oldPassword": passwordOfAll, "newPassword": "bốn con vịt đi qua cầu"}).code())
	state := b.must(200, "GET", "/second-factor", nil)
	require.Equal(t, object{"enrolled": false, "needed": true, "recoveryCodesLeft": 0.0}, state.body)
	made := b.must(200, "POST", "/second-factor", object{})
	require.Contains(t, made.id("address"), "otpauth://totp/")
	require.Equal(t, "code-wrong", b.must(403, "POST", "/second-factor/confirm", object{"code": "000000"}).code())
	before := b.cookies[gate.SessionCookie]
	codes := b.must(200, "POST", "/second-factor/confirm", object{"code": w.code(made.id("secret"))}).body["recoveryCodes"].([]any)
	require.Len(t, codes, 10)
	require.NotEqual(t, before, b.cookies[gate.SessionCookie])
	b.must(200, "GET", "/me", nil)
	require.Equal(t, "second-factor-kept", b.must(409, "POST", "/second-factor/remove", object{"password": passwordOfAll, "code": "123456"}).code())

	again := w.browser()
	require.Equal(t, "code", again.login(chairman).body["stage"])
	require.Equal(t, "code-awaited", again.must(401, "GET", "/me", nil).code())
	require.Equal(t, "code-awaited", again.must(401, "POST", "/second-factor", object{}).code(), "no new factor instead of the old")
	require.Equal(t, "second-factor-there", again.must(409, "POST", "/second-factor/confirm", object{"code": w.code(made.id("secret"))}).code())
	code := w.code(made.id("secret"))
	require.Equal(t, "code-wrong", again.must(403, "POST", "/sessions/second-factor", object{"code": code}).code(), "it was used to enrol")
	w.clock.Add(int64(time.Minute))
	code = w.code(made.id("secret"))
	before = again.cookies[gate.SessionCookie]
	require.Equal(t, "full", again.must(200, "POST", "/sessions/second-factor", object{"code": code}).body["stage"])
	require.NotEqual(t, before, again.cookies[gate.SessionCookie])
	again.must(200, "GET", "/me", nil)

	third := w.browser()
	third.login(chairman)
	third.must(403, "POST", "/sessions/second-factor", object{"code": code})
	third.must(200, "POST", "/sessions/second-factor", object{"code": strings.ToLower(codes[3].(string))})
	require.Equal(t, 9.0, third.must(200, "GET", "/second-factor", nil).body["recoveryCodesLeft"])
	fourth := w.browser()
	fourth.login(chairman)
	fourth.must(403, "POST", "/sessions/second-factor", object{"code": codes[3]})

	account := third.must(200, "GET", "/me", nil).id("accountId")
	w.expect(404, clerk, "POST", "/accounts/"+account+"/reset-second-factor", nil)
	w.expect(204, admin, "POST", "/accounts/"+account+"/reset-second-factor", nil)
	third.must(401, "GET", "/me", nil)
	require.Equal(t, "enrol", w.browser().login(chairman).body["stage"])
}

// code is what an authenticator shows.
func (w *world) code(secret string) string {
	code, err := totp.GenerateCode(secret, w.now())
	require.NoError(w, err)
	return code
}

// A session gives what the account has, as a token does: of each kind of office.
func TestASessionIsWorthWhatATokenIs(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	document := w.register()
	for _, who := range []string{clerk, staff, "thanhtra.quan", ward} {
		b := w.in(who)
		for _, path := range []string{"/me", "/documents/" + document, "/documents", "/units", "/delegations"} {
			got, want := b.ask("GET", path, nil), w.call(who, "GET", path, nil)
			require.Equal(t, want.status, got.status, "%s %s", who, path)
			if want.status == 200 {
				require.Equal(t, want.body, got.body, "%s %s", who, path)
			}
		}
	}
	paper := w.in(clerk)
	_, err := w.store.DB().ExecContext(t.Context(), `UPDATE positions SET on_paper = true WHERE code = ?`, chairman)
	require.NoError(t, err)
	require.Equal(t, chairman, paper.must(200, "GET", "/me", nil, "Acting-For", chairman).body["position"].(object)["code"])
	paper.must(403, "GET", "/sessions", nil, "Acting-For", chairman)
	require.Equal(t, "session-needed", paper.must(403, "POST", "/password", object{"oldPassword": passwordOfAll, "newPassword": "bốn con vịt đi qua cầu"}, "Acting-For", chairman).code())
	paper.must(400, "GET", "/me", nil, "Acting-For", "truong.nv")
}
