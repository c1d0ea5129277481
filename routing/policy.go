package routing

import (
	"fmt"
	"slices"
	"strings"
)

// Relation is what an actor is to the thing that he wants to do something to.
type Relation string

// The relations. A document's: in whose book it stands. A share's: who holds it,
// who gave it, where it lies in the tree. Then those to units and to the whole.
const (
	InBook    Relation = "registered by his unit"
	BookAbove Relation = "registered by the unit right above his"
	InOrgan   Relation = "of a unit that he inspects"

	UnitHolds   Relation = "held by his unit"
	HoldsIt     Relation = "held by himself, as an officer"
	ColleagueIs Relation = "held by an officer of his unit"
	Gave        Relation = "given by his unit"
	LiesAbove   Relation = "above a share of his unit"
	LiesBelow   Relation = "below a share of his unit"
	IsAsked     Relation = "about which his unit is asked now"
	Decides     Relation = "that his unit was asked to decide"
	Had         Relation = "that his unit had: withdrawn, dropped or handed over"

	Himself   Relation = "of his own position"
	OwnUnit   Relation = "of his own unit"
	UnitAbove Relation = "of the unit right above his"
	// Administered: the desk finds out what lies below.
	Administered Relation = "of his own unit, or of one below it"
	OwnOrgan     Relation = "of his own unit, which is the organ at the top"
	OwnTop       Relation = "of all, his unit being the one at the top"
	Everywhere   Relation = "of all"
)

// Rights that are no acts on a document and leave no event of their own.
const (
	ToSee             Act = "see"               // that it exists, and what it is
	ToSeeAll          Act = "see-all"           // with all its recipients
	ToRead            Act = "read"              // the words of a share: reports, reasons
	ToList            Act = "list"              // registers, inboxes, alarms
	ToListDecisions   Act = "list-decisions"    // what has to be decided
	ToOversee         Act = "oversee"           // what is late, and where it lay
	ToReadTrail       Act = "read-trail"        // who did and saw what
	ToReadChanges     Act = "read-changes"      // of accounts and of the organisation
	ToKeepTemplates   Act = "keep-templates"    // mẫu chỉ đạo
	ToTellAbsence     Act = "tell-absence"      // vắng mặt
	ToDelegate        Act = "delegate"          // uỷ quyền
	ToBeDelegate      Act = "be-delegate"       // nhận uỷ quyền
	ToEnter           Act = "enter"             // nhập thay
	ToSetOnPaper      Act = "set-on-paper"      // dùng bản giấy
	ToChangeCalendar  Act = "change-calendar"   // lịch làm việc
	ToPreviewCalendar Act = "preview-calendar"  // what a change would move
	ToChangeLadders   Act = "change-ladders"    // thang đôn đốc
	ToHandOverAll     Act = "hand-over-of-unit" // bàn giao cả đơn vị
	ToLookAfter       Act = "look-after"        // accounts: sessions, tokens, passwords, second factors, identities
	ToOrganise        Act = "organise"          // units, positions and who holds them
	ToOrganiseAll     Act = "organise-all"      // as a file, out and in
	ToKeepWebhooks    Act = "keep-webhooks"     // addresses of programs that are told of what happens
	ToSeeOrganisation Act = "see-organisation"  // with who holds what, and how the books stand
	ToIssue           Act = "issue"             // cấp số, phát hành văn bản đi
	ToCancelIssued    Act = "cancel-issued"     // huỷ văn bản đi, giữ số
	ToSeeIssued       Act = "see-issued"        // văn bản đi
	ToSeeAllResults   Act = "see-all-results"   // bảng kết quả xử lý theo tháng: every line of it
	ToSeeResults      Act = "see-results"       // a line of it
	ToPublishResults  Act = "publish-results"   // công bố bảng tháng
	ToObjectResults   Act = "object-results"    // có ý kiến về một dòng
	ToAnswerResults   Act = "answer-results"    // trả lời ý kiến
)

