package attachments

import (
	"context"
	"math"
	"slices"
	"strings"

	"github.com/ledongthuc/pdf"
)

// The library tells the operators of a page; what follows puts what they show
// into lines, as an eye takes them.

const (
	maxRuns      = 50_000 // pieces of text on a page
	maxFormDepth = 5
)

// readPage reads one page, with what lies in its forms and on its annotations.
func (x *pdfReading) readPage(ctx context.Context, r *pdf.Reader, n int) error {
	page := r.Page(n)
	if page.V.IsNull() {
		return nil
	}
	in := &pageText{ctx: ctx, fonts: map[string]*pageFont{}}
	fault := contained(func() error { in.interpret(page.V.Key("Contents"), page.Resources(), unit, 0); return nil })
	annotations := page.V.Key("Annots")
	for i := range min(annotations.Len(), 1000) {
		first(&fault, contained(func() error { x.readAnnotation(ctx, annotations.Index(i)); return nil }))
	}
	for i, line := range in.lines() {
		if x.bytes += len(line); x.bytes > maxText {
			return errFull
		}
		x.lines = append(x.lines, Line{Page: n, Number: i + 1, Text: line})
	}
	return fault
}

// readAnnotation reads a stamp, a note or the look of a signature: what it says,
// and what it shows. It lies beside the page.
func (x *pdfReading) readAnnotation(ctx context.Context, a pdf.Value) {
	for _, key := range []string{"Contents", "Subj"} {
		if text := a.Key(key); text.Kind() == pdf.String {
			x.lines = append(x.lines, Line{Text: text.Text()})
		}
	}
	look := a.Key("AP").Key("N")
	if look.Kind() != pdf.Stream {
		return
	}
	in := &pageText{ctx: ctx, fonts: map[string]*pageFont{}}
	_ = contained(func() error { in.interpret(look, look.Key("Resources"), unit, 1); return nil })
	for _, line := range in.lines() {
		x.lines = append(x.lines, Line{Text: line})
	}
}

type matrix [6]float64

var unit = matrix{1, 0, 0, 1, 0, 0}

// times is m after n: first m, then n.
func (m matrix) times(n matrix) matrix {
	return matrix{
		m[0]*n[0] + m[1]*n[2], m[0]*n[1] + m[1]*n[3],
		m[2]*n[0] + m[3]*n[2], m[2]*n[1] + m[3]*n[3],
		m[4]*n[0] + m[5]*n[2] + n[4], m[4]*n[1] + m[5]*n[3] + n[5],
	}
}

// textRun is a piece of text, where it begins and ends.
type textRun struct {
	x, y, end, size float64
	text            string
}

type pageText struct {
	ctx   context.Context
	runs  []textRun
	fonts map[string]*pageFont // by name and form
}

// pageFont is a font with its widths, in thousandths of its size.
type pageFont struct {
	pdf.Font
	wide   bool           // two bytes a sign
	shows  map[int]string // what the file says that its codes mean; nil: as the library reads them
	widths map[int]float64
	usual  float64
}

func newFont(v pdf.Value) *pageFont {
	f := &pageFont{Font: pdf.Font{V: v}, widths: map[int]float64{}, usual: 500, shows: readToUnicode(v.Key("ToUnicode"))}
	if below := v.Key("DescendantFonts").Index(0); !below.IsNull() {
		f.wide, f.usual = true, 1000
		if dw := below.Key("DW"); !dw.IsNull() {
			f.usual = dw.Float64()
		}
		w := below.Key("W")
		for i := 0; i+1 < w.Len() && len(f.widths) < 70_000; {
			from := int(w.Index(i).Int64())
			if list := w.Index(i + 1); list.Kind() == pdf.Array {
				for j := range min(list.Len(), 70_000) {
					f.widths[from+j] = list.Index(j).Float64()
				}
				i += 2
				continue
			}
			for code := from; code <= int(w.Index(i+1).Int64()) && code < from+70_000 && len(f.widths) < 70_000; code++ {
				f.widths[code] = w.Index(i + 2).Float64()
			}
			i += 3
		}
		return f
	}
	from, list := f.FirstChar(), v.Key("Widths")
	for j := range min(list.Len(), 256) {
		f.widths[from+j] = list.Index(j).Float64()
	}
	return f
}

// decode tells what a string shows.
func (f *pageFont) decode(raw string) string {
	if f.shows == nil {
		return f.Encoder().Decode(raw)
	}
	var out strings.Builder
	for i := 0; i < len(raw); i++ {
		code := int(raw[i])
		if f.wide && i+1 < len(raw) {
			i++
			code = code<<8 | int(raw[i])
		}
		if text, ok := f.shows[code]; ok {
			out.WriteString(text)
		} else if !f.wide {
			out.WriteString(f.Encoder().Decode(raw[i : i+1]))
		}
	}
	return out.String()
}

// width is how far a string moves, for a font of size 1.
func (f *pageFont) width(raw string) (sum float64, n int) {
	if f == nil {
		return float64(len(raw)) / 2, len(raw)
	}
	step := 1
	if f.wide {
		step = 2
	}
	for i := 0; i+step <= len(raw); i += step {
		code := int(raw[i])
		if f.wide {
			code = code<<8 | int(raw[i+1])
		}
		w, ok := f.widths[code]
		if !ok {
			w = f.usual
		}
		sum, n = sum+w/1000, n+1
	}
	return sum, n
}

// textState is what text operators change.
type textState struct {
	ctm, tm, line               matrix
	font                        *pageFont
	size, chars, words, leading float64
}

