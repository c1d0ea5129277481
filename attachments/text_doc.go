package attachments

import (
	"encoding/binary"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/richardlehane/mscfb"
	"golang.org/x/text/encoding/charmap"
)

const (
	maxStream  = 64 << 20 // bytes of a compound file's streams that are read, all of them together
	maxSummary = 1 << 20  // bytes of one property set
)

// summaries are the streams of what a file tells of itself.
var summaries = []string{"SummaryInformation", "DocumentSummaryInformation"}

// streams reads the named streams of a compound file (Office 97), and its
// summaries. Streams may lie in the same bytes of a file, as many as somebody
// likes, so that the size of the file is no limit of what they hold.
func streams(p *collector, c Content, names ...string) (map[string][]byte, error) {
	r, err := mscfb.New(c)
	if err != nil {
		return nil, errDamaged
	}
	found, left := map[string][]byte{}, int64(maxStream)
	for entries := 0; entries < maxTextParts && p.ctx.Err() == nil; entries++ {
		e, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return found, errDamaged
		}
		name, limit := strings.TrimPrefix(e.Name, "\x05"), min(left, c.Size())
		if slices.Contains(summaries, name) {
			limit = min(limit, maxSummary)
		} else if !slices.Contains(names, name) {
			continue
		}
		if len(e.Path) > 0 || found[name] != nil {
			continue
		}
		data, err := io.ReadAll(io.LimitReader(e, limit))
		if err != nil && len(data) == 0 {
			return found, errDamaged
		}
		found[name], left = data, left-int64(len(data))
	}
	return found, p.ctx.Err()
}

// readWord97 reads a .doc: its text lies in pieces, in one of two encodings, and
// headers, comments and text boxes follow the text itself.
// [MS-DOC] 2.4.1, Retrieving Text.
func readWord97(p *collector, c Content) error {
	found, err := streams(p, c, "WordDocument", "0Table", "1Table")
	doc := found["WordDocument"]
	if err != nil && doc == nil {
		return err
	}
	p.readSummaries(found)
	if len(doc) < 0x1AA {
		return errDamaged
	}
	flags := u16(doc, 0x0A)
	if flags&0x0100 != 0 {
		return errEncrypted
	}
	table := found["0Table"]
	if flags&0x0200 != 0 {
		table = found["1Table"]
	}
	var text []rune
	if u16(doc, 2) < 0x00C1 { // Word 6 and 95: one piece of bytes
		text = windows1252(part4(doc, u32(doc, 0x18), min(u32(doc, 0x1C)-u32(doc, 0x18), maxText)))
	} else if text, err = pieces(doc, part4(table, u32(doc, 0x1A2), u32(doc, 0x1A6))); err != nil {
		return err
	}
	body := min(int(u32(doc, 0x4C)), len(text))
	if err := wordText(text[body:], func() error { return nil }, p.addBeside); err != nil {
		return err
	}
	return wordText(text[:body], p.turn, p.add)
}

func u16(b []byte, at int) uint16 {
	if at < 0 || at+2 > len(b) {
		return 0
	}
	return binary.LittleEndian.Uint16(b[at:])
}

func u32(b []byte, at int) uint32 {
	if at < 0 || at+4 > len(b) {
		return 0
	}
	return binary.LittleEndian.Uint32(b[at:])
}

// part4 cuts size bytes out, or what there is of them.
func part4(b []byte, from, size uint32) []byte {
	begin := min(uint64(from), uint64(len(b)))
	return b[begin:min(begin+uint64(size), uint64(len(b)))]
}

// pieces puts the text together by the piece table (Clx).
func pieces(doc, clx []byte) ([]rune, error) {
	for len(clx) > 3 && clx[0] == 1 { // properties of pieces
		clx = clx[min(len(clx), 3+int(u16(clx, 1))):]
	}
	if len(clx) < 5 || clx[0] != 2 {
		return nil, errDamaged
	}
	plc := part4(clx, 5, u32(clx, 1))
	n := (len(plc) - 4) / 12
	var text []rune
	for i := range n {
		from, to := u32(plc, 4*i), u32(plc, 4*i+4)
		if to < from || len(text) > maxText {
			break
		}
		size, at := to-from, u32(plc, 4*(n+1)+8*i+2)
		if at&0x4000_0000 != 0 {
			text = append(text, windows1252(part4(doc, at&0x3FFF_FFFF/2, min(size, maxText)))...)
			continue
		}
		raw := part4(doc, at, min(size, maxText)*2)
		units := make([]uint16, len(raw)/2)
		for j := range units {
			units[j] = u16(raw, 2*j)
		}
		text = append(text, utf16.Decode(units)...)
	}
	return text, nil
}

