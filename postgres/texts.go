package postgres

import "strings"

// FileText is what a file says, for the search.
type FileText struct {
	Text      string // in normal form C, pages parted by form feeds; empty: a picture
	ByMachine bool   // recognised in a picture
}

// maxSearched is how much of a text can be found by its words, in bytes: a
// tsvector holds 1 MiB at most, positions included.
const maxSearched = 256 << 10

// keepText writes a file's text beside the file, in the statement that attaches it.
const keepText = `
			INSERT INTO file_texts (document_id, sha256, text, by_machine, words)
			SELECT document_id, ?sha256::bytea, ?text::text, ?by_machine::boolean, to_tsvector('simple', ?folded::text) FROM file WHERE ?text::text <> ''
			ON CONFLICT (document_id, sha256) DO UPDATE SET text = excluded.text, by_machine = excluded.by_machine, words = excluded.words
		`

// searchable is a text as searches see it: see [tokens].
func searchable(text string) string {
	text = strings.Join(tokens(text), " ")
	if len(text) > maxSearched {
		text = text[:strings.LastIndexByte(text[:maxSearched], ' ')+1]
	}
	return strings.ToValidUTF8(text, "")
}
