package desk

import (
	"context"
	"errors"
	"time"

	"congvan/audit"
	"congvan/calendar"
	"congvan/routing"
)

// The refusals of receipts.
var (
	ErrNotReceived = &routing.Error{Fault: routing.Conflict, Code: "not-received",
		Message: "Phần việc này chưa được xác nhận đã nhận nên chưa có phiếu."}
	ErrReceiptPending = &routing.Error{Fault: routing.Conflict, Code: "receipt-pending",
		Message: "Việc nhận vừa được ghi và đang chờ niêm phong; hãy thử lại sau vài giây."}
)

// SealWait is how long a receipt waits for the sealer, which looks every second.
const SealWait = 2 * time.Second

const sealLook = 100 * time.Millisecond

// WithLog names the public keys of the sealed log on receipts, and how long a
// receipt waits for the sealer. Without it, it does not wait.
func WithLog(wait time.Duration, keys ...string) Option {
	return func(d *Desk) { d.sealWait, d.logKeys = wait, keys }
}

// Receipt proves that a share of a document was received: by whom, when, with
// which files, for whoever sees the share. What it says stands in the journal by
// its SHA-256. ErrReceiptPending as long as that is not sealed; asking again goes on.
func (d *Desk) Receipt(ctx context.Context, actor routing.Actor, document, share routing.ID) (audit.Receipt, error) {
	if !validID(document) {
		return audit.Receipt{}, routing.ErrNotFound
	}
	doc, _, a, err := d.assignment(ctx, actor, share)
	if err == nil && doc.ID != document {
		err = routing.ErrNotFound
	}
	if err != nil {
		return audit.Receipt{}, err
	}
	facts, rows, err := d.receiptFacts(ctx, doc, a)
	if err != nil {
		return audit.Receipt{}, err
	}
	sum, err := facts.Sum()
	if err != nil {
		return audit.Receipt{}, err
	}
	e := d.entryOf(actor, audit.EntryReceipt, routing.Subject{Kind: routing.SubjectAssignment, ID: string(share)})
	e.UnitID, e.Details = a.UnitID, actor.Signed(map[string]any{"sha256": sum})
	id, err := d.record.IssueReceipt(ctx, e, sum)
	if err != nil {
		return audit.Receipt{}, err
	}
	return d.prove(ctx, facts, append(rows, audit.LogPlace{Table: "journal", ID: id}))
}

// prove waits for the sealer, a moment only.
func (d *Desk) prove(ctx context.Context, facts audit.Facts, rows []audit.LogPlace) (audit.Receipt, error) {
	for until := time.Now().Add(d.sealWait); ; {
		receipt, err := audit.Prove(ctx, d.record, facts, rows, d.logKeys)
		var open *audit.NotSealedError
		switch {
		case !errors.As(err, &open):
			return receipt, err
		case !time.Now().Before(until):
			return audit.Receipt{}, ErrReceiptPending
		}
		select {
		case <-ctx.Done():
			return audit.Receipt{}, ctx.Err()
		case <-time.After(sealLook):
		}
	}
}

// receiptFacts gathers what a receipt says, and the events that tell of it.
func (d *Desk) receiptFacts(ctx context.Context, doc routing.Document, a routing.Assignment) (f audit.Facts, rows []audit.LogPlace, err error) {
	events, err := d.record.ReceiptEvents(ctx, doc.ID, a.ID)
	if errors.Is(err, routing.ErrNotFound) {
		return f, nil, ErrNotReceived
	} else if err != nil {
		return f, nil, err
	}
	got := events.Received
	units, err := d.record.UnitsByID(ctx, calendar.DateOf(got.At).String(), []routing.ID{got.UnitID})
	if err != nil {
		return f, nil, err
	}
	f = audit.Facts{
		Document: audit.FactDocument{ID: doc.ID, Number: doc.Number, Year: doc.BookYear, Issuer: doc.Issuer, CodeNumber: doc.CodeNumber,
			CodeNotation: doc.CodeNotation, IssuedOn: doc.IssuedOn},
		Assignment: a.ID, Unit: audit.FactUnit{ID: got.UnitID, Code: units[got.UnitID].Code, Name: units[got.UnitID].Name},
		Account:    audit.FactAccount{ID: got.ActorID, Name: events.Account, Post: events.Post},
		ReceivedAt: got.At, Number: got.Number, Year: got.Year, Files: []audit.FactFile{},
	}
	rows = []audit.LogPlace{{Table: "events", ID: events.Registered}, {Table: "events", ID: got.ID}}
	for _, file := range events.Attached {
		rows = append(rows, audit.LogPlace{Table: "events", ID: file.ID})
		f.Files = append(f.Files, audit.FactFile{SHA256: file.SHA256, Size: file.Size})
	}
	return f, rows, nil
}

// SealBacklog says how many rows are not sealed yet, and for how long the oldest waits.
func (d *Desk) SealBacklog(ctx context.Context) (waiting int, age time.Duration, err error) {
	waiting, oldest, err := d.record.SealBacklog(ctx)
	if err == nil && waiting > 0 {
		age = max(0, d.now().Sub(oldest))
	}
	return waiting, age, err
}
