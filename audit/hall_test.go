package audit_test

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"congvan/activities"
	"congvan/audit"
	"congvan/calendar"
	"congvan/desk"
	"congvan/local/localtest"
	"congvan/migrations"
	"congvan/postgres"
	"congvan/routing"
	"congvan/seed"

	"github.com/stretchr/testify/require"
	"gocloud.dev/blob"
	"gocloud.dev/blob/fileblob"
)

func TestMain(m *testing.M) { os.Exit(localtest.Main(m)) }

// hall is a record with a desk that writes to it, and a sealer that has sealed
// nothing yet.
type hall struct {
	testing.TB
	desk    *desk.Desk
	hands   *activities.Hands
	store   *postgres.Store
	files   *blob.Bucket
	folder  string
	key     string
	sealer  *audit.Sealer
	numbers int
}

func furnish(dsn string) error {
	store := postgres.Open(dsn, 2)
	defer store.Close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if _, err := migrations.Run(ctx, store.DB()); err != nil {
		return err
	}
	_, err := seed.Apply(ctx, store)
	return err
}

func openHall(t testing.TB) *hall {
	t.Helper()
	return hallOn(t, localtest.PostgresLike(t, "audit", furnish))
}

func hallOn(t testing.TB, dsn string) *hall {
	t.Helper()
	h := &hall{TB: t, store: postgres.Open(dsn, 12), folder: t.TempDir()}
	t.Cleanup(func() { _ = h.store.Close() })
	var err error
	h.files, err = fileblob.OpenBucket(t.TempDir(), &fileblob.Options{NoTempDir: true, Metadata: fileblob.MetadataDontWrite})
	require.NoError(t, err)
	t.Cleanup(func() { _ = h.files.Close() })
	h.desk, h.hands = desk.New(h.store, h.files, time.Now), activities.New(h.store, nil)
	h.key = filepath.Join(h.folder, "audit.key")
	h.sealer = h.anotherSealer()
	return h
}

// anotherSealer is a sealer of a process that has just begun.
func (h *hall) anotherSealer() *audit.Sealer {
	h.Helper()
	signer, public, err := audit.OpenKey(h.key, true)
	require.NoError(h, err)
	keys, err := audit.ReadKeys(public)
	require.NoError(h, err)
	return &audit.Sealer{Record: h.store, Key: signer, Anchors: &audit.Anchors{Dir: filepath.Join(h.folder, "anchors"), Keys: keys}, Log: slog.New(slog.DiscardHandler)}
}

func (h *hall) seal() int {
	h.Helper()
	n, err := h.sealer.Seal(h.Context())
	require.NoError(h, err)
	return n
}

func (h *hall) actor(name string) routing.Actor {
	h.Helper()
	a, err := h.store.ActorByName(h.Context(), name, calendar.DateOf(time.Now()).String())
	require.NoError(h, err)
	return a
}

// register takes one more document into the book of the district.
func (h *hall) register() routing.ID {
	h.Helper()
	h.numbers++
	e, err := h.desk.Register(h.Context(), h.actor("vanthu.quan"), routing.Registration{Issuer: "UBND Thành phố Hà Nội", CodeNumber: fmt.Sprint(h.numbers), CodeNotation: "UBND-VP",
		TypeName: "Công văn", Subject: "V/v rà soát", Urgency: routing.Normal, Secrecy: routing.NoSecret, IssuedOn: calendar.DateOf(time.Now()).String()},
		routing.Request{Key: fmt.Sprint("r", h.numbers), Hash: []byte{byte(h.numbers)}})
	require.NoError(h, err)
	return e.DocumentID
}

// sql runs a statement as the owner of the tables, past their guards.
func (h *hall) sql(text string, values ...any) {
	h.Helper()
	for _, table := range []string{"events", "journal", "log_runs", "log_nodes"} {
		_, err := h.store.DB().ExecContext(h.Context(), `ALTER TABLE `+table+` DISABLE TRIGGER USER`)
		require.NoError(h, err)
	}
	_, err := h.store.DB().ExecContext(h.Context(), text, values...)
	require.NoError(h, err)
}

// canonical is the text of a row.
func (h *hall) canonical(table postgres.LogTable, id int64) (text string) {
	h.Helper()
	require.NoError(h, h.store.LogRowOf(h.Context(), table, id, func(columns [][]byte) error {
		out, err := audit.Canonical(nil, table, columns)
		text = string(out)
		return err
	}))
	return text
}

func compact(t testing.TB, v any) string {
	t.Helper()
	out, err := json.Marshal(v)
	require.NoError(t, err)
	return string(out)
}

func sumOf(data []byte) [32]byte { return sha256.Sum256(data) }

// sendTo directs a document to a ward and dispatches it.
func (h *hall) sendTo(document routing.ID, key string) {
	h.Helper()
	due := calendar.NewClock(calendar.Vietnam(), calendar.DefaultHours()).AddDays(time.Now(), 5).UTC()
	_, err := h.desk.DirectDocument(h.Context(), h.actor("chutich.quan"), document, routing.Direction{Text: "Rà soát", Process: "Báo cáo Văn phòng", Result: "Báo cáo",
		Recipients: []routing.Recipient{{UnitID: seed.HaDong().UnitID(key), Role: routing.Lead, Due: due}}}, 1, routing.Request{})
	require.NoError(h, err)
	_, err = h.hands.Dispatch(context.Background(), activities.Input{DocumentID: document})
	require.NoError(h, err)
}

// receive lets a ward take its share.
func (h *hall) receive(document routing.ID, key string) routing.Event {
	h.Helper()
	shares, err := h.store.Assignments(h.Context(), document)
	require.NoError(h, err)
	for _, a := range shares {
		if a.UnitID == seed.HaDong().UnitID(key) {
			e, err := h.desk.Acknowledge(h.Context(), h.actor("vanthu."+key), a.ID, routing.Request{Key: "take" + string(a.ID), Hash: []byte{2}})
			require.NoError(h, err)
			return e
		}
	}
	h.Fatal("no share of " + key)
	return routing.Event{}
}
