package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"congvan/local"
	"congvan/local/localtest"
	"congvan/migrations"
	"congvan/postgres"
	"congvan/seed"

	"github.com/anishathalye/porcupine"
	"github.com/stretchr/testify/require"
)

// The full size is -writers 64 -registrations 500 -timeout 30m.
var (
	writers       = flag.Int("writers", 24, "clients that register at once")
	registrations = flag.Int("registrations", 60, "documents that each registers")
)

// book numbers are taken from: state is the last number, an operation gets the next.
var book = porcupine.Model{
	Partition: func(history []porcupine.Operation) [][]porcupine.Operation {
		byBook := map[any][]porcupine.Operation{}
		for _, o := range history {
			byBook[o.Input] = append(byBook[o.Input], o)
		}
		var parts [][]porcupine.Operation
		for _, part := range byBook {
			parts = append(parts, part)
		}
		return parts
	},
	Init: func() any { return 0 },
	Step: func(state, _, output any) (bool, any) { return output.(int) == state.(int)+1, output },
}

// A model that lets everything pass proves nothing.
func TestTheModelOfABookFindsMistakes_A20(t *testing.T) {
	took := func(number int, call, back int64) porcupine.Operation {
		return porcupine.Operation{Input: "book", Output: number, Call: call, Return: back}
	}
	require.True(t, porcupine.CheckOperations(book, []porcupine.Operation{took(2, 0, 10), took(1, 0, 10), took(3, 20, 30)}))
	require.False(t, porcupine.CheckOperations(book, []porcupine.Operation{took(1, 0, 10), took(1, 0, 10)}), "one number twice")
	require.False(t, porcupine.CheckOperations(book, []porcupine.Operation{took(1, 0, 10), took(3, 20, 30)}), "a gap")
	require.False(t, porcupine.CheckOperations(book, []porcupine.Operation{took(2, 0, 10), took(1, 20, 30)}), "a later one got the smaller number")
}

// TestNumbersAreTakenInOrderWhileProcessesDie_A20_A21: many clients of several
// processes register in three books while processes are killed; whoever got no
// answer asks again with the same key, at another process.
func TestNumbersAreTakenInOrderWhileProcessesDie_A20_A21(t *testing.T) {
	o := openOffice(t, 3)
	stopKilling := o.killNowAndThen(300 * time.Millisecond)
	clerks := []string{"vanthu.quan", "vanthu.molao", "vanthu.vanquan"}
	began := time.Now()
	var all sync.WaitGroup
	operations := make([][]operation, *writers)
	for i := range *writers {
		all.Go(func() {
			for n := range *registrations {
				operations[i] = append(operations[i], o.register(clerks[i%len(clerks)], fmt.Sprintf("V/v việc số %d của %d", n, i), began))
			}
		})
	}
	all.Wait()
	took := time.Since(began)
	kills := stopKilling()
	history, retried := []porcupine.Operation{}, 0
	numbers := map[string][]int{}
	for _, done := range slices.Concat(operations...) {
		history = append(history, porcupine.Operation{Input: done.clerk, Output: done.number, Call: done.call, Return: done.back})
		numbers[done.clerk] = append(numbers[done.clerk], done.number)
		if done.tries > 1 {
			retried++
		}
	}
	t.Logf("%d registrations in %.1f s, %d processes killed, %d asked more than once", len(history), took.Seconds(), kills, retried)
	require.Len(t, history, *writers**registrations)
	require.Positive(t, kills, "nothing was killed")
	for clerk, taken := range numbers {
		slices.Sort(taken)
		for i, n := range taken {
			require.Equal(t, i+1, n, "the book of %s", clerk)
		}
	}
	require.Equal(t, porcupine.Ok, porcupine.CheckOperationsTimeout(book, history, time.Minute))
	for _, done := range slices.Concat(operations...)[:20] {
		again := o.ask(done.clerk, done.key, done.body)
		require.Equal(t, done.number, again, "the same key gets its number again")
	}
}

// operation is one registration, from the first try to the answer.
type operation struct {
	clerk, key string
	body       []byte
	number     int
	call, back int64
	tries      int
}

// office is a record behind several processes of the API.
type office struct {
	*testing.T
	urls   []string
	env    []string
	tokens map[string]string

	mu        sync.Mutex
	processes []*exec.Cmd
	client    *http.Client
}

