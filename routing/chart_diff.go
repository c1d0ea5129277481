package routing

import (
	"fmt"
	"slices"
	"strings"

	"congvan/calendar"
)

// ChartChange is what happens to one unit or position between two charts, as its
// journal entry tells it and as people read it.
type ChartChange struct {
	Kind          EntryKind
	Subject       Subject
	UnitID        ID             // that it concerns
	Before, After map[string]any // nil: it was not there
	Words         string         // in Vietnamese
}

// The kinds of changes of the organisation.
const (
	EntryUnitFounded     EntryKind = "unit-founded"
	EntryUnitChanged     EntryKind = "unit-changed"
	EntryUnitEnded       EntryKind = "unit-ended"
	EntryPositionCreated EntryKind = "position-created"
	EntryPositionChanged EntryKind = "position-changed"
	EntryPositionEnded   EntryKind = "position-ended"
	EntrySuccessorNamed  EntryKind = "successor-named"
)

// ChartChanges lists what has to be done to make one chart of another: nothing,
// if they are the same. after names at least all that before does.
func ChartChanges(before, after Chart) (changes []ChartChange) {
	name := func(id ID) string { return after.nameOf(id) }
	for _, u := range after.Units {
		was, known := before.Unit(u.ID)
		if known && same(was.Versions, u.Versions) {
			continue
		}
		x := ChartChange{Kind: EntryUnitChanged, Subject: Subject{SubjectUnit, string(u.ID)}, UnitID: u.ID, After: u.told()}
		switch {
		case !known:
			x.Kind = EntryUnitFounded
		case endOf(was.Versions) != endOf(u.Versions) && !endOf(u.Versions).IsZero():
			x.Kind = EntryUnitEnded
		}
		if known {
			x.Before = was.told()
		}
		x.Words = fmt.Sprintf("Đơn vị “%s”: ", name(u.ID)) + inWords(was.Versions, u.Versions, func(f UnitFacts) string {
			text := fmt.Sprintf("tên “%s”, mã %s, giờ làm việc %s", f.Name, f.Code, f.OfficeHours)
			if f.ParentID != "" {
				text += fmt.Sprintf(", trực thuộc “%s”", name(f.ParentID))
			}
			if f.OnDuty {
				text += ", có trực"
			}
			return text
		})
		changes = append(changes, x)
	}
	for _, p := range after.Positions {
		if x, ok := positionChange(before, p, name); ok {
			changes = append(changes, x)
		}
	}
	for _, s := range after.Successors {
		if !slices.ContainsFunc(before.Successors, func(x Successor) bool { return x.UnitID == s.UnitID && x.SuccessorID == s.SuccessorID }) {
			changes = append(changes, ChartChange{Kind: EntrySuccessorNamed, Subject: Subject{SubjectUnit, string(s.UnitID)}, UnitID: s.UnitID,
				After: map[string]any{"successor": s.SuccessorID, "from": s.From.String(), "basis": s.Basis},
				Words: fmt.Sprintf("“%s” kế thừa công việc của “%s” từ ngày %s.", name(s.SuccessorID), name(s.UnitID), s.From)})
		}
	}
	return changes
}

func positionChange(before Chart, p ChartPosition, name func(ID) string) (ChartChange, bool) {
	was, known := before.Position(p.ID)
	if known && same(was.Versions, p.Versions) && was.OnPaper == p.OnPaper {
		return ChartChange{}, false
	}
	last := p.Versions[len(p.Versions)-1].Is
	x := ChartChange{Kind: EntryPositionChanged, Subject: Subject{SubjectPosition, string(p.ID)}, UnitID: last.UnitID, After: p.told()}
	switch {
	case !known:
		x.Kind = EntryPositionCreated
	case endOf(was.Versions) != endOf(p.Versions) && !endOf(p.Versions).IsZero():
		x.Kind = EntryPositionEnded
	}
	if known {
		x.Before = was.told()
	}
	x.Words = fmt.Sprintf("Chức vụ %s: ", p.Code) + inWords(was.Versions, p.Versions, func(f PositionFacts) string {
		text := fmt.Sprintf("“%s” (%s) tại “%s”", f.Title, f.Office, name(f.UnitID))
		if len(f.Fields) > 0 {
			text += ", lĩnh vực " + strings.Join(f.Fields, ", ")
		}
		return text
	})
	if was.OnPaper != p.OnPaper {
		x.Words += fmt.Sprintf(" Dùng bản giấy: %t.", p.OnPaper)
	}
	return x, true
}

// inWords tells what becomes of versions.
func inWords[T any](before, after []Version[T], facts func(T) string) string {
	var parts []string
	at := func(versions []Version[T], from calendar.Date) (Version[T], bool) {
		i := slices.IndexFunc(versions, func(v Version[T]) bool { return v.From == from })
		if i < 0 {
			return Version[T]{}, false
		}
		return versions[i], true
	}
	for _, v := range before {
		if _, ok := at(after, v.From); !ok {
			parts = append(parts, fmt.Sprintf("bỏ thay đổi dự kiến từ ngày %s", v.From))
		}
	}
	for _, v := range after {
		was, ok := at(before, v.From)
		switch {
		case !ok:
			parts = append(parts, fmt.Sprintf("từ ngày %s là %s", v.From, facts(v.Is)))
		case !same(was.Is, v.Is):
			parts = append(parts, fmt.Sprintf("sửa nội dung từ ngày %s thành %s", v.From, facts(v.Is)))
		}
	}
	switch end := endOf(after); {
	case end == endOf(before):
	case end.IsZero():
		parts = append(parts, "không kết thúc nữa")
	default:
		parts = append(parts, fmt.Sprintf("kết thúc từ ngày %s", end))
	}
	return strings.Join(parts, "; ") + "."
}

func endOf[T any](versions []Version[T]) calendar.Date {
	if len(versions) == 0 {
		return calendar.Date{}
	}
	return versions[len(versions)-1].To
}

// nameOf is the newest name of a unit.
func (c Chart) nameOf(id ID) string {
	u, ok := c.Unit(id)
	if !ok || len(u.Versions) == 0 {
		return string(id)
	}
	return u.Versions[len(u.Versions)-1].Is.Name
}

func (u ChartUnit) told() map[string]any {
	return map[string]any{"kind": u.Kind, "versions": versionsTold(u.Versions)}
}

func (p ChartPosition) told() map[string]any {
	return map[string]any{"code": p.Code, "onPaper": p.OnPaper, "versions": versionsTold(p.Versions)}
}

func versionsTold[T any](versions []Version[T]) (list []any) {
	for _, v := range versions {
		one := map[string]any{"from": v.From.String(), "is": v.Is}
		if !v.To.IsZero() {
			one["to"] = v.To.String()
		}
		list = append(list, one)
	}
	return list
}
