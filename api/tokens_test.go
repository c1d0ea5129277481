package api

import (
	"bufio"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"congvan/gate"
	"congvan/routing"

	"github.com/stretchr/testify/require"
)

// bearerOf is the header of a token.
func bearerOf(secret string) []string { return []string{"Authorization", "Bearer " + secret} }

func (w *world) makeToken(who string, scopes []string, life time.Duration, headers ...string) reply {
	w.Helper()
	return w.call(who, "POST", "/tokens", object{"name": "Phần mềm một cửa", "scopes": scopes, "expiresAt": w.now().Add(life).Format(time.RFC3339)}, headers...)
}

func (w *world) count(query string) (n int) {
	w.Helper()
	require.NoError(w, w.store.DB().NewRaw("SELECT count(*) FROM "+query).Scan(w.Context(), &n))
	return n
}

func TestATokenIsGoodForItsScopesUntilItsEnd_S25(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	note := func(secret string) int {
		return w.call("", "POST", "/notices/read", object{"upTo": 1}, bearerOf(secret)...).status
	}
	administer := func(secret string) int {
		return w.call("", "POST", "/notice-settings", object{}, bearerOf(secret)...).status
	}
	get := func(secret string) int { return w.call("", "GET", "/me", nil, bearerOf(secret)...).status }
	for _, x := range []struct {
		scopes                    []string
		reads, acts, administrate bool
	}{
		{[]string{"read"}, true, false, false}, {[]string{"act"}, false, true, false}, {[]string{"administer"}, false, false, true},
		{[]string{"read", "act"}, true, true, false}, {[]string{"read", "act", "administer"}, true, true, true},
	} {
		made := w.makeToken(clerk, x.scopes, time.Hour)
		require.Equal(t, 201, made.status, made.raw)
		secret := made.id("secret")
		require.Len(t, secret, 43)
		require.Equal(t, x.reads, get(secret) != 403, x.scopes)
		require.Equal(t, x.acts, note(secret) != 403, x.scopes)
		require.Equal(t, x.administrate, administer(secret) != 403, x.scopes)
	}
	last := w.makeToken(clerk, []string{"read"}, 2*time.Minute).id("secret")
	w.clock.Add(int64(2*time.Minute - time.Millisecond))
	require.Equal(t, 200, get(last))
	w.clock.Add(int64(time.Millisecond))
	require.Equal(t, 401, get(last), "the first instant at which it is no longer good")
}

func TestATokenMakesNoneThatIsWorthMore_S25(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	own := bearerOf(w.makeToken(clerk, []string{"read", "administer"}, time.Hour).id("secret"))
	require.Equal(t, 201, w.makeToken("", []string{"read"}, time.Hour, own...).status)
	for name, r := range map[string]reply{
		"wider": w.makeToken("", []string{"act"}, time.Hour, own...), "longer": w.makeToken("", []string{"read"}, time.Hour+time.Second, own...),
		"a year and a day": w.makeToken(clerk, []string{"read"}, 366*24*time.Hour), "past": w.makeToken(clerk, []string{"read"}, -time.Hour),
	} {
		require.Equal(t, 422, r.status, name)
	}
	require.Equal(t, 403, w.makeToken("", []string{"read"}, time.Hour, bearerOf(w.makeToken(clerk, []string{"read", "act"}, time.Hour).id("secret"))...).status)
	for _, body := range []object{
		{"name": "x", "scopes": []string{}, "expiresAt": "2026-12-01T00:00:00Z"}, {"name": "x", "scopes": []string{"all"}, "expiresAt": "2026-12-01T00:00:00Z"},
		{"name": "x", "scopes": []string{"read", "read"}, "expiresAt": "2026-12-01T00:00:00Z"}, {"name": "", "scopes": []string{"read"}, "expiresAt": "2026-12-01T00:00:00Z"},
		{"name": "x", "scopes": []string{"read"}}, {"name": "x", "scopes": []string{"read"}, "expiresAt": "2026-12-01T00:00:00Z", "accountId": "x"},
	} {
		require.Equal(t, 400, w.call(clerk, "POST", "/tokens", body).status, body)
	}
}

