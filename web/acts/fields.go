package acts

import (
	"cmp"
	"slices"

	"congvan/postgres"
	"congvan/routing"
	"congvan/web/ui"
)

// kind is how a field is entered.
type kind int

const (
	aText   kind = iota // long
	aLine               // short
	aDay                // typed as people type days
	aChoice             // one of a few
	aPick               // one of many
	aList               // any of many
	aStages             // the stages of a consent: see stages.go
	aFile
	aHidden
)

// field is one field of a form.
type field struct {
	Name, Label, Hint string
	Kind              kind
	Needed            bool
	Min, Max          int // characters; 0: not told
	options           func(*doing) ([]option, error)
	given             func(*doing) string // what stands in it at first
}

// option is something to choose. Group is what stands above it.
type option struct {
	Value, Label, Group string
}

func choices(of ...option) func(*doing) ([]option, error) {
	return func(*doing) ([]option, error) { return of, nil }
}

// The longest words that the desk takes.
const (
	minReason, maxReason = 10, 500
	maxText              = 4000
)

var (
	reason      = field{Name: "reason", Label: "Lý do", Kind: aText, Needed: true, Min: minReason, Max: maxReason}
	reasonMaybe = field{Name: "reason", Label: "Lý do, nếu không trả lại", Kind: aText, Max: maxReason}
	noteNeeded  = field{Name: "note", Label: "Lý do", Kind: aText, Needed: true, Min: minReason, Max: maxReason}
	basis       = field{Name: "basis", Label: "Căn cứ", Hint: "Quyết định hoặc văn bản giao việc", Kind: aText, Needed: true, Min: minReason, Max: maxReason}
	note        = field{Name: "note", Label: "Ghi chú", Kind: aText, Max: maxReason}
	added       = field{Name: "text", Label: "Lý do hoặc nội dung giao thêm", Kind: aText, Needed: true, Min: minReason, Max: maxReason}
	how         = field{Name: "how", Label: "Đã báo bằng cách nào", Hint: "Ví dụ: điện thoại, gửi lại bản xác nhận", Kind: aLine, Needed: true, Max: maxReason}

	progressNote = field{Name: "note", Label: "Đã làm đến đâu", Kind: aText, Needed: true, Max: maxText}
	report       = field{Name: "text", Label: "Kết quả", Kind: aText, Needed: true, Max: maxText, given: draft}

	due         = field{Name: "dueOn", Label: "Thời hạn mới", Hint: dayHint, Kind: aDay, Needed: true}
	dueMaybe    = field{Name: "dueOn", Label: "Thời hạn", Hint: dayHint, Kind: aDay}
	dueAdded    = field{Name: "dueOn", Label: "Thời hạn", Hint: "Ngày, tháng: 5/2 hoặc 05/02/2026; bỏ trống nếu chỉ để biết", Kind: aDay}
	dueProposed = field{Name: "dueOn", Label: "Thời hạn khác", Hint: "Bỏ trống để đồng ý với thời hạn được đề nghị", Kind: aDay}

	presentTo  = field{Name: "to", Label: "Trình", Kind: aChoice, Needed: true, options: presentable}
	ladder     = field{Name: "ladder", Label: "Thang đôn đốc", Kind: aPick, Needed: true, options: ladders}
	otherPlace = field{Name: "place", Label: "Nơi nhận mới", Kind: aPick, Needed: true, options: placesBelow}
	successor  = field{Name: "place", Label: "Nơi kế thừa", Kind: aPick, Needed: true, options: successors}

	addedPlaces = field{Name: "places", Label: "Nơi nhận thêm", Kind: aList, Needed: true, options: placesBelow}
	stages      = field{Name: "stages", Label: "Các bước lấy ý kiến", Kind: aStages, Needed: true, options: consulted}
	file        = field{Name: "file", Kind: aHidden, given: func(d *doing) string { return d.v.Query("file") }}

	role = field{Name: "role", Label: "Vai trò", Kind: aChoice, Needed: true, options: choices(
		option{Value: string(routing.Coordinate), Label: ui.RoleName(routing.Coordinate)},
		option{Value: string(routing.Execute), Label: ui.RoleName(routing.Execute)},
		option{Value: string(routing.Inform), Label: ui.RoleName(routing.Inform)})}
	objectTo = field{Name: "to", Label: "Chuyển lại", Kind: aChoice, Needed: true, options: choices(
		option{Value: string(routing.ToStart), Label: "Người soạn, để làm lại"},
		option{Value: string(routing.ToPrevious), Label: "Bước trước, để cho ý kiến lại"})}
	agree = field{Name: "agree", Label: "Trả lời", Kind: aChoice, Needed: true, options: choices(
		option{Value: "yes", Label: "Trả lại văn bản"}, option{Value: "no", Label: "Không trả lại"})}

	holdCategory = field{Name: "category", Label: "Vì sao tạm dừng", Kind: aChoice, Needed: true, options: func(*doing) ([]option, error) {
		return named(routing.AwaitSuperior, routing.AwaitCitizen, routing.ForceMajeure, routing.OtherHold), nil
	}}
	cancelCategory = field{Name: "category", Label: "Vì sao huỷ", Kind: aChoice, Needed: true, options: func(*doing) ([]option, error) {
		return named(routing.RegisteredInError, routing.WrongRecipient, routing.OtherCancel), nil
	}}
)

