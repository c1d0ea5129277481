package attachments

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Line is a line of a file as it is read, in normal form C. Number counts from 1
// on its page, pages from 1; a sheet and a slide are pages. Page 0 is what stands
// beside the pages: headers, footers, comments, notes. Three spaces and more
// stand between columns.
type Line struct {
	Page, Number int
	Text         string
}

// Reading is what a file says.
type Reading struct {
	Lines []Line
	// Metadata is what the file tells of itself: title, subject, keywords, author.
	Metadata map[string]string
	// ByMachine is set where the lines were recognised in a picture: they are to
	// be compared with it.
	ByMachine bool
	Notes     []Note // why there is less than the file holds
}

// Note is a reason why a reading is not all that a file says.
type Note string

// The notes.
const (
	NoText      Note = "no-text"      // a picture: somebody has to look at it
	Cut         Note = "cut"          // longer than is read
	Encrypted   Note = "encrypted"    // cannot be read without a password
	Damaged     Note = "damaged"      // could not be read, or only in part
	LegacyFont  Note = "legacy-font"  // written for fonts of before Unicode (TCVN3, VNI), converted
	MachineRead Note = "machine-read" // recognised in a picture
)

// Limits of reading. What is longer is cut, and says so.
const (
	maxLines     = 20_000
	maxLine      = 2_000   // characters
	maxText      = 4 << 20 // bytes
	maxTextPages = 200
	maxProperty  = 2_000 // bytes of one property
	readTimeout  = 20 * time.Second
)

// readers read the kinds that have text. Office's own are in text_zip.go,
// text_sheet.go and text_doc.go.
var readers = map[string]func(*collector, Content) error{
	"application/pdf":               readPDF,
	"application/msword":            readWord97,
	"application/vnd.ms-excel":      readStrings("Workbook", "Book"),
	"application/vnd.ms-powerpoint": readStrings("PowerPoint Document"),
	"application/vnd.openxmlformats-officedocument.wordprocessingml.document":   readDocx,
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet":         readXlsx,
	"application/vnd.openxmlformats-officedocument.presentationml.presentation": readPptx,
	"application/vnd.oasis.opendocument.text":                                   readODF,
	"application/vnd.oasis.opendocument.spreadsheet":                            readODF,
	JPEG: readJPEG, PNG: readPNG, TIFF: readTIFF,
}

// readings are the places for reading: a text may need a hundred times the memory
// of the file that waits for its turn.
var readings = make(chan struct{}, max(2, runtime.NumCPU()))

// Read gives all that a file of a kind, as Examine names it, says. That a file is
// a picture, broken or locked is no error: a note says so. It fails only if ctx ends.
func Read(ctx context.Context, kind string, c Content) (Reading, error) {
	select {
	case readings <- struct{}{}:
		defer func() { <-readings }()
	case <-ctx.Done():
		return Reading{}, ctx.Err()
	}
	limited, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	p := &collector{ctx: limited, page: 1, read: Reading{Metadata: map[string]string{}}}
	if read := readers[kind]; read != nil {
		if err := contained(func() error { return read(p, c) }); err != nil {
			p.note(noteOf(err))
		}
	}
	p.convertLegacy()
	if p.isPicture(kind) && !slices.Contains(p.read.Notes, Encrypted) && !recognise(ctx, p, kind, c) {
		p.note(NoText)
	}
	return p.read, ctx.Err()
}

// leastLetters is how many letters the first page of a PDF has at least; on a scan
// the signature of the organ may be all that is text.
const leastLetters = 40

func (p *collector) isPicture(kind string) bool {
	letters := 0
	for _, line := range p.read.Lines {
		if line.Page == 1 || line.Page > 1 && kind != "application/pdf" {
			letters += len(line.Text)
		}
	}
	return letters == 0 || kind == "application/pdf" && letters < leastLetters
}

// contained turns a panic of a parser into an error: files are written by anybody.
func contained(f func() error) (err error) {
	defer func() {
		if recover() != nil { // what it panicked with may quote the file
			err = errDamaged
		}
	}()
	return f()
}

var (
	errDamaged   = errors.New("attachments: damaged")
	errEncrypted = errors.New("attachments: encrypted")
	errFull      = errors.New("attachments: long enough")
)

func noteOf(err error) Note {
	switch {
	case errors.Is(err, errFull):
		return Cut
	case errors.Is(err, errEncrypted):
		return Encrypted
	default:
		return Damaged
	}
}

// collector takes down what a parser finds, up to the limits.
type collector struct {
	ctx          context.Context
	read         Reading
	page, number int
	beside       int // number of the last line of page 0
	bytes        int
}

func (p *collector) note(n Note) {
	if !slices.Contains(p.read.Notes, n) {
		p.read.Notes = append(p.read.Notes, n)
	}
}

// turn begins the next page.
func (p *collector) turn() error {
	if p.page >= maxTextPages {
		return errFull
	}
	p.page, p.number = p.page+1, 0
	return nil
}

// add takes a paragraph down on the page; its line breaks are kept.
func (p *collector) add(text string) error { return p.addTo(p.page, &p.number, text) }

// addBeside takes down what stands on no page or on every one.
func (p *collector) addBeside(text string) error { return p.addTo(0, &p.beside, text) }

func (p *collector) addTo(page int, number *int, text string) error {
	for line := range strings.FieldsFuncSeq(text, isBreak) {
		line = tidy(line)
		if line == "" {
			continue
		}
		if len(p.read.Lines) >= maxLines || p.bytes+len(line) > maxText {
			return errFull
		}
		*number++
		p.bytes += len(line)
		p.read.Lines = append(p.read.Lines, Line{Page: page, Number: *number, Text: line})
	}
	return p.ctx.Err()
}

func isBreak(r rune) bool {
	return r == '\n' || r == '\r' || r == '\v' || r == '\u2028' || r == '\u2029'
}

// tell keeps a property of the file; its line breaks are kept.
func (p *collector) tell(name, value string) {
	var lines []string
	for line := range strings.FieldsFuncSeq(value, isBreak) {
		if line = tidy(line); line != "" {
			lines = append(lines, line)
		}
	}
	if value = strings.Join(lines, "\n"); value == "" || len(p.read.Metadata) >= 100 {
		return
	}
	if len(value) > maxProperty {
		value = strings.ToValidUTF8(value[:maxProperty], "")
	}
	if before := p.read.Metadata[name]; before != "" && before != value {
		value = before + "\n" + value
	}
	p.read.Metadata[name] = value
}

// tidy makes a line of text: valid, in normal form C, without controls, columns
// three spaces apart.
func tidy(line string) string {
	line = norm.NFC.String(strings.ToValidUTF8(line, ""))
	line = strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\f':
			return '\t'
		case r == '\u00a0' || r == '\u202f' || r == '\u3000':
			return ' '
		case unicode.IsControl(r) || r == utf8.RuneError || r == '\ufeff' || r >= 0xE000 && r <= 0xF8FF:
			return -1
		}
		return r
	}, line)
	line = strings.TrimSpace(strings.ReplaceAll(line, "\t", "   "))
	if utf8.RuneCountInString(line) > maxLine {
		line = string([]rune(line)[:maxLine])
	}
	return line
}
