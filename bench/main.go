package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"
)

// options are the command line.
type options struct {
	docs, clients, rounds, open int
	only                        string
	apart                       time.Duration
	prepare                     bool
	congvan, temporal, dir      string

	documents int    // that questions are asked of
	data      string // where these lie
}

// The names that -only knows.
const (
	runDesk         = "desk"
	runHTTP         = "http"
	runBareTemporal = "bare-temporal"
	runBareSQL      = "bare-sql"
	runDispatch     = "dispatch"
	runBroadcast    = "broadcast"
	runStorm        = "storm"
	runStart        = "start"
	runMemory       = "memory"
	runVerify       = "verify"
	runPages        = "pages"
	runQuestions    = "questions"
)

var runs = []string{runDesk, runHTTP, runBareTemporal, runBareSQL, runDispatch, runBroadcast, runStorm, runStart, runMemory, runVerify, runPages}

// apart are those that are not run unless they are named.
var apart = []string{runQuestions}

// inInstallation are those that need more than a record.
var inInstallation = runs[:len(runs)-2]

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	o, err := parse(os.Args[1:])
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err == nil {
		err = run(ctx, o)
	}
	if ctx.Err() != nil {
		err = fmt.Errorf("%w (%w)", context.Cause(ctx), err)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func parse(args []string) (options, error) {
	var o options
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.IntVar(&o.docs, "docs", 192, "documents in one round of one way")
	flags.IntVar(&o.clients, "clients", 32, "clients side by side")
	flags.IntVar(&o.rounds, "rounds", 5, "rounds of each way, in turns")
	flags.IntVar(&o.open, "open", 5000, "documents open at once, for the memory they take")
	flags.DurationVar(&o.apart, "apart", 0, "how long after the clerk has registered it the chairman directs a document")
	flags.BoolVar(&o.prepare, "prepare", false, "prepare the statements of the references, too")
	flags.StringVar(&o.only, "only", strings.Join(runs, ","), "what to run")
	flags.StringVar(&o.congvan, "congvan", "bin/congvan", "the product")
	flags.StringVar(&o.temporal, "temporal", "bin/temporal", "the Temporal server")
	flags.StringVar(&o.dir, "dir", "", "where the installation lies while the bench runs; empty: the directory for temporary files")
	flags.IntVar(&o.documents, "documents", 1_000_000, "questions: documents in their record")
	flags.StringVar(&o.data, "data", ".local/bench-questions", "questions: where their record lies, and stays; a million documents need some 15 GB")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	for _, name := range strings.Split(o.only, ",") {
		if !slices.Contains(runs, name) && !slices.Contains(apart, name) {
			return o, fmt.Errorf("-only %s: there are %s, %s", name, strings.Join(runs, ", "), strings.Join(apart, ", "))
		}
	}
	if min(o.docs, o.clients, o.rounds, o.documents) < 1 {
		return o, errors.New("-docs, -clients, -rounds and -documents begin at 1")
	}
	return o, nil
}

func (o options) wants(names ...string) bool {
	return slices.ContainsFunc(strings.Split(o.only, ","), func(name string) bool { return slices.Contains(names, name) })
}

// run brings the installation up, measures, and removes it again.
func run(ctx context.Context, o options) (err error) {
	goals := &goals{}
	if o.wants(runVerify) {
		if err := verifications(ctx, o); err != nil {
			return err
		}
	}
	if o.wants(runPages) {
		if err := pages(ctx, o, goals); err != nil {
			return err
		}
	}
	if o.wants(runQuestions) {
		if err := questions(ctx, o, goals); err != nil {
			return err
		}
	}
	if !o.wants(inInstallation...) {
		return goals.print()
	}
	i, err := newInstallation(o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, i.remove()) }()
	if err := i.start(ctx); err != nil {
		return err
	}
	if err := firstLife(ctx, o, i, goals); err != nil {
		return err
	}
	if o.wants(runStart, runMemory) {
		if err := secondLife(ctx, o, i); err != nil {
			return err
		}
	}
	return goals.print()
}

// firstLife measures what people and workflows do.
func firstLife(ctx context.Context, o options, i *installation, goals *goals) error {
	b, err := connect(ctx, o, i)
	if err != nil {
		return err
	}
	defer b.close()
	if err := b.printSettings(ctx, o); err != nil {
		return err
	}
	if o.wants(runDesk, runHTTP, runBareTemporal, runBareSQL) {
		if err := b.routes(ctx, o, goals); err != nil {
			return err
		}
	}
	if o.wants(runDispatch) {
		if err := b.dispatches(ctx, goals); err != nil {
			return err
		}
	}
	if o.wants(runBroadcast, runStorm) {
		return b.inTheCity(ctx, o, goals)
	}
	return nil
}

// secondLife starts the installation again on the data that is there now, and
// fills it with open documents.
func secondLife(ctx context.Context, o options, i *installation) error {
	if err := i.stop(); err != nil {
		return err
	}
	if err := i.start(ctx); err != nil {
		return err
	}
	if o.wants(runStart) {
		if err := emit(map[string]any{"bench": "start", "seconds": round(i.info.StartDuration.Seconds())}); err != nil {
			return err
		}
	}
	if !o.wants(runMemory) {
		return nil
	}
	b, err := connect(ctx, o, i)
	if err != nil {
		return err
	}
	defer b.close()
	return b.memory(ctx, o)
}
