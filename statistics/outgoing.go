package statistics

import (
	"strconv"
	"strings"
	"time"

	"congvan/routing"
)

// OutgoingLine is a line of a layout of outgoing documents.
type OutgoingLine struct {
	Document routing.Outgoing
	Answers  []Answered // incoming documents that it replies to, as far as the reader sees them
}

// Answered is the place of an incoming document in the book of the unit.
type Answered struct{ Year, Number int }

// What an outgoing document that stands is counted as, and what else ND30-V4 says of it.
const (
	stateIssued = "Đã phát hành"
	asksReply   = "Đề nghị trả lời"
	asksNone    = "Không đề nghị trả lời"
	answersSome = "Trả lời văn bản đến"
)

// State is whether the document stands or was cancelled; of a document it does not
// change with time but by an act.
func (l OutgoingLine) State(time.Time) string {
	if l.Document.Status == routing.OutgoingCancelled {
		return stateCancelled
	}
	return stateIssued
}

// more is what else ND30-V4 counts of a document that stands.
func (l OutgoingLine) more() (out []string) {
	if l.Document.Status == routing.OutgoingCancelled {
		return nil
	}
	out = append(out, asksNone)
	if l.Document.ReplyBy != "" {
		out[0] = asksReply
	}
	if len(l.Answers) > 0 {
		out = append(out, answersSome)
	}
	return out
}

// Row is the line in the order of the columns.
func (l OutgoingLine) Row(of Layout, now time.Time) Row {
	cells := make([]string, len(of.Columns))
	for i, c := range of.Columns {
		cells[i] = l.cell(c.Field, now)
	}
	return Row{Outgoing: l.Document.ID, Cells: cells}
}

func (l OutgoingLine) cell(f Field, now time.Time) string {
	o := l.Document
	switch f {
	case Issued:
		return day(o.IssuedOn)
	case CodeOf:
		return o.Code()
	case Type:
		return o.TypeName
	case Subject:
		return l.marked() + o.Subject
	case Named:
		return l.marked() + strings.TrimSpace(o.TypeName+" "+o.Subject)
	case Signer:
		return strings.TrimSpace(o.SignerTitle + " " + o.SignerName)
	case Drafter:
		return o.Drafter
	case Receivers:
		return strings.Join(o.Places(routing.PlaceExecute, routing.PlaceReport), "; ")
	case Issuance:
		return l.issuance(now)
	}
	return ""
}

// marked stands before the subject of a cancelled document: the layouts have no
// column for it, and its number stays in its place.
func (l OutgoingLine) marked() string {
	if l.Document.Status == routing.OutgoingCancelled {
		return "(Đã huỷ, giữ số) "
	}
	return ""
}

// issuance is what became of the document, as far as the book knows.
func (l OutgoingLine) issuance(now time.Time) string {
	o := l.Document
	if o.Status == routing.OutgoingCancelled {
		return strings.TrimSuffix("Đã huỷ ngày "+spoken(o.CancelledAt)+", giữ số: "+o.CancelReason, ": ")
	}
	parts := []string{l.State(now) + " ngày " + spoken(o.Registered)}
	if o.ReplyBy != "" {
		parts = append(parts, lower(asksReply)+" trước hết ngày "+day(o.ReplyBy))
	}
	if len(l.Answers) > 0 {
		numbers := make([]string, len(l.Answers))
		for i, a := range l.Answers {
			numbers[i] = strconv.Itoa(a.Number) + "/" + strconv.Itoa(a.Year)
		}
		parts = append(parts, lower(answersSome)+" số "+strings.Join(numbers, ", "))
	}
	return strings.Join(parts, "; ")
}