// Condition narrows a rule. What is no right (the state of a thing, a clock that
// stands still) is not here but in the tables of moves.
type Condition string

// The conditions.
const (
	Always      Condition = ""
	InHisField  Condition = "a deputy: of his fields or of none, presented to him, or given by himself"
	Unpresented Condition = "not presented yet"
	OwnOrSenior Condition = "given by himself, or by his equal or junior, but a deputy's only by himself"
	NoFavour    Condition = "who acts for another: not for a share of his own or of his unit"
	InOwnName   Condition = "in his own name"
	OfAnother   Condition = "neither raised by himself nor about himself"
)

// Rule says that these offices may do these acts to what stands to them in that
// relation.
type Rule struct {
	Acts []Act
	On   Relation
	Who  []Office
	If   []Condition
}

// The groups of offices.
var (
	leaders   = []Office{Chairman, Deputy, Chief, Head}
	speakers  = []Office{Chairman, Deputy, Chief, Head, Clerk}                     // for their unit
	staff     = []Office{Chairman, Deputy, Chief, Head, Clerk, Officer}            // who work on documents
	readers   = []Office{Chairman, Deputy, Chief, Head, Clerk, Officer, Inspector} // who look at them
	clerk     = []Office{Clerk}
	chief     = []Office{Chief}
	admin     = []Office{Admin}
	inspector = []Office{Inspector}
)

