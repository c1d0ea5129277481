package routing

import (
	"strings"
	"time"

	"congvan/calendar"
)

// NeedsSecondFactor says whose password alone is not enough where a second factor
// is required: those who decide for a unit, and administrators.
func (o Office) NeedsSecondFactor() bool { return o.Leads() || o == Admin }

// MayAdminister says whose accounts the actor looks after: those of his unit and
// of all below it. within says whether the account's unit is one of them.
func (a Actor) MayAdminister(within bool) bool {
	return within && a.may(ToLookAfter, a.inOwnName, Administered)
}

// TellOfAccount writes the mail that tells the holder of a position of a change of
// his account. It leaves at once, quiet hours or not: if it was not he, every
// minute counts. It says nothing that helps to log in.
func TellOfAccount(position ID, to NoticeSettings, about, what string, at time.Time) Mail {
	body := what + " lúc " + at.In(calendar.Location).Format("15:04 02/01/2006") +
		".\n\nNếu không phải do bạn thực hiện, hãy báo ngay cho quản trị của đơn vị.\n" + MailFoot
	return Mail{About: strings.Join([]string{string(AccountMail), about}, " "), Kind: AccountMail, PositionID: position, Day: calendar.DateOf(at),
		Address: to.Address, Subject: "Thông báo về tài khoản", Body: body, CreatedAt: at, NotBefore: at}
}
