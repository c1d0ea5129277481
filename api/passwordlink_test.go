package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"congvan/desk"
	"congvan/mail"
	"congvan/routing"
	"congvan/worker"

	"github.com/stretchr/testify/require"
)

const newPassword = "con thuyền qua sông Nhuệ 47"

func (w *world) account(who string) string {
	w.Helper()
	a, err := w.store.AccountStateByName(w.Context(), who)
	require.NoError(w, err)
	return string(a.ID)
}

func (w *world) offer(who, account, purpose, deliver string, headers ...string) reply {
	w.Helper()
	return w.call(who, "POST", "/accounts/"+w.account(account)+"/password-link", object{"purpose": purpose, "deliver": deliver}, headers...)
}

func (w *world) redeem(secret, password string) reply {
	w.Helper()
	return w.call("", "POST", "/password-links/redeem", object{"secret": secret, "newPassword": password}, "Idempotency-Key", "")
}

func (w *world) enter(who, password string) reply {
	w.Helper()
	return w.browser().ask("POST", "/sessions", object{"username": who, "password": password})
}

func TestALinkSetsAPasswordOnce_S09(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	given := w.offer(admin, staff, "reset", "hand")
	require.Equal(t, 201, given.status, given.raw)
	secret := given.id("secret")
	require.Equal(t, "https://congvan.example.vn/password#"+secret, given.body["link"], "behind #: no server and no Referer has it")
	require.Equal(t, 201, w.enter(staff, passwordOfAll).status)
	require.Equal(t, 422, w.redeem(secret, "12345678").status, "a weak password leaves the link as it is")
	var all sync.WaitGroup
	statuses := make(chan int, 8)
	for range 8 {
		all.Go(func() { statuses <- w.redeem(secret, newPassword).status })
	}
	all.Wait()
	close(statuses)
	count := map[int]int{}
	for s := range statuses {
		count[s]++
	}
	require.Equal(t, map[int]int{204: 1, 422: 7}, count, "single use, also at once")
	require.NotEqual(t, 201, w.enter(staff, passwordOfAll).status)
	require.Equal(t, 201, w.enter(staff, newPassword).status)
	require.Equal(t, 1, w.count("journal WHERE kind = 'password-set'"))
	for _, table := range []string{"password_links", "journal", "mails", "accounts"} {
		require.Zero(t, w.count(table+" x WHERE x::text LIKE '%"+secret+"%'"), table)
	}
	require.NotContains(t, w.log.String(), secret)
	sum := sha256.Sum256([]byte(secret))
	require.Equal(t, 1, w.count("password_links WHERE sha256 = decode('"+hex.EncodeToString(sum[:])+"', 'hex')"))
}

func TestALinkEnds_S09(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	early := w.offer(admin, staff, "reset", "hand").id("secret")
	require.Equal(t, "has-password", w.offer(admin, staff, "invitation", "hand").code())
	late := w.offer(admin, staff, "reset", "hand").id("secret")
	require.Equal(t, "link-invalid", w.redeem(early, newPassword).code(), "a new link replaces the one before")
	w.clock.Add(int64(15 * time.Minute))
	for _, secret := range []string{late, "x", strings.Repeat("A", 43), strings.ToLower(late), late + "A", "' OR true --"} {
		r := w.redeem(secret, newPassword)
		require.Equal(t, "link-invalid", r.code(), r.raw)
	}
	other := w.offer(admin, staff, "reset", "hand").id("secret")
	w.expect(204, admin, "POST", "/accounts/"+w.account(staff)+"/disable", object{"reason": "Nghỉ việc theo quyết định"}, "Idempotency-Key", "")
	require.Equal(t, "link-invalid", w.redeem(other, newPassword).code())
	require.Equal(t, "account-disabled", w.offer(admin, staff, "reset", "hand").code())
	w.expect(401, staff, "GET", "/me", nil)
	w.expect(204, admin, "POST", "/accounts/"+w.account(staff)+"/enable", object{"reason": "Trở lại làm việc tại phòng"}, "Idempotency-Key", "")
	require.Equal(t, "link-invalid", w.redeem(other, newPassword).code(), "what ended stays ended")
	w.expect(200, staff, "GET", "/me", nil)

	_, err := w.store.DB().NewRaw(`UPDATE accounts SET password_hash = NULL WHERE username = ?`, staff).Exec(t.Context())
	require.NoError(t, err)
	invited := w.offer(admin, staff, "invitation", "hand").id("secret")
	w.clock.Add(int64(72*time.Hour - time.Second))
	require.Equal(t, 204, w.redeem(invited, newPassword).status)
}

