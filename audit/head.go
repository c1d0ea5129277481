package audit

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// headForm is the first line of a signed head.
const headForm = "congvan/log/1"

// instantForm is how instants stand in what is signed: UTC, microseconds.
const instantForm = "2006-01-02T15:04:05.000000Z"

// Head says what the log was at an instant: its size and the root of its tree.
type Head struct {
	Size int64
	Root tlog.Hash
	At   time.Time // when it was sealed, UTC, microseconds
}

// text is what is signed.
func (h Head) text() string {
	return headForm + "\n" + h.lines()
}

func (h Head) lines() string {
	return fmt.Sprintf("%d\n%s\n%s\n", h.Size, encodeHash(h.Root), h.At.UTC().Format(instantForm))
}

// parseHead reads the four first lines of a signed text and returns what follows.
func parseHead(text, form string) (h Head, rest string, err error) {
	lines := strings.SplitN(text, "\n", 5)
	if len(lines) < 5 || lines[0] != form {
		return h, "", fmt.Errorf("audit: not %s", form)
	}
	if h.Size, err = strconv.ParseInt(lines[1], 10, 64); err == nil {
		h.Root, err = tlog.ParseHash(lines[2])
	}
	if err == nil {
		h.At, err = time.Parse(instantForm, lines[3])
	}
	if err == nil && form+"\n"+h.lines() != strings.Join(lines[:4], "\n")+"\n" {
		err = fmt.Errorf("audit: %s is written in another way than it is signed", form)
	}
	return h, lines[4], err
}

// OpenHead checks a signed head and reads it.
func OpenHead(signed string, keys note.Verifiers) (Head, error) {
	n, err := note.Open([]byte(signed), keys)
	if err != nil {
		return Head{}, fmt.Errorf("audit: signature of a head: %w", err)
	}
	h, rest, err := parseHead(n.Text, headForm)
	if err == nil && rest != "" {
		err = fmt.Errorf("audit: a head with more than a head")
	}
	return h, err
}

// sign signs a text that ends with a line feed.
func sign(text string, key note.Signer) (string, error) {
	signed, err := note.Sign(&note.Note{Text: text}, key)
	return string(signed), err
}

// headText is the signed text of a head, its signature unchecked.
func headText(signed string) string {
	text, _, _ := strings.Cut(signed, "\n\n")
	return text + "\n"
}
