package postgres

import (
	"context"
	"slices"
	"time"

	"congvan/routing"

	"github.com/uptrace/bun"
)

// Window asks for what waits between two instants.
type Window struct {
	By         routing.Actor // who asks
	UnitID     routing.ID    // whose shares, and those given out of them
	BookUnitID routing.ID    // in whose book the documents stand
	Whole      bool          // all shares of these documents, whoever holds them
	From, To   time.Time     // of a running deadline
}

// Waiting is a document with those of its parts that wait in a window, and what
// has rung for it.
type Waiting struct {
	Document  routing.Document
	Shares    []routing.Assignment
	Decisions []routing.Decision
	Rung      []routing.Alarm
}

// mostWaiting bounds how many shares, and how many documents, one list reads.
const mostWaiting = 2000

// runsIn says that a deadline of a share runs out in the window.
const runsIn = `(a.due_at BETWEEN ?from AND ?to OR a.status = 'sent' AND a.receive_due_at BETWEEN ?from AND ?to
	OR a.status = 'reported' AND a.approve_due_at BETWEEN ?from AND ?to OR a.status = 'returned' AND a.return_due_at BETWEEN ?from AND ?to
	OR EXISTS (SELECT FROM decisions x WHERE x.assignment_id = a.id AND x.status = 'open' AND x.due_at BETWEEN ?from AND ?to))`

// waitingDocuments are those of a book that want a notice, the presenting or a
// direction in the window.
const waitingDocuments = `SELECT ` + documentColumns + ` FROM documents d WHERE d.unit_id = ?book AND ` + visible + ` AND d.id IN (
			(SELECT x.id FROM documents x WHERE x.unit_id = ?book AND x.status IN ('registered', 'presented')
			 AND (x.direct_due_at BETWEEN ?from AND ?to OR x.present_due_at BETWEEN ?from AND ?to) ORDER BY x.direct_due_at LIMIT ?limit)
			UNION ALL
			(SELECT x.id FROM documents x WHERE x.unit_id = ?book AND x.notice_due_at IS NOT NULL AND x.notified_at IS NULL
			 AND x.notice_due_at BETWEEN ?from AND ?to ORDER BY x.notice_due_at LIMIT ?limit))`

// WaitingIn finds the documents of which something waits in a window: open
// shares whose deadline runs out in it, and documents that want a notice, the
// presenting or a direction.
func (s *Store) WaitingIn(ctx context.Context, w Window) ([]Waiting, error) {
	a := args{"unit": w.UnitID, "book": w.BookUnitID, "whole": w.Whole, "from": w.From, "to": w.To, "limit": mostWaiting}.seenBy(w.By)
	var shares []assignmentRow
	err := s.db.NewRaw(`SELECT `+assignmentColumns+` FROM assignments a WHERE a.id IN (
			SELECT o.id FROM assignments o WHERE o.unit_id = ?unit AND o.closed_at IS NULL
			UNION
			SELECT c.id FROM assignments o JOIN assignments c ON c.parent_id = o.id WHERE o.unit_id = ?unit AND o.closed_at IS NULL AND c.closed_at IS NULL
			UNION
			SELECT o.id FROM documents d JOIN assignments o ON o.document_id = d.id WHERE ?whole AND d.unit_id = ?book AND o.closed_at IS NULL
			UNION
			SELECT x.assignment_id FROM decisions x JOIN documents d ON d.id = x.document_id
			WHERE x.status = 'open' AND (x.owner_unit_id = ?unit OR ?whole AND d.unit_id = ?book)) AND `+runsIn+`
		  AND EXISTS (SELECT FROM documents d WHERE d.id = a.document_id AND `+visible+`)
		ORDER BY a.due_at, a.id LIMIT ?limit`, a).Scan(ctx, &shares)
	if err != nil {
		return nil, failed("find what waits", err)
	}
	var rows []documentRow
	err = s.db.NewRaw(waitingDocuments, a).Scan(ctx, &rows)
	if err != nil {
		return nil, failed("find what waits", err)
	}
	return s.gather(ctx, documents(rows), assignments(shares))
}

