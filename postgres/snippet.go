package postgres

import (
	"strings"
	"unicode"
)

// Piece is a part of a text that is shown; marked is what was searched for.
type Piece struct {
	Text   string
	Marked bool
}

// How much of a text a snippet shows, in words around the first that was found.
const (
	wordsBefore = 8
	wordsShown  = 32
)

// written is a word of a text: where it stands and how it is searched.
type written struct {
	from, to int
	folded   string
}

// split finds the words of a text as [tokens] would.
func split(text string) (words []written) {
	from := -1
	end := func(to int) {
		if from >= 0 {
			if folded := strings.Join(tokens(text[from:to]), ""); folded != "" {
				words = append(words, written{from, to, folded})
			}
		}
		from = -1
	}
	for i, r := range text {
		in := unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.Is(unicode.M, r) || unicode.Is(unicode.Cf, r)
		switch {
		case !in:
			end(i)
		case from < 0:
			from = i
		}
	}
	end(len(text))
	return words
}

// marks says which words of a text are some of what is searched for, and how many
// of the latter begin at each.
func marks(text []written, all []sought) (marked []bool, begins []int) {
	marked, begins = make([]bool, len(text)), make([]int, len(text))
	for _, s := range all {
		for i := 0; i+len(s.words) <= len(text); i++ {
			if !s.standsAt(text[i:]) {
				continue
			}
			begins[i]++
			for n := range s.words {
				marked[i+n] = true
			}
		}
	}
	return marked, begins
}

func (s sought) standsAt(text []written) bool {
	for i, w := range s.words {
		if got := text[i].folded; got != w && !(s.unfinished && i == len(s.words)-1 && strings.HasPrefix(got, w)) {
			return false
		}
	}
	return true
}

// whole is a text with what is searched for marked.
func whole(text string, all []sought) []Piece {
	words := split(text)
	marked, _ := marks(words, all)
	return pieces(text, 0, len(text), words, marked)
}

// around is a text cut to where most of what is searched for stands together, with
// that marked; nil if nothing of it is there.
func around(text string, all []sought) []Piece {
	words := split(text)
	marked, begins := marks(words, all)
	best, most, here := -1, 0, 0
	for i := range words {
		here += begins[i]
		if i >= wordsShown-wordsBefore {
			here -= begins[i-(wordsShown-wordsBefore)]
		}
		if here > most {
			best, most = i, here
		}
	}
	if best < 0 {
		return nil
	}
	first := best
	for i := best; i >= 0 && i > best-(wordsShown-wordsBefore); i-- {
		if begins[i] > 0 {
			first = i
		}
	}
	first = max(0, first-wordsBefore)
	last := min(len(words), first+wordsShown)
	from, to := 0, len(text)
	if first > 0 {
		from = words[first].from
	}
	if last < len(words) {
		to = words[last-1].to
	}
	out := pieces(text, from, to, words[first:last], marked[first:last])
	if first > 0 {
		out = append([]Piece{{Text: "… "}}, out...)
	}
	if last < len(words) {
		out = append(out, Piece{Text: " …"})
	}
	return out
}

// pieces cuts a part of a text where marked words begin and end. Words that are
// marked side by side are one piece; what nobody sees, and breaks, are a space.
func pieces(text string, from, to int, words []written, marked []bool) (out []Piece) {
	add := func(until int, mark bool) {
		if part := tidy(text[from:until]); part != "" {
			out = append(out, Piece{part, mark})
		}
		from = until
	}
	for i := 0; i < len(words); i++ {
		if !marked[i] {
			continue
		}
		add(words[i].from, false)
		for i+1 < len(words) && marked[i+1] {
			i++
		}
		add(words[i].to, true)
	}
	add(to, false)
	return out
}

// tidy makes one space of what parts words on a page, and drops what nobody sees.
func tidy(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case unicode.IsSpace(r):
			if s := b.String(); s == "" || s[len(s)-1] != ' ' {
				b.WriteByte(' ')
			}
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r):
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
