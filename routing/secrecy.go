package routing

import (
	"slices"
	"strings"
	"unicode"
)

// NoSecret is what a clerk declares of a document that may enter: it contains
// no state secret.
const NoSecret = "none"

// CheckSecrecy refuses a state secret with ErrStateSecret: Luật Bảo vệ bí mật
// nhà nước forbids to keep one on a networked machine, so it has to be called
// before the first write, and before the first log line. The declaration has
// to be [NoSecret]: a missing one is a field fault, any level is a secret.
// The texts are what people type. One refuses if a line of it is nothing but a
// mark, begins or ends with one that is set off ("Mật: kế hoạch"), has one
// between brackets, or tells a level ("Độ mật: Tối mật"); "bảo mật", "mật ong" and
// "mật độ dân số" are ordinary words and pass. docs/secrets.md has both tables.
func CheckSecrecy(declared string, texts ...string) error {
	switch level := spell(declared); {
	case isAlone(level):
		return ErrStateSecret
	case plain(signs(level)) != NoSecret:
		return ErrField.With("fields", map[string]string{
			"secrecy": `hãy xác nhận văn bản không chứa bí mật nhà nước ("none")`})
	}
	for _, text := range texts {
		for raw := range strings.FieldsFuncSeq(text, isLineBreak) {
			line := spell(raw)
			if isStamp(line) || isKeyed(line) || isSetOff(line) || hasInBrackets(line) {
				return ErrStateSecret
			}
		}
	}
	return nil
}

// CheckStamps refuses lines out of a file if one of them bears the stamp of a
// state secret: alone in the line or in a column of it, or told as its level.
// Unlike CheckSecrecy it lets a level pass that begins a sentence: whole texts
// are about secrecy as about anything else.
func CheckStamps(lines ...string) error {
	for _, text := range lines {
		for raw := range strings.FieldsFuncSeq(text, isLineBreak) {
			if line := spell(raw); isStamp(line) || isKeyed(line) || isStampInBrackets(line) {
				return ErrStateSecret
			}
		}
	}
	return nil
}

// levels are the levels of secrecy of Luật Bảo vệ bí mật nhà nước (Mật, Tối
// mật, Tuyệt mật), letter by letter.
var levels = []string{"mat", "toimat", "tuyetmat"}

// accented are the marks that the letters of the levels may bear or lack.
// Any other makes another word: mắt, mặt, mất.
var accented = map[rune]accent{'a': circumflex | dot, 'o': circumflex | acute, 'e': circumflex | dot, 'i': acute, 'y': dot}

// isLevel says whether signs spell a level. 0 and 1 are read for o and i, as
// readers of scans confuse them.
func isLevel(s []letter) bool {
	for _, level := range levels {
		if spells(s, level) {
			return true
		}
	}
	return false
}

func spells(s []letter, level string) bool {
	if len(s) != len(level) {
		return false
	}
	for i, want := range level {
		got := s[i].base
		switch {
		case want == 'o' && got == '0', want == 'i' && (got == '1' || got == 'l'):
		case got != want || s[i].accents&^accented[want] != 0:
			return false
		}
	}
	return true
}

// keys are the forms in which a level is written beside its name: "Độ mật: …".
var keys = []string{
	"dauchidomat", "daudomat", "mucdomat", "capdomat", "dodaumat", "domat", "daumat", "mucmat", "capmat", "loaimat", "phanloaimat",
	"secrecy", "secret", "classification",
}

// shortKeys are keys only if nothing stands before them.
var shortKeys = []string{"do", "muc", "mucdo", "cap", "capdo", "loai", "dau", "dongdau", "phanloai", "stateclass"}

// isAlone says whether a line is nothing but a level, with or without its key
// and the number of the copy. "[TỐI - MẬT]" and the spaced "T Ố I  M Ậ T" of
// stamps are levels.
func isAlone(line []letter) bool {
	s := withoutCopy(signs(line))
	if isLevel(s) {
		return true
	}
	text := plain(s)
	for _, key := range keys {
		if rest, ok := strings.CutPrefix(text, key); ok && isValue(s[len(s)-len([]rune(rest)):]) {
			return true
		}
	}
	rest, ok := strings.CutPrefix(text, "do")
	return ok && len(rest) > len("mat") && isLevel(s[2:])
}

