package main

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"time"

	"congvan/accounts"
	"congvan/desk"
	"congvan/gate"
	"congvan/web"

	"gocloud.dev/blob/memblob"
)

// pageTimes is how often each page is asked for, after pageWarm times that do not
// count.
const (
	pageTimes = 200
	pageWarm  = 20
)

// askedPage is a page and the account that asks for it.
type askedPage struct{ name, username, path string }

// openDocument is one of the last at work: 18 shares, 17 of them of wards.
var openDocument = fmt.Sprintf("/documents/00000000-0000-7000-8000-%012x", pagesDocuments-pagesNew-pagesPresented-100)

var askedPages = []askedPage{
	{"home of a clerk", "vanthu.quan", "/"},
	{"home of a leader", "chutich.quan", "/"},
	{"home of a ward", "chutich.molao", "/"},
	{"ward", "chutich.molao", "/ward"},
	{"inbox of a ward", "chutich.molao", "/inbox"},
	{"inbox of a leader", "chutich.quan", "/inbox"},
	{"documents", "vanthu.quan", "/documents"},
	{"documents, rare words", "vanthu.quan", "/documents?q=" + url.QueryEscape("hoả hoạn")},
	{"documents, common words", "vanthu.quan", "/documents?q=" + url.QueryEscape("ho ngheo")},
	{"document of a leader", "chutich.quan", openDocument},
	{"document of a ward", "chutich.molao", openDocument},
	{"queue", "chutich.quan", "/queue"},
	{"register", "vanthu.quan", "/register"},
}

// documentGoal is what a page of a document to 17 wards may take, p95 in ms.
const documentGoal = 15

// pages measures how long pages take, in a cluster of its own and served by this
// process: no worker works meanwhile, and nobody else asks.
func pages(ctx context.Context, o options, g *goals) (err error) {
	root, err := os.MkdirTemp(o.dir, "congvan-bench-pages-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(root) //nolint:errcheck // a directory for temporary files
	own, err := openAlone(ctx, root)
	if err != nil {
		return err
	}
	defer own.close()
	began := time.Now()
	tell("pages: writing %d documents", pagesDocuments)
	if err := fillBook(ctx, own.dsn); err != nil {
		return err
	}
	tell("pages: that took %s", time.Since(began).Round(time.Second))
	hasher := accounts.NewHasher(accounts.Params{Memory: 64, Time: 1, Threads: 1}, 0) // logging in is not measured
	hash, err := hasher.Hash(ctx, pagePassword)
	if err != nil {
		return err
	}
	if _, err := own.record.DB().ExecContext(ctx, `UPDATE accounts SET password_hash = ?`, hash); err != nil {
		return err
	}
	seal, err := accounts.NewSeal([]byte(accounts.NewKey()))
	if err != nil {
		return err
	}
	bucket := memblob.OpenBucket(nil)
	defer bucket.Close() //nolint:errcheck // in memory
	rules := desk.LoginRules{Hasher: hasher, Seal: seal, SecondFactor: desk.SecondFactorOffered}
	gates := gate.New(gate.Config{Desk: desk.New(own.record, bucket, nil, desk.WithLogin(rules)), Log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})), Limits: gate.Limits{}})
	handler, err := web.New(web.Config{Gate: gates})
	if err != nil {
		return err
	}
	server := httptest.NewServer(handler)
	defer server.Close()
	for _, p := range askedPages {
		if err := p.measure(ctx, server.URL, g); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
	}
	return nil
}

const pagePassword = "mười bảy phường một toà nhà"

// measure asks for a page as a browser does and prints how long it took.
func (p askedPage) measure(ctx context.Context, base string, g *goals) error {
	session, err := p.logIn(ctx, base)
	if err != nil {
		return err
	}
	var took []float64
	var packed, whole int
	for n := range pageWarm + pageTimes {
		began := time.Now()
		if packed, whole, err = p.ask(ctx, base, session); err != nil {
			return err
		}
		if n >= pageWarm {
			took = append(took, float64(time.Since(began).Microseconds())/1000)
		}
	}
	p95 := round(percentile(took, 95))
	if strings.HasPrefix(p.name, "document of") {
		g.documentPage = append(g.documentPage, p95)
	}
	return emit(map[string]any{"bench": "page", "page": p.name, "path": p.path, "p50_ms": round(percentile(took, 50)), "p95_ms": p95, "bytes_gzip": packed, "bytes": whole})
}

// logIn is the session's cookie.
func (p askedPage) logIn(ctx context.Context, base string) (*http.Cookie, error) {
	form := url.Values{"username": {p.username}, "password": {pagePassword}, "key": {"bench-login-key"}}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/login", strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	response, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close() //nolint:errcheck // only read
	for _, c := range response.Cookies() {
		if c.Name == gate.SessionCookie {
			return c, nil
		}
	}
	return nil, fmt.Errorf("%s does not log in: %s", p.username, response.Status)
}

// ask reads the page to its end, packed as it comes.
func (p askedPage) ask(ctx context.Context, base string, session *http.Cookie) (packed, whole int, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, base+p.path, nil)
	if err != nil {
		return 0, 0, err
	}
	r.AddCookie(session)
	r.Header.Set("Accept-Encoding", "gzip")
	response, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return 0, 0, err
	}
	defer response.Body.Close() //nolint:errcheck // read to its end
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return 0, 0, err
	}
	if response.StatusCode != http.StatusOK {
		return 0, 0, fmt.Errorf("%s %s", p.path, response.Status)
	}
	if response.Header.Get("Content-Encoding") != "gzip" {
		return len(body), len(body), nil
	}
	unpacked, err := gzip.NewReader(strings.NewReader(string(body)))
	if err != nil {
		return 0, 0, err
	}
	n, err := io.Copy(io.Discard, unpacked)
	return len(body), int(n), err
}
