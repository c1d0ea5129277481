package routing

import (
	"strings"
	"unicode"
)

// accent is a set of Vietnamese marks on a letter.
type accent uint8

const (
	grave accent = 1 << iota
	acute
	hook
	tilde
	dot
	breve
	circumflex
	horn
)

// letter is one sign of a line as an eye takes it: the plain letter that it
// shows, whatever alphabet it comes from, and the Vietnamese marks on it. What is
// no letter and no digit keeps its own rune.
type letter struct {
	base    rune
	accents accent
	upper   bool
}

func (l letter) isSign() bool { return unicode.IsLetter(l.base) || unicode.IsDigit(l.base) }

var combining = map[rune]accent{
	'\u0300': grave, '\u0340': grave, '\u0301': acute, '\u0341': acute, '\u0309': hook, '\u0303': tilde, '\u0323': dot,
	'\u0306': breve, '\u0302': circumflex, '\u031b': horn,
}

// composed says what each Vietnamese letter is made of.
var composed = func() map[rune]letter {
	tones := []accent{0, grave, acute, hook, tilde, dot}
	shapes := map[rune][]accent{'a': {0, breve, circumflex}, 'e': {0, circumflex}, 'i': {0}, 'o': {0, circumflex, horn}, 'u': {0, horn}, 'y': {0}}
	table := map[rune]letter{'đ': {base: 'd'}}
	for plain, shape := range shapes {
		for i, r := range []rune(string(plain) + plainLetters[plain]) {
			table[r] = letter{base: plain, accents: shape[i/len(tones)] | tones[i%len(tones)]}
		}
	}
	return table
}()

// lookalikes are letters that show as a Latin one: of other alphabets, small
// capitals, and Latin letters with marks that Vietnamese does not have.
var lookalikes = func() map[rune]rune {
	table := map[rune]rune{}
	for plain, others := range map[rune]string{
		'a': "АаΑαɑᴀᎪꓮäåāąǎȧǻȁȃ∀", 'b': "ВΒʙ", 'c': "СсϲС", 'd': "ԁᴅꓓ", 'e': "ЕеЁёΕεєᴇᎬꓰëēėęěȅȇ", 'h': "НΗнʜ", 'i': "ІіЇїΙιӀӏıɪᏆꓲïīĭįǐȉȋ",
		'k': "КкΚκᴋ", 'l': "ʟłľĺ", 'm': "МмΜμµᴍᎷꓟḿṁṃɱ", 'n': "Ννñńň", 'o': "ОоΟοσᴏօꓳöōŏőøǒȍȏ", 'p': "РрΡρ", 's': "Ѕѕꜱ", 't': "ТтΤτᴛᎢꓔţťṭțṫ",
		'u': "υᴜԱꓴսüūŭůűųǔȕȗ", 'x': "ХхΧχ", 'y': "УуΥүҮʏᎩꓬÿŷɣ",
	} {
		for _, r := range others {
			table[r] = plain
		}
	}
	return table
}()

// ranges are alphabets of letters drawn in another way: mathematical, in
// circles, in brackets, in squares, full-width.
var ranges = []struct {
	first, last, every rune
}{
	{0x1D400, 0x1D6A3, 52}, {0x24B6, 0x24CF, 26}, {0x24D0, 0x24E9, 26}, {0x249C, 0x24B5, 26},
	{0x1F110, 0x1F129, 26}, {0x1F130, 0x1F149, 26}, {0x1F150, 0x1F169, 26}, {0x1F170, 0x1F189, 26}, {0x1F1E6, 0x1F1FF, 26},
}

// unseen are signs that take no room, or show nothing, and are no format
// characters to Unicode.
const unseen = "\u115f\u1160\u3164\uffa0\u2800"

// spell reads a line as an eye does.
func spell(line string) []letter {
	out := make([]letter, 0, len(line))
	for _, r := range line {
		switch {
		case unicode.Is(unicode.Mn, r):
			if n := len(out); n > 0 {
				out[n-1].accents |= combining[r]
			}
		case unicode.Is(unicode.Cf, r) || strings.ContainsRune(unseen, r):
		default:
			out = append(out, see(r))
		}
	}
	return out
}

func see(r rune) letter {
	if r >= '!'+0xFEE0 && r <= '~'+0xFEE0 {
		r -= 0xFEE0
	}
	upper := unicode.IsUpper(r)
	if plain, ok := lookalikes[r]; ok {
		return letter{base: plain, upper: upper}
	}
	if r >= 0x249C {
		for _, of := range ranges {
			if r >= of.first && r <= of.last {
				return letter{base: 'a' + (r-of.first)%of.every%26, upper: true}
			}
		}
	}
	r = unicode.ToLower(r)
	if plain, ok := lookalikes[r]; ok {
		return letter{base: plain, upper: upper}
	}
	if made, ok := composed[r]; ok {
		made.upper = upper
		return made
	}
	return letter{base: r, upper: upper}
}

// signs are the letters and digits of a line, without what stands between them.
func signs(line []letter) []letter {
	out := make([]letter, 0, len(line))
	for _, l := range line {
		if l.isSign() {
			out = append(out, l)
		}
	}
	return out
}

func plain(line []letter) string {
	var b strings.Builder
	for _, l := range line {
		b.WriteRune(l.base)
	}
	return b.String()
}
