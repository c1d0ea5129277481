package attachments

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"congvan/routing"
)

// typeAbbreviations are those of NĐ 30/2020, Phụ lục III, and of legal documents.
// They differ in case and marks: QĐ is no QyĐ, TC no TTr.
var typeAbbreviations = func() map[string]string {
	all := map[string]string{"NĐ": "Nghị định", "TT": "Thông tư", "TTLT": "Thông tư liên tịch"}
	for _, name := range routing.TypeNames {
		if short := routing.Abbreviation(name); short != "" {
			all[short] = name
		}
	}
	return all
}()

// typeNames are the names of types, by their folded form.
var typeNames = func() map[string]string {
	names := map[string]string{}
	for _, name := range typeAbbreviations {
		names[routing.Fold(name)] = name
	}
	names["cong dien"], names["thu cong"], names["cong van"] = "Công điện", "Thư công", "Công văn"
	return names
}()

// urgencies are the stamps of urgency, folded (NĐ 30/2020, Phụ lục I; "hẹn giờ" was
// dropped there and still comes).
var urgencies = map[string]routing.Urgency{
	"hoa toc": routing.Express, "hoa toc hen gio": routing.Express, "thuong khan": routing.VeryUrgent, "khan": routing.Urgent,
}

func (d *layout) findUrgency() {
	for _, c := range d.head {
		text, keyed := strings.CutPrefix(c.plain, "do khan")
		text = strings.Trim(text, " :.[]()*!-")
		level := urgencies[text]
		if level == "" && len(text) > 1 && strings.Contains(text, " ") { // K H Ẩ N
			level = urgencies[strings.ReplaceAll(strings.ReplaceAll(strings.ReplaceAll(text, " ", ""), "hoatoc", "hoa toc"), "thuongkhan", "thuong khan")]
		}
		if level == "" || !keyed && !isCapitals(c.text) {
			continue
		}
		d.add(Urgency, string(level), Sure, c)
		return
	}
}

var (
	deadline = regexp.MustCompile(`(?i)(trước|chậm nhất|muộn nhất|không quá|hạn cuối|hạn chót|thời hạn|hạn trả lời|hạn nộp|hạn báo cáo|đến hết|xong trong)([^.;]{0,60}?)ngày\s*`)
	dayMarks = regexp.MustCompile(`^(\d{1,2})\s*[/.\-]\s*(\d{1,2})(?:\s*[/.\-]\s*(\d{4}))?`)
	asking   = regexp.MustCompile(`(?i)báo cáo|gửi|trả lời|phản hồi|góp ý|đăng ký|cung cấp|tham gia|hoàn thành|nộp|tổng hợp|ý kiến`)
	// laws are cited with days, too: "trước ngày Luật này có hiệu lực" has none.
	citing = regexp.MustCompile(`(?i)hiệu lực|ban hành`)
)

// findReplyBy finds until when the sender wants to hear: "báo cáo về UBND thành phố
// trước ngày 05/01/2012". The words may go over two lines.
func (d *layout) findReplyBy() {
	for i, c := range d.cells {
		text := c.text
		for j := i + 1; j < len(d.cells) && j < i+3; j++ {
			if d.cells[j].column == c.column {
				text += " " + d.cells[j].text
				break
			}
		}
		for _, at := range deadline.FindAllStringSubmatchIndex(text, 4) {
			if at[0] >= len(c.text) || citing.MatchString(text[at[2]:at[1]]) {
				continue
			}
			day, confidence := d.dayAfter(text[at[1]:])
			if day == "" {
				continue
			}
			before := text[:at[0]]
			if i > 0 {
				before = d.cells[i-1].text + " " + before
			}
			if !asking.MatchString(before) && !asking.MatchString(text) {
				confidence = Look
			}
			d.add(ReplyBy, day, confidence, c)
		}
	}
}

// dayAfter reads the day with which a text begins. One without a year is of the
// year of the document, and to be looked at.
func (d *layout) dayAfter(text string) (string, Confidence) {
	if m := dayWords.FindStringSubmatchIndex("ngày " + text); m != nil && m[0] == 0 {
		return dayOf(dayWords.FindStringSubmatch("ngày " + text)), Sure
	}
	m := dayMarks.FindStringSubmatch(text)
	switch {
	case m == nil:
		return "", Look
	case m[3] != "":
		return dayOf(m), Sure
	case d.year != "":
		return dayOf([]string{"", m[1], m[2], d.year}), Look
	}
	return "", Look
}

