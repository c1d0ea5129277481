package routing

import (
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"congvan/calendar"
)

// ID names one thing for ever: a UUID in its canonical text form.
type ID string

// Urgency is the mức độ khẩn that the issuer stamped on the document.
// NĐ 30/2020, Phụ lục I: three levels above the ordinary.
type Urgency string

// The levels of urgency, from the least to the most.
const (
	Normal     Urgency = "normal"      // thường
	Urgent     Urgency = "urgent"      // khẩn
	VeryUrgent Urgency = "very-urgent" // thượng khẩn
	Express    Urgency = "express"     // hoả tốc
)

// Urgencies are all levels, the most urgent first.
var Urgencies = []Urgency{Express, VeryUrgent, Urgent, Normal}

// Priority is the place in the queue: 1 is served first, 4 last.
func (u Urgency) Priority() int {
	for i, level := range Urgencies {
		if level == u {
			return i + 1
		}
	}
	return len(Urgencies)
}

// DocumentStatus is where a document as a whole stands.
type DocumentStatus string

// The states of a document; [documentMoves] says which follows which.
const (
	Registered DocumentStatus = "registered" // đã vào sổ, chờ trình
	Presented  DocumentStatus = "presented"  // đã trình, chờ cho ý kiến
	Directed   DocumentStatus = "directed"   // đã phân công, đang xử lý
	Concluded  DocumentStatus = "concluded"  // hoàn thành
	Recalling  DocumentStatus = "recalling"  // đang thu hồi, chờ nơi nhận trả lời
	Recalled   DocumentStatus = "recalled"   // đã thu hồi
	Cancelled  DocumentStatus = "cancelled"  // đã huỷ, giữ số
)

// Document is a registered incoming document. Texts are NFC, instants UTC with
// microseconds, days are Vietnamese calendar days.
type Document struct {
	ID            ID
	UnitID        ID  // the unit in whose book it stands
	BookYear      int // the year of the book, by Vietnamese date
	Number        int // số đến: consecutive in its book and year
	Status        DocumentStatus
	Version       int       // grows with every change of the document itself
	LadderVersion int       // of the ladder that it climbs
	NoticeDue     time.Time // until when the sender has to hear that it arrived; zero: no such duty
	NotifiedAt    time.Time
	PresentDue    time.Time // until when it has to be presented; zero: by a ladder that does not ask for it
	DirectDue     time.Time // until when a leader has to give direction
	Registered    time.Time
	PresentedAt   time.Time
	PresentedTo   ID        // the position that has to give direction or pass it on
	HeldAt        time.Time // since when all its clocks stand still; zero: they run
	Concluded     time.Time // zero while open
	// CalendarVersion is the calendar with which its deadlines were reckoned.
	CalendarVersion int
	Registration
}

// Held says whether the document's clocks stand still (tạm dừng).
func (d Document) Held() bool { return !d.HeldAt.IsZero() }

// Title is what lists and notices call the document: its number in the book.
func (d Document) Title() string {
	return fmt.Sprintf("Văn bản đến số %d/%d", d.Number, d.BookYear)
}

// Registration is what a clerk writes into the book of incoming documents.
// NĐ 30/2020, Phụ lục IV (columns) and Phụ lục VI (lengths).
type Registration struct {
	Issuer       string  // cơ quan ban hành (tác giả)
	CodeNumber   string  // số
	CodeNotation string  // ký hiệu
	IssuedOn     string  // ngày văn bản, 2006-01-02; empty if the paper has none
	TypeName     string  // tên loại
	Subject      string  // trích yếu
	Field        string  // lĩnh vực: decides which deputy directs; empty: any
	Urgency      Urgency // mức độ khẩn
	ReplyBy      string  // hạn trả lời the sender asks for, 2006-01-02; or empty
	// ArrivedAt is when the document reached the organ; zero: as it was registered.
	ArrivedAt time.Time
	// Channel is how it came; an electronic one is confirmed to its sender
	// (NĐ 30/2020, Điều 21 khoản 2 điểm c).
	Channel Channel
	// SenderAddress is where that confirmation goes by mail; empty: the clerk
	// tells the sender himself.
	SenderAddress string
	// Replaces names a document of the same book that was recalled or cancelled
	// and that this one stands for; empty: none.
	Replaces ID
	// Secrecy is what the clerk declares. Anything but "none" is refused.
	Secrecy string
	// Ladder names the ladder to climb; empty: the default of the urgency.
	Ladder string
	// DuplicateReason says why a document that looks registered already is
	// registered again (NĐ 30/2020, Phụ lục VI, III.1.h: warn, the clerk decides).
	DuplicateReason string
}

