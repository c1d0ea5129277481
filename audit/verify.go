package audit

import (
	"context"
	"errors"
	"fmt"
	"time"

	"congvan/postgres"

	"golang.org/x/sync/errgroup"
)

// Verifier checks all that the log can tell.
type Verifier struct {
	Record      *postgres.Store
	Anchors     *Anchors // with the public keys
	Files       Files    // nil: attachments are not looked at
	SinceAnchor bool     // only what was sealed since the newest anchor that is a day old
	SkipStates  bool
	Now         func() time.Time // nil: the machine's clock
}

// Files reads the content of an attachment by its SHA-256 in hex.
type Files interface {
	Sum(ctx context.Context, key string) (sum [32]byte, size int64, err error)
}

// ErrNoFile says that there is no content under a name.
var ErrNoFile = errors.New("audit: no such file")

// Report is what Verify says.
type Report struct {
	Leaves   int64               `json:"leaves"` // of the log
	Since    int64               `json:"since"`  // leaves before are taken from the anchor
	Root     string              `json:"root"`
	Rows     int64               `json:"rows"` // compared
	Anchors  int64               `json:"anchors"`
	Files    int64               `json:"files"`
	Losses   []string            `json:"losses,omitempty"` // accepted before
	Seconds  float64             `json:"seconds"`
	Findings []Finding           `json:"findings"`
	Count    map[FindingKind]int `json:"count,omitempty"` // of findings by kind, also those that are not listed
}

// OK says that everything is as it should be.
func (r Report) OK() bool { return len(r.Findings) == 0 }

// verifying is one check under way.
type verifying struct {
	Verifier
	findings
	report Report
	now    time.Time
	signed errgroup.Group // signatures, checked beside all else

	tree    Tree
	anchors *anchorWalk
	tables  map[postgres.LogTable]*rowWalk
	nodes   nodeCheck
	last    postgres.LogRun // the run before
	extra   postgres.LogReader
}

// unsealedAfter is how old a row may be that is not sealed.
const unsealedAfter = time.Minute

// Verify reads the whole log, the rows that it is of and the anchors, in constant
// memory and at one instant. What it finds stands in the report; the error says
// that it could not be checked.
func (v Verifier) Verify(ctx context.Context) (Report, error) {
	began := time.Now()
	x := &verifying{Verifier: v, now: time.Now().UTC()}
	if v.Now != nil {
		x.now = v.Now().UTC()
	}
	x.signed.SetLimit(4)
	err := v.Record.ReadLog(ctx, func(runs postgres.LogReader) error {
		return runs.Beside(ctx, func(extra postgres.LogReader) error {
			x.extra = extra
			if err := x.log(ctx, runs); err != nil || v.SinceAnchor {
				return err
			}
			return x.invariants(ctx, runs)
		})
	})
	err = errors.Join(err, x.signed.Wait())
	x.report.Leaves, x.report.Root = x.tree.Size(), encodeHash(x.tree.Root())
	x.report.Findings, x.report.Count = x.sorted(), x.count
	x.report.Seconds = time.Since(began).Seconds()
	return x.report, err
}

// log checks the log against its rows and its anchors.
func (x *verifying) log(ctx context.Context, runs postgres.LogReader) error {
	base, err := x.begin(ctx)
	if err != nil {
		return err
	}
	defer x.anchors.stop()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	x.tables = map[postgres.LogTable]*rowWalk{}
	for _, table := range logTables {
		w, err := newRowWalk(ctx, runs, table, base)
		if err != nil {
			return err
		}
		defer w.stop()
		x.tables[table] = w
	}
	x.anchorsAt()
	if err := runs.Runs(ctx, base.Size, func(run postgres.LogRun, after int64) error { return x.run(ctx, run, after) }); err != nil {
		return err
	}
	return x.end(ctx)
}

// begin finds out where to begin: at nothing, or at the anchor that is a day old.
func (x *verifying) begin(ctx context.Context) (base postgres.LogRun, err error) {
	if strange, err := x.extra.StrangeColumns(ctx); err != nil {
		return base, err
	} else if len(strange) > 0 {
		x.tell(ColumnStrange, -1, "columns that the log does not cover: %v", strange)
	}
	if x.SinceAnchor {
		if base, err = x.since(ctx); err != nil {
			return base, err
		}
	}
	marks, err := x.extra.BookMarks(ctx)
	if err == nil {
		x.anchors, err = newAnchorWalk(x, marks)
	}
	return base, err
}

// since is the run of the anchor that is a day old; the zero run if there is none,
// or if the log is not what that anchor says.
func (x *verifying) since(ctx context.Context) (postgres.LogRun, error) {
	from, err := x.Anchors.dayOld(x.now)
	if err != nil || from.Size == 0 {
		return postgres.LogRun{}, err
	}
	base, err := x.extra.RunAt(ctx, from.Size)
	if err == nil {
		x.tree, err = treeOf(from.Size, nodesOf(ctx, x.extra))
	}
	if err != nil || x.tree.Root() != from.Root {
		x.tell(AnchorDiffers, from.Size, "%s (%s, %d entries) is not what the log was; verify all of it (%v)", from.Place, from.At.Format(time.RFC3339), from.Size, err)
		x.tree = Tree{}
		return postgres.LogRun{}, nil
	}
	x.report.Since, x.last = from.Size, base
	return base, nil
}

