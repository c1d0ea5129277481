package routing

import (
	"reflect"
	"slices"

	"congvan/calendar"
)

// Chart is the organisation from day to day: which units there are and were,
// what they are called and where they belong, the positions in them, and who
// carries on the work of those that ended. Rules about it are rules about a
// chart as a whole: a change is a chart before and a chart after.
type Chart struct {
	Units      []ChartUnit
	Positions  []ChartPosition
	Successors []Successor
}

// ChartUnit is a unit with all that it was, is and will be called. Its id is for
// ever, its code is not: codes are used again for other units.
type ChartUnit struct {
	ID       ID
	Kind     UnitKind
	Versions []Version[UnitFacts]
}

// ChartPosition is a position with all that it was, is and will be. Its code is
// never given to another.
type ChartPosition struct {
	ID       ID
	Code     string // ASCII: it is typed
	OnPaper  bool
	Versions []Version[PositionFacts]
}

// Version is what holds from a day on; the versions of a thing stand in order and
// each begins on the day when the one before ends.
type Version[T any] struct {
	From calendar.Date
	To   calendar.Date // the first day when it no longer holds; zero: open
	Is   T
}

// UnitFacts is what a unit is called and where it belongs.
type UnitFacts struct {
	Code        string `json:"code"` // ký hiệu; of a ward its GSO code
	Name        string `json:"name"` // as it signs
	ParentID    ID     `json:"parent,omitempty"`
	OfficeHours string `json:"officeHours"`      // as calendar.ParseHours reads them
	OnDuty      bool   `json:"onDuty,omitempty"` // it keeps a duty roster: "ngay" runs day and night
}

// PositionFacts is what a position is called and may do, and where.
type PositionFacts struct {
	UnitID ID       `json:"unit"`
	Title  string   `json:"title"`
	Office Office   `json:"office"`
	Fields []string `json:"fields,omitempty"` // lĩnh vực of a deputy
}

// Successor says that a unit carries on the work of one that ends.
type Successor struct {
	UnitID, SuccessorID ID
	From                calendar.Date
	Basis               string // in writing
}

// On says whether the version holds on a day.
func (v Version[T]) On(day calendar.Date) bool {
	return !day.Before(v.From) && (v.To.IsZero() || day.Before(v.To))
}

// versionOn finds the version that holds on a day.
func versionOn[T any](versions []Version[T], day calendar.Date) (Version[T], bool) {
	for _, v := range versions {
		if v.On(day) {
			return v, true
		}
	}
	return Version[T]{}, false
}

// On is the unit as it is on a day.
func (u ChartUnit) On(day calendar.Date) (UnitFacts, bool) {
	v, ok := versionOn(u.Versions, day)
	return v.Is, ok
}

// On is the position as it is on a day.
func (p ChartPosition) On(day calendar.Date) (PositionFacts, bool) {
	v, ok := versionOn(p.Versions, day)
	return v.Is, ok
}

// Unit finds a unit.
func (c Chart) Unit(id ID) (ChartUnit, bool) {
	i := slices.IndexFunc(c.Units, func(u ChartUnit) bool { return u.ID == id })
	if i < 0 {
		return ChartUnit{}, false
	}
	return c.Units[i], true
}

// Position finds a position.
func (c Chart) Position(id ID) (ChartPosition, bool) {
	i := slices.IndexFunc(c.Positions, func(p ChartPosition) bool { return p.ID == id })
	if i < 0 {
		return ChartPosition{}, false
	}
	return c.Positions[i], true
}

// SuccessorsOf are those that carry on a unit's work.
func (c Chart) SuccessorsOf(unit ID) (ids []ID) {
	for _, s := range c.Successors {
		if s.UnitID == unit {
			ids = append(ids, s.SuccessorID)
		}
	}
	return ids
}

// With is the chart with another's units, positions and successors in the place
// of its own of the same id. What the other does not name stays.
func (c Chart) With(other Chart) Chart {
	out := Chart{slices.Clone(c.Units), slices.Clone(c.Positions), slices.Clone(c.Successors)}
	for _, u := range other.Units {
		if i := slices.IndexFunc(out.Units, func(x ChartUnit) bool { return x.ID == u.ID }); i >= 0 {
			out.Units[i] = u
		} else {
			out.Units = append(out.Units, u)
		}
	}
	for _, p := range other.Positions {
		if i := slices.IndexFunc(out.Positions, func(x ChartPosition) bool { return x.ID == p.ID }); i >= 0 {
			out.Positions[i] = p
		} else {
			out.Positions = append(out.Positions, p)
		}
	}
	for _, s := range other.Successors {
		if !slices.ContainsFunc(out.Successors, func(x Successor) bool { return x.UnitID == s.UnitID && x.SuccessorID == s.SuccessorID }) {
			out.Successors = append(out.Successors, s)
		}
	}
	return out
}

