package routing

import "time"

// Entry is one line of the journal: something that happened and is no act on a
// document, as a login, a refused access, a look at a document, a change of the
// organisation. Like events, entries are only ever added, and the answer to a
// request that changed something is the entry that it left. An entry names
// things by their ids; it never holds a word of a document, a password or a token.
type Entry struct {
	ID          int64
	At          time.Time
	Kind        EntryKind
	Outcome     Outcome
	Code        string // of the refusal
	ActorID     ID     // account; empty: nobody who is known, or the program itself
	ActorUnitID ID
	PositionID  ID // in which he acted
	Subject     Subject
	UnitID      ID // the unit that it concerns; empty: the installation
	Details     map[string]any
	Origin      Origin
}

// EntryKind says what happened, in the past tense, as acts do: "logged-in",
// "viewed". Each verb of the desk names its own beside it.
type EntryKind string

// The kinds that more than one verb leaves.
const (
	EntryRefused    EntryKind = "refused"    // an access that was not given, whatever it was for
	EntryViewed     EntryKind = "viewed"     // a document was opened
	EntryDownloaded EntryKind = "downloaded" // a file of it was fetched
	EntryExported   EntryKind = "exported"   // a list was taken out of the system
)

// Outcome says whether something was done or refused.
type Outcome string

// The outcomes.
const (
	OutcomeDone    Outcome = "done"
	OutcomeRefused Outcome = "refused"
)

// Subject is what an entry is about. ID is empty for the whole of a kind.
type Subject struct {
	Kind SubjectKind
	ID   string
}

// SubjectKind is a kind of thing that entries are about.
type SubjectKind string

// The kinds of subjects.
const (
	SubjectDocument   SubjectKind = "document"
	SubjectAssignment SubjectKind = "assignment"
	SubjectFile       SubjectKind = "file" // document id "/" SHA-256
	SubjectAccount    SubjectKind = "account"
	SubjectSession    SubjectKind = "session"
	SubjectToken      SubjectKind = "token"
	SubjectFeed       SubjectKind = "deadline-feed"
	SubjectWebhook    SubjectKind = "webhook"
	SubjectUnit       SubjectKind = "unit"
	SubjectPosition   SubjectKind = "position"
	SubjectDelegation SubjectKind = "delegation"
	SubjectAbsence    SubjectKind = "absence"
	SubjectBook       SubjectKind = "book"
	SubjectLadder     SubjectKind = "ladder"
	SubjectCalendar   SubjectKind = "calendar"
	SubjectTemplate   SubjectKind = "template"
	SubjectOutgoing   SubjectKind = "outgoing"
	SubjectResults    SubjectKind = "results" // a monthly sheet
	SubjectRoute      SubjectKind = "route"   // of the API or the pages, as a template
	SubjectJournal    SubjectKind = "journal"
)

// Origin is where a request came from: through which face, from which network,
// under which id in the log.
type Origin struct {
	Face    string // api, page, command, worker
	Network string // an address cut to its network: 10.1.2.0/24, 2001:db8::/48; empty: this machine's own
	Request string // X-Request-Id
}
