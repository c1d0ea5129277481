// Package clamdtest is a stand-in for ClamAV's daemon, for tests: it speaks
// INSTREAM and knows one signature, the EICAR test text, also inside a zip.
package clamdtest

import (
	"archive/zip"
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"strings"
	"testing"
)

// Most is how many bytes it takes.
const Most = 4 << 20

// EICAR is the harmless text that every antivirus takes for a virus. It is put
// together here so that this file is not taken for one.
func EICAR() string {
	return strings.Join([]string{`X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR`, `STANDARD-ANTIVIRUS-TEST-FILE!$H+H*`}, "-")
}

// Start listens on a port of this machine until the test ends.
func Start(t testing.TB) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go serve(conn)
		}
	}()
	return l.Addr().String()
}

func serve(conn net.Conn) {
	defer conn.Close()
	r := bufio.NewReader(conn)
	command, err := r.ReadString(0)
	if err != nil {
		return
	}
	if command == "zVERSION\x00" {
		_, _ = io.WriteString(conn, "ClamAV 1.4.6/1/Mon Nov 23 2026\x00")
		return
	}
	var data bytes.Buffer
	for {
		var size [4]byte
		if _, err := io.ReadFull(r, size[:]); err != nil {
			return
		}
		n := binary.BigEndian.Uint32(size[:])
		if n == 0 {
			break
		}
		if data.Len()+int(n) > Most {
			_, _ = io.WriteString(conn, "INSTREAM size limit exceeded. ERROR\x00")
			_, _ = io.Copy(io.Discard, r)
			return
		}
		if _, err := io.CopyN(&data, r, int64(n)); err != nil {
			return
		}
	}
	answer := "stream: OK\x00"
	if infected(data.Bytes()) {
		answer = "stream: Eicar-Signature FOUND\x00"
	}
	_, _ = io.WriteString(conn, answer)
}

func infected(data []byte) bool {
	if bytes.Contains(data, []byte(EICAR())) {
		return true
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return false
	}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			continue
		}
		inside, err := io.ReadAll(io.LimitReader(r, Most))
		_ = r.Close()
		if err == nil && infected(inside) {
			return true
		}
	}
	return false
}
