package routing

import (
	"slices"
	"strings"
	"unicode"
)

// part is a stretch of a line between signs that set things off, with those signs.
type part struct {
	text          []letter
	before, after rune // 0: the line begins or ends
}

// partsOf cuts a line at what sets a mark off: colons, strokes, dashes between
// spaces, dots after which a sentence ends.
func partsOf(line []letter) (parts []part) {
	begin, before := 0, rune(0)
	space := func(i int) bool { return i < 0 || i >= len(line) || unicode.IsSpace(line[i].base) }
	for i, l := range line {
		sets := strings.ContainsRune(":;|/\\*•–—―=+~#", l.base) ||
			strings.ContainsRune("-.,", l.base) && space(i+1) || l.base == '-' && space(i-1)
		if !sets {
			continue
		}
		if len(signs(line[begin:i])) > 0 {
			parts = append(parts, part{line[begin:i], before, l.base})
		}
		begin, before = i+1, l.base
	}
	if len(signs(line[begin:])) > 0 {
		parts = append(parts, part{line[begin:], before, 0})
	}
	return parts
}

// isSetOff says whether a level stands at the beginning or at the end of a line,
// or between dashes, set off from the rest: "Mật: kế hoạch", "… – TỐI MẬT".
func isSetOff(line []letter) bool {
	parts := partsOf(line)
	if len(parts) < 2 || listsLevels(line) {
		return false
	}
	for i, p := range parts {
		s := withoutCopy(signs(p.text))
		if !isLevel(s) {
			continue
		}
		strong := len(s) > len("mat")
		switch {
		case i > 0 && endsWith(parts[i-1].text, "gan", "tui"), i+1 < len(parts) && startsWith(parts[i+1].text, "tuy", "gan"):
			// gan – mật – tụy
		case i == 0 && (strong || p.after != ','),
			i == len(parts)-1 && i > 0 && p.before != ',' && (strong || p.before != ':' || allUpper(s)),
			i > 0 && i < len(parts)-1 && !strings.ContainsRune(",:;", p.before) && !strings.ContainsRune(",:", p.after):
			return true
		}
	}
	return false
}

func startsWith(text []letter, words ...string) bool {
	first, _, _ := strings.Cut(strings.TrimSpace(plain(text)), " ")
	return slices.Contains(words, first)
}

func endsWith(text []letter, words ...string) bool {
	all := strings.TrimSpace(plain(text))
	return slices.Contains(words, all[strings.LastIndexByte(all, ' ')+1:])
}

func allUpper(s []letter) bool {
	return !slices.ContainsFunc(s, func(l letter) bool { return unicode.IsLetter(l.base) && !l.upper })
}

// word is a word of a file's name.
type word struct {
	signs []letter
	gap   string // what stands before it
}

// maxNameBytes is more than any file system takes.
const maxNameBytes = 2000

// CheckFileName refuses a file's name that bears a mark: "12-KH_MAT.pdf", "TUYET
// MAT ke hoach.doc". Names are often written without diacritics, so that "mat" is a
// mark only where it begins or ends the name, stands alone between other signs
// than the rest, or in capitals among small letters; and never in one of the
// usual compounds (mặt bằng, bảo mật, khám mắt). docs/secrets.md tells them.
func CheckFileName(name string) error {
	name = name[:min(len(name), maxNameBytes)]
	if CheckSecrecy(NoSecret, name) != nil {
		return ErrStateSecret
	}
	words := wordsOf(name)
	for i := range words {
		for j := i; j < len(words) && j < i+len("tuyetmat"); j++ {
			if isMarkIn(words, i, j) {
				return ErrStateSecret
			}
		}
		if text := plain(words[i].signs); isNamedLevel(words[i].signs, text) {
			return ErrStateSecret
		}
	}
	return nil
}

// isNamedLevel finds a level that is written together with other words: KHTOIMAT.
func isNamedLevel(s []letter, text string) bool {
	for _, level := range levels[1:] {
		at := strings.Index(text, level)
		if at >= 0 && len(text) == len(s) && spells(s[at:at+len(level)], level) {
			return true
		}
	}
	return false
}

