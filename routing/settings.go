package routing

import (
	"regexp"
	"time"

	"congvan/calendar"
)

// NoticeSettings are how a position wants to be told, beside the notices that
// it finds when it looks.
type NoticeSettings struct {
	Address     string // of mails; empty: none
	MailAlarms  bool   // each escalation at once
	MailDigest  bool   // one mail a morning with everything else
	MailMorning bool   // leaders: the morning sheet
	// No mail leaves between these times of the day, 15:04; both empty: always.
	QuietFrom, QuietTo string
}

// DefaultNoticeSettings are those of a position that has said nothing: no
// address, so no mail.
var DefaultNoticeSettings = NoticeSettings{MailDigest: true, MailMorning: true}

// mailbox is an address as HTML takes it, without names and comments.
var mailbox = regexp.MustCompile(`^[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+$`)

const (
	timeOfDay  = "15:04"
	maxAddress = 254
)

// IsAddress says whether a mail can be sent to a text.
func IsAddress(text string) bool { return len(text) <= maxAddress && mailbox.MatchString(text) }

// Check refuses an address that is none, and quiet hours that are none.
func (s NoticeSettings) Check() error {
	var bad fieldFaults
	if s.Address != "" && !IsAddress(s.Address) {
		bad.add("address", "địa chỉ thư điện tử phải có dạng ten@co-quan.gov.vn")
	}
	if s.Address == "" && s.MailAlarms {
		bad.add("address", "hãy nhập địa chỉ thư điện tử để nhận thư đôn đốc")
	}
	_, errFrom := time.Parse(timeOfDay, s.QuietFrom)
	_, errTo := time.Parse(timeOfDay, s.QuietTo)
	none := s.QuietFrom == "" && s.QuietTo == ""
	if !none && (errFrom != nil || errTo != nil || s.QuietFrom == s.QuietTo) {
		bad.add("quietFrom", "giờ yên lặng gồm hai thời điểm khác nhau, dạng 22:00 và 06:30; hoặc bỏ trống cả hai")
	}
	return bad.err()
}

// NotBefore is when a mail written at an instant may leave: at once, or at the
// end of the quiet hours that the instant lies in. They may span midnight.
func (s NoticeSettings) NotBefore(at time.Time) time.Time {
	from, err := time.Parse(timeOfDay, s.QuietFrom)
	to, err2 := time.Parse(timeOfDay, s.QuietTo)
	if err != nil || err2 != nil {
		return at
	}
	local := at.In(calendar.Location)
	begins := time.Date(local.Year(), local.Month(), local.Day()-1, from.Hour(), from.Minute(), 0, 0, calendar.Location)
	for range 2 { // those that began yesterday, and today's
		ends := time.Date(begins.Year(), begins.Month(), begins.Day(), to.Hour(), to.Minute(), 0, 0, calendar.Location)
		if !ends.After(begins) {
			ends = ends.AddDate(0, 0, 1)
		}
		if !local.Before(begins) && local.Before(ends) {
			return ends.UTC()
		}
		begins = begins.AddDate(0, 0, 1)
	}
	return at
}
