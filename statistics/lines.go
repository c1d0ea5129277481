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
	// Bucket is what the figures of a period count it as; empty: its state is told.
	Bucket routing.Bucket
	// Due is the deadline in force then.
	Due time.Time
}

// Cells are the cells of a line in the order of the columns. now is the instant
// that states are judged at.
func (l Line) Cells(of Layout, now time.Time) []string {
	out := make([]string, len(of.Columns))
	for i, c := range of.Columns {
		out[i] = l.cell(c.Field, of, now)
	}
	return out
}

func (l Line) cell(f Field, of Layout, now time.Time) string {
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
		if l.Bucket != routing.InNone {
			return spoken(l.Due)
		}
		return spoken(l.Share.Due)
	case Remark:
		return l.remark()
	}
	return "" // filled in by hand: the answer has no register yet
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
	if l.Bucket != routing.InNone {
		return BucketWords(l.Bucket)
	}
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
}

// states is the order in which the counts by state are told.
var states = []string{stateWaits, statePresented, stateGiven, stateWard, stateWorking, stateHelping, stateReading, stateConsent, stateJudged, stateReturned,
	stateHeld, stateLate, stateInTime, stateDoneLate, stateDone,
	"Quá hạn từ trước kỳ báo cáo", "Quá hạn trong kỳ báo cáo", stateRecalling, stateRecalled, stateCancelled, stateWithdrawn}

// Add counts a line.
func (s *Sums) Add(state string) {
	if s.States == nil {
		s.States = map[string]int{}
	}
	s.States[state]++
	s.Lines++
}

// Words are the sums as they are printed below the lines.
func (s Sums) Words(of Layout) string {
	var b strings.Builder
	if of.ByShare {
		fmt.Fprintf(&b, "Tổng số: %d dòng, %d văn bản", s.Lines, s.Documents)
	} else {
		fmt.Fprintf(&b, "Tổng số: %d văn bản", s.Documents)
	}
	var parts []string
	for _, state := range states {
		if n := s.States[state]; n > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", lower(state), n))
		}
	}
	if len(parts) > 0 && of.Code != "VBDEN05" {
		b.WriteString(". Trong đó: " + strings.Join(parts, "; "))
	}
	return b.String() + "."
}

// lower is a phrase as it stands within a sentence.
func lower(phrase string) string {
	first, size := utf8.DecodeRuneInString(phrase)
	return string(unicode.ToLower(first)) + phrase[size:]
}

// GroupWords is the row above the lines of a group.
func GroupWords(of Layout, name string, lines int) string {
	if name == "" {
		name = of.Group.Without()
	}
	if of.ByShare {
		return fmt.Sprintf("%s: %d dòng", name, lines)
	}
	return fmt.Sprintf("%s: %d văn bản", name, lines)
}
