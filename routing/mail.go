package routing

import (
	"fmt"
	"strings"
	"time"

	"congvan/calendar"
)

// MailKind says what a mail is about.
type MailKind string

// The mails that are sent.
const (
	AlarmMail   MailKind = "alarm"   // an escalation, at once
	DigestMail  MailKind = "digest"  // what one's own desk holds, each morning
	MorningMail MailKind = "morning" // the same, with what a leader follows
	ReceiptMail MailKind = "receipt" // to the sender: the document arrived
	AccountMail MailKind = "account" // to the holder of an account: its password has changed
	// StatisticsMail brings the figures of a printed report.
	StatisticsMail MailKind = "statistics"
)

// Mail is a mail on its way. It holds numbers, terms and links, never a word of
// a document: a mailbox lies outside of what the authority protects.
type Mail struct {
	About      string // what it is about: the same mail is written once
	Kind       MailKind
	PositionID ID // empty: somebody outside
	DocumentID ID // empty: no single document
	Day        calendar.Date
	Address    string
	Subject    string
	Body       string // with BaseURL in front of paths
	CreatedAt  time.Time
	NotBefore  time.Time
}

// BaseURL stands in a mail's text for the address of the pages, which is known
// to whoever sends it.
const BaseURL = "{base}"

// MailFoot stands below every mail to a position.
const MailFoot = "\n--\nThư tự động của hệ thống Công Văn; nội dung văn bản chỉ xem được sau khi đăng nhập.\nĐổi cách nhận thư: " + BaseURL + "/settings/notices\n"

// TellOfAlarms writes the mail that tells one position of alarms of one
// document which have just rung for it.
func TellOfAlarms(d Document, position ID, to NoticeSettings, alarms []Alarm, at time.Time) Mail {
	name, counts := []string{string(AlarmMail), string(position), string(d.ID)}, map[string]int{}
	var lines []string
	for _, a := range alarms {
		name = append(name, string(a.Subject), string(a.Kind), fmt.Sprint(a.Step), a.Due.UTC().Format(time.RFC3339Nano))
		line := fmt.Sprintf("%s, hạn %s", a.Kind.lacks(), a.Due.In(calendar.Location).Format("15:04 02/01/2006"))
		if counts[line]++; counts[line] == 1 {
			lines = append(lines, line)
		}
	}
	var body strings.Builder
	fmt.Fprintf(&body, "%s cần đôn đốc:\n\n", d.Title())
	for _, line := range lines {
		fmt.Fprintf(&body, "- %d %s\n", counts[line], line)
	}
	fmt.Fprintf(&body, "\n%s/documents/%s\n%s", BaseURL, d.ID, MailFoot)
	return Mail{About: strings.Join(name, " "), Kind: AlarmMail, PositionID: position, DocumentID: d.ID, Day: calendar.DateOf(at),
		Address: to.Address, Subject: "Đôn đốc: " + d.Title(), Body: body.String(), CreatedAt: at, NotBefore: to.NotBefore(at)}
}

// lacks says what has not been done by a deadline.
func (k DeadlineKind) lacks() string {
	switch k {
	case AwaitDirection:
		return "văn bản chưa có ý kiến chỉ đạo"
	case AwaitReceipt:
		return "đơn vị chưa xác nhận đã nhận"
	case AwaitReport:
		return "phần việc chưa báo cáo kết quả"
	case AwaitApproval:
		return "báo cáo chưa được duyệt"
	case AwaitNotice:
		return "văn bản chưa báo nơi gửi đã nhận"
	case AwaitPresenting:
		return "văn bản chưa trình"
	case AwaitReturn:
		return "phần việc bị trả lại chưa được xử lý"
	default:
		return "việc chưa được quyết định"
	}
}

// MorningSheet is what one position has before it on a morning.
type MorningSheet struct {
	PositionID ID
	Office     Office
	Settings   NoticeSettings

	// What the desk holds itself.
	New, DueToday, DueTomorrow, Overdue int
	Waiting                             int // for a decision: directions, reports, returned shares, what was asked

	// What a leader follows: shares that his unit gave.
	LateSinceYesterday, GivenDueToday, Silent int

	// What administrators keep outside of the database, too: the end of the sealed
	// log. Zero: there is none.
	Sealed     int64
	SealedRoot string
}