func openOffice(t *testing.T, processes int) *office {
	t.Helper()
	dsn := localtest.Postgres(t)
	record := postgres.Open(dsn, 2)
	_, err := migrations.Run(t.Context(), record.DB())
	require.NoError(t, err)
	_, err = seed.Apply(t.Context(), record)
	require.NoError(t, err)
	dir := t.TempDir()
	require.NoError(t, seed.Tokens(t.Context(), record, filepath.Join(dir, "tokens.json")))
	require.NoError(t, record.Close())
	o := &office{T: t, processes: make([]*exec.Cmd, processes), client: &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 64}}}
	o.tokens, err = seed.ReadTokens(filepath.Join(dir, "tokens.json"))
	require.NoError(t, err)
	o.env = append(os.Environ(), "DATABASE_URL="+dsn, "TEMPORAL_ADDRESS=127.0.0.1:1", "ATTACHMENTS_URL="+filepath.Join(dir, "files"), "LOG_LEVEL=ERROR",
		"ACCOUNTS_KEY_FILE="+filepath.Join(dir, "accounts.key"), "AUDIT_KEY="+filepath.Join(dir, "audit.key"), "AUDIT_ANCHOR="+filepath.Join(dir, "anchors"), "RATE_LIMITS=login=0/0,search=0/0,export=0/0,upload=0/0,other=0/0")
	for i := range processes {
		ports, err := local.FreePorts()
		require.NoError(t, err)
		o.urls = append(o.urls, fmt.Sprintf("http://127.0.0.1:%d", ports.API))
		o.start(i)
		require.False(t, t.Failed(), "no clients without processes")
	}
	t.Cleanup(func() {
		for _, p := range o.processes {
			_ = p.Process.Kill()
			_ = p.Wait()
		}
	})
	return o
}

// start begins a life of a process and waits until it answers.
func (o *office) start(i int) {
	command := exec.Command(built(o.T), "serve")
	command.Env = append(slices.Clone(o.env), "HTTP_ADDRESS="+o.urls[i][len("http://"):])
	command.Stderr = os.Stderr
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := command.Start(); err != nil {
		o.Error(err)
		return
	}
	o.mu.Lock()
	o.processes[i] = command
	o.mu.Unlock()
	for until := time.Now().Add(20 * time.Second); time.Now().Before(until); time.Sleep(20 * time.Millisecond) {
		if response, err := o.client.Get(o.urls[i] + "/readyz"); err == nil {
			_ = response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return
			}
		}
	}
	o.Errorf("process %d does not start", i)
}

// killNowAndThen kills one process after the other until stopped, and says how many.
func (o *office) killNowAndThen(pause time.Duration) (stop func() int) {
	ctx, cancel := context.WithCancel(context.Background())
	kills, ended := atomic.Int64{}, make(chan struct{})
	go func() {
		defer close(ended)
		for i := 0; ; i = (i + 1) % len(o.processes) {
			select {
			case <-ctx.Done():
				return
			case <-time.After(pause):
			}
			_ = o.processes[i].Process.Kill()
			_ = o.processes[i].Wait()
			kills.Add(1)
			o.start(i)
		}
	}()
	return func() int { cancel(); <-ended; return int(kills.Load()) }
}

// register takes one number, however often it has to be asked for.
func (o *office) register(clerk, subject string, began time.Time) operation {
	body, err := json.Marshal(map[string]string{"issuer": "UBND Thành phố", "typeName": "Công văn", "subject": subject, "urgency": "normal", "secrecy": "none",
		"duplicateReason": "Nhiều văn bản cùng loại"})
	if err != nil {
		o.Error(err)
	}
	done := operation{clerk: clerk, key: newKey(), body: body, call: int64(time.Since(began))}
	for until := time.Now().Add(time.Minute); done.number == 0 && !o.Failed() && time.Now().Before(until); {
		done.tries++
		if done.number = o.ask(clerk, done.key, body); done.number == 0 {
			time.Sleep(20 * time.Millisecond)
		}
	}
	done.back = int64(time.Since(began))
	return done
}

// ask sends a registration to some process; 0: no answer, or "later".
func (o *office) ask(clerk, key string, body []byte) (number int) {
	request, err := http.NewRequest(http.MethodPost, o.urls[rand.IntN(len(o.urls))]+"/api/v1/documents", bytes.NewReader(body))
	if err != nil {
		o.Error(err)
		return 0
	}
	request.Header.Set("Authorization", "Bearer "+o.tokens[clerk])
	request.Header.Set("Idempotency-Key", key)
	request.Header.Set("Content-Type", "application/json")
	response, err := o.client.Do(request)
	if err != nil {
		return 0
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	switch {
	case err != nil || response.StatusCode >= 500:
		return 0
	case response.StatusCode >= 400:
		o.Errorf("%d %s", response.StatusCode, text)
		return -1
	}
	var act struct{ Number int }
	if err := errors.Join(err, json.Unmarshal(text, &act)); err != nil {
		o.Error(err)
	}
	return act.Number
}
