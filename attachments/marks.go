package attachments

import (
	"congvan/routing"
)

// How much of a file is searched for stamps: all of its first pages, and of every
// other page the lines where a stamp or a running title stands, as annexes have
// their own.
const (
	stampedPages = 3
	stampedLines = 8
)

// CheckSecrecy refuses a file that bears a mark of a state secret with
// routing.ErrStateSecret, which says nothing of it: in its name, alone in a line of
// its first pages, of the top or the foot of any other, in headers, footers and
// comments, or in what the file tells of itself. Words like "bảo mật" are none.
func CheckSecrecy(name string, lines []Line, metadata map[string]string) error {
	if name != "" {
		if err := routing.CheckFileName(name); err != nil {
			return err
		}
	}
	last := map[int]int{}
	for _, line := range lines {
		last[line.Page] = max(last[line.Page], line.Number)
	}
	for _, line := range lines {
		if line.Page > stampedPages && line.Number > stampedLines && line.Number <= last[line.Page]-stampedLines {
			continue
		}
		if err := routing.CheckStamps(line.Text); err != nil {
			return err
		}
	}
	for key, value := range metadata {
		if err := routing.CheckSecrecy(routing.NoSecret, value, key+": "+value); err != nil {
			return err
		}
	}
	return nil
}