// isValue says whether what stands after a key is a level; until 2020 they were
// also called A, B and C.
func isValue(s []letter) bool {
	return isLevel(s) || len(s) == 1 && s[0].base >= 'a' && s[0].base <= 'c'
}

// withoutCopy drops "Bản số: 03" beside a stamp.
func withoutCopy(s []letter) []letter {
	end := len(s)
	for end > 0 && unicode.IsDigit(s[end-1].base) {
		end--
	}
	if text := plain(s[:end]); strings.HasSuffix(text, "banso") && len(text) > len("banso") {
		return s[:end-len("banso")]
	}
	return s
}

// isStamp says whether a line, or a column of it, is nothing but a mark.
// Columns lie three spaces apart, and a spaced stamp may span some.
func isStamp(line []letter) bool {
	columns := columnsOf(line)
	if len(columns) > 12 {
		columns = append(columns[:6:6], columns[len(columns)-6:]...)
	}
	for i := range columns {
		for j := i; j < len(columns); j++ {
			if isAlone(line[columns[i][0]:columns[j][1]]) {
				return true
			}
		}
	}
	return false
}

// columnsOf cuts a line where three spaces or a table's line stand.
func columnsOf(line []letter) (columns [][2]int) {
	begin, end, spaces := -1, 0, 0
	for i, l := range line {
		switch {
		case unicode.IsSpace(l.base):
			spaces++
			continue
		case l.base == '|' || begin >= 0 && spaces >= 3:
			if begin >= 0 {
				columns = append(columns, [2]int{begin, end})
			}
			begin = -1
		}
		if spaces = 0; l.base != '|' {
			if begin < 0 {
				begin = i
			}
			end = i + 1
		}
	}
	if begin >= 0 {
		columns = append(columns, [2]int{begin, end})
	}
	return columns
}

// reach is how many signs before and after a colon are looked at.
const reach = 80

// isKeyed says whether a line tells a level after its key: "… , độ mật: Tối mật".
// A line that lists all levels is about them.
func isKeyed(line []letter) bool {
	if listsLevels(line) {
		return false
	}
	for i, l := range line {
		if l.base != ':' && l.base != '=' {
			continue
		}
		value := line[i+1 : min(len(line), i+1+reach)]
		if end := slices.IndexFunc(value, func(l letter) bool { return strings.ContainsRune(",;|()[]/", l.base) }); end >= 0 {
			value = value[:end]
		}
		key := plain(signs(line[max(0, i-reach):i]))
		known := i < reach && slices.Contains(shortKeys, key) || slices.ContainsFunc(keys, func(k string) bool { return strings.HasSuffix(key, k) })
		if known && isValue(withoutCopy(signs(value))) {
			return true
		}
	}
	return false
}

// listsLevels says whether a line names all three levels.
func listsLevels(line []letter) bool {
	s := plain(signs(line))
	return strings.Contains(s, "toimat") && strings.Contains(s, "tuyetmat") &&
		strings.Contains(strings.NewReplacer("toimat", "", "tuyetmat", "", "bimat", "", "domat", "").Replace(s), "mat")
}

// isLineBreak knows the line ends of every system, and those of word processors.
func isLineBreak(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' }

const opening, closing = "[({<【《〔", "])}>】》〕"

// bracketed gives what stands between brackets, as stamps are typed: "[TỐI MẬT] V/v …".
func bracketed(line []letter) (groups [][]letter) {
	begin := -1
	for i, l := range line {
		switch {
		case strings.ContainsRune(opening, l.base):
			begin = i + 1
		case begin >= 0 && strings.ContainsRune(closing, l.base):
			groups = append(groups, line[begin:i])
			begin = -1
		}
	}
	return groups
}

func hasInBrackets(line []letter) bool { return slices.ContainsFunc(bracketed(line), isAlone) }

// isStampInBrackets asks for capitals or square brackets: "(mật)" in the body
// of a text explains a word.
func isStampInBrackets(line []letter) bool {
	return slices.ContainsFunc(bracketed(line), func(group []letter) bool {
		return isAlone(group) && !slices.ContainsFunc(group, func(l letter) bool { return l.isSign() && !l.upper })
	})
}
