package sheets

import (
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"

	"codeberg.org/go-pdf/fpdf"
	"github.com/go-fonts/liberation/liberationserifbold"
	"github.com/go-fonts/liberation/liberationserifitalic"
	"github.com/go-fonts/liberation/liberationserifregular"
)

// Printed is a table as it is printed on A4, with what stands around it.
type Printed struct {
	Landscape   bool
	Left, Right []string // above: the organ; the nation and its motto. The last of each is bold and underlined
	Dated       string   // place and day
	Title       string
	Under       []string // below the title
	Columns     []PrintedColumn
	At          time.Time // made: the only instant in the file
}

// PrintedColumn is a column of a printed table.
type PrintedColumn struct {
	Title string
	Over  string // above it and its neighbours that have the same; empty: it stands alone
	Width int    // in parts of the whole
	Right bool   // figures
}

// PDF draws a table that is printed: the heads of the columns again on each page,
// cells that wrap, "Trang x/y" below. The same rows make the same bytes. All pages
// are in memory until they are written: the caller bounds the rows.
type PDF struct {
	pdf    *fpdf.Fpdf
	layout Printed
	widths []float64
	left   float64
	bottom float64 // where a page ends
}

// Measures, in mm and points.
const (
	printMargin = 12.0
	printFoot   = 12.0
	printSize   = 9.5
	printLine   = 4.2
	printPad    = 1.0
)

// NewPDF begins a printed table.
func NewPDF(layout Printed) *PDF {
	way := "P"
	if layout.Landscape {
		way = "L"
	}
	pdf := fpdf.New(way, "mm", "A4", "")
	pdf.SetCreationDate(layout.At)
	pdf.SetModificationDate(layout.At)
	pdf.SetCatalogSort(true)
	pdf.SetTitle(layout.Title, true)
	pdf.SetLang("vi")
	pdf.SetMargins(printMargin, printMargin, printMargin)
	pdf.SetAutoPageBreak(false, 0)
	pdf.AddUTF8FontFromBytes("serif", "", liberationserifregular.TTF)
	pdf.AddUTF8FontFromBytes("serif", "B", liberationserifbold.TTF)
	pdf.AddUTF8FontFromBytes("serif", "I", liberationserifitalic.TTF)
	pdf.AddPage()
	width, height := pdf.GetPageSize()
	p := &PDF{pdf: pdf, layout: layout, left: printMargin, bottom: height - printMargin - printFoot}
	parts := 0
	for _, c := range layout.Columns {
		parts += c.Width
	}
	for _, c := range layout.Columns {
		p.widths = append(p.widths, (width-2*printMargin)*float64(c.Width)/float64(parts))
	}
	p.top()
	p.heads()
	return p
}

// top draws what stands above the table.
func (p *PDF) top() {
	width, _ := p.pdf.GetPageSize()
	half, y := (width-2*printMargin)/2, p.pdf.GetY()
	lowest := y
	for side, lines := range [2][]string{p.layout.Left, p.layout.Right} {
		p.pdf.SetY(y)
		for i, line := range lines {
			p.font("", 11)
			if i == len(lines)-1 {
				p.font("B", 11)
			}
			p.pdf.SetX(printMargin + float64(side)*half)
			p.pdf.MultiCell(half, 5.2, drawable(line), "", "C", false)
		}
		lowest = max(lowest, p.pdf.GetY())
		mid := printMargin + float64(side)*half + half/2
		p.pdf.Line(mid-18, p.pdf.GetY()+0.8, mid+18, p.pdf.GetY()+0.8)
	}
	p.pdf.SetXY(printMargin+half, lowest+2.5)
	p.font("I", 11)
	p.pdf.CellFormat(half, 5.5, drawable(p.layout.Dated), "", 1, "C", false, 0, "")
	p.pdf.Ln(3)
	p.font("B", 13)
	p.pdf.MultiCell(0, 6.5, drawable(strings.ToUpper(p.layout.Title)), "", "C", false)
	p.font("I", 11)
	for _, line := range p.layout.Under {
		p.pdf.MultiCell(0, 5.5, drawable(line), "", "C", false)
	}
	p.pdf.Ln(2.5)
}

