package routing

// Audience says who is told when an alarm rings; the record finds the
// positions that hold these offices on that day.
type Audience string

// The steps of authority, from the desk to the top.
const (
	TellHolder   Audience = "holder"   // who has to act: clerk and leaders of the unit, or the one officer or leader it waits for
	TellClerk    Audience = "clerk"    // the clerk of the unit that has to act
	TellHead     Audience = "head"     // the head of the unit that has to act
	TellGiver    Audience = "giver"    // the leader who gave the work
	TellChief    Audience = "chief"    // chánh văn phòng: follows and urges, Điều 24.1
	TellDeputy   Audience = "deputy"   // the deputy chairman of the document's field; where there is none, the chairman
	TellChairman Audience = "chairman" // the head of the organ
)

// Audiences are all that a rung may name.
var Audiences = []Audience{TellHolder, TellClerk, TellHead, TellGiver, TellChief, TellDeputy, TellChairman}

// within says whether the audience belongs to the unit that has to act.
func (a Audience) within() bool { return a == TellHolder || a == TellClerk || a == TellHead }

// fits says whether there is such an audience for a deadline: before the
// direction nobody has given anything.
func (a Audience) fits(kind DeadlineKind) bool {
	return a != TellGiver || kind != AwaitNotice && kind != AwaitPresenting && kind != AwaitDirection
}

// Medium is how somebody is told.
type Medium string

// The media.
const (
	ByApp  Medium = "app"  // in the program: always
	ByMail Medium = "mail" // and by mail at once
)
