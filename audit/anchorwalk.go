package audit

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"time"

	"congvan/postgres"

	"golang.org/x/mod/sumdb/note"
)

// anchorWalk goes through the anchors beside the log.
type anchorWalk struct {
	x       *verifying
	next    func() (Anchor, error, bool)
	stopped func()
	bases   []lossAt // of losses that were accepted, in the order of the anchors

	now    Anchor // the one to come; Size -1: none
	number int    // of it
	prev   string // SHA-256 of the anchor before; empty: not known
	books  map[postgres.BookMark]int
	marks  []postgres.BookMark
	good   Anchor // the last that agreed
	bad    int64  // how many did not
	newest Anchor
}

// lossAt says that the anchors before it count up to a size only.
type lossAt struct {
	number int
	size   int64
}

// newAnchorWalk reads the anchors twice: what was given up has to be known first.
func newAnchorWalk(x *verifying, marks []postgres.BookMark) (*anchorWalk, error) {
	w := &anchorWalk{x: x, marks: marks, books: map[postgres.BookMark]int{}, now: Anchor{Head: Head{Size: -1}}}
	number := 0
	err := x.Anchors.Each(false, func(a Anchor, _ error) error {
		if number++; a.Loss != nil {
			w.bases = append(w.bases, lossAt{number, a.Size})
			x.report.Losses = append(x.report.Losses, fmt.Sprintf("%s, at %s: %d entries were anchored and %d are left", a.Place, a.At.Format(time.RFC3339), a.Loss.Size, a.Size))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	w.next, w.stopped = iter.Pull2(func(yield func(Anchor, error) bool) {
		stop := errors.New("stop")
		err := x.Anchors.Each(false, func(a Anchor, bad error) error {
			if !yield(a, bad) {
				return stop
			}
			return nil
		})
		if err != nil && !errors.Is(err, stop) {
			yield(Anchor{}, err)
		}
	})
	w.advance()
	return w, nil
}

func (w *anchorWalk) stop() { w.stopped() }

// advance goes to the next anchor that counts, and looks at what it is by itself.
func (w *anchorWalk) advance() {
	for {
		a, bad, ok := w.next()
		w.number++
		w.now = a
		if !ok {
			w.now.Size = -1
			return
		}
		if a.Size >= w.x.report.Since || bad != nil {
			w.x.report.Anchors++
			w.signature(a)
		}
		if bad != nil {
			w.x.tell(AnchorSignature, a.Size, "%s: %v", a.Place, bad)
			w.prev = ""
			continue
		}
		if w.prev != "" && a.Prev != w.prev || w.prev == "" && w.number == 1 && a.Prev != "none" {
			w.x.tell(AnchorChain, a.Size, "%s: the anchor before it is not the one that it names", a.Place)
		}
		sum := sha256.Sum256([]byte(a.text))
		w.prev = hex.EncodeToString(sum[:])
		for _, b := range a.Books {
			w.books[book(b)] = max(w.books[book(b)], b.Last)
		}
		if w.counts(a) {
			w.newest = a
			return
		}
	}
}

// signature is checked beside all else. What is no anchor at all is told already.
func (w *anchorWalk) signature(a Anchor) {
	if a.signed == "" {
		return
	}
	w.x.signed.Go(func() error {
		if _, err := note.Open([]byte(a.signed), w.x.Anchors.Keys); err != nil {
			w.x.tell(AnchorSignature, a.Size, "%s: %v", a.Place, err)
		}
		return nil
	})
}

// counts says whether no loss after the anchor has given up what it knows.
func (w *anchorWalk) counts(a Anchor) bool {
	for _, loss := range w.bases {
		if loss.number > w.number && a.Size > loss.size {
			return false
		}
	}
	return true
}

// at compares the anchors of a size with the tree of that size.
func (w *anchorWalk) at(size int64, tree *Tree) {
	for w.now.Size >= 0 && w.now.Size <= size {
		switch a := w.now; {
		case a.Size < size:
			if a.Size >= w.x.report.Since {
				w.x.tell(AnchorChain, a.Size, "%s: an anchor of %d entries after one of more", a.Place, a.Size)
			}
		case a.Root != tree.Root():
			if w.bad++; w.bad == 1 {
				w.x.tell(AnchorDiffers, size-1, "the past was rewritten: from %s on (%s, %d entries) the log is not what it was; the last anchor that agrees is %s (%d entries)",
					a.Place, a.At.Format(time.RFC3339), a.Size, orNone(w.good.Place), w.good.Size)
			}
		default:
			w.good = a
		}
		w.advance()
	}
}

func orNone(place string) string {
	if place == "" {
		return "none"
	}
	return place
}

// anchoredWithin is how long after its sealing a head has to be anchored.
const anchoredWithin = time.Minute

// end looks at the anchors that the log does not reach, and at the books.
func (w *anchorWalk) end() error {
	x := w.x
	if first := w.now; first.Size >= 0 {
		n := 1
		for w.advance(); w.now.Size >= 0; w.advance() {
			n++
		}
		x.tell(AnchorAhead, x.tree.Size(), "the end of the log is gone: it has %d entries, and %d anchors from %s on (%s) know more, %d at last",
			x.tree.Size(), n, first.Place, first.At.Format(time.RFC3339), w.newest.Size)
	}
	if w.newest.Size < x.tree.Size() && x.now.Sub(x.last.SealedAt) > anchoredWithin {
		x.tell(AnchorBehind, -1, "the newest anchor knows %d entries of %d; the head of %s was never anchored", max(w.newest.Size, 0), x.tree.Size(), x.last.SealedAt.UTC().Format(time.RFC3339))
	}
	for _, m := range missed(w.books, w.marks) {
		x.tell(BookBehind, -1, "book %s %s %d: numbers %d to %d were given, and it does not know them", m.UnitID, m.Direction, m.Year, m.From, m.Last)
	}
	return nil
}

// dayOld is the newest anchor that is at least a day old and that still counts; a
// loss that was accepted since; the zero Anchor if there is neither.
func (a *Anchors) dayOld(now time.Time) (found Anchor, err error) {
	names, err := a.files()
	for i := len(names) - 1; i >= 0 && err == nil && found.text == ""; i-- {
		err = a.eachOf(names[i], true, func(x Anchor, bad error) error {
			if bad == nil && (x.Loss != nil || now.Sub(x.At) >= 24*time.Hour) {
				found = x
			}
			return nil
		})
	}
	return found, err
}
