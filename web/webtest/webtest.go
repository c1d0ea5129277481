// Package webtest is the pages over a record of their own, for tests: the chart
// of Hà Đông, a clock that stands still until it is moved, and browsers that keep
// cookies and follow forms.
package webtest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"congvan/accounts"
	"congvan/activities"
	"congvan/api"
	"congvan/desk"
	"congvan/gate"
	"congvan/local/localtest"
	"congvan/migrations"
	"congvan/postgres"
	"congvan/routing"
	"congvan/seed"
	"congvan/web"

	"github.com/stretchr/testify/require"
	"gocloud.dev/blob/memblob"
)

// Password is that of every account.
const Password = "mười bảy phường một toà nhà"

// Monday is nine o'clock of a working day in Hà Nội; the next day is a holiday.
var Monday = time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)

// Main runs the tests of a package that uses worlds.
func Main(m *testing.M) {
	code := localtest.Main(m)
	endBrowser()
	os.Exit(code)
}

// World is the pages, running, over a record of their own.
type World struct {
	testing.TB
	Store *postgres.Store
	Desk  *desk.Desk
	URL   string
	clock atomic.Int64 // nanoseconds after Monday
	cut   atomic.Bool
}

// Cut lets the line be dead, or mends it: requests get no answer at all.
func (w *World) Cut(dead bool) { w.cut.Store(dead) }

// New makes one.
func New(t testing.TB) *World {
	t.Helper()
	w := &World{TB: t, Store: postgres.Open(localtest.PostgresLike(t, "web", prepare), 8)}
	bucket := memblob.OpenBucket(nil)
	seal, err := accounts.NewSeal([]byte(accounts.NewKey()))
	require.NoError(t, err)
	rules := desk.LoginRules{Hasher: accounts.NewHasher(cheap, 0), Seal: seal, SecondFactor: desk.SecondFactorOffered}
	w.Desk = desk.New(w.Store, bucket, w.Now, desk.WithLogin(rules), desk.AllowDemoLadder())
	gates := gate.New(gate.Config{Desk: w.Desk, Log: slog.New(slog.DiscardHandler), Limits: gate.Limits{}})
	pages, err := web.New(web.Config{Gate: gates})
	require.NoError(t, err)
	programs := api.New(api.Config{Gate: gates, Version: "test"})
	live := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		if w.cut.Load() {
			panic(http.ErrAbortHandler)
		}
		if api.Answers(r.URL.Path) {
			programs.ServeHTTP(out, r)
			return
		}
		pages.ServeHTTP(out, r)
	}))
	w.URL = live.URL
	t.Cleanup(func() {
		programs.Close()
		live.Close()
		require.NoError(t, w.Store.Close())
		require.NoError(t, bucket.Close())
	})
	return w
}

// cheap hashes cost nothing: what they cost where people work, package accounts tests.
var cheap = accounts.Params{Memory: 64, Time: 1, Threads: 1}

func prepare(dsn string) error {
	ctx, store := context.Background(), postgres.Open(dsn, 2)
	defer store.Close()
	if _, err := migrations.Run(ctx, store.DB()); err != nil {
		return err
	}
	if err := migrations.Grant(ctx, store.DB(), localtest.AppRole); err != nil {
		return err
	}
	if _, err := seed.Apply(ctx, store); err != nil {
		return err
	}
	hash, err := accounts.NewHasher(cheap, 0).Hash(ctx, Password)
	if err != nil {
		return err
	}
	_, err = store.DB().ExecContext(ctx, `UPDATE accounts SET password_hash = ?`, hash)
	return err
}

// Now is the instant of the world.
func (w *World) Now() time.Time { return Monday.Add(time.Duration(w.clock.Load())) }

// Pass lets time pass.
func (w *World) Pass(d time.Duration) { w.clock.Add(int64(d)) }

// As is somebody by the name of his account, as the desk knows him.
func (w *World) As(username string) routing.Actor {
	w.Helper()
	account, err := w.Store.AccountByName(w.Context(), username, w.Now().In(time.FixedZone("", 7*3600)).Format(time.DateOnly))
	require.NoError(w, err)
	return account.Actor
}

var keys atomic.Int64

// Request is a request that was never made before.
func Request() routing.Request {
	return routing.Request{Key: fmt.Sprintf("key-%08d", keys.Add(1)), Hash: []byte("test")}
}

// Unit is a unit of the chart by its key: "nv", "molao".
func Unit(key string) routing.ID { return seed.HaDong().UnitID(key) }

