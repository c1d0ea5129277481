// Command temporal is the workflow engine of a one-machine installation: the Temporal server, its schemas and its
// pages in one binary, on the PostgreSQL cluster that also holds the record, so that there is one log to back up and
// one point to restore to. Installations that outgrow one machine run Temporal elsewhere and do not use this program.
//
// It listens on the loopback address only, because it asks nobody for a password. The password for PostgreSQL comes
// from TEMPORAL_POSTGRES_PASSWORD and is never logged.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"

	"go.temporal.io/server/common/log"
	"go.temporal.io/server/common/primitives"
	"go.temporal.io/server/temporal"
)

const loopback = "127.0.0.1"

// options is what the command line says.
type options struct {
	postgres  string // host:port
	user      string
	password  string
	port      int // of the frontend, the one that clients use
	uiPort    int // 0: no pages
	namespace string
	retention time.Duration // how long closed workflows are kept
	logLevel  string
}

func main() {
	o := parseOptions()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	if err := run(ctx, o); err != nil && !errors.Is(err, context.Canceled) {
		fmt.Fprintln(os.Stderr, "temporal:", err)
		os.Exit(1)
	}
}

func parseOptions() options {
	var o options
	flag.StringVar(&o.postgres, "postgres", "127.0.0.1:5432", "host:port of the PostgreSQL cluster")
	flag.StringVar(&o.user, "postgres-user", "temporal", "PostgreSQL role; it must be allowed to create databases")
	flag.IntVar(&o.port, "port", 7233, "port of the frontend on "+loopback)
	flag.IntVar(&o.uiPort, "ui-port", 0, "port of the pages on "+loopback+"; 0 means no pages")
	flag.StringVar(&o.namespace, "namespace", "default", "namespace to register when it is missing")
	flag.DurationVar(&o.retention, "retention", 72*time.Hour, "how long the namespace keeps closed workflows, 1h or more")
	flag.StringVar(&o.logLevel, "log-level", "warn", "debug, info, warn or error")
	flag.Parse()
	o.password = os.Getenv("TEMPORAL_POSTGRES_PASSWORD")
	_ = os.Unsetenv("TEMPORAL_POSTGRES_PASSWORD") // no child, no dump of the environment needs it
	return o
}

// run prepares the databases, starts everything, says when it is ready and stops when ctx ends.
func run(ctx context.Context, o options) error {
	for _, port := range []int{o.port, o.uiPort} {
		if err := mustBeFree(port); err != nil {
			return err
		}
	}
	logger := log.NewZapLogger(log.BuildZapLogger(log.Config{Level: o.logLevel, Format: "console"}))
	if err := prepareDatabases(o, logger); err != nil {
		return err
	}
	ports, err := freePorts(o.port)
	if err != nil {
		return err
	}
	server, err := newServer(o, ports, logger)
	if err != nil {
		return err
	}
	if err := server.Start(); err != nil {
		return fmt.Errorf("start: %w", err)
	}
	defer server.Stop() //nolint:errcheck // the process ends here; PostgreSQL holds the state
	if err := openNamespace(ctx, o); err != nil {
		return err
	}
	if o.uiPort != 0 {
		defer startPages(o).Stop()
	}
	fmt.Printf("temporal: ready on %s:%d\n", loopback, o.port)
	<-ctx.Done()
	return nil
}

func newServer(o options, ports map[primitives.ServiceName]int, logger log.Logger) (temporal.Server, error) {
	server, err := temporal.NewServer(
		temporal.ForServices(temporal.DefaultServices),
		temporal.WithConfig(serverConfig(o, ports)),
		temporal.WithStaticHosts(hosts(ports)),
		temporal.WithDynamicConfigClient(dynamicConfig()),
		temporal.WithLogger(logger),
	)
	if err != nil {
		return nil, fmt.Errorf("configure: %w", err)
	}
	return server, nil
}

// mustBeFree says in one sentence when somebody else listens on the port; the server itself would say it in fifty lines.
func mustBeFree(port int) error {
	if port == 0 {
		return nil
	}
	l, err := net.Listen("tcp", net.JoinHostPort(loopback, strconv.Itoa(port)))
	if err != nil {
		return fmt.Errorf("port %d is not free: %w", port, err)
	}
	return l.Close()
}

// freePorts gives the frontend its port and every other service one that is free now: nobody outside this process
// needs to know them.
func freePorts(frontend int) (map[primitives.ServiceName]int, error) {
	ports := map[primitives.ServiceName]int{primitives.FrontendService: frontend}
	for _, name := range []primitives.ServiceName{
		primitives.HistoryService, primitives.MatchingService, primitives.WorkerService,
	} {
		l, err := net.Listen("tcp", net.JoinHostPort(loopback, "0"))
		if err != nil {
			return nil, fmt.Errorf("find a free port: %w", err)
		}
		defer l.Close() //nolint:errcheck // only held so that no two services get the same port
		ports[name] = l.Addr().(*net.TCPAddr).Port
	}
	return ports, nil
}
