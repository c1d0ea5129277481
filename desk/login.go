package desk

import (
	"context"
	"crypto/sha256"
	"errors"
	"strings"
	"time"

	"congvan/accounts"
	"congvan/postgres"
	"congvan/routing"
)

// The refusals of a login.
var (
	// ErrLogin is the one answer to a name that does not exist, an account that is
	// disabled or has no password, and a password that is wrong.
	ErrLogin = &routing.Error{Fault: routing.NotAllowed, Code: "login-failed",
		Message: "Tên đăng nhập hoặc mật khẩu chưa đúng; hãy kiểm tra rồi nhập lại."}
	// ErrSlowed says that too much was tried; after `retryAfter` seconds the next try counts.
	ErrSlowed = &routing.Error{Fault: routing.Unavailable, Code: "login-slowed",
		Message: "Đã thử sai nhiều lần; hãy chờ ít phút rồi nhập lại, hoặc dùng máy đã từng đăng nhập."}
	// ErrLoginBusy says that too many log in at this moment.
	ErrLoginBusy = &routing.Error{Fault: routing.Unavailable, Code: "busy",
		Message: "Hệ thống đang bận; hãy thử lại sau ít giây."}
)

// SecondFactorRule says whether leaders and administrators have to have a second
// factor; anybody may.
type SecondFactorRule string

// The rules.
const (
	SecondFactorRequired SecondFactorRule = "required"
	SecondFactorOffered  SecondFactorRule = "offered"
)

// LoginRules are how people log in here. What is left out is the house's default.
type LoginRules struct {
	SecondFactor SecondFactorRule // required
	Sessions     accounts.Limits
	Hasher       *accounts.Hasher
	Seal         *accounts.Seal // of second factors; without one nobody enrols
	// FailureTakes is how long a refusal takes at least, whatever it was for: a
	// clock tells nobody whether there is such an account.
	FailureTakes time.Duration
}

// WithLogin sets how people log in.
func WithLogin(rules LoginRules) Option { return func(d *Desk) { d.login = rules.complete() } }

func (r LoginRules) complete() LoginRules {
	if r.SecondFactor == "" {
		r.SecondFactor = SecondFactorRequired
	}
	if r.Sessions == (accounts.Limits{}) {
		r.Sessions = accounts.DefaultLimits()
	}
	if r.Hasher == nil {
		r.Hasher = accounts.NewHasher(accounts.DefaultParams(), 0)
	}
	return r
}

// Login begins a session with a name and a password. The session may still await
// a second factor: see its Stage. The secret is for the session's cookie.
//
// Every refusal is ErrLogin, in the same time, but for ErrSlowed, which strangers'
// names get as well, and ErrLoginBusy.
func (d *Desk) Login(ctx context.Context, username, password string, device Device) (secret string, s Session, err error) {
	began := time.Now()
	if secret, s, err = d.tryLogin(ctx, username, password, device); err != nil {
		select {
		case <-time.After(d.login.FailureTakes - time.Since(began)):
		case <-ctx.Done():
		}
	}
	return secret, s, err
}

func (d *Desk) tryLogin(ctx context.Context, username, password string, device Device) (string, Session, error) {
	username = strings.ToLower(strings.TrimSpace(username))
	if username == "" || len(username) > 200 || strings.ContainsRune(username, 0) || !accounts.Possible(password) {
		return "", Session{}, ErrLogin
	}
	account, err := d.record.AccountByName(ctx, username, today(d.now()))
	if err != nil && !errors.Is(err, routing.ErrNotFound) {
		return "", Session{}, err
	}
	try, err := d.count(ctx, username, account, device)
	if err != nil {
		return "", Session{}, err
	}
	right, stale, err := d.login.Hasher.Verify(ctx, account.PasswordHash, password)
	switch {
	case err != nil:
		return "", Session{}, d.uncounted(ctx, try, err)
	case !right:
		return "", Session{}, errors.Join(ErrLogin, d.noteFailure(ctx, account, try))
	case stale:
		d.renewHash(ctx, account, password)
	}
	return d.begin(ctx, account, HowPassword, device, try.keys)
}

// try is a try to log in that was counted as a failure until it succeeds.
type try struct {
	keys   []postgres.FailureKey
	counts []postgres.FailureCount // with this one
}

// The kinds of counts.
const (
	countDevice  = "device"
	countPair    = "pair"
	countNetwork = "network"
	countAccount = "account"
)

