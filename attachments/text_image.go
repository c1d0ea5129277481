package attachments

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"io"
	"strings"
	"unicode/utf16"
)

// Pictures say nothing that is read here but what programs write beside their
// pixels: titles, descriptions, comments.

const (
	maxPictureParts = 2_000
	maxPictureText  = 1 << 20 // bytes of one of them
)

// readPNG reads the texts of a PNG (ISO 15948, 11.3.4).
func readPNG(p *collector, c Content) error {
	at := int64(8)
	for range maxPictureParts {
		head, err := part(c, at, 8)
		if err != nil || len(head) < 8 || string(head[4:]) == "IEND" {
			return err
		}
		size := int64(binary.BigEndian.Uint32(head))
		switch kind := string(head[4:]); kind {
		case "tEXt", "zTXt", "iTXt", "eXIf":
			data, err := part(c, at+8, min(size, maxPictureText))
			if err != nil {
				return err
			}
			p.pngText(kind, data)
		}
		at += 12 + size
	}
	return errFull
}

func (p *collector) pngText(kind string, data []byte) {
	if kind == "eXIf" {
		p.exif(data)
		return
	}
	key, text, found := bytes.Cut(data, []byte{0})
	if !found {
		return
	}
	packed := kind == "zTXt"
	if kind == "iTXt" && len(text) > 2 { // packed or not, how, language, key in it
		packed = text[0] == 1
		_, rest, _ := bytes.Cut(text[2:], []byte{0})
		_, text, _ = bytes.Cut(rest, []byte{0})
	} else if packed && len(text) > 0 {
		text = text[1:]
	}
	if packed {
		z, err := zlib.NewReader(bytes.NewReader(text))
		if err != nil {
			return
		}
		text, _ = io.ReadAll(io.LimitReader(z, maxPictureText))
	}
	if string(key) == "XML:com.adobe.xmp" {
		readPacket(bytes.NewReader(text), p.tell)
		return
	}
	p.tell(strings.ToLower(string(key)), string(text))
}

// readJPEG reads the comments of a JPEG, Exif and XMP (ISO 10918-1, B.2).
func readJPEG(p *collector, c Content) error {
	at := int64(2)
	for range maxPictureParts {
		head, err := part(c, at, 4)
		if err != nil || len(head) < 4 || head[0] != 0xff || head[1] == 0xda { // the pixels begin
			return err
		}
		size := int64(binary.BigEndian.Uint16(head[2:]))
		if head[1] == 0xfe || head[1] == 0xe1 {
			data, err := part(c, at+4, max(0, size-2))
			if err != nil {
				return err
			}
			if rest, found := bytes.CutPrefix(data, []byte("Exif\x00\x00")); found {
				p.exif(rest)
			} else if rest, found := bytes.CutPrefix(data, []byte("http://ns.adobe.com/xap/1.0/\x00")); found {
				readPacket(bytes.NewReader(rest), p.tell)
			} else if head[1] == 0xfe {
				p.tell("comment", string(data))
			}
		}
		at += 2 + size
	}
	return errFull
}

// readTIFF reads what the first page of a TIFF tells of itself.
func readTIFF(p *collector, c Content) error {
	p.fields(c)
	return nil
}

func (p *collector) exif(data []byte) { p.fields(bytes.NewReader(data)) }

// described are the fields of TIFF and Exif that hold words. Those of Windows
// (XP…) are UTF-16.
var described = map[uint16]string{
	269: "documentname", 270: "imagedescription", 285: "pagename", 315: "artist", 700: "xmp",
	0x9286: "usercomment", 0x9c9b: "xptitle", 0x9c9c: "xpcomment", 0x9c9e: "xpkeywords", 0x9c9f: "xpsubject",
}

const exifFields = 0x8769 // where those of Exif lie

// fields reads the fields of a TIFF (TIFF 6.0, section 2), and those of Exif.
func (p *collector) fields(c Content) {
	head, err := part(c, 0, 8)
	if err != nil || len(head) < 8 {
		return
	}
	order := binary.ByteOrder(binary.LittleEndian)
	if head[0] == 'M' {
		order = binary.BigEndian
	}
	at := order.Uint32(head[4:])
	for range 2 {
		at = p.directory(c, order, int64(at))
		if at == 0 {
			return
		}
	}
}

// directory reads the fields at an offset and returns where those of Exif are.
func (p *collector) directory(c Content, order binary.ByteOrder, at int64) (exif uint32) {
	count, err := part(c, at, 2)
	if err != nil || len(count) < 2 {
		return 0
	}
	for i := range int64(order.Uint16(count)) {
		f, err := part(c, at+2+12*i, 12)
		if err != nil || len(f) < 12 {
			return exif
		}
		tag, size := order.Uint16(f), int64(min(order.Uint32(f[4:]), maxPictureText))
		name := described[tag]
		switch {
		case tag == exifFields:
			exif = order.Uint32(f[8:])
			continue
		case name == "":
			continue
		}
		value := f[8:min(12, 8+size)]
		if size > 4 {
			if value, err = part(c, int64(order.Uint32(f[8:])), size); err != nil {
				return exif
			}
		}
		p.described(name, value)
	}
	return exif
}

func (p *collector) described(name string, value []byte) {
	switch {
	case name == "xmp":
		readPacket(bytes.NewReader(value), p.tell)
	case strings.HasPrefix(name, "xp"):
		units := make([]uint16, len(value)/2)
		for i := range units {
			units[i] = binary.LittleEndian.Uint16(value[2*i:])
		}
		p.tell(name, string(utf16.Decode(units)))
	case name == "usercomment" && len(value) >= 8: // eight bytes name the encoding
		p.tell(name, string(value[8:]))
	default:
		p.tell(name, string(value))
	}
}
