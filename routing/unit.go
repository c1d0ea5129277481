package routing

// UnitKind is the level of a unit.
type UnitKind string

// The levels of a district.
const (
	District   UnitKind = "district" // UBND quận
	Department UnitKind = "office"   // phòng, cơ quan chuyên môn
	Ward       UnitKind = "ward"     // UBND phường
)

// Unit is an organ or office as it is called on one day. Its id is for ever.
type Unit struct {
	ID       ID
	ParentID ID
	Kind     UnitKind
	Code     string
	Name     string
}

// HandsTo says whether a unit may lay work on another: downwards, on the units
// right below it; and an office on the wards of its district, in the name of
// the organ above (thừa lệnh). Never sideways to another office or ward, never
// upwards.
func (u Unit) HandsTo(to Unit) bool {
	return to.ParentID == u.ID || u.Kind == Department && to.Kind == Ward && u.ParentID != "" && to.ParentID == u.ParentID
}
