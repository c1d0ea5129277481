package attachments

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"congvan/routing"
)

// Suggestion is what a file seems to say about itself for the registration form.
// Nothing is filled in by it: the clerk compares and decides.
type Suggestion struct {
	Field      Field
	Value      string // as the form takes it; days are 2006-01-02
	Confidence Confidence
	Line       Line // that it was read from
}

// Field names what is suggested, as a registration names it.
type Field string

// The fields.
const (
	CodeNumber   Field = "codeNumber"
	CodeNotation Field = "codeNotation"
	IssuedOn     Field = "issuedOn"
	Issuer       Field = "issuer"
	TypeName     Field = "typeName"
	Subject      Field = "subject"
	ReplyBy      Field = "replyBy"
	Urgency      Field = "urgency"
	Recipient    Field = "recipient" // nơi nhận, one each
	SignedBy     Field = "signer"
	SignerTitle  Field = "signerTitle"
)

// Confidence says in words how far a suggestion goes.
type Confidence string

// The words: certain by the layout that the law asks for, or to be looked at.
const (
	Sure Confidence = "chắc"
	Look Confidence = "cần xem"
)

// Suggest finds what the lines of a document say about it, by the layout of NĐ
// 30/2020, Phụ lục I: the organ on the left, number and place below, the type and
// what it is about in the middle, recipients and signature at the end.
func Suggest(lines []Line) []Suggestion {
	d := layoutOf(lines)
	d.findNumber()
	d.findDate()
	d.findIssuer()
	d.findType()
	d.findSubject()
	d.findUrgency()
	d.findReplyBy()
	d.findEnd()
	return d.found
}

// cell is a column of a line: two parts of the head stand beside each other.
type cell struct {
	Line
	text   string // of the column
	plain  string // folded
	column int
}

// headCells is how far down the head of a document reaches.
const headCells = 60

type layout struct {
	cells  []cell
	head   []cell // of the first page
	found  []Suggestion
	number int    // the cell with the number; -1: none
	kind   string // the type's name, once found
	abbr   string // the type that the notation tells
	typeAt int
	year   string // of the document
}

var (
	columnGap = regexp.MustCompile(` {3,}`)
	// blanks are gaps left for the pen: they part no columns.
	blanks = regexp.MustCompile(`(?i)(số\s*[:.]?|ngày\s*\d{0,2}|tháng\s*\d{0,2}|năm)\s{3,}(/|tháng|năm|\d)`)
)

func layoutOf(lines []Line) *layout {
	d := &layout{number: -1, typeAt: -1}
	for _, line := range lines {
		if line.Page < 1 {
			continue
		}
		for i, text := range columnGap.Split(closeBlanks(strings.TrimSpace(line.Text)), -1) {
			text = strings.Join(strings.Fields(text), " ")
			if text != "" {
				d.cells = append(d.cells, cell{line, text, routing.Fold(text), i})
			}
		}
	}
	for i, c := range d.cells {
		if c.Page > 1 || i >= headCells {
			break
		}
		d.head = append(d.head, c)
	}
	return d
}

// closeBlanks is done twice: the words between two blanks belong to both.
func closeBlanks(s string) string {
	return blanks.ReplaceAllString(blanks.ReplaceAllString(s, "$1 $2"), "$1 $2")
}

func (d *layout) add(field Field, value string, confidence Confidence, from cell) {
	if value = strings.TrimSpace(value); value != "" && len(d.found) < 200 {
		d.found = append(d.found, Suggestion{field, value, confidence, from.Line})
	}
}

const notation = `[\p{L}\d]+(?:\s?[-–/.]\s?[\p{L}\d]+)*`

var (
	numbered   = regexp.MustCompile(`(?i)^số\s*[:.]?\s*(\d{0,6}[a-z]?)[\s.…_]*/\s*(` + notation + `)`)
	unnumbered = regexp.MustCompile(`^(\d{1,6}[a-z]?)\s*/\s*(` + notation + `)$`)
)

// findNumber finds số and ký hiệu: "Số: 15/2010/QĐ-UBND", "4532/UBND- KSTTHC", and
// "Số:      /UBND-NC", where the number was written by hand.
func (d *layout) findNumber() {
	for i, c := range d.head {
		m, confidence := numbered.FindStringSubmatch(c.text), Sure
		if m == nil {
			m, confidence = unnumbered.FindStringSubmatch(c.text), Look
		}
		if m == nil || !strings.ContainsFunc(m[2], unicode.IsUpper) {
			continue
		}
		notation := strings.ReplaceAll(strings.Join(strings.Fields(m[2]), ""), "–", "-")
		if m[1] == "" {
			confidence = Look
		}
		d.number = i
		d.add(CodeNumber, m[1], confidence, c)
		d.add(CodeNotation, notation, confidence, c)
		groups := strings.FieldsFunc(notation, func(r rune) bool { return r == '-' || r == '/' })
		if len(groups) > 1 && unicode.IsDigit(rune(groups[0][0])) { // 15/2010/QĐ-UBND
			groups = groups[1:]
		}
		if len(groups) > 0 {
			d.abbr = typeAbbreviations[groups[0]]
		}
		return
	}
}

var (
	dayWords = regexp.MustCompile(`(?i)ngày\s*(\d{1,2})\s*tháng\s*(\d{1,2})\s*năm\s*(\d{4})`)
	placed   = regexp.MustCompile(`(?i)^[\p{L} .\-]{2,40},\s*ngày`)
)

