package routing

import "time"

// Role is what a unit is asked to do with a document.
type Role string

// Roles are the roles of a recipient, in the order in which they are told.
var Roles = []Role{Lead, Coordinate, Execute, Inform}

// The roles of a recipient.
const (
	// Lead (chủ trì) answers for the whole; exactly one per direction.
	// NĐ 30/2020, Điều 23 khoản 2.
	Lead Role = "lead"
	// Coordinate (phối hợp) helps the lead: it adds progress, it cannot finish.
	Coordinate Role = "coordinate"
	// Execute (thực hiện) does the same work on its own ground, as seventeen
	// wards do, and reports its share. NĐ 30/2020, Phụ lục I: nơi nhận "để thực hiện".
	Execute Role = "execute"
	// Inform (để biết) needs no result; taking note closes it.
	Inform Role = "inform"
)

func (r Role) known() bool { return r == Lead || r == Coordinate || r == Execute || r == Inform }

// Reports says whether the role ends with a report that somebody approves.
func (r Role) Reports() bool { return r == Lead || r == Execute }

// AssignmentStatus is where one share of the work stands.
type AssignmentStatus string

// The states of an assignment; [assignmentMoves] says which follows which.
const (
	Sent       AssignmentStatus = "sent"        // đã gửi, chờ xác nhận
	Received   AssignmentStatus = "received"    // đã nhận
	Working    AssignmentStatus = "working"     // đang xử lý
	Consulting AssignmentStatus = "consulting"  // báo cáo đang lấy ý kiến
	Reported   AssignmentStatus = "reported"    // đã báo cáo, chờ duyệt
	Returned   AssignmentStatus = "returned"    // bị chuyển trả, chờ nơi giao xử lý
	Done       AssignmentStatus = "done"        // hoàn thành
	Withdrawn  AssignmentStatus = "withdrawn"   // đã rút
	HandedOver AssignmentStatus = "handed-over" // đã bàn giao
)

// Assignment is one unit's, or one officer's, share of a document.
type Assignment struct {
	ID          ID
	DocumentID  ID
	DirectionID ID
	CircleID    ID // the direction whose circle it belongs to: its own, or the one that its own was added to
	ReplacesID  ID // the share whose place it took; empty: none
	ParentID    ID // the assignment out of which it was given; empty at the top
	GiverUnitID ID // the unit whose leader gave it, and who approves its report
	GivenBy     ID // the position that gave it
	UnitID      ID
	PositionID  ID // the officer, where it is one person's; else empty
	Role        Role
	Status      AssignmentStatus
	Version     int // grows with every change of this assignment

	SentAt     time.Time
	ReceiveDue time.Time // until when receipt has to be confirmed
	Due        time.Time // until when the work has to be reported; zero for Inform
	ApproveDue time.Time // until when the report has to be judged; zero before
	Receipt    Receipt
	StartedAt  time.Time
	DueSince   time.Time // when the term of the work began to run again; zero: when it was sent
	ReportedAt time.Time
	Report     string
	ReturnedAt time.Time
	ReturnDue  time.Time // until when the giver has to answer a return
	HeldAt     time.Time // since when its clocks stand still; zero: they run
	RemindedAt time.Time // when its holder was last urged by a person
	ClosedAt   time.Time // zero while open

	// Of the document, because rights depend on it.
	Field       string
	PresentedTo ID
}

// Held says whether the share's clocks stand still (tạm dừng).
func (a Assignment) Held() bool { return !a.HeldAt.IsZero() }

// Receipt is the confirmation that a unit took an assignment: when, by whom,
// and under which number of its own book of incoming documents.
type Receipt struct {
	At     time.Time
	By     ID // account
	Year   int
	Number int // 0 for an officer's share: an officer keeps no book
}

// Open says whether somebody still has to do something about it.
func (a Assignment) Open() bool { return a.ClosedAt.IsZero() }

// Cell is the place of an assignment in the strip (dải đơn vị) that stands for
// all recipients of a document.
type Cell string

// The cells of the strip. Every assignment is in exactly one, so the counts
// always add up to the number of recipients.
const (
	CellSent       Cell = "sent"
	CellReceived   Cell = "received"
	CellWorking    Cell = "working"
	CellConsulting Cell = "consulting"
	CellReported   Cell = "reported"
	CellReturned   Cell = "returned"
	CellHeld       Cell = "held"
	CellDone       Cell = "done"
	CellLate       Cell = "late"
	CellWithdrawn  Cell = "withdrawn"
	CellHandedOver Cell = "handed-over"
)

// Cell places the assignment at an instant. An open one whose running deadline
// has passed is late, whatever else it is; one that is held is never late.
func (a Assignment) Cell(now time.Time) Cell {
	if a.Open() && a.Held() {
		return CellHeld
	}
	if due := a.RunningDue(); a.Open() && !due.IsZero() && now.After(due) {
		return CellLate
	}
	return Cell(a.Status)
}

// RunningDue is the deadline that runs for the holder now: receipt until it is
// received, then the work of whoever has to report. A report that waits for
// approval runs against the giver, and who only coordinates is never late with
// a report that he cannot give: zero.
func (a Assignment) RunningDue() time.Time {
	switch a.Status {
	case Sent:
		return a.ReceiveDue
	case Received, Working, Consulting:
		if a.Role.Reports() {
			return a.Due
		}
	}
	return time.Time{}
}

// Strip counts the recipients of a document by cell.
func Strip(assignments []Assignment, now time.Time) map[Cell]int {
	counts := map[Cell]int{}
	for _, a := range assignments {
		counts[a.Cell(now)]++
	}
	return counts
}

// MissingReports are the shares that still have to report before the holder of
// a may report the whole: what was given out of it, and, for the lead, what
// the same direction, or one added to it, laid on others to execute.
func MissingReports(a Assignment, all []Assignment) []Assignment {
	var missing []Assignment
	for _, x := range all {
		child := x.ParentID == a.ID
		beside := a.Role == Lead && x.CircleID == a.CircleID && x.Role == Execute
		if x.ID != a.ID && (child || beside) && x.Role.Reports() && x.Open() && x.Status != Reported {
			missing = append(missing, x)
		}
	}
	return missing
}
