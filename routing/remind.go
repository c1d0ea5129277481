package routing

import (
	"strings"
	"time"
	"unicode/utf8"
)

// remindAgain is how long a reminder stands before the next one.
const remindAgain = 30 * time.Minute

// ErrReminded says that a share was reminded a moment ago.
var ErrReminded = &Error{Conflict, "reminded-already",
	"Phần việc này vừa được nhắc; hãy chờ ít nhất 30 phút giữa hai lần nhắc.", nil}

// MayRemind says who urges the holder of a share: leaders and clerk of the unit
// that gave it, and the chief of the office of the document's unit, who follows
// and urges. NĐ 30/2020, Điều 24 khoản 1.
func (a Actor) MayRemind(d Document, on Assignment) bool {
	return a.MayDo(ActRemind, on) || a.MayDoDocument(ActRemind, d)
}

// Remind urges the holder of a share who has something to do (nhắc việc), once
// in half an hour. It changes no deadline and rings nothing.
func (c *Case) Remind(actor Actor, id ID, note string) error {
	if utf8.RuneCountInString(note) > maxReason || !isText(note) {
		return ErrField.With("fields", map[string]string{"note": "lời nhắc dài quá 500 ký tự hoặc có ký tự không hợp lệ"})
	}
	a := c.Share(id)
	switch {
	case a == nil:
		return ErrNotFound
	case !actor.MayRemind(c.Document, *a):
		return ErrNotAllowed
	case c.Document.Status != Directed:
		return c.Document.Status.forbids()
	case a.Held() || c.Document.Held():
		return ErrTransition.With("state", "held").Saying("Việc đang tạm dừng nên không nhắc; hãy nhắc sau khi tiếp tục.")
	case !a.RemindedAt.IsZero() && c.Now.Before(a.RemindedAt.Add(remindAgain)):
		return ErrReminded.With("remindedAt", a.RemindedAt)
	}
	if err := c.move(ActRemind, actor, a, map[string]any{"note": strings.TrimSpace(note)}); err != nil {
		return err
	}
	a.RemindedAt = c.Now
	return nil
}
