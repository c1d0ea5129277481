package postgres

import (
	"context"
	"time"

	"congvan/routing"

	"github.com/uptrace/bun"
)

// casesAtOnce is how many open cases are read with one question.
const casesAtOnce = 500

// OpenCases hands f every open document as a case, as far as its deadlines go:
// with its open shares and decisions, by the clocks with which it was reckoned.
// They are read page by page, so what happens meanwhile may be seen or not.
func (s *Store) OpenCases(ctx context.Context, now time.Time, f func(*routing.Case) error) error {
	w, err := loadWorkingTime(ctx, s.db)
	if err != nil {
		return err
	}
	for after := (routing.ID)("00000000-0000-0000-0000-000000000000"); ; {
		var rows []documentRow
		err := s.db.NewRaw(`SELECT `+documentColumns+` FROM documents d WHERE d.status IN (?) AND d.id > ? ORDER BY d.id LIMIT ?`,
			bun.List(routing.ActMove.FromDocument()), after, casesAtOnce).Scan(ctx, &rows)
		if err != nil {
			return failed("list open documents", err)
		}
		cases, err := s.casesOf(ctx, w, rows, now)
		if err != nil {
			return err
		}
		for _, c := range cases {
			if err := f(c); err != nil {
				return err
			}
		}
		if len(rows) < casesAtOnce {
			return nil
		}
		after = rows[len(rows)-1].ID
	}
}

func (s *Store) casesOf(ctx context.Context, w *workingTime, rows []documentRow, now time.Time) ([]*routing.Case, error) {
	cases := make([]*routing.Case, len(rows))
	byID := make(map[routing.ID]*routing.Case, len(rows))
	ids := make([]routing.ID, len(rows))
	for i, row := range rows {
		ladder, err := s.Ladder(ctx, row.Ladder, row.LadderVersion)
		if err != nil {
			return nil, err
		}
		then, err := w.at(ctx, s.db, row.CalendarVersion)
		if err != nil {
			return nil, err
		}
		cases[i] = &routing.Case{Document: row.document(), Ladder: ladder, Clocks: then.clocks, Now: now, NewID: NewID}
		byID[row.ID], ids[i] = cases[i], row.ID
	}
	if len(ids) == 0 {
		return nil, nil
	}
	var decisions []decisionRow
	err := s.db.NewRaw(`SELECT `+decisionColumns+` FROM decisions x WHERE x.document_id IN (?) AND x.status = 'open' ORDER BY x.asked_at, x.id`,
		bun.List(ids)).Scan(ctx, &decisions)
	if err != nil {
		return nil, failed("list open decisions", err)
	}
	about := []routing.ID{ids[0]} // shares that are closed may still have to answer a recall
	for _, x := range decisions {
		about = append(about, x.AssignmentID)
		byID[x.DocumentID].Decisions = append(byID[x.DocumentID].Decisions, x.decision())
	}
	var shares []assignmentRow
	err = s.db.NewRaw(`SELECT `+assignmentColumns+` FROM assignments a
		WHERE a.document_id IN (?) AND (a.closed_at IS NULL OR a.id IN (?)) ORDER BY a.sent_at, a.id`, bun.List(ids), bun.List(about)).Scan(ctx, &shares)
	if err != nil {
		return nil, failed("list open shares", err)
	}
	for _, a := range shares {
		byID[a.DocumentID].Assignments = append(byID[a.DocumentID].Assignments, a.assignment())
	}
	return cases, nil
}
