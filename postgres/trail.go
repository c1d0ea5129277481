package postgres

import (
	"context"
	"encoding/json"
	"time"

	"congvan/routing"

	"github.com/uptrace/bun"
)

// TrailQuery asks what happened. Document, Account or Unit is set, exactly one.
type TrailQuery struct {
	Document, Account, Unit routing.ID
	From, To                time.Time // from, and until before; zero: no limit
	Kinds                   []string  // of acts and entries; empty: all
	Outcome                 routing.Outcome
	Reach                   routing.TrailReach
	Before                  TrailPlace
	Limit                   int
}

// TrailPlace is the place of a line: lists go on below it. Zero: from the newest.
type TrailPlace struct {
	At    time.Time
	Entry bool // of the journal; otherwise an event
	ID    int64
}

// TrailLine is one thing that happened: an event or an entry of the journal.
type TrailLine struct {
	Event    routing.Event // if Place.Entry is not set
	Entry    routing.Entry // if it is
	Place    TrailPlace
	Username string // who did it; empty: the program
	Title    string // of the document that it is about; empty: of none
}

type trailRow struct {
	Journal             bool
	ID                  int64
	At                  time.Time
	Kind, Outcome, Code string
	ActorID             routing.ID
	ActorUnitID         routing.ID
	PositionID          routing.ID
	DocumentID          routing.ID
	AssignmentID        routing.ID
	UnitID              routing.ID
	SubjectKind         routing.SubjectKind
	SubjectID           string
	State               string
	Version             int
	Year, Number        int
	Details             json.RawMessage
	Origin, RequestID   string
	Username            string
	BookYear, Arrival   int
}

