package attachments

import (
	"encoding/binary"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/richardlehane/mscfb"
)

// compoundKinds are the formats of Office 97, by the stream that each has
// (MS-DOC, MS-XLS, MS-PPT). They share their container with installers and much else.
var compoundKinds = map[string]string{"WordDocument": DOC, "Workbook": XLS, "Book": XLS, "PowerPoint Document": PPT}

const compoundOther = "application/x-ole-storage"

// maxStreams is how many streams and storages a compound file may have.
const maxStreams = 5_000

// sniffCompound tells the formats apart that share the container.
func sniffCompound(c Content) (kind string, err error) {
	kind = compoundOther
	err = eachStream(c, func(s *mscfb.File) error {
		switch found, ok := compoundKinds[s.Name]; {
		case s.Name == "EncryptedPackage": // a new Office file with a password
			return ErrEncrypted
		case ok && len(s.Path) == 0:
			kind = found
		}
		return nil
	})
	return kind, err
}

// examineCompound refuses old Office files with programs, packed files or a password.
func examineCompound(kind string, c Content) error {
	if err := checkCompound(c); err != nil {
		return err
	}
	return eachStream(c, func(s *mscfb.File) error {
		if len(s.Path) > 0 {
			return nil
		}
		switch s.Name {
		case "WordDocument":
			return checkWord(s)
		case "Workbook", "Book":
			return checkWorkbook(s)
		case "EncryptedSummary":
			return ErrEncrypted
		}
		return nil
	})
}

// checkCompound looks for storages and streams that act (MS-OVBA; the packager's
// Ole10Native holds any file, and runs it on a double click).
func checkCompound(c io.ReaderAt) error {
	return eachStream(c, func(s *mscfb.File) error {
		switch name := strings.ToLower(strings.TrimLeft(s.Name, "\x00\x01\x02\x03\x04\x05")); {
		case slices.Contains([]string{"macros", "vba", "_vba_project", "_vba_project_cur", "dir.vba"}, name):
			return ErrMacros
		case name == "ole10native", name == "encryptedpackage":
			return ErrActive.Saying("Tệp chứa một tệp khác được đóng gói bên trong; hãy bỏ tệp đó hoặc xuất PDF rồi gửi lại.")
		}
		return nil
	})
}

// eachStream visits the entries of a compound file. What the library cannot
// follow is broken; it stops at loops and at sectors outside the file.
func eachStream(c io.ReaderAt, visit func(*mscfb.File) error) (err error) {
	defer func() {
		if recover() != nil { // a library on a hostile file
			err = ErrBroken
		}
	}()
	doc, err := mscfb.New(c)
	if err != nil {
		return ErrBroken
	}
	for n := 0; ; n++ {
		s, err := doc.Next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil || n > maxStreams:
			return ErrBroken
		}
		if err := visit(s); err != nil {
			return err
		}
	}
}

// checkWord reads the file information block (MS-DOC 2.5.1): fEncrypted.
func checkWord(s io.Reader) error {
	var fib [12]byte
	if _, err := io.ReadFull(s, fib[:]); err != nil {
		return ErrBroken
	}
	if binary.LittleEndian.Uint16(fib[10:])&0x0100 != 0 {
		return ErrEncrypted
	}
	return nil
}

// checkWorkbook walks the first records (MS-XLS 2.1.4): FilePass is a password,
// a BoundSheet8 of another kind is a sheet of Excel 4 macros. Links to other
// programs (DDE in a SupBook) are not told from links to other workbooks.
func checkWorkbook(s io.Reader) error {
	const filePass, boundSheet, endOfFile, maxRecords = 0x2f, 0x85, 0x0a, 20_000
	for range maxRecords {
		var head [4]byte
		if _, err := io.ReadFull(s, head[:]); err != nil {
			return nil // a workbook may end here
		}
		kind, size := binary.LittleEndian.Uint16(head[:]), binary.LittleEndian.Uint16(head[2:])
		data := make([]byte, size)
		if _, err := io.ReadFull(s, data); err != nil {
			return ErrBroken
		}
		switch {
		case kind == filePass:
			return ErrEncrypted
		case kind == boundSheet && size >= 6 && (data[5] == 1 || data[5] == 6): // macro sheet, VBA module
			return ErrMacros
		case kind == endOfFile:
			return nil // of the globals, which come first
		}
	}
	return nil
}
