package attachments

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Before Unicode, Vietnamese was written in fonts that showed other signs in the
// place of Latin ones. TCVN3 (.VnTime) has one sign per letter; VNI a letter and
// a sign for its marks.
var tcvn3 = table(
	"µ¶·¸¹¨»¼½¾Æ©ÇÈÉÊË®ÌÎÏÐÑªÒÓÔÕÖ×ØÜÝÞßáâãä«åæçèé¬êëìíîïñòóô\u00adõö÷øùúûüýþ¡¢£¤¥¦§",
	"àảãáạăằẳẵắặâầẩẫấậđèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵĂÂÊÔƠƯĐ")

func table(from, to string) map[rune]rune {
	letters := map[rune]rune{}
	values := []rune(to)
	for i, r := range []rune(from) {
		letters[r] = values[i]
	}
	return letters
}

// vniMarks are the signs that follow a letter, and the marks that they are.
var vniMarks = map[rune]string{
	'ø': "\u0300", 'ù': "\u0301", 'û': "\u0309", 'õ': "\u0303", 'ï': "\u0323", 'â': "\u0302", 'à': "\u0302\u0300", 'á': "\u0302\u0301", 'å': "\u0302\u0309",
	'ã': "\u0302\u0303", 'ä': "\u0302\u0323", 'ê': "\u0306", 'è': "\u0306\u0300", 'é': "\u0306\u0301", 'ú': "\u0306\u0309", 'ü': "\u0306\u0303", 'ë': "\u0306\u0323",
}

// vniLetters are the letters that have a sign of their own.
var vniLetters = map[rune]rune{'ñ': 'đ', 'ö': 'ư', 'ô': 'ơ', 'ì': 'ì', 'í': 'í', 'æ': 'ỉ', 'ó': 'ĩ', 'ò': 'ị', 'î': 'ỵ',
	'Ñ': 'Đ', 'Ö': 'Ư', 'Ô': 'Ơ', 'Æ': 'Ỉ', 'Ó': 'Ĩ', 'Ò': 'Ị', 'Î': 'Ỵ'}

// usual are syllables that hardly a Vietnamese document goes without.
var usual = func() map[string]bool {
	words := map[string]bool{}
	for _, word := range strings.Fields(`của và các được việc định phố quyết nhân dân ủy uỷ hội chủ nghĩa việt độc lập tự hạnh phúc năm ngày tháng
		điều số về đồng thực hiện kế hoạch căn cứ luật tổ chức phòng quận phường thành tỉnh nội mật tối tuyệt cộng hòa xã`) {
		words[word] = true
	}
	return words
}()

// known counts the words of a text that are usual and need a mark.
func known(s string) (n int) {
	for _, word := range strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) }) {
		if usual[word] {
			n++
		}
	}
	return n
}

// convertLegacy turns the text of such fonts into Unicode, and says that it did.
// The file is taken for one if more Vietnamese words come out than were in it.
func (p *collector) convertLegacy() {
	var all strings.Builder
	for _, line := range p.read.Lines {
		if !hasVietnamese(line.Text) && all.Len() < 1<<18 {
			all.WriteString(line.Text + " ")
		}
	}
	now, tcvn, vni := known(all.String()), known(fromTCVN3(all.String())), known(fromVNI(all.String()))
	convert := fromTCVN3
	switch {
	case max(tcvn, vni) < now+3:
		return
	case vni > tcvn:
		convert = fromVNI
	}
	for i, line := range p.read.Lines {
		if !hasVietnamese(line.Text) {
			p.read.Lines[i].Text = convert(line.Text)
		}
	}
	for name, value := range p.read.Metadata {
		if !hasVietnamese(value) && known(convert(value)) > known(value) {
			p.read.Metadata[name] = convert(value)
		}
	}
	p.note(LegacyFont)
}

// hasVietnamese says whether a text has letters that neither of the old codes has.
func hasVietnamese(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r >= 0x1EA0 && r <= 0x1EF9 || strings.ContainsRune("ăĂđĐơƠưƯ", r) })
}

func fromTCVN3(s string) string {
	return strings.Map(func(r rune) rune {
		if letter, ok := tcvn3[r]; ok {
			return letter
		}
		return r
	}, s)
}

func fromVNI(s string) string {
	var out strings.Builder
	before := rune(0)
	for _, r := range s {
		marks := vniMarks[r]
		if marks == "" && r >= 'À' && r <= 'Þ' {
			marks = vniMarks[r|0x20]
		}
		switch letter := vniLetters[r]; {
		case marks != "" && strings.ContainsRune("aeouyöôAEOUYÖÔ", before):
			out.WriteString(marks)
		case letter != 0:
			out.WriteRune(letter)
		default:
			out.WriteRune(r)
		}
		before = r
	}
	return norm.NFC.String(out.String())
}
