package main

import (
	"flag"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// whole runs every part of the bench on a real installation; it takes half a
// minute and needs bin/congvan and bin/temporal:
//
//	go test ./bench -whole
var whole = flag.Bool("whole", false, "run every part of the bench, small")

func TestEveryPartRuns(t *testing.T) {
	if !*whole {
		t.Skip("a whole installation; see -whole")
	}
	require.NoError(t, os.Chdir(".."))
	o, err := parse([]string{"-docs", "2", "-clients", "2", "-rounds", "1", "-open", "4"})
	require.NoError(t, err)
	require.NoError(t, run(t.Context(), o))
}

func TestOptions(t *testing.T) {
	_, err := parse([]string{"-only", "desk,nothing"})
	require.ErrorContains(t, err, "bare-temporal", "it says what there is")
	_, err = parse([]string{"-clients", "0"})
	require.Error(t, err)
	o, err := parse([]string{"-only", "desk,memory"})
	require.NoError(t, err)
	require.True(t, o.wants(runStart, runMemory))
	require.False(t, o.wants(runHTTP, runDispatch))
	o, err = parse(nil)
	require.NoError(t, err)
	require.False(t, o.wants(runQuestions), "only when it is named")
	o, err = parse([]string{"-only", "questions", "-documents", "2000"})
	require.NoError(t, err)
	require.True(t, o.wants(runQuestions))
	require.False(t, o.wants(inInstallation...))
}
