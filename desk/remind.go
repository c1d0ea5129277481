package desk

import (
	"context"
	"strings"

	"congvan/routing"
)

// Remind urges the holder of an assignment, with a note if there is something
// to say. Leaders and clerk of the unit that gave it may, and the chief of the
// office; once in half an hour, else routing.ErrReminded. NĐ 30/2020, Điều 24 khoản 1.
func (d *Desk) Remind(ctx context.Context, actor routing.Actor, id routing.ID, note string, req routing.Request) (routing.Event, error) {
	if err := checkNote(note); err != nil {
		return routing.Event{}, err
	}
	return d.actOnShare(ctx, actor, id, 0, req, func(c *routing.Case) error { return c.Remind(actor, id, note) })
}

// RemindLate urges the holders of everything of a document that is late and
// that the actor may urge, and says what became of each.
func (d *Desk) RemindLate(ctx context.Context, actor routing.Actor, docID routing.ID, req routing.Request) ([]Outcome, error) {
	doc, visible, _, err := d.document(ctx, actor, docID)
	if err != nil {
		return nil, err
	}
	out := []Outcome{}
	for _, a := range visible {
		if a.Cell(d.now()) != routing.CellLate || !actor.MayRemind(doc, a) {
			continue
		}
		event, err := d.Remind(ctx, actor, a.ID, "", part(req, a.ID))
		out = append(out, outcomeOf(a.ID, event, err))
	}
	return out, nil
}

// checkNote refuses a note that bears a mark of a state secret; it may be empty.
func checkNote(note string) error {
	if strings.TrimSpace(note) == "" {
		return nil
	}
	return checkWords("note", note)
}
