package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"congvan/local"
	"congvan/local/localtest"
	"congvan/seed"

	"github.com/stretchr/testify/require"
)

func TestMain(m *testing.M) {
	code := localtest.Main(m)
	if programDir != "" {
		_ = os.RemoveAll(programDir)
	}
	os.Exit(code)
}

var programDir string // set by program

// program builds congvan once for all tests of this package.
var program = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "congvan-program-")
	if err != nil {
		return "", err
	}
	programDir = dir
	path := filepath.Join(dir, "congvan")
	if out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput(); err != nil {
		return "", &exec.Error{Name: string(out), Err: err}
	}
	return path, os.Chmod(dir, 0o711)
})

func built(t *testing.T) string {
	t.Helper()
	path, err := program()
	require.NoError(t, err)
	return path
}

// house is a whole installation in a directory of its own.
type house struct {
	*testing.T
	info   local.Info
	root   string
	tmp    string // TMPDIR of its processes
	tokens map[string]string
	stop   func() // ends it and keeps its files
}

func open(t *testing.T) *house {
	t.Helper()
	congvan := built(t) // before TMPDIR is the house's
	temporal, err := filepath.Abs("../../bin/temporal")
	require.NoError(t, err)
	require.FileExists(t, temporal, "run `make bin/temporal` first")
	ports, err := local.FreePorts()
	require.NoError(t, err)
	outer, err := os.MkdirTemp("", "congvan-house-")
	require.NoError(t, err)
	require.NoError(t, os.Chmod(outer, 0o711))
	h := &house{T: t, root: filepath.Join(outer, "i"), tmp: filepath.Join(outer, "tmp")}
	require.NoError(t, os.Mkdir(h.tmp, 0o1777))
	require.NoError(t, os.Chmod(h.tmp, 0o1777)) // whatever the umask is
	t.Setenv("TMPDIR", h.tmp)
	ctx, cancel := context.WithCancel(context.Background())
	ready, ended := make(chan local.Info, 1), make(chan error, 1)
	var told bytes.Buffer
	go func() {
		ended <- local.Up(ctx, local.Config{Root: h.root, Program: congvan, Temporal: temporal, Ports: ports, Out: &told,
			Env: []string{"DEMO_LADDER=true", "RATE_LIMITS=login=0/0,search=0/0,export=0/0,upload=0/0,other=0/0", "LOG_LEVEL=DEBUG"}, OnReady: func(i local.Info) { ready <- i }})
	}()
	h.stop = sync.OnceFunc(func() { cancel(); <-ended })
	t.Cleanup(func() {
		h.stop()
		if t.Failed() {
			t.Log("kept for a look:", outer)
			return
		}
		require.NoError(t, local.Reset(h.root))
		require.NoError(t, os.RemoveAll(outer))
	})
	select {
	case h.info = <-ready:
	case err := <-ended:
		ended <- err
		require.FailNow(t, "the installation did not start", "%v\n%s", err, told.String())
	}
	h.tokens, err = seed.ReadTokens(h.info.TokensFile)
	require.NoError(t, err)
	return h
}

// answer is what came back.
type answer struct {
	status int
	code   string // of a refusal
	body   []byte

	location string
}

// ask sends one request as an account. Headers come in pairs.
func (h *house) ask(account, method, path string, body io.Reader, headers ...string) answer {
	h.Helper()
	for began := time.Now(); ; time.Sleep(100 * time.Millisecond) {
		request, err := http.NewRequestWithContext(h.Context(), method, h.info.URL+path, body)
		require.NoError(h, err)
		request.Header.Set("Authorization", "Bearer "+h.tokens[account])
		if method == http.MethodPost {
			request.Header.Set("Idempotency-Key", newKey())
			request.Header.Set("Content-Type", "application/json")
		}
		for i := 0; i < len(headers); i += 2 {
			request.Header.Set(headers[i], headers[i+1])
		}
		response, err := http.DefaultClient.Do(request)
		if seeker, ok := body.(io.Seeker); err != nil && ok && time.Since(began) < 30*time.Second {
			_, _ = seeker.Seek(0, io.SeekStart) // the API is being started again
			continue
		}
		if err != nil {
			return answer{}
		}
		text, err := io.ReadAll(response.Body)
		_ = response.Body.Close()
		require.NoError(h, err)
		a := answer{status: response.StatusCode, body: text, location: response.Header.Get("Location")}
		var problem struct{ Code string }
		_ = json.Unmarshal(text, &problem)
		a.code = problem.Code
		return a
	}
}

// post sends a JSON body.
func (h *house) post(account, path string, body any, headers ...string) answer {
	h.Helper()
	text, err := json.Marshal(body)
	require.NoError(h, err)
	return h.ask(account, http.MethodPost, path, bytes.NewReader(text), headers...)
}

// get reads into a value.
func (h *house) get(account, path string, into any) {
	h.Helper()
	a := h.ask(account, http.MethodGet, path, nil)
	require.Equal(h, http.StatusOK, a.status, "%s: %s", path, a.body)
	require.NoError(h, json.Unmarshal(a.body, into))
}

// pid of a part.
func (h *house) pid(part string) int {
	h.Helper()
	status, err := local.StatusOf(h.root)
	require.NoError(h, err)
	for _, child := range status.Children {
		if child.Name == part {
			return child.PID
		}
	}
	return 0
}

// await polls until done.
func (h *house) await(done func() bool) {
	h.Helper()
	require.Eventually(h, done, time.Minute, 50*time.Millisecond)
}

func quietLog() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }
