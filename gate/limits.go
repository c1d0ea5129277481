package gate

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/go-chi/httprate"
)

// Class is a kind of request that is counted by itself.
type Class string

// The classes, by what a request costs or may be misused for.
const (
	ClassLogin  Class = "login"  // whatever takes a password, a code or a secret from a link
	ClassSearch Class = "search" // lists
	ClassExport Class = "export" // whole lists as a file
	ClassUpload Class = "upload"
	ClassOther  Class = "other"
)

// Limit is how many requests of a class may come within a minute. 0: any number.
type Limit struct {
	Account int // from one account, from wherever, with whichever of its tokens
	Network int // from one network, known or not: see routing.Origin
}

// Limits are the limits of each class. A class that is missing has none.
type Limits map[Class]Limit

// DefaultLimits leave room for a whole office behind one address, for a program
// that asks all day, and for a hundred people who arrive at eight.
func DefaultLimits() Limits {
	return Limits{
		ClassLogin:  {Account: 30, Network: 300},
		ClassSearch: {Account: 900, Network: 9000},
		ClassExport: {Account: 20, Network: 200},
		ClassUpload: {Account: 300, Network: 3000},
		ClassOther:  {Account: 3000, Network: 30000},
	}
}

// ParseLimits reads limits as RATE_LIMITS has them, `search=900/9000,export=20/200`:
// account, then network, each within a minute; 0 is no limit. Classes that are
// not named have their default.
func ParseLimits(text string) (Limits, error) {
	limits := DefaultLimits()
	for part := range strings.SplitSeq(text, ",") {
		if strings.TrimSpace(part) == "" {
			continue
		}
		class, numbers, _ := strings.Cut(strings.TrimSpace(part), "=")
		account, network, _ := strings.Cut(numbers, "/")
		a, err1 := strconv.ParseUint(account, 10, 31)
		n, err2 := strconv.ParseUint(network, 10, 31)
		if _, known := limits[Class(class)]; !known || err1 != nil || err2 != nil {
			return nil, fmt.Errorf("limits are written class=account/network with the classes login, search, export, upload, other, for example search=900/9000; not %q", part)
		}
		limits[Class(class)] = Limit{int(a), int(n)}
	}
	return limits, nil
}

// limiters count what has come within the last minute, in this process.
type limiters struct {
	account, network map[Class]*httprate.RateLimiter
}

func newLimiters(limits Limits) limiters {
	l := limiters{map[Class]*httprate.RateLimiter{}, map[Class]*httprate.RateLimiter{}}
	headers := httprate.WithResponseHeaders(httprate.ResponseHeaders{RetryAfter: "Retry-After"})
	for class, limit := range limits {
		if limit.Account > 0 {
			l.account[class] = httprate.NewRateLimiter(limit.Account, time.Minute, headers)
		}
		if limit.Network > 0 {
			l.network[class] = httprate.NewRateLimiter(limit.Network, time.Minute, headers)
		}
	}
	return l
}

// FromNetwork counts a request before anything is asked for it: guessing tokens
// and passwords is limited as well. What it goes by is the address of the
// connection, or what a proxy of ours says. This machine's own programs are
// counted where they log in only: for them the account's limit is enough.
func (f *Face) FromNetwork(class Class, next http.Handler) http.Handler {
	limiter := f.limits.network[class]
	if limiter == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		network := f.NetworkOf(r)
		if (network != "" || class == ClassLogin) && limiter.OnLimit(w, r, network) {
			f.Refuse(w, r, ErrTooMany)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// FromAccount counts a request for the account that it comes from, and lets only so
// much of it be under way at a time.
func (f *Face) FromAccount(class Class, next http.Handler) http.Handler {
	next = f.inTurn(class, next)
	limiter := f.limits.account[class]
	if limiter == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if limiter.OnLimit(w, r, string(CallOf(r.Context()).Actor.AccountID)) {
			f.Refuse(w, r, ErrTooMany)
			return
		}
		next.ServeHTTP(w, r)
	})
}
