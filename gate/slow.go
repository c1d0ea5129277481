package gate

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"
)

// What a client may take its time with. Who is slower than the thinnest line of
// a ward office holds a place that others wait for.
const (
	// slowestUpload is how many bytes of a file have to arrive in a second, on average.
	slowestUpload = 16 << 10
	// uploadGrace is how long a file may take to begin.
	uploadGrace = 10 * time.Second
	// FileTimeout is how long a file may be under way: 50 MiB over a thin line.
	FileTimeout = 5 * time.Minute
)

// steady reads a body that has to arrive at a minimum rate: at each read the
// connection may stay silent until the instant by which so much should be there.
type steady struct {
	io.ReadCloser
	conn  *http.ResponseController
	began time.Time
	grace time.Duration
	read  int64
}

func (b *steady) Read(p []byte) (int, error) {
	due := b.began.Add(b.grace + time.Duration(b.read)*time.Second/slowestUpload)
	_ = b.conn.SetReadDeadline(due) // not supported in some tests
	n, err := b.ReadCloser.Read(p)
	b.read += int64(n)
	if errors.Is(err, io.EOF) {
		_ = b.conn.SetReadDeadline(time.Now().Add(FileTimeout)) // all is here: now the house may take its time
	}
	return n, err
}

// KeepSteady lets the body of an upload arrive for as long as it needs, but not slowly.
func (f *Face) KeepSteady(class Class, next http.Handler) http.Handler {
	if class != ClassUpload {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Body != nil && r.Body != http.NoBody {
			r.Body = &steady{ReadCloser: r.Body, conn: http.NewResponseController(w), began: time.Now(), grace: f.Grace}
		}
		next.ServeHTTP(w, r)
	})
}

// Connections that one process holds open. A live stream is one; the rest are
// between two requests. A network has its share: who opens thousands shuts
// himself out, not the others.
const (
	maxConnections  = 10_000
	maxOfOneNetwork = 2_500
)

// Listen wraps a listener so that no more connections are open at a time, in all
// and from one network, than the process can serve. One too many is closed at once.
func Listen(l net.Listener) net.Listener {
	return &counted{Listener: l, open: map[string]int{}, most: maxConnections, mostOfOne: maxOfOneNetwork}
}

// counted is a listener that knows how many of its connections are open.
type counted struct {
	net.Listener
	most, mostOfOne int

	mu   sync.Mutex
	all  int
	open map[string]int // by network
}

// Accept waits for the next connection that may stay.
func (l *counted) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		network := ""
		if at, err := netip.ParseAddrPort(conn.RemoteAddr().String()); err == nil {
			network = networkAt(at.Addr())
		}
		if l.enter(network) {
			return &countedConn{Conn: conn, leave: sync.OnceFunc(func() { l.leave(network) })}, nil
		}
		_ = conn.Close() // one too many: nothing is owed to it
	}
}

func (l *counted) enter(network string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.all >= l.most || network != "" && l.open[network] >= l.mostOfOne {
		return false
	}
	l.all++
	l.open[network]++
	return true
}

func (l *counted) leave(network string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all--
	if l.open[network]--; l.open[network] == 0 {
		delete(l.open, network)
	}
}

type countedConn struct {
	net.Conn
	leave func()
}

// Close gives the place back, once.
func (c *countedConn) Close() error {
	c.leave()
	return c.Conn.Close()
}

// AllowFileTime gives a request that brings or takes a file more time than the
// server's limits.
func AllowFileTime(w http.ResponseWriter) {
	until, conn := time.Now().Add(FileTimeout), http.NewResponseController(w)
	_ = conn.SetReadDeadline(until) // not supported in some tests
	_ = conn.SetWriteDeadline(until)
}
