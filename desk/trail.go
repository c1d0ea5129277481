package desk

import (
	"context"
	"strconv"
	"time"

	"congvan/postgres"
	"congvan/routing"
)

// TrailQuery asks what happened to a document, by an account, or in a unit;
// exactly one of them is named.
type TrailQuery struct {
	Document, Account, Unit routing.ID
	From, To                time.Time // from, and until before; zero: no limit
	Kinds                   []string  // of acts and of entries of the journal; empty: all
	Outcome                 routing.Outcome
}

// longestTrail is how far apart From and To of a unit's trail lie at most: it
// has no index of its own.
const longestTrail = 366 * 24 * time.Hour

// Trail lists everything that happened, the newest first: acts on documents, as
// far as the actor may hear of them, and the journal with every look, refusal
// and change. next goes on; it is zero after the last page. Looking at a trail
// is itself in the journal.
//
// A document's is read by whoever sees it whole and speaks for his unit, a
// unit's by its leaders, an account's by itself; all of these by the inspector
// of the organ. An administrator reads of accounts and of the organisation only.
func (d *Desk) Trail(ctx context.Context, actor routing.Actor, q TrailQuery, after postgres.TrailPlace, limit int) (lines []postgres.TrailLine, next postgres.TrailPlace, err error) {
	asked, err := d.trailOf(ctx, actor, q)
	if err != nil {
		return nil, next, err
	}
	if after.At.IsZero() {
		e := d.entryOf(actor, routing.EntryViewed, routing.Subject{Kind: routing.SubjectJournal, ID: q.subject()})
		if err := d.record.Note(ctx, e); err != nil {
			return nil, next, err
		}
	}
	asked.Before = after
	return d.trailPage(ctx, actor, asked, pageLimit(limit))
}

// subject names what a trail is of.
func (q TrailQuery) subject() string {
	switch {
	case q.Document != "":
		return "document/" + string(q.Document)
	case q.Account != "":
		return "account/" + string(q.Account)
	default:
		return "unit/" + string(q.Unit)
	}
}

// trailOf finds out what the actor may read of what he asks for.
func (d *Desk) trailOf(ctx context.Context, actor routing.Actor, q TrailQuery) (postgres.TrailQuery, error) {
	asked := postgres.TrailQuery{Document: q.Document, Account: q.Account, Unit: q.Unit, From: q.From, To: q.To, Kinds: q.Kinds, Outcome: q.Outcome}
	if err := q.check(); err != nil {
		return asked, err
	}
	var may bool
	if q.Document != "" {
		doc, _, _, err := d.document(ctx, actor, q.Document)
		if err != nil {
			return asked, err
		}
		if asked.Reach, may = actor.TrailOf(doc); !may {
			return asked, routing.ErrNotAllowed
		}
		return asked, nil
	}
	unit := q.Unit
	if q.Account != "" {
		var err error
		if unit, err = d.record.LastUnitOfAccount(ctx, q.Account); err != nil {
			return asked, err
		}
	}
	within, err := d.record.UnitWithin(ctx, unit, actor.UnitID, today(d.now()))
	if err != nil {
		return asked, err
	}
	if q.Account != "" {
		asked.Reach, may = actor.TrailOfAccount(q.Account, unit, within)
	} else {
		asked.Reach, may = actor.TrailOfUnit(unit, within)
	}
	if !may {
		return asked, routing.ErrNotFound // whose trail it is, is nobody's business either
	}
	return asked, nil
}

func (q TrailQuery) check() error {
	named := 0
	for _, id := range []routing.ID{q.Document, q.Account, q.Unit} {
		if id != "" {
			named++
			if !validID(id) {
				return routing.ErrNotFound
			}
		}
	}
	switch {
	case named != 1:
		return routing.ErrField.With("fields", map[string]string{"document": "hãy nêu đúng một trong ba: document, account hoặc unit"})
	case q.Unit != "" && (q.From.IsZero() || q.To.IsZero() || q.To.Sub(q.From) > longestTrail):
		return routing.ErrField.With("fields", map[string]string{"from": "nhật ký của đơn vị cần khoảng thời gian không quá 366 ngày"})
	default:
		return nil
	}
}

// trailPage reads on until a page is full: what the actor may not hear of is
// left out.
func (d *Desk) trailPage(ctx context.Context, actor routing.Actor, q postgres.TrailQuery, limit int) (out []postgres.TrailLine, next postgres.TrailPlace, err error) {
	q.Limit = limit
	for {
		lines, err := d.record.Trail(ctx, q)
		if err != nil {
			return nil, next, err
		}
		heard, err := d.heard(ctx, actor, lines)
		if err != nil {
			return nil, next, err
		}
		for i, line := range lines {
			q.Before = line.Place
			if heard[i] == nil {
				continue
			}
			if out = append(out, *heard[i]); len(out) == limit {
				return out, line.Place, nil
			}
		}
		if len(lines) < q.Limit {
			return out, postgres.TrailPlace{}, nil
		}
	}
}

// heard is what the actor may hear of each line, nil for nothing.
func (d *Desk) heard(ctx context.Context, actor routing.Actor, lines []postgres.TrailLine) ([]*postgres.TrailLine, error) {
	var events []routing.Event
	for _, line := range lines {
		if !line.Place.Entry {
			events = append(events, line.Event)
		}
	}
	seen, err := d.Sees(ctx, actor, events)
	if err != nil {
		return nil, err
	}
	byID := make(map[int64]routing.Event, len(seen))
	for _, e := range seen {
		byID[e.ID] = e
	}
	out := make([]*postgres.TrailLine, len(lines))
	for i := range lines {
		if e, ok := byID[lines[i].Event.ID]; ok && !lines[i].Place.Entry {
			lines[i].Event, out[i] = e, &lines[i]
		} else if lines[i].Place.Entry {
			out[i] = &lines[i]
		}
	}
	return out, nil
}

// TrailExportLimit is the most lines that leave the system in one file.
const TrailExportLimit = 50_000

// ExportTrail hands over the whole of a trail, a line at a time, the newest
// first, and writes into the journal that it left the system. more says whether
// the limit cut it.
func (d *Desk) ExportTrail(ctx context.Context, actor routing.Actor, q TrailQuery, take func(postgres.TrailLine) error) (more bool, err error) {
	asked, err := d.trailOf(ctx, actor, q)
	if err != nil {
		return false, err
	}
	e := d.entryOf(actor, routing.EntryExported, routing.Subject{Kind: routing.SubjectJournal, ID: q.subject()})
	e.Details = map[string]any{"from": q.From, "to": q.To, "kinds": q.Kinds, "outcome": q.Outcome, "limit": strconv.Itoa(TrailExportLimit)}
	if err := d.record.Note(ctx, e); err != nil {
		return false, err
	}
	for taken := 0; ; {
		lines, next, err := d.trailPage(ctx, actor, asked, 500)
		if err != nil {
			return false, err
		}
		for _, line := range lines {
			if taken == TrailExportLimit {
				return true, nil
			}
			if err := take(line); err != nil {
				return false, err
			}
			taken++
		}
		if next.At.IsZero() {
			return false, nil
		}
		asked.Before = next
	}
}
