package audit

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"congvan/postgres"
	"congvan/routing"

	"golang.org/x/mod/sumdb/note"
)

// anchorForm is the first line of a signed anchor.
const anchorForm = "congvan/anchor/1"

// anchorEnding is how the files of anchors end; one a day, named after it.
const anchorEnding = ".anchors"

// Anchor is a head of the log as it is kept outside of the database, with how
// far the books had come.
type Anchor struct {
	Head
	Prev  string              // SHA-256 of the text of the anchor before, in hex; "none": it is the first
	Books []postgres.BookMark // those that changed since the anchor before; in the first of a file all
	Loss  *LossNote           // it tells of a loss that the administrator accepted

	Place  string // file and line, for people
	text   string
	signed string
}

// LossNote says what was given up when the record had lost what its anchors knew.
// The head beside it is the newest that record and anchors shared.
type LossNote struct {
	Size    int64           // entries that the log had by its anchors
	Numbers []NumbersMissed // taken from the books, and lost
}

// NumbersMissed are numbers of a book from one to another, both in it.
type NumbersMissed struct {
	postgres.BookMark     // Last: the last of them
	From              int `json:"from"`
}

func (a Anchor) compose() string {
	var b strings.Builder
	b.WriteString(anchorForm + "\n" + a.lines())
	fmt.Fprintf(&b, "prev %s\n", a.Prev)
	for _, x := range a.Books {
		fmt.Fprintf(&b, "book %s %s %d %d\n", x.UnitID, x.Direction, x.Year, x.Last)
	}
	if a.Loss != nil {
		fmt.Fprintf(&b, "loss %d\n", a.Loss.Size)
		for _, x := range a.Loss.Numbers {
			fmt.Fprintf(&b, "lost %s %s %d %d %d\n", x.UnitID, x.Direction, x.Year, x.From, x.Last)
		}
	}
	return b.String()
}

func parseAnchor(text string) (a Anchor, err error) {
	var rest string
	if a.Head, rest, err = parseHead(text, anchorForm); err != nil {
		return a, err
	}
	for line := range strings.Lines(rest) {
		f := strings.Fields(line)
		switch {
		case len(f) == 2 && f[0] == "prev":
			a.Prev = f[1]
		case len(f) == 2 && f[0] == "loss":
			a.Loss = &LossNote{}
			a.Loss.Size, err = strconv.ParseInt(f[1], 10, 64)
		case len(f) == 5 && f[0] == "book":
			var x postgres.BookMark
			x, err = parseMark(f[1:3], f[3], f[4])
			a.Books = append(a.Books, x)
		case len(f) == 6 && f[0] == "lost" && a.Loss != nil:
			var x NumbersMissed
			x.BookMark, err = parseMark(f[1:3], f[3], f[5])
			if err == nil {
				x.From, err = strconv.Atoi(f[4])
			}
			a.Loss.Numbers = append(a.Loss.Numbers, x)
		default:
			err = fmt.Errorf("audit: an anchor with the line %q", strings.TrimSpace(line))
		}
		if err != nil {
			return a, err
		}
	}
	if a.compose() != text {
		err = errors.New("audit: an anchor is written in another way than it is signed")
	}
	return a, err
}

func parseMark(book []string, year, last string) (x postgres.BookMark, err error) {
	x.UnitID, x.Direction = routing.ID(book[0]), book[1]
	if x.Year, err = strconv.Atoi(year); err == nil {
		x.Last, err = strconv.Atoi(last)
	}
	return x, err
}

// anchorLine is how an anchor stands in its file: one line of JSON.
type anchorLine struct {
	Note string `json:"note"`
}

// Anchors are the files of anchors in a folder, best on another disk.
type Anchors struct {
	Dir  string
	Keys note.Verifiers

	mu   sync.Mutex
	left anchored // by the last Append of this process
}

// anchored is what an Append left.
type anchored struct {
	name  string                    // of the file
	end   int64                     // of its content
	text  string                    // of the last anchor
	books map[postgres.BookMark]int // by book, Last being 0
}

func book(x postgres.BookMark) postgres.BookMark { x.Last = 0; return x }

// files are the names of the files, the oldest first. None: there are no anchors.
func (a *Anchors) files() ([]string, error) {
	names, err := filepath.Glob(filepath.Join(a.Dir, "*"+anchorEnding))
	slices.Sort(names)
	return names, err
}

// open checks the signature of a line and reads it.
func (a *Anchors) open(line []byte, check bool) (Anchor, error) {
	var l anchorLine
	if err := json.Unmarshal(line, &l); err != nil {
		return Anchor{}, fmt.Errorf("audit: an anchor that is no line of JSON")
	}
	text := l.Note
	if check {
		n, err := note.Open([]byte(l.Note), a.Keys)
		if err != nil {
			return Anchor{}, fmt.Errorf("audit: signature of an anchor: %w", err)
		}
		text = n.Text
	} else if at := strings.LastIndex(text, "\n\n"); at >= 0 {
		text = text[:at+1]
	}
	x, err := parseAnchor(text)
	x.text, x.signed = text, l.Note
	return x, err
}