// Channel is how a document reached the organ.
type Channel string

// The channels.
const (
	OnPaper    Channel = ""           // văn bản giấy
	Electronic Channel = "electronic" // văn bản điện tử
)

// Longest texts that are taken, in characters. The decree's 500 for trích yếu
// is a limit of export; real ones are longer.
const (
	maxIssuer   = 200
	maxNumber   = 20
	maxNotation = 30
	maxType     = 100
	maxSubject  = 2000
	maxField    = 50
	maxText     = 4000
	minReason   = 10
	maxReason   = 500
	maxYears    = 10 // ahead, of any deadline
	maxArrival  = 30 // days between arrival and registering
)

// Check refuses a registration that breaks a rule. A state secret is refused
// before anything else is looked at, and the error repeats nothing of it.
// now is the instant of registering; days are compared in Vietnamese time.
func (r Registration) Check(now time.Time) error {
	if err := CheckSecrecy(r.Secrecy, r.Issuer, r.CodeNumber, r.CodeNotation, r.TypeName, r.Subject, r.Field, r.DuplicateReason); err != nil {
		return err
	}
	today := calendar.DateOf(now).String()
	var bad fieldFaults
	bad.text("issuer", r.Issuer, 1, maxIssuer)
	bad.text("codeNumber", r.CodeNumber, 0, maxNumber)
	bad.text("codeNotation", r.CodeNotation, 0, maxNotation)
	bad.text("typeName", r.TypeName, 1, maxType)
	bad.text("subject", r.Subject, 1, maxSubject)
	bad.text("field", r.Field, 0, maxField)
	bad.text("duplicateReason", r.DuplicateReason, 0, maxReason)
	if r.IssuedOn != "" && (!isDay(r.IssuedOn) || r.IssuedOn > today) {
		bad.add("issuedOn", "ngày văn bản phải là ngày có thật, không sau ngày đến")
	}
	if r.ReplyBy != "" && (!isDay(r.ReplyBy) || r.ReplyBy < today || r.ReplyBy > farthest(today)) {
		bad.add("replyBy", "hạn trả lời phải là ngày có thật, không trước ngày đến, không quá 10 năm")
	}
	if !r.Urgency.known() {
		bad.add("urgency", "mức độ khẩn là normal, urgent, very-urgent hoặc express")
	}
	r.checkArrival(now, &bad)
	return bad.err()
}

func (r Registration) checkArrival(now time.Time, bad *fieldFaults) {
	if !r.ArrivedAt.IsZero() && (r.ArrivedAt.After(now) || r.ArrivedAt.Before(now.AddDate(0, 0, -maxArrival))) {
		bad.add("arrivedAt", fmt.Sprintf("thời điểm đến không được sau lúc vào sổ, không quá %d ngày trước", maxArrival))
	}
	if r.Channel != OnPaper && r.Channel != Electronic {
		bad.add("channel", "văn bản đến bằng giấy (bỏ trống) hoặc electronic")
	}
	switch {
	case r.SenderAddress == "":
	case r.Channel != Electronic:
		bad.add("senderAddress", "chỉ văn bản điện tử mới báo nơi gửi bằng thư điện tử")
	case !IsMailAddress(r.SenderAddress):
		bad.add("senderAddress", "địa chỉ thư điện tử chưa đúng, ví dụ vanthu@hanoi.gov.vn")
	}
}

