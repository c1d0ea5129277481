package routing

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"congvan/calendar"
)

// OutgoingStatus is where a document that a unit issued stands.
type OutgoingStatus string

// The states of an outgoing document.
const (
	OutgoingIssued    OutgoingStatus = "issued"    // đã phát hành
	OutgoingCancelled OutgoingStatus = "cancelled" // đã huỷ, giữ số
)

// Longest texts and most of what is taken, beside those of a registration.
const (
	maxPlaces     = 200 // nơi nhận of one document
	maxAnswers    = 50  // incoming documents that one replies to
	maxSignerName = 50
	maxLanguage   = 30
	maxNote       = 500
	maxAmount     = 999 // of pages and of copies: three digits
)

// Outgoing is a document in a unit's register of outgoing documents (sổ đăng ký văn
// bản đi). Texts are NFC, instants UTC with microseconds, days are Vietnamese
// calendar days.
type Outgoing struct {
	ID           ID
	UnitID       ID  // that issued it, in whose book it stands
	BookYear     int // the year of the book, by Vietnamese date
	Number       int // số: consecutive in its book and year, one series for all types
	Status       OutgoingStatus
	Version      int
	Registered   time.Time // when it got its number and left
	CancelledAt  time.Time // zero: it stands
	CancelReason string
	Issuing
}

// Issuing is what a clerk writes into the book of outgoing documents when a signed
// document gets its number. NĐ 30/2020, Điều 15, 16 and 18, Phụ lục IV (columns) and
// Phụ lục VI, phần II (lengths).
type Issuing struct {
	CodeNotation string // ký hiệu: QĐ-UBND
	IssuedOn     string // ngày văn bản, 2006-01-02; empty: the day of numbering
	TypeName     string // tên loại
	Subject      string // trích yếu
	SignerTitle  string // chức vụ of the signer, as it stands on the document
	SignerName   string // họ và tên of the signer; may be left out
	// DrafterUnitID is the unit of the system that drafted it; empty: Drafter alone
	// says who. Drafter is what that unit was called on the day.
	DrafterUnitID ID
	Drafter       string
	Recipients    []Place // nơi nhận, in the order of the document
	Urgency       Urgency // mức độ khẩn
	Copies        int     // số lượng bản phát hành; 0: only electronic
	Pages         int     // số trang; 0: not counted
	Language      string  // ngôn ngữ
	ReplyBy       string  // hạn trả lời that is asked for, 2006-01-02; or empty
	Answers       []ID    // incoming documents of the unit's own book that it replies to
	Note          string  // ghi chú
	// Secrecy is what the clerk declares. Anything but "none" is refused.
	Secrecy string
}

// PlaceClass says what a recipient is to do with the document.
// NĐ 30/2020, Phụ lục I, phần II, mục I.9 (nơi nhận).
type PlaceClass string

// The classes of recipients, in the order of the document.
const (
	PlaceExecute PlaceClass = "execute" // để thực hiện
	PlaceReport  PlaceClass = "report"  // để báo cáo, phối hợp, biết
	PlaceKeep    PlaceClass = "keep"    // để lưu
)

// PlaceClasses are all classes of recipients.
var PlaceClasses = []PlaceClass{PlaceExecute, PlaceReport, PlaceKeep}

// Place is one line of nơi nhận: a unit of the system, or whoever the text names.
type Place struct {
	Class  PlaceClass `json:"class"`
	UnitID ID         `json:"unit,omitempty"`
	Name   string     `json:"name"` // of a unit: what it was called on the day
}

// Code is number and notation as they stand on the document: 05/QĐ-UBND. Numbers
// under 10 have a zero before them (NĐ 30/2020, Phụ lục I, phần II, mục I.3).
func (o Outgoing) Code() string { return fmt.Sprintf("%02d/%s", o.Number, o.CodeNotation) }

// Places are the names of the recipients of some classes, in their order.
func (i Issuing) Places(classes ...PlaceClass) (names []string) {
	for _, p := range i.Recipients {
		if slices.Contains(classes, p.Class) {
			names = append(names, p.Name)
		}
	}
	return names
}

// Tidy is the same with spaces at the ends of texts gone, the day of numbering where
// the document bears none, and the language of the country where none is named.
func (i Issuing) Tidy(now time.Time) Issuing {
	for _, text := range []*string{&i.CodeNotation, &i.IssuedOn, &i.TypeName, &i.Subject, &i.SignerTitle, &i.SignerName, &i.Drafter, &i.Language, &i.ReplyBy, &i.Note} {
		*text = strings.TrimSpace(*text)
	}
	if i.IssuedOn == "" {
		i.IssuedOn = calendar.DateOf(now).String()
	}
	if i.Language == "" {
		i.Language = "Tiếng Việt"
	}
	i.Recipients = slices.Clone(i.Recipients)
	for n := range i.Recipients {
		i.Recipients[n].Name = strings.TrimSpace(i.Recipients[n].Name)
	}
	return i
}

