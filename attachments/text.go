package attachments

import (
	"context"

	"congvan/routing"
)

// Line is a line of a file's text and where it stands.
type Line struct {
	Page, Number int
	Text         string
}

// Suggestion is what a file seems to say about itself for the registration form.
type Suggestion struct {
	Field, Value string
}

// Signature is what a digital signature in a file is worth.
type Signature struct {
	State string // none: the file is not signed
}

// Text reads the lines of a file. No kind is read yet.
func Text(context.Context, string, Content) ([]Line, error) { return nil, nil }

// CheckSecrecy refuses a file whose text bears a mark of secrecy with
// routing.ErrStateSecret.
func CheckSecrecy(name string, lines []Line, _ map[string]string) error {
	texts := make([]string, 0, len(lines))
	for _, line := range lines {
		texts = append(texts, line.Text)
	}
	return routing.CheckSecrecy(routing.NoSecret, texts...)
}

// Suggest finds what the lines of a file say about it.
func Suggest([]Line) []Suggestion { return nil }

// Signatures looks for the digital signatures of a file.
func Signatures(Content) (Signature, error) { return Signature{State: "none"}, nil }