// Arrived is when the document reached the organ: as it was registered, unless
// the clerk says otherwise.
func (d Document) Arrived() time.Time {
	if d.ArrivedAt.IsZero() {
		return d.Registered
	}
	return d.ArrivedAt
}

var mailAddress = regexp.MustCompile(`^[A-Za-z0-9!#$%&'*+/=?^_{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_{|}~-]+)*@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$`)

// IsMailAddress says whether s is a plain mail address: no name beside it, no
// quotes, no spaces and no line ends, so that it can stand in a header as it is.
func IsMailAddress(s string) bool {
	local, _, _ := strings.Cut(s, "@")
	return len(s) <= 254 && len(local) <= 64 && mailAddress.MatchString(s)
}

func (u Urgency) known() bool {
	for _, level := range Urgencies {
		if u == level {
			return true
		}
	}
	return false
}

// farthest is the last day that a deadline may lie on: ten years ahead.
func farthest(today string) string {
	day, err := time.Parse(time.DateOnly, today)
	if err != nil {
		return today
	}
	return day.AddDate(maxYears, 0, 0).Format(time.DateOnly)
}

func isDay(s string) bool {
	day, err := time.Parse(time.DateOnly, s)
	return err == nil && day.Year() > 0 // PostgreSQL knows no year 0
}

// DuplicateKey is equal for two documents that are the same by NĐ 30/2020,
// Phụ lục VI, III.1.h: number, notation and issuer equal, whatever the case,
// the spaces and the place of the tone mark. It is empty, and equal to
// nothing, when the document has no number.
func (r Registration) DuplicateKey() string {
	number := strings.TrimLeft(squeeze(r.CodeNumber), "0")
	if number == "" {
		return ""
	}
	return number + "/" + squeeze(r.CodeNotation) + "@" + squeeze(r.Issuer)
}

// squeeze folds and drops all white space: "4532/UBND- KSTTHC" is written
// with and without it.
func squeeze(s string) string { return strings.Join(strings.Fields(Fold(s)), "") }

// CheckReason refuses a reason under 10 characters or over 500.
func CheckReason(reason string) error {
	if n := utf8.RuneCountInString(strings.TrimSpace(reason)); n < minReason || n > maxReason || !isText(reason) {
		return ErrReason
	}
	return nil
}

// CheckText refuses a text (a report, a note) that is empty or longer than 4,000 characters.
func CheckText(field, text string) error {
	var bad fieldFaults
	bad.text(field, text, 1, maxText)
	return bad.err()
}

// isText says whether s is text: no broken UTF-8, no control characters but line
// ends and tabs, nothing that turns the direction of writing.
func isText(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) && !strings.ContainsRune("\n\r\t", r) || r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069
	})
}

// isSeen says whether anything of s can be seen: a letter or a digit that is no
// filler.
func isSeen(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool {
		return (unicode.IsLetter(r) || unicode.IsDigit(r)) && !strings.ContainsRune("\u115f\u1160\u3164\uffa0", r)
	})
}

// fieldFaults collects what is wrong with each field, so that a clerk hears of
// everything at once.
type fieldFaults map[string]string

func (f *fieldFaults) add(field, sentence string) {
	if *f == nil {
		*f = fieldFaults{}
	}
	(*f)[field] = sentence
}

func (f *fieldFaults) text(field, value string, shortest, longest int) {
	n := utf8.RuneCountInString(strings.TrimSpace(value))
	switch {
	case !isText(value):
		f.add(field, "có ký tự không hợp lệ; hãy nhập lại")
	case n < shortest, shortest > 0 && !isSeen(value):
		f.add(field, "không được để trống")
	case n > longest:
		f.add(field, fmt.Sprintf("dài quá %d ký tự", longest))
	}
}

func (f fieldFaults) err() error {
	if len(f) == 0 {
		return nil
	}
	return ErrField.With("fields", map[string]string(f))
}
