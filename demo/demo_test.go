package demo_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"congvan/demo"
	"congvan/local"
	"congvan/postgres"
	"congvan/seed"

	"github.com/stretchr/testify/require"
)

// TestDemoSurvivesCrashes runs the demo on a whole installation and kills -9
// the worker, Temporal and PostgreSQL in the middle of it (F-04, F-10, F-21):
// it finishes, nothing is lost, nothing is done twice.
func TestDemoSurvivesCrashes(t *testing.T) {
	info, root := start(t)
	tokens, err := seed.ReadTokens(info.TokensFile)
	require.NoError(t, err)

	story := &killer{root: root, t: t, kill: map[string]string{
		"Đính kèm":            "worker",   // the direction waits in the outbox
		"Chủ tịch quận cho":   "temporal", // the dispatch is under way
		"xác nhận; thang":     "postgres", // alarms are about to ring
		"UBND phường Biên Gi": "api",      // clients have to ask again
	}}
	result, err := demo.Run(t.Context(), demo.Config{URL: info.URL, Tokens: tokens, Out: story, Pace: 10 * time.Millisecond})
	require.NoError(t, err)
	require.Empty(t, story.kill, "not everything was killed")
	require.Equal(t, 20, result.Recipients)
	require.Equal(t, 20, result.Acknowledged)
	require.GreaterOrEqual(t, result.Escalations, 2)
	require.Zero(t, result.Lost)

	record := postgres.Open(info.DatabaseURL, 2)
	defer record.Close()
	for what, query := range map[string]string{
		"acts done twice":        `SELECT count(*) FROM (SELECT FROM events WHERE kind IN ('registered', 'acknowledged', 'started', 'approved') GROUP BY document_id, assignment_id, kind HAVING count(*) > 1) x`,
		"assignments done twice": `SELECT count(*) FROM (SELECT FROM assignments GROUP BY direction_id, unit_id HAVING count(*) > 1) x`,
		"alarms rung twice":      `SELECT count(*) FROM (SELECT FROM events WHERE kind = 'alarmed' GROUP BY assignment_id, details->>'deadline', details->>'step', details->>'due' HAVING count(*) > 1) x`,
		"milestones left":        `SELECT count(*) FROM outbox`,
		"numbers lost":           `SELECT count(*) FROM books b WHERE direction = 'incoming' AND last_number <> (SELECT count(*) FROM assignments a WHERE a.unit_id = b.unit_id AND arrival_year = year) + (SELECT count(*) FROM documents d WHERE d.unit_id = b.unit_id AND book_year = year)`,
	} {
		var n int
		require.NoError(t, record.DB().NewRaw(query).Scan(t.Context(), &n))
		require.Zero(t, n, what)
	}
}

// start brings up an installation in a directory of its own.
func start(t *testing.T) (info local.Info, root string) {
	t.Helper()
	bin, err := filepath.Abs("../bin")
	require.NoError(t, err)
	for _, program := range []string{"congvan", "temporal"} {
		require.FileExists(t, filepath.Join(bin, program), "run `make build` first")
	}
	ports, err := local.FreePorts()
	require.NoError(t, err)
	root, err = os.MkdirTemp("", "congvan-demo-")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	ready, ended := make(chan local.Info, 1), make(chan error, 1)
	var told bytes.Buffer
	go func() {
		ended <- local.Up(ctx, local.Config{Root: filepath.Join(root, "i"), Program: filepath.Join(bin, "congvan"),
			Temporal: filepath.Join(bin, "temporal"), Ports: ports, Out: &told, Env: []string{"DEMO_LADDER=true"}, OnReady: func(i local.Info) { ready <- i }})
	}()
	t.Cleanup(func() {
		cancel()
		<-ended
		if t.Failed() {
			t.Log(told.String(), "kept for a look:", root)
			return
		}
		require.NoError(t, local.Reset(filepath.Join(root, "i")))
		require.NoError(t, os.RemoveAll(root))
	})
	select {
	case info = <-ready:
	case err := <-ended:
		ended <- err
		require.FailNow(t, "the installation did not start", "%v\n%s", err, told.String())
	}
	return info, filepath.Join(root, "i")
}

// killer reads the story and kills a part when a line of it comes.
type killer struct {
	sync.Mutex
	t    *testing.T
	root string
	kill map[string]string // words of the story → part
}

func (k *killer) Write(line []byte) (int, error) {
	k.Lock()
	defer k.Unlock()
	for words, part := range k.kill {
		if !strings.Contains(string(line), words) {
			continue
		}
		delete(k.kill, words)
		status, err := local.StatusOf(k.root)
		if err != nil {
			return 0, err
		}
		for _, child := range status.Children {
			if child.Name == part {
				k.t.Logf("kill -9 %s (%d)", part, child.PID)
				if err := syscall.Kill(child.PID, syscall.SIGKILL); err != nil {
					return 0, err
				}
			}
		}
	}
	return len(line), nil
}

func TestTheTurnsOfADocument(t *testing.T) {
	t.Parallel()
	info, _ := start(t)
	tokens, err := seed.ReadTokens(info.TokensFile)
	require.NoError(t, err)
	var story bytes.Buffer
	result, err := demo.RunTurns(t.Context(), demo.Config{URL: info.URL, Tokens: tokens, Out: &story})
	require.NoError(t, err, story.String())
	require.Equal(t, 11, result.Turns)
	require.Equal(t, map[string]int{"withdrawn": 8}, result.Strip, "everything was taken back, and all of it is still there")
	for _, said := range []string{"chuyển trả", "thừa uỷ quyền", "không đồng ý trả"} {
		require.Contains(t, story.String(), said)
	}
}

func TestAMorningLeavesWorkOnEveryDesk(t *testing.T) {
	t.Parallel()
	info, _ := start(t)
	tokens, err := seed.ReadTokens(info.TokensFile)
	require.NoError(t, err)
	var story bytes.Buffer
	result, err := demo.RunMorning(t.Context(), demo.Config{URL: info.URL, Tokens: tokens, Out: &story})
	require.NoError(t, err, story.String())
	require.Equal(t, 9, result.Documents)
	require.Equal(t, 5*20, result.Open, "five documents went to 3 offices and 17 wards, and nothing is done yet")
}
