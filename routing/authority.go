package routing

import "slices"

// Office is the role of a position in its unit.
type Office string

// The offices of a district and its wards.
const (
	Chairman Office = "chairman" // chủ tịch quận
	Deputy   Office = "deputy"   // phó chủ tịch quận, by field
	Chief    Office = "chief"    // chánh văn phòng
	Head     Office = "head"     // trưởng phòng; chủ tịch phường
	Clerk    Office = "clerk"    // văn thư
	Officer  Office = "officer"  // chuyên viên; công chức phường
	// Inspector is thanh tra: he reads everything of his organ and of the units
	// below it, the journal included, and does nothing to it.
	Inspector Office = "inspector"
	Admin     Office = "admin" // quản trị; handles no documents
)

// Leads says whether the office speaks for its unit: it directs, reports and approves.
func (o Office) Leads() bool {
	return o == Chairman || o == Deputy || o == Chief || o == Head
}

// Actor is who asks: an account in the position it holds at this instant.
type Actor struct {
	AccountID  ID
	Username   string
	PositionID ID
	UnitID     ID
	AboveID    ID // the unit right above his unit; empty at the top
	Office     Office
	Fields     []string // fields (lĩnh vực) of a deputy
	// Organ are the units that an inspector inspects: his own and all below it.
	Organ []ID
	// Mandate says by what right somebody acts in a position that is not his
	// own; zero: he acts in his own.
	Mandate Mandate
}

// MayRegister says who writes into a unit's book: its own clerk (NĐ 30/2020,
// Điều 4 khoản 2 điểm b: all incoming documents go through Văn thư cơ quan).
func (a Actor) MayRegister() bool { return a.may(ActRegister, nil, OwnUnit) }

// MayDirect says who gives the first direction on a document: the leader of
// the unit that registered it; a deputy only in his fields, or if the document
// was presented to him (NĐ 30/2020, Điều 23).
func (a Actor) MayDirect(d Document) bool { return a.MayDoDocument(ActDirect, d) }

// MayPresent says who lays a document before somebody (trình): the clerk of the
// unit that registered it. Its leaders and the chief of its office may as well,
// and pass on what was presented (phân phối). NĐ 30/2020, Điều 23 khoản 1.
func (a Actor) MayPresent(d Document) bool { return a.MayDoDocument(ActPresent, d) }

// MayNotify says who writes down that the sender was told: the clerk.
func (a Actor) MayNotify(d Document) bool { return a.MayDoDocument(ActNotify, d) }

// MayChangeLadder says who lets a running document climb another ladder: a
// leader of the unit that registered it, and the chief of its office.
func (a Actor) MayChangeLadder(d Document) bool { return a.MayDoDocument(ActChangeLadder, d) }

// MayRecall says who recalls a document: a leader or the clerk of the unit
// that registered it.
func (a Actor) MayRecall(d Document) bool { return a.MayDoDocument(ActRecall, d) }

// MayFile says who decides that nothing has to be done about a document: whoever
// may direct it, and the chief of the office.
func (a Actor) MayFile(d Document) bool { return a.MayDoDocument(ActFile, d) }

// MayCancel says who cancels what was registered by mistake: a leader or the
// clerk of the unit that registered it.
func (a Actor) MayCancel(d Document) bool { return a.MayDoDocument(ActCancel, d) }

// MayAttach says who adds files to a document: the clerk of its unit.
func (a Actor) MayAttach(d Document) bool { return a.MayDoDocument(ActAttach, d) }

// MayHandOver says who gives a share to a successor: the leaders of the unit
// that gave it; for an officer's share also those of his own unit; and for
// whole units that end, the administrator of the organ at the top.
func (a Actor) MayHandOver(on Assignment) bool {
	return a.MayDo(ActHandOver, on) || a.may(ActHandOver, nil, slices.DeleteFunc(a.toShare(on), func(r Relation) bool { return r == Gave })...) || a.may(ActHandOver, nil, a.toAll()...)
}

// MayHandOverAll says who hands over the shares of whole units: the
// administrator of the organ at the top.
func (a Actor) MayHandOverAll() bool { return a.may(ToHandOverAll, nil, a.toAll()...) }

// MayVoid says who takes a direction back that a unit gave: whoever gave it, and
// in the same unit his equal or superior. A deputy touches only his own.
func (a Actor) MayVoid(unit ID, by Actor) bool {
	own := a.PositionID == by.PositionID && a.PositionID != ""
	return a.UnitID == unit && a.may(ActVoid, func(c Condition) bool {
		return c == OwnOrSenior && (own || a.Office != Deputy && a.Office.rank() >= by.Office.rank())
	}, Gave)
}

// rank orders the leaders of one unit.
func (o Office) rank() int {
	switch o {
	case Chairman, Head:
		return 3
	case Deputy:
		return 2
	case Chief:
		return 1
	default:
		return 0
	}
}

// SpeaksFor says whether the actor reads what concerns his unit as such: its
// leaders and its clerk do.
func (a Actor) SpeaksFor() bool { return a.may(ToListDecisions, nil, a.toUnit(a.UnitID)...) }

// MayList says whether the actor looks through registers and inboxes: everybody
// who has to do with documents.
func (a Actor) MayList() bool { return a.may(ToList, nil, OwnUnit) }

// MayChangeLadders says who adds versions of ladders: the administrators.
func (a Actor) MayChangeLadders() bool { return a.may(ToChangeLadders, nil, a.toAll()...) }

