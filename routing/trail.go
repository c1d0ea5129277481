package routing

// administrative are the subjects of which an administrator reads the journal:
// what he looks after, and nothing that happened to documents.
var administrative = []SubjectKind{SubjectAccount, SubjectSession, SubjectToken, SubjectUnit, SubjectPosition, SubjectDelegation,
	SubjectAbsence, SubjectBook, SubjectLadder, SubjectCalendar, SubjectTemplate, SubjectRoute}

// TrailReach is how much an actor reads of what happened to somebody or something.
type TrailReach struct {
	Acts    bool          // what was done to documents
	Entries []SubjectKind // the kinds that he reads the journal of; nil: all
}

// TrailOf says whether the actor reads what happened to a document that he sees:
// whoever sees the whole of it and speaks for his unit, and the inspector. Views
// are in it (NĐ 30/2020, Phụ lục VI, III.5).
func (a Actor) TrailOf(d Document) (TrailReach, bool) {
	return TrailReach{Acts: true}, a.SeesWhole(d) && (a.SpeaksFor() || a.Office == Inspector)
}

// TrailOfUnit says how much the actor reads of what happened in a unit. within
// says whether it is his own, or lies below it.
func (a Actor) TrailOfUnit(unit ID, within bool) (TrailReach, bool) {
	switch {
	case a.Mandate.Kind != "": // nobody inspects in another's name
		return TrailReach{}, false
	case a.Office == Inspector:
		return TrailReach{Acts: true}, within
	case a.Office == Admin:
		return TrailReach{Entries: administrative}, within
	default:
		return TrailReach{Acts: true}, a.UnitID == unit && a.Office.leads()
	}
}

// TrailOfAccount says how much the actor reads of what an account did: everybody
// his own, others as far as they read of its unit. Leaders do not read the trail
// of single persons.
func (a Actor) TrailOfAccount(account, unit ID, within bool) (TrailReach, bool) {
	if a.AccountID == account && a.Mandate.Kind == "" {
		return TrailReach{Acts: true}, true
	}
	if a.Office != Inspector && a.Office != Admin {
		return TrailReach{}, false
	}
	return a.TrailOfUnit(unit, within)
}