// run checks one run of the sealer.
func (x *verifying) run(ctx context.Context, run postgres.LogRun, after int64) error {
	first := x.tree.Size()
	if after != first || len(run.Hashes) != 32*len(run.IDs) || run.Size != first+int64(len(run.IDs)) {
		x.tell(RunBroken, first, "run %d follows %d with %d rows and %d hashes, not %d", run.Size, after, len(run.IDs), len(run.Hashes)/32, first)
	}
	for at, leaf := range run.IDs {
		if len(run.Hashes) < 32*at+32 {
			break
		}
		hash := [32]byte(run.Hashes[32*at:])
		if err := x.row(ctx, leaf, hash); err != nil {
			return err
		}
		if err := x.tree.Add(hash, func(n postgres.LogNode) error { return x.nodes.add(ctx, x, n) }); err != nil {
			return err
		}
		x.anchorsAt()
	}
	x.marks(run, first)
	x.last = run
	x.head(run)
	return nil
}

// marks checks what a run says about how far the log has come.
func (x *verifying) marks(run postgres.LogRun, first int64) {
	events, journal := x.tables[postgres.LogEvents].to, x.tables[postgres.LogJournal].to
	if run.EventsTo != events || run.JournalTo != journal || run.EventsBelow > events || run.JournalBelow > journal ||
		run.EventsBelow < x.last.EventsBelow || run.JournalBelow < x.last.JournalBelow {
		x.tell(RunBroken, first, "run %d names %d and %d as its highest ids, and %d and %d as done", run.Size, run.EventsTo, run.JournalTo, run.EventsBelow, run.JournalBelow)
	}
}

// head checks the signed head of a run, its signature beside all else.
func (x *verifying) head(run postgres.LogRun) {
	want := Head{Size: x.tree.Size(), Root: x.tree.Root(), At: run.SealedAt.UTC()}
	x.signed.Go(func() error {
		switch h, err := OpenHead(run.Head, x.Anchors.Keys); {
		case err != nil:
			x.tell(HeadSignature, want.Size-1, "the head of run %d: %v", run.Size, err)
		case h.Size != want.Size || h.Root != want.Root:
			x.tell(HeadDiffers, want.Size-1, "the signed head of run %d (%d entries, root %s) is not that of its leaves (%d, %s)",
				run.Size, h.Size, encodeHash(h.Root), want.Size, encodeHash(want.Root))
		case !h.At.Equal(want.At):
			x.tell(HeadDiffers, want.Size-1, "run %d says that it was sealed at %s, its head at %s", run.Size, want.At.Format(instantForm), h.At.Format(instantForm))
		}
		return nil
	})
}

// end checks what is left when all leaves were read.
func (x *verifying) end(ctx context.Context) error {
	if err := x.nodes.end(ctx, x); err != nil {
		return err
	}
	for _, table := range logTables {
		if err := x.tables[table].end(ctx, x); err != nil {
			return err
		}
	}
	return x.anchors.end()
}

// nodeCheck compares the kept nodes with those that the leaves make.
type nodeCheck struct {
	made  []postgres.LogNode
	count int64
}

const nodesAtOnce = 1000

func (c *nodeCheck) add(ctx context.Context, x *verifying, n postgres.LogNode) error {
	c.made = append(c.made, n)
	c.count++
	if len(c.made) < nodesAtOnce {
		return nil
	}
	return c.compare(ctx, x)
}

func (c *nodeCheck) compare(ctx context.Context, x *verifying) error {
	ids := make([]int64, len(c.made))
	for i, n := range c.made {
		ids[i] = n.ID
	}
	kept, err := x.extra.Nodes(ctx, ids)
	if err != nil {
		return err
	}
	for _, n := range c.made {
		if hash, ok := kept[n.ID]; !ok {
			x.tell(NodeDiffers, x.tree.Size(), "node %d is missing", n.ID)
		} else if hash != n.Hash {
			x.tell(NodeDiffers, x.tree.Size(), "node %d is not what its leaves make", n.ID)
		}
	}
	c.made = c.made[:0]
	return nil
}

func (c *nodeCheck) end(ctx context.Context, x *verifying) error {
	if err := c.compare(ctx, x); err != nil || x.report.Since > 0 {
		return err
	}
	if n, err := x.extra.CountNodes(ctx); err != nil {
		return err
	} else if n > c.count {
		x.tell(NodeDiffers, -1, "%d nodes are kept that no leaves make", n-c.count)
	}
	return nil
}

func (x *verifying) anchorsAt() { x.anchors.at(x.tree.Size(), &x.tree) }

// Text is the report for people.
func (r Report) Text() string {
	out := fmt.Sprintf("log: %d entries, root %s; %d rows compared, %d anchors, %d files, %.1f s\n", r.Leaves, r.Root, r.Rows, r.Anchors, r.Files, r.Seconds)
	if r.Since > 0 {
		out += fmt.Sprintf("the first %d entries are those of an anchor; their rows were not read\n", r.Since)
	}
	for _, text := range r.Losses {
		out += "accepted before: " + text + "\n"
	}
	for _, f := range r.Findings {
		out += f.String() + "\n"
	}
	for kind, n := range r.Count {
		if n > keptFindings {
			out += fmt.Sprintf("%s: %d in all\n", kind, n)
		}
	}
	if r.OK() {
		out += "everything is as it was written\n"
	}
	return out
}
