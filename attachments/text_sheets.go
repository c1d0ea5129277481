package attachments

import (
	"encoding/xml"
	"strconv"
	"strings"
)

// maxStrings is how many shared strings of a workbook are kept.
const maxStrings = 200_000

func readXlsx(p *collector, c Content) error {
	k, err := openContainer(p, c)
	if err != nil {
		return err
	}
	err = k.readProperties("docProps/core.xml", "docProps/app.xml", "docProps/custom.xml")
	first(&err, k.readBeside(false, "xl/comments*.xml", "xl/comments/*.xml", "xl/threadedComments/*.xml", "xl/drawings/*.xml"))
	first(&err, k.walk("xl/workbook.xml", func(_ []string, t xml.Token) error {
		if e, ok := t.(xml.StartElement); ok && e.Name.Local == "sheet" {
			return p.addBeside(attribute(e, "name"))
		}
		return nil
	}))
	var shared []string
	x := &prose{take: func(s string) error {
		if len(shared) >= maxStrings {
			return errFull
		}
		shared = append(shared, s)
		return nil
	}, aside: p.addBeside}
	first(&err, k.walk("xl/sharedStrings.xml", x.see))
	for i, name := range k.like("xl/worksheets/*.xml") {
		if i > 0 {
			if turned := p.turn(); turned != nil {
				return turned
			}
		}
		first(&err, k.walk(name, (&sheet{p: p, shared: shared}).see))
	}
	first(&err, k.readRest())
	return err
}

// sheet reads a sheet row by row.
type sheet struct {
	p      *collector
	shared []string
	kind   string // of the cell
	cell   strings.Builder
	row    []string
}

func (s *sheet) see(path []string, token xml.Token) error {
	switch t := token.(type) {
	case xml.StartElement:
		if t.Name.Local == "c" {
			s.kind = attribute(t, "t")
			s.cell.Reset()
		}
	case xml.CharData:
		switch last(path) {
		case "v", "t":
			s.cell.Write(t)
		case "oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter":
			return s.p.addBeside(headerText(string(t)))
		}
	case xml.EndElement:
		switch t.Name.Local {
		case "c":
			s.endCell()
		case "row":
			row := strings.Join(s.row, columnsApart)
			s.row = s.row[:0]
			return s.p.add(strings.ReplaceAll(row, "\n", columnsApart))
		}
	}
	return nil
}

func (s *sheet) endCell() {
	text := s.cell.String()
	if s.kind == "s" {
		i, err := strconv.Atoi(strings.TrimSpace(text))
		if err != nil || i < 0 || i >= len(s.shared) {
			return
		}
		text = s.shared[i]
	}
	if text = strings.TrimSpace(text); text != "" && len(s.row) < 1000 {
		s.row = append(s.row, text)
	}
}

// headerText drops the codes of a sheet's header: &L, &C, &R begin its columns,
// &"Arial,Bold" and &14 set the type.
func headerText(s string) string {
	var out strings.Builder
	for rest := s; rest != ""; {
		before, after, found := strings.Cut(rest, "&")
		out.WriteString(before)
		if !found || after == "" {
			break
		}
		switch c := after[0]; {
		case c == 'L' || c == 'C' || c == 'R':
			out.WriteByte('\n')
			after = after[1:]
		case c == '"':
			_, after, _ = strings.Cut(after[1:], `"`)
		case c >= '0' && c <= '9':
			after = strings.TrimLeft(after, "0123456789")
		case c == 'K':
			after = after[min(7, len(after)):]
		default:
			after = after[1:]
		}
		rest = after
	}
	return out.String()
}
