package api

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// raw opens a connection to the API and writes to it as no client does.
func (w *world) raw(t *testing.T, text string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(w.url, "http://"))
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	_, err = conn.Write([]byte(text))
	require.NoError(t, err)
	return conn
}

// status reads the status of the one answer that comes; 0 if the connection is
// closed without one.
func status(t *testing.T, conn net.Conn, within time.Duration) int {
	t.Helper()
	require.NoError(t, conn.SetReadDeadline(time.Now().Add(within)))
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		require.NotErrorIs(t, err, net.ErrClosed)
		timeout, ok := err.(net.Error)
		require.False(t, ok && timeout.Timeout(), "no answer within %s", within)
		return 0
	}
	defer res.Body.Close()
	return res.StatusCode
}

func head(path, more string) string {
	return "POST " + base + path + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer token-of-" + clerk + "\r\nIdempotency-Key: " + newKey() + "\r\n" + more
}

// TestASlowUploadIsCutOff: a file whose bytes drip holds one of a few places.
func TestASlowUploadIsCutOff_R21(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.handler.server.Grace = 300 * time.Millisecond
	id := w.register()
	path := "/documents/" + id + "/attachments?name=a.pdf"
	conn := w.raw(t, head(path, "Content-Type: application/pdf\r\nContent-Length: 1000000\r\n\r\n%PDF-1.7"))
	began := time.Now()
	stop := make(chan struct{})
	defer close(stop)
	go func() { // a byte every 50 ms: never silent, never done
		for {
			select {
			case <-stop:
				return
			case <-time.After(50 * time.Millisecond):
				if _, err := conn.Write([]byte("x")); err != nil {
					return
				}
			}
		}
	}()
	require.Equal(t, 400, status(t, conn, 5*time.Second))
	require.Less(t, time.Since(began), 3*time.Second)
}

func TestSlowHeadersAreCutOff_R21(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	conn := w.raw(t, "GET /healthz HTTP/1.1\r\nHost: x\r\nX-A: ")
	began := time.Now()
	require.Contains(t, []int{0, 408}, status(t, conn, readHeaderTimeout+5*time.Second))
	require.Less(t, time.Since(began), readHeaderTimeout+3*time.Second)
}

// TestTooMuchBeforeTheBody: parameters, cookies and headers by the hundred
// thousand are refused before anything is made of them.
func TestTooMuchBeforeTheBody_R21(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	for name, text := range map[string]string{
		"parameters": "GET " + base + "/documents?" + strings.Repeat("a=1&", 100_000) + " HTTP/1.1\r\nHost: x\r\n\r\n",
		"cookies":    "GET " + base + "/documents HTTP/1.1\r\nHost: x\r\nCookie: " + strings.Repeat("a=1; ", 100_000) + "\r\n\r\n",
		"headers":    "GET " + base + "/documents HTTP/1.1\r\nHost: x\r\n" + strings.Repeat("X-A: 1\r\n", 100_000) + "\r\n",
		"one header": "GET " + base + "/documents HTTP/1.1\r\nHost: x\r\nX-A: " + strings.Repeat("a", 1<<20) + "\r\n\r\n",
	} {
		conn, err := net.Dial("tcp", strings.TrimPrefix(w.url, "http://"))
		require.NoError(t, err)
		go func() { _, _ = io.WriteString(conn, text) }() // it is cut off in the middle
		got := status(t, conn, 5*time.Second)
		require.Contains(t, []int{0, 414, 431}, got, name)
		_ = conn.Close()
	}
	many := w.call(clerk, "GET", "/documents?"+strings.Repeat("a=1&", 2000), nil) // what fits is refused by name
	require.Equal(t, 400, many.status)
	require.Less(t, len(many.raw), 1000)
	w.expect(200, clerk, "GET", "/documents", nil, "Cookie", strings.Repeat("a=1; ", 2000))
}

func TestPackedBodiesAreNotUnpacked_R21(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	for _, encoding := range []string{"gzip", "deflate", "br", "zstd", "gzip, identity", "identity, gzip"} {
		w.expect(415, clerk, "POST", "/documents", "\x1f\x8b\x08\x00\x00", "Content-Encoding", encoding)
	}
}
