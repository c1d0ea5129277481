package audit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"congvan/postgres"
	"congvan/routing"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Loss says that the record is behind its anchors, or not what they say it was: an
// older backup, a tail that was cut off, a past that was rewritten.
type Loss struct {
	Anchored  Anchor
	Size      int64 // of the log in the record
	Rewritten bool  // the log is long enough, but another one
	Numbers   []NumbersMissed
}

// Error is a sentence for the administrator.
func (l *Loss) Error() string {
	var b strings.Builder
	switch {
	case l.Anchored.Size > l.Size:
		fmt.Fprintf(&b, "the record has lost entries: its log has %d, its anchor of %s says %d", l.Size, l.Anchored.At.Format(time.RFC3339), l.Anchored.Size)
	case l.Rewritten:
		fmt.Fprintf(&b, "the record was rewritten: its first %d entries are not those of the anchor of %s", l.Anchored.Size, l.Anchored.At.Format(time.RFC3339))
	default:
		b.WriteString("the record has lost numbers of its books")
	}
	for i, n := range l.Numbers {
		if i == 3 {
			fmt.Fprintf(&b, "; and %d more books", len(l.Numbers)-i)
			break
		}
		fmt.Fprintf(&b, "; book %s %s %d: numbers %d to %d", n.UnitID, n.Direction, n.Year, n.From, n.Last)
	}
	b.WriteString(". Restore the newest backup; if there is none, `congvan verify --accept-loss` writes down that this is lost and lets work go on")
	return b.String()
}

// Check compares the record with its newest anchor: *Loss if the record lost what
// the anchor knows. Where there are no anchors there is nothing to compare.
func (a *Anchors) Check(ctx context.Context, record *postgres.Store) error {
	last, err := record.LogLast(ctx)
	if err != nil {
		return err
	}
	_, err = a.check(ctx, record, stored{record}, last.Size)
	return err
}

// check returns the size of the newest anchor.
func (a *Anchors) check(ctx context.Context, record *postgres.Store, log kept, size int64) (int64, error) {
	last, books, err := a.newest()
	if err != nil || last.text == "" {
		return 0, err
	}
	marks, err := record.BookMarks(ctx)
	if err != nil {
		return 0, err
	}
	loss := &Loss{Anchored: last, Size: size, Numbers: missed(books, marks)}
	if last.Size <= size {
		root, err := rootAt(ctx, log, last.Size)
		if err != nil {
			return 0, err
		}
		loss.Rewritten = root != last.Root
	}
	if last.Size > size || loss.Rewritten || len(loss.Numbers) > 0 {
		return 0, loss
	}
	return last.Size, nil
}

// missed are the numbers that were anchored and that the books do not have.
func missed(anchored map[postgres.BookMark]int, marks []postgres.BookMark) (out []NumbersMissed) {
	have := map[postgres.BookMark]int{}
	for _, m := range marks {
		have[book(m)] = m.Last
	}
	for b, last := range anchored {
		if have[b] < last {
			from := have[b] + 1
			b.Last = last
			out = append(out, NumbersMissed{b, from})
		}
	}
	slices.SortFunc(out, func(x, y NumbersMissed) int {
		return strings.Compare(fmt.Sprint(x.UnitID, x.Direction, x.Year), fmt.Sprint(y.UnitID, y.Direction, y.Year))
	})
	return out
}

func rootAt(ctx context.Context, log kept, size int64) (tlog.Hash, error) {
	tree, err := treeOf(size, nodesOf(ctx, log))
	if err != nil {
		return tlog.Hash{}, err
	}
	return tree.Root(), nil
}

// ErrNoLoss says that there is no loss to accept.
var ErrNoLoss = errors.New("nothing is lost: the record is what its newest anchor says")

// AcceptLoss writes down that what the anchors know and the record does not is
// given up: in the journal, and in the anchors, signed. The books go on behind
// the last number that was ever anchored, so that no number is given twice.
func (a *Anchors) AcceptLoss(ctx context.Context, record *postgres.Store, key note.Signer, now time.Time) (*Loss, error) {
	now = now.UTC().Truncate(time.Microsecond)
	release, err := a.hold()
	if err != nil {
		return nil, err
	}
	defer release()
	var loss *Loss
	if err := a.Check(ctx, record); err == nil {
		return nil, ErrNoLoss
	} else if !errors.As(err, &loss) {
		return nil, err
	}
	base, err := a.shared(ctx, record, loss.Size)
	if err != nil {
		return nil, err
	}
	head := Head{At: now, Size: base}
	if head.Root, err = rootAt(ctx, stored{record}, base); err != nil {
		return nil, err
	}
	entry := routing.Entry{At: now, Kind: "loss-accepted", Outcome: routing.OutcomeDone, Subject: routing.Subject{Kind: routing.SubjectJournal},
		Details: map[string]any{"anchored": loss.Anchored.Size, "anchoredRoot": encodeHash(loss.Anchored.Root), "size": loss.Size, "shared": base,
			"numbers": loss.Numbers}, Origin: routing.Origin{Face: "command"}}
	marks := make([]postgres.BookMark, len(loss.Numbers))
	for i, n := range loss.Numbers {
		marks[i] = n.BookMark
	}
	if err := record.RaiseBooks(ctx, marks, entry); err != nil {
		return nil, err
	}
	all, err := record.BookMarks(ctx)
	if err == nil {
		err = a.append(Anchor{Head: head, Loss: &LossNote{Size: loss.Anchored.Size, Numbers: loss.Numbers}}, all, key)
	}
	return loss, err
}

// shared is the size of the newest anchor that the record still agrees with.
func (a *Anchors) shared(ctx context.Context, record *postgres.Store, size int64) (int64, error) {
	var heads []Head // in a rare command all of them may be in memory
	err := a.Each(false, func(x Anchor, bad error) error {
		if bad != nil {
			return fmt.Errorf("%s: %w", x.Place, bad)
		}
		if x.Loss != nil { // what lies beyond it was given up before
			heads = slices.DeleteFunc(heads, func(h Head) bool { return h.Size > x.Size })
		}
		if x.Size <= size {
			heads = append(heads, x.Head)
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	from, to := 0, len(heads) // the first that differs
	for from < to {
		middle := (from + to) / 2
		root, err := rootAt(ctx, stored{record}, heads[middle].Size)
		if err != nil {
			return 0, err
		}
		if root == heads[middle].Root {
			from = middle + 1
		} else {
			to = middle
		}
	}
	if from == 0 {
		return 0, nil
	}
	return heads[from-1].Size, nil
}
