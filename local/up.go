package local

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// readyWithin is how long one child may take to become ready. A first start after a crash may have to replay a lot.
const readyWithin = 90 * time.Second

// Up runs the installation until ctx ends, then stops it in reverse order and returns nil. An error is a sentence for
// the person who started it; nothing runs any more when it is returned.
func Up(ctx context.Context, cfg Config) (err error) {
	began := time.Now()
	if cfg, err = cfg.withDefaults(); err != nil {
		return err
	}
	if err := cfg.mustHavePrograms(); err != nil {
		return err
	}
	if err := makeRoot(cfg.Root); err != nil {
		return err
	}
	lock, err := lockInstallation(cfg.Root)
	if err != nil {
		return err
	}
	defer lock.Close() //nolint:errcheck // the kernel unlocks it

	i, err := newInstallation(ctx, cfg)
	if err != nil {
		return orStopped(ctx, err)
	}
	defer i.children.Stop()
	if err := i.start(ctx); err != nil {
		return orStopped(ctx, err)
	}
	if cfg.OnReady != nil {
		info := cfg.info(i.cluster.DSN(database))
		info.StartDuration = time.Since(began)
		cfg.OnReady(info)
	}
	<-ctx.Done()
	cfg.say("Stopping.")
	return nil
}

// orStopped turns an error that only says that the person stopped the start into none.
func orStopped(ctx context.Context, err error) error {
	if errors.Is(ctx.Err(), context.Canceled) {
		return nil
	}
	return err
}

func makeRoot(root string) error {
	for _, dir := range []string{root, filepath.Join(root, "attachments")} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return rightsError(root, err)
		}
	}
	return nil
}

// codecKeyLength is that of a key of CONGVAN_CODEC_KEYS, in bytes.
const codecKeyLength = 32

// codecKeys is the file of the keys that seal what Temporal keeps.
func (c Config) codecKeys() string { return filepath.Join(c.Root, "codec.keys") }

// database is the record's; Temporal makes its own two beside it.
const database = "congvan"

type installation struct {
	Config
	cluster  *Cluster
	children *Supervisor
}

// newInstallation clears away what a killed run left, checks the ports and prepares the cluster.
func newInstallation(ctx context.Context, cfg Config) (*installation, error) {
	if err := stopLeftovers(cfg); err != nil {
		return nil, err
	}
	if err := cfg.Ports.mustBeFree(); err != nil {
		return nil, err
	}
	cluster, err := OpenCluster(ctx, ClusterConfig{Root: cfg.Root, Port: cfg.Ports.Postgres, Say: cfg.say})
	if err != nil {
		return nil, err
	}
	if _, err := secretOf(cfg.codecKeys(), codecKeyLength); err != nil {
		return nil, err
	}
	children, err := NewSupervisor(cfg.Root, cfg.say)
	if err != nil {
		return nil, err
	}
	return &installation{cfg, cluster, children}, nil
}

// stopLeftovers ends the children of a run that was killed, and a PostgreSQL that somebody started by hand on the same
// data.
func stopLeftovers(cfg Config) error {
	var all sync.WaitGroup
	for _, l := range leftovers(filepath.Join(cfg.Root, "run")) {
		cfg.say("Stopping %s, pid %d, left over from an earlier run.", l.name, l.pid)
		all.Go(func() { l.stop(15 * time.Second) })
	}
	all.Wait()
	home := cfg.Root
	if noted := notedHome(cfg.Root); noted != "" {
		home = noted
	}
	return stopStray(filepath.Join(home, "postgres"))
}

