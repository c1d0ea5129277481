package attachments

import (
	"archive/zip"
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// The limits of a container, counted while it is read.
const (
	maxEntries   = 5_000
	maxDirectory = 2 << 20   // bytes of the list of entries
	maxUnpacked  = 400 << 20 // bytes in all, what is nested included
	freeUnpacked = 4 << 20   // below it, no ratio is a bomb: empty tables shrink well
	maxRatio     = 150       // unpacked to packed, of an entry
	maxNested    = 16 << 20  // bytes of a container inside
	maxDepth     = 2         // containers inside each other
	endRecord    = 22        // bytes of a zip's end record without its remark
)

// unpacking counts what comes out of a container and of those inside it.
type unpacking struct {
	total int64
	depth int
}

// openZip opens a container whose list of entries is bounded and unambiguous.
func openZip(c Content) (*zip.Reader, error) {
	if err := checkEnd(c); err != nil {
		return nil, err
	}
	z, err := zip.NewReader(c, c.Size())
	switch {
	case errors.Is(err, zip.ErrInsecurePath):
		return nil, ErrEntries
	case err != nil:
		return nil, ErrBroken
	}
	return z, checkEntries(z, c.Size())
}

// checkEnd reads the end record before the library does, which reserves room for
// as many entries as the record claims. It has to be the last thing in the file,
// so that every program finds the same one.
func checkEnd(c Content) error {
	tail, err := tailOf(c, endRecord+0xffff)
	if err != nil {
		return err
	}
	at := bytes.LastIndex(tail, []byte("PK\x05\x06"))
	if at < 0 || len(tail)-at < endRecord {
		return ErrBroken
	}
	end := tail[at:]
	entries, size, offset := binary.LittleEndian.Uint16(end[10:]), binary.LittleEndian.Uint32(end[12:]), binary.LittleEndian.Uint32(end[16:])
	switch remark := int(binary.LittleEndian.Uint16(end[20:])); {
	case remark != len(end)-endRecord:
		return ErrTwofold
	case entries > maxEntries || size > maxDirectory: // all ones, too: no office file needs Zip64
		return ErrBomb
	case int64(offset)+int64(size) != c.Size()-int64(len(end)): // something lies before the archive, or in between
		return ErrTwofold
	}
	return nil
}

// checkEntries refuses names and places by which entries leave the container,
// hide or share each other (CWE-22, "zip slip"; overlapping entries).
func checkEntries(z *zip.Reader, size int64) error {
	if len(z.File) == 0 || len(z.File) > maxEntries {
		return ErrBroken
	}
	fold, seen := cases.Fold(), map[string]bool{}
	type extent struct{ from, to int64 }
	var extents []extent
	var all uint64
	for _, f := range z.File {
		key := fold.String(norm.NFC.String(strings.TrimSuffix(f.Name, "/")))
		switch mode := f.Mode(); {
		case f.Flags&1 != 0:
			return ErrEncrypted
		case badEntry(f.Name) || seen[key], mode&(fs.ModeSymlink|fs.ModeDevice|fs.ModeNamedPipe|fs.ModeSocket|fs.ModeIrregular) != 0:
			return ErrEntries
		case f.Method != zip.Store && f.Method != zip.Deflate:
			return ErrBroken
		case f.UncompressedSize64 > maxUnpacked, f.UncompressedSize64 > freeUnpacked && f.UncompressedSize64/max(1, f.CompressedSize64) > maxRatio:
			return ErrBomb // by its own word; who lies about it is found while unpacking
		}
		if all += f.UncompressedSize64; all > maxUnpacked {
			return ErrBomb
		}
		seen[key] = true
		from, err := f.DataOffset()
		if err != nil || from+int64(f.CompressedSize64) > size {
			return ErrBroken
		}
		extents = append(extents, extent{from - 30 - int64(len(f.Name)), from + int64(f.CompressedSize64)})
	}
	slices.SortFunc(extents, func(a, b extent) int { return cmp.Compare(a.from, b.from) })
	for i := 1; i < len(extents); i++ {
		if extents[i].from < extents[i-1].to {
			return ErrBomb
		}
	}
	return nil
}

func badEntry(name string) bool {
	return !utf8.ValidString(name) || name == "" || len(name) > 1000 || strings.ContainsAny(name, "\\:\x00") || strings.ContainsFunc(name, misleads) ||
		path.IsAbs(name) || slices.Contains(strings.Split(name, "/"), "..")
}

// read reads an entry to its end and counts it; visit sees it once, in pieces.
func (u *unpacking) read(f *zip.File, visit func([]byte)) error {
	r, err := f.Open()
	if err != nil {
		return ErrBroken
	}
	defer r.Close()
	buf, n := make([]byte, 64<<10), int64(0)
	for {
		read, err := r.Read(buf)
		n += int64(read)
		u.total += int64(read)
		if u.total > maxUnpacked || n > freeUnpacked && n/max(1, int64(f.CompressedSize64)) > maxRatio {
			return ErrBomb
		}
		visit(buf[:read])
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil: // also if it is longer or shorter than it says, or its sum is wrong
			return ErrBroken
		}
	}
}

// small reads an entry that has to be small into memory.
func (u *unpacking) small(f *zip.File, limit int) ([]byte, error) {
	if f.UncompressedSize64 > uint64(limit) {
		return nil, ErrBomb
	}
	var data bytes.Buffer
	err := u.read(f, func(p []byte) { data.Write(p) })
	if data.Len() > limit {
		return nil, ErrBomb
	}
	return data.Bytes(), err
}