// Trail lists what happened, the newest first, Limit lines at most.
func (s *Store) Trail(ctx context.Context, q TrailQuery) ([]TrailLine, error) {
	events, entries := trailConditions(q)
	a := args{
		"document": orNull(q.Document), "account": orNull(q.Account), "unit": orNull(q.Unit), "from": timeOrNull(q.From), "to": timeOrNull(q.To),
		"kinds": bun.List(q.Kinds), "outcome": q.Outcome, "subjects": bun.List(q.Reach.Entries), "acts": q.Reach.Acts, "limit": q.Limit,
		"at": timeOrNull(q.Before.At), "journal": q.Before.Entry, "id": q.Before.ID, "doc_prefix": string(q.Document) + "/",
	}
	var rows []trailRow
	err := s.db.NewRaw(`
		WITH line AS (
			(SELECT false AS journal, id, at, kind, 'done' AS outcome, '' AS code, actor_id, actor_unit_id, NULL::uuid AS position_id, document_id,
				assignment_id, unit_id, '' AS subject_kind, '' AS subject_id, state, version, year, number, details, '' AS origin, '' AS request_id
			FROM events WHERE `+events+` ORDER BY at DESC, id DESC LIMIT ?limit)
			UNION ALL
			(SELECT true, id, at, kind, outcome, code, actor_id, actor_unit_id, position_id, NULL, NULL, unit_id, subject_kind, subject_id,
				'', 0, 0, 0, details, origin, request_id
			FROM journal WHERE `+entries+` ORDER BY at DESC, id DESC LIMIT ?limit)
		)
		SELECT line.*, a.username, d.book_year, d.number AS arrival FROM line
		LEFT JOIN accounts a ON a.id = line.actor_id LEFT JOIN documents d ON d.id = line.document_id
		ORDER BY line.at DESC, line.journal DESC, line.id DESC LIMIT ?limit`, a).Scan(ctx, &rows)
	if err != nil {
		return nil, failed("follow the trail", err)
	}
	out := make([]TrailLine, len(rows))
	for i, row := range rows {
		if out[i], err = row.line(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// trailConditions are those on events and on the journal. They are put together
// of fixed pieces; whatever a person gave is an argument.
func trailConditions(q TrailQuery) (events, entries string) {
	events, entries = `?acts`, `true`
	both := func(condition string) { events, entries = events+` AND `+condition, entries+` AND `+condition }
	switch {
	case q.Document != "":
		events += ` AND document_id = ?document`
		entries += ` AND (subject_kind = 'document' AND subject_id = ?document::text
			OR subject_kind = 'file' AND subject_id >= ?doc_prefix AND subject_id < ?doc_prefix || 'g')`
	case q.Account != "":
		events += ` AND actor_id = ?account`
		entries += ` AND (actor_id = ?account OR subject_kind = 'account' AND subject_id = ?account::text)`
	default:
		both(`(unit_id = ?unit OR actor_unit_id = ?unit)`)
	}
	if !q.From.IsZero() {
		both(`at >= ?from`)
	}
	if !q.To.IsZero() {
		both(`at < ?to`)
	}
	if len(q.Kinds) > 0 {
		both(`kind IN (?kinds)`)
	}
	switch q.Outcome {
	case routing.OutcomeRefused:
		events += ` AND false` // an act that was refused is no event
		entries += ` AND outcome = ?outcome`
	case routing.OutcomeDone:
		entries += ` AND outcome = ?outcome`
	}
	if q.Reach.Entries != nil {
		entries += ` AND subject_kind IN (?subjects)`
	}
	if !q.Before.At.IsZero() {
		events += ` AND (at, false, id) < (?at, ?journal, ?id)`
		entries += ` AND (at, true, id) < (?at, ?journal, ?id)`
	}
	return events, entries
}

func (r trailRow) line() (l TrailLine, err error) {
	l = TrailLine{Place: TrailPlace{r.At.UTC(), r.Journal, r.ID}, Username: r.Username}
	if r.DocumentID != "" {
		l.Title = routing.Document{BookYear: r.BookYear, Number: r.Arrival}.Title()
	}
	if r.Journal {
		l.Entry, err = entryRow{ID: r.ID, At: r.At, Kind: routing.EntryKind(r.Kind), Outcome: routing.Outcome(r.Outcome), Code: r.Code,
			SubjectID: r.SubjectID, SubjectKind: r.SubjectKind, Origin: r.Origin, RequestID: r.RequestID, ActorID: r.ActorID,
			ActorUnitID: r.ActorUnitID, PositionID: r.PositionID, UnitID: r.UnitID, Details: r.Details}.entry()
		return l, err
	}
	l.Event, err = eventRow{ID: r.ID, At: r.At, Kind: routing.Act(r.Kind), DocumentID: r.DocumentID, AssignmentID: r.AssignmentID,
		UnitID: r.UnitID, ActorID: r.ActorID, ActorUnitID: r.ActorUnitID, State: r.State, Version: r.Version, Year: r.Year,
		Number: r.Number, Details: r.Details}.event()
	return l, err
}

// UnitWithin says whether a unit is another one, or lies below it, on a day
// (2006-01-02). A unit that exists no more lies where it lay last.
func (s *Store) UnitWithin(ctx context.Context, unit, top routing.ID, day string) (within bool, err error) {
	err = s.db.NewRaw(`
		WITH RECURSIVE up AS (
			SELECT ?unit::uuid AS id, 0 AS steps
			UNION
			SELECT v.parent_id, up.steps + 1 FROM up CROSS JOIN LATERAL (
				SELECT parent_id FROM unit_versions WHERE unit_id = up.id AND valid_from <= ?day ORDER BY valid_from DESC LIMIT 1) v
			WHERE v.parent_id IS NOT NULL AND up.steps < 20
		) SELECT EXISTS (SELECT FROM up WHERE id = ?top)`, args{"unit": unit, "top": top, "day": day}).Scan(ctx, &within)
	return within, failed("find the units above", err)
}

// UnitOfAccount finds the unit in which an account holds its position.
func (s *Store) UnitOfAccount(ctx context.Context, account routing.ID) (unit routing.ID, err error) {
	err = s.db.NewRaw(`SELECT p.unit_id FROM accounts a JOIN positions p ON p.id = a.position_id WHERE a.id = ?`, account).Scan(ctx, &unit)
	if err != nil {
		return "", failed("find the unit of an account", err)
	}
	return unit, nil
}

// LastUnitOfAccount is UnitOfAccount or, where an account holds no position any
// more, the unit of its last one.
func (s *Store) LastUnitOfAccount(ctx context.Context, account routing.ID) (unit routing.ID, err error) {
	err = s.db.NewRaw(`SELECT coalesce((SELECT p.unit_id FROM positions p WHERE p.id = a.position_id), (
			SELECT v.unit_id FROM position_holders h JOIN position_versions v ON v.position_id = h.position_id AND v.valid_from < coalesce(h.valid_to, 'infinity')
			WHERE h.account_id = a.id ORDER BY h.valid_from DESC, v.valid_from DESC LIMIT 1))
		FROM accounts a WHERE a.id = ?`, account).Scan(ctx, &unit)
	return unit, failed("find the last unit of an account", err)
}
