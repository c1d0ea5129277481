package audit

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"congvan/postgres"

	"golang.org/x/mod/sumdb/note"
)

// Sealer appends what was written to events and journal to the log, signs its
// head and anchors it. It takes no part in any act: what it has not come to yet
// is sealed a second later. Several may run; one at a time seals.
type Sealer struct {
	Record  *postgres.Store
	Key     note.Signer
	Anchors *Anchors
	Log     *slog.Logger
	Now     func() time.Time // nil: the machine's clock

	known *standing // what the last step left; nil: read it anew
}

const (
	sealEvery   = time.Second
	sealPause   = 5 * time.Second // after a failure
	sealedAtMax = 10_000          // rows in one run
	// lateAfter is how long an id that was left out is waited for: the numbers are
	// given before the commit.
	lateAfter = 2 * time.Minute
)

// standing is how far the log has come.
type standing struct {
	tree     Tree
	tables   [2]progress // events, journal
	anchored int64       // the size of the newest anchor
}

var logTables = [2]postgres.LogTable{postgres.LogEvents, postgres.LogJournal}

// progress is how far the log has come in one table.
type progress struct {
	to   int64 // the highest id in the log
	gaps []gap // ids below it that are not, and may still come
}

// gap are ids that were given, as it seems, and not seen committed.
type gap struct {
	postgres.IDRange
	seen time.Time
	next int64 // the first transaction that had not begun then
}

// below is the id up to which nothing is waited for any more.
func (p progress) below() int64 {
	if len(p.gaps) > 0 {
		return p.gaps[0].From - 1
	}
	return p.to
}

func (s *Sealer) now() time.Time {
	if s.Now != nil {
		return s.Now().UTC().Truncate(time.Microsecond)
	}
	return time.Now().UTC().Truncate(time.Microsecond)
}

// Run seals until ctx ends.
func (s *Sealer) Run(ctx context.Context) {
	for ctx.Err() == nil {
		sealed, err := s.Seal(ctx)
		pause := sealEvery
		switch {
		case ctx.Err() != nil:
			return
		case errors.Is(err, postgres.ErrSealing):
		case err != nil:
			s.Log.Error("not sealed", "error", postgres.WithoutContent(err))
			pause = sealPause
		case sealed >= sealedAtMax:
			continue
		}
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
		case <-timer.C:
		}
		timer.Stop()
	}
}

// Seal makes one run of the log of what is new, and says of how many rows.
// postgres.ErrSealing if another process is at it; *Loss if the record has lost
// what its anchors know.
func (s *Sealer) Seal(ctx context.Context) (sealed int, err error) {
	if k := s.known; k != nil && k.anchored == k.tree.Size() && len(k.tables[0].gaps)+len(k.tables[1].gaps) == 0 {
		news, err := s.Record.LogNews(ctx, k.tables[0].to, k.tables[1].to)
		if err != nil || !news {
			return 0, err
		}
	}
	release, err := s.Anchors.hold()
	if err != nil {
		return 0, err
	}
	defer release()
	var next *standing
	var head Head
	err = s.Record.Sealing(ctx, func(l postgres.LogTx) (err error) {
		next, err = s.standing(ctx, l)
		if err == nil {
			head, sealed, err = s.seal(ctx, l, next)
		}
		return err
	})
	if s.known = nil; err != nil { // also after a commit whose answer was lost
		return 0, err
	}
	if next.anchored < next.tree.Size() {
		if sealed == 0 { // sealed before, by a process that did not come to anchor it
			if head, err = s.lastHead(ctx); err != nil {
				return 0, err
			}
		}
		marks, err := s.Record.BookMarks(ctx)
		if err == nil {
			err = s.Anchors.Append(head, marks, s.Key)
		}
		if err != nil {
			return sealed, err
		}
		next.anchored = head.Size
	}
	s.known = next
	return sealed, nil
}

func (s *Sealer) lastHead(ctx context.Context) (Head, error) {
	last, err := s.Record.LogLast(ctx)
	if err != nil {
		return Head{}, err
	}
	v, err := verifierOf(s.Key, s.Anchors.Keys)
	if err != nil {
		return Head{}, err
	}
	return OpenHead(last.Head, v)
}

// standing is what the step before left, if nobody else has sealed since;
// otherwise it is read, and checked against the anchors.
func (s *Sealer) standing(ctx context.Context, l postgres.LogTx) (*standing, error) {
	last, err := l.Last(ctx)
	if err != nil {
		return nil, err
	}
	if s.known != nil && s.known.tree.Size() == last.Size {
		return s.known.clone(), nil
	}
	out := &standing{}
	if out.tree, err = treeOf(last.Size, nodesOf(ctx, l)); err != nil {
		return nil, err
	}
	if out.anchored, err = s.Anchors.check(ctx, s.Record, l, last.Size); err != nil {
		return nil, err
	}
	_, next, err := l.Transactions(ctx)
	if err != nil {
		return nil, err
	}
	for i, to := range []int64{last.EventsTo, last.JournalTo} {
		below := []int64{last.EventsBelow, last.JournalBelow}[i]
		ids, err := l.SealedAbove(ctx, logTables[i], below)
		if err != nil {
			return nil, err
		}
		p := progress{to: below}
		for _, id := range ids {
			p.reached(id, s.now())
		}
		p.to = max(p.to, to)
		p.stamp(next)
		out.tables[i] = p
	}
	return out, nil
}

