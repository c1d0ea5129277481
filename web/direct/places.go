package direct

import (
	"congvan/postgres"
	"congvan/routing"
	"congvan/web/visit"
)

// place is one to whom work may be given: a unit, or one officer of the giver's.
type place struct {
	Key      string // of its fields on the form
	Unit     routing.ID
	Position routing.ID
	Name     string
	Role     routing.Role // chosen; empty: none
	Due      string       // of its own, as typed; empty: that of all
	Keeps    bool         // the unit itself, which may keep the lead of its share
}

// Chosen says whether it is a recipient.
func (p place) Chosen() bool { return p.Role != "" }

// Timed says whether it gets a due day.
func (p place) Timed() bool { return p.Chosen() && p.Role != routing.Inform && !p.Keeps }

// group is a kind of places, with a line of its own to choose them all.
type group struct {
	Key, Title string
	Whole      string // what the buttons for all of it begin with: "Cả 17 phường"
	Places     []*place
	Roles      []routing.Role // that all of it can be given at once
}

// placesOf are all on whom the giver may lay work, as the chart has them: the
// desk judges each again.
func placesOf(v *visit.Visit, share bool) ([]group, error) {
	units, err := v.Desk().Units(v.Context())
	if err != nil {
		return nil, err
	}
	officers, err := v.Desk().Officers(v.Context(), v.Actor)
	if err != nil {
		return nil, err
	}
	var own postgres.Unit
	for _, u := range units {
		if u.ID == v.Actor.UnitID {
			own = u
		}
	}
	offices := group{Key: "office", Title: v.T("Phòng, ban"), Roles: []routing.Role{routing.Coordinate, routing.Inform}}
	wards := group{Key: "ward", Title: v.T("Phường"), Roles: []routing.Role{routing.Execute, routing.Inform}}
	others := group{Key: "other", Title: v.T("Đơn vị trực thuộc"), Roles: []routing.Role{routing.Execute, routing.Inform}}
	for _, u := range units {
		if !own.HandsTo(u) {
			continue
		}
		p := &place{Key: string(u.ID), Unit: u.ID, Name: u.Name}
		switch u.Kind {
		case routing.Department:
			offices.Places = append(offices.Places, p)
		case routing.Ward:
			wards.Places = append(wards.Places, p)
		default:
			others.Places = append(others.Places, p)
		}
	}
	offices.Whole, wards.Whole, others.Whole = v.T("Cả %d phòng, ban", len(offices.Places)), v.T("Cả %d phường", len(wards.Places)), v.T("Cả %d đơn vị", len(others.Places))
	var all []group
	if share {
		all = append(all, group{Key: "self", Title: v.T("Đơn vị mình"), Places: []*place{{Key: string(own.ID), Unit: own.ID, Name: own.Name, Keeps: true}}})
	}
	below := []group{offices, wards, others, officersOf(v, officers)}
	if share { // what a unit got is mostly for its own people
		below = []group{officersOf(v, officers), offices, wards, others}
	}
	for _, g := range below {
		if len(g.Places) > 0 {
			all = append(all, g)
		}
	}
	return all, nil
}

// officersOf are the people of the giver's own unit who work on documents.
func officersOf(v *visit.Visit, officers []postgres.Position) group {
	g := group{Key: "officer", Title: v.T("Cán bộ của đơn vị"), Roles: []routing.Role{routing.Execute, routing.Inform}}
	for _, o := range officers {
		if o.ID != v.Actor.PositionID && (o.Office == routing.Officer || o.Office == routing.Deputy) {
			g.Places = append(g.Places, &place{Key: string(o.UnitID) + "." + string(o.ID), Unit: o.UnitID, Position: o.ID, Name: o.Title})
		}
	}
	g.Whole = v.T("Cả %d người", len(g.Places))
	return g
}
