package desk

import (
	"context"
	"crypto/sha256"
	"errors"
	"slices"
	"time"

	"congvan/postgres"
	"congvan/routing"
)

// BatchLimit is the most subjects that one batch may have.
const BatchLimit = 500

// Batch is one act on many subjects.
type Batch struct {
	Act      routing.Act
	Subjects []Subject
	Template routing.ID // of ActDirect
	Note     string     // of ActRemind and ActFile; of ActNotify how the sender was told
}

// Subject is what the act is done to: a document (ActDirect, ActFile,
// ActNotify), an open request (ActExtend grants it as asked), or an assignment.
type Subject struct {
	ID        routing.ID
	IfVersion int // the version that the actor has read; 0: whatever it is now
}

// Outcome is what became of one subject. Code is empty if it was done, or, of a
// check, would be.
type Outcome struct {
	Subject routing.ID
	Event   int64 // that the act left; 0: none
	Code    string
	Message string
}

// BatchResult is what became of a batch.
type BatchResult struct {
	ID       routing.ID
	Act      routing.Act
	Outcomes []Outcome // in the order of the subjects
	Done     int
	Refused  int
	NotTried int // asking again with the same key goes on with these
	// UndoUntil is until when it can be taken back; zero: it cannot be any more.
	UndoUntil time.Time
}

// NotTried is the code of a subject whose turn has not come.
const NotTried = "not-tried"

// The refusals of batches.
var (
	errBatchAct = routing.ErrField.With("fields", map[string]string{"act": "việc này không làm được hàng loạt"})
	errSubjects = routing.ErrField.With("fields", map[string]string{"subjects": "chọn từ 1 đến 500 mục, mỗi mục một lần"})
	notTried    = &routing.Error{Fault: routing.Unavailable, Code: NotTried, Message: "Chưa thực hiện; hãy gửi lại để làm tiếp."}
	internal    = &routing.Error{Fault: routing.Internal, Code: "internal", Message: "Có lỗi trong hệ thống; hãy gửi lại để thử tiếp."}
)

// batchActs are the acts that can be done to many at once.
var batchActs = map[routing.Act]func(*Desk, context.Context, routing.Actor, Batch, Subject, routing.Request) (routing.Event, error){
	routing.ActAcknowledge: func(d *Desk, ctx context.Context, actor routing.Actor, _ Batch, s Subject, req routing.Request) (routing.Event, error) {
		return d.Acknowledge(ctx, actor, s.ID, req)
	},
	routing.ActApprove: func(d *Desk, ctx context.Context, actor routing.Actor, _ Batch, s Subject, req routing.Request) (routing.Event, error) {
		return d.Approve(ctx, actor, s.ID, s.IfVersion, req)
	},
	routing.ActRemind: func(d *Desk, ctx context.Context, actor routing.Actor, b Batch, s Subject, req routing.Request) (routing.Event, error) {
		return d.Remind(ctx, actor, s.ID, b.Note, req)
	},
	routing.ActDirect: func(d *Desk, ctx context.Context, actor routing.Actor, b Batch, s Subject, req routing.Request) (routing.Event, error) {
		return d.DirectByTemplate(ctx, actor, s.ID, b.Template, s.IfVersion, req)
	},
	routing.ActFile: func(d *Desk, ctx context.Context, actor routing.Actor, b Batch, s Subject, req routing.Request) (routing.Event, error) {
		return d.FileDocument(ctx, actor, s.ID, b.Note, s.IfVersion, req)
	},
	routing.ActNotify: func(d *Desk, ctx context.Context, actor routing.Actor, b Batch, s Subject, req routing.Request) (routing.Event, error) {
		return d.Notify(ctx, actor, s.ID, b.Note, s.IfVersion, req)
	},
	routing.ActExtend: func(d *Desk, ctx context.Context, actor routing.Actor, b Batch, s Subject, req routing.Request) (routing.Event, error) {
		return d.DecideExtension(ctx, actor, s.ID, true, nil, b.Note, req)
	},
}

func (b Batch) check() error {
	if batchActs[b.Act] == nil {
		return errBatchAct
	}
	seen := map[routing.ID]bool{}
	for _, s := range b.Subjects {
		if seen[s.ID] || !validID(s.ID) {
			return errSubjects
		}
		seen[s.ID] = true
	}
	if len(b.Subjects) == 0 || len(b.Subjects) > BatchLimit {
		return errSubjects
	}
	return nil
}

// CheckBatch says what would become of each subject, by the same rules and
// without writing anything.
func (d *Desk) CheckBatch(ctx context.Context, actor routing.Actor, b Batch) ([]Outcome, error) {
	if err := b.check(); err != nil {
		return nil, err
	}
	rehearsal := d.rehearsal()
	out := make([]Outcome, len(b.Subjects))
	for i, s := range b.Subjects {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		_, err := batchActs[b.Act](rehearsal, ctx, actor, b, s, routing.Request{})
		out[i] = outcomeOf(s.ID, routing.Event{}, err)
	}
	return out, nil
}

