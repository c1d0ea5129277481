package statistics

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"congvan/calendar"
	"congvan/routing"
)

// Subscription is a printed report whose figures somebody is sent by mail.
type Subscription struct {
	ID         routing.ID
	AccountID  routing.ID
	PositionID routing.ID // that it was asked for in
	UnitID     routing.ID // whose book
	Layout     string     // code
	Period     Preset
	Day        int           // of the new period, from 1 on
	Covered    calendar.Date // first day of the last period that was written, or needs no mail
	CreatedAt  time.Time
	// Minute of the Vietnamese day at which the mail leaves.
	Minute int
}

// Subscribable are the periods that figures are sent of.
var Subscribable = []Preset{LastWeek, LastMonth, LastQuarter}

// The most that a subscription may say: weeks have five days that everybody works,
// months 28 that all of them have. Mails are written at half past seven.
const (
	lastDayOfWeek = 5
	lastDay       = 28
	firstMinute   = 7*60 + 30
	lastMinute    = 20 * 60
)

// Check refuses what is no subscription.
func (s Subscription) Check() error {
	wrong := map[string]string{}
	if l, found := Find(s.Layout); !found || l.Book != Incoming {
		wrong["layout"] = "chọn một mẫu báo cáo văn bản đến"
	}
	if !slices.Contains(Subscribable, s.Period) {
		wrong["period"] = "chọn tuần trước, tháng trước hoặc quý trước"
	}
	last := lastDay
	if s.Period == LastWeek {
		last = lastDayOfWeek
	}
	if s.Day < 1 || s.Day > last {
		wrong["day"] = fmt.Sprintf("từ 1 đến %d", last)
	}
	if s.Minute < firstMinute || s.Minute > lastMinute {
		wrong["time"] = "từ 07:30 đến 20:00"
	}
	if len(wrong) > 0 {
		return routing.ErrField.With("fields", wrong)
	}
	return nil
}

// due is the day on which the mail of a period is written: the first working day
// on or after the day that was asked for.
func (s Subscription) due(p Period, days *calendar.Calendar) calendar.Date {
	day := p.Last.Plus(s.Day)
	if days.IsWorkday(day) {
		return day
	}
	return days.NextWorkday(day)
}

// Turn is the period that a mail has to be written of on a day; false if there is
// none. It is the last whose day has come: of what was missed before, nothing is
// made up for.
func (s Subscription) Turn(today calendar.Date, days *calendar.Calendar) (Period, bool) {
	p, known := s.Period.Of(today)
	if !known {
		return Period{}, false
	}
	for range 2 { // the last one, and the one before, whose day a row of holidays may have moved into this one
		if !today.Before(s.due(p, days)) {
			return p, s.Covered.Before(p.First)
		}
		p, _ = s.Period.Of(p.First)
	}
	return Period{}, false
}

// Begin is the subscription as it begins on a day: what was due by then needs no mail.
func (s Subscription) Begin(today calendar.Date, days *calendar.Calendar) Subscription {
	s.Covered = calendar.Date{}
	if p, due := s.Turn(today, days); due {
		s.Covered = p.First
	}
	return s
}

// Words say when a subscription is sent.
func (s Subscription) Words() string {
	of := map[Preset]string{LastWeek: "ngày làm việc thứ %d của tuần", LastMonth: "ngày %d của tháng", LastQuarter: "ngày %d của quý"}[s.Period]
	return fmt.Sprintf("%s, từ "+of+", %02d:%02d", s.Period.Vietnamese(), s.Day, s.Minute/60, s.Minute%60)
}

// Figures are what the mail of a subscription tells.
type Figures struct {
	Period  Period
	Unit    routing.Unit
	Arrived int // documents in the period
	Rows    []Reckoning
	At      time.Time
}

// Mail writes the figures: numbers and a link, never a word of a document. The
// same subscription and period is the same mail.
func (s Subscription) Mail(f Figures, to routing.NoticeSettings) routing.Mail {
	layout, _ := Find(s.Layout)
	today := calendar.DateOf(f.At)
	leaves := today.Begins().Add(time.Duration(s.Minute) * time.Minute).UTC()
	if leaves.Before(f.At) {
		leaves = f.At
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s\n%s\n\nVăn bản đến trong kỳ: %d\n\nKết quả xử lý (VBDEN07):\n\n%s\n", layout.Title, f.Unit.Name, f.Period.Words(), f.Arrived, plainTable(f.Rows))
	fmt.Fprintf(&b, "%s/statistics/%s?book=%s&from=%s&to=%s\n\n%s\n%s\n%s\n", routing.BaseURL, layout.Code, f.Unit.ID, f.Period.First, f.Period.Last, ofRunning, ofAsOf,
		"Số liệu lúc "+f.At.In(calendar.Location).Format("15:04 02/01/2006")+".")
	b.WriteString("Thôi nhận: " + routing.BaseURL + "/statistics/subscriptions\n" + routing.MailFoot)
	return routing.Mail{About: strings.Join([]string{string(routing.StatisticsMail), string(s.ID), f.Period.First.String()}, " "), Kind: routing.StatisticsMail, PositionID: s.PositionID,
		Day: today, Address: to.Address, Subject: "Số liệu " + s.Period.Vietnamese() + ": " + f.Unit.Name, Body: b.String(), CreatedAt: f.At, NotBefore: to.NotBefore(leaves)}
}

// plainTable is the table of VBDEN07 in letters of one width.
func plainTable(rows []Reckoning) string {
	if len(rows) == 0 {
		return "Không có phần việc nào trong kỳ.\n"
	}
	heads := []string{"Tổng", "Đang XL", "Đúng hạn", "XL quá hạn", "QH trước kỳ", "QH trong kỳ"}
	sum := Sum(rows)
	wide := utf8.RuneCountInString("Đơn vị xử lý")
	for _, r := range rows {
		wide = max(wide, utf8.RuneCountInString(r.Unit))
	}
	pad := func(text string, to int) string { return strings.Repeat(" ", max(0, to-utf8.RuneCountInString(text))) }
	var b strings.Builder
	b.WriteString("Đơn vị xử lý" + pad("Đơn vị xử lý", wide))
	for _, h := range heads {
		b.WriteString("  " + h)
	}
	b.WriteString("\n")
	for _, r := range append(slices.Clone(rows), sum) {
		b.WriteString(r.Unit + pad(r.Unit, wide))
		for i, cell := range r.Cells(0)[2:] {
			b.WriteString("  " + pad(cell, utf8.RuneCountInString(heads[i])) + cell)
		}
		b.WriteString("\n")
	}
	return b.String()
}
