package attachments

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"slices"
	"strings"
)

// Limits of what lies in a container. Real documents stay far below.
const (
	maxTextParts    = 10_000
	maxTextPart     = 48 << 20 // bytes of one part, unpacked
	maxTextUnpacked = 96 << 20 // bytes of all parts that are read
	maxXMLDepth     = 200
	tokensATurn     = 4096 // between two looks at the clock
	columnsApart    = "   "
)

// container is a ZIP whose parts are counted while they are unpacked: what its
// directory claims of their sizes is not believed.
type container struct {
	p     *collector
	parts map[string]*zip.File
	names []string // in order, numbers by value
	seen  map[string]bool
	left  int64
}

func openContainer(p *collector, c Content) (*container, error) {
	z, err := zip.NewReader(c, c.Size())
	if err != nil || len(z.File) > maxTextParts {
		return nil, errDamaged
	}
	k := &container{p: p, parts: map[string]*zip.File{}, seen: map[string]bool{}, left: maxTextUnpacked}
	for _, f := range z.File {
		name := strings.TrimPrefix(strings.ReplaceAll(f.Name, `\`, "/"), "/")
		if f.Flags&1 != 0 {
			return nil, errEncrypted
		}
		if k.parts[name] == nil {
			k.names = append(k.names, name)
		}
		k.parts[name] = f
	}
	slices.SortFunc(k.names, func(a, b string) int {
		if len(a) != len(b) && path.Dir(a) == path.Dir(b) { // sheet2 before sheet10
			return len(a) - len(b)
		}
		return strings.Compare(a, b)
	})
	return k, nil
}

// like lists the parts whose name matches one of the patterns.
func (k *container) like(patterns ...string) (names []string) {
	for _, name := range k.names {
		if slices.ContainsFunc(patterns, func(pattern string) bool { ok, _ := path.Match(pattern, name); return ok }) {
			names = append(names, name)
		}
	}
	return names
}

// counted lets a part grow to a limit and all of them to another.
type counted struct {
	io.Reader
	left, all *int64
}

func (c counted) Read(b []byte) (int, error) {
	n, err := c.Reader.Read(b)
	*c.left -= int64(n)
	*c.all -= int64(n)
	if *c.left < 0 || *c.all < 0 {
		return n, errFull
	}
	return n, err
}

// walk reads a part of XML, token by token. A part that is not there is empty.
// Document types are refused: nothing is to be replaced or fetched.
func (k *container) walk(name string, see func(path []string, t xml.Token) error) error {
	f := k.parts[name]
	if f == nil {
		return nil
	}
	k.seen[name] = true
	r, err := f.Open()
	if err != nil {
		return errDamaged
	}
	defer r.Close()
	left := int64(maxTextPart)
	d := xml.NewDecoder(counted{r, &left, &k.left})
	var open []string
	for i := 0; ; i++ {
		if i%tokensATurn == 0 && k.p.ctx.Err() != nil {
			return k.p.ctx.Err()
		}
		t, err := d.RawToken()
		switch {
		case errors.Is(err, io.EOF) && len(open) == 0:
			return nil
		case errors.Is(err, errFull):
			return errFull
		case err != nil:
			return errDamaged
		}
		switch t := t.(type) {
		case xml.Directive:
			return errDamaged
		case xml.StartElement:
			if open = append(open, t.Name.Local); len(open) > maxXMLDepth {
				return errDamaged
			}
		case xml.EndElement:
			if len(open) == 0 {
				return errDamaged
			}
		}
		if err := see(open, t); err != nil {
			return err
		}
		if _, ends := t.(xml.EndElement); ends {
			open = open[:len(open)-1]
		}
	}
}

func attribute(e xml.StartElement, local string) string {
	for _, a := range e.Attr {
		if a.Name.Local == local {
			return a.Value
		}
	}
	return ""
}

// prose reads running text: of Word (w:), of drawings (a:), of the comments of
// sheets, of OpenDocument. take gets each paragraph; aside what is drawn as
// letters (a watermark), and what stands for a picture that cannot be seen.
type prose struct {
	take, aside func(string) error
	turn        func() error // at a page break; nil: none are looked for
	open        bool         // OpenDocument: all characters count, not only those of t
	text        strings.Builder
	skip        int // depth below which a copy for older programs is left out
}

func (x *prose) see(path []string, token xml.Token) error {
	switch t := token.(type) {
	case xml.StartElement:
		if t.Name.Local == "Fallback" && x.skip == 0 {
			x.skip = len(path)
		}
		return x.begin(t)
	case xml.EndElement:
		if x.skip == len(path) {
			x.skip = 0
		}
		switch t.Name.Local {
		case "p", "h", "si", "comment":
			return x.flush()
		}
	case xml.CharData:
		if in := last(path); x.skip == 0 && (in == "t" || in == "delText" || x.open && slices.ContainsFunc(path, func(e string) bool { return e == "p" || e == "h" })) {
			x.text.Write(t)
		}
	}
	return nil
}

func (x *prose) begin(t xml.StartElement) error {
	switch t.Name.Local {
	case "textpath":
		return x.beside(attribute(t, "string"))
	case "docPr", "cNvPr":
		return x.beside(attribute(t, "title"), attribute(t, "descr"))
	case "tab":
		x.text.WriteByte('\t')
	case "s":
		x.text.WriteByte(' ')
	case "noBreakHyphen":
		x.text.WriteByte('-')
	case "p", "h":
		return x.flush() // a text box inside of a paragraph
	case "line-break", "cr":
		x.text.WriteByte('\n')
	case "br":
		if attribute(t, "type") != "page" {
			x.text.WriteByte('\n')
			return nil
		}
		return x.turned()
	case "lastRenderedPageBreak", "soft-page-break":
		return x.turned()
	}
	return nil
}

func (x *prose) beside(texts ...string) error {
	for _, text := range texts {
		if err := x.aside(text); err != nil {
			return err
		}
	}
	return nil
}

func (x *prose) turned() error {
	if x.turn == nil {
		return nil
	}
	if err := x.flush(); err != nil {
		return err
	}
	return x.turn()
}

func (x *prose) flush() error {
	text := x.text.String()
	x.text.Reset()
	return x.take(text)
}

// first keeps the first of several faults: one broken part does not hide the others.
func first(err *error, next error) {
	if *err == nil {
		*err = next
	}
}

func (k *container) readBeside(open bool, patterns ...string) (err error) {
	for _, name := range k.like(patterns...) {
		first(&err, k.prose(name, &prose{take: k.p.addBeside, open: open}))
	}
	return err
}

// readRest reads the parts of XML that nothing else has read: charts, diagrams,
// building blocks, and pages under names that other programs give them. What
// programs keep for themselves under customXml/ is shown to nobody.
func (k *container) readRest() (err error) {
	for _, name := range k.names {
		if strings.HasSuffix(strings.ToLower(name), ".xml") && !strings.HasPrefix(name, "customXml/") && !k.seen[name] {
			first(&err, k.prose(name, &prose{take: k.p.addBeside}))
		}
	}
	return err
}

// prose reads a part of running text.
func (k *container) prose(name string, x *prose) error {
	x.aside = k.p.addBeside
	err := k.walk(name, x.see)
	first(&err, x.flush())
	return err
}

// readProperties reads what the file tells of itself.
func (k *container) readProperties(names ...string) (err error) {
	for _, name := range names {
		key := ""
		first(&err, k.walk(name, func(path []string, token xml.Token) error {
			switch t := token.(type) {
			case xml.StartElement:
				switch own := attribute(t, "name"); {
				case own != "": // a property that users made
					key = own
				case !slices.Contains(path, "property") && len(path) <= 3:
					key = t.Name.Local
				}
			case xml.CharData:
				if text := strings.TrimSpace(string(t)); text != "" && key != "" && len(path) > 1 {
					k.p.tell(key, text)
				}
			}
			return nil
		}))
	}
	return err
}

func readDocx(p *collector, c Content) error {
	k, err := openContainer(p, c)
	if err != nil {
		return err
	}
	err = k.readProperties("docProps/core.xml", "docProps/app.xml", "docProps/custom.xml")
	first(&err, k.readBeside(false, "word/header*.xml", "word/footer*.xml", "word/comments*.xml", "word/footnotes.xml", "word/endnotes.xml"))
	first(&err, k.prose("word/document.xml", &prose{take: p.add, turn: p.turn}))
	first(&err, k.readRest())
	return err
}

func readPptx(p *collector, c Content) error {
	k, err := openContainer(p, c)
	if err != nil {
		return err
	}
	err = k.readProperties("docProps/core.xml", "docProps/app.xml", "docProps/custom.xml")
	first(&err, k.readBeside(false, "ppt/notesSlides/*.xml", "ppt/slideMasters/*.xml", "ppt/comments/*.xml"))
	for i, name := range k.like("ppt/slides/slide*.xml") {
		if i > 0 {
			if turned := p.turn(); turned != nil {
				return turned
			}
		}
		first(&err, k.prose(name, &prose{take: p.add}))
	}
	first(&err, k.readRest())
	return err
}

func readODF(p *collector, c Content) error {
	k, err := openContainer(p, c)
	if err != nil {
		return err
	}
	if _, locked := k.parts["META-INF/encryption.xml"]; locked {
		return errEncrypted
	}
	err = k.readProperties("meta.xml")
	first(&err, k.readBeside(true, "styles.xml"))
	x := &prose{take: p.add, aside: p.addBeside, turn: p.turn, open: true}
	tables := 0
	first(&err, k.walk("content.xml", func(path []string, t xml.Token) error {
		if e, ok := t.(xml.StartElement); ok && e.Name.Local == "table" && slices.Contains(path, "spreadsheet") {
			if tables++; tables > 1 {
				if err := x.turned(); err != nil {
					return err
				}
			}
			if err := p.add(attribute(e, "name")); err != nil {
				return err
			}
		}
		return x.see(path, t)
	}))
	first(&err, x.flush())
	return err
}

func last(path []string) string {
	if len(path) == 0 {
		return ""
	}
	return path[len(path)-1]
}
