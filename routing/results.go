package routing

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"congvan/calendar"
)

// ObjectionDays is for how many working days, by the calendar of the organ, a line
// of a sheet may be objected to once it is published.
const ObjectionDays = 5

// ResultsDefinition says on each sheet what it counts, and that it rates nobody.
const ResultsDefinition = "Đề xuất, không phải kết quả xếp loại. Tỷ lệ đúng hạn = đã xử lý đúng hạn ÷ (đã xử lý + quá hạn còn treo), tính đến hết ngày cuối tháng; " +
	"việc còn trong hạn chưa tính vào tỷ lệ. Phần mềm không chấm điểm và không xếp loại A, B, C, D; việc tự chấm, chấm và quyết định là của người có thẩm quyền."

// The refusals of monthly sheets.
var (
	ErrMonthRuns = &Error{Conflict, "month-not-over",
		"Tháng này chưa kết thúc; bảng kết quả chỉ công bố được từ ngày đầu tháng sau.", nil}
	ErrPublished = &Error{Conflict, "results-published",
		"Bảng kết quả của tháng này đã công bố và không thay được; điều chưa đúng được sửa bằng ý kiến và trả lời trên bảng.", nil}
	ErrObjectionLate = &Error{Conflict, "objection-late",
		"Đã hết thời hạn 5 ngày làm việc để có ý kiến về bảng này.", nil}
	ErrDisputed = &Error{Conflict, "disputed-already",
		"Có phần việc trong danh sách đã được nêu ở một ý kiến khác; mỗi phần việc chỉ nêu một lần.", nil}
)

// ParseMonth reads a month, 2006-01, and finds its days in Vietnam.
func ParseMonth(month string) (Period, error) {
	first, err := time.ParseInLocation("2006-01", month, calendar.Location)
	if err != nil || first.Year() < 2000 || first.Year() > 2999 {
		return Period{}, ErrField.With("fields", map[string]string{"month": "tháng ghi theo dạng 2026-11"})
	}
	return Period{From: first.UTC(), To: first.AddDate(0, 1, 0).UTC()}, nil
}

// ResultSheet is how the work of a month stood at its end (bảng kết quả xử lý theo
// tháng), by unit and by person. It is what a rating may start from and never a
// rating: that is people's. What was counted when it was published stays as it is.
type ResultSheet struct {
	ID, OrganID   ID
	Month         string // 2006-01
	PublishedBy   ID     // account
	PositionTitle string // in which he did
	PublishedAt   time.Time
	ObjectUntil   time.Time
	Lines         []ResultLine // each unit, below it its persons
}

// ResultLine is a line of a sheet: of a unit, or of a position in it with all that
// was given to it, by whomever.
type ResultLine struct {
	ID, UnitID ID
	UnitName   string // as the unit was called at the end of the month
	PositionID ID     // empty: the unit's own line
	Title      string // of the position
	AccountID  ID     // who held it at the end of the month; empty: nobody did
	Told       Summary
	Objections []Objection
}

// Objection is what somebody says against a line: in words, and which of the shares
// that the line counts as late he means.
type Objection struct {
	ID, LineID    ID
	AccountID     ID
	PositionTitle string
	At            time.Time
	Words         string
	Shares        []Disputed
	Answer        *ResultAnswer // nil: not answered yet
}

// Disputed is a share as a line has counted it.
type Disputed struct {
	AssignmentID, DocumentID ID
	DocumentTitle            string // its number in the book, no word of it
	Bucket                   Bucket
}

// ResultAnswer is what a leader of the organ decides about an objection.
type ResultAnswer struct {
	AccountID     ID
	PositionTitle string
	At            time.Time
	Words         string
	Counts        Counts
}

// Counts is as what disputed shares count once that is decided.
type Counts string

// The decisions.
const (
	CountsAsBefore Counts = ""         // not accepted
	CountsInTime   Counts = "in-time"  // tính là đúng hạn
	CountsNot      Counts = "left-out" // không tính
)

// Judged is how many shares of a summary the on-time rate is of: what was done, and
// what is overdue still. What runs within its term is not judged yet.
func (s Summary) Judged() int { return s.DoneInTime + s.DoneLate + s.OverdueSince + s.OverdueNew }

// OnTime is the on-time rate in tenths of a percent (tỷ lệ đúng hạn): done in time
// out of [Summary.Judged]. It is cut, not rounded: 1000 is said of nothing but all.
// False if there is nothing to judge.
func (s Summary) OnTime() (tenths int, ok bool) {
	if s.Judged() == 0 {
		return 0, false
	}
	return s.DoneInTime * 1000 / s.Judged(), true
}

// Late is how many shares the line counts as late: those that can be disputed.
func (l ResultLine) Late() int { return l.Told.DoneLate + l.Told.OverdueSince + l.Told.OverdueNew }

// Corrected is the line with what was accepted of its objections; false if nothing
// was. It stands beside what was told and never in its place.
func (l ResultLine) Corrected() (s Summary, corrected bool) {
	s = l.Told
	for _, o := range l.Objections {
		if o.Answer == nil || o.Answer.Counts == CountsAsBefore {
			continue
		}
		for _, share := range o.Shares {
			corrected = true
			s.Add(share.Bucket, -1)
			if o.Answer.Counts == CountsInTime {
				s.Add(DoneInTime, 1)
			}
		}
	}
	return s, corrected
}

