package workflows_test

import (
	"flag"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"
)

// Analysing the SDK takes some seconds, so this is for `make check`:
//
//	go test ./workflows -run TestWorkflowcheckFindsCarelessness -workflowcheck
var check = flag.Bool("workflowcheck", false, "prove that workflowcheck finds a mistake")

// A check that never fails proves nothing.
func TestWorkflowcheckFindsCarelessness(t *testing.T) {
	if !*check {
		t.Skip("runs only when asked: -workflowcheck")
	}
	found, err := exec.CommandContext(t.Context(), "go", "tool", "-modfile=../tools/go.mod", "workflowcheck", "./testdata/careless").CombinedOutput()
	var failed *exec.ExitError
	require.ErrorAs(t, err, &failed, string(found))
	require.Contains(t, string(found), "RouteDocument is non-deterministic")
	require.Contains(t, string(found), "time.Until")
}