// The name of a token is kept, and shown in lists: it is a text like any other.
func TestTheNameOfATokenIsLookedAt_M01(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	for _, name := range []string{"TỐI MẬT", "Độ mật: Mật", "[Tuyệt mật] kết nối"} {
		r := w.call(clerk, "POST", "/tokens", object{"name": name, "scopes": []string{"read"}, "expiresAt": w.now().Add(time.Hour).Format(time.RFC3339)})
		require.Equal(t, 422, r.status, name)
		require.Equal(t, "state-secret", r.body["code"], name)
	}
}

// TestTheSecretIsShownOnce: neither the record nor the same request again has it.
func TestTheSecretIsShownOnce_S26(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	key := []string{"Idempotency-Key", newKey()}
	first := w.makeToken(clerk, []string{"read"}, time.Hour, key...)
	again := w.makeToken(clerk, []string{"read"}, time.Hour, key...)
	require.Equal(t, first.body["token"], again.body["token"])
	require.NotContains(t, again.body, "secret")
	require.Equal(t, 422, w.makeToken(clerk, []string{"act"}, time.Hour, key...).status, "the key names another request")
	secret := first.id("secret")
	require.NotContains(t, w.expect(200, clerk, "GET", "/tokens", nil).raw, secret)
	require.NotContains(t, w.log.String(), secret)
	for _, table := range []string{"tokens", "journal", "events"} {
		require.Zero(t, w.count(table+" x WHERE x::text LIKE '%"+secret+"%'"), table)
	}
	require.Equal(t, 1, w.count("journal WHERE kind = 'token-made'"))
}

// Whoever had a token that is revoked keeps nothing that he made with it.
func TestWhatATokenMadeEndsWithIt_S25(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	scopes := []string{"read", "administer"}
	of := func(r reply) (id string, header []string) {
		w.Helper()
		require.Equal(t, 201, r.status, r.raw)
		return r.body["token"].(object)["id"].(string), bearerOf(r.id("secret"))
	}
	stolen, first := of(w.makeToken(ward, scopes, time.Hour))
	_, child := of(w.makeToken("", scopes, time.Hour, first...))
	_, grandchild := of(w.makeToken("", []string{"read"}, time.Hour, child...))
	_, other := of(w.makeToken(ward, scopes, time.Hour))
	w.expect(200, "", "GET", "/me", nil, grandchild...)
	w.expect(200, ward, "POST", "/tokens/"+stolen+"/revoke", nil)
	for _, ended := range [][]string{first, child, grandchild} {
		w.expect(401, "", "GET", "/me", nil, ended...)
	}
	w.expect(200, "", "GET", "/me", nil, other...)
	require.Equal(t, 1, w.count("journal WHERE kind = 'token-revoked' AND jsonb_array_length(details->'madeByIt') = 2"))
}

func TestARevokedTokenIsOverAtOnce_S25(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	made := w.makeToken(ward, []string{"read"}, time.Hour)
	id, secret := made.body["token"].(object)["id"].(string), made.id("secret")
	for _, who := range []string{clerk, neighbor, chairman, wardHead} { // another's token does not exist
		w.expect(404, who, "POST", "/tokens/"+id+"/revoke", nil)
	}
	w.expect(200, "", "GET", "/me", nil, bearerOf(secret)...)
	account := w.expect(200, ward, "GET", "/tokens", nil).items()[0]["accountId"].(string)
	require.Len(t, w.expect(200, "quantri", "GET", "/accounts/"+account+"/tokens", nil).items(), 2)
	w.expect(404, neighbor, "GET", "/accounts/"+account+"/tokens", nil)
	w.expect(200, "quantri", "POST", "/tokens/"+id+"/revoke", nil)
	w.expect(401, "", "GET", "/me", nil, bearerOf(secret)...)
	w.expect(200, ward, "POST", "/tokens/"+id+"/revoke", nil) // again: it is over
	require.Equal(t, 1, w.count("journal WHERE kind = 'token-revoked'"))
}

