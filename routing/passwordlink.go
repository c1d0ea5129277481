package routing

import (
	"regexp"
	"time"

	"congvan/calendar"
)

// LinkPurpose is what a link for setting a password is for.
type LinkPurpose string

// The purposes.
const (
	Invitation LinkPurpose = "invitation" // the first password of an account
	Reset      LinkPurpose = "reset"      // a new one, for who has lost his
)

// Life is how long such a link is good: an invitation over a weekend, a reset as
// long as somebody waits for the mail. Faults S-09.
func (p LinkPurpose) Life() time.Duration {
	if p == Invitation {
		return 72 * time.Hour
	}
	return 15 * time.Minute
}

// PasswordLink lets the holder of an account set its password, once. Its secret
// is in the mail, or shown once to whoever hands it over, and kept nowhere.
type PasswordLink struct {
	ID        ID
	AccountID ID
	Purpose   LinkPurpose
	CreatedBy ID // account; empty: the person himself, or who runs the machines
	CreatedAt time.Time
	ExpiresAt time.Time
	UsedAt    time.Time // zero: not
}

// Live says whether the link is still good.
func (l PasswordLink) Live(now time.Time) bool { return l.UsedAt.IsZero() && now.Before(l.ExpiresAt) }

// The refusals around accounts and links.
var (
	// ErrLink is the one answer to a link that never was, was used, was replaced or
	// has expired.
	ErrLink = &Error{Fault: Invalid, Code: "link-invalid",
		Message: "Đường dẫn không đúng, đã dùng hoặc đã hết hạn; hãy xin đường dẫn mới."}
	// ErrNoAddress says that there is no address to send a link to.
	ErrNoAddress = &Error{Fault: Conflict, Code: "no-address",
		Message: "Chức vụ này chưa khai địa chỉ thư; hãy chọn giao tận tay."}
	// ErrAccountDisabled says that nobody may log in to the account.
	ErrAccountDisabled = &Error{Fault: Conflict, Code: "account-disabled",
		Message: "Tài khoản đang bị khoá; hãy mở khoá trước."}
	// ErrHasPassword says that an account needs no invitation.
	ErrHasPassword = &Error{Fault: Conflict, Code: "has-password",
		Message: "Tài khoản đã có mật khẩu; hãy dùng đặt lại mật khẩu."}
	// ErrOwnAccount says that an administrator does this to nobody's account but another's.
	ErrOwnAccount = &Error{Fault: NotAllowed, Code: "own-account",
		Message: "Không tự làm việc này với tài khoản của chính mình; hãy nhờ quản trị khác."}
	// ErrIdentityTaken says that the identity belongs to another account, or the account has another.
	ErrIdentityTaken = &Error{Fault: Conflict, Code: "identity-taken",
		Message: "Danh tính này đã gắn với tài khoản khác, hoặc tài khoản đã gắn danh tính khác; hãy gỡ ra trước."}
	// ErrIdentity is the one answer to a login at the identity provider that fails.
	ErrIdentity = &Error{Fault: NotAllowed, Code: "identity-refused",
		Message: "Không đăng nhập được bằng hệ thống định danh; hãy thử lại, hoặc báo quản trị gắn danh tính với tài khoản."}
)

// LinkPath is the page on which a link is used. The secret stands behind #, which
// browsers send to nobody, also not as Referer.
const LinkPath = "/password"

// TellOfLink writes the mail with a link. Its secret is not in it: whoever sends
// it makes one at that moment, so that none ever lies in the outbox.
func TellOfLink(position ID, to NoticeSettings, l PasswordLink) Mail {
	subject, what := "Đặt lại mật khẩu", "Có yêu cầu đặt lại mật khẩu cho tài khoản của bạn."
	if l.Purpose == Invitation {
		subject, what = "Mời sử dụng hệ thống Công Văn", "Bạn được mời sử dụng hệ thống Công Văn và đặt mật khẩu đầu tiên."
	}
	body := what + "\n\nMở đường dẫn sau và đặt mật khẩu trước " + l.ExpiresAt.In(calendar.Location).Format("15:04 02/01/2006") +
		"; đường dẫn chỉ dùng được một lần:\n\n" + BaseURL + LinkPath + "#" + linkSecret(l.ID) +
		"\n\nNếu bạn không yêu cầu, hãy bỏ qua thư này; mật khẩu vẫn như cũ.\n" + MailFoot
	return Mail{About: "link " + string(l.ID), Kind: AccountMail, PositionID: position, Day: calendar.DateOf(l.CreatedAt),
		Address: to.Address, Subject: subject, Body: body, CreatedAt: l.CreatedAt, NotBefore: l.CreatedAt}
}

func linkSecret(id ID) string { return "{secret:" + string(id) + "}" }

var linkPlace = regexp.MustCompile(`\{secret:([0-9a-f-]{36})\}`)

// LinkIn finds the link whose secret a mail needs before it is sent, and the place
// in its body where that goes. Empty if it needs none.
func (k MailKind) LinkIn(body string) (link ID, place string) {
	if k != AccountMail {
		return "", ""
	}
	if match := linkPlace.FindStringSubmatch(body); match != nil {
		return ID(match[1]), match[0]
	}
	return "", ""
}
