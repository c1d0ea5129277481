package routing

import (
	"strings"
	"unicode"
)

// plainLetters lists, per plain letter, the composed Vietnamese letters that
// fold to it. đ has no decomposition in Unicode and stands here for that reason.
var plainLetters = map[rune]string{
	'a': "àáảãạăằắẳẵặâầấẩẫậ",
	'd': "đ",
	'e': "èéẻẽẹêềếểễệ",
	'i': "ìíỉĩị",
	'o': "òóỏõọôồốổỗộơờớởỡợ",
	'u': "ùúủũụưừứửữự",
	'y': "ỳýỷỹỵ",
}

var folded = func() map[rune]rune {
	table := map[rune]rune{}
	for plain, letters := range plainLetters {
		for _, letter := range letters {
			table[letter] = plain
		}
	}
	return table
}()

// Fold makes text comparable: lower case, without diacritics, composed or
// decomposed, full-width letters made narrow, invisible characters dropped.
// So "Uỷ ban", "Ủy ban" and "UY BAN" are one.
func Fold(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r), unicode.Is(unicode.Cf, r):
			return -1 // combining marks; zero-width and direction marks
		case r >= '!'+0xFEE0 && r <= '~'+0xFEE0:
			r -= 0xFEE0
		}
		r = unicode.ToLower(r)
		if plain, ok := folded[r]; ok {
			return plain
		}
		return r
	}, s)
}