func windows1252(raw []byte) []rune {
	out := make([]rune, len(raw))
	for i, b := range raw {
		out[i] = charmap.Windows1252.DecodeByte(b)
		if b < ' ' {
			out[i] = rune(b)
		}
	}
	return out
}

// wordText takes the paragraphs of Word's text down. Fields show their result,
// not their instruction.
func wordText(text []rune, turn func() error, take func(string) error) error {
	var line strings.Builder
	var fields []bool // of each field that is open: whether its instruction is being read
	flush := func() error {
		s := line.String()
		line.Reset()
		return take(s)
	}
	for _, r := range text {
		switch {
		case r == 0x13 && len(fields) < 1000:
			fields = append(fields, true)
		case r == 0x14 && len(fields) > 0:
			fields[len(fields)-1] = false
		case r == 0x15 && len(fields) > 0:
			fields = fields[:len(fields)-1]
		}
		if slices.Contains(fields, true) && r != 0x0D {
			continue
		}
		var err error
		switch r {
		case 0x0D, 0x07:
			err = flush()
		case 0x0B:
			line.WriteByte('\n')
		case 0x0C:
			if err = flush(); err == nil {
				err = turn()
			}
		case 0x1E:
			line.WriteByte('-')
		default:
			line.WriteRune(r)
		}
		if err != nil {
			return err
		}
	}
	return flush()
}

// readSummaries reads the property sets of an Office 97 file. [MS-OLEPS]
func (p *collector) readSummaries(found map[string][]byte) {
	names := map[string]map[uint32]string{
		"SummaryInformation":         {2: "title", 3: "subject", 4: "author", 5: "keywords", 6: "comments", 7: "template", 8: "lastAuthor"},
		"DocumentSummaryInformation": {2: "category", 14: "manager", 15: "company", 26: "contentType", 27: "status"},
	}
	for stream, known := range names {
		data := found[stream]
		set := part4(data, u32(data, 44), maxStream)
		codepage, count := uint16(1252), min(u32(set, 4), 200)
		for pass := range 2 { // the code page may come last
			for i := range int(count) {
				id, value := u32(set, 8+8*i), part4(set, u32(set, 12+8*i), maxStream)
				switch {
				case pass == 0 && id == 1:
					codepage = u16(value, 4)
				case pass == 1 && known[id] != "":
					p.tell(known[id], property(value, codepage))
				}
			}
		}
	}
}

func property(value []byte, codepage uint16) string {
	size := min(u32(value, 4), maxProperty)
	switch u16(value, 0) {
	case 30: // VT_LPSTR
		raw := part4(value, 8, size)
		text := string(windows1252(raw))
		switch codepage {
		case 65001:
			text = string(raw)
		case 1258:
			if viet, err := charmap.Windows1258.NewDecoder().Bytes(raw); err == nil {
				text = string(viet)
			}
		}
		return strings.TrimRight(text, "\x00")
	case 31: // VT_LPWSTR
		raw := part4(value, 8, 2*size)
		units := make([]uint16, len(raw)/2)
		for i := range units {
			units[i] = u16(raw, 2*i)
		}
		return strings.TrimRight(string(utf16.Decode(units)), "\x00")
	}
	return ""
}

// readStrings reads whatever text stands in old sheets and slides: enough to
// search, and to find a mark. Cells and shapes come without their places.
func readStrings(names ...string) func(*collector, Content) error {
	return func(p *collector, c Content) error {
		found, err := streams(p, c, names...)
		p.readSummaries(found)
		for _, name := range names {
			if data := found[name]; data != nil {
				return scrape(p, data)
			}
		}
		if err == nil {
			err = errDamaged
		}
		return err
	}
}

// scrape takes runs of letters down, of one byte each and of two, wherever they begin.
func scrape(p *collector, data []byte) error {
	const least = 3
	for i := 0; i < len(data); {
		wide, j := 0, i
		var text []rune
		for ; j+1 < len(data) && isScraped(rune(u16(data, j))); j += 2 {
			text = append(text, rune(u16(data, j)))
			wide++
		}
		if wide < least {
			text = text[:0]
			for j = i; j < len(data) && isScraped(rune(data[j])) && data[j] != 0; j++ {
				text = append(text, rune(data[j]))
			}
		}
		if len(text) < least {
			i++
			continue
		}
		if err := p.add(string(text)); err != nil {
			return err
		}
		i = j
	}
	return nil
}

// isScraped says whether a sign is one of those that Vietnamese is written with.
func isScraped(r rune) bool {
	return r >= ' ' && r <= '~' || r >= 0xC0 && r <= 0xFD && r != 0xD7 && r != 0xF7 || strings.ContainsRune("ĂăĐđĨĩŨũƠơƯư–—“”‘’…", r) ||
		r >= 0x1EA0 && r <= 0x1EF9 || r >= 0x0300 && r <= 0x0323 || r == 0xA0
}
