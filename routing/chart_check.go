package routing

import (
	"regexp"
	"slices"

	"congvan/calendar"
)

// The refusals of a chart.
var (
	ErrUnitCode = &Error{Conflict, "unit-code-taken",
		"Mã này đang dùng cho một đơn vị khác; hãy chọn mã khác.", nil}
	ErrParent = &Error{Invalid, "unit-parent",
		"Đơn vị cấp trên chưa đúng; hãy chọn lại.", nil}
	ErrPositionCode = &Error{Conflict, "position-code-taken",
		"Mã chức vụ này đã dùng; hãy chọn mã khác.", nil}
	ErrPositionUnit = &Error{Invalid, "position-unit",
		"Chức vụ phải thuộc một đơn vị đang hoạt động trong suốt thời gian tồn tại.", nil}
	ErrPast = &Error{Invalid, "past-fixed",
		"Những gì đã có hiệu lực trước hôm nay không sửa được; hãy ghi thay đổi từ hôm nay hoặc một ngày sau đó.", nil}
	ErrSuccessor = &Error{Invalid, "successor",
		"Đơn vị kế thừa phải là một đơn vị khác, cùng loại, đang hoạt động khi đơn vị kia kết thúc.", nil}
)

const (
	maxUnitCode = 30
	maxUnitName = 200
	maxCode     = 60
	maxPostName = 200
)

var plainCode = regexp.MustCompile(`^[a-z0-9]+(?:[._-][a-z0-9]+)*$`)

// offices are those that a position may have.
var offices = []Office{Chairman, Deputy, Chief, Head, Clerk, Officer, Inspector, Admin}

// Faults are all that is wrong with a chart: what could not be on one of its
// days. A sound chart has none.
func (c Chart) Faults() (faults []*Error) {
	found := map[string]bool{}
	add := func(subject ID, e *Error) {
		if key := e.Code + string(subject) + e.Message; !found[key] {
			found[key] = true
			faults = append(faults, e)
		}
	}
	for _, u := range c.Units {
		for _, e := range u.faults() {
			add(u.ID, e)
		}
	}
	codes := map[string]bool{}
	for _, p := range c.Positions {
		for _, e := range p.faults() {
			add(p.ID, e)
		}
		if codes[p.Code] {
			add(p.ID, ErrPositionCode.With("position", p.Code))
		}
		codes[p.Code] = true
	}
	for _, day := range c.days() {
		c.faultsOn(day, add)
	}
	c.successorFaults(add)
	return faults
}

// days are those on which something begins or ends: in between nothing changes.
func (c Chart) days() (days []calendar.Date) {
	for _, u := range c.Units {
		days = appendDays(days, u.Versions)
	}
	for _, p := range c.Positions {
		days = appendDays(days, p.Versions)
	}
	slices.SortFunc(days, calendar.Date.Compare)
	return slices.Compact(days)
}

func appendDays[T any](days []calendar.Date, versions []Version[T]) []calendar.Date {
	for _, v := range versions {
		if days = append(days, v.From); !v.To.IsZero() {
			days = append(days, v.To)
		}
	}
	return days
}

// faultsOn looks at one day.
func (c Chart) faultsOn(day calendar.Date, add func(ID, *Error)) {
	type standing struct {
		UnitFacts
		kind UnitKind
	}
	units, codes, top := map[ID]standing{}, map[string]ID{}, ID("")
	for _, u := range c.Units {
		if facts, ok := u.On(day); ok {
			units[u.ID] = standing{facts, u.Kind}
		}
	}
	for _, u := range c.Units {
		is, ok := units[u.ID]
		if !ok {
			continue
		}
		if codes[is.Code] != "" {
			add(u.ID, ErrUnitCode.Saying("Mã “%s” của “%s” đang dùng cho một đơn vị khác vào ngày %s; hãy chọn mã khác.", is.Code, is.Name, day).With("unit", string(u.ID)))
		}
		codes[is.Code] = u.ID
		above, exists := units[is.ParentID]
		switch {
		case is.ParentID == "" && (u.Kind == Department || top != ""):
			add(u.ID, ErrParent.Saying("“%s” phải có đơn vị cấp trên vào ngày %s: chỉ một cơ quan đứng đầu.", is.Name, day).With("unit", string(u.ID)))
		case is.ParentID == "":
			top = u.ID
		case !exists || is.ParentID == u.ID:
			add(u.ID, ErrParent.Saying("Đơn vị cấp trên của “%s” không hoạt động vào ngày %s.", is.Name, day).With("unit", string(u.ID)))
		case u.Kind == District, u.Kind == Ward && above.kind != District, above.kind == Department:
			add(u.ID, ErrParent.Saying("“%s” không thể trực thuộc “%s”.", is.Name, above.Name).With("unit", string(u.ID)))
		}
	}
	for _, p := range c.Positions {
		if is, ok := p.On(day); ok {
			if _, exists := units[is.UnitID]; !exists {
				add(p.ID, ErrPositionUnit.Saying("Đơn vị của chức vụ “%s” không hoạt động vào ngày %s.", is.Title, day).With("position", string(p.ID)))
			}
		}
	}
}

