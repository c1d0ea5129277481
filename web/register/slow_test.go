package register_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"congvan/web/webtest"

	"github.com/stretchr/testify/require"
)

// TestAFormThatDripsIsAnswered: who sends on a line that is too slow is told so, and
// does not look at an empty page that says that all is well.
func TestAFormThatDripsIsAnswered_R21_U09(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	b := w.In("vanthu.quan")
	conn, err := net.Dial("tcp", strings.TrimPrefix(w.URL, "http://"))
	require.NoError(t, err)
	defer conn.Close()
	_, err = io.WriteString(conn, "POST /register HTTP/1.1\r\nHost: x\r\nSec-Fetch-Site: same-origin\r\nCookie: "+b.Cookies()+
		"\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 100000\r\n\r\n--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n%PDF-1.4\n")
	require.NoError(t, err)
	go func() {
		for range 200 {
			if _, err := io.WriteString(conn, "%"); err != nil {
				return
			}
			time.Sleep(100 * time.Millisecond)
		}
	}()
	require.NoError(t, conn.SetReadDeadline(time.Now().Add(20*time.Second)))
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	require.NoError(t, err)
	text, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	require.GreaterOrEqual(t, answer.StatusCode, 400, "%s", text)
	require.Contains(t, string(text), "Đường truyền quá chậm")
}