// findDate finds the day of the document: "Hà Đông, ngày 05 tháng 02 năm 2026".
func (d *layout) findDate() {
	best := -1
	for i, c := range d.head {
		if dayOf(dayWords.FindStringSubmatch(c.text)) == "" {
			continue
		}
		if placed.MatchString(c.text) {
			best = i
			break
		}
		if best < 0 && !strings.HasPrefix(c.plain, "can cu") && i < headCells/2 {
			best = i
		}
	}
	if best < 0 {
		return
	}
	c, confidence := d.head[best], Look
	if placed.MatchString(c.text) {
		confidence = Sure
	}
	day := dayOf(dayWords.FindStringSubmatch(c.text))
	d.year = day[:4]
	d.add(IssuedOn, day, confidence, c)
}

// organs are words with which the name of an organ begins, folded.
var organs = regexp.MustCompile(`^(uy ban|ubnd|hoi dong|hdnd|so |phong |ban |bo |cuc |tong cuc|chi cuc|van phong|trung tam|truong |cong an|vien |toa an|dang uy|` +
	`quan uy|huyen uy|thanh uy|tinh uy|dang bo|lien doan|hoi |doan |bao hiem|cong ty|tong cong ty|chinh phu|thu tuong|quoc hoi|ngan hang|kho bac|hat |doi |to |thanh tra|mat tran|bao |dai )`)

// mottos are what stands in the head of every document.
var mottos = regexp.MustCompile(`^(cong hoa xa hoi|doc lap|dang cong san|sao y|ban sao|thoi gian ky|ky boi|[-–—_*=. ]*$)`)

// findIssuer finds the organ: capitals above the number, the last one of those
// above each other is the one that speaks.
func (d *layout) findIssuer() {
	end := d.number
	if end < 0 {
		end = min(len(d.head), 10)
	}
	var names []cell
	last := -2
	for i, c := range d.head[:end] {
		switch {
		case mottos.MatchString(c.plain) || isCapitals(c.text) && (typeNames[c.plain] != "" || urgencies[strings.Trim(c.plain, " .[]()")] != ""):
			continue
		case !isCapitals(c.text) || c.column > 0 && len(names) > 0 && names[0].column == 0:
			continue
		case organs.MatchString(c.plain) || len(names) == 0:
			names = append(names, c)
		case last >= 0:
			names[len(names)-1].text += " " + c.text
		}
		last = i
	}
	if len(names) == 0 {
		return
	}
	name, confidence := names[len(names)-1], Look
	if organs.MatchString(name.plain) && d.number >= 0 {
		confidence = Sure
	}
	d.add(Issuer, strings.Trim(name.text, " -–_*"), confidence, name)
}

func isCapitals(s string) bool {
	return strings.ContainsFunc(s, unicode.IsUpper) && !strings.ContainsFunc(s, unicode.IsLower)
}

// findType finds tên loại: alone in a line, in capitals; a công văn has none, but
// says what it is about under its number.
func (d *layout) findType() {
	for i, c := range d.head {
		name := typeNames[strings.Trim(c.plain, " :.-*")]
		if name == "" || !isCapitals(c.text) {
			continue
		}
		d.kind, d.typeAt = name, i
		confidence := Look
		if d.abbr == "" || d.abbr == name {
			confidence = Sure
		}
		d.add(TypeName, name, confidence, c)
		return
	}
	switch {
	case d.abbr != "":
		d.kind = d.abbr
		d.add(TypeName, d.abbr, Look, d.head[d.number])
	case d.number >= 0:
		d.kind = "Công văn"
		confidence := Look
		if slices.ContainsFunc(d.head, func(c cell) bool { return regarding.MatchString(c.text) }) {
			confidence = Sure
		}
		d.add(TypeName, d.kind, confidence, d.head[d.number])
	}
}

var (
	regarding = regexp.MustCompile(`(?i)^(v/v\s*:?|về việc)\s*`)
	// subjectEnds are beginnings of what stands after the trích yếu.
	subjectEnds = regexp.MustCompile(`kinh moi|tran trong|^(kinh gui|trong thoi gian|nham |de |can cu|thuc hien |dieu \d|[ivx]+\.|\d+[.)/]|phan |xet |theo |chu tich|giam doc|quyet dinh|quyet nghi|hom nay|so\s*:|noi nhan|[-–—_*=.]{2,})`)
)

// findSubject finds trích yếu: after "V/v" under the number, or below the type.
func (d *layout) findSubject() {
	begin := -1
	if d.typeAt >= 0 {
		begin = d.typeAt + 1
	}
	for i, c := range d.head {
		if regarding.MatchString(c.text) && (begin < 0 || i == begin) {
			begin = i
			break
		}
	}
	if begin < 0 || begin >= len(d.head) {
		return
	}
	from := d.head[begin]
	var words []string
	for _, c := range d.head[begin:] {
		switch {
		case c.column != from.column && c.Line != from.Line, c.Line == from.Line && c.column != from.column, placed.MatchString(c.text), mottos.MatchString(c.plain) && len(words) == 0:
			continue
		}
		if len(words) > 0 && (subjectEnds.MatchString(c.plain) || isCapitals(c.text) && organs.MatchString(c.plain) || mottos.MatchString(c.plain)) || len(words) >= 8 ||
			len(words) > 0 && (len([]rune(c.text)) > 110 || unicode.IsUpper([]rune(c.text)[0]) && len([]rune(c.text)) > 70) {
			break
		}
		if len(words) == 0 && subjectEnds.MatchString(c.plain) {
			return
		}
		words = append(words, strings.Trim(c.text, "_*"))
		if strings.HasSuffix(c.text, ".") {
			break
		}
	}
	confidence := Look
	if regarding.MatchString(from.text) || strings.HasPrefix(from.plain, "ve ") {
		confidence = Sure
	}
	d.add(Subject, strings.Trim(strings.Join(words, " "), " .-–"), confidence, from)
}
