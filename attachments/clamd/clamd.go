// Package clamd asks a ClamAV daemon whether a file is known to be harmful. Only
// its bytes go there, by INSTREAM: the daemon needs no access to any file.
package clamd

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"congvan/attachments"
)

// State is what is known of a file.
type State string

// The states.
const (
	NotScanned State = "not-scanned"
	Clean      State = "clean"
	Found      State = "found"
)

// Result is what a scan came to.
type Result struct {
	State  State
	At     time.Time // zero: not scanned
	Engine string    // and its definitions: "ClamAV 1.4.6/27500/…"
}

// Client asks the daemon at an address: host:port, or the path of a socket.
type Client struct {
	network, address string
	// patience is how long a step may take: connecting, a piece, the answer. What a
	// file takes in all is whole.
	patience, whole time.Duration
}

// New makes a client for "tcp://host:port", "host:port", "unix:///path" or "/path".
func New(address string, patience, whole time.Duration) *Client {
	c := &Client{network: "tcp", address: strings.TrimPrefix(address, "tcp://"), patience: patience, whole: whole}
	if path, ok := strings.CutPrefix(c.address, "unix://"); ok || strings.HasPrefix(c.address, "/") {
		c.network, c.address = "unix", path
	}
	return c
}

// Scan sends a content and returns what the daemon says of it. An error means
// that nobody knows: the daemon is down, too slow, or does not take files as large.
func (c *Client) Scan(ctx context.Context, content attachments.Content) (Result, error) {
	ctx, cancel := context.WithTimeout(ctx, c.whole)
	defer cancel()
	answer, err := c.ask(ctx, "zINSTREAM\x00", content)
	if err != nil {
		return Result{State: NotScanned}, fmt.Errorf("clamd: %w", err)
	}
	r := Result{At: time.Now()}
	switch {
	case answer == "stream: OK":
		r.State = Clean
	case strings.HasSuffix(answer, " FOUND"):
		r.State = Found
	default: // "INSTREAM size limit exceeded. ERROR"
		return Result{State: NotScanned}, fmt.Errorf("clamd: it did not scan")
	}
	if r.Engine, err = c.ask(ctx, "zVERSION\x00", nil); err != nil || len(r.Engine) > 100 {
		r.Engine = "clamd"
	}
	return r, nil
}

// ask sends one command, with a content in pieces if it has one.
func (c *Client) ask(ctx context.Context, command string, content attachments.Content) (string, error) {
	dialer := net.Dialer{Timeout: c.patience}
	conn, err := dialer.DialContext(ctx, c.network, c.address)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	if _, err := io.WriteString(conn, command); err != nil {
		return "", err
	}
	if content != nil {
		if err := c.send(conn, content); err != nil {
			return "", err
		}
	}
	if ctx.Err() == nil {
		_ = conn.SetReadDeadline(time.Now().Add(max(c.patience, c.whole/2)))
	}
	answer, err := bufio.NewReader(io.LimitReader(conn, 4<<10)).ReadString(0)
	if err != nil && !(errors.Is(err, io.EOF) && answer != "") {
		return "", errors.Join(err, ctx.Err())
	}
	return strings.TrimSpace(strings.TrimRight(answer, "\x00")), nil
}

func (c *Client) send(conn net.Conn, content attachments.Content) error {
	buf := make([]byte, 4+64<<10)
	for r := io.NewSectionReader(content, 0, content.Size()); ; {
		n, err := r.Read(buf[4:])
		if n > 0 {
			binary.BigEndian.PutUint32(buf, uint32(n))
			_ = conn.SetWriteDeadline(time.Now().Add(c.patience))
			if _, err := conn.Write(buf[:4+n]); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			_, err = conn.Write(make([]byte, 4))
			return err
		}
		if err != nil {
			return err
		}
	}
}
