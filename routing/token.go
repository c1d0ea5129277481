package routing

import (
	"fmt"
	"slices"
	"time"
	"unicode/utf8"
)

// Scope is what a token may be used for. It never gives more than its account
// has, and none of them includes another.
type Scope string

// The scopes.
const (
	ScopeRead       Scope = "read"       // everything that changes nothing
	ScopeAct        Scope = "act"        // what the account may do on documents
	ScopeAdminister Scope = "administer" // everything else: who acts for whom, accounts, tokens, calendar
)

// Scopes are all there are.
var Scopes = []Scope{ScopeRead, ScopeAct, ScopeAdminister}

const (
	// LongestToken is the longest life of a token: whoever runs a program looks at
	// it once a year.
	LongestToken = 365 * 24 * time.Hour
	// MaxTokens is how many tokens an account has at a time.
	MaxTokens     = 20
	maxTokenName  = 100
	shortestToken = time.Minute
)

// Token lets a program ask in an account's name. Its text is shown once, when it
// is made, and kept nowhere.
type Token struct {
	ID         ID
	AccountID  ID
	Username   string // of the account
	Name       string
	Scopes     []Scope
	CreatedAt  time.Time
	ExpiresAt  time.Time // the first instant at which it is no longer good
	LastUsedAt time.Time // to the minute; zero: never
	RevokedAt  time.Time // zero: not
	MadeBy     ID        // the token that asked for it; empty: a person did. Known while it is made
}

// Allows says whether the token may be used for something.
func (t Token) Allows(s Scope) bool { return slices.Contains(t.Scopes, s) }

// Live says whether the token is good at an instant.
func (t Token) Live(now time.Time) bool { return t.RevokedAt.IsZero() && now.Before(t.ExpiresAt) }

// ErrScope says that the token was not made for this.
var ErrScope = &Error{Fault: NotAllowed, Code: "outside-scope",
	Message: "Mã truy cập này không được cấp cho việc vừa yêu cầu; hãy dùng mã có phạm vi phù hợp."}

// ErrTokens says that an account has as many tokens as it may have.
var ErrTokens = &Error{Fault: Conflict, Code: "too-many-tokens",
	Message: fmt.Sprintf("Tài khoản đã có %d mã truy cập còn hiệu lực; hãy thu hồi mã không dùng nữa.", MaxTokens)}

// Check says whether a token may be made so, by somebody who himself came with
// the token by; nil: he came in person. What a token makes is never worth more,
// and never lives longer, than itself: whoever finds one gains nothing by it.
func (t Token) Check(now time.Time, by *Token) error {
	if err := CheckSecrecy(NoSecret, t.Name); err != nil {
		return err
	}
	faults := map[string]string{}
	if n := utf8.RuneCountInString(t.Name); n == 0 || n > maxTokenName {
		faults["name"] = fmt.Sprintf("gồm 1 đến %d ký tự", maxTokenName)
	}
	seen := map[Scope]bool{}
	for _, s := range t.Scopes {
		if !slices.Contains(Scopes, s) || seen[s] {
			faults["scopes"] = "gồm read, act, administer, mỗi phạm vi một lần"
		}
		if by != nil && !by.Allows(s) {
			faults["scopes"] = "không rộng hơn phạm vi của mã đang dùng"
		}
		seen[s] = true
	}
	if len(t.Scopes) == 0 {
		faults["scopes"] = "phải có ít nhất một phạm vi"
	}
	switch life := t.ExpiresAt.Sub(now); {
	case life < shortestToken:
		faults["expiresAt"] = "phải ở tương lai"
	case life > LongestToken:
		faults["expiresAt"] = "không quá một năm kể từ bây giờ"
	case by != nil && t.ExpiresAt.After(by.ExpiresAt):
		faults["expiresAt"] = "không sau khi mã đang dùng hết hiệu lực"
	}
	if len(faults) > 0 {
		return ErrField.With("fields", faults)
	}
	return nil
}
