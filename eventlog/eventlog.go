// Package eventlog writes what happened for process mining, in the three forms that
// its programs read: CSV, XES (IEEE 1849) and OCEL 2.0. It writes as it is handed
// cases and keeps none; nothing is complete before Close. What may stand in a log is
// decided by whoever hands it over.
package eventlog

import (
	"io"
	"time"
)

// Case is one document with what happened to it.
type Case struct {
	ID         string
	Number     string // as its book has it: book, year, number
	Book       Unit
	Type       string // tên loại; empty: another
	Urgency    string
	Channel    string // paper, electronic
	Status     string
	Registered time.Time
	Shares     []Share
	Directions []Direction
	Events     []Event
}

// Unit is a unit of the organisation.
type Unit struct{ ID, Code, Name string }

// Share is the share that a unit has of a document.
type Share struct {
	ID, Direction, Parent string // Parent: empty, if it lies below none
	Unit                  Unit
	Role, Status          string
	Sent, Due             time.Time // Due: zero for none
}

// Direction is what a leader directed.
type Direction struct {
	ID, Kind string
	Unit     Unit // that gave it
	Given    time.Time
}

// Event is one act.
type Event struct {
	ID               string
	At               time.Time
	Activity, State  string // State: of the document or the share, after it
	Share, Direction string // ids; empty: of none
	Unit             Unit   // that it concerns
	Resource         string // who did it: a name, or a pseudonym; empty: the program
	Role             string // the office in which he did; empty: the program
	Group            Unit   // his unit
}

// Log takes the cases of a log.
type Log interface {
	// Case adds a case with its events.
	Case(Case) error
	// Again says whether the same cases have to be handed over once more before
	// Close, as the form wants something of them in another place.
	Again() (bool, error)
	// Close ends the log; nothing is complete before.
	Close() error
}

// Format is a form of a log.
type Format struct {
	Name, MediaType, Ending string
	New                     func(io.Writer) (Log, error)
}

// Formats are all forms.
var Formats = []Format{
	{"csv", "text/csv; charset=utf-8", "csv", newCSV},
	{"xes", "application/xml", "xes", newXES},
	{"ocel", "application/json", "json", newOCEL},
}

// program stands for whoever is nobody: what the workflow did.
const program = "he-thong"

func (e Event) resource() string {
	if e.Resource == "" {
		return program
	}
	return e.Resource
}

// instant is a time as all forms have it: RFC 3339, UTC, to the microsecond.
func instant(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000Z07:00") }
