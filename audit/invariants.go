package audit

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"

	"congvan/postgres"
	"congvan/routing"
)

// invariants checks what has to hold between the record's tables.
func (x *verifying) invariants(ctx context.Context, r postgres.LogReader) error {
	if err := x.numbers(ctx, r); err != nil {
		return err
	}
	twice, err := r.TakenTwice(ctx, keptFindings)
	if err != nil {
		return err
	}
	for _, text := range twice {
		x.tell(TakenTwice, -1, "%s", text)
	}
	if x.Files != nil {
		if err := x.files(ctx, r); err != nil {
			return err
		}
	}
	if x.SkipStates {
		return nil
	}
	return x.states(ctx, r)
}

// numbers checks that every book has 1 to N, each once, by the rows and by the
// events (INV-3). Numbers that a loss took away are away.
func (x *verifying) numbers(ctx context.Context, r postgres.LogReader) error {
	counts, err := r.BookCounts(ctx)
	if err != nil {
		return err
	}
	marks, err := r.BookMarks(ctx)
	if err != nil {
		return err
	}
	lost, err := x.lostNumbers()
	if err != nil {
		return err
	}
	told := map[string]bool{}
	for _, c := range counts {
		told[c.Source+fmt.Sprint(book(c.BookMark))] = true
		x.number(c, marks, lost[book(c.BookMark)])
	}
	for _, m := range marks {
		if m.Last <= lost[book(m)] {
			continue
		}
		for _, source := range []string{"rows", "events"} {
			if !told[source+fmt.Sprint(book(m))] {
				x.tell(NumberGap, -1, "book %s %s %d is at %d, and there are no %s of it", m.UnitID, m.Direction, m.Year, m.Last, source)
			}
		}
	}
	astray, err := r.NumbersAstray(ctx, keptFindings)
	for _, text := range astray {
		x.tell(NumberAstray, -1, "%s", text)
	}
	return err
}

func (x *verifying) number(c postgres.BookCount, marks []postgres.BookMark, lost int) {
	at := 0
	for _, m := range marks {
		if book(m) == book(c.BookMark) {
			at = m.Last
		}
	}
	switch {
	case c.Count != c.Distinct:
		x.tell(NumberGap, -1, "book %s %s %d: by its %s, %d numbers are given twice", c.UnitID, c.Direction, c.Year, c.Source, c.Count-c.Distinct)
	case c.First < 1 || c.Last > at || c.Count+lost != at:
		x.tell(NumberGap, -1, "book %s %s %d is at %d; by its %s it has %d numbers from %d to %d, and lost %d", c.UnitID, c.Direction, c.Year, at, c.Source, c.Count, c.First, c.Last, lost)
	}
}

// lostNumbers counts the numbers of each book that losses took away. The signatures are checked where
// the anchors are compared with the log.
func (x *verifying) lostNumbers() (map[postgres.BookMark]int, error) {
	lost := map[postgres.BookMark]int{}
	return lost, x.Anchors.Each(false, func(a Anchor, bad error) error {
		if bad == nil && a.Loss != nil {
			for _, n := range a.Loss.Numbers {
				lost[book(n.BookMark)] += n.Last - n.From + 1
			}
		}
		return nil
	})
}

// files checks that each attachment's content is there and is what it was (INV-8).
func (x *verifying) files(ctx context.Context, r postgres.LogReader) error {
	return r.Files(ctx, func(sum []byte, size int64) error {
		x.report.Files++
		key := hex.EncodeToString(sum)
		switch found, n, err := x.Files.Sum(ctx, key); {
		case errors.Is(err, ErrNoFile):
			x.tell(FileMissing, -1, "attachments %s: its content is gone", key)
		case err != nil:
			x.tell(FileAltered, -1, "attachments %s: its content cannot be read: %v", key, err)
		case hex.EncodeToString(found[:]) != key || n != size:
			x.tell(FileAltered, -1, "attachments %s: its content is another", key)
		}
		return nil
	})
}

// states checks that every document and share is where its events led it.
func (x *verifying) states(ctx context.Context, r postgres.LogReader) error {
	var document routing.ID
	var events []routing.Event
	rows := map[routing.ID]routing.Standing{}
	check := func() {
		if document == "" {
			return
		}
		h, err := routing.Replay(events)
		if err != nil {
			x.tell(StateDiffers, -1, "document %s: %v", document, err)
			return
		}
		for id, row := range rows {
			by := h.Shares[id]
			if id == document {
				by = h.Document
			}
			if by.State != row.State || by.Version != row.Version {
				x.tell(StateDiffers, -1, "%s of document %s is %s (%d), by its events %s (%d)", id, document, row.State, row.Version, by.State, by.Version)
			}
		}
		for id := range h.Shares {
			if _, ok := rows[id]; !ok {
				x.tell(StateDiffers, -1, "document %s: events tell of the share %s, which is not there", document, id)
			}
		}
	}
	err := r.States(ctx, func(s postgres.StateStep) error {
		if s.DocumentID != document {
			check()
			document, events = s.DocumentID, events[:0]
			clear(rows)
		}
		if !s.Now {
			events = append(events, s.Event)
			return nil
		}
		id := s.AssignmentID
		if id == "" {
			id = s.DocumentID
		}
		rows[id] = routing.Standing{State: s.State, Version: s.Version}
		return nil
	})
	check()
	return err
}
