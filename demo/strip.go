package demo

import (
	"fmt"
	"io"
	"os"
	"strings"
)

// cells draws one recipient of a document: a sign, a colour for terminals, a
// word. Never colour alone.
var cells = []struct{ state, sign, colour, word string }{
	{"sent", "·", "37", "chờ nhận"},
	{"received", "○", "36", "đã nhận"},
	{"working", "◐", "34", "đang làm"},
	{"reported", "◆", "35", "chờ duyệt"},
	{"done", "●", "32", "xong"},
	{"late", "▲", "31;1", "trễ hạn"},
	{"consulting", "◇", "35", "lấy ý kiến"},
	{"returned", "↩", "33", "bị trả lại"},
	{"held", "‖", "90", "tạm dừng"},
	{"withdrawn", "×", "90", "đã rút"},
	{"handed-over", "→", "90", "đã bàn giao"},
}

// strip shows all recipients of a document as one row of cells, in place on a
// terminal, as a plain line for each change elsewhere.
type strip struct {
	out      io.Writer
	terminal bool
	wards    int
	last     string
}

func newStrip(out io.Writer) *strip {
	file, ok := out.(*os.File)
	if ok {
		info, err := file.Stat()
		ok = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return &strip{out: out, terminal: ok}
}

// draw shows the states of the wards in their fixed order.
func (s *strip) draw(states []string) {
	counts := map[string]int{}
	var row strings.Builder
	for _, state := range states {
		counts[state]++
		row.WriteString(s.cell(state))
	}
	line := row.String()
	for _, c := range cells {
		if n := counts[c.state]; n > 0 {
			line += fmt.Sprintf("  %d %s", n, c.word)
		}
	}
	if line == s.last {
		return
	}
	s.last, s.wards = line, len(states)
	if s.terminal {
		fmt.Fprintf(s.out, "\r\x1b[K  %d phường  %s", s.wards, line)
		return
	}
	fmt.Fprintf(s.out, "  %d phường  %s\n", s.wards, line)
}

// say writes a line of the story above the strip.
func (s *strip) say(format string, args ...any) {
	line := fmt.Sprintf(format, args...)
	if s.terminal && s.last != "" {
		fmt.Fprintf(s.out, "\r\x1b[K%s\n  %d phường  %s", line, s.wards, s.last)
		return
	}
	fmt.Fprintln(s.out, line)
}

// end leaves the strip as it is and begins a new line.
func (s *strip) end() {
	if s.terminal && s.last != "" {
		fmt.Fprintln(s.out)
	}
	s.last = ""
}

func (s *strip) cell(state string) string {
	for _, c := range cells {
		switch {
		case c.state != state:
		case s.terminal:
			return "\x1b[" + c.colour + "m" + c.sign + "\x1b[0m"
		default:
			return c.sign
		}
	}
	return "?"
}