// morningAt is when the morning's mails are meant to leave.
const morningAt = 7*time.Hour + 30*time.Minute

// lateAfter is how late they may be without an excuse.
const lateAfter = 30 * time.Minute

// Mail writes the sheet as the one mail of that morning; false if there is
// nothing to say, or the position does not want it. One that is written late
// says so, with the hour for which it holds.
func (s MorningSheet) Mail(at time.Time) (Mail, bool) {
	kind, sheet := DigestMail, s.Office.Leads() && s.Settings.MailMorning
	if sheet {
		kind = MorningMail
	}
	var body strings.Builder
	said := s.Settings.MailDigest && section(&body, "Việc của bạn", []count{
		{s.New, "phần việc mới, chờ xác nhận đã nhận", "sent"}, {s.DueToday, "phần việc đến hạn hôm nay", "open"},
		{s.DueTomorrow, "phần việc đến hạn ngày làm việc tới", "open"}, {s.Overdue, "phần việc quá hạn", "overdue"}})
	said = section(&body, "Chờ bạn quyết định", []count{{s.Waiting, "việc chờ ý kiến, chờ duyệt", "judge"}}) || said
	said = sheet && section(&body, "Theo dõi đơn vị", []count{
		{s.LateSinceYesterday, "phần việc quá hạn từ hôm qua", "late"}, {s.GivenDueToday, "phần việc đã giao đến hạn hôm nay", "given"},
		{s.Silent, "đơn vị quá hạn mà chưa xác nhận đã nhận", "silent"}}) || said
	if s.Office == Admin && s.Settings.MailDigest && s.Sealed > 0 {
		fmt.Fprintf(&body, "\nNhật ký niêm phong: %d mục, %s\n", s.Sealed, s.SealedRoot)
		said = true
	}
	if !said || s.Settings.Address == "" {
		return Mail{}, false
	}
	day := calendar.DateOf(at)
	local := at.In(calendar.Location)
	date := local.Format("02/01/2006")
	head := "Công việc ngày " + date + "\n"
	if local.Sub(time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, calendar.Location)) > morningAt+lateAfter {
		head += "Thư gửi muộn vì hệ thống vừa hoạt động lại; số liệu lúc " + local.Format("15:04") + ".\n"
	}
	return Mail{About: strings.Join([]string{"morning", string(s.PositionID), day.String()}, " "), Kind: kind, PositionID: s.PositionID, Day: day,
		Address: s.Settings.Address, Subject: "Công việc ngày " + date, Body: head + body.String() + MailFoot,
		CreatedAt: at, NotBefore: s.Settings.NotBefore(at)}, true
}

type count struct {
	n    int
	what string
	view string // of the list that shows them
}

// section writes the counts that are not zero under a heading, if there are any.
func section(b *strings.Builder, heading string, counts []count) (said bool) {
	for _, c := range counts {
		if c.n == 0 {
			continue
		}
		if !said {
			fmt.Fprintf(b, "\n%s:\n", heading)
		}
		said = true
		fmt.Fprintf(b, "- %d %s: %s/inbox?view=%s\n", c.n, c.what, BaseURL, c.view)
	}
	return said
}

// ConfirmReceipt writes the mail that tells a document's sender that it
// arrived. NĐ 30/2020, Điều 21 khoản 2 điểm c.
func ConfirmReceipt(d Document, at time.Time) Mail {
	body := fmt.Sprintf("Văn bản điện tử của quý cơ quan đã được tiếp nhận và vào sổ lúc %s: %s.\n\n--\nThư tự động, xin không trả lời.\n",
		d.Registered.In(calendar.Location).Format("15:04 02/01/2006"), strings.ToLower(d.Title()[:1])+d.Title()[1:])
	return Mail{About: strings.Join([]string{string(ReceiptMail), string(d.ID)}, " "), Kind: ReceiptMail, DocumentID: d.ID, Day: calendar.DateOf(at),
		Address: d.SenderAddress, Subject: "Xác nhận đã nhận văn bản", Body: body, CreatedAt: at, NotBefore: at}
}
