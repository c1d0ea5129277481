package routing

import (
	"fmt"
	"time"
)

// DeadlineFeed is an address at which a calendar program asks for somebody's
// deadlines. Its secret is shown once, when it is made, and kept nowhere.
type DeadlineFeed struct {
	ID, AccountID, PositionID ID
	Subjects                  bool // with the subjects of documents
	CreatedAt                 time.Time
	LastUsedAt                time.Time // to the hour; zero: never
	RevokedAt                 time.Time // zero: not
	Good                      bool      // its account still holds the position that it was made in
}

// MaxFeeds is how many feeds an account has at a time.
const MaxFeeds = 5

// ErrFeeds says that an account has as many feeds as it may have.
var ErrFeeds = &Error{Fault: Conflict, Code: "too-many-feeds",
	Message: fmt.Sprintf("Tài khoản đã có %d địa chỉ lịch còn hiệu lực; hãy thu hồi địa chỉ không dùng nữa.", MaxFeeds)}

// MayHaveFeed says whether the actor may have his deadlines in a calendar: whoever
// has lists, for himself.
func (a Actor) MayHaveFeed() bool { return a.MayList() && a.Mandate.Kind == "" }

// Minds says whether a deadline stands in the actor's own calendar: he, or the unit
// that he speaks for, has to act, or waits for the report of the lead that it
// directed. share is the one that the deadline is about; zero: the document.
func (a Actor) Minds(d Deadline, share Assignment) bool {
	own := share.PositionID != "" && share.PositionID == a.PositionID
	switch {
	case !a.SpeaksFor() || a.Office == Inspector:
		return own && d.UnitID == a.UnitID && (d.Kind == AwaitReceipt || d.Kind == AwaitReport)
	case d.Kind == AwaitReport && share.GiverUnitID == a.UnitID && share.Role == Lead:
		return true
	case d.Kind == AwaitReport || d.Kind == AwaitReceipt:
		return own || d.UnitID == a.UnitID && share.PositionID == ""
	default:
		return d.UnitID == a.UnitID
	}
}

// FeedPath is where feeds are, with the secret and .ics behind it.
const FeedPath = "/api/v1/deadline-feeds/"

// FeedAddress is the path of a feed.
func FeedAddress(secret string) string { return FeedPath + secret + ".ics" }