// TestALinkIsForItsAdministratorToGive: nobody else's accounts exist for him, and
// nobody gives one to himself.
func TestALinkIsForItsAdministratorToGive_S09(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	for _, who := range []string{clerk, chairman, "truong.nv", neighbor} {
		require.Equal(t, 404, w.offer(who, staff, "reset", "hand").status, who)
	}
	require.Equal(t, "own-account", w.offer(admin, admin, "reset", "hand").code())
	require.Equal(t, "own-account", w.offer(staff, staff, "reset", "hand").code())
	key := []string{"Idempotency-Key", newKey()}
	first, again := w.offer(admin, staff, "reset", "hand", key...), w.offer(admin, staff, "reset", "hand", key...)
	require.Equal(t, 201, again.status)
	require.NotContains(t, again.body, "secret")
	require.Equal(t, 204, w.redeem(first.id("secret"), newPassword).status, "asking again has not replaced it")
	require.Equal(t, "no-address", w.offer(admin, staff, "reset", "mail").code())
	require.Equal(t, 1, w.count("journal WHERE kind = 'password-reset-given'"))
}

// letters is a mail server that keeps what it takes.
type letters struct {
	sync.Mutex
	all []mail.Letter
}

func (l *letters) Send(_ context.Context, x mail.Letter) error {
	l.Lock()
	defer l.Unlock()
	l.all = append(l.all, x)
	return nil
}

var secretInMail = regexp.MustCompile(`/password#([A-Za-z0-9_-]{43})`)

// TestTheOutboxHoldsNoSecret: it is made when the mail leaves, and the dump of the
// record before and after gives nobody the account.
func TestTheOutboxHoldsNoSecret_S09_S26(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	post := &letters{}
	mailer := worker.Mailer{Record: w.store, Post: post, Base: "https://congvan.example.vn", Log: slog.New(slog.DiscardHandler), Now: w.now}
	w.expect(200, staff, "POST", "/notice-settings", object{"address": "staff@example.vn"}, "Idempotency-Key", "")
	require.Equal(t, 201, w.offer(admin, staff, "reset", "mail").status)
	require.Equal(t, 1, w.count("mails WHERE body LIKE '%{secret:%'"))
	_, err := mailer.Deliver(t.Context())
	require.NoError(t, err)
	require.Len(t, post.all, 1)
	secret := secretInMail.FindStringSubmatch(post.all[0].Body)
	require.NotNil(t, secret, post.all[0].Body)
	require.Zero(t, w.count("mails WHERE body LIKE '%"+secret[1]+"%'"))
	require.Equal(t, 204, w.redeem(secret[1], newPassword).status)

	// A mail whose link is over is not sent.
	require.Equal(t, 201, w.offer(admin, staff, "reset", "mail").status)
	w.clock.Add(int64(16 * time.Minute))
	_, err = mailer.Deliver(t.Context())
	require.NoError(t, err)
	for _, x := range post.all[1:] {
		require.Nil(t, secretInMail.FindStringSubmatch(x.Body))
	}
	require.Equal(t, 1, w.count("mails WHERE given_up_at IS NOT NULL"))
}

// TestForgettingTellsNothing: whoever is asked about, the answer is the same, and
// takes as long.
func TestForgettingTellsNothing_S06(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.expect(200, staff, "POST", "/notice-settings", object{"address": "staff@example.vn"}, "Idempotency-Key", "")
	ask := func(name string) (reply, time.Duration) {
		began := time.Now()
		return w.call("", "POST", "/password-links/ask", object{"username": name}, "Idempotency-Key", ""), time.Since(began)
	}
	var longest, shortest time.Duration
	for i, name := range []string{staff, "nobody.at.all", staff, admin, "'; --", strings.ToUpper(staff), "Đặng"} {
		r, took := ask(name)
		require.Equal(t, 202, r.status, name)
		require.Empty(t, r.raw)
		if longest = max(longest, took); i == 0 || took < shortest {
			shortest = took
		}
	}
	require.GreaterOrEqual(t, shortest, 300*time.Millisecond)
	require.Equal(t, 1, w.count("password_links"), "one in five minutes")
	require.Equal(t, 1, w.count("mails WHERE address = 'staff@example.vn'"))
	w.clock.Add(int64(5*time.Minute + time.Second))
	_, _ = ask(staff)
	require.Equal(t, 2, w.count("password_links"))
	require.Equal(t, 1, w.count("password_links WHERE revoked_at IS NULL"))
}

func TestWhoRunsTheMachinesInvites(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	_, secret, err := w.desk.OfferPasswordByCommand(t.Context(), admin, routing.Reset)
	require.NoError(t, err)
	require.Equal(t, 204, w.redeem(secret, newPassword).status)
	require.NoError(t, w.desk.SetDisabledByCommand(t.Context(), admin, true))
	require.NoError(t, w.desk.SetDisabledByCommand(t.Context(), admin, true))
	w.expect(401, admin, "GET", "/me", nil)
	require.Equal(t, 1, w.count("journal WHERE kind = '"+string(desk.EntryAccountDisabled)+"' AND origin = 'command' AND actor_id IS NULL"))
	require.Equal(t, 1, w.count("journal WHERE kind = 'password-reset-given' AND origin = 'command'"))
	_, _, err = w.desk.OfferPasswordByCommand(t.Context(), "nobody", routing.Reset)
	require.ErrorIs(t, err, routing.ErrNotFound)
}