// Policy is who may do what: the one table that the verbs, the lists and the
// statements of the record answer from. What stands in no rule nobody may.
var Policy = []Rule{
	// To see. NĐ 30/2020, Điều 24 khoản 1: the chief of the office follows and urges.
	{[]Act{ToSee, ToSeeAll, ToRead}, InBook, readers, nil},
	{[]Act{ToSee, ToSeeAll, ToRead}, BookAbove, chief, nil},
	{[]Act{ToSee, ToSeeAll, ToRead}, InOrgan, inspector, nil},
	{[]Act{ToSee, ToRead}, UnitHolds, readers, nil},
	{[]Act{ToSee, ToRead}, ColleagueIs, readers, nil},
	{[]Act{ToSee, ToRead}, LiesBelow, readers, nil},
	{[]Act{ToSee}, LiesAbove, readers, nil},
	{[]Act{ToSee, ToRead}, Had, readers, nil},
	{[]Act{ToSee}, IsAsked, readers, nil},

	// A document. NĐ 30/2020, Điều 4, 22, 23: Văn thư cơ quan registers and presents,
	// the head of the organ directs, his deputies by field.
	{[]Act{ActRegister}, OwnUnit, clerk, nil},
	{[]Act{ActAttach, ActDetach, ActNotify}, InBook, clerk, nil},
	{[]Act{ActPresent}, InBook, clerk, []Condition{Unpresented}},
	{[]Act{ActPresent, ActChangeLadder}, InBook, leaders, nil},
	{[]Act{ActPresent, ActChangeLadder, ActFile, ActRemind}, BookAbove, chief, nil},
	{[]Act{ActDirect, ActAdd, ActFile, ActHold, ActResume, ActReopen}, InBook, leaders, []Condition{InHisField}},
	{[]Act{ActRecall, ActCancel}, InBook, speakers, nil},
	{[]Act{ActRemind}, InBook, chief, nil},

	// A share: its holder works and reports.
	{[]Act{ActAcknowledge, ActReturn, ActAnswerRecall}, UnitHolds, speakers, nil},
	{[]Act{ActStart, ActProgress}, UnitHolds, staff, nil},
	{[]Act{ActReport, ActSubmit, ActWithdrawDraft, ActAskExtension, ActDirect, ActAdd}, UnitHolds, leaders, nil},
	{[]Act{ActAcknowledge, ActReturn, ActStart, ActProgress, ActReport, ActSubmit, ActWithdrawDraft, ActAskExtension}, HoldsIt, staff, nil},
	{[]Act{ActHandOver}, ColleagueIs, leaders, nil},

	// A share: its giver judges and changes it.
	{[]Act{ActApprove, ActSendBack, ActInsist, ActDrop, ActReroute, ActHandOver, ActResume, ActReopen, ActRefuseExtension}, Gave, leaders, []Condition{InHisField}},
	{[]Act{ActExtend, ActHold}, Gave, leaders, []Condition{InHisField, NoFavour}},
	{[]Act{ActRemind}, Gave, speakers, nil},
	{[]Act{ActVoid}, Gave, leaders, []Condition{OwnOrSenior}},
	{[]Act{ActHandOver, ToHandOverAll, ActPassDecision}, OwnTop, admin, nil},

	// What was asked.
	{[]Act{ActConsent, ActObject}, Decides, leaders, nil},
	{[]Act{ActExtend, ActRefuseExtension}, Decides, leaders, []Condition{InHisField}},
	{[]Act{ActAnswerRecall}, Decides, speakers, nil},

	// Lists, and what is no document.
	{[]Act{ToList}, OwnUnit, readers, nil},
	{[]Act{ToListDecisions}, OwnUnit, speakers, nil},
	{[]Act{ToListDecisions, ToOversee, ToList}, InOrgan, inspector, nil},
	// NĐ 30/2020, Điều 15 and 16: Văn thư cơ quan numbers and registers what is issued.
	{[]Act{ToIssue, ToCancelIssued}, OwnUnit, clerk, []Condition{InOwnName}},
	{[]Act{ToSeeIssued}, OwnUnit, readers, nil},
	{[]Act{ToSeeIssued}, UnitAbove, chief, nil},
	{[]Act{ToSeeIssued}, InOrgan, inspector, nil},
	// NĐ 30/2020, Phụ lục VI, III.5: what was done and looked at is kept, and shown to whom it concerns.
	{[]Act{ToReadTrail}, InBook, speakers, []Condition{InOwnName}},
	{[]Act{ToReadTrail}, BookAbove, chief, []Condition{InOwnName}},
	{[]Act{ToReadTrail}, OwnUnit, leaders, []Condition{InOwnName}},
	{[]Act{ToReadTrail}, Himself, slices.Concat(readers, admin), []Condition{InOwnName}},
	{[]Act{ToReadTrail}, InOrgan, inspector, []Condition{InOwnName}},
	{[]Act{ToReadChanges}, Administered, admin, []Condition{InOwnName}},
	{[]Act{ToOversee}, OwnUnit, speakers, nil},
	{[]Act{ToOversee}, UnitAbove, chief, nil},
	{[]Act{ToKeepTemplates}, OwnUnit, speakers, nil},
	{[]Act{ToTellAbsence}, OwnUnit, speakers, []Condition{InOwnName}},
	{[]Act{ToTellAbsence}, Himself, slices.Concat(readers, admin), []Condition{InOwnName}},
	{[]Act{ToTellAbsence}, Everywhere, admin, []Condition{InOwnName}},
	{[]Act{ToDelegate}, Himself, leaders, []Condition{InOwnName}},
	{[]Act{ToDelegate, ToSetOnPaper}, OwnTop, admin, []Condition{InOwnName}},
	{[]Act{ToBeDelegate}, Himself, staff, []Condition{InOwnName}},
	{[]Act{ToEnter}, OwnUnit, clerk, []Condition{InOwnName}},
	{[]Act{ToChangeCalendar, ToPreviewCalendar}, OwnTop, admin, nil},
	{[]Act{ToPreviewCalendar}, OwnTop, speakers, nil},
	{[]Act{ToChangeLadders}, Everywhere, admin, nil},
	{[]Act{ToLookAfter, ToOrganise}, Administered, admin, []Condition{InOwnName}},
	{[]Act{ToOrganiseAll, ToKeepWebhooks}, OwnTop, admin, []Condition{InOwnName}},
	// Figures are the basis of a rating that people make: each hears of himself, a unit's
	// leaders of their own, and the leaders of the organ decide what is disputed.
	{[]Act{ToSeeAllResults}, OwnOrgan, []Office{Chairman, Deputy, Chief, Head}, []Condition{InOwnName}},
	{[]Act{ToSeeAllResults, ToPublishResults}, UnitAbove, chief, []Condition{InOwnName}},
	{[]Act{ToPublishResults}, OwnOrgan, []Office{Chairman, Chief, Head}, []Condition{InOwnName}},
	{[]Act{ToAnswerResults}, OwnOrgan, []Office{Chairman, Deputy, Head}, []Condition{InOwnName, OfAnother}},
	{[]Act{ToSeeAllResults}, InOrgan, inspector, []Condition{InOwnName}},
	{[]Act{ToSeeResults, ToObjectResults}, OwnUnit, leaders, []Condition{InOwnName}},
	{[]Act{ToSeeResults, ToObjectResults}, Himself, staff, []Condition{InOwnName}},
	{[]Act{ToSeeOrganisation}, Everywhere, slices.Concat(admin, inspector), []Condition{InOwnName}},
}

