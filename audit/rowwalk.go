package audit

import (
	"context"
	"time"

	"congvan/postgres"
	"congvan/routing"
)

// rowWalk goes through the rows of one table in the order of their ids, beside
// the log, which has them nearly in that order: what was committed late is early
// here.
type rowWalk struct {
	table   postgres.LogTable
	batches chan []walkedRow
	failed  error // set before batches is closed
	cancel  context.CancelFunc

	batch   []walkedRow
	next    int // in batch
	ended   bool
	early   map[int64]walkedRow // read, and not yet met in the log
	skipped bool                // early was full: some rows were let go
	to      int64               // the highest id in the log
	done    int64               // ids up to here were read
	before  map[int64]bool      // sealed before the log was begun to be read
}

// walkedRow is what is left of a row when its text was hashed.
type walkedRow struct {
	id   int64
	hash [32]byte
	at   time.Time
}

const (
	walkBatch = 1000
	earlyMax  = 100_000 // in memory; more are found again one by one
)

// newRowWalk begins to read a table, behind what was settled at the run base.
func newRowWalk(ctx context.Context, beside postgres.LogReader, table postgres.LogTable, base postgres.LogRun) (*rowWalk, error) {
	w := &rowWalk{table: table, batches: make(chan []walkedRow, 4), early: map[int64]walkedRow{}, before: map[int64]bool{}, to: base.EventsTo, done: -1 << 62}
	var behind *int64
	if base.Size > 0 {
		below := base.EventsBelow
		if table == postgres.LogJournal {
			below, w.to = base.JournalBelow, base.JournalTo
		}
		behind = &below
	}
	ctx, w.cancel = context.WithCancel(ctx)
	begun := make(chan error, 1)
	go func() {
		defer close(w.batches)
		w.failed = beside.Beside(ctx, func(r postgres.LogReader) error {
			var ids []int64
			var err error
			if behind != nil {
				ids, err = r.SealedAbove(ctx, table, *behind, base.Size)
			}
			for _, id := range ids {
				w.before[id] = true
			}
			if begun <- err; err != nil {
				return err
			}
			return w.read(ctx, r, behind)
		})
		select {
		case begun <- w.failed:
		default:
		}
	}()
	return w, <-begun
}

func (w *rowWalk) read(ctx context.Context, r postgres.LogReader, behind *int64) error {
	var text []byte
	place := atColumn(w.table)
	batch := make([]walkedRow, 0, walkBatch)
	send := func() error {
		select {
		case w.batches <- batch:
			batch = make([]walkedRow, 0, walkBatch)
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	err := r.Rows(ctx, w.table, behind, func(id int64, columns [][]byte) (err error) {
		if text, err = Canonical(text[:0], w.table, columns); err != nil {
			return err
		}
		batch = append(batch, walkedRow{id, Leaf(text), postgres.Instant(columns[place])})
		if len(batch) == walkBatch {
			err = send()
		}
		return err
	})
	if err == nil {
		err = send()
	}
	return err
}

func atColumn(table postgres.LogTable) int {
	for i, c := range table.Columns() {
		if c.Kind == postgres.LogInstant {
			return i
		}
	}
	return 0
}

func (w *rowWalk) stop() {
	w.cancel()
	for range w.batches { // until the reader has ended
	}
}

// peek is the next row; false: there are no more.
func (w *rowWalk) peek() (walkedRow, bool) {
	for w.next == len(w.batch) {
		batch, ok := <-w.batches
		if !ok {
			w.ended = true
			return walkedRow{}, false
		}
		w.batch, w.next = batch, 0
	}
	return w.batch[w.next], true
}

// find returns the row of an id, if the walk comes or came past it.
func (w *rowWalk) find(id int64) (walkedRow, bool) {
	for w.done < id {
		row, ok := w.peek()
		if !ok || row.id > id {
			break
		}
		w.next++
		w.done = row.id
		switch {
		case row.id == id:
			return row, true
		case w.before[row.id]:
			delete(w.before, row.id)
		case len(w.early) < earlyMax:
			w.early[row.id] = row
		default:
			w.skipped = true
		}
	}
	row, ok := w.early[id]
	delete(w.early, id)
	return row, ok
}

// row compares a leaf with its row.
func (x *verifying) row(ctx context.Context, named int64, leaf [32]byte) error {
	table, id := postgres.LogRow(named)
	w, at := x.tables[table], x.tree.Size()
	x.report.Rows++
	found, ok := w.find(id)
	if w.failed != nil && w.ended {
		return w.failed
	}
	w.to = max(w.to, id)
	if !ok { // it was let go, met before, or it is gone
		var text []byte
		err := x.extra.Row(ctx, table, id, func(columns [][]byte) (err error) {
			text, err = Canonical(nil, table, columns)
			return err
		})
		switch {
		case routing.FaultOf(err) == routing.NotFound:
			x.found(RowMissing, table, id, at, "the row of leaf %d is gone: %s %d", at, table, id)
			return nil
		case err != nil:
			return err
		case !w.skipped:
			x.found(RowTwice, table, id, at, "leaf %d is one more leaf of %s %d", at, table, id)
		}
		found.hash = Leaf(text)
	}
	if found.hash != leaf {
		x.found(RowAltered, table, id, at, "%s %d is not what was sealed as leaf %d", table, id, at)
	}
	return nil
}

func (x *verifying) found(kind FindingKind, table postgres.LogTable, id, leaf int64, format string, values ...any) {
	x.findings.row(kind, table, id, leaf, format, values...)
}

// end looks at the rows that no leaf is of. What was written a moment ago may wait
// for the sealer, unless the log says that it is done with such ids.
func (w *rowWalk) end(ctx context.Context, x *verifying) error {
	below := x.last.EventsBelow
	if w.table == postgres.LogJournal {
		below = x.last.JournalBelow
	}
	tell := func(id int64, at time.Time) {
		if id <= below || at.IsZero() || x.now.Sub(at) > unsealedAfter {
			x.found(RowUnsealed, w.table, id, -1, "%s %d of %s was never sealed", w.table, id, at.Format(time.RFC3339))
		}
	}
	for id, row := range w.early {
		tell(id, row.at)
	}
	for {
		row, ok := w.peek()
		if !ok {
			break
		}
		w.next++
		if !w.before[row.id] {
			tell(row.id, row.at)
		}
	}
	if w.failed != nil || !w.skipped {
		return w.failed
	}
	ids, err := x.extra.Unsealed(ctx, w.table, keptFindings)
	for _, id := range ids {
		x.found(RowUnsealed, w.table, id, -1, "%s %d was never sealed", w.table, id)
	}
	return err
}
