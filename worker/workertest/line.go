package workertest

import (
	"io"
	"net"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// Line is a network line to a server, which can be cut and mended. It begins cut.
type Line struct {
	Address string // of this end

	listener net.Listener
	to       string
	mu       sync.Mutex
	mended   bool
	open     map[net.Conn]bool
}

// NewLine lays a line to the server at an address.
func NewLine(t testing.TB, to string) *Line {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	l := &Line{Address: listener.Addr().String(), listener: listener, to: to, open: map[net.Conn]bool{}}
	t.Cleanup(func() { _ = listener.Close(); l.Cut() })
	go l.accept()
	return l
}

// Mend lets the line carry what comes from now on.
func (l *Line) Mend() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.mended = true
}

// Cut ends every connection and lets none come about.
func (l *Line) Cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.mended = false
	for conn := range l.open {
		_ = conn.Close()
	}
}

func (l *Line) accept() {
	for {
		near, err := l.listener.Accept()
		if err != nil {
			return
		}
		go l.carry(near)
	}
}

func (l *Line) carry(near net.Conn) {
	defer near.Close()
	far, err := net.Dial("tcp", l.to)
	if err != nil || !l.keep(near, far) {
		return
	}
	defer far.Close()
	go func() { _, _ = io.Copy(far, near); _ = far.Close() }()
	_, _ = io.Copy(near, far)
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.open, near)
	delete(l.open, far)
}

func (l *Line) keep(conns ...net.Conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range conns {
		if !l.mended {
			_ = c.Close()
		} else {
			l.open[c] = true
		}
	}
	return l.mended
}