// gather puts shares to their documents, and reads what else belongs to these.
func (s *Store) gather(ctx context.Context, known []routing.Document, shares []routing.Assignment) ([]Waiting, error) {
	place := map[routing.ID]int{}
	var out []Waiting
	for _, d := range known {
		place[d.ID] = len(out)
		out = append(out, Waiting{Document: d})
	}
	var missing []routing.ID
	for _, a := range shares {
		if _, ok := place[a.DocumentID]; !ok {
			place[a.DocumentID] = len(out)
			out = append(out, Waiting{})
			missing = append(missing, a.DocumentID)
		}
		w := &out[place[a.DocumentID]]
		w.Shares = append(w.Shares, a)
	}
	if len(out) == 0 {
		return nil, nil
	}
	var rows []documentRow
	if len(missing) > 0 {
		if err := s.db.NewRaw(`SELECT `+documentColumns+` FROM documents d WHERE d.id IN (?)`, bun.List(missing)).Scan(ctx, &rows); err != nil {
			return nil, failed("find documents", err)
		}
	}
	for _, d := range documents(rows) {
		out[place[d.ID]].Document = d
	}
	return out, s.gatherRest(ctx, out, place)
}

func (s *Store) gatherRest(ctx context.Context, out []Waiting, place map[routing.ID]int) error {
	ids := make([]routing.ID, len(out))
	for i, w := range out {
		ids[i] = w.Document.ID
	}
	var decisions []decisionRow
	err := s.db.NewRaw(`SELECT `+decisionColumns+` FROM decisions x WHERE x.document_id IN (?) AND x.status = 'open'`, bun.List(ids)).Scan(ctx, &decisions)
	if err != nil {
		return failed("list decisions", err)
	}
	for _, row := range decisions {
		w := &out[place[row.DocumentID]]
		if slices.ContainsFunc(w.Shares, func(a routing.Assignment) bool { return a.ID == row.AssignmentID }) {
			w.Decisions = append(w.Decisions, row.decision())
		}
	}
	var rung []struct {
		DocumentID, SubjectID routing.ID
		Kind                  routing.DeadlineKind
		Step                  int
		DueAt                 time.Time
	}
	err = s.db.NewRaw(`SELECT document_id, subject_id, kind, step, due_at FROM alarms WHERE document_id IN (?)`, bun.List(ids)).Scan(ctx, &rung)
	for _, r := range rung {
		w := &out[place[r.DocumentID]]
		w.Rung = append(w.Rung, routing.Alarm{Deadline: routing.Deadline{Subject: r.SubjectID, Kind: r.Kind, Due: utc(r.DueAt)}, Step: r.Step})
	}
	return failed("list alarms", err)
}

// Load is how much waits at a recipient.
type Load struct {
	Open    int // everything that is not finished
	DueThen int // of it what is due in the span asked for
}

// LoadAsked names a recipient and the span of his due date.
type LoadAsked struct {
	UnitID     routing.ID `json:"unit"`
	PositionID routing.ID `json:"position"` // empty: all that the unit holds
	From       time.Time  `json:"from"`
	To         time.Time  `json:"to"` // not included
}

// Loads counts, for each recipient asked for, what waits at him and what of it is
// due in the span.
func (s *Store) Loads(ctx context.Context, asked []LoadAsked) ([]Load, error) {
	if len(asked) == 0 {
		return nil, nil
	}
	list, err := toJSON(asked)
	if err != nil {
		return nil, err
	}
	var loads []Load
	err = s.db.NewRaw(`SELECT count(a.id) AS open, count(a.id) FILTER (WHERE a.due_at >= r."from" AND a.due_at < r."to") AS due_then
		FROM ROWS FROM (jsonb_to_recordset(?rows) AS (unit uuid, position text, "from" timestamptz, "to" timestamptz)) WITH ORDINALITY AS r(unit, position, "from", "to", n)
		LEFT JOIN assignments a ON a.unit_id = r.unit AND a.closed_at IS NULL AND (r.position = '' OR a.position_id::text = r.position)
		GROUP BY r.n ORDER BY r.n`, args{"rows": list}).Scan(ctx, &loads)
	return loads, failed("count the load", err)
}
