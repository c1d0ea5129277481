package routing

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Template is a direction that a unit gives again and again, with terms in
// working days instead of due dates, and the documents that it suits.
type Template struct {
	ID         ID
	UnitID     ID
	Name       string
	TypeName   string // tên loại; empty: any
	Field      string // lĩnh vực; empty: any
	Issuer     string // cơ quan ban hành; empty: any
	Text       string
	Process    string
	Result     string
	Recipients []TemplateRecipient
	CreatedAt  time.Time
	ArchivedAt time.Time // zero: in use
	Version    int
}

// TemplateRecipient is a recipient with his term in working days, 0 for Inform.
type TemplateRecipient struct {
	UnitID     ID   `json:"unit"`
	PositionID ID   `json:"position,omitempty"`
	Role       Role `json:"role"`
	Days       int  `json:"days,omitempty"`
}

// The refusals of templates.
var (
	ErrTemplate = &Error{NotFound, "unknown-template",
		"Mẫu chỉ đạo này không có hoặc đã ngừng dùng; hãy chọn mẫu khác.", nil}
	ErrTemplateName = &Error{Conflict, "template-name-taken",
		"Đơn vị đã có mẫu chỉ đạo mang tên này; hãy đặt tên khác.", nil}
)

const (
	maxTemplateName = 100
	maxTemplateDays = 365
)

// MayKeepTemplates says who keeps the templates of his unit: its leaders and its clerk.
func (a Actor) MayKeepTemplates() bool { return a.may(ToKeepTemplates, nil, OwnUnit) }

// Check refuses a template whose direction would be refused whenever it is given.
func (t Template) Check() error {
	if err := CheckSecrecy(NoSecret, t.Name, t.TypeName, t.Field, t.Issuer); err != nil {
		return err
	}
	var bad fieldFaults
	bad.text("name", t.Name, 1, maxTemplateName)
	bad.text("typeName", t.TypeName, 0, maxType)
	bad.text("field", t.Field, 0, maxField)
	bad.text("issuer", t.Issuer, 0, maxIssuer)
	for _, r := range t.Recipients {
		if r.Role == Inform && r.Days != 0 || r.Role != Inform && (r.Days < 1 || r.Days > maxTemplateDays) {
			bad.add("days", "thời hạn từ 1 đến 365 ngày làm việc; đơn vị nhận để biết không có thời hạn")
		}
	}
	if err := bad.err(); err != nil {
		return err
	}
	return t.Direct(time.Time{}, nil).Check(t.UnitID, true)
}

// SaysLike says whether two templates direct the same for the same documents.
func (t Template) SaysLike(other Template) bool {
	return t.Name == other.Name && t.TypeName == other.TypeName && t.Field == other.Field && t.Issuer == other.Issuer &&
		t.Text == other.Text && t.Process == other.Process && t.Result == other.Result && slices.Equal(t.Recipients, other.Recipients)
}

// Direct is the direction of the template given at an instant: each term ends
// with the office hours of the recipient's day. Without clocks it has no due dates.
func (t Template) Direct(at time.Time, clocks Clocks) Direction {
	d := Direction{Text: t.Text, Process: t.Process, Result: t.Result}
	for _, r := range t.Recipients {
		to := Recipient{UnitID: r.UnitID, PositionID: r.PositionID, Role: r.Role}
		if r.Days > 0 && clocks != nil {
			to.Due = clocks(r.UnitID).AddDays(at, r.Days).UTC()
		}
		d.Recipients = append(d.Recipients, to)
	}
	return d
}

// Suggestion is a template that suits a document, and what they have in common:
// "field", "type", "issuer".
type Suggestion struct {
	Template Template
	Why      []string
}

// Suggest picks the templates that suit a document, the best first: the same
// field counts more than the same type, that more than the same issuer. One
// that asks for something else does not suit; one that asks for nothing comes last.
func Suggest(templates []Template, d Document) []Suggestion {
	type scored struct {
		Suggestion
		score int
	}
	var found []scored
	for _, t := range templates {
		s, suits := scored{Suggestion: Suggestion{Template: t}}, true
		for _, m := range []struct {
			why, asked, has string
			weight          int
		}{{"field", t.Field, d.Field, 4}, {"type", t.TypeName, d.TypeName, 2}, {"issuer", t.Issuer, d.Issuer, 1}} {
			switch {
			case strings.TrimSpace(m.asked) == "":
			case squeeze(m.asked) == squeeze(m.has):
				s.Why, s.score = append(s.Why, m.why), s.score+m.weight
			default:
				suits = false
			}
		}
		if suits {
			found = append(found, s)
		}
	}
	slices.SortStableFunc(found, func(a, b scored) int {
		return cmp.Or(b.score-a.score, cmp.Compare(a.Template.Name, b.Template.Name))
	})
	out := make([]Suggestion, len(found))
	for i, s := range found {
		out[i] = s.Suggestion
	}
	return out
}