// wordsOf cuts a name into words, and words from numbers. Endings are none.
func wordsOf(name string) (words []word) {
	stem := name
	for range 2 { // .tar.gz, .signed.pdf
		if dot := strings.LastIndexByte(stem, '.'); dot > 0 && len(stem)-dot <= 7 && !isLevel(signs(spell(stem[dot:]))) {
			stem = stem[:dot]
		}
	}
	gap, number := "", false
	for _, l := range spell(stem) {
		switch {
		case !l.isSign():
			gap += string(l.base)
			continue
		case gap != "" || len(words) == 0 || unicode.IsDigit(l.base) != number:
			words = append(words, word{gap: gap})
			gap = ""
		}
		number = unicode.IsDigit(l.base)
		words[len(words)-1].signs = append(words[len(words)-1].signs, l)
	}
	return words
}

// isMarkIn says whether words i to j of a name are a level and no part of a compound.
func isMarkIn(words []word, i, j int) bool {
	var s []letter
	for _, w := range words[i : j+1] {
		s = append(s, w.signs...)
	}
	if !isLevel(s) {
		return false
	}
	before, after := "", ""
	if i > 0 {
		before = plain(words[i-1].signs)
		if before == "van" && i > 1 && plain(words[i-2].signs) == "cong" { // công văn, not Nguyễn Văn Mật
			before = "cv"
		}
	}
	if j+1 < len(words) {
		after = plain(words[j+1].signs)
	}
	setOff := standsOut(words, i, j, s)
	if len(s) > len("mat") {
		return setOff || !slices.Contains(afterToiMat, after)
	}
	switch {
	case slices.Contains(beforeMat, before), slices.Contains(afterMat, after):
		return false
	case setOff, slices.Contains(kindsInNames, before):
		return true
	}
	return !slices.ContainsFunc(words[:i], isTelling) || !slices.ContainsFunc(words[j+1:], isTelling)
}

// standsOut says whether a mark is written otherwise than its neighbours: in
// capitals among small letters, or between other signs.
func standsOut(words []word, i, j int, s []letter) bool {
	small := func(w word) bool {
		return slices.ContainsFunc(w.signs, func(l letter) bool { return unicode.IsLetter(l.base) && !l.upper })
	}
	if allUpper(s) && (slices.ContainsFunc(words[:i], small) || slices.ContainsFunc(words[j+1:], small)) {
		return true
	}
	inside := map[string]bool{"": true}
	for k, w := range words {
		if k != i && k != j+1 {
			inside[w.gap] = true
		}
	}
	begins := i == 0 || len(inside) > 1 && !inside[words[i].gap]
	ends := j+1 == len(words) || len(inside) > 1 && !inside[words[j+1].gap]
	return begins && ends && len(words) > j-i+1
}

// isTelling says whether a word of a name says what the file is about: no
// number, no version, no mark of a copy.
func isTelling(w word) bool {
	text := plain(w.signs)
	return !unicode.IsDigit(w.signs[0].base) && len(w.signs) > 1 &&
		!slices.Contains([]string{"copy", "ban", "final", "scan", "signed", "so", "ngay", "nam", "thang", "ver", "lan", "sua", "moi"}, text)
}

// What stands beside "mat" in ordinary names, without diacritics: bảo mật, bí mật,
// có mặt, báo mất, khám mắt; mặt bằng, mặt trận, mật khẩu, mất giấy; people.
var (
	beforeMat = strings.Fields(`do bao bi giai khong co tui soi gan dich lay nuoi nhu duong ri mia rut kham dau benh mo nuoc kinh rua doi
		chong vang ra gap hop tien be mot hai bon nhieu toan tam dai phu trang khuon khac trong lam thi van ong ba anh chi em chu bac chau huu duc cong
		dong quoc minh dinh xuan kim ngoc hoang chua suc`)
	afterMat = strings.Fields(`bang tran hang tien khau ong do thiet vu ma tong bao gau dat nuoc duong pho cat giay the tich dien an trat mua viec can
		kinh na ngu danh son da thu hoa mia tham ky hai can moc nhan dau tinh hoc tai mui that xet cong con trong mat cap xich roi toi dung`)
	afterToiMat = strings.Fields(`giay the so tien xe toi roi tham dien cmnd cccd bang trom cap ngu thu`)

	// kindsInNames are types of documents, before which a level is written.
	kindsInNames = strings.Fields(`kh cv qd bc ttr tb ct gm cd nq da pa hd qc bb ctr vb`)
)
