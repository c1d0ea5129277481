package routing

// The ways in which a sender hears that his document arrived.
const NotifiedByMail = "mail"

// Notify writes down that the sender of an electronic document was told that it
// arrived, and how: the clerk did it, or, with the zero Actor, the mail that the
// program sent. It is judged against the day of arrival.
// NĐ 30/2020, Điều 21 khoản 2 điểm c: "ngay trong ngày".
func (c *Case) Notify(actor Actor, how string) error {
	d := &c.Document
	switch {
	case actor.AccountID != "" && !actor.MayNotify(*d):
		return ErrNotAllowed
	case d.Channel != Electronic:
		return ErrTransition.With("state", string(d.Status)).Saying("Văn bản giấy không phải báo nơi gửi qua hệ thống.")
	case !d.NotifiedAt.IsZero():
		return ErrDecided.Saying("Nơi gửi đã được báo; không cần báo lại.")
	}
	late := !d.NoticeDue.IsZero() && c.Now.After(d.NoticeDue)
	if err := c.doDocument(ActNotify, actor, map[string]any{"how": how, "notifiedAt": c.Now, "late": late}); err != nil {
		return err
	}
	d.NotifiedAt = c.Now
	return nil
}
