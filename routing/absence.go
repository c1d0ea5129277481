package routing

import (
	"slices"
	"time"

	"congvan/calendar"
)

// Absence says that whoever holds a position is away, from the first day to the
// last, both Vietnamese calendar days, 2006-01-02.
type Absence struct {
	ID         ID
	PositionID ID
	UnitID     ID
	Title      string // of the position
	Office     Office
	From, To   string
	Reason     string
	CreatedBy  ID // account
}

// maxAway is the longest absence that is written down at once, in days.
const maxAway = 366

// Check refuses days that are none, an absence that is over or never ends, and a
// reason outside 1 to 500 characters.
func (a Absence) Check(today string) error {
	var bad fieldFaults
	switch {
	case !isDay(a.From):
		bad.add("from", "ngày phải có dạng 2026-11-25")
	case !isDay(a.To):
		bad.add("to", "ngày phải có dạng 2026-11-25")
	case a.To < a.From || a.To < today:
		bad.add("to", "ngày cuối không trước ngày đầu và không ở trong quá khứ")
	case daysBetween(a.From, a.To) > maxAway:
		bad.add("to", "mỗi lần vắng mặt không quá một năm")
	}
	bad.text("reason", a.Reason, 1, maxReason)
	return bad.err()
}

// Away says whether the day, 2006-01-02, is one of the absence.
func (a Absence) Away(day string) bool { return a.From <= day && day <= a.To }

// MayTellAbsence says who writes down, and takes back, that somebody is away: he
// himself, a leader or the clerk of his unit, the administrator. Nobody does so
// for somebody else's mandate.
func (a Actor) MayTellAbsence(of Post) bool {
	on := slices.Concat(a.toUnit(of.UnitID), a.toAll())
	if a.PositionID == of.PositionID {
		on = append(on, Himself)
	}
	return a.may(ToTellAbsence, a.inOwnName, on...)
}

// WarnAbsence says that the recipient is away on the day when the work is due,
// and so all the more if he is away for the whole term.
const WarnAbsence WarningCode = "absence"

// AbsenceWarnings names the recipients whose head, or the officer himself where
// one is named, is away on the due day. away are the absences by unit.
func AbsenceWarnings(recipients []Recipient, away map[ID][]Absence) []Warning {
	var out []Warning
	for _, r := range recipients {
		if r.Due.IsZero() {
			continue
		}
		due := calendar.DateOf(r.Due).String()
		for _, x := range away[r.UnitID] {
			named := r.PositionID == x.PositionID || r.PositionID == "" && x.Office.Leads() && x.Office != Deputy
			if named && x.Away(due) {
				out = append(out, Warning{WarnAbsence, r.UnitID, map[string]any{
					"position": string(x.PositionID), "title": x.Title, "from": x.From, "to": x.To}})
			}
		}
	}
	return slices.Clip(out)
}

// daysBetween counts the days from one day to another; both are valid.
func daysBetween(from, to string) int {
	a, _ := time.Parse(time.DateOnly, from)
	b, _ := time.Parse(time.DateOnly, to)
	return int(b.Sub(a).Hours() / 24)
}
