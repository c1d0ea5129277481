package main

import (
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestParseStat(t *testing.T) {
	// A name with a space and parentheses, as PostgreSQL's or a person's own.
	stat, err := parseStat("2355 (a) b (c) S 2301 2355 2355 0 -1 4194560 900 80 0 0 150 25 7 3 20 0 9 0 123 1 2 3")
	require.NoError(t, err)
	require.Equal(t, procStat{parent: 2301, own: 1750 * time.Millisecond, awaited: 100 * time.Millisecond}, stat)

	for _, broken := range []string{"", "1 (x) S 1", "1 (x) S 1 1 1 0 -1 0 0 0 0 0 many 1 1 1 20 0"} {
		_, err := parseStat(broken)
		require.Error(t, err, broken)
	}
}

func TestParseRSS(t *testing.T) {
	bytes, err := parseRSS("Name:\tcongvan\nVmPeak:\t  99999 kB\nVmRSS:\t   2048 kB\nRssAnon:\t 1 kB\n")
	require.NoError(t, err)
	require.Equal(t, int64(2<<20), bytes)
	_, err = parseRSS("Name:\tkthreadd\n")
	require.Error(t, err)
}

func TestCPUOfCountsChildren(t *testing.T) {
	self := os.Getpid()
	before, err := cpuOf(self)
	require.NoError(t, err)
	const loop = "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done"
	require.NoError(t, exec.Command("sh", "-c", loop).Run())
	after, err := cpuOf(self)
	require.NoError(t, err)
	require.Greater(t, after, before, "a child that has ended counts")

	_, err = cpuOf(1 << 30)
	require.Error(t, err, "no such process")
}

func TestRSSOfThisProcess(t *testing.T) {
	size, err := rssMB(os.Getpid())
	require.NoError(t, err)
	require.Greater(t, size, 1.0)
}
