package workflows_test

import (
	"compress/gzip"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"congvan/local/localtest"
	"congvan/routing"
	"congvan/worker/workertest"

	"github.com/stretchr/testify/require"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/api/temporalproto"
)

// Each release records its histories once, against a real server:
//
//	go test ./workflows -run TestRecordHistories -record v0.2.0
//
// They stay, and every later release replays them.
var record = flag.String("record", "", "record histories of every path as this version, for example v0.2.0")

const histories = "testdata/histories"

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(localtest.Main(m))
}

// path is one that a document, or a morning, can take.
type path struct {
	since string // the release that recorded it first
	live  func(*workertest.Authority) *historypb.History
}

// recordings are the paths, by the name of their file.
var recordings = map[string]path{
	"in-time":                    {"v0.1.0", of(inTime)},
	"registered-and-directed":    {"v0.1.0", of(registeredAndDirected)},
	"late":                       {"v0.1.0", of(late)},
	"further-directions":         {"v0.1.0", of(furtherDirections)},
	"recalled":                   {"v0.1.0", of(recalledWhileWaiting)},
	"recalled-before-direction":  {"v0.1.0", of(recalledBeforeDirection)},
	"sent-back":                  {"v0.1.0", of(sentBack)},
	"continue-as-new":            {"v0.1.0", of(flooded)},
	"late-duplicate-of-finished": {"v0.1.0", of(lateDuplicate)},

	"presented":               {"v0.2.0", of(presented)},
	"recall-answered":         {"v0.2.0", of(recallAnswered)},
	"returned-and-rerouted":   {"v0.2.0", of(returnedAndRerouted)},
	"held-and-resumed":        {"v0.2.0", of(heldAndResumed)},
	"voided":                  {"v0.2.0", of(voided)},
	"calendar-changed":        {"v0.2.0", of(calendarChanged)},
	"cancelled":               {"v0.2.0", of(cancelled)},
	"reopened-second-run":     {"v0.2.0", of(reopened)},
	"letter-while-it-closes":  {"v0.2.0", of(letterWhileItCloses)},
	"morning-mail":            {"v0.2.0", (*workertest.Authority).Morning},
	"reopened-before-closing": {"v0.2.0", of(reopenedBeforeClosing)},
}

// releases are those that have recorded their histories.
var releases = []string{"v0.1.0", "v0.2.0"}

// of is the history of a document's last run.
func of(live func(*workertest.Authority) routing.ID) func(*workertest.Authority) *historypb.History {
	return func(a *workertest.Authority) *historypb.History { return a.History(live(a), "") }
}

func TestRecordHistories(t *testing.T) {
	if *record == "" {
		t.Skip("records only when asked: -record v0.2.0")
	}
	for what, path := range recordings {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			a := workertest.New(t)
			history := path.live(a)
			if first := history.Events[0].GetWorkflowExecutionStartedEventAttributes(); first.GetContinuedExecutionRunId() != "" {
				save(t, what+"-first-run", a.RunOf(first.GetContinuedExecutionRunId(), history))
			}
			save(t, what, history)
		})
	}
}

// save writes a history without the name of the machine that made it. A long
// one is compressed.
func save(t *testing.T, what string, history *historypb.History) {
	t.Helper()
	data, err := temporalproto.CustomJSONMarshalOptions{Indent: " "}.Marshal(history)
	require.NoError(t, err)
	host, err := os.Hostname()
	require.NoError(t, err)
	text := strings.ReplaceAll(string(data), host, "host")
	require.NoError(t, os.MkdirAll(histories, 0o755))
	name := filepath.Join(histories, what+"."+*record+".json")
	if len(text) < 200_000 {
		require.NoError(t, os.WriteFile(name, []byte(text), 0o644))
		return
	}
	file, err := os.Create(name + ".gz")
	require.NoError(t, err)
	packed := gzip.NewWriter(file)
	_, err = io.WriteString(packed, text)
	require.NoError(t, err)
	require.NoError(t, packed.Close())
	require.NoError(t, file.Close())
}

func inTime(a *workertest.Authority) routing.ID {
	a.Work()
	document, wards := a.Arrive(""), workertest.Wards()
	a.Settle(document)
	a.DirectToWards(document, wards...)
	a.Settle(document)
	return finish(a, document, wards)
}

func finish(a *workertest.Authority, document routing.ID, wards []string) routing.ID {
	a.Receive(document, append(wards, "qldt")...)
	a.WardsReport(document, wards...)
	a.LeadReports(document)
	a.Settle(document)
	a.Conclude(document)
	a.Settle(document)
	return document
}

func registeredAndDirected(a *workertest.Authority) routing.ID {
	document := a.Arrive("")
	a.DirectToWards(document, "molao")
	a.Work()
	return finish(a, document, []string{"molao"})
}

func late(a *workertest.Authority) routing.ID {
	a.Work()
	document, wards := a.Arrive(workertest.Quick), []string{"molao", "phula", "vanquan"}
	a.Rung(document, 1) // nobody gives direction
	a.DirectToWards(document, wards...)
	a.Rung(document, 1+4*4) // nobody confirms: the whole ladder
	return finish(a, document, wards)
}

func furtherDirections(a *workertest.Authority) routing.ID {
	a.Work()
	document, wards := a.Arrive(""), []string{"molao", "phula"}
	a.DirectToWards(document)
	a.Receive(document, "qldt")
	for _, ward := range wards {
		a.DirectFurther(document, ward)
		a.Settle(document)
		a.Receive(document, ward)
	}
	a.WardsReport(document, wards...)
	a.LeadReports(document)
	a.Conclude(document)
	a.Settle(document)
	return document
}

func recalledWhileWaiting(a *workertest.Authority) routing.ID {
	a.Work()
	document := a.Arrive("")
	a.Settle(document)
	a.DirectToWards(document, "molao", "phula")
	a.Settle(document)
	a.Receive(document, "molao")
	a.Withdraw(document)
	a.Settle(document)
	return document
}

func recalledBeforeDirection(a *workertest.Authority) routing.ID {
	a.Work()
	document := a.Arrive("")
	a.Settle(document)
	a.Withdraw(document)
	a.Settle(document)
	return document
}

func sentBack(a *workertest.Authority) routing.ID {
	a.Work()
	document := a.Arrive("")
	a.DirectToWards(document)
	a.Receive(document, "qldt")
	a.LeadReports(document)
	a.SendBackLead(document)
	a.Settle(document)
	a.LeadReports(document)
	a.Conclude(document)
	a.Settle(document)
	return document
}

// flooded has more letters than a history may hold, each of them known, while
// no worker runs: the server suggests to begin anew.
func flooded(a *workertest.Authority) routing.ID {
	stop := a.StartWorker()
	a.StartRelay(a.Temporal)
	document := a.Arrive("")
	a.DirectToWards(document, "molao")
	a.Settle(document)
	stop()
	a.Repeat(document, 4_100, milestone(routing.NewsDirected, 2))
	a.StartWorker()
	a.Settle(document)
	return finish(a, document, []string{"molao"})
}

// lateDuplicate is the second workflow of a document that is finished.
func lateDuplicate(a *workertest.Authority) routing.ID {
	document := recalledBeforeDirection(a)
	a.Repeat(document, 1, milestone(routing.NewsRecalled, 2))
	a.Settle(document)
	return document
}