func (p *PDF) font(style string, size float64) { p.pdf.SetFont("serif", style, size) }

// heads draws the heads of the columns: in two rows where some stand below another.
func (p *PDF) heads() {
	p.font("B", printSize)
	var tall [2]int // lines of the upper and of the lower row
	texts := make([][]string, len(p.widths))
	over := map[int][]string{}
	for i, c := range p.layout.Columns {
		texts[i] = p.wrap(c.Title, p.widths[i])
		if c.Over == "" {
			continue
		}
		tall[1] = max(tall[1], len(texts[i]))
		if first, width := p.span(i); first == i {
			over[i] = p.wrap(c.Over, width)
			tall[0] = max(tall[0], len(over[i]))
		}
	}
	for i, c := range p.layout.Columns {
		if c.Over == "" {
			tall[0] = max(tall[0], len(texts[i])-tall[1])
		}
	}
	high := func(lines int) float64 {
		if lines == 0 {
			return 0
		}
		return float64(lines)*printLine + 2*printPad
	}
	x, y := p.left, p.pdf.GetY()
	for i, c := range p.layout.Columns {
		switch {
		case c.Over == "":
			p.box(x, y, p.widths[i], high(tall[0])+high(tall[1]), texts[i], "C")
		default:
			if lines, begins := over[i]; begins {
				_, width := p.span(i)
				p.box(x, y, width, high(tall[0]), lines, "C")
			}
			p.box(x, y+high(tall[0]), p.widths[i], high(tall[1]), texts[i], "C")
		}
		x += p.widths[i]
	}
	p.pdf.SetXY(p.left, y+high(tall[0])+high(tall[1]))
}

// span is the first of the columns that stand below the same head as one, and how
// wide they are together.
func (p *PDF) span(i int) (first int, width float64) {
	same := p.layout.Columns[i].Over
	for first = i; first > 0 && p.layout.Columns[first-1].Over == same; first-- {
	}
	for n := first; n < len(p.widths) && p.layout.Columns[n].Over == same; n++ {
		width += p.widths[n]
	}
	return first, width
}

// box draws a cell with its lines, in the middle of it where it is higher.
func (p *PDF) box(x, y, width, height float64, lines []string, align string) {
	p.pdf.Rect(x, y, width, height, "D")
	at := y + printPad
	if align == "C" {
		at = y + (height-float64(len(lines))*printLine)/2
	}
	for _, line := range lines {
		p.pdf.SetXY(x, at)
		p.pdf.CellFormat(width, printLine, line, "", 0, align, false, 0, "")
		at += printLine
	}
}

func (p *PDF) wrap(text string, width float64) []string {
	return p.pdf.SplitText(drawable(text), width-2*p.pdf.GetCellMargin())
}

// Row draws a row; one that is higher than what is left of the page goes on on the
// next.
func (p *PDF) Row(cells ...string) error { return p.row("", cells) }

// Sum draws a row of sums.
func (p *PDF) Sum(cells ...string) error { return p.row("B", cells) }

func (p *PDF) row(style string, cells []string) error {
	p.font(style, printSize)
	lines, most := make([][]string, len(p.widths)), 1
	for i := range p.widths {
		if i < len(cells) {
			lines[i] = p.wrap(cells[i], p.widths[i])
		}
		most = max(most, len(lines[i]))
	}
	for done := 0; done < most; {
		fits := int((p.bottom - p.pdf.GetY() - 2*printPad) / printLine)
		if fits < min(most-done, 40) && p.pdf.GetY() > printMargin+40 || fits < 1 {
			p.turn()
			p.font(style, printSize)
			fits = int((p.bottom - p.pdf.GetY() - 2*printPad) / printLine)
		}
		n := max(1, min(fits, most-done))
		x, y, height := p.left, p.pdf.GetY(), float64(n)*printLine+2*printPad
		for i, w := range p.widths {
			align := "L"
			if p.layout.Columns[i].Right {
				align = "R"
			}
			p.box(x, y, w, height, lines[i][min(done, len(lines[i])):min(done+n, len(lines[i]))], align)
			x += w
		}
		p.pdf.SetXY(p.left, y+height)
		done += n
	}
	return p.pdf.Error()
}

