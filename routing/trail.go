package routing

// administrative are the subjects of which an administrator reads the journal:
// what he looks after, and nothing that happened to documents.
var administrative = []SubjectKind{SubjectAccount, SubjectSession, SubjectToken, SubjectFeed, SubjectWebhook, SubjectUnit, SubjectPosition, SubjectDelegation,
	SubjectAbsence, SubjectBook, SubjectLadder, SubjectCalendar, SubjectTemplate, SubjectRoute}

// TrailReach is how much an actor reads of what happened to somebody or something.
type TrailReach struct {
	Acts    bool          // what was done to documents
	Entries []SubjectKind // the kinds that he reads the journal of; nil: all
}

// TrailOf says whether the actor reads what happened to a document.
func (a Actor) TrailOf(d Document) (TrailReach, bool) {
	return TrailReach{Acts: true}, a.may(ToReadTrail, a.inOwnName, a.toDocument(d)...)
}

// TrailOfUnit says how much the actor reads of what happened in a unit. within
// says whether it is his own, or lies below it.
func (a Actor) TrailOfUnit(unit ID, within bool) (TrailReach, bool) {
	if within && a.may(ToReadChanges, a.inOwnName, Administered) {
		return TrailReach{Entries: administrative}, true
	}
	return TrailReach{Acts: true}, a.may(ToReadTrail, a.inOwnName, a.toUnit(unit)...)
}

// TrailOfAccount says how much the actor reads of what an account did: everybody
// his own, the inspector and the administrator those of the units that they look
// after. Leaders do not read the trail of single persons.
func (a Actor) TrailOfAccount(account, unit ID, within bool) (TrailReach, bool) {
	switch {
	case a.AccountID == account:
		return TrailReach{Acts: true}, a.may(ToReadTrail, a.inOwnName, Himself)
	case within && a.may(ToReadChanges, a.inOwnName, Administered):
		return TrailReach{Entries: administrative}, true
	default:
		return TrailReach{Acts: true}, a.inspects(unit) && a.may(ToReadTrail, a.inOwnName, InOrgan)
	}
}