func (c Chart) successorFaults(add func(ID, *Error)) {
	for _, s := range c.Successors {
		from, ok := c.Unit(s.UnitID)
		to, ok2 := c.Unit(s.SuccessorID)
		refusal := ErrSuccessor.With("unit", string(s.UnitID))
		if !ok || !ok2 || s.UnitID == s.SuccessorID || from.Kind != to.Kind {
			add(s.UnitID, refusal)
			continue
		}
		_, lives := from.On(s.From)
		if _, carries := to.On(s.From); lives || !carries {
			add(s.UnitID, refusal)
		}
	}
}

func (u ChartUnit) faults() (faults []*Error) {
	if u.Kind != District && u.Kind != Department && u.Kind != Ward || u.ID == "" {
		faults = append(faults, ErrField.With("fields", map[string]string{"kind": "phải là district, office hoặc ward"}))
	}
	if !follow(u.Versions) {
		faults = append(faults, ErrVersions.With("unit", string(u.ID)))
	}
	for _, v := range u.Versions {
		var bad fieldFaults
		bad.text("code", v.Is.Code, 1, maxUnitCode)
		bad.text("name", v.Is.Name, 1, maxUnitName)
		if _, err := calendar.ParseHours(v.Is.OfficeHours); err != nil {
			bad.add("officeHours", "giờ làm việc ghi như 08:00-12:00,13:00-17:00")
		}
		faults = appendFault(faults, bad.err(), "unit", u.ID)
		faults = appendFault(faults, CheckSecrecy(NoSecret, v.Is.Code, v.Is.Name), "unit", u.ID)
	}
	return faults
}

func (p ChartPosition) faults() (faults []*Error) {
	if !plainCode.MatchString(p.Code) || len(p.Code) > maxCode || p.ID == "" {
		faults = append(faults, ErrField.With("fields", map[string]string{"code": "gồm chữ thường không dấu, chữ số, dấu chấm, ví dụ truong.nv"}))
	}
	if !follow(p.Versions) {
		faults = append(faults, ErrVersions.With("position", string(p.ID)))
	}
	for _, v := range p.Versions {
		var bad fieldFaults
		bad.text("title", v.Is.Title, 1, maxPostName)
		if !slices.Contains(offices, v.Is.Office) {
			bad.add("office", "không có loại chức vụ này")
		}
		if len(v.Is.Fields) > maxLimits {
			bad.add("fields", "quá nhiều lĩnh vực")
		}
		for _, field := range v.Is.Fields {
			bad.text("fields", field, 1, maxField)
		}
		faults = appendFault(faults, bad.err(), "position", p.ID)
		faults = appendFault(faults, CheckSecrecy(NoSecret, append(slices.Clone(v.Is.Fields), v.Is.Title)...), "position", p.ID)
	}
	return faults
}

func appendFault(faults []*Error, err error, what string, id ID) []*Error {
	if refusal, ok := err.(*Error); ok && refusal != nil {
		faults = append(faults, refusal.With(what, string(id)))
	}
	return faults
}

// follow says whether versions are in order, without gap or overlap.
func follow[T any](versions []Version[T]) bool {
	for i, v := range versions {
		last := i == len(versions)-1
		if v.From.IsZero() || !v.To.IsZero() && !v.From.Before(v.To) || !last && v.To != versions[i+1].From {
			return false
		}
	}
	return len(versions) > 0
}

// PastFaults are what the change from one chart to another would rewrite: what
// held on a day before today stays as it was. A version that begins today may
// still be corrected.
func PastFaults(before, after Chart, today calendar.Date) (faults []*Error) {
	for _, u := range after.Units {
		was, _ := before.Unit(u.ID)
		if was.ID != "" && was.Kind != u.Kind || !keepsPast(was.Versions, u.Versions, today) {
			faults = append(faults, ErrPast.With("unit", string(u.ID)))
		}
	}
	for _, p := range after.Positions {
		was, _ := before.Position(p.ID)
		if was.ID != "" && was.Code != p.Code || !keepsPast(was.Versions, p.Versions, today) {
			faults = append(faults, ErrPast.With("position", string(p.ID)))
		}
	}
	return faults
}

func keepsPast[T any](before, after []Version[T], today calendar.Date) bool {
	started := func(versions []Version[T]) []Version[T] {
		return slices.DeleteFunc(slices.Clone(versions), func(v Version[T]) bool { return !v.From.Before(today) })
	}
	was, is := started(before), started(after)
	if len(was) != len(is) {
		return false
	}
	open := func(d calendar.Date) bool { return d.IsZero() || !d.Before(today) }
	for i := range was {
		if was[i].From != is[i].From || !same(was[i].Is, is[i].Is) || was[i].To != is[i].To && !(open(was[i].To) && open(is[i].To)) {
			return false
		}
	}
	return true
}
