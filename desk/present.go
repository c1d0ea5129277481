package desk

import (
	"context"
	"strings"

	"congvan/postgres"
	"congvan/routing"
)

// Present lays a document before a leader of the unit that registered it, or
// before the chief of its office (trình); once it is presented, the chief or a
// leader passes it on to another (phân phối). The term of the opinion begins
// anew. to is a position of Presentable: routing.ErrField otherwise. The note may
// be empty. NĐ 30/2020, Điều 23 khoản 1.
func (d *Desk) Present(ctx context.Context, actor routing.Actor, id, to routing.ID, note string, ifVersion int, req routing.Request) (routing.Event, error) {
	if strings.TrimSpace(note) != "" {
		if err := checkWords("note", note); err != nil {
			return routing.Event{}, err
		}
	}
	return d.actOnDocument(ctx, actor, id, ifVersion, req, func(c *routing.Case) error {
		if !actor.MayPresent(c.Document) {
			return routing.ErrNotAllowed
		}
		if err := d.mayBePresentedTo(ctx, c.Document.UnitID, to); err != nil {
			return err
		}
		return c.Present(actor, to, note)
	})
}

func (d *Desk) mayBePresentedTo(ctx context.Context, unit, to routing.ID) error {
	positions, err := d.record.Presentable(ctx, today(d.now()), unit)
	if err != nil {
		return err
	}
	for _, p := range positions {
		if p.ID == to {
			return nil
		}
	}
	return routing.ErrField.With("fields", map[string]string{"to": "chỉ trình lãnh đạo của đơn vị hoặc chánh văn phòng; hãy chọn lại người nhận"})
}

// Presentable lists whom a document can be presented to today: the leaders of
// the unit that registered it, and the chief of its office.
func (d *Desk) Presentable(ctx context.Context, actor routing.Actor, id routing.ID) ([]postgres.Position, error) {
	doc, _, _, err := d.document(ctx, actor, id)
	switch {
	case err != nil:
		return nil, err
	case !actor.SeesWhole(doc):
		return nil, routing.ErrNotAllowed
	}
	return d.record.Presentable(ctx, today(d.now()), doc.UnitID)
}