// dayOf makes a day of day, month and year; empty if there is no such day.
func dayOf(m []string) string {
	if len(m) < 4 {
		return ""
	}
	day, _ := strconv.Atoi(m[1])
	month, _ := strconv.Atoi(m[2])
	text := fmt.Sprintf("%s-%02d-%02d", m[3], month, day)
	if _, err := time.Parse(time.DateOnly, text); err != nil {
		return ""
	}
	return text
}

var (
	titles = regexp.MustCompile(`^((tm|kt|tl|tuq|q)\.? |(pho )?(chu tich|giam doc|tong giam doc|truong phong|chanh van phong|truong ban|cuc truong|chi cuc truong|vu truong|bo truong|thu truong|thu tuong|hieu truong|vien truong|chanh an|chanh thanh tra|bi thu|truong|doi truong)\b)`)
	person = regexp.MustCompile(`^(?:\p{Lu}\p{L}*)(?: \p{Lu}\p{L}*){1,5}$`)
)

// findEnd finds nơi nhận and who signed, at the end of the document itself: what
// follows are annexes.
func (d *layout) findEnd() {
	at := -1
	for i, c := range d.cells {
		if strings.HasPrefix(c.plain, "noi nhan") {
			at = i
			break
		}
	}
	begin := at
	if at >= 0 {
		d.findRecipients(at)
		begin = max(0, at-6) // the signer may stand beside it, or a little above
	} else {
		begin = max(0, len(d.cells)-25)
	}
	titled := -1
	for i := begin; i < len(d.cells) && i < begin+60; i++ {
		c := d.cells[i]
		switch {
		case isCapitals(c.text) && titles.MatchString(c.plain):
			if titled < 0 || i-titled < 8 {
				titled = i
			}
		case titled >= 0 && i-titled < 40 && isName(c):
			confidence := Look
			if i-titled <= 12 {
				confidence = Sure
			}
			d.add(SignerTitle, d.cells[titled].text, confidence, d.cells[titled])
			d.add(SignedBy, c.text, confidence, c)
			return
		}
	}
}

func isName(c cell) bool {
	return person.MatchString(c.text) && strings.ContainsFunc(c.text, unicode.IsLower) && !organs.MatchString(c.plain) && !strings.HasPrefix(c.plain, "noi nhan") ||
		isCapitals(c.text) && person.MatchString(c.text) && len(strings.Fields(c.text)) <= 4 && surnames[strings.Fields(c.plain)[0]] && !titles.MatchString(c.plain)
}

// surnames tell a name in capitals from other capitals.
var surnames = func() map[string]bool {
	names := map[string]bool{}
	for _, name := range strings.Fields("nguyen tran le pham hoang huynh phan vu vo dang bui do ho ngo duong ly dinh trinh luong mai dao doan") {
		names[name] = true
	}
	return names
}()

// findRecipients reads the list below "Nơi nhận:", one suggestion each.
func (d *layout) findRecipients(at int) {
	column := d.cells[at].column
	if _, first, ok := strings.Cut(d.cells[at].text, ":"); ok && strings.TrimSpace(first) != "" {
		d.add(Recipient, strings.Trim(first, " -–;."), Look, d.cells[at])
	}
	for _, c := range d.cells[at+1 : min(len(d.cells), at+60)] {
		if c.column != column {
			continue
		}
		item, ok := strings.CutPrefix(strings.Replace(strings.Replace(c.text, "–", "-", 1), "+", "-", 1), "-")
		if !ok {
			if isCapitals(c.text) || isName(c) {
				continue // the signature, in a line of its own between
			}
			if c.Page != d.cells[at].Page || strings.Contains(c.text, ":") {
				return
			}
			continue
		}
		d.add(Recipient, strings.Trim(item, " ;.-"), Sure, c)
		if strings.Contains(c.plain, "luu") && strings.HasSuffix(c.text, ".") {
			return
		}
	}
}
