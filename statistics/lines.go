package statistics

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"congvan/routing"
)

// Place is somebody whom work was given to.
type Place struct {
	Name string // a unit, or the title of a position
	Role routing.Role
}

// Printable is a line of a layout: of an incoming document, a share of the work on
// it, or an outgoing document.
type Printable interface {
	// Row is the line in the order of the columns; states are judged at now.
	Row(of Layout, now time.Time) Row
	// State is what the line is counted as at an instant.
	State(now time.Time) string
}

// Line is a line of a layout of incoming documents: a document, or a share of
// the work on it.
type Line struct {
	Document  routing.Document
	Year      int // of the book whose line it is, with Number
	Number    int
	Arrived   time.Time // at the unit whose book it is
	Group     string    // what it stands under; empty: nothing
	Directors []string  // titles, in the order in which they directed
	Places    []Place   // the lead first
	// Share is whose state the line tells: that of the line, or the lead's; without
	// an id: the document's alone.
	Share routing.Assignment
	Ward  bool // the share is a ward's
	// Replies are what the unit whose book it is has issued in reply.
	Replies []routing.Outgoing
}

// Row is the line in the order of the columns.
func (l Line) Row(of Layout, now time.Time) Row {
	cells := make([]string, len(of.Columns))
	for i, c := range of.Columns {
		cells[i] = l.cell(c.Field, now)
	}
	return Row{Document: l.Document.ID, Cells: cells}
}

func (l Line) cell(f Field, now time.Time) string {
	d := l.Document
	switch f {
	case Arrived:
		return spoken(l.Arrived)
	case Number:
		return strconv.Itoa(l.Number)
	case From:
		return d.Issuer
	case CodeOf:
		return code(d.Registration)
	case Issued:
		return day(d.IssuedOn)
	case Type:
		return d.TypeName
	case Subject:
		return d.Subject
	case Director:
		return strings.Join(l.Directors, "; ")
	case Places:
		return l.places()
	case StateOf:
		return l.State(now)
	case Whole:
		return l.whole()
	case DueOf:
		return spoken(l.Share.Due)
	case Answer:
		return l.replied()
	case Remark:
		return l.remark()
	}
	return ""
}

// replied are the numbers of the replies.
func (l Line) replied() string {
	codes := make([]string, len(l.Replies))
	for i, o := range l.Replies {
		codes[i] = o.Code()
	}
	return strings.Join(codes, "; ")
}

// code is số and ký hiệu as papers have them: 15/KH-UBND.
func code(r routing.Registration) string {
	switch {
	case r.CodeNumber == "":
		return r.CodeNotation
	case r.CodeNotation == "":
		return r.CodeNumber
	}
	return r.CodeNumber + "/" + r.CodeNotation
}

func day(kept string) string {
	t, err := time.Parse(time.DateOnly, kept)
	if err != nil {
		return kept
	}
	return t.Format("02/01/2006")
}

func (l Line) places() string {
	names := make([]string, len(l.Places))
	for i, p := range l.Places {
		names[i] = p.Name + " (" + roleName(p.Role) + ")"
	}
	return strings.Join(names, "; ")
}

func roleName(r routing.Role) string {
	return map[routing.Role]string{routing.Lead: "chủ trì", routing.Coordinate: "phối hợp", routing.Execute: "thực hiện", routing.Inform: "để biết"}[r]
}

func (l Line) whole() string {
	d := l.Document
	what := []string{strings.TrimSpace(d.TypeName)}
	if c := code(d.Registration); c != "" {
		what = append(what, "số "+c)
	}
	if d.IssuedOn != "" {
		what = append(what, "ngày "+day(d.IssuedOn))
	}
	return strings.TrimPrefix(strings.Join(append(what, "của "+d.Issuer), ", "), ", ")
}

func (l Line) remark() string {
	return map[routing.Urgency]string{routing.Urgent: "Khẩn", routing.VeryUrgent: "Thượng khẩn", routing.Express: "Hoả tốc"}[l.Document.Urgency]
}

// The states that a line may tell, in the words of the trade.
const (
	stateWaits     = "Chờ phân phối"
	statePresented = "Chờ cho ý kiến"
	stateGiven     = "Chờ xử lý"
	stateWard      = "Chờ phường xác nhận"
	stateWorking   = "Đang xử lý"
	stateHelping   = "Phối hợp"
	stateReading   = "Để biết"
	stateConsent   = "Đang lấy ý kiến"
	stateJudged    = "Chờ duyệt"
	stateReturned  = "Bị trả lại"
	stateLate      = "Quá hạn"
	stateHeld      = "Tạm dừng"
	stateInTime    = "Đã hoàn thành (đúng hạn)"
	stateDoneLate  = "Đã hoàn thành (quá hạn)"
	stateDone      = "Đã hoàn thành"
	stateRecalling = "Đang thu hồi"
	stateRecalled  = "Đã thu hồi"
	stateCancelled = "Đã huỷ, giữ số"
	stateWithdrawn = "Đã rút"
)