func (s *standing) clone() *standing {
	out := *s
	for i := range out.tables {
		out.tables[i].gaps = append([]gap(nil), s.tables[i].gaps...)
	}
	return &out
}

// reached notes that an id above all others is there.
func (p *progress) reached(id int64, now time.Time) {
	if id > p.to+1 {
		p.gaps = append(p.gaps, gap{IDRange: postgres.IDRange{From: p.to + 1, To: id - 1}, seen: now})
	}
	p.to = max(p.to, id)
}

// stamp notes for new gaps which transactions may still fill them.
func (p *progress) stamp(next int64) {
	for i := range p.gaps {
		if p.gaps[i].next == 0 {
			p.gaps[i].next = next
		}
	}
}

// forget drops the gaps that nothing can fill any more: their transactions were
// rolled back. oldest is the oldest transaction that is under way.
func (p *progress) forget(oldest int64, now time.Time) {
	var still []gap
	for _, g := range p.gaps {
		if g.next > oldest || now.Sub(g.seen) < lateAfter {
			still = append(still, g)
		}
	}
	p.gaps = still
}

// fill takes found ids, in their order, out of a gap.
func (g gap) fill(found []int64) (left []gap) {
	from := g.From
	for _, id := range append(found, g.To+1) {
		if id > from {
			left = append(left, gap{postgres.IDRange{From: from, To: id - 1}, g.seen, g.next})
		}
		from = id + 1
	}
	return left
}

// seal adds a run of the rows that are new to the log that next describes.
func (s *Sealer) seal(ctx context.Context, l postgres.LogTx, next *standing) (Head, int, error) {
	oldest, _, err := l.Transactions(ctx) // before the rows are read
	if err != nil {
		return Head{}, 0, err
	}
	run := postgres.LogRun{}
	var nodes []postgres.LogNode
	for i, table := range logTables {
		if err := s.take(ctx, l, table, &next.tables[i], &next.tree, &run, &nodes); err != nil {
			return Head{}, 0, err
		}
		next.tables[i].forget(oldest, s.now())
	}
	_, following, err := l.Transactions(ctx)
	if err != nil || len(run.IDs) == 0 {
		return Head{}, 0, err
	}
	for i := range next.tables {
		next.tables[i].stamp(following)
	}
	head := Head{Size: next.tree.Size(), Root: next.tree.Root(), At: s.now()}
	events, journal := next.tables[0], next.tables[1]
	run.Size, run.SealedAt = head.Size, head.At
	run.EventsBelow, run.EventsTo, run.JournalBelow, run.JournalTo = events.below(), events.to, journal.below(), journal.to
	if run.Head, err = sign(head.text(), s.Key); err != nil {
		return Head{}, 0, err
	}
	return head, len(run.IDs), l.Add(ctx, run, nodes)
}

// take adds the new rows of one table to a run: first those that came late.
func (s *Sealer) take(ctx context.Context, l postgres.LogTx, table postgres.LogTable, p *progress, tree *Tree, run *postgres.LogRun, nodes *[]postgres.LogNode) error {
	var text []byte
	var found []int64
	add := func(id int64, columns [][]byte) (err error) {
		if text, err = Canonical(text[:0], table, columns); err != nil {
			return err
		}
		leaf := Leaf(text)
		run.IDs, run.Hashes = append(run.IDs, table.Leaf(id)), append(run.Hashes, leaf[:]...)
		found = append(found, id)
		return tree.Add(leaf, func(n postgres.LogNode) error { *nodes = append(*nodes, n); return nil })
	}
	gaps := p.gaps
	p.gaps = nil
	for i, g := range gaps {
		room := sealedAtMax - len(run.IDs)
		if room <= 0 {
			p.gaps = append(p.gaps, gaps[i:]...)
			return nil
		}
		found = nil
		if _, err := l.Rows(ctx, table, g.IDRange, room, add); err != nil {
			return err
		}
		p.gaps = append(p.gaps, g.fill(found)...)
	}
	if room := sealedAtMax - len(run.IDs); room > 0 {
		found = nil
		if _, err := l.Rows(ctx, table, postgres.IDRange{From: p.to + 1, To: 1<<63 - 1}, room, add); err != nil {
			return err
		}
		for _, id := range found {
			p.reached(id, s.now())
		}
	}
	return nil
}

// verifierOf are the known keys, or the one that signs.
func verifierOf(key note.Signer, keys note.Verifiers) (note.Verifiers, error) {
	if keys == nil {
		return nil, errors.New("audit: no public key")
	}
	_, err := keys.Verifier(key.Name(), key.KeyHash())
	return keys, err
}
