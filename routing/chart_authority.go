package routing

import (
	"slices"

	"congvan/calendar"
)

// ErrOwnRights refuses an administrator what would touch his own rights.
var ErrOwnRights = &Error{NotAllowed, "own-rights",
	"Không ai tự đổi quyền của mình; hãy để một người quản trị khác thực hiện.", nil}

// ErrHeld refuses a position that somebody else holds.
var ErrHeld = &Error{Conflict, "position-held",
	"Chức vụ này đang có người giữ vào ngày đó; hãy kết thúc việc giữ chức vụ của người ấy trước.", nil}

// ErrWorkOpen refuses to end what still has open work.
var ErrWorkOpen = &Error{Conflict, "work-open",
	"Còn công việc chưa xong; hãy bàn giao trước, hoặc nêu đơn vị kế thừa.", nil}

// MayOrganise says who changes the organisation at all: an administrator, in his
// own name.
func (a Actor) MayOrganise() bool { return a.may(ToOrganise, a.inOwnName, Administered) }

// MayOrganiseAll says who takes the whole out and brings it in: the administrator
// of the organ at the top.
func (a Actor) MayOrganiseAll() bool { return a.may(ToOrganiseAll, a.inOwnName, a.toAll()...) }

// MaySeeOrganisation says who reads how positions are held and how books stand: the
// administrators and the inspector.
func (a Actor) MaySeeOrganisation() bool {
	return a.may(ToSeeOrganisation, a.inOwnName, a.toAll()...)
}

// IsAbove says whether a unit is the actor's own or lies below it, by the chart of
// a day. One to come stands where it will, one that ended where it stood. What
// succeeds the organ at the top is as that organ is.
func (a Actor) IsAbove(c Chart, unit ID, day calendar.Date) bool {
	for range len(c.Units) + 1 {
		if unit == a.UnitID || a.AboveID == "" && slices.Contains(c.SuccessorsOf(a.UnitID), unit) {
			return true
		}
		u, ok := c.Unit(unit)
		if !ok || len(u.Versions) == 0 {
			return false
		}
		facts, on := u.On(day)
		if !on {
			facts = u.Versions[0].Is
			if end := endOf(u.Versions); !end.IsZero() && !day.Before(end) {
				facts = u.Versions[len(u.Versions)-1].Is
			}
		}
		unit = facts.ParentID
	}
	return false
}

// Administers says whether a unit is the actor's to administer: an administrator
// administers his own unit and what lies below it.
func (a Actor) Administers(c Chart, unit ID, day calendar.Date) bool {
	return a.MayOrganise() && a.IsAbove(c, unit, day)
}

// ChangeFaults are the parts of a change that are not the actor's to make. He
// administers what lies in his reach before and after; where his own unit belongs
// is for whoever is above it; and no administrator touches the position that he
// holds himself, unless it ends.
func (a Actor) ChangeFaults(before, after Chart, today calendar.Date) (faults []*Error) {
	refuse := func(e *Error, what string, id ID) { faults = append(faults, e.With(what, string(id))) }
	for _, x := range ChartChanges(before, after) {
		id := ID(x.Subject.ID)
		switch {
		case x.Subject.Kind == SubjectPosition && id == a.PositionID && !onlyEnds(before, after, id):
			refuse(ErrOwnRights, "position", id)
		case x.Subject.Kind == SubjectPosition && !a.fills(before, after, id, today):
			refuse(ErrNotAllowed, "position", id)
		case x.Kind == EntrySuccessorNamed:
			to, _ := x.After["successor"].(ID)
			if !a.Administers(before, id, today) || !a.has(before, to, today) {
				refuse(ErrNotAllowed, "unit", id)
			}
		case x.Subject.Kind == SubjectUnit && !a.places(before, after, id, today):
			refuse(ErrNotAllowed, "unit", id)
		}
	}
	return faults
}

func onlyEnds(before, after Chart, position ID) bool {
	was, _ := before.Position(position)
	is, _ := after.Position(position)
	n := len(is.Versions)
	return n > 0 && n <= len(was.Versions) && was.OnPaper == is.OnPaper && !endOf(is.Versions).IsZero() &&
		same(was.Versions[:n-1], is.Versions[:n-1]) && was.Versions[n-1].From == is.Versions[n-1].From && same(was.Versions[n-1].Is, is.Versions[n-1].Is)
}

// has says whether a unit is the actor's, or is made by the change itself, which
// then is judged by where it is put.
func (a Actor) has(before Chart, unit ID, today calendar.Date) bool {
	_, known := before.Unit(unit)
	return !known && a.MayOrganise() || a.Administers(before, unit, today)
}

// fills says whether all units that a position is or will be in are the actor's.
func (a Actor) fills(before, after Chart, position ID, today calendar.Date) bool {
	was, _ := before.Position(position)
	is, _ := after.Position(position)
	for _, v := range slices.Concat(was.Versions, is.Versions) {
		ahead := v.To.IsZero() || today.Before(v.To)
		if ahead && !a.has(before, v.Is.UnitID, today) {
			return false
		}
	}
	return true
}

// places says whether the actor may change a unit so: it is his, and if it comes
// to be, ends, or belongs elsewhere, so are the units above it. Above the organ
// at the top is none.
func (a Actor) places(before, after Chart, unit ID, today calendar.Date) bool {
	was, known := before.Unit(unit)
	is, _ := after.Unit(unit)
	if known && !a.Administers(before, unit, today) || !a.MayOrganise() {
		return false
	}
	if known && endOf(was.Versions) == endOf(is.Versions) && same(parents(was), parents(is)) {
		return true
	}
	for _, v := range slices.Concat(was.Versions, is.Versions) {
		ahead, top := v.To.IsZero() || today.Before(v.To), v.Is.ParentID == ""
		if ahead && (top && a.AboveID != "" || !top && !a.has(before, v.Is.ParentID, today)) {
			return false
		}
	}
	return true
}

// parents are the units above a unit, one after another.
func parents(u ChartUnit) (ids []ID) {
	for _, v := range u.Versions {
		if len(ids) == 0 || ids[len(ids)-1] != v.Is.ParentID {
			ids = append(ids, v.Is.ParentID)
		}
	}
	return ids
}

// MustBeIdle names the units and positions that a change ends, or moves, while
// nobody is named who would carry on: they may have no open work. What officers
// of a unit with a successor hold is dealt out anew by the successor.
func MustBeIdle(before, after Chart) (units, positions []ID) {
	ending := map[ID]bool{}
	for _, u := range after.Units {
		was, known := before.Unit(u.ID)
		if end := endOf(u.Versions); known && !end.IsZero() && endOf(was.Versions) != end {
			ending[u.ID] = true
			if len(after.SuccessorsOf(u.ID)) == 0 {
				units = append(units, u.ID)
			}
		}
	}
	for _, p := range after.Positions {
		was, known := before.Position(p.ID)
		if !known || len(was.Versions) == 0 {
			continue
		}
		home := was.Versions[len(was.Versions)-1].Is.UnitID
		ends := endOf(was.Versions) != endOf(p.Versions) && !endOf(p.Versions).IsZero()
		moves := len(p.Versions) > 0 && p.Versions[len(p.Versions)-1].Is.UnitID != home
		if (ends || moves) && !ending[home] {
			positions = append(positions, p.ID)
		}
	}
	return units, positions
}
