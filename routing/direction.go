package routing

import (
	"strings"
	"time"

	"congvan/calendar"
)

// Direction is a leader's decision (bút phê) on a document or on an assignment
// that his unit holds: who does what, by which route, answerable to whom, with
// which result by when.
type Direction struct {
	Text       string // rõ việc: what has to be done
	Process    string // rõ quy trình: how the parts work together and report
	Result     string // rõ hiệu quả: what has to exist at the end
	Recipients []Recipient
}

// Recipient is one unit, or one officer of the giver's unit, in a direction.
type Recipient struct {
	UnitID     ID
	PositionID ID // one officer of the giver's own unit; else empty
	Role       Role
	Due        time.Time // zero for Inform
}

// Check refuses a direction that leaves one of the five "rõ" open, naming it,
// or that has not exactly one lead. giver is the unit whose leader directs;
// further is set when he hands on work that his unit holds: then the unit may
// name itself as lead, and so keeps the lead it has.
// NĐ 30/2020, Điều 23 khoản 2: several units: name chủ trì, phối hợp và thời hạn.
func (d Direction) Check(giver ID, further bool) error {
	leads, err := checkRecipients(d.Recipients, giver, further)
	if err != nil {
		return err
	}
	var open []string
	for _, aspect := range []struct {
		name string
		said bool
	}{
		{"people", len(d.Dispatched(giver)) > 0},
		{"task", strings.TrimSpace(d.Text) != ""},
		{"process", strings.TrimSpace(d.Process) != ""},
		{"responsibility", leads > 0},
		{"result", strings.TrimSpace(d.Result) != ""},
	} {
		if !aspect.said {
			open = append(open, aspect.name)
		}
	}
	if leads > 1 || leads == 0 && len(open) == 1 {
		return ErrLead.With("leads", leads)
	}
	if len(open) > 0 {
		return ErrIncomplete.With("open", open)
	}
	var bad fieldFaults
	bad.text("text", d.Text, 1, maxText)
	bad.text("process", d.Process, 1, maxText)
	bad.text("result", d.Result, 1, maxText)
	if err := bad.err(); err != nil {
		return err
	}
	return CheckSecrecy(NoSecret, d.Text, d.Process, d.Result)
}

// checkRecipients refuses a recipient who is named twice or whom the giver has
// nothing to say, and counts the leads.
func checkRecipients(recipients []Recipient, giver ID, further bool) (leads int, err error) {
	seen := map[Recipient]bool{}
	for _, r := range recipients {
		key := Recipient{UnitID: r.UnitID, PositionID: r.PositionID}
		switch {
		case r.UnitID == "" || !r.Role.known():
			return 0, ErrRecipients
		case seen[key]:
			return 0, ErrRecipients.With("unit", string(r.UnitID))
		case r.PositionID != "" && r.UnitID != giver:
			return 0, ErrRecipients.Saying("Chỉ phân công trực tiếp cho cán bộ của đơn vị mình; việc của đơn vị khác hãy giao cho đơn vị đó.")
		case r.UnitID == giver && r.PositionID == "" && !(further && r.Role == Lead):
			return 0, ErrRecipients.Saying("Không giao việc cho chính đơn vị mình; khi chuyển tiếp, đơn vị chỉ có thể giữ vai trò chủ trì.")
		}
		seen[key] = true
		if r.Role == Lead {
			leads++
		}
	}
	return leads, nil
}

// Dispatched are the recipients that get an assignment: all but the giver's
// unit itself, which keeps the one it has.
func (d Direction) Dispatched(giver ID) []Recipient {
	var out []Recipient
	for _, r := range d.Recipients {
		if r.UnitID != giver || r.PositionID != "" {
			out = append(out, r)
		}
	}
	return out
}

// CheckDue refuses a due date that is missing, past, on a day off of the
// recipient, or before his receipt deadline. plain is set for a ladder whose
// clock runs day and night: it knows no days off.
func (r Recipient) CheckDue(now, receiveDue time.Time, clock calendar.Clock, plain bool) error {
	switch {
	case r.Role == Inform && !r.Due.IsZero():
		return ErrField.With("fields", map[string]string{"due": "đơn vị nhận để biết không có thời hạn giải quyết"})
	case r.Role == Inform:
		return nil
	case r.Due.IsZero():
		return ErrDueMissing
	case !r.Due.After(now):
		return ErrDuePast
	case r.Due.After(now.AddDate(maxYears, 0, 0)):
		return ErrDueFar
	case !plain && !clock.IsWorkday(calendar.DateOf(r.Due)):
		return ErrDueDayOff
	case r.Due.Before(receiveDue):
		return ErrDueBeforeReceipt.With("receiveDue", receiveDue)
	}
	return nil
}