// RunBatch does the act to each subject, each in a transaction of its own:
// nobody waits for another, and what one refuses the others do. When ctx is
// about to end, the rest is NotTried; the same request again goes on with it,
// and gives the first answer for all others. Without a key it cannot go on.
func (d *Desk) RunBatch(ctx context.Context, actor routing.Actor, b Batch, req routing.Request) (BatchResult, error) {
	if err := b.check(); err != nil {
		return BatchResult{}, err
	}
	record := postgres.Batch{ID: postgres.NewID(), Act: b.Act, ActorID: actor.AccountID, UnitID: actor.UnitID, CreatedAt: d.now(), Hash: req.Hash}
	if req.Key != "" {
		record.ID = postgres.NameID("batch", string(actor.AccountID), req.Key)
	}
	for _, s := range b.Subjects {
		record.Items = append(record.Items, postgres.BatchItem{SubjectID: s.ID, Code: NotTried, Message: notTried.Message})
	}
	record, err := d.record.OpenBatch(context.WithoutCancel(ctx), record)
	if err != nil {
		return BatchResult{}, err
	}
	for i, item := range record.Items {
		if !goesOn[item.Code] || ending(ctx) {
			continue
		}
		event, err := batchActs[b.Act](d, ctx, actor, b, b.Subjects[i], part(routing.Request{Key: string(record.ID)}, item.SubjectID))
		o := outcomeOf(item.SubjectID, event, err)
		if ctx.Err() != nil && err != nil && goesOn[o.Code] {
			o = outcomeOf(item.SubjectID, event, notTried)
		}
		record.Items[i] = postgres.BatchItem{Ordinal: i, SubjectID: o.Subject, EventID: o.Event, Code: o.Code, Message: o.Message}
		if err := d.record.NoteBatchItem(context.WithoutCancel(ctx), record.ID, record.Items[i]); err != nil {
			return BatchResult{}, err
		}
	}
	return d.resultOf(record), nil
}

// goesOn are the codes of what is tried again when a batch is asked for again.
var goesOn = map[string]bool{NotTried: true, internal.Code: true, postgres.ErrUnavailable.Code: true}

// answerTime is what is left for the answer when a batch stops.
const answerTime = 500 * time.Millisecond

func ending(ctx context.Context) bool {
	deadline, limited := ctx.Deadline()
	return ctx.Err() != nil || limited && time.Until(deadline) < answerTime
}

// Batch shows what became of a batch that the actor ran.
func (d *Desk) Batch(ctx context.Context, actor routing.Actor, id routing.ID) (BatchResult, error) {
	record, err := d.batch(ctx, actor, id)
	return d.resultOf(record), err
}

func (d *Desk) batch(ctx context.Context, actor routing.Actor, id routing.ID) (postgres.Batch, error) {
	if !validID(id) {
		return postgres.Batch{}, routing.ErrNotFound
	}
	record, err := d.record.Batch(ctx, id)
	if err == nil && record.ActorID != actor.AccountID {
		return postgres.Batch{}, routing.ErrNotFound
	}
	return record, err
}

func (d *Desk) resultOf(record postgres.Batch) BatchResult {
	r := BatchResult{ID: record.ID, Act: record.Act, Outcomes: make([]Outcome, len(record.Items))}
	for i, item := range record.Items {
		r.Outcomes[i] = Outcome{item.SubjectID, item.EventID, item.Code, item.Message}
	}
	r.count()
	if until := record.CreatedAt.Add(undoWithin); r.Act == routing.ActDirect && r.Done > 0 && record.UndoneAt.IsZero() && d.now().Before(until) {
		r.UndoUntil = until
	}
	return r
}

// Unfinished says whether asking again with the same key goes on with something.
func (r BatchResult) Unfinished() bool {
	return slices.ContainsFunc(r.Outcomes, func(o Outcome) bool { return goesOn[o.Code] })
}

func (r *BatchResult) count() {
	for _, o := range r.Outcomes {
		switch o.Code {
		case "":
			r.Done++
		case NotTried:
			r.NotTried++
		default:
			r.Refused++
		}
	}
}

// outcomeOf is what an act's answer means for its subject.
func outcomeOf(subject routing.ID, event routing.Event, err error) Outcome {
	var refusal *routing.Error
	switch {
	case err == nil:
		return Outcome{Subject: subject, Event: event.ID}
	case !errors.As(err, &refusal):
		refusal = internal
	}
	return Outcome{Subject: subject, Code: refusal.Code, Message: refusal.Message}
}

// part is the request for one subject out of a request for many; the same key
// for another content is no such part.
func part(req routing.Request, subject routing.ID) routing.Request {
	if req.Key == "" {
		return routing.Request{}
	}
	key := req.Key + "/" + string(subject)
	sum := sha256.Sum256(append([]byte(key), req.Hash...))
	return routing.Request{Key: key, Hash: sum[:]}
}

// rehearsal is a desk that judges acts by all rules and writes nothing.
func (d *Desk) rehearsal() *Desk {
	r := *d
	r.rehearses = true
	return &r
}
