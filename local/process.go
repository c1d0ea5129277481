package local

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Child is a program that the Supervisor keeps running.
type Child struct {
	Name string   // also the name of its log
	Path string   // of the executable
	Args []string // without the program's own name; they are visible to every user of the machine
	Env  []string // the whole environment; nil: none
	Dir  string   // working directory; empty: the current one

	Signal syscall.Signal // asks it to stop; 0: SIGTERM
	Grace  time.Duration  // how long it may take to stop before it is killed; 0: 15 s

	// The child is ready when its log has ReadyLine since it started and Ready returns nil. Both are optional. Ready is
	// tried again and again, and must return within about a second.
	ReadyLine string
	Ready     func() error

	account *account
}

func (c Child) signal() syscall.Signal {
	if c.Signal == 0 {
		return syscall.SIGTERM
	}
	return c.Signal
}

func (c Child) grace() time.Duration {
	if c.Grace == 0 {
		return 15 * time.Second
	}
	return c.Grace
}

// process is one life of a Child.
type process struct {
	child   Child
	pid     int
	log     string
	logFrom int64 // size of the log when the process started
	ended   chan struct{}
	err     error // how it ended; nil for exit code 0; to be read after ended is closed
}

// startProcess starts the child in a process group of its own, writing to the log.
//
// The child gets its stop signal from the kernel when this process dies, so that nothing outlives a killed
// `congvan up`. The kernel watches the *thread* that started the child, so that thread is kept for as long as the child
// lives.
func startProcess(c Child, log string) (*process, error) {
	out, err := openLog(log)
	if err != nil {
		return nil, err
	}
	defer out.Close() //nolint:errcheck // the child has its own descriptor
	info, err := out.Stat()
	if err != nil {
		return nil, fmt.Errorf("look at the log: %w", err)
	}
	cmd := exec.Command(c.Path, c.Args...)
	cmd.Env, cmd.Dir, cmd.Stdout, cmd.Stderr = c.Env, c.Dir, out, out
	if cmd.Env == nil {
		cmd.Env = []string{}
	}
	cmd.SysProcAttr = c.account.attributes()
	cmd.SysProcAttr.Setpgid = true // Ctrl-C in a terminal reaches only this process, which stops the others in order
	cmd.SysProcAttr.Pdeathsig = c.signal()

	p := &process{child: c, log: log, logFrom: info.Size(), ended: make(chan struct{})}
	started := make(chan error)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends with the child
		err := cmd.Start()
		started <- err
		if err != nil {
			return
		}
		p.err = cmd.Wait()
		close(p.ended)
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start %s: %w", c.Name, err)
	}
	p.pid = cmd.Process.Pid
	return p, nil
}

// noCoreDumps keeps what is in memory off the disk when this process, or one
// that it starts, crashes: documents and keys are in it.
func noCoreDumps() error {
	if err := syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{}); err != nil {
		return fmt.Errorf("turn core dumps off: %w", err)
	}
	return nil
}

// runTied runs a command to its end, as the account, and returns what it said. It dies with this process.
func runTied(cmd *exec.Cmd, owner *account) (output []byte, err error) {
	cmd.SysProcAttr = owner.attributes()
	cmd.SysProcAttr.Pdeathsig = syscall.SIGTERM
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // as in startProcess
		output, err = cmd.CombinedOutput()
	}()
	<-done
	return output, err
}

// ready reports what the child still lacks.
func (p *process) ready() error {
	if p.child.ReadyLine != "" && !logSays(p.log, p.logFrom, p.child.ReadyLine) {
		return errors.New("it has not said that it is ready")
	}
	if p.child.Ready == nil {
		return nil
	}
	return p.child.Ready()
}

// stop ends the process: first asking, then, after the grace, without asking. It returns when the process is gone.
func (p *process) stop() {
	_ = syscall.Kill(p.pid, p.child.signal()) // an error means that it is gone already
	select {
	case <-p.ended:
	case <-time.After(p.child.grace()):
		_ = syscall.Kill(-p.pid, syscall.SIGKILL)
		<-p.ended
	}
	p.sweep()
}

// obituary says how the process ended, with its last words unless a signal cut it short: then they explain nothing.
func (p *process) obituary() string {
	var exit *exec.ExitError
	switch {
	case p.err == nil:
		return "by itself"
	case errors.As(p.err, &exit) && !exit.Exited():
		return p.err.Error()
	default:
		return fmt.Sprintf("%v: %s", p.err, lastLine(p.log, p.logFrom))
	}
}

// sweep kills what the process started itself and left behind in its group.
func (p *process) sweep() { _ = syscall.Kill(-p.pid, syscall.SIGKILL) }

// remember writes down which process this is. The start time tells it from a later process with the same number.
func (p *process) remember(dir string) error {
	line := fmt.Sprintf("%d %s %d\n", p.pid, startTime(p.pid), int(p.child.signal()))
	return os.WriteFile(filepath.Join(dir, p.child.Name+".pid"), []byte(line), 0o600)
}

// leftover is a child of an earlier `congvan up` that is still alive.
type leftover struct {
	name   string
	pid    int
	start  string
	signal syscall.Signal
}

// leftovers finds, by the files that remember wrote, what a killed `congvan up` left behind.
func leftovers(dir string) []leftover {
	files, _ := filepath.Glob(filepath.Join(dir, "*.pid"))
	var found []leftover
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		l := leftover{name: strings.TrimSuffix(filepath.Base(file), ".pid")}
		var signal int
		if _, err := fmt.Sscan(string(text), &l.pid, &l.start, &signal); err != nil || l.pid <= 1 {
			continue
		}
		l.signal = syscall.Signal(signal)
		if l.alive() {
			found = append(found, l)
		}
	}
	return found
}

func (l leftover) alive() bool { return startTime(l.pid) == l.start }

// stop asks it to end and kills it when it has not ended after the grace.
func (l leftover) stop(grace time.Duration) {
	_ = syscall.Kill(l.pid, l.signal)
	if waitUntil(grace, func() bool { return !l.alive() }) {
		return
	}
	_ = syscall.Kill(-l.pid, syscall.SIGKILL)
	waitUntil(5*time.Second, func() bool { return !l.alive() })
}

// startTime is when the process began, in clock ticks since the machine started, or "gone" when there is none or only
// its remains.
func startTime(pid int) string {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return "gone"
	}
	// The second field is the name in parentheses and may contain anything, so count from its end.
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	if len(fields) < 20 || fields[0] == "Z" || fields[0] == "X" {
		return "gone"
	}
	return fields[19]
}

// waitUntil polls done and reports whether it came true within the limit.
func waitUntil(limit time.Duration, done func() bool) bool {
	for deadline := time.Now().Add(limit); ; time.Sleep(20 * time.Millisecond) {
		if done() {
			return true
		}
		if time.Now().After(deadline) {
			return false
		}
	}
}
