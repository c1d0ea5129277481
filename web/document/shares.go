package document

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"congvan/desk"
	"congvan/routing"
	"congvan/web/acts"
	"congvan/web/ui"
)

// share is one recipient as the page shows him.
type share struct {
	desk.AssignmentView
	Name     string // of the unit, or the title of the officer
	Beside   string // the officer's unit
	Mine     bool   // the reader's unit holds it
	Since    time.Time
	Next     string // what comes next; empty: nothing
	NextDue  time.Time
	Runs     bool // that deadline is awaited, and its clock is not held
	Why      []reasonLine
	Offer    acts.Offer
	Children []share
}

// reasonLine says why a share stands where it does, or how far it is.
type reasonLine struct {
	At          time.Time
	Title, Text string
}

// Late says whether what comes next is overdue.
func (s share) Late(now time.Time) bool { return s.Runs && !s.NextDue.IsZero() && now.After(s.NextDue) }

// Tells says whether there is more to read about it than its line.
func (s share) Tells() bool {
	return len(s.Why) > 0 || s.Report != "" || !s.Offer.Sort().None() || !s.Receipt.At.IsZero()
}

// tree puts the shares of a story below what they were given out of. One whose
// parent the reader does not see stands at the top.
func (p *page) tree(ctx context.Context) []share {
	below, seen := map[routing.ID][]desk.AssignmentView{}, map[routing.ID]bool{}
	for _, a := range p.Assignments {
		seen[a.ID] = true
	}
	for _, a := range p.Assignments {
		parent := a.ParentID
		if !seen[parent] {
			parent = ""
		}
		below[parent] = append(below[parent], a)
	}
	var grow func(routing.ID) []share
	grow = func(parent routing.ID) (out []share) {
		for _, a := range below[parent] {
			s := p.share(ctx, a)
			s.Children = grow(a.ID)
			if s.Late(p.Now) && s.Status != routing.Sent {
				s.Why = append(p.whyLate(ctx, s), s.Why...)
			}
			out = append(out, s)
		}
		slices.SortStableFunc(out, func(a, b share) int {
			return cmp.Or(place(a.Role)-place(b.Role), cmp.Compare(standing(a.Status), standing(b.Status)), cmp.Compare(a.Name, b.Name))
		})
		return out
	}
	return grow("")
}

// place is where a role stands in the list of recipients.
func place(r routing.Role) int {
	return slices.Index([]routing.Role{routing.Lead, routing.Coordinate, routing.Execute, routing.Inform}, r)
}

// standing puts what no longer belongs to the document last.
func standing(s routing.AssignmentStatus) int {
	if s == routing.Withdrawn || s == routing.HandedOver {
		return 1
	}
	return 0
}

func (p *page) share(ctx context.Context, a desk.AssignmentView) share {
	s := share{AssignmentView: a, Name: p.nameOf(ctx, a), Mine: a.UnitID == p.Visitor.Actor.UnitID,
		Offer: acts.Offer{On: acts.Share, ID: a.ID, Version: a.Version, May: a.May}}
	if a.PositionID != "" {
		s.Beside = a.Unit.Name
	}
	s.Offer.Name = s.Name
	if a.Status == routing.Received { // what just came is given to somebody, as a rule
		s.Offer.Lead = routing.ActDirect
	}
	s.Next, s.NextDue, s.Since = next(a.Assignment)
	s.Runs = a.Open() && !a.Held()
	// A recall is answered where the decision stands.
	s.Offer.May = slices.DeleteFunc(slices.Clone(a.May), func(act routing.Act) bool { return act == routing.ActAnswerRecall })
	s.Why = p.why(ctx, a)
	return s
}

func (p *page) nameOf(ctx context.Context, a desk.AssignmentView) string {
	if a.PositionID != "" {
		return cmp.Or(p.Titles[a.PositionID], a.Unit.Name)
	}
	return cmp.Or(a.Unit.Name, p.words.unit(ctx, a.UnitID))
}

// next is what a share waits for, until when, and since when it stands so.
func next(a routing.Assignment) (what string, due, since time.Time) {
	if a.Open() && a.Held() {
		return "tạm dừng", time.Time{}, a.HeldAt
	}
	switch a.Status {
	case routing.Sent:
		return "xác nhận đã nhận", a.ReceiveDue, a.SentAt
	case routing.Received, routing.Working:
		since = a.Receipt.At
		if !a.StartedAt.IsZero() {
			since = a.StartedAt
		}
		if a.Role.Reports() {
			return "báo cáo kết quả", a.Due, since
		}
		return "phối hợp, cập nhật tiến độ", a.Due, since
	case routing.Consulting:
		return "các nơi cho ý kiến về dự thảo", a.Due, a.DueSince
	case routing.Reported:
		return "nơi giao duyệt báo cáo", a.ApproveDue, a.ReportedAt
	case routing.Returned:
		return "nơi giao trả lời việc chuyển trả", a.ReturnDue, a.ReturnedAt
	}
	return "", time.Time{}, a.ClosedAt
}

// why are the newest words about a share: why it is held, came back, how far it is.
func (p *page) why(ctx context.Context, a desk.AssignmentView) (out []reasonLine) {
	of := p.Said[a.ID]
	add := func(act routing.Act, title string, shows bool) {
		if e, ok := of[act]; ok && shows && said(e) != "" {
			out = append(out, reasonLine{e.At, ui.T(ctx, title), said(e)})
		}
	}
	held := a.Open() && a.Held()
	add(routing.ActHold, "Lý do tạm dừng", held)
	add(routing.ActReturn, "Lý do chuyển trả", a.Status == routing.Returned)
	add(routing.ActInsist, "Giữ nguyên phân công vì", a.Open() && a.Status != routing.Returned)
	back, ok := of[routing.ActSendBack]
	add(routing.ActSendBack, "Báo cáo bị trả lại vì", a.Open() && ok && a.Status != routing.Reported && !back.At.Before(a.ReportedAt))
	add(routing.ActProgress, "Tiến độ", a.Open())
	return out
}

// whyLate says what a late share waits for.
func (p *page) whyLate(ctx context.Context, s share) []reasonLine {
	var awaited []string
	for _, child := range s.Children {
		if child.Open() && child.Role.Reports() && child.Status != routing.Reported {
			awaited = append(awaited, child.Name)
		}
	}
	switch {
	case len(awaited) > 0:
		return []reasonLine{{Title: ui.T(ctx, "Còn chờ"), Text: strings.Join(awaited, ", ")}}
	case (s.Status == routing.Working || s.Status == routing.Received) && p.Said[s.ID][routing.ActProgress].ID == 0:
		return []reasonLine{{Title: ui.T(ctx, "Chậm vì"), Text: ui.T(ctx, "chưa có tiến độ nào được cập nhật")}}
	}
	return nil
}

// mine are the shares that wait for the reader: his unit's own, and those that it
// has to judge.
func mine(all []share) (out []share) {
	for _, s := range all {
		b := s.Offer.Sort()
		judges := s.Status == routing.Reported || s.Status == routing.Returned
		if s.Mine && s.Open() && !b.None() || judges && len(b.First)+len(b.Others) > 0 {
			out = append(out, s)
		}
		out = append(out, mine(s.Children)...)
	}
	return out
}

// strip are all recipients as cells, in the order of the tree.
func strip(all []share) (out []ui.StripCell) {
	for _, s := range all {
		out = append(out, ui.StripCell{Name: s.Name, Cell: s.Cell})
		out = append(out, strip(s.Children)...)
	}
	return out
}