const dayHint = "Ghi ngày, tháng: 5/2 hoặc 05/02/2026; tính đến hết giờ làm việc"

func named[C interface {
	~string
	Vietnamese() string
}](of ...C) (out []option) {
	for _, c := range of {
		out = append(out, option{Value: string(c), Label: c.Vietnamese()})
	}
	return out
}

// draft is the report that was sent back: it is mended, not typed again.
func draft(d *doing) string {
	if d.share == nil || d.share.ReportedAt.IsZero() {
		return ""
	}
	return d.share.Report
}

func presentable(d *doing) ([]option, error) {
	found, err := d.v.Desk().Presentable(d.v.Context(), d.v.Actor, d.view.ID)
	return positions(found, ""), err
}

func positions(of []postgres.Position, group string) (out []option) {
	for _, p := range of {
		out = append(out, option{Value: string(p.ID), Label: p.Title, Group: group})
	}
	return out
}

func ladders(d *doing) ([]option, error) {
	found, err := d.v.Desk().Ladders(d.v.Context())
	var out []option
	for _, l := range found {
		if l.Code != routing.DemoLadder || d.view.Ladder == routing.DemoLadder {
			out = append(out, option{Value: l.Code, Label: l.Name})
		}
	}
	return out, err
}

// A place is a unit, or an officer of the reader's own unit.
const (
	unitPlace    = "unit:"
	officerPlace = "officer:"
)

// units are those that the reader's unit knows, by name, offices before wards.
func units(d *doing, wanted func(postgres.Unit) bool) (out []option, err error) {
	all, err := d.v.Units()
	if err != nil {
		return nil, err
	}
	var found []postgres.Unit
	for _, u := range all {
		if wanted(u) {
			found = append(found, u)
		}
	}
	slices.SortFunc(found, func(a, b postgres.Unit) int { return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name)) })
	for _, u := range found {
		out = append(out, option{Value: unitPlace + string(u.ID), Label: u.Name, Group: groupOf(u)})
	}
	return out, nil
}

func groupOf(u postgres.Unit) string {
	switch u.Kind {
	case routing.Department:
		return "Phòng, ban"
	case routing.Ward:
		return "Phường"
	default:
		return "Cơ quan"
	}
}

func officers(d *doing) ([]option, error) {
	found, err := d.v.Desk().Officers(d.v.Context(), d.v.Actor)
	found = slices.DeleteFunc(found, func(p postgres.Position) bool { return p.Office != routing.Officer })
	out := positions(found, "Người trong đơn vị")
	for i := range out {
		out[i].Value = officerPlace + out[i].Value
	}
	return out, err
}

// placesBelow are the units that the reader's unit hands work to, and its
// officers, without those that already have a share of the same direction.
func placesBelow(d *doing) ([]option, error) {
	own, err := d.v.Units()
	if err != nil {
		return nil, err
	}
	has := map[string]bool{}
	for _, a := range d.view.Assignments {
		if !a.Open() || d.share != nil && a.CircleID != d.share.CircleID || d.direction != nil && a.CircleID != d.direction.ID && a.DirectionID != d.direction.ID {
			continue
		}
		has[unitPlace+string(a.UnitID)] = a.PositionID == ""
		has[officerPlace+string(a.PositionID)] = a.PositionID != ""
	}
	out, err := units(d, func(u postgres.Unit) bool { return own[d.v.Actor.UnitID].HandsTo(u) })
	if err != nil {
		return nil, err
	}
	people, err := officers(d)
	return slices.DeleteFunc(append(people, out...), func(o option) bool { return has[o.Value] }), err
}

// successors are officers for the share of one, else units of the same kind.
func successors(d *doing) ([]option, error) {
	if d.share.PositionID != "" && d.share.UnitID == d.v.Actor.UnitID {
		return officers(d)
	}
	return units(d, func(u postgres.Unit) bool { return u.Kind == d.share.Unit.Kind && u.ID != d.share.UnitID })
}

// consulted are the units that a draft can be sent to.
func consulted(d *doing) ([]option, error) {
	return units(d, func(u postgres.Unit) bool { return u.ID != d.share.UnitID })
}

// place reads a place that was chosen.
func (d *doing) place(chosen string) routing.Recipient {
	if id, ok := cut(chosen, officerPlace); ok {
		return routing.Recipient{UnitID: d.v.Actor.UnitID, PositionID: id}
	}
	id, _ := cut(chosen, unitPlace)
	return routing.Recipient{UnitID: id}
}