func TestAnAccountHasSoManyTokens(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	var all sync.WaitGroup
	statuses := make(chan int, 30)
	for range 30 {
		all.Go(func() { statuses <- w.makeToken(clerk, []string{"read"}, time.Hour).status })
	}
	all.Wait()
	close(statuses)
	count := map[int]int{}
	for status := range statuses {
		count[status]++
	}
	require.Equal(t, map[int]int{201: routing.MaxTokens - 1, 409: 31 - routing.MaxTokens}, count, "one of them is the test's own")
}

// TestAStreamEndsWithItsToken_Z07: nothing more is told once it has expired, and it
// ends with the next heartbeat once it was revoked.
func TestAStreamEndsWithItsToken_S25_R23(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.streams().heartbeat = 50 * time.Millisecond
	for name, end := range map[string]func(id string){
		"expired": func(string) { w.clock.Add(int64(time.Hour)) },
		"revoked": func(id string) { w.expect(200, clerk, "POST", "/tokens/"+id+"/revoke", nil) },
	} {
		made := w.makeToken(clerk, []string{"read"}, time.Hour)
		req, err := http.NewRequestWithContext(t.Context(), "GET", w.url+base+"/events", nil)
		require.NoError(t, err)
		req.Header.Set("Authorization", "Bearer "+made.id("secret"))
		res, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		require.Equal(t, 200, res.StatusCode, name)
		over := make(chan struct{})
		go func() {
			defer close(over)
			for lines := bufio.NewScanner(res.Body); lines.Scan(); {
			}
		}()
		end(made.body["token"].(object)["id"].(string))
		select {
		case <-over:
		case <-time.After(5 * time.Second):
			t.Fatalf("the stream goes on: %s", name)
		}
		_ = res.Body.Close()
	}
}

func TestStreamsHaveTheirNumber_R23(t *testing.T) {
	t.Parallel()
	h := newHub(nil, nil)
	h.stop = func() {} // somebody reads
	var own []*listener
	for range maxOwnStreams {
		l, err := h.join(t.Context(), "one")
		require.NoError(t, err)
		own = append(own, l)
	}
	_, err := h.join(t.Context(), "one")
	require.ErrorIs(t, err, gate.ErrTooMany, "one account does not take everybody's place")
	for i := range maxStreams - maxOwnStreams {
		_, err := h.join(t.Context(), routing.ID(strings.Repeat("x", i%60+1)))
		require.NoError(t, err)
	}
	_, err = h.join(t.Context(), "another")
	require.ErrorIs(t, err, errBusy)
	h.leave(own[0])
	h.leave(own[0]) // twice counts once
	_, err = h.join(t.Context(), "one")
	require.NoError(t, err)
	_, err = h.join(t.Context(), "one")
	require.Error(t, err)
}

// TestTheLastUseIsWrittenOnceAMinute: reading is no flood of writes.
func TestTheLastUseIsWrittenOnceAMinute(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	used := func() (at time.Time) {
		require.NoError(t, w.store.DB().NewRaw(`SELECT last_used_at FROM tokens t JOIN accounts a ON a.id = t.account_id WHERE a.username = ?`, clerk).Scan(t.Context(), &at))
		return at.UTC()
	}
	w.expect(200, clerk, "GET", "/me", nil)
	first := used()
	require.Equal(t, w.now(), first)
	w.clock.Add(int64(59 * time.Second))
	w.expect(200, clerk, "GET", "/me", nil)
	require.Equal(t, first, used())
	w.clock.Add(int64(time.Second))
	w.expect(200, clerk, "GET", "/me", nil)
	require.Equal(t, w.now(), used())
}