// ErrVersions says that the versions of a unit or a position do not follow one another.
var ErrVersions = &Error{Invalid, "versions",
	"Các giai đoạn hiệu lực phải nối tiếp nhau, không hở và không chồng lên nhau; hãy sửa ngày.", nil}

// placed puts a version among others: from its day on it holds, until the next
// that is planned. One that begins on the same day is replaced.
func placed[T any](versions []Version[T], v Version[T]) ([]Version[T], error) {
	out := slices.Clone(versions)
	for i, x := range out {
		switch {
		case x.From == v.From:
			out[i].Is = v.Is
			return out, nil
		case x.On(v.From):
			v.To, out[i].To = x.To, v.From
			return slices.Insert(out, i+1, v), nil
		}
	}
	return nil, ErrVersions.Saying("Ngày %s nằm ngoài thời gian tồn tại; hãy chọn ngày khác.", v.From)
}

// ended ends versions on a day; what was planned from then on is dropped.
func ended[T any](versions []Version[T], day calendar.Date) ([]Version[T], error) {
	for i, x := range versions {
		if x.On(day) && x.From.Before(day) || x.To == day {
			out := slices.Clone(versions[:i+1])
			out[i].To = day
			return out, nil
		}
	}
	return nil, ErrVersions.Saying("Không kết thúc được vào ngày %s: phải sau ngày bắt đầu và trước ngày đã kết thúc.", day)
}

// ChangeUnit lets a unit be called or belong otherwise from a day on.
func (c Chart) ChangeUnit(id ID, from calendar.Date, facts UnitFacts) (Chart, error) {
	u, ok := c.Unit(id)
	if !ok {
		return c, ErrNotFound
	}
	versions, err := placed(u.Versions, Version[UnitFacts]{From: from, Is: facts})
	u.Versions = versions
	return c.With(Chart{Units: []ChartUnit{u}}), err
}

// EndUnit ends a unit on a day, with the positions that are in it then.
func (c Chart) EndUnit(id ID, day calendar.Date, successors []ID, basis string) (Chart, error) {
	u, ok := c.Unit(id)
	if !ok {
		return c, ErrNotFound
	}
	change := Chart{}
	var err error
	if u.Versions, err = ended(u.Versions, day); err != nil {
		return c, err
	}
	change.Units = []ChartUnit{u}
	for _, p := range c.Positions {
		if facts, ok := p.On(day); ok && facts.UnitID == id {
			if p.Versions, err = ended(p.Versions, day); err != nil {
				return c, err
			}
			change.Positions = append(change.Positions, p)
		}
	}
	for _, to := range successors {
		change.Successors = append(change.Successors, Successor{id, to, day, basis})
	}
	return c.With(change), nil
}

// ChangePosition lets a position be another, or belong elsewhere, from a day on.
func (c Chart) ChangePosition(id ID, from calendar.Date, facts PositionFacts) (Chart, error) {
	p, ok := c.Position(id)
	if !ok {
		return c, ErrNotFound
	}
	versions, err := placed(p.Versions, Version[PositionFacts]{From: from, Is: facts})
	p.Versions = versions
	return c.With(Chart{Positions: []ChartPosition{p}}), err
}

// EndPosition ends a position on a day.
func (c Chart) EndPosition(id ID, day calendar.Date) (Chart, error) {
	p, ok := c.Position(id)
	if !ok {
		return c, ErrNotFound
	}
	versions, err := ended(p.Versions, day)
	p.Versions = versions
	return c.With(Chart{Positions: []ChartPosition{p}}), err
}

func same(a, b any) bool { return reflect.DeepEqual(a, b) }

// Only is the chart of one day: what holds on it.
func (c Chart) Only(day calendar.Date) (only Chart) {
	for _, u := range c.Units {
		if v, ok := versionOn(u.Versions, day); ok {
			u.Versions = []Version[UnitFacts]{v}
			only.Units = append(only.Units, u)
		}
	}
	for _, p := range c.Positions {
		if v, ok := versionOn(p.Versions, day); ok {
			p.Versions = []Version[PositionFacts]{v}
			only.Positions = append(only.Positions, p)
		}
	}
	return only
}
