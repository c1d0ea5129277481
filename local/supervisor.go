package local

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"
)

const (
	firstPause = 200 * time.Millisecond
	longPause  = 10 * time.Second
	// calmAfter is how long a child must have lived for its next restart to be quick again.
	calmAfter = 30 * time.Second
	// triesBeforeReady is how often a child may die before it was ready for the first time: more often than that, it is
	// not bad luck and the reason is told instead.
	triesBeforeReady = 3
)

// Supervisor keeps children running: one that dies is started again, after a pause that doubles from 0.2 s to 10 s.
// Children are independent of each other; none is restarted because another was.
type Supervisor struct {
	logs, run string
	say       func(format string, args ...any)

	mu   sync.Mutex
	kept []*kept
	done chan struct{} // closed by Stop
}

// NewSupervisor returns one that keeps logs and pid files below root and tells say what happens. Nil says nothing. The
// error is a sentence when root cannot be written.
func NewSupervisor(root string, say func(format string, args ...any)) (*Supervisor, error) {
	if say == nil {
		say = func(string, ...any) {}
	}
	if err := noCoreDumps(); err != nil {
		return nil, err
	}
	s := &Supervisor{logs: filepath.Join(root, "logs"), run: filepath.Join(root, "run"), say: say, done: make(chan struct{})}
	for _, dir := range []string{s.logs, s.run} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, rightsError(root, err)
		}
	}
	go s.trimLogs()
	return s, nil
}

// kept is a child and its present life.
type kept struct {
	child Child
	leave chan struct{} // closed when it is to be stopped
	gone  chan struct{} // closed when it has stopped for good

	mu     sync.Mutex
	now    *process // nil between two lives
	deaths int
	last   string // how the last life ended
}

// Start starts the child and returns when it is ready for the first time. From then on it is kept running until Stop.
// It returns an error, and leaves nothing running, when the child died three times before it was ready or ctx ended.
func (s *Supervisor) Start(ctx context.Context, c Child) error {
	k := &kept{child: c, leave: make(chan struct{}), gone: make(chan struct{})}
	s.mu.Lock()
	s.kept = append(s.kept, k)
	s.mu.Unlock()
	go s.keep(k)

	for {
		state := k.state()
		missing := state.missing()
		switch {
		case missing == nil:
			return nil
		case state.deaths >= triesBeforeReady:
			missing = errors.New(state.last)
		case ctx.Err() == nil:
			select {
			case <-ctx.Done():
			case <-time.After(25 * time.Millisecond):
			}
			continue
		}
		s.drop(k)
		if err := ctx.Err(); errors.Is(err, context.Canceled) {
			return err
		}
		return fmt.Errorf("%s does not start: %w (all of it: %s)", c.Name, missing, s.logPath(c.Name))
	}
}

// Run runs the child once, to its end, and returns its last words as the error when it fails or ctx ends.
func (s *Supervisor) Run(ctx context.Context, c Child) error {
	p, err := startProcess(c, s.logPath(c.Name))
	if err != nil {
		return err
	}
	select {
	case <-p.ended:
		p.sweep()
	case <-ctx.Done():
		p.stop()
		return ctx.Err()
	}
	if p.err != nil {
		return fmt.Errorf("%s failed: %s (all of it: %s)", c.Name, lastLine(p.log, p.logFrom), p.log)
	}
	return nil
}

// Stop stops the children in the reverse of the order in which they were started, each before the next. It returns when
// all are gone. The Supervisor cannot be used again.
func (s *Supervisor) Stop() {
	s.mu.Lock()
	all := s.kept
	s.kept = nil
	s.mu.Unlock()
	for i := len(all) - 1; i >= 0; i-- {
		all[i].end()
		s.forget(all[i].child.Name)
	}
	close(s.done)
}

func (s *Supervisor) drop(k *kept) {
	k.end()
	s.forget(k.child.Name)
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.kept {
		if s.kept[i] == k {
			s.kept = append(s.kept[:i:i], s.kept[i+1:]...)
			return
		}
	}
}

// keep gives the child one life after another until it is to leave.
func (s *Supervisor) keep(k *kept) {
	defer close(k.gone)
	pause := firstPause
	for {
		began := time.Now()
		how := s.live(k)
		if how == "" {
			return
		}
		k.died(how)
		if time.Since(began) > calmAfter {
			pause = firstPause
		}
		s.say("%s ended (%s); starting it again in %v", k.child.Name, how, pause)
		select {
		case <-k.leave:
			return
		case <-time.After(pause):
		}
		pause = min(2*pause, longPause)
	}
}

// live is one life of the child. It returns how it ended, or "" when it was told to leave.
func (s *Supervisor) live(k *kept) string {
	p, err := startProcess(k.child, s.logPath(k.child.Name))
	if err != nil {
		return err.Error()
	}
	if err := p.remember(s.run); err != nil {
		s.say("cannot write down the pid of %s: %v", k.child.Name, err)
	}
	k.set(p)
	defer k.set(nil)
	select {
	case <-k.leave:
		p.stop()
		return ""
	case <-p.ended:
		p.sweep()
	}
	return p.obituary()
}

func (s *Supervisor) trimLogs() {
	for {
		select {
		case <-s.done:
			return
		case <-time.After(5 * time.Second):
		}
		files, _ := filepath.Glob(filepath.Join(s.logs, "*.log"))
		for _, file := range files {
			if err := trimLog(file, logLimit); err != nil {
				s.say("cannot shorten a log: %v", err)
			}
		}
	}
}

func (s *Supervisor) logPath(name string) string { return filepath.Join(s.logs, name+".log") }

func (s *Supervisor) forget(name string) { _ = os.Remove(filepath.Join(s.run, name+".pid")) }

func (k *kept) set(p *process) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.now = p
}

func (k *kept) died(how string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.deaths++
	k.last = how
}

// end tells the child to leave and waits until it has.
func (k *kept) end() {
	close(k.leave)
	<-k.gone
}

// keptState is what is known about a child at one moment.
type keptState struct {
	now    *process
	deaths int
	last   string
}

func (k *kept) state() keptState {
	k.mu.Lock()
	defer k.mu.Unlock()
	return keptState{k.now, k.deaths, k.last}
}

// missing reports what the child lacks to be ready; nil: nothing.
func (s keptState) missing() error {
	switch {
	case s.now != nil:
		return s.now.ready()
	case s.last != "":
		return errors.New(s.last)
	default:
		return errors.New("it is not running")
	}
}