// Check refuses what breaks a rule. A state secret is refused before anything else
// is looked at, and the error repeats nothing of it. now is the instant of
// numbering; days are compared in Vietnamese time.
func (i Issuing) Check(now time.Time) error {
	texts := []string{i.CodeNotation, i.TypeName, i.Subject, i.SignerTitle, i.SignerName, i.Drafter, i.Language, i.Note}
	for _, p := range i.Recipients {
		texts = append(texts, p.Name)
	}
	if err := CheckSecrecy(i.Secrecy, texts...); err != nil {
		return err
	}
	var bad fieldFaults
	bad.text("codeNotation", i.CodeNotation, 1, maxNotation)
	bad.text("typeName", i.TypeName, 1, maxType)
	bad.text("subject", i.Subject, 1, maxSubject)
	bad.text("signerTitle", i.SignerTitle, 1, maxType)
	bad.text("signerName", i.SignerName, 0, maxSignerName)
	if i.DrafterUnitID == "" {
		bad.text("drafter", i.Drafter, 1, maxIssuer)
	}
	bad.text("language", i.Language, 0, maxLanguage)
	bad.text("note", i.Note, 0, maxNote)
	if fault := notationFault(i.TypeName, i.CodeNotation); fault != "" && bad["codeNotation"] == "" {
		bad.add("codeNotation", fault)
	}
	if !i.Urgency.known() {
		bad.add("urgency", "mức độ khẩn là normal, urgent, very-urgent hoặc express")
	}
	if i.Copies < 0 || i.Copies > maxAmount {
		bad.add("copies", "số lượng bản từ 0 đến 999")
	}
	if i.Pages < 0 || i.Pages > maxAmount {
		bad.add("pages", "số trang từ 0 đến 999")
	}
	i.checkDays(calendar.DateOf(now), &bad)
	i.checkPlaces(&bad)
	return bad.err()
}

// checkDays: the series of a year numbers what is dated in that year, so that
// number, notation and year name one document (NĐ 30/2020, Điều 15 khoản 1).
func (i Issuing) checkDays(today calendar.Date, bad *fieldFaults) {
	year, _, _ := today.Civil()
	if i.IssuedOn != "" && (!isDay(i.IssuedOn) || i.IssuedOn > today.String() || i.IssuedOn < fmt.Sprintf("%04d-01-01", year)) {
		bad.add("issuedOn", "ngày văn bản phải là ngày có thật trong năm nay, không sau hôm nay")
	}
	if i.ReplyBy != "" && (!isDay(i.ReplyBy) || i.ReplyBy < today.String() || i.ReplyBy > farthest(today.String())) {
		bad.add("replyBy", "hạn trả lời phải là ngày có thật, không trước hôm nay, không quá 10 năm")
	}
}

func (i Issuing) checkPlaces(bad *fieldFaults) {
	sent := false
	units := map[ID]bool{}
	for _, p := range i.Recipients {
		switch {
		case !slices.Contains(PlaceClasses, p.Class):
			bad.add("recipients", "mỗi nơi nhận là execute (thực hiện), report (báo cáo, phối hợp) hoặc keep (lưu)")
		case p.UnitID == "" && (strings.TrimSpace(p.Name) == "" || !isSeen(p.Name)):
			bad.add("recipients", "mỗi nơi nhận là một đơn vị hoặc một dòng chữ")
		case p.UnitID != "" && units[p.UnitID]:
			bad.add("recipients", "mỗi đơn vị chỉ nêu một lần")
		default:
			bad.text("recipients", p.Name, 0, maxIssuer)
		}
		sent, units[p.UnitID] = sent || p.Class != PlaceKeep, true
	}
	switch {
	case !sent:
		bad.add("recipients", "hãy nêu ít nhất một nơi nhận ngoài nơi lưu")
	case len(i.Recipients) > maxPlaces:
		bad.add("recipients", fmt.Sprintf("không quá %d nơi nhận", maxPlaces))
	}
	if len(i.Answers) > maxAnswers {
		bad.add("answers", fmt.Sprintf("không trả lời quá %d văn bản đến", maxAnswers))
	}
}

// ErrNotInBook refuses to reply to what does not stand in the unit's own book.
var ErrNotInBook = &Error{Invalid, "answers-not-in-book",
	"Văn bản được trả lời không có trong sổ văn bản đến của đơn vị; hãy kiểm tra lại số đến.", nil}

// ErrOutgoingCancelled refuses to cancel what is cancelled already.
var ErrOutgoingCancelled = ErrTransition.With("state", string(OutgoingCancelled)).
	Saying("Văn bản đi này đã huỷ; số của nó được giữ lại trong sổ và không cấp lại.")

// MayIssue says who numbers and issues documents, and cancels what was issued by
// mistake: the clerk of the unit, in his own name (NĐ 30/2020, Điều 4 khoản 2 điểm b
// and Điều 6 khoản 3: Văn thư cơ quan).
func (a Actor) MayIssue() bool { return a.may(ToIssue, a.inOwnName, OwnUnit) }

// MayCancelIssued says who cancels a document that a unit issued.
func (a Actor) MayCancelIssued(unit ID) bool {
	return a.may(ToCancelIssued, a.inOwnName, a.toUnit(unit)...)
}

// SeesIssued says whether what a unit has issued exists for the actor.
func (a Actor) SeesIssued(unit ID) bool { return a.may(ToSeeIssued, nil, a.toUnit(unit)...) }

// IssuersSeen are the units whose outgoing documents exist for the actor: SeesIssued as
// a condition for the lists of the record.
func (a Actor) IssuersSeen() (units []ID) {
	for _, unit := range append([]ID{a.UnitID, a.AboveID}, a.Organ...) {
		if unit != "" && a.SeesIssued(unit) && !slices.Contains(units, unit) {
			units = append(units, unit)
		}
	}
	return units
}
