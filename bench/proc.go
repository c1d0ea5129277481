package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// tick is the unit of CPU time in /proc. USER_HZ is 100 on every Linux that Go
// runs on.
const tick = 10 * time.Millisecond

// procStat is what the bench reads of /proc/PID/stat.
type procStat struct {
	parent  int
	own     time.Duration // utime + stime
	awaited time.Duration // cutime + cstime: of children that ended and were waited for
}

// parseStat reads the text of /proc/PID/stat. The second field is a name in
// parentheses that may contain anything, so fields count from its end.
func parseStat(text string) (procStat, error) {
	fields := strings.Fields(text[strings.LastIndexByte(text, ')')+1:])
	if len(fields) < 15 {
		return procStat{}, fmt.Errorf("not a line of /proc/PID/stat: %q", text)
	}
	var values [5]int64 // ppid, utime, stime, cutime, cstime
	for i, at := range []int{1, 11, 12, 13, 14} {
		v, err := strconv.ParseInt(fields[at], 10, 64)
		if err != nil {
			return procStat{}, fmt.Errorf("field %d of /proc/PID/stat: %w", at+3, err)
		}
		values[i] = v
	}
	return procStat{
		parent: int(values[0]), own: time.Duration(values[1]+values[2]) * tick,
		awaited: time.Duration(values[3]+values[4]) * tick,
	}, nil
}

func readStat(pid string) (procStat, error) {
	text, err := os.ReadFile(filepath.Join("/proc", pid, "stat"))
	if err != nil {
		return procStat{}, err
	}
	return parseStat(string(text))
}

// cpuOf is the CPU time that a process has used, with that of its children,
// living and gone. It only ever grows: a child that ends passes its time on.
func cpuOf(pid int) (time.Duration, error) {
	parent, err := readStat(strconv.Itoa(pid))
	if err != nil {
		return 0, err
	}
	sum := parent.own + parent.awaited
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return 0, err
	}
	for _, entry := range entries {
		if _, err := strconv.Atoi(entry.Name()); err != nil {
			continue
		}
		child, err := readStat(entry.Name())
		switch {
		case gone(err):
			continue
		case err != nil:
			return 0, err
		case child.parent == pid:
			sum += child.own
		}
	}
	return sum, nil
}

// ownCPU is the CPU time of this process alone: the installation's processes are its children.
func ownCPU() (time.Duration, error) {
	stat, err := readStat("self")
	return stat.own, err
}

func gone(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || err != nil && strings.Contains(err.Error(), "no such process")
}

// parseRSS reads VmRSS, in bytes, out of the text of /proc/PID/status.
func parseRSS(text string) (int64, error) {
	for line := range strings.Lines(text) {
		rest, ok := strings.CutPrefix(line, "VmRSS:")
		if !ok {
			continue
		}
		kilobytes, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 10, 64)
		return kilobytes << 10, err
	}
	return 0, errors.New("no VmRSS in /proc/PID/status")
}

// rssMB is the resident memory of a process in MB (2^20 bytes).
func rssMB(pid int) (float64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	bytes, err := parseRSS(string(text))
	return round(float64(bytes) / (1 << 20)), err
}

// usage is CPU time by process.
type usage map[string]time.Duration

// since is what was used after an earlier usage.
func (u usage) since(before usage) usage {
	delta := usage{}
	for name, used := range u {
		delta[name] = used - before[name]
	}
	return delta
}
