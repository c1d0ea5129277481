package local

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// logLimit is when a log file becomes NAME.log.1 and a new one begins, in bytes: two files of it per child at most.
const logLimit = 8 << 20

// openLog opens the file that a child writes itself, so that what it says in its last moments is kept even when this
// process is gone. Appending is what makes trimLog safe beside the writer.
func openLog(path string) (*os.File, error) {
	if err := trimLog(path, logLimit); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the log: %w", err)
	}
	return f, nil
}

// trimLog copies a log that has grown over limit bytes to path.1 and empties it. Lines written between the two steps
// are lost; a log of this kind may lose a line once in many megabytes.
func trimLog(path string, limit int64) error {
	info, err := os.Stat(path)
	if errors.Is(err, os.ErrNotExist) || err == nil && info.Size() <= limit {
		return nil
	}
	if err != nil {
		return fmt.Errorf("look at the log: %w", err)
	}
	if err := copyFile(path, path+".1"); err != nil {
		return fmt.Errorf("keep the old log: %w", err)
	}
	return os.Truncate(path, 0)
}

func copyFile(from, to string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close() //nolint:errcheck // only read
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	_, err = io.Copy(out, in)
	return err
}

// logSince returns what was written to the log after offset bytes, at most the last 64 kB of it.
func logSince(path string, offset int64) []byte {
	f, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer f.Close() //nolint:errcheck // only read
	if info, err := f.Stat(); err == nil {
		if info.Size() < offset {
			offset = 0 // trimmed meanwhile
		}
		offset = max(offset, info.Size()-64<<10)
	}
	text, err := io.ReadAll(io.NewSectionReader(f, offset, 64<<10))
	if err != nil {
		return nil
	}
	return text
}

// lastLine is the last thing a child said since offset: usually the reason why it stopped.
func lastLine(path string, offset int64) string {
	lines := strings.Split(strings.TrimSpace(string(logSince(path, offset))), "\n")
	line := strings.TrimSpace(lines[len(lines)-1])
	if line == "" {
		return "it said nothing"
	}
	if len(line) > 400 {
		line = strings.ToValidUTF8(line[:400], "") + "…"
	}
	return line
}

func logSays(path string, offset int64, text string) bool {
	return bytes.Contains(logSince(path, offset), []byte(text))
}