// count counts a try. On a device that the account is known on, only what fails
// there counts. ErrSlowed if the try is not to be made yet.
func (d *Desk) count(ctx context.Context, username string, account postgres.Account, device Device) (try, error) {
	id := account.AccountID
	if id == "" {
		id = nobody // asks as much of the record as an account that exists
	}
	known, err := d.record.KnowsDevice(ctx, id, accounts.Digest(device.Secret))
	if err != nil {
		return try{}, err
	}
	keys := []postgres.FailureKey{failureKey(countPair, username, device.Network), failureKey(countNetwork, device.Network), failureKey(countAccount, username)}
	if known {
		keys = []postgres.FailureKey{failureKey(countDevice, username, device.Secret)}
	}
	return d.countOn(ctx, keys)
}

// nobody is the id of no account.
const nobody routing.ID = "00000000-0000-0000-0000-000000000000"

func (d *Desk) countOn(ctx context.Context, keys []postgres.FailureKey) (try, error) {
	now, wait := d.now(), time.Duration(0)
	t := try{keys: keys}
	err := d.record.CountTry(ctx, keys, now, now.Add(-accounts.Forgets), func(found []postgres.FailureCount) []postgres.FailureCount {
		if wait = failuresOf(keys, found).Wait(now); wait > 0 {
			return nil
		}
		t.counts = nil
		for _, c := range found {
			t.counts = append(t.counts, postgres.FailureCount{N: accounts.Count(c).At(now).N + 1, Last: now})
		}
		return t.counts
	})
	if err == nil && wait > 0 {
		err = ErrSlowed.With("retryAfter", int((wait+time.Second-1)/time.Second))
	}
	return t, err
}

func failuresOf(keys []postgres.FailureKey, counts []postgres.FailureCount) (f accounts.Failures) {
	for i, k := range keys {
		c := accounts.Count(counts[i])
		switch k.Kind {
		case countDevice:
			f.Device, f.Known = c, true
		case countPair:
			f.Pair = c
		case countNetwork:
			f.Network = c
		case countAccount:
			f.Account = c
		}
	}
	return f
}

// failureKey is a hash: what people type into the field of the name may be their
// password.
func failureKey(kind string, of ...string) postgres.FailureKey {
	sum := sha256.Sum256([]byte(kind + "\x00" + strings.Join(of, "\x00")))
	return postgres.FailureKey{Kind: kind, Key: sum[:]}
}

// forgiven says what a login that succeeded takes back: what the owner mistyped is
// forgotten; of what is counted for a whole network, or from everywhere, only his
// own try.
func forgiven(keys []postgres.FailureKey) (clear, undo []postgres.FailureKey) {
	for _, k := range keys {
		if k.Kind == countDevice || k.Kind == countPair {
			clear = append(clear, k)
		} else {
			undo = append(undo, k)
		}
	}
	return clear, undo
}

// uncounted takes a try back that could not be judged.
func (d *Desk) uncounted(ctx context.Context, t try, cause error) error {
	err := d.record.Forgive(context.WithoutCancel(ctx), nil, t.keys)
	if errors.Is(cause, accounts.ErrBusy) {
		cause = ErrLoginBusy
	}
	return errors.Join(cause, err)
}

// noteFailure writes failures down, each number of them once: strangers do not
// fill the record. What was tried on names that do not exist is told of the
// network that it came from, once it is more than people mistype.
func (d *Desk) noteFailure(ctx context.Context, account postgres.Account, t try) error {
	for i, k := range t.keys {
		n, subject := t.counts[i].N, routing.Subject{Kind: routing.SubjectAccount}
		switch {
		case !accounts.Noted(n), k.Kind == countPair:
			continue
		case k.Kind == countNetwork:
			if n < accounts.Suspicious {
				continue
			}
		case account.AccountID == "":
			continue
		default:
			subject.ID = string(account.AccountID)
		}
		e := routing.Entry{At: d.now(), Kind: EntryLoginFailed, Outcome: routing.OutcomeRefused, Code: ErrLogin.Code, Subject: subject,
			Details: map[string]any{"failures": n, "counted": k.Kind}}
		if subject.ID != "" {
			e.UnitID = account.UnitID
		}
		if err := d.record.Note(ctx, e); err != nil {
			return err
		}
	}
	return nil
}

// renewHash stores a password at today's costs. If it fails, the next login tries again.
func (d *Desk) renewHash(ctx context.Context, account postgres.Account, password string) {
	if hash, err := d.login.Hasher.Hash(ctx, password); err == nil {
		_ = d.record.RenewHash(ctx, account.AccountID, account.PasswordHash, hash)
	}
}
