// Package desk is what people do: one verb, one file, one short transaction.
//
// A verb checks the rule (package routing), changes the record (package
// postgres) together with its event, and, only if the process has to move,
// leaves a milestone in the outbox. It never talks to Temporal: people's acts
// succeed while the engine is down, and are carried on when it is back.
//
// Every verb takes the actor who asks and a [routing.Request]. The answer is
// the event that the act left. The same request again gives the first answer;
// the same key for another content is routing.ErrReused. What an actor may not
// see does not exist for him: routing.ErrNotFound. What he sees but may not do
// is routing.ErrNotAllowed; what the state forbids is routing.ErrTransition,
// with the present state.
//
// The web pages and the API are two thin faces of this package.
package desk

import (
	"context"
	"errors"
	"slices"
	"time"

	"congvan/attachments"
	"congvan/attachments/blobs"
	"congvan/attachments/staging"
	"congvan/calendar"
	"congvan/postgres"
	"congvan/routing"

	"gocloud.dev/blob"
)

// Desk carries out what people do. It is safe for use by many goroutines.
type Desk struct {
	record *postgres.Store
	files  fileStore
	staged *staging.Area
	now    func() time.Time
	// rehearses is set for a desk that judges acts and writes nothing: see CheckBatch.
	rehearses bool

	allowsDemoLadder bool

	trust        *attachments.Trust // whose signatures are known; nil: nobody's
	antivirus    scanner            // nil: none
	scanRequired bool

	looks *looks
	login LoginRules

	logKeys  []string // public, of the sealed log
	sealWait time.Duration

	daybreak *daybreak
}

// Option changes what a desk allows.
type Option func(*Desk)

// AllowDemoLadder lets documents climb the ladder "demo", whose clocks run in
// seconds: for showing and for tests, never where people work.
func AllowDemoLadder() Option { return func(d *Desk) { d.allowsDemoLadder = true } }

// New makes a desk over the record and the store of attachments. now is the
// clock, nil for the machine's; instants are cut to the record's microseconds.
func New(record *postgres.Store, files *blob.Bucket, now func() time.Time, options ...Option) *Desk {
	if now == nil {
		now = time.Now
	}
	d := &Desk{record: record, files: blobs.Bucket{Bucket: files}, looks: &looks{}, login: LoginRules{}.complete(), now: func() time.Time { return microseconds(now()) }}
	d.daybreak = newDaybreak()
	for _, option := range options {
		option(d)
	}
	if d.staged == nil {
		d.staged, _ = staging.Open("", staging.Limits{}, d.now) // makes nothing, so it does not fail
	}
	return d
}

