package workflows_test

import (
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"congvan/activities"
	"congvan/routing"
	"congvan/worker"
	"congvan/workflows"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/api/proxy"
	"go.temporal.io/sdk/client"
	sdkworker "go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
)

// recorded reads all histories of all releases, by file.
func recorded(t *testing.T) map[string]*historypb.History {
	t.Helper()
	files, err := filepath.Glob(histories + "/*.json*")
	require.NoError(t, err)
	all := map[string]*historypb.History{}
	for _, name := range files {
		all[filepath.Base(name)] = readHistory(t, name)
	}
	for what, path := range recordings {
		for _, release := range releases[slices.Index(releases, path.since):] {
			require.Contains(t, all, what+"."+release+".json", "a recorded history is never deleted")
		}
	}
	return all
}

func readHistory(t *testing.T, name string) *historypb.History {
	t.Helper()
	file, err := os.Open(name)
	require.NoError(t, err)
	defer file.Close()
	var text io.Reader = file
	if strings.HasSuffix(name, ".gz") {
		text, err = gzip.NewReader(file)
		require.NoError(t, err)
	}
	history, err := client.HistoryFromJSON(text, client.HistoryJSONOptions{})
	require.NoError(t, err, name)
	return history
}

// Documents that were begun under an older release go on by this one.
func TestRecordedHistoriesReplay(t *testing.T) {
	for name, history := range recorded(t) {
		t.Run(name, func(t *testing.T) {
			replayer := sdkworker.NewWorkflowReplayer()
			worker.RegisterWorkflows(replayer)
			require.NoError(t, replayer.ReplayWorkflowHistory(quiet{}, history))
		})
	}
}

func typeOf(history *historypb.History) string {
	return history.Events[0].GetWorkflowExecutionStartedEventAttributes().GetWorkflowType().GetName()
}

// replay goes through a history by a story.
func replay(story any, history *historypb.History) error {
	replayer := sdkworker.NewWorkflowReplayer()
	replayer.RegisterWorkflowWithOptions(story, workflow.RegisterOptions{Name: workflows.TypeRouteDocument})
	return replayer.ReplayWorkflowHistory(quiet{}, history)
}

// The histories are worth something only if they find the mistakes that they
// are kept for.
func TestRecordedHistoriesFindMistakes(t *testing.T) {
	all := recorded(t)
	for mistake, mutant := range workflows.Mutants {
		t.Run(mistake, func(t *testing.T) {
			var found []string
			for name, history := range all {
				if typeOf(history) == workflows.TypeRouteDocument && replay(mutant, history) != nil {
					found = append(found, name)
				}
			}
			require.NotEmpty(t, found)
		})
	}
}

// What is in a history stays in Temporal's tables and on its pages, beside the
// rules for the record: it may name a document, never tell of one.
func TestHistoriesHoldNoContent(t *testing.T) {
	seen := map[string]bool{}
	for name, history := range recorded(t) {
		look := func(_ *proxy.VisitPayloadsContext, payloads []*commonpb.Payload) ([]*commonpb.Payload, error) {
			for _, p := range payloads {
				if encoding := string(p.Metadata["encoding"]); encoding != "binary/null" {
					require.Equal(t, "json/plain", encoding, name)
					var value any
					require.NoError(t, json.Unmarshal(p.Data, &value), name)
					requireNoContent(t, name, value, seen)
				}
			}
			return payloads, nil
		}
		require.NoError(t, proxy.VisitPayloads(t.Context(), history, proxy.VisitPayloadsOptions{Visitor: look}))
	}
	for kind := range plainWords {
		require.True(t, seen[kind], "no recorded history has a %s: is the check blind?", kind)
	}
}

func requireNoContent(t *testing.T, name string, value any, seen map[string]bool) {
	t.Helper()
	switch v := value.(type) {
	case map[string]any:
		for key, x := range v {
			require.Regexp(t, `^[A-Za-z]+$`, key, name)
			requireNoContent(t, name, x, seen)
		}
	case []any:
		for _, x := range v {
			requireNoContent(t, name, x, seen)
		}
	case string:
		kind := kindOf(v)
		require.NotEmpty(t, kind, "%s: %q is neither an id, an instant, a state nor a known summary", name, v)
		seen[kind] = true
	}
}

// plainWords are the sentences that a history may hold: of counts and instants.
var plainWords = map[string]*regexp.Regexp{
	"title": regexp.MustCompile(`^Văn bản đến số \d+/\d{4}$`),
	"timer": regexp.MustCompile(`^(Chờ (lãnh đạo cho ý kiến chỉ đạo|văn thư (trình lãnh đạo|báo nơi gửi đã nhận)|` +
		`\d+ đơn vị (xác nhận đã nhận|báo cáo kết quả|duyệt báo cáo|xử lý phần việc bị trả lại|quyết định)); ` +
		`nếu chưa có, đôn đốc lúc \d\d:\d\d:\d\d \d\d/\d\d/\d{4}|Đã đôn đốc hết thang; vẫn chờ đơn vị thực hiện)$`),
	"change": regexp.MustCompile(`^letters after the end(-1)?$`), // of the story, by version
	"step": regexp.MustCompile(`^(Chuyển phần việc đến các đơn vị|Đôn đốc theo thang, tính hẹn kế tiếp|` +
		`Rút các phần việc còn mở vì văn bản bị thu hồi|Kết thúc các phần việc còn mở, văn bản hoàn thành|Viết thư công việc buổi sáng)$`),
}

var states = map[string]bool{
	"":                       true,
	activities.Dispatch:      true,
	activities.Ring:          true,
	activities.Withdraw:      true,
	activities.Close:         true,
	activities.WriteMorning:  true,
	string(routing.Directed): true, string(routing.Registered): true, string(routing.Concluded): true, string(routing.Recalled): true,
	string(routing.Presented): true, string(routing.Recalling): true, string(routing.Cancelled): true,
	string(routing.AwaitPresenting): true, string(routing.AwaitNotice): true, string(routing.AwaitReturn): true, string(routing.AwaitDecision): true,
	string(routing.NewsMoved): true, string(routing.AwaitDirection): true, string(routing.AwaitReceipt): true,
	string(routing.AwaitReport): true, string(routing.AwaitApproval): true,
}

var number = regexp.MustCompile(`^\d+$`)

func kindOf(s string) string {
	if _, err := uuid.Parse(s); err == nil {
		return "id"
	}
	if _, err := time.Parse(time.RFC3339Nano, s); err == nil {
		return "instant"
	}
	if states[s] || number.MatchString(s) {
		return "state"
	}
	for kind, words := range plainWords {
		if words.MatchString(s) {
			return kind
		}
	}
	return ""
}
