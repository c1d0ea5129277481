package routing

import "time"

// Circuit is the way of a report through the offices whose consent it needs:
// stages in order, each with offices that are asked at once.
type Circuit struct {
	ID           ID
	AssignmentID ID
	AuthorID     ID // account: nobody consents to his own draft
	AuthorForID  ID // the account in whose name he wrote it; empty: his own
	Text         string
	Stages       []Stage
	Stage        int // the one that decides now, from 0
	Status       CircuitStatus
	StartedAt    time.Time
	EndedAt      time.Time
	Version      int
}

// Stage is one step of a circuit.
type Stage struct {
	Rule  StageRule `json:"rule"`
	Units []ID      `json:"units"`
}

// StageRule says how many of a stage's offices have to consent.
type StageRule string

// The rules of a stage.
const (
	EachMust StageRule = "all"
	AnyMay   StageRule = "any"
)

// CircuitStatus is where a circuit stands.
type CircuitStatus string

// The states of a circuit.
const (
	CircuitOpen     CircuitStatus = "open"
	CircuitPassed   CircuitStatus = "passed"
	CircuitRejected CircuitStatus = "rejected"
	CircuitVoid     CircuitStatus = "void"
)
