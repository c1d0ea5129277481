package audit

import (
	"cmp"
	"fmt"
	"slices"
	"sync"

	"congvan/postgres"
)

// FindingKind names what verify has found.
type FindingKind string

// What verify may find.
const (
	RowAltered      FindingKind = "row-altered"      // a row is not what was sealed
	RowMissing      FindingKind = "row-missing"      // a sealed row is gone
	RowUnsealed     FindingKind = "row-unsealed"     // a row that should be in the log is not
	RowTwice        FindingKind = "row-twice"        // a row is sealed as two leaves
	ColumnStrange   FindingKind = "column-strange"   // a column that no canonical form has
	RunBroken       FindingKind = "run-broken"       // a run does not follow the one before, or is not whole
	HeadSignature   FindingKind = "head-signature"   // broken, or of a key that is not known
	HeadDiffers     FindingKind = "head-differs"     // a signed head is not that of the leaves before it
	NodeDiffers     FindingKind = "node-differs"     // a kept node is not what its leaves make
	AnchorSignature FindingKind = "anchor-signature" // broken, of an unknown key, or no anchor at all
	AnchorChain     FindingKind = "anchor-chain"     // an anchor before it was taken out or moved
	AnchorAhead     FindingKind = "anchor-ahead"     // the log is shorter than it was: its tail is gone
	AnchorDiffers   FindingKind = "anchor-differs"   // the log is not what it was: its past was rewritten
	AnchorBehind    FindingKind = "anchor-behind"    // the newest head was never anchored
	BookBehind      FindingKind = "book-behind"      // a book has forgotten numbers that were anchored
	NumberGap       FindingKind = "number-gap"       // the numbers of a book are not 1 to N (INV-3)
	NumberAstray    FindingKind = "number-astray"    // a number and its event do not agree (INV-3)
	TakenTwice      FindingKind = "taken-twice"      // a share has two receipts (INV-5)
	FileMissing     FindingKind = "file-missing"     // no content for an attachment (INV-8)
	FileAltered     FindingKind = "file-altered"     // another content (INV-8)
	StateDiffers    FindingKind = "state-differs"    // a state that the events do not come to
)

// Finding is one thing that is not as it should be.
type Finding struct {
	Kind FindingKind `json:"kind"`
	// Table and ID name the row; Leaf its place in the log, -1: none.
	Table postgres.LogTable `json:"table,omitempty"`
	ID    int64             `json:"id,omitempty"`
	Leaf  int64             `json:"leaf"`
	Text  string            `json:"text"` // for people
}

func (f Finding) String() string { return fmt.Sprintf("%s: %s", f.Kind, f.Text) }

// keptFindings is how many findings of one kind are told one by one.
const keptFindings = 20

// findings are gathered from several hands.
type findings struct {
	mu    sync.Mutex
	list  []Finding
	count map[FindingKind]int
}

func (f *findings) add(x Finding) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.count == nil {
		f.count = map[FindingKind]int{}
	}
	if f.count[x.Kind]++; f.count[x.Kind] <= keptFindings {
		f.list = append(f.list, x)
	}
}

func (f *findings) row(kind FindingKind, table postgres.LogTable, id, leaf int64, format string, values ...any) {
	f.add(Finding{Kind: kind, Table: table, ID: id, Leaf: leaf, Text: fmt.Sprintf(format, values...)})
}

func (f *findings) tell(kind FindingKind, leaf int64, format string, values ...any) {
	f.add(Finding{Kind: kind, Leaf: leaf, Text: fmt.Sprintf(format, values...)})
}

// sorted are the findings, the first place in the log first.
func (f *findings) sorted() []Finding {
	slices.SortStableFunc(f.list, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(uint64(a.Leaf), uint64(b.Leaf)), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID)) //nolint:gosec // -1 comes last
	})
	return f.list
}