// Each hands out all anchors, the oldest first, in constant memory. An anchor
// that is none, or whose signature is not right, comes with its error.
func (a *Anchors) Each(check bool, each func(Anchor, error) error) error {
	names, err := a.files()
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := a.eachOf(name, check, each); err != nil {
			return err
		}
	}
	return nil
}

func (a *Anchors) eachOf(name string, check bool, each func(Anchor, error) error) error {
	file, err := os.Open(name)
	if err != nil {
		return fmt.Errorf("audit: anchors: %w", err)
	}
	defer file.Close() //nolint:errcheck // it is only read
	in := bufio.NewReader(file)
	for n := 1; ; n++ {
		line, err := in.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return nil // what has no end was being written when the machine fell
		} else if err != nil {
			return fmt.Errorf("audit: anchors: %w", err)
		}
		x, bad := a.open(line, check)
		x.Place = fmt.Sprintf("%s:%d", filepath.Base(name), n)
		if err := each(x, bad); err != nil {
			return err
		}
	}
}

// newest reads the last file: its last anchor, and how far the books had come by
// all of it. The first anchor of a file names all books.
func (a *Anchors) newest() (last Anchor, books map[postgres.BookMark]int, err error) {
	names, err := a.files()
	books = map[postgres.BookMark]int{}
	for i := len(names) - 1; i >= 0 && err == nil && last.text == ""; i-- { // a file may be empty
		err = a.eachOf(names[i], false, func(x Anchor, bad error) error {
			last = x
			for _, b := range x.Books {
				books[book(b)] = max(books[book(b)], b.Last)
			}
			if bad != nil {
				return fmt.Errorf("%s: %w", x.Place, bad)
			}
			return nil
		})
	}
	return last, books, err
}

// Append adds a head of the log, and how far the books are now, to the file of its
// day, and waits until it is on the disk.
func (a *Anchors) Append(head Head, marks []postgres.BookMark, key note.Signer) error {
	return a.append(Anchor{Head: head}, marks, key)
}

func (a *Anchors) append(x Anchor, marks []postgres.BookMark, key note.Signer) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if err := os.MkdirAll(a.Dir, 0o700); err != nil {
		return fmt.Errorf("audit: anchors: %w", err)
	}
	left, err := a.standing()
	if err != nil {
		return err
	}
	name := filepath.Join(a.Dir, x.At.UTC().Format("2006-01-02")+anchorEnding)
	all := left.books == nil
	if left.name >= name {
		name = left.name // also when the clock went back
	} else {
		all = true // the first of a file names all books
	}
	x.Prev = "none"
	if left.text != "" {
		sum := sha256.Sum256([]byte(left.text))
		x.Prev = hex.EncodeToString(sum[:])
	}
	books := map[postgres.BookMark]int{}
	for _, m := range marks {
		if books[book(m)] = m.Last; all || left.books[book(m)] != m.Last {
			x.Books = append(x.Books, m)
		}
	}
	signed, err := sign(x.compose(), key)
	if err != nil {
		return err
	}
	line, err := json.Marshal(anchorLine{signed})
	if err != nil {
		return err
	}
	a.left = anchored{} // until it is written
	end, err := appendLine(name, line)
	if err == nil {
		a.left = anchored{name, end, x.compose(), books}
	}
	return err
}

// standing is what the last Append of this process left, or, where another has
// written since, what the files say; then without the books, so that all are named.
func (a *Anchors) standing() (anchored, error) {
	names, err := a.files()
	if err != nil || len(names) == 0 {
		return anchored{}, err
	}
	name := names[len(names)-1]
	info, err := os.Stat(name)
	if err != nil {
		return anchored{}, fmt.Errorf("audit: anchors: %w", err)
	}
	if a.left.name == name && a.left.end == info.Size() {
		return a.left, nil
	}
	last, _, err := a.newest()
	return anchored{name: name, text: last.text}, err
}

// appendLine adds a line to a file and waits for the disk. What an earlier write
// left unfinished is cut off first.
func appendLine(name string, line []byte) (end int64, err error) {
	file, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return 0, fmt.Errorf("audit: anchors: %w", err)
	}
	end, err = lastLineEnd(file)
	if err == nil {
		err = file.Truncate(end)
	}
	if err == nil {
		var n int
		n, err = file.WriteAt(append(line, '\n'), end)
		end += int64(n)
	}
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return 0, fmt.Errorf("audit: anchors: %w", err)
	}
	if dir, err := os.Open(filepath.Dir(name)); err == nil { // a new name has to last, too
		_ = dir.Sync() // not every file system can
		_ = dir.Close()
	}
	return end, nil
}

func lastLineEnd(file *os.File) (int64, error) {
	info, err := file.Stat()
	if err != nil {
		return 0, err
	}
	buf := make([]byte, 64<<10)
	for end := info.Size(); end > 0; {
		from := max(0, end-int64(len(buf)))
		n, err := file.ReadAt(buf[:end-from], from)
		if err != nil && !errors.Is(err, io.EOF) {
			return 0, err
		}
		if at := bytes.LastIndexByte(buf[:n], '\n'); at >= 0 {
			return from + int64(at) + 1, nil
		}
		end = from
	}
	return 0, nil
}

// Exist says whether there are anchors at all.
func (a *Anchors) Exist() (bool, error) {
	names, err := a.files()
	return len(names) > 0, err
}