// Issuing is a plan that a unit issues.
func Issuing() routing.Issuing {
	return routing.Issuing{CodeNotation: "KH-UBND", TypeName: "Kế hoạch", Subject: "Chỉnh trang trật tự đô thị", SignerTitle: "Chủ tịch UBND quận", Drafter: "Phòng Quản lý đô thị",
		Urgency: routing.Normal, Copies: 3, Secrecy: routing.NoSecret, Recipients: []routing.Place{{Class: routing.PlaceExecute, Name: "UBND các phường"}, {Class: routing.PlaceKeep, Name: "VT, QLĐT"}}}
}

// Registration is an ordinary document with a number of its own.
func Registration() routing.Registration {
	return routing.Registration{Issuer: "UBND Thành phố Hà Nội", CodeNumber: fmt.Sprint(keys.Add(1)), CodeNotation: "UBND-KGVX", IssuedOn: "2026-11-20",
		TypeName: "Công văn", Subject: "V/v rà soát hộ nghèo năm 2026", Urgency: routing.Normal, Secrecy: routing.NoSecret}
}

// Register takes a document into the district's book.
func (w *World) Register(in routing.Registration) routing.ID {
	w.Helper()
	event, err := w.Desk.Register(w.Context(), w.As("vanthu.quan"), in, Request())
	require.NoError(w, err)
	return event.DocumentID
}

// Direct lets the chairman direct a document to recipients and lets the workflow's
// hands dispatch it.
func (w *World) Direct(document routing.ID, recipients ...routing.Recipient) {
	w.Helper()
	actor := w.As("chutich.quan")
	seen, err := w.Desk.Document(w.Context(), actor, document)
	require.NoError(w, err)
	due := time.Date(2026, 12, 10, 10, 0, 0, 0, time.UTC)
	for i := range recipients {
		if recipients[i].Role != routing.Inform && recipients[i].Due.IsZero() {
			recipients[i].Due = due
		}
	}
	_, err = w.Desk.DirectDocument(w.Context(), actor, document, routing.Direction{Text: "Rà soát hộ nghèo", Process: "Các phường báo cáo Phòng Nội vụ",
		Result: "Báo cáo tổng hợp", Recipients: recipients}, seen.Version, Request())
	require.NoError(w, err)
	w.Dispatch(document)
}

// Dispatch lets the workflow's hands give every recipient his share.
func (w *World) Dispatch(document routing.ID) {
	w.Helper()
	_, err := activities.New(w.Store, w.Now).Dispatch(w.Context(), activities.Input{DocumentID: document})
	require.NoError(w, err)
}

// Withdraw lets the workflow's hands stop a recalled document.
func (w *World) Withdraw(document routing.ID) {
	w.Helper()
	_, err := activities.New(w.Store, w.Now).Withdraw(w.Context(), activities.Input{DocumentID: document})
	require.NoError(w, err)
}

// Share is the share of a unit of a document.
func (w *World) Share(document routing.ID, unit string) routing.Assignment {
	w.Helper()
	all, err := w.Store.Assignments(w.Context(), document)
	require.NoError(w, err)
	for _, a := range all {
		if a.UnitID == Unit(unit) {
			return a
		}
	}
	require.Fail(w, "no share", unit)
	return routing.Assignment{}
}

// Sent is a document that Phòng Nội vụ leads, two wards execute and Phòng Y tế is
// informed of.
func (w *World) Sent() routing.ID {
	w.Helper()
	document := w.Register(Registration())
	w.Direct(document, routing.Recipient{UnitID: Unit("nv"), Role: routing.Lead}, routing.Recipient{UnitID: Unit("molao"), Role: routing.Execute},
		routing.Recipient{UnitID: Unit("vanquan"), Role: routing.Execute}, routing.Recipient{UnitID: Unit("yt"), Role: routing.Inform})
	return document
}

// Browser is a browser without JavaScript.
type Browser struct {
	*World
	cookies map[string]string
	Header  http.Header // sent along with each request
}

// Answer is what a browser got.
type Answer struct {
	Status int
	Header http.Header
	Text   string
}

// Browser is one in which nobody is logged in.
func (w *World) Browser() *Browser {
	return &Browser{World: w, cookies: map[string]string{}, Header: http.Header{}}
}

