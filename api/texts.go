package api

import (
	"time"

	"congvan/desk"
)

// suggestionsAnswer tells what a file says about itself, each with its line.
func suggestionsAnswer(f *desk.FileFinding) []map[string]any {
	list := make([]map[string]any, len(f.Suggestions))
	for i, s := range f.Suggestions {
		list[i] = map[string]any{"field": s.Field, "value": s.Value, "confidence": s.Confidence, "page": s.Line.Page, "line": s.Line.Number, "text": s.Line.Text}
	}
	return list
}

func notesAnswer(f *desk.FileFinding) []string {
	notes := make([]string, len(f.Text.Notes))
	for i, note := range f.Text.Notes {
		notes[i] = string(note)
	}
	return notes
}

func signersAnswer(f *desk.FileFinding) []map[string]any {
	list := make([]map[string]any, len(f.Signature.Signers))
	for i, by := range f.Signature.Signers {
		list[i] = map[string]any{"state": by.State, "name": by.Name, "subject": by.Subject, "issuer": by.Issuer,
			"validThen": by.ValidThen, "weak": by.Weak, "signedAgain": by.SignedAgain}
		if by.Fault != "" {
			list[i]["fault"] = by.Fault
		}
		for name, at := range map[string]time.Time{"signedAt": by.SignedAt, "notBefore": by.NotBefore, "notAfter": by.NotAfter} {
			if !at.IsZero() {
				list[i][name] = at.Format(time.RFC3339)
			}
		}
	}
	return list
}
