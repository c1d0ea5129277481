// Package workertest gives tests an authority at work: Hà Đông with its twelve
// offices and seventeen wards on a real PostgreSQL, and a namespace of its own
// on a real Temporal server, so that tests can run in parallel and nothing one
// leaves behind finds another's worker.
package workertest

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"congvan/activities"
	"congvan/desk"
	"congvan/local/localtest"
	"congvan/migrations"
	"congvan/postgres"
	"congvan/routing"
	"congvan/seed"
	"congvan/worker"
	"congvan/worker/sealed"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"gocloud.dev/blob/memblob"
	"google.golang.org/protobuf/types/known/durationpb"
)

// Patience is how long a test waits for what has to come. It is no measure.
const Patience = 30 * time.Second

// Tick is how often a test looks whether it has come.
const Tick = 10 * time.Millisecond

// Authority is a district authority at work.
type Authority struct {
	*desk.Desk
	Record    *postgres.Store
	Temporal  client.Client
	Address   string // of the Temporal server
	Namespace string
	Keys      *sealed.Keys // of what Temporal is handed
	t         testing.TB
}

// New opens an authority without a worker or a relay: see Work.
func New(t testing.TB) *Authority {
	t.Helper()
	a := NewWithoutTemporal(t)
	a.Address = localtest.Temporal(t)
	a.Keys = Keys(t)
	a.Namespace = namespace(t, a.Address)
	a.Temporal = a.Dial(a.Address)
	return a
}

// NewWithoutTemporal opens an authority whose milestones go nowhere.
func NewWithoutTemporal(t testing.TB) *Authority {
	t.Helper()
	record := Record(t)
	return &Authority{Desk: desk.New(record, memblob.OpenBucket(nil), nil, desk.AllowDemoLadder()), Record: record, t: t}
}

// Record is a record with everything that seed gives it.
func Record(t testing.TB) *postgres.Store {
	t.Helper()
	dsn := localtest.PostgresLike(t, "hadong", func(dsn string) error {
		record := postgres.Open(dsn, 4)
		defer record.Close()
		if _, err := migrations.Run(context.Background(), record.DB()); err != nil {
			return err
		}
		if _, err := seed.Apply(context.Background(), record); err != nil {
			return err
		}
		_, err := record.Seed(context.Background(), postgres.Seed{Ladders: []routing.Ladder{quick()}})
		return err
	})
	record := postgres.Open(dsn, 0)
	t.Cleanup(func() { _ = record.Close() })
	return record
}

// Keys are new ones, as an installation has them.
func Keys(t testing.TB) *sealed.Keys {
	t.Helper()
	file := filepath.Join(t.TempDir(), "codec.keys")
	require.NoError(t, sealed.AddKey(file))
	keys, err := sealed.ReadKeys(file)
	require.NoError(t, err)
	return keys
}

// Dial is a client of the authority's namespace on a server that need not be there yet.
func (a *Authority) Dial(address string) client.Client {
	c, err := client.NewLazyClient(sealed.Seal(
		client.Options{HostPort: address, Namespace: a.Namespace, Identity: "workertest", Logger: worker.Logger(Quiet())}, a.Keys))
	require.NoError(a.t, err)
	a.t.Cleanup(c.Close)
	return c
}

// Work starts a worker and a relay, which stop when the test ends.
func (a *Authority) Work() {
	a.StartWorker()
	a.StartRelay(a.Temporal)
}

// StartWorker starts a worker. It stops when the test ends, or before by stop.
func (a *Authority) StartWorker() (stop func()) {
	w := worker.New(a.Temporal, activities.New(a.Record, nil), nil)
	require.NoError(a.t, w.Start())
	return a.once(w.Stop)
}

// StartRelay starts a relay. It stops when the test ends, or before by stop.
func (a *Authority) StartRelay(to client.Client) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		worker.NewRelay(a.Record, to, Quiet()).Run(ctx)
	}()
	return a.once(func() { cancel(); <-ended })
}

func (a *Authority) once(stop func()) func() {
	stopped := false
	stopOnce := func() {
		if !stopped {
			stopped = true
			stop()
		}
	}
	a.t.Cleanup(stopOnce)
	return stopOnce
}

// Quiet is a log that nobody reads.
func Quiet() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

// namespace opens a namespace for one test.
func namespace(t testing.TB, address string) string {
	t.Helper()
	name := "test-" + string(postgres.NewID())
	c, err := client.NewNamespaceClient(client.Options{HostPort: address, Logger: worker.Logger(Quiet())})
	require.NoError(t, err)
	defer c.Close()
	require.NoError(t, c.Register(t.Context(), &workflowservice.RegisterNamespaceRequest{
		Namespace: name, WorkflowExecutionRetentionPeriod: durationpb.New(24 * time.Hour)}))
	known, err := client.NewLazyClient(client.Options{HostPort: address, Namespace: name, Logger: worker.Logger(Quiet())})
	require.NoError(t, err)
	defer known.Close()
	require.Eventually(t, func() bool { // the server's parts hear of it one after the other
		_, err := known.DescribeWorkflowExecution(t.Context(), "none", "")
		var notFound *serviceerror.NotFound
		return errors.As(err, &notFound)
	}, Patience, Tick)
	return name
}