// In is a browser in which somebody is logged in.
func (w *World) In(username string) *Browser {
	w.Helper()
	b := w.Browser()
	a := b.Post("/login", "username", username, "password", Password)
	require.Equal(w, http.StatusSeeOther, a.Status, a.Text)
	return b
}

// Cookies are the browser's cookies as it sends them.
func (b *Browser) Cookies() string {
	var all []string
	for name, value := range b.cookies {
		all = append(all, name+"="+value)
	}
	return strings.Join(all, "; ")
}

// Get loads a page.
func (b *Browser) Get(path string) Answer { b.Helper(); return b.ask("GET", path, nil) }

// Page loads a page that has to be there.
func (b *Browser) Page(path string) string {
	b.Helper()
	a := b.Get(path)
	require.Equal(b, http.StatusOK, a.Status, a.Text)
	return a.Text
}

// Post sends a form: names and values in turns. A "key" is added.
func (b *Browser) Post(path string, fields ...string) Answer {
	b.Helper()
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	if !form.Has("key") {
		form.Set("key", Request().Key)
	}
	return b.ask("POST", path, form)
}

var hidden = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)"`)

// Hidden are the hidden fields of a page, the last of each name.
func Hidden(page string) map[string]string {
	fields := map[string]string{}
	for _, m := range hidden.FindAllStringSubmatch(page, -1) {
		fields[m[1]] = m[2]
	}
	return fields
}

// PostFile sends a form with one file in the field "file", the last of it.
func (b *Browser) PostFile(path, name string, content []byte, fields ...string) Answer {
	b.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for i := 0; i < len(fields); i += 2 {
		require.NoError(b, form.WriteField(fields[i], fields[i+1]))
	}
	part, err := form.CreateFormFile("file", name)
	require.NoError(b, err)
	_, err = part.Write(content)
	require.NoError(b, err)
	require.NoError(b, form.Close())
	return b.send("POST", path, form.FormDataContentType(), &body)
}

func (b *Browser) ask(method, path string, form url.Values) Answer {
	b.Helper()
	kind := ""
	if form != nil {
		kind = "application/x-www-form-urlencoded"
	}
	return b.send(method, path, kind, strings.NewReader(form.Encode()))
}

func (b *Browser) send(method, path, kind string, body io.Reader) Answer {
	b.Helper()
	req, err := http.NewRequestWithContext(b.Context(), method, b.URL+path, body)
	require.NoError(b, err)
	if kind != "" {
		req.Header.Set("Content-Type", kind)
		req.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	for name, values := range b.Header {
		req.Header[name] = values
	}
	for name, value := range b.cookies {
		req.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	require.NoError(b, err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	require.NoError(b, err)
	for _, c := range res.Cookies() {
		if b.cookies[c.Name] = c.Value; c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		}
	}
	return Answer{res.StatusCode, res.Header, string(text)}
}

// Sheet keeps a monthly sheet of the district with a line of a unit, to which its
// leader has objected, naming the unit's share of a document. Nothing of it was
// counted.
func (w *World) Sheet(month, leader string, document routing.ID, unit string) routing.ResultSheet {
	w.Helper()
	a, now := w.As(leader), w.Now().UTC()
	o := routing.Objection{ID: postgres.NewID(), LineID: postgres.NewID(), AccountID: a.AccountID, PositionTitle: "Chủ tịch UBND phường", At: now, Words: "Việc này được giao lại sau khi đã nộp",
		Shares: []routing.Disputed{{AssignmentID: w.Share(document, unit).ID, DocumentID: document, DocumentTitle: "Văn bản đến số 1/2026", Bucket: routing.DoneLate}}}
	s := routing.ResultSheet{ID: postgres.NewID(), OrganID: Unit("quan"), Month: month, PublishedBy: a.AccountID, PositionTitle: "Chủ tịch UBND quận", PublishedAt: now, ObjectUntil: now.AddDate(0, 0, 7),
		Lines: []routing.ResultLine{{ID: o.LineID, UnitID: Unit(unit), UnitName: "Phường", Told: routing.Summary{UnitID: Unit(unit), DoneInTime: 7, DoneLate: 1}, Objections: []routing.Objection{o}}}}
	e := routing.Entry{At: now, Kind: "results-published", Outcome: routing.OutcomeDone, Subject: routing.Subject{Kind: routing.SubjectResults}}
	require.NoError(w, w.Store.PublishResults(w.Context(), s, e, routing.Request{}))
	require.NoError(w, w.Store.ObjectToResults(w.Context(), o, e, routing.Request{}))
	return s
}