// microseconds is an instant as the record keeps it.
func microseconds(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

// today is the Vietnamese calendar day of an instant, 2006-01-02.
func today(now time.Time) string { return calendar.DateOf(now).String() }

// bookYear is the year whose book an act at this instant is written into: the
// year in Vietnam (NĐ 30/2020, Điều 15: from 01 January to 31 December).
func bookYear(now time.Time) int {
	year, _, _ := calendar.DateOf(now).Civil()
	return year
}

// once carries out a request that has no answer yet. Verbs that read before
// they write go through it, so that a retry is judged by what it is and not by
// what has changed since, be it by the first try a moment ago.
//
// act is what the actor does, subject the document or the share that he does it
// to: who acts for somebody else may do it only within his mandate.
func (d *Desk) once(ctx context.Context, actor routing.Actor, act routing.Act, subject routing.ID, req routing.Request, do func() (routing.Event, error)) (routing.Event, error) {
	return d.unanswered(ctx, actor, req, func() (routing.Event, error) {
		if err := d.checkMandate(ctx, actor, act, subject); err != nil {
			return routing.Event{}, err
		}
		return do()
	})
}

// unanswered is once for who asks about the mandate himself: [Desk.act] does.
func (d *Desk) unanswered(ctx context.Context, actor routing.Actor, req routing.Request, do func() (routing.Event, error)) (routing.Event, error) {
	if event, done, err := d.answered(ctx, actor, req); done || err != nil {
		return event, err
	}
	event, err := do()
	if fault := routing.FaultOf(err); err == nil || fault == routing.Internal || fault == routing.Unavailable {
		return event, err
	}
	if first, done, lookErr := d.answered(ctx, actor, req); done || lookErr != nil {
		return first, lookErr
	}
	return event, err
}

// answered looks whether a request has its answer already.
func (d *Desk) answered(ctx context.Context, actor routing.Actor, req routing.Request) (routing.Event, bool, error) {
	event, err := d.record.EventByRequest(ctx, actor.AccountID, req)
	if errors.Is(err, routing.ErrNotFound) {
		return routing.Event{}, false, nil
	}
	return event, err == nil, err
}

// step carries out a hot act: try the one statement, and only if it found
// nothing to change ask why. If it might by now, something moved beneath it: it
// is tried again, a few times.
func (d *Desk) step(ctx context.Context, p postgres.Step, try func(context.Context, postgres.Step) (routing.Event, error)) (event routing.Event, err error) {
	if err := d.checkMandate(ctx, p.Actor, p.Act, p.Assignment); err != nil {
		return routing.Event{}, err
	}
	if d.rehearses {
		if event, err = d.explain(ctx, p); errors.Is(err, errMoved) {
			return routing.Event{}, nil // nothing speaks against it
		}
		return event, err
	}
	for range 4 {
		event, err = try(ctx, p)
		if !errors.Is(err, routing.ErrNotFound) && !errors.Is(err, postgres.ErrRequestSeen) {
			return event, err
		}
		if event, err = d.explain(ctx, p); !errors.Is(err, errMoved) {
			return event, err
		}
	}
	return routing.Event{}, routing.ErrStale
}

// errMoved says that nothing speaks against an act that was refused a moment ago.
var errMoved = errors.New("desk: something moved meanwhile")

// explain says why a step changed nothing: it was done before (then its first
// answer is the answer), the assignment does not exist for the actor, he may
// not, he decided on an older version, or the state forbids it.
func (d *Desk) explain(ctx context.Context, p postgres.Step) (routing.Event, error) {
	if event, done, err := d.answered(ctx, p.Actor, p.Request); done || err != nil {
		return event, err
	}
	document, all, a, err := d.assignment(ctx, p.Actor, p.Assignment)
	if err != nil {
		return routing.Event{}, err
	}
	if !p.Actor.MayDo(p.Act, a) {
		return routing.Event{}, routing.ErrNotAllowed
	}
	if document.Status != routing.Directed {
		return routing.Event{}, closedError(document)
	}
	if p.Act == routing.ActAcknowledge && !a.Receipt.At.IsZero() {
		return d.record.EventOf(ctx, a.DocumentID, a.ID, routing.ActAcknowledge)
	}
	if p.IfVersion != 0 && p.IfVersion != a.Version {
		return routing.Event{}, routing.ErrStale.With("version", a.Version)
	}
	if _, err := a.Next(p.Act); err != nil {
		return routing.Event{}, err
	}
	if waitsForResume[p.Act] && (a.Held() || document.Held()) {
		return routing.Event{}, routing.ErrOnHold.Saying("Phần việc đang tạm dừng; khi nơi giao cho tiếp tục mới báo cáo, duyệt hoặc trả lại.")
	}
	if missing := routing.MissingReports(a, all); len(missing) > 0 && (p.Act == routing.ActReport || p.Act == routing.ActApprove) {
		return routing.Event{}, d.partsOpen(ctx, missing)
	}
	waiting, err := d.record.Undispatched(ctx, a.ID)
	switch {
	case err != nil:
		return routing.Event{}, err
	case waiting && (p.Act == routing.ActReport || p.Act == routing.ActApprove):
		return routing.Event{}, routing.ErrPartsOpen.Saying("Ý kiến chỉ đạo vừa gửi đang được chuyển đến các đơn vị; hãy thử lại sau ít phút.")
	}
	return routing.Event{}, errMoved
}

// waitsForResume are the acts that nobody does while the clocks stand still.
var waitsForResume = map[routing.Act]bool{routing.ActReport: true, routing.ActApprove: true, routing.ActSendBack: true}

func closedError(document routing.Document) error {
	return routing.ErrTransition.With("state", string(document.Status)).
		Saying("Văn bản đang ở trạng thái “%s” nên không thực hiện được bước này.", document.Status.Vietnamese())
}

func (d *Desk) partsOpen(ctx context.Context, missing []routing.Assignment) error {
	ids := make([]routing.ID, len(missing))
	for i, a := range missing {
		ids[i] = a.UnitID
	}
	units, err := d.record.UnitsByID(ctx, today(d.now()), ids)
	if err != nil {
		return err
	}
	names := make([]string, len(missing))
	for i, a := range missing {
		names[i] = units[a.UnitID].Name
	}
	return routing.ErrPartsOpen.With("units", names)
}

// document finds a document with those of its assignments that the actor may
// see, and all of them for rules that need them. routing.ErrNotFound if it does
// not exist for him.
func (d *Desk) document(ctx context.Context, actor routing.Actor, id routing.ID) (doc routing.Document, visible, all []routing.Assignment, err error) {
	if !validID(id) {
		return doc, nil, nil, routing.ErrNotFound
	}
	if doc, err = d.record.Document(ctx, id); err != nil {
		if errors.Is(err, routing.ErrNotFound) { // takes as long as what is there and hidden
			_, _ = d.record.Assignments(ctx, id)
			_, _ = d.asks(ctx, actor, routing.Document{ID: id, Status: routing.Directed})
		}
		return routing.Document{}, nil, nil, err
	}
	if all, err = d.record.Assignments(ctx, id); err != nil {
		return doc, nil, nil, err
	}
	visible = routing.VisibleTo(actor, doc, all)
	reads := routing.Reads(actor, doc, visible)
	visible = slices.Clone(visible)
	for i := range visible {
		if !reads[visible[i].ID] {
			visible[i].Report = ""
		}
	}
	if len(visible) > 0 || actor.SeesWhole(doc) { // the rest of routing.Actor.Sees asks more of the record
		return doc, visible, all, nil
	}
	asked, err := d.asks(ctx, actor, doc)
	if err == nil && !asked {
		err = routing.ErrNotFound
	}
	if err != nil {
		return routing.Document{}, nil, nil, err
	}
	return doc, nil, all, nil
}

// assignment finds an assignment that the actor may see, its document, and all
// assignments beside it.
func (d *Desk) assignment(ctx context.Context, actor routing.Actor, id routing.ID) (doc routing.Document, all []routing.Assignment, a routing.Assignment, err error) {
	if !validID(id) {
		return doc, nil, a, routing.ErrNotFound
	}
	if a, err = d.record.Assignment(ctx, id); err != nil {
		if errors.Is(err, routing.ErrNotFound) {
			_, _, _, _ = d.document(ctx, actor, id) // as above
		}
		return doc, nil, a, err
	}
	doc, visible, all, err := d.document(ctx, actor, a.DocumentID)
	if err != nil {
		return doc, nil, a, err
	}
	for _, x := range visible {
		if x.ID == id {
			return doc, all, x, nil
		}
	}
	return routing.Document{}, nil, routing.Assignment{}, routing.ErrNotFound
}
