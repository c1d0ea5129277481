package desk

import (
	"context"
	"time"

	"congvan/routing"
)

// undoWithin is how long a batch of directions can be taken back.
const undoWithin = 15 * time.Minute

// The refusals of taking a batch back.
var (
	ErrUndo = &routing.Error{Fault: routing.Conflict, Code: "undo-too-late",
		Message: "Chỉ rút được loạt ý kiến chỉ đạo vừa gửi trong 15 phút; hãy thu hồi hoặc điều chỉnh từng văn bản."}
	ErrReceived = &routing.Error{Fault: routing.Conflict, Code: "received-already",
		Message: "Đã có đơn vị xác nhận nhận văn bản này nên không rút được; hãy điều chỉnh hoặc thu hồi."}
)

// UndoBatch takes back a batch of directions that the actor has just sent: each
// direction is voided of which nobody has received a share yet. It says what
// became of each.
func (d *Desk) UndoBatch(ctx context.Context, actor routing.Actor, id routing.ID, reason string, req routing.Request) (BatchResult, error) {
	if err := checkReason(reason); err != nil {
		return BatchResult{}, err
	}
	record, err := d.batch(ctx, actor, id)
	switch {
	case err != nil:
		return BatchResult{}, err
	case record.Act != routing.ActDirect, d.now().Sub(record.CreatedAt) > undoWithin && record.UndoneAt.IsZero():
		return BatchResult{}, ErrUndo
	}
	r := BatchResult{ID: id, Act: routing.ActVoid}
	for _, item := range record.Items {
		if item.EventID == 0 {
			continue // it was not sent
		}
		event, err := d.undoDirection(ctx, actor, item.SubjectID, item.EventID, reason, part(req, item.SubjectID))
		r.Outcomes = append(r.Outcomes, outcomeOf(item.SubjectID, event, err))
	}
	r.count()
	return r, d.record.NoteUndone(context.WithoutCancel(ctx), id, d.now())
}

func (d *Desk) undoDirection(ctx context.Context, actor routing.Actor, document routing.ID, given int64, reason string, req routing.Request) (routing.Event, error) {
	direction, err := d.record.DirectionOfEvent(ctx, given)
	if err != nil {
		return routing.Event{}, err
	}
	return d.act(ctx, actor, document, req, func(c *routing.Case) error {
		for _, a := range c.Assignments {
			if a.CircleID == direction && !a.Receipt.At.IsZero() {
				return ErrReceived
			}
		}
		return c.Void(actor, direction, reason)
	})
}
