package gate

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestIdleConnectionsHaveTheirNumber: what is over it is closed, and who is
// within it is still served.
func TestIdleConnectionsHaveTheirNumber_R21(t *testing.T) {
	t.Parallel()
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	l := &counted{Listener: inner, open: map[string]int{}, most: 20, mostOfOne: 5}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) })}
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() { _ = server.Close() })
	ask := func() (net.Conn, int) {
		conn, err := net.Dial("tcp", inner.Addr().String())
		require.NoError(t, err)
		_, _ = io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
		require.NoError(t, conn.SetReadDeadline(time.Now().Add(5*time.Second)))
		res, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			return conn, 0
		}
		return conn, res.StatusCode
	}
	var open []net.Conn
	for range 20 {
		conn, got := ask()
		require.Equal(t, 204, got)
		open = append(open, conn)
	}
	_, got := ask()
	require.Zero(t, got, "one too many")
	require.NoError(t, open[0].Close())
	require.Eventually(t, func() bool { conn, got := ask(); _ = conn.Close(); return got == 204 }, 5*time.Second, 10*time.Millisecond)
	for _, conn := range open {
		_ = conn.Close()
	}
	require.Eventually(t, func() bool { l.mu.Lock(); defer l.mu.Unlock(); return l.all == 0 && len(l.open) == 0 }, 5*time.Second, 10*time.Millisecond)

	for range 5 {
		require.True(t, l.enter("198.51.100.0/24"))
	}
	require.False(t, l.enter("198.51.100.0/24"), "a network has its share")
	require.True(t, l.enter("203.0.113.0/24"))
}
