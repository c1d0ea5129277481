package local

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func supervisor(t *testing.T) (*Supervisor, string) {
	t.Helper()
	root := t.TempDir()
	s, err := NewSupervisor(root, t.Logf)
	require.NoError(t, err)
	return s, root
}

func shell(name, script string) Child {
	return Child{Name: name, Path: "/bin/sh", Args: []string{"-c", script}, Env: os.Environ(), ReadyLine: "ready"}
}

func TestAChildThatCannotStartSaysWhy(t *testing.T) {
	t.Parallel()
	s, root := supervisor(t)
	defer s.Stop()
	err := s.Start(t.Context(), shell("broken", "echo the reason; exit 3"))
	require.EqualError(t, err, "broken does not start: exit status 3: the reason (all of it: "+filepath.Join(root, "logs", "broken.log")+")")
	err = s.Start(t.Context(), Child{Name: "absent", Path: "/absent"})
	require.ErrorContains(t, err, "absent does not start: start absent: fork/exec /absent: no such file or directory")
}

func TestAChildThatIsNeverReadyIsGivenUp(t *testing.T) {
	t.Parallel()
	s, root := supervisor(t)
	defer s.Stop()
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	c := shell("slow", "echo ready; exec sleep 60")
	c.Ready = func() error { return errors.New("still thinking") }
	require.ErrorContains(t, s.Start(ctx, c), "slow does not start: still thinking")
	require.Empty(t, leftovers(filepath.Join(root, "run")))
}

func TestChildrenStopInReverseOrderWithWhatTheyStarted(t *testing.T) {
	t.Parallel()
	s, root := supervisor(t)
	diary := filepath.Join(root, "diary")
	for _, name := range []string{"first", "second"} {
		script := "trap 'echo " + name + " >> " + diary + "; exit 0' TERM; sleep 61 & echo $! > " + filepath.Join(root, name) + "; echo ready; wait"
		require.NoError(t, s.Start(t.Context(), shell(name, script)))
	}
	s.Stop()
	text, err := os.ReadFile(diary)
	require.NoError(t, err)
	require.Equal(t, "second\nfirst\n", string(text))
	for _, name := range []string{"first", "second"} {
		require.Eventually(t, func() bool { return startTime(readPID(filepath.Join(root, name))) == "gone" }, 5*time.Second, 10*time.Millisecond)
	}
}

func TestAChildThatDoesNotListenIsKilled(t *testing.T) {
	t.Parallel()
	s, _ := supervisor(t)
	c := shell("deaf", "trap '' TERM; echo ready; while :; do sleep 1; done")
	c.Grace = 100 * time.Millisecond
	require.NoError(t, s.Start(t.Context(), c))
	began := time.Now()
	s.Stop()
	require.Less(t, time.Since(began), 5*time.Second)
}

func TestRunGivesTheLastWordsOfAFailure(t *testing.T) {
	t.Parallel()
	s, _ := supervisor(t)
	defer s.Stop()
	require.NoError(t, s.Run(t.Context(), shell("fine", "true")))
	require.ErrorContains(t, s.Run(t.Context(), shell("once", "echo first; echo last words >&2; exit 1")), "once failed: last words (all of it: ")
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	require.ErrorIs(t, s.Run(ctx, shell("long", "exec sleep 60")), context.DeadlineExceeded)
}

// A pid file names its process by number and start time, so that a stranger with the same number is left alone.
func TestLeftoversAreKnownForSure(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p, err := startProcess(shell("left", "echo ready; exec sleep 60"), filepath.Join(dir, "log"))
	require.NoError(t, err)
	require.NoError(t, p.remember(dir))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "stranger.pid"), []byte(strconv.Itoa(os.Getpid())+" 1 15\n"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "empty.pid"), nil, 0o600))
	found := leftovers(dir)
	require.Len(t, found, 1)
	require.Equal(t, p.pid, found[0].pid)
	found[0].stop(time.Second)
	<-p.ended
	require.Empty(t, leftovers(dir))
}

func TestALongLogIsKeptShort(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "x.log")
	f, err := openLog(path)
	require.NoError(t, err)
	_, err = f.WriteString(strings.Repeat("line\n", 10))
	require.NoError(t, err)
	require.NoError(t, trimLog(path, 100))
	require.NoFileExists(t, path+".1")
	require.NoError(t, trimLog(path, 10))
	_, err = f.WriteString("after\n")
	require.NoError(t, err)
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "after\n", string(text))
	require.Equal(t, "after", lastLine(path, 40), "an offset from before the cut")
	require.FileExists(t, path+".1")
}

func TestChildrenLeaveNoCoreDumps_C07(t *testing.T) {
	root := t.TempDir()
	s, err := NewSupervisor(root, nil)
	require.NoError(t, err)
	defer s.Stop()
	require.NoError(t, s.Run(t.Context(), Child{Name: "limits", Path: "/bin/sh", Args: []string{"-c", "ulimit -c; ulimit -Hc"}}))
	said, err := os.ReadFile(filepath.Join(root, "logs", "limits.log"))
	require.NoError(t, err)
	require.Equal(t, "0\n0\n", string(said))
}

func TestAPasswordThatOthersMayReadIsRefused_C02(t *testing.T) {
	path := filepath.Join(t.TempDir(), "postgres.password")
	first, err := secret(path)
	require.NoError(t, err)
	require.NoError(t, os.Chmod(path, 0o644))
	_, err = secret(path)
	require.ErrorContains(t, err, "chmod 600")
	require.NotContains(t, err.Error(), first)
}