// interpret follows the operators of a stream.
func (t *pageText) interpret(stream, resources pdf.Value, ctm matrix, depth int) {
	if stream.IsNull() || depth > maxFormDepth {
		return
	}
	s := textState{ctm: ctm, tm: unit, line: unit}
	var saved []textState
	pdf.Interpret(stream, func(stk *pdf.Stack, op string) {
		if t.ctx.Err() != nil || len(t.runs) > maxRuns {
			panic(errFull)
		}
		args := make([]pdf.Value, min(stk.Len(), 100))
		for i := range args {
			args[len(args)-1-i] = stk.Pop()
		}
		num := func(i int) float64 {
			if i >= len(args) {
				return 0
			}
			return args[i].Float64()
		}
		switch op {
		case "q":
			if len(saved) < 1000 {
				saved = append(saved, s)
			}
		case "Q":
			if n := len(saved); n > 0 {
				s, saved = saved[n-1], saved[:n-1]
			}
		case "cm":
			s.ctm = matrix{num(0), num(1), num(2), num(3), num(4), num(5)}.times(s.ctm)
		case "Do":
			if len(args) > 0 {
				t.form(resources.Key("XObject").Key(args[0].Name()), resources, s.ctm, depth)
			}
		case "Tf":
			if len(args) > 1 {
				s.font, s.size = t.font(resources, args[0].Name(), depth), num(1)
			}
		default:
			t.show(&s, op, args, num)
		}
	})
}

func (t *pageText) form(v, inherited pdf.Value, ctm matrix, depth int) {
	if v.Key("Subtype").Name() != "Form" {
		return
	}
	own := unit
	if m := v.Key("Matrix"); m.Len() == 6 {
		for i := range own {
			own[i] = m.Index(i).Float64()
		}
	}
	resources := v.Key("Resources")
	if resources.IsNull() {
		resources = inherited
	}
	t.interpret(v, resources, own.times(ctm), depth+1)
}

func (t *pageText) font(resources pdf.Value, name string, depth int) *pageFont {
	v := resources.Key("Font").Key(name)
	key := name
	if depth > 0 {
		key = v.Key("BaseFont").Name() + " " + name
	}
	if t.fonts[key] == nil {
		t.fonts[key] = newFont(v)
	}
	return t.fonts[key]
}

// show follows the operators of text.
func (t *pageText) show(s *textState, op string, args []pdf.Value, num func(int) float64) {
	move := func(dx, dy float64) {
		s.line = matrix{1, 0, 0, 1, dx, dy}.times(s.line)
		s.tm = s.line
	}
	last := func() string {
		if len(args) == 0 {
			return ""
		}
		return args[len(args)-1].RawString()
	}
	switch op {
	case "BT":
		s.tm, s.line = unit, unit
	case "Tc":
		s.chars = num(0)
	case "Tw":
		s.words = num(0)
	case "TL":
		s.leading = num(0)
	case "Tm":
		s.line = matrix{num(0), num(1), num(2), num(3), num(4), num(5)}
		s.tm = s.line
	case "Td":
		move(num(0), num(1))
	case "TD":
		s.leading = -num(1)
		move(num(0), num(1))
	case "T*":
		move(0, -s.leading)
	case "'", "\"":
		move(0, -s.leading)
		t.put(s, last())
	case "Tj":
		t.put(s, last())
	case "TJ":
		if len(args) == 0 {
			return
		}
		for i := range min(args[0].Len(), 10_000) {
			switch v := args[0].Index(i); v.Kind() {
			case pdf.String:
				t.put(s, v.RawString())
			case pdf.Integer, pdf.Real:
				s.tm = matrix{1, 0, 0, 1, -v.Float64() / 1000 * s.size, 0}.times(s.tm)
			}
		}
	}
}

// put takes a string down where it stands, and moves on by its width.
func (t *pageText) put(s *textState, raw string) {
	text := raw
	if s.font != nil {
		text = s.font.decode(raw)
	}
	width, n := s.font.width(raw)
	advance := width*s.size + float64(n)*s.chars + float64(strings.Count(text, " "))*s.words
	at := s.tm.times(s.ctm)
	s.tm = matrix{1, 0, 0, 1, advance, 0}.times(s.tm)
	end := s.tm.times(s.ctm)
	size := math.Abs(s.size) * math.Hypot(at[2], at[3])
	for _, v := range []float64{at[4], at[5], end[4], size} {
		if math.IsNaN(v) || math.Abs(v) > 1e6 {
			return
		}
	}
	t.runs = append(t.runs, textRun{x: at[4], y: at[5], end: end[4], size: max(size, 1), text: text})
}

// lines puts the pieces together: those of a height are a line, from left to
// right, with a space where there is a gap and three where there is a column.
func (t *pageText) lines() (out []string) {
	slices.SortStableFunc(t.runs, func(a, b textRun) int { return compare(b.y, a.y) })
	for begin := 0; begin < len(t.runs); {
		end := begin + 1
		for end < len(t.runs) && t.runs[begin].y-t.runs[end].y < 0.4*min(t.runs[begin].size, t.runs[end].size) {
			end++
		}
		row := t.runs[begin:end]
		slices.SortStableFunc(row, func(a, b textRun) int { return compare(a.x, b.x) })
		var line strings.Builder
		for i, r := range row {
			if i > 0 {
				gap, size := r.x-row[i-1].end, max(r.size, row[i-1].size)
				switch {
				case gap > 1.8*size:
					line.WriteString(columnsApart)
				case gap > 0.18*size:
					line.WriteByte(' ')
				}
			}
			line.WriteString(r.text)
		}
		if text := strings.TrimRight(line.String(), " "); strings.TrimSpace(text) != "" {
			out = append(out, text)
		}
		begin = end
	}
	return out
}

func compare(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}
