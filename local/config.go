package local

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// Ports of one installation, all on 127.0.0.1.
type Ports struct {
	Postgres     int
	Temporal     int
	TemporalUI   int // 0: no pages
	API          int // also serves the pages of the product
	WorkerHealth int
	Mails        int // the page of the development mail sink
	SMTP         int // where the sink takes mail
}

// DefaultPorts are those of `make run` without any variable set. They are away from the usual ones, so that a PostgreSQL
// or a Temporal that is already on the machine stays undisturbed.
func DefaultPorts() Ports {
	return Ports{Postgres: 54390, Temporal: 7243, TemporalUI: 8243, API: 8480, WorkerHealth: 8481, Mails: 8482, SMTP: 8483}
}

// PortsFromEnv returns DefaultPorts with those replaced that PG_PORT, TEMPORAL_PORT, TEMPORAL_UI_PORT, HTTP_PORT,
// WORKER_HEALTH_PORT, MAIL_SINK_PORT and MAIL_SINK_SMTP_PORT name. The error is a sentence for the person who set the variable.
func PortsFromEnv() (Ports, error) {
	p := DefaultPorts()
	for _, n := range p.named() {
		text := os.Getenv(n.variable)
		if text == "" {
			continue
		}
		port, err := strconv.Atoi(text)
		if err != nil || port < 1 || port > 65535 {
			return p, fmt.Errorf("%s=%q is not a port; use a number from 1 to 65535", n.variable, text)
		}
		*n.port = port
	}
	return p, nil
}

// FreePorts returns ports that are free now, for an installation beside others
// (tests, bench). They lie below those that the system gives to outgoing
// connections: until the installation listens nobody takes them by chance.
func FreePorts() (Ports, error) {
	var p Ports
	for _, n := range p.named() {
		l, err := listenSomewhere()
		if err != nil {
			return p, fmt.Errorf("find a free port: %w", err)
		}
		defer l.Close() //nolint:errcheck // held until all are known, so that no two are the same
		*n.port = l.Addr().(*net.TCPAddr).Port
	}
	return p, nil
}

// The ports that FreePorts looks at: above the well-known, below the ephemeral.
const (
	firstFree = 12000
	lastFree  = 32000
)

func listenSomewhere() (l net.Listener, err error) {
	for range 100 {
		port := firstFree + rand.IntN(lastFree-firstFree)
		if l, err = net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port)); err == nil {
			return l, nil
		}
	}
	return nil, err
}

type namedPort struct {
	port     *int
	variable string // the environment variable that changes it
	service  string
}

func (p *Ports) named() []namedPort {
	return []namedPort{
		{&p.Postgres, "PG_PORT", "PostgreSQL"},
		{&p.Temporal, "TEMPORAL_PORT", "Temporal"},
		{&p.TemporalUI, "TEMPORAL_UI_PORT", "the Temporal pages"},
		{&p.API, "HTTP_PORT", "Công Văn"},
		{&p.WorkerHealth, "WORKER_HEALTH_PORT", "the worker's health"},
		{&p.Mails, "MAIL_SINK_PORT", "the page of the mail sink"},
		{&p.SMTP, "MAIL_SINK_SMTP_PORT", "the mail sink"},
	}
}

// mustBeFree says which port is taken, and the variable that moves it.
func (p Ports) mustBeFree() error {
	for _, n := range p.named() {
		if *n.port == 0 {
			continue
		}
		if err := portFree(*n.port, n.service, n.variable); err != nil {
			return err
		}
	}
	return nil
}

func portFree(port int, service, variable string) error {
	l, err := net.Listen("tcp", loopback(port))
	if err != nil {
		return fmt.Errorf("port %d for %s is used by another program; choose another one, for example %s=%d make run",
			port, service, variable, port+100)
	}
	return l.Close()
}

func loopback(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }

// Config says where one installation lies and what it runs. The zero value of every field but Temporal has a meaning.
type Config struct {
	Root      string    // directory of the installation; empty: `.local` in the working directory
	Program   string    // the congvan executable; empty: the running one
	Temporal  string    // the executable built from tools/temporal
	Ports     Ports     // zero: DefaultPorts
	Namespace string    // of Temporal; empty: "default"
	Env       []string  // more variables for congvan's own processes, as NAME=value
	Out       io.Writer // where progress is told, one line each; nil: nowhere

	// OnReady is called once, when everything answers. Up goes on afterwards.
	OnReady func(Info)
}

// Info is what a person or a test needs to use a running installation.
type Info struct {
	URL           string // of the pages and the API
	TemporalUI    string // empty when it is off
	Mails         string // page of the development mail sink
	TemporalGRPC  string // host:port
	DatabaseURL   string // with the password: not for logs
	TokensFile    string
	PasswordFile  string // of all demo accounts
	Logs          string // directory
	StartDuration time.Duration
}

// withDefaults fills in what is empty and makes paths absolute.
func (c Config) withDefaults() (Config, error) {
	var err error
	if c.Root == "" {
		c.Root = ".local"
	}
	if c.Root, err = filepath.Abs(c.Root); err != nil {
		return c, fmt.Errorf("find the working directory: %w", err)
	}
	if c.Program == "" {
		if c.Program, err = os.Executable(); err != nil {
			return c, fmt.Errorf("find the running program: %w", err)
		}
	}
	for _, path := range []*string{&c.Program, &c.Temporal} {
		if *path == "" {
			continue
		}
		if *path, err = filepath.Abs(*path); err != nil {
			return c, fmt.Errorf("find the working directory: %w", err)
		}
	}
	if c.Ports == (Ports{}) {
		c.Ports = DefaultPorts()
	}
	if c.Namespace == "" {
		c.Namespace = "default"
	}
	if c.Out == nil {
		c.Out = io.Discard
	}
	return c, nil
}

// mustHavePrograms says what is to be built first.
func (c Config) mustHavePrograms() error {
	if c.Temporal == "" {
		return errors.New("no Temporal server given; `make bin/temporal` builds it")
	}
	for _, path := range []string{c.Temporal, c.Program} {
		if info, err := os.Stat(path); err != nil || info.Mode()&0o111 == 0 {
			return fmt.Errorf("%s is missing; `make bin/temporal bin/congvan` builds what runs here", path)
		}
	}
	return nil
}

func (c Config) say(format string, args ...any) { fmt.Fprintf(c.Out, format+"\n", args...) } //nolint:errcheck // progress only

func (c Config) info(databaseURL string) Info {
	info := Info{
		URL:          "http://" + loopback(c.Ports.API),
		Mails:        "http://" + loopback(c.Ports.Mails),
		TemporalGRPC: loopback(c.Ports.Temporal),
		DatabaseURL:  databaseURL,
		TokensFile:   filepath.Join(c.Root, "tokens.json"),
		PasswordFile: filepath.Join(c.Root, "demo-password"),
		Logs:         filepath.Join(c.Root, "logs"),
	}
	if c.Ports.TemporalUI != 0 {
		info.TemporalUI = "http://" + loopback(c.Ports.TemporalUI)
	}
	return info
}
