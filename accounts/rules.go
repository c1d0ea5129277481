package accounts

import (
	_ "embed" // common.txt
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Weakness says why a password is refused; empty: it is not.
type Weakness string

// The weaknesses.
const (
	TooShort  Weakness = "too-short"
	TooLong   Weakness = "too-long"
	NotText   Weakness = "not-text"  // a NUL, or no UTF-8
	Common    Weakness = "common"    // one of those that are tried first
	Guessable Weakness = "guessable" // nothing but words of the office, years and runs of keys
)

// A password is 8 to 128 characters, whatever they are, exactly as they were
// received: nothing is cut, folded or normalised. NIST SP 800-63B, 5.1.1.2.
const (
	shortest = 8
	longest  = 128
)

// Suspicious is from how many failures of one network on something is going on.
const Suspicious = 40

// Possible says whether a text may be a password of anybody; what is not is refused
// before it costs anything.
func Possible(password string) bool {
	return password != "" && len(password) <= longest*utf8.UTFMax && strings.IndexByte(password, 0) < 0
}

//go:embed common.txt
var commonText string

var common = sync.OnceValue(func() map[string]bool {
	words := map[string]bool{}
	for line := range strings.Lines(commonText) {
		if line, _, _ = strings.Cut(line, "#"); line != "" {
			for _, word := range strings.Fields(line) {
				words[fold(word)] = true
			}
		}
	}
	return words
})

// officeWords are what passwords of an authority are made of, folded. Names of
// units, titles and the account's own are given to Check.
var officeWords = strings.Fields(`ubnd uyban nhandan ubnhandan hdnd hoidong quan phuong xa thitran huyen tinh thanhpho tp phong ban vanphong vanthu
	chutich phochutich chanhvanphong truongphong phophong chuyenvien canbo congchuc lanhdao quantri quantrivien admin administrator congvan vanban
	hanhchinh noivu tuphap taichinh kehoach tainguyen moitruong laodong thuongbinh xahoi vanhoa thongtin giaoduc daotao yte kinhte quanly dothi thanhtra
	hadong hanoi vietnam thudo coquan donvi matkhau password passwd pass login dangnhap taikhoan nguoidung user welcome xinchao chao anhyeuem iloveyou`)

// keyboard are the runs that fingers find by themselves.
var keyboard = []string{
	"01234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./", "azertyuiop", "!@#$%^&*()_+",
	"1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/", "qazwsxedcrfvtgbyhnujmik,ol.p;/", "1q2w3e4r5t6y7u8i9o0p", "q1w2e3r4t5y6u7i8o9p0",
}

// years are of births and of today.
var years = regexp.MustCompile(`(19|20)[0-9][0-9]`)

const (
	run     = 4 // keys in a row that are taken for one
	enough  = 4 // characters that have to be left when all that can be guessed is taken off
	variety = 4 // different characters
)

// Check says what is wrong with a new password. words are names that whoever
// attacks the account would try: its own, its position, its units.
func Check(password string, words []string) Weakness {
	switch {
	case len(password) > longest*utf8.UTFMax:
		return TooLong // before anything looks at all of it
	case !utf8.ValidString(password) || strings.IndexByte(password, 0) >= 0:
		return NotText
	case utf8.RuneCountInString(password) < shortest:
		return TooShort
	case utf8.RuneCountInString(password) > longest:
		return TooLong
	}
	plain := years.ReplaceAllString(fold(password), " ")
	if whole := fold(password); common()[whole] || common()[unleet(whole)] {
		return Common
	}
	guesses := guessesOf(words)
	for _, text := range []string{plain, unleet(plain)} {
		if left(text, guesses) < enough {
			return Guessable
		}
	}
	if different(password) < variety {
		return Guessable
	}
	return ""
}

// guessesOf lists everything that is taken off, the longest first.
func guessesOf(words []string) []string {
	guesses := slices.Clone(officeWords)
	for _, word := range words {
		whole := fold(word)
		guesses = append(guesses, squeeze(whole))
		guesses = append(guesses, strings.FieldsFunc(whole, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })...)
		// A name of several words is also typed without the kind of unit in front.
		if fields := strings.Fields(whole); len(fields) > 2 {
			guesses = append(guesses, squeeze(strings.Join(fields[len(fields)-2:], "")))
		}
	}
	for word := range common() {
		if len(word) >= run { // "mai", "lan" are in many a sentence
			guesses = append(guesses, word)
		}
	}
	guesses = slices.DeleteFunc(guesses, func(g string) bool { return len(g) < 3 })
	slices.SortFunc(guesses, func(a, b string) int {
		if len(a) != len(b) {
			return len(b) - len(a)
		}
		return strings.Compare(a, b)
	})
	return slices.Compact(guesses)
}

// left counts what remains of a folded password without words, years, dates and
// runs. Blanks and marks between them are nothing.
func left(text string, guesses []string) int {
	text = withoutRuns(text)
	text = squeeze(text)
	for _, guess := range guesses {
		text = strings.ReplaceAll(text, guess, " ")
	}
	n, digits := 0, 0
	for _, r := range text {
		switch {
		case unicode.IsDigit(r):
			digits++
		case r != ' ':
			n++
		}
	}
	if n < 2 {
		return 0 // a number, however long a date or a telephone number is
	}
	return n + digits
}

// squeeze keeps letters, digits and what is no mark of a plain keyboard.
func squeeze(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r > unicode.MaxASCII {
			return r
		}
		return -1
	}, text)
}

// withoutRuns takes off neighbours on a keyboard, in the alphabet and among the
// digits, either way, and one character again and again.
func withoutRuns(text string) string {
	runes := []rune(text)
	var out []rune
	for i := 0; i < len(runes); {
		n := runAt(runes[i:])
		if n >= run {
			i += n
			out = append(out, ' ')
			continue
		}
		out = append(out, runes[i])
		i++
	}
	return string(out)
}

// runAt is how long the run is that a text begins with.
func runAt(text []rune) int {
	n := 1
	for n < len(text) && text[n] == text[0] {
		n++
	}
	for _, keys := range keyRuns() {
		for at, key := range keys {
			if key != text[0] {
				continue
			}
			k := 0
			for k < len(text) && at+k < len(keys) && text[k] == keys[at+k] {
				k++
			}
			n = max(n, k)
		}
	}
	return n
}

var keyRuns = sync.OnceValue(func() (runs [][]rune) {
	for _, keys := range keyboard {
		forward := []rune(keys)
		backward := slices.Clone(forward)
		slices.Reverse(backward)
		runs = append(runs, forward, backward)
	}
	return runs
})

// fold makes capitals, Vietnamese marks and đ plain.
func fold(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case r == 'đ' || r == 'Đ':
			return 'd'
		case unicode.Is(unicode.Mn, r):
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFD.String(text))
	return text
}

// unleet undoes what people write for letters.
func unleet(text string) string {
	return strings.NewReplacer("0", "o", "1", "i", "3", "e", "4", "a", "5", "s", "7", "t", "@", "a", "$", "s", "!", "i").Replace(text)
}

func different(text string) int {
	seen := map[rune]bool{}
	for _, r := range text {
		seen[r] = true
	}
	return len(seen)
}