// A right is one cell of the table; its value are the conditions.
type right struct {
	act Act
	on  Relation
	who Office
}

var rights = func() map[right][]Condition {
	table := map[right][]Condition{}
	for _, rule := range Policy {
		for _, act := range rule.Acts {
			for _, who := range rule.Who {
				cell := right{act, rule.On, who}
				if _, twice := table[cell]; twice {
					panic(fmt.Sprintf("routing: two rules for %v", cell))
				}
				table[cell] = rule.If
			}
		}
	}
	return table
}()

// may says whether the table gives the actor's office the act on what stands in
// one of the relations, if all conditions hold. holds judges those of a rule;
// nil: none of them does.
func (a Actor) may(act Act, holds func(Condition) bool, on ...Relation) bool {
	for _, relation := range on {
		conditions, ok := rights[right{act, relation, a.Office}]
		if ok && !slices.ContainsFunc(conditions, func(c Condition) bool { return holds == nil || !holds(c) }) {
			return true
		}
	}
	return false
}

// inspects says whether the unit is of the organ that the actor inspects.
func (a Actor) inspects(unit ID) bool {
	return a.Office == Inspector && (unit == a.UnitID || slices.Contains(a.Organ, unit))
}

// Near says whether a unit's shares are the actor's to look at: his own unit's,
// and for an inspector those of the organ.
func (a Actor) Near(unit ID) bool { return unit == a.UnitID || a.inspects(unit) }

// Units are those that are [Actor.Near].
func (a Actor) Units() []ID {
	if a.Office == Inspector && len(a.Organ) > 0 {
		return a.Organ
	}
	return []ID{a.UnitID}
}

// toDocument are the actor's relations to a document.
func (a Actor) toDocument(d Document) (out []Relation) {
	if a.UnitID == d.UnitID {
		out = append(out, InBook)
	}
	if a.AboveID != "" && a.AboveID == d.UnitID {
		out = append(out, BookAbove)
	}
	if a.inspects(d.UnitID) {
		out = append(out, InOrgan)
	}
	return out
}

// toShare are the actor's relations to a share, by who holds and who gave it.
func (a Actor) toShare(on Assignment) (out []Relation) {
	switch {
	case a.UnitID != on.UnitID:
	case on.PositionID == "":
		out = append(out, UnitHolds)
	case on.PositionID == a.PositionID:
		out = append(out, HoldsIt, ColleagueIs)
	default:
		out = append(out, ColleagueIs)
	}
	if a.UnitID == on.GiverUnitID {
		out = append(out, Gave)
	}
	return out
}

