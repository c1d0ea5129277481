package routing

// File puts a document on record without a direction (lưu): nothing has to be
// done about it. A leader of its unit, or the chief of the office; the note may
// be empty.
func (c *Case) File(actor Actor, note string) error {
	if !actor.MayFile(c.Document) {
		return ErrNotAllowed
	}
	details := map[string]any{}
	if note != "" {
		details["note"] = note
	}
	if err := c.doDocument(ActFile, actor, details); err != nil {
		return err
	}
	c.Document.Concluded = c.Now
	c.tell(NewsConcluded)
	return nil
}

// CancelCategory says why a document is cancelled.
type CancelCategory string

// The categories of a cancellation.
const (
	WrongRecipient    CancelCategory = "wrong-recipient"
	RegisteredInError CancelCategory = "registered-in-error"
	OtherCancel       CancelCategory = "other"
)

// Vietnamese is the category as it stands on screen, empty for none of the list.
func (x CancelCategory) Vietnamese() string {
	return map[CancelCategory]string{
		WrongRecipient: "Gửi nhầm nơi nhận", RegisteredInError: "Vào sổ nhầm", OtherCancel: "Lý do khác",
	}[x]
}

// Cancel ends a document that should not have been registered (huỷ), with a
// category and a reason: a leader or the clerk of its unit, before anybody has
// directed it. It keeps its number and stays in the book.
// NĐ 30/2020, Điều 22: số đến is consecutive; Điều 21 khoản 2: what came to the wrong place is returned.
func (c *Case) Cancel(actor Actor, category CancelCategory, reason string) error {
	if category.Vietnamese() == "" {
		return ErrField.With("fields", map[string]string{"category": "là wrong-recipient, registered-in-error hoặc other"})
	}
	if err := CheckReason(reason); err != nil {
		return err
	}
	if !actor.MayCancel(c.Document) {
		return ErrNotAllowed
	}
	if err := c.doDocument(ActCancel, actor, map[string]any{"category": string(category), "reason": reason}); err != nil {
		return err
	}
	c.tell(NewsMoved)
	return nil
}

// MayReplace says whether a document may stand for another of the same book: one
// that was taken back, or is being taken back. Domain 2.3: thay thế.
func (d Document) MayReplace(other Document) error {
	gone := other.Status == Recalling || other.Status == Recalled || other.Status == Cancelled
	if d.UnitID != other.UnitID || !gone {
		return ErrField.With("fields", map[string]string{"replaces": "phải là văn bản của cùng sổ đã huỷ, đã hoặc đang thu hồi"})
	}
	return nil
}
