package routing

import (
	"time"

	"congvan/calendar"
)

// Warning is something that speaks against an act without forbidding it. The
// leader decides all the same; what he was warned of stands in his act's event.
type Warning struct {
	Code    WarningCode    `json:"code"`
	UnitID  ID             `json:"unit"`              // the recipient that it is about
	Details map[string]any `json:"details,omitempty"` // instants as time.Time, days as 2006-01-02
}

// WarningCode says what speaks against it.
type WarningCode string

// The warnings about the due dates of a direction.
const (
	WarnAfterReplyBy   WarningCode = "after-reply-by"   // later than the sender wants his answer
	WarnAfterParentDue WarningCode = "after-parent-due" // later than the whole is due of which it is a part
)

// DueWarnings compares the three due dates that live together: the answer that
// the sender asks for is not before the work that the leader asks for, and that
// not before what is given out of it. parent is the share that the direction is
// given out of; the zero Assignment: the document itself.
func DueWarnings(d Document, parent Assignment, recipients []Recipient) []Warning {
	var out []Warning
	for _, r := range recipients {
		if r.Due.IsZero() {
			continue
		}
		if d.ReplyBy != "" && calendar.DateOf(r.Due).String() > d.ReplyBy {
			out = append(out, Warning{WarnAfterReplyBy, r.UnitID, map[string]any{"due": r.Due, "replyBy": d.ReplyBy}})
		}
		if !parent.Due.IsZero() && r.Due.After(parent.Due) {
			out = append(out, Warning{WarnAfterParentDue, r.UnitID, map[string]any{"due": r.Due, "parentDue": parent.Due}})
		}
	}
	return out
}

// Vietnamese is the warning as it stands on screen; unit is the recipient's name.
func (w Warning) Vietnamese(unit string) string {
	switch w.Code {
	case WarnAfterReplyBy:
		return unit + ": thời hạn sau ngày nơi gửi yêu cầu trả lời (" + spokenDay(w.Details["replyBy"]) + ")."
	case WarnAfterParentDue:
		return unit + ": thời hạn sau thời hạn của phần việc được giao (" + spokenDay(w.Details["parentDue"]) + ")."
	case WarnAbsence:
		title, _ := w.Details["title"].(string)
		return unit + ": " + title + " vắng mặt từ " + spokenDay(w.Details["from"]) + " đến " + spokenDay(w.Details["to"]) + "."
	default:
		return unit + ": " + string(w.Code)
	}
}

// spokenDay writes an instant, or a day as 2006-01-02, the way people read it.
func spokenDay(v any) string {
	switch v := v.(type) {
	case time.Time:
		return v.In(calendar.Location).Format("15:04 02/01/2006")
	case string:
		if day, err := time.Parse(time.DateOnly, v); err == nil {
			return day.Format("02/01/2006")
		}
	}
	return ""
}
