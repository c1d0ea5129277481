// Package attachments finds out what a file is and what it says, from its bytes
// alone: nothing that a sender claims is believed, nothing in a file is run, and
// nothing is read without a limit.
//
// [Examine] is the gate that every file passes before a byte of it is kept in
// clear: its kind by its content, its name against its kind, containers counted
// while they are read, and whatever acts when it is opened. What must not come in
// is a refusal with a code and a sentence that says what to do; what may come in
// but is never shown inside a page is a flag.
package attachments

import "io"

// Content is a file that can be read from anywhere in it, as often as needed. It
// need not be in memory. Its bytes do not change.
type Content interface {
	io.ReaderAt
	Size() int64
}

// reader reads a content from its beginning.
func reader(c Content) *io.SectionReader { return io.NewSectionReader(c, 0, c.Size()) }

// headOf is the beginning of a content, at most n bytes.
func headOf(c Content, n int64) ([]byte, error) {
	return part(c, 0, n)
}

// tailOf is the end of a content, at most n bytes.
func tailOf(c Content, n int64) ([]byte, error) {
	return part(c, max(0, c.Size()-n), n)
}

func part(c Content, from, n int64) ([]byte, error) {
	data := make([]byte, max(0, min(n, c.Size()-from)))
	read, err := c.ReadAt(data, from)
	if read == len(data) {
		err = nil
	}
	return data[:read], err
}
