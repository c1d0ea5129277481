package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"congvan/accounts"
	"congvan/activities"
	"congvan/desk"
	"congvan/gate"
	"congvan/local/localtest"
	"congvan/migrations"
	"congvan/postgres"
	"congvan/routing"
	"congvan/seed"

	"github.com/stretchr/testify/require"
	"gocloud.dev/blob/memblob"
)

func TestMain(m *testing.M) { os.Exit(localtest.Main(m)) }

// monday is nine o'clock of a working day in Hà Nội; the next day is a holiday.
var monday = time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)

const (
	clerk    = "vanthu.quan"
	chairman = "chutich.quan"
	lead     = "truong.nv"
	wardHead = "chutich.molao"
	ward     = "vanthu.molao"
	neighbor = "vanthu.vanquan"
)

// world is a running API over a record of its own.
type world struct {
	testing.TB
	store   *postgres.Store
	desk    *desk.Desk
	handler *Handler
	url     string
	log     *journal
	hasher  *accounts.Hasher
	clock   atomic.Int64 // nanoseconds after monday
}

func (w *world) now() time.Time { return monday.Add(time.Duration(w.clock.Load())) }

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
	hash, err := accounts.NewHasher(cheap, 0).Hash(ctx, passwordOfAll)
	if err != nil {
		return err
	}
	if _, err = store.DB().ExecContext(ctx, `UPDATE accounts SET password_hash = ?`, hash); err != nil {
		return err
	}
	_, err = store.DB().ExecContext(ctx, `INSERT INTO tokens (id, account_id, name, scopes, sha256, created_at, expires_at)
		SELECT gen_random_uuid(), id, 'thử', array['read', 'act', 'administer'], sha256(convert_to('token-of-' || username, 'UTF8')), '2026-11-01', '2027-11-01'
		FROM accounts`)
	return err
}

func newWorld(t testing.TB, engine Engine) *world {
	t.Helper()
	return worldOn(t, localtest.PostgresLike(t, "api", prepare), engine)
}

func worldOn(t testing.TB, dsn string, engine Engine, options ...func(*Config)) *world {
	t.Helper()
	w := &world{TB: t, store: postgres.Open(dsn, 8), log: &journal{}, hasher: accounts.NewHasher(cheap, 0)}
	bucket := memblob.OpenBucket(nil)
	seal, err := accounts.NewSeal([]byte(accounts.NewKey()))
	require.NoError(t, err)
	w.desk = desk.New(w.store, bucket, w.now, desk.WithLogin(desk.LoginRules{Hasher: w.hasher, Seal: seal}))
	log := slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	c := Config{Gate: gate.New(gate.Config{Desk: w.desk, Log: log, Limits: gate.Limits{}}), Engine: engine, Version: "test", Pages: "https://congvan.example.vn"}
	for _, option := range options {
		option(&c)
	}
	h := New(c)
	live := httptest.NewUnstartedServer(nil)
	live.Config = NewServer("", h)
	live.Start()
	w.url, w.handler = live.URL, h
	t.Cleanup(func() {
		h.Close()
		live.Close()
		require.NoError(t, w.store.Close())
		require.NoError(t, bucket.Close())
	})
	return w
}

// journal is a log that a test reads.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

// reply is an answer of the API.
type reply struct {
	status int
	header http.Header
	raw    string
	body   map[string]any
}

func (r reply) code() string { return fmt.Sprint(r.body["code"]) }

// id is the text of a member.
func (r reply) id(member string) string { return fmt.Sprint(r.body[member]) }

// items are the entries of a page.
func (r reply) items() []map[string]any {
	var out []map[string]any
	list, _ := r.body["items"].([]any)
	for _, x := range list {
		out = append(out, x.(map[string]any))
	}
	return out
}

var keys atomic.Int64

func newKey() string { return fmt.Sprintf("key-%08d", keys.Add(1)) }

// call asks the API. A body that is no string or bytes goes as JSON; headers
// are pairs, and an empty value takes one off.
func (w *world) call(who, method, path string, body any, headers ...string) reply {
	w.Helper()
	var content io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		content = strings.NewReader(b)
	case []byte:
		content = bytes.NewReader(b)
	default:
		data, err := json.Marshal(body)
		require.NoError(w, err)
		content = bytes.NewReader(data)
	}
	if path != "/healthz" && path != "/readyz" && path != "/metrics" {
		path = base + path
	}
	req, err := http.NewRequestWithContext(w.Context(), method, w.url+path, content)
	require.NoError(w, err)
	if who != "" {
		req.Header.Set("Authorization", "Bearer token-of-"+who)
	}
	if method == "POST" {
		req.Header.Set("Idempotency-Key", newKey())
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		if req.Header.Del(headers[i]); headers[i+1] != "" {
			req.Header.Set(headers[i], headers[i+1])
		}
	}
	res, err := http.DefaultClient.Do(req)
	require.NoError(w, err)
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	require.NoError(w, err)
	r := reply{status: res.StatusCode, header: res.Header, raw: string(data)}
	_ = json.Unmarshal(data, &r.body) // some answers are no JSON
	return r
}