// State is the Trạng thái of a line at an instant.
func (l Line) State(now time.Time) string {
	switch d := l.Document; d.Status {
	case routing.Cancelled:
		return stateCancelled
	case routing.Recalled:
		return stateRecalled
	case routing.Recalling:
		return stateRecalling
	case routing.Registered, routing.Presented:
		switch {
		case d.Held():
			return stateHeld
		case now.After(d.DirectDue):
			return stateLate
		case d.Status == routing.Registered:
			return stateWaits
		}
		return statePresented
	}
	if l.Share.ID == "" {
		if l.Document.Status == routing.Concluded {
			return stateDone
		}
		return stateGiven
	}
	return shareState(l.Share, l.Document.Held(), l.Ward, now)
}

func shareState(a routing.Assignment, held, ward bool, now time.Time) string {
	if a.Open() && held && !a.Held() {
		a.HeldAt = now
	}
	switch a.Cell(now) {
	case routing.CellHeld:
		return stateHeld
	case routing.CellLate:
		return stateLate
	case routing.CellConsulting:
		return stateConsent
	case routing.CellReported:
		return stateJudged
	case routing.CellReturned:
		return stateReturned
	case routing.CellWithdrawn, routing.CellHandedOver:
		return stateWithdrawn
	case routing.CellDone:
		return finished(a)
	case routing.CellSent:
		if ward {
			return stateWard
		}
		return stateGiven
	}
	switch a.Role {
	case routing.Coordinate:
		return stateHelping
	case routing.Inform:
		return stateReading
	}
	return stateWorking
}

// finished judges by the deadline in force: in time is not after it.
func finished(a routing.Assignment) string {
	at := a.ReportedAt
	if at.IsZero() {
		at = a.ClosedAt
	}
	switch {
	case !a.Role.Reports() || a.Due.IsZero():
		return stateDone
	case at.After(a.Due):
		return stateDoneLate
	}
	return stateInTime
}

// Sums are what a report counts while its lines go by.
type Sums struct {
	Lines     int
	Documents int
	States    map[string]int
	More      map[string]int // what else ND30-V4 counts of outgoing documents
}

// states is the order in which the counts by state are told.
var states = []string{stateWaits, statePresented, stateGiven, stateWard, stateWorking, stateHelping, stateReading, stateConsent, stateJudged, stateReturned,
	stateHeld, stateLate, stateInTime, stateDoneLate, stateDone, stateRecalling, stateRecalled, stateIssued, stateCancelled, stateWithdrawn}

// Add counts a line at an instant.
func (s *Sums) Add(l Printable, now time.Time) {
	if s.States == nil {
		s.States, s.More = map[string]int{}, map[string]int{}
	}
	s.States[l.State(now)]++
	s.Lines++
	if out, is := l.(OutgoingLine); is {
		for _, word := range out.more() {
			s.More[word]++
		}
	}
}

// Words are the sums as they are printed below the lines.
func (s Sums) Words(of Layout) string {
	var b strings.Builder
	if of.ByShare {
		fmt.Fprintf(&b, "Tổng số: %d dòng, %d văn bản", s.Lines, s.Documents)
	} else {
		fmt.Fprintf(&b, "Tổng số: %d văn bản", s.Documents)
	}
	if parts := counted(states, s.States); parts != "" && of.Code != "VBDEN05" {
		b.WriteString(". Trong đó: " + parts)
	}
	if parts := counted([]string{asksReply, asksNone, answersSome}, s.More); parts != "" && of.Code == "ND30-V4" {
		b.WriteString(". Văn bản đã phát hành gồm: " + parts)
	}
	return b.String() + "."
}

// counted are counts in words, in an order; those of nothing are left out.
func counted(order []string, counts map[string]int) string {
	var parts []string
	for _, word := range order {
		if n := counts[word]; n > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", lower(word), n))
		}
	}
	return strings.Join(parts, "; ")
}

// lower is a phrase as it stands within a sentence.
func lower(phrase string) string {
	first, size := utf8.DecodeRuneInString(phrase)
	return string(unicode.ToLower(first)) + phrase[size:]
}

// GroupSum is what stands in a group of lines.
type GroupSum struct{ Lines, Cancelled int }

// GroupWords is the row above the lines of a group.
func GroupWords(of Layout, name string, sum GroupSum) string {
	if name == "" {
		name = of.Without()
	}
	words := fmt.Sprintf("%s: %d văn bản", name, sum.Lines)
	if of.ByShare {
		words = fmt.Sprintf("%s: %d dòng", name, sum.Lines)
	}
	if sum.Cancelled > 0 {
		words += fmt.Sprintf(", trong đó đã huỷ %d", sum.Cancelled)
	}
	return words
}