// start brings everything up in order; what does not depend on each other starts at the same time.
func (i *installation) start(ctx context.Context) error {
	if err := i.keep(ctx, i.cluster.Child()); err != nil {
		return err
	}
	if err := i.cluster.EnsureRole(ctx); err != nil {
		return fmt.Errorf("prepare PostgreSQL: %w", err)
	}
	if err := i.cluster.EnsureDatabase(ctx, database); err != nil {
		return fmt.Errorf("prepare PostgreSQL: %w", err)
	}
	if err := i.cluster.EnsureTemporal(ctx); err != nil {
		return fmt.Errorf("prepare PostgreSQL: %w", err)
	}
	err := together(ctx,
		func(ctx context.Context) error { return i.keep(ctx, i.temporal()) },
		func(ctx context.Context) error {
			if err := i.children.Run(ctx, i.congvan("migrate", nil)); err != nil {
				return err
			}
			return i.children.Run(ctx, i.congvan("seed", nil))
		},
	)
	if err != nil {
		return err
	}
	return together(ctx,
		func(ctx context.Context) error { return i.keep(ctx, i.congvan("mail-sink", answersOK(i.Ports.Mails))) },
		func(ctx context.Context) error {
			return i.keep(ctx, i.congvan("worker", answersOK(i.Ports.WorkerHealth)))
		},
		func(ctx context.Context) error { return i.keep(ctx, i.congvan("serve", answersOK(i.Ports.API))) },
	)
}

func (i *installation) keep(ctx context.Context, c Child) error {
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	return i.children.Start(ctx, c)
}

// together runs the steps side by side and returns the first error, after it has told the others to give up.
func together(ctx context.Context, steps ...func(context.Context) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var all sync.WaitGroup
	for _, step := range steps {
		all.Go(func() {
			if err := step(ctx); err != nil {
				cancel(err)
			}
		})
	}
	all.Wait()
	return context.Cause(ctx)
}

func (i *installation) temporal() Child {
	return TemporalChild(i.cluster, TemporalConfig{
		Program: i.Temporal, Port: i.Ports.Temporal, UIPort: i.Ports.TemporalUI, Namespace: i.Namespace,
	})
}

// congvan is this program with another command, told by its environment where everything is.
func (i *installation) congvan(command string, ready func() error) Child {
	name := command
	if command == "serve" {
		name = "api"
	}
	defaults := []string{
		"CONGVAN_SMTP=smtp://" + loopback(i.Ports.SMTP), "CONGVAN_BASE_URL=http://" + loopback(i.Ports.API),
		"CONGVAN_CODEC_KEYS=" + i.codecKeys(),
	}
	return Child{
		Name: name,
		Path: i.Program,
		Args: []string{command},
		Env: append(append(append(defaults, os.Environ()...), i.Env...), // whoever sets a mail server of his own has it
			"DATABASE_URL="+i.databaseURL(command),
			"APP_ROLE="+appRole, "REPORTING_ROLE="+reportingRole,
			"TEMPORAL_ADDRESS="+loopback(i.Ports.Temporal),
			"TEMPORAL_NAMESPACE="+i.Namespace,
			"HTTP_ADDRESS="+loopback(i.Ports.API),
			"WORKER_HEALTH_ADDRESS="+loopback(i.Ports.WorkerHealth),
			"MAIL_SINK_ADDRESS="+loopback(i.Ports.Mails),
			"MAIL_SINK_SMTP_ADDRESS="+loopback(i.Ports.SMTP),
			"ATTACHMENTS_URL="+filepath.Join(i.Root, "attachments"),
			"TOKENS_FILE="+filepath.Join(i.Root, "tokens.json"),
			"DEMO_PASSWORD_FILE="+filepath.Join(i.Root, "demo-password"),
			"ACCOUNTS_KEY_FILE="+filepath.Join(i.Root, "accounts.key"),
			"AUDIT_KEY="+filepath.Join(i.Root, "audit.key"),
			"AUDIT_ANCHOR="+filepath.Join(i.Root, "anchors"),
		),
		Ready: ready,
	}
}

// databaseURL is where a command logs in: as the owner what makes and fills the record, as the role that owns nothing
// what serves people.
func (i *installation) databaseURL(command string) string {
	if command == "migrate" || command == "seed" {
		return i.cluster.DSN(database)
	}
	return i.cluster.AppDSN(database)
}

// answersOK asks a child's own /readyz.
func answersOK(port int) func() error {
	client := &http.Client{Timeout: time.Second}
	return func() error {
		response, err := client.Get("http://" + loopback(port) + "/readyz")
		if err != nil {
			return err
		}
		defer response.Body.Close() //nolint:errcheck // only the status counts
		if response.StatusCode != http.StatusOK {
			return fmt.Errorf("/readyz answers %s", response.Status)
		}
		return nil
	}
}