// Reach says on which assignments an actor may do an act. The desk asks it in
// Go, the record turns it into the condition of a statement: one table, both.
type Reach struct {
	UnitShares  bool // those that the actor's unit holds as a unit
	OwnShares   bool // those that are the actor's own, as an officer
	GivenShares bool // those that the actor's unit has given
	// InField narrows GivenShares to those that are a deputy's: see InHisField.
	InField bool
}

// Reach reads the table of authority over assignments: the holder's unit
// acknowledges, works and reports, its leader or the officer himself; the
// giver's leaders approve and send back.
func (a Actor) Reach(act Act) Reach {
	later := func(c Condition) bool { return c == InHisField || c == NoFavour }
	given := a.may(act, later, Gave)
	return Reach{
		UnitShares: a.may(act, later, UnitHolds), OwnShares: a.may(act, later, HoldsIt), GivenShares: given,
		InField: given && a.Office == Deputy && slices.Contains(rights[right{act, Gave, a.Office}], InHisField),
	}
}

// MayDo says whether the actor may do the act on the assignment, whatever its state.
func (a Actor) MayDo(act Act, on Assignment) bool {
	reach := a.Reach(act)
	holds := a.UnitID == on.UnitID
	return reach.UnitShares && holds && on.PositionID == "" ||
		reach.OwnShares && holds && on.PositionID == a.PositionID && on.PositionID != "" ||
		reach.GivenShares && a.UnitID == on.GiverUnitID && !a.favours(act, on) && (!reach.InField || a.directs(on.Field, on.PresentedTo, on.GivenBy))
}

// SeesWhole says whether the actor sees a document with all its recipients: the
// unit that registered it does, the chief of its office, who follows and
// urges (NĐ 30/2020, Điều 24 khoản 1), and the inspector of its organ.
func (a Actor) SeesWhole(d Document) bool { return a.may(ToSeeAll, nil, a.toDocument(d)...) }

// VisibleTo cuts a document's assignments down to what the actor may see: the
// shares of his unit, those above them up to the document, and everything
// below them. A ward does not see its sixteen neighbours. An empty result
// means that the document does not exist for the actor.
func VisibleTo(a Actor, d Document, all []Assignment) []Assignment {
	if a.SeesWhole(d) {
		return all
	}
	if !a.may(ToSee, nil, UnitHolds) {
		return nil
	}
	byID := make(map[ID]Assignment, len(all))
	for _, x := range all {
		byID[x.ID] = x
	}
	visible := map[ID]bool{}
	for _, x := range all {
		for up, ok := x, true; ok; up, ok = byID[up.ParentID] {
			if a.Near(up.UnitID) {
				visible[x.ID] = true // x is the unit's own share, or lies below one
			}
		}
		if a.Near(x.UnitID) {
			for up, ok := byID[x.ParentID]; ok; up, ok = byID[up.ParentID] {
				visible[up.ID] = true
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(all), func(x Assignment) bool { return !visible[x.ID] })
}

// Reads tells, of the shares that an actor sees, those whose words he may read:
// his unit's own and what lies below them. Of a share above he learns that it
// exists, whose it is and by when, but neither its report nor what was said
// about it on the way.
func Reads(a Actor, d Document, visible []Assignment) map[ID]bool {
	byID := make(map[ID]Assignment, len(visible))
	for _, x := range visible {
		byID[x.ID] = x
	}
	reads := make(map[ID]bool, len(visible))
	for _, x := range visible {
		reads[x.ID] = a.SeesWhole(d)
		for up, ok := x, true; ok; up, ok = byID[up.ParentID] {
			reads[x.ID] = reads[x.ID] || a.Near(up.UnitID)
		}
	}
	return reads
}

// ofTheWhole are the acts on a document of which everybody learns who has to do
// with it: that they happened.
var ofTheWhole = []Act{ActRegister, ActAttach, ActDetach, ActDirect, ActFile, ActCancel, ActVoid, ActResume, ActReopen, ActConclude, ActSettleRecall}

// Hears cuts an event down to what an actor may know of it, given what he
// Reads; false if nothing. Of the document itself everybody learns that it came,
// was directed and how it ended, of a share above him that it was given and
// handed on. seen are the shares that he sees.
func (a Actor) Hears(e Event, d Document, seen, reads map[ID]bool) (Event, bool) {
	switch {
	case a.SeesWhole(d), reads[e.AssignmentID]:
		return e, true
	case e.AssignmentID == "" && (e.Kind == ActRecall || e.Kind == ActHold):
		return e, true // with its reason
	case e.AssignmentID == "" && slices.Contains(ofTheWhole, e.Kind),
		seen[e.AssignmentID] && (e.Kind == ActDispatch || e.Kind == ActDirect):
		e.Details = nil
		return e, true
	default:
		return Event{}, false
	}
}

// Oversees says whether the actor follows and urges the units right below a
// unit: its leaders, its clerk, and the chief of its office do; the inspector of
// the organ looks.
func (a Actor) Oversees(above ID) bool { return a.may(ToOversee, nil, a.toUnit(above)...) }

// OverseenBooks are the units whose books the actor oversees.
func (a Actor) OverseenBooks() []ID {
	near := a.Units()
	if a.AboveID != "" && !slices.Contains(near, a.AboveID) {
		near = append(slices.Clone(near), a.AboveID)
	}
	return slices.DeleteFunc(slices.Clone(near), func(unit ID) bool { return !a.Oversees(unit) })
}