// turn begins a page.
func (p *PDF) turn() {
	p.pdf.AddPage()
	p.heads()
}

// Group draws a row over all columns; it does not stand alone at the end of a page.
func (p *PDF) Group(words string) error {
	p.font("B", printSize)
	width := 0.0
	for _, w := range p.widths {
		width += w
	}
	lines := p.wrap(words, width)
	height := float64(len(lines))*printLine + 2*printPad
	if p.pdf.GetY()+height+3*printLine > p.bottom {
		p.turn()
		p.font("B", printSize)
	}
	y := p.pdf.GetY()
	p.box(p.left, y, width, height, lines, "L")
	p.pdf.SetXY(p.left, y+height)
	return p.pdf.Error()
}

// Ending is what stands below the table.
type Ending struct {
	Sums     string
	Heading  string // above the notes
	Notes    []string
	Signs    [2][]string // who made it; who signs. The first line of each is bold
	PageWord string      // "Trang"
}

// Close draws what stands below, the numbers of the pages, and writes the file.
func (p *PDF) Close(w io.Writer, end Ending) error {
	p.pdf.Ln(2)
	p.paragraph("B", 10, end.Sums)
	p.signs(end.Signs)
	p.pdf.Ln(3)
	p.paragraph("B", 9, end.Heading)
	for _, note := range end.Notes {
		p.paragraph("", 9, "– "+note)
	}
	pages := p.pdf.PageCount()
	_, height := p.pdf.GetPageSize()
	for n := 1; n <= pages; n++ {
		p.pdf.SetPage(n)
		p.font("", 9)
		p.pdf.SetXY(printMargin, height-printMargin-printFoot/2)
		p.pdf.CellFormat(0, 5, fmt.Sprintf("%s %d/%d", end.PageWord, n, pages), "", 0, "C", false, 0, "")
	}
	if err := p.pdf.Output(w); err != nil {
		return fmt.Errorf("sheets: %w", err)
	}
	return nil
}

func (p *PDF) paragraph(style string, size float64, text string) {
	if text == "" {
		return
	}
	p.font(style, size)
	width, _ := p.pdf.GetPageSize()
	for _, line := range p.wrap(text, width-2*printMargin) {
		if p.pdf.GetY()+printLine > p.bottom {
			p.pdf.AddPage()
			p.font(style, size)
		}
		p.pdf.SetX(printMargin)
		p.pdf.CellFormat(0, printLine+0.3, line, "", 1, "L", false, 0, "")
	}
}

// signs draws the places of the signatures, with room to sign, on one page.
func (p *PDF) signs(of [2][]string) {
	const room = 38
	if len(of[0])+len(of[1]) == 0 {
		return
	}
	if p.pdf.GetY()+room > p.bottom {
		p.pdf.AddPage()
	}
	width, _ := p.pdf.GetPageSize()
	half, y := (width-2*printMargin)/2, p.pdf.GetY()+3
	for side, lines := range of {
		for i, line := range lines {
			p.font("I", 10.5)
			if i == 0 {
				p.font("B", 11)
			}
			p.pdf.SetXY(printMargin+float64(side)*half, y+float64(i)*5.2)
			p.pdf.CellFormat(half, 5.2, drawable(line), "", 0, "C", false, 0, "")
		}
	}
	p.pdf.SetXY(printMargin, y+room-8)
}

// drawable is a text of what the font and its format can draw: beyond the basic
// plane there is a box, and what moves text about or is not seen is left out.
func drawable(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\t', r == '\r', r == '\u00a0':
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r):
			return -1
		case r > 0xffff:
			return '□'
		}
		return r
	}, text)
}