// expect is call for an answer that has to have a status.
func (w *world) expect(status int, who, method, path string, body any, headers ...string) reply {
	w.Helper()
	r := w.call(who, method, path, body, headers...)
	require.Equal(w, status, r.status, "%s %s: %s", method, path, r.raw)
	if status >= 400 && method != "HEAD" {
		require.Equal(w, "application/problem+json", r.header.Get("Content-Type"))
		for _, member := range []string{"type", "title", "status", "detail", "code", "requestId"} {
			require.Contains(w, r.body, member)
		}
		require.Equal(w, r.header.Get("X-Request-Id"), r.body["requestId"])
	}
	return r
}

type object = map[string]any

func registrationOf(changes ...any) object {
	o := object{
		"issuer": "UBND Thành phố Hà Nội", "codeNumber": fmt.Sprint(keys.Add(1)), "codeNotation": "UBND-KGVX", "issuedOn": "2026-11-20",
		"typeName": "Công văn", "subject": "V/v rà soát hộ nghèo năm 2026", "urgency": "normal", "secrecy": "none",
	}
	for i := 0; i < len(changes); i += 2 {
		if o[changes[i].(string)] = changes[i+1]; changes[i+1] == nil {
			delete(o, changes[i].(string))
		}
	}
	return o
}

func unit(key string) string { return string(seed.HaDong().UnitID(key)) }

func directionOf(changes ...any) object {
	o := object{
		"text": "Rà soát hộ nghèo", "process": "Các phường báo cáo Phòng Nội vụ", "result": "Báo cáo tổng hợp", "dueOn": "2026-12-10",
		"recipients": []object{{"unit": unit("nv"), "role": "lead"}, {"unit": unit("molao"), "role": "execute"}, {"unit": unit("yt"), "role": "inform"}},
	}
	for i := 0; i < len(changes); i += 2 {
		if o[changes[i].(string)] = changes[i+1]; changes[i+1] == nil {
			delete(o, changes[i].(string))
		}
	}
	return o
}

func (w *world) register() string {
	w.Helper()
	return w.expect(201, clerk, "POST", "/documents", registrationOf()).id("documentId")
}

// dispatch does what the workflow does after a direction.
func (w *world) dispatch(document string) {
	w.Helper()
	w.hand((*activities.Hands).Dispatch, document)
}

// hand lets one of the workflow's hands do its work.
func (w *world) hand(do func(*activities.Hands, context.Context, activities.Input) (activities.Outlook, error), document string) {
	w.Helper()
	_, err := do(activities.New(w.store, w.now), w.Context(), activities.Input{DocumentID: routing.ID(document)})
	require.NoError(w, err)
}

// act is a decision about what one has just read.
func (w *world) act(who, path, act string, body any) reply {
	w.Helper()
	return w.expect(200, who, "POST", path+"/"+act, body, "If-Match", w.version(who, path))
}

// version is the ETag of a document or an assignment as somebody reads it.
func (w *world) version(who, path string) string {
	w.Helper()
	return w.expect(200, who, "GET", path, nil).header.Get("ETag")
}

// share finds the newest assignment of a unit in a document, as the clerk reads it.
func (w *world) share(document, key string) object {
	w.Helper()
	var found object
	for _, a := range w.expect(200, clerk, "GET", "/documents/"+document, nil).body["assignments"].([]any) {
		if a := a.(object); a["unit"].(object)["id"] == unit(key) {
			found = a
		}
	}
	require.NotNil(w, found, key)
	return found
}

// sent brings a document to its recipients and returns their assignments, by
// the key of the unit.
func (w *world) sent() (document string, shares map[string]string) {
	w.Helper()
	document = w.register()
	w.expect(200, chairman, "POST", "/documents/"+document+"/directions", directionOf(), "If-Match", `"v1"`)
	w.dispatch(document)
	shares = map[string]string{}
	for _, a := range w.expect(200, clerk, "GET", "/documents/"+document, nil).body["assignments"].([]any) {
		a := a.(object)
		for _, key := range []string{"nv", "molao", "yt"} {
			if a["unit"].(object)["id"] == unit(key) {
				shares[key] = a["id"].(string)
			}
		}
	}
	require.Len(w, shares, 3)
	return document, shares
}

// closedPort is a DSN behind which nobody answers.
func closedPort(t testing.TB) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, l.Close())
	return "postgres://nobody:x@" + l.Addr().String() + "/none?sslmode=disable"
}