// toUnit are the actor's relations to a unit and what belongs to it.
func (a Actor) toUnit(unit ID) (out []Relation) {
	if unit == "" {
		return nil
	}
	if a.UnitID == unit {
		out = append(out, OwnUnit)
	}
	if a.AboveID == unit {
		out = append(out, UnitAbove)
	}
	if a.inspects(unit) {
		out = append(out, InOrgan)
	}
	return out
}

// toAll are the actor's relations to what belongs to no unit.
func (a Actor) toAll() []Relation {
	if a.AboveID == "" {
		return []Relation{OwnTop, Everywhere}
	}
	return []Relation{Everywhere}
}

// inOwnName judges InOwnName.
func (a Actor) inOwnName(c Condition) bool { return c == InOwnName && a.Mandate.Kind == "" }

// directs says whether a matter is a deputy's: of his fields or of none,
// presented to him, or given by himself. Other leaders' are all.
// NĐ 30/2020, Điều 23 khoản 2.
func (a Actor) directs(field string, positions ...ID) bool {
	return a.Office != Deputy || field == "" || slices.Contains(a.Fields, field) || a.PositionID != "" && slices.Contains(positions, a.PositionID)
}

// MayDoDocument says whether the actor may do the act on the document itself,
// whatever its state.
func (a Actor) MayDoDocument(act Act, d Document) bool {
	return a.may(act, func(c Condition) bool {
		return c == InHisField && a.directs(d.Field, d.PresentedTo) || c == Unpresented && d.Status != Presented
	}, a.toDocument(d)...)
}

// Tabulated is the table as it stands in docs/authority.md.
func Tabulated() string {
	var b strings.Builder
	b.WriteString("| what | to what | who | if |\n|---|---|---|---|\n")
	for _, rule := range Policy {
		acts, who, conditions := make([]string, len(rule.Acts)), make([]string, len(rule.Who)), make([]string, len(rule.If))
		for i, act := range rule.Acts {
			acts[i] = "`" + string(act) + "`"
		}
		for i, office := range rule.Who {
			who[i] = string(office)
		}
		for i, c := range rule.If {
			conditions[i] = string(c)
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", strings.Join(acts, ", "), rule.On, strings.Join(who, ", "), strings.Join(conditions, "; "))
	}
	return b.String()
}

// Sight is what of the record exists for an actor, as conditions on a document:
// the record filters its lists by it. It reads the same table as [Sees].
type Sight struct {
	Books  []ID // documents registered by these units
	Shares []ID // documents of which these units hold, or held, a share
	Asked  []ID // documents about which these units have to decide, or are consulted
	Wholes []ID // of Books, those whose documents he sees with all that was said about them
}

// Sight reads the table for what the actor sees.
func (a Actor) Sight() (s Sight) {
	own := []ID{a.UnitID}
	if a.may(ToSee, nil, InBook) {
		s.Books = append(s.Books, own...)
	}
	if a.AboveID != "" && a.may(ToSee, nil, BookAbove) {
		s.Books = append(s.Books, a.AboveID)
	}
	if a.may(ToSee, nil, InOrgan) {
		s.Books = append(s.Books, a.Units()...)
	}
	for _, book := range s.Books {
		if a.SeesWhole(Document{UnitID: book}) {
			s.Wholes = append(s.Wholes, book)
		}
	}
	if a.may(ToSee, nil, UnitHolds) {
		s.Shares = append(s.Shares, a.Units()...)
	}
	if a.may(ToSee, nil, IsAsked) {
		s.Asked = own
	}
	return s
}

// Sees says whether a document exists for the actor, with all that the record
// knows of it.
func (a Actor) Sees(d Document, shares []Assignment, circuits []Circuit, decisions []Decision) bool {
	return a.SeesWhole(d) || len(VisibleTo(a, d, shares)) > 0 || len(Consults(a, d, circuits, decisions)) > 0 || Asks(a, decisions)
}