// toOrgan are the actor's relations to the sheets of an organ, which is at the top.
func (a Actor) toOrgan(organ ID) (out []Relation) {
	if organ == "" {
		return nil
	}
	if a.UnitID == organ && a.AboveID == "" {
		out = append(out, OwnOrgan)
	}
	if a.AboveID == organ {
		out = append(out, UnitAbove)
	}
	if a.inspects(organ) {
		out = append(out, InOrgan)
	}
	return out
}

// toLine are the actor's relations to a line: a person's is his who held the
// position then, wherever he went since.
func (a Actor) toLine(l ResultLine) (out []Relation) {
	if a.UnitID == l.UnitID {
		out = append(out, OwnUnit)
	}
	if l.AccountID != "" && a.AccountID == l.AccountID {
		out = append(out, Himself)
	}
	return out
}

// PublishesFor is the organ whose monthly sheets the actor publishes; empty: none.
// That it is at the top, the desk finds out.
func (a Actor) PublishesFor() ID {
	for _, organ := range []ID{a.UnitID, a.AboveID} {
		if a.may(ToPublishResults, a.inOwnName, a.toOrgan(organ)...) {
			return organ
		}
	}
	return ""
}

// SeesAllResults says whether the actor sees the sheets of an organ whole: its
// leaders, the chief of its office and its inspector.
func (a Actor) SeesAllResults(organ ID) bool {
	return a.may(ToSeeAllResults, a.inOwnName, a.toOrgan(organ)...)
}

// SeesResult says whether a line of an organ's sheet exists for the actor: that of
// his unit and of its persons for its leaders, his own for everybody.
func (a Actor) SeesResult(organ ID, l ResultLine) bool {
	return a.SeesAllResults(organ) || a.may(ToSeeResults, a.inOwnName, a.toLine(l)...)
}

// MayObject says who objects to a line: the leaders of its unit, and to a person's
// line that person.
func (a Actor) MayObject(l ResultLine) bool {
	return a.may(ToObjectResults, a.inOwnName, a.toLine(l)...)
}

// MayAnswer says whether the actor answers an objection to a line of an organ's
// sheet: not one of his own, nor one about himself.
func (a Actor) MayAnswer(organ ID, l ResultLine, o Objection) bool {
	return a.may(ToAnswerResults, func(c Condition) bool {
		return c == OfAnother && o.AccountID != a.AccountID && l.AccountID != a.AccountID || a.inOwnName(c)
	}, a.toOrgan(organ)...)
}

// ResultSight is which sheets exist for an actor, as conditions of the record: all
// of some organs, and those with a line of a unit or of an account.
type ResultSight struct {
	Organs        []ID
	Unit, Account ID
}

// ResultSight reads the table for the sheets that the actor sees.
func (a Actor) ResultSight() (s ResultSight) {
	for _, organ := range append([]ID{a.UnitID, a.AboveID}, a.Organ...) {
		if a.SeesAllResults(organ) {
			s.Organs = append(s.Organs, organ)
		}
	}
	if a.may(ToSeeResults, a.inOwnName, OwnUnit) {
		s.Unit = a.UnitID
	}
	if a.may(ToSeeResults, a.inOwnName, Himself) {
		s.Account = a.AccountID
	}
	return s
}

// maxDisputed is how many shares one objection names.
const maxDisputed = 100

// maxWords is how long an objection and an answer are.
const maxWords = 2000

// checkWords refuses an objection, or an answer, that says too little or too much.
func checkWords(words string) error {
	if err := CheckSecrecy(NoSecret, words); err != nil {
		return err
	}
	if n := utf8.RuneCountInString(strings.TrimSpace(words)); n < minReason || n > maxWords || !isText(words) {
		return ErrField.With("fields", map[string]string{"text": "hãy ghi ý kiến, từ 10 đến 2.000 ký tự"})
	}
	return nil
}

// CheckObjection refuses an objection that names none of the shares which the line
// counts as late, or others, and finds those that it names.
func CheckObjection(words string, named []ID, late []Disputed) (out []Disputed, err error) {
	if err := checkWords(words); err != nil {
		return nil, err
	}
	for _, share := range late {
		if slices.Contains(named, share.AssignmentID) {
			out = append(out, share)
		}
	}
	distinct := slices.Compact(slices.Sorted(slices.Values(named)))
	switch {
	case len(distinct) == 0 || len(distinct) > maxDisputed:
		err = ErrField.With("fields", map[string]string{"shares": "hãy chọn từ 1 đến 100 phần việc"})
	case len(out) != len(distinct):
		err = ErrField.With("fields", map[string]string{"shares": "chỉ nêu được phần việc mà dòng này tính là quá hạn"})
	}
	return out, err
}

// CheckAnswer refuses an answer that decides nothing.
func CheckAnswer(words string, counts Counts) error {
	if counts != CountsAsBefore && counts != CountsInTime && counts != CountsNot {
		return ErrField.With("fields", map[string]string{"counts": "hãy chọn một trong các cách quyết định"})
	}
	return checkWords(words)
}
