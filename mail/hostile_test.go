package mail

import (
	"bufio"
	"bytes"
	"io"
	"mime"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Line ends in what a letter is made of make no header, no second letter and no
// command: what arrives is one letter with our headers, to one address.
func TestALetterCannotBeWrittenAround_I08(t *testing.T) {
	t.Parallel()
	s := &server{}
	sender, err := New(serve(t, s), "congvan@hadong.example.vn")
	require.NoError(t, err)
	known := map[string]bool{"Message-Id": true, "Date": true, "Subject": true, "From": true, "To": true, "Auto-Submitted": true, "Mime-Version": true,
		"Content-Type": true, "Content-Transfer-Encoding": true}
	const body = "Chào\r\n.\r\nMAIL FROM:<x@evil.example>\r\n..\r\n.\n\r\n\rBcc: x@evil.example\r\n"
	for _, subject := range []string{"a\r\nBcc: x@evil.example", "a\nBcc: x@evil.example", "a\rBcc: x@evil.example", "a\r\n\r\nb\r\n.\r\nMAIL FROM:<x@evil.example>",
		"=?utf-8?q?a=0D=0ABcc:_x@evil.example?=", "a\u2028Bcc: x@evil.example", "a\x00b", strings.Repeat("ậ", 2000)} {
		l := letter
		l.Subject, l.Body = subject, body
		if err := sender.Send(t.Context(), l); err != nil {
			require.NotEqual(t, Later, outcome(t, err), "%q: what never fits is not tried for ever", subject)
			continue
		}
		got, err := netmail.ReadMessage(strings.NewReader(<-s.got))
		require.NoError(t, err, "%q", subject)
		for name := range got.Header {
			require.True(t, known[name], "%q made the header %s", subject, name)
		}
		require.Equal(t, []string{"<chutich@molao.example.vn>"}, got.Header["To"])
		said, err := new(mime.WordDecoder).DecodeHeader(got.Header.Get("Subject"))
		require.NoError(t, err)
		if !strings.HasPrefix(subject, "=?") { // what was written as an encoded word is one for whoever reads it
			require.NotContains(t, said, "\n")
		}
		text, err := io.ReadAll(quotedprintable.NewReader(got.Body))
		require.NoError(t, err)
		require.Contains(t, string(text), "\n.\r\nMAIL FROM:<x@evil.example>", "all of it is in the one letter")
		require.Empty(t, s.got, "%q became two letters", subject)
	}
}

// An address is one mailbox: no list, no option of a program, no second header.
func TestAnAddressIsOneMailbox_I08(t *testing.T) {
	t.Parallel()
	s := &server{}
	sender, err := New(serve(t, s), "congvan@hadong.example.vn")
	require.NoError(t, err)
	for _, to := range []string{"", "a", "a@b.vn\r\nBcc: x@evil.example", "a@b.vn\nRCPT TO:<x@evil.example>", "a@b.vn, x@evil.example", "<a@b.vn>, <x@evil.example>", "a@b.vn>\r\nDATA",
		"nhóm: a@b.vn, x@evil.example;", "a@b.vn\x00", "a@@b.vn", "@b.vn", "a b@c.vn"} {
		l := letter
		l.To = to
		err := sender.Send(t.Context(), l)
		require.Error(t, err, "%q", to)
		require.Equal(t, Never, outcome(t, err), "%q", to)
		require.Empty(t, s.got, "%q", to)
	}
}

// A mail server that talks without an end, or never, is away: it costs the time of
// one letter and no more memory than that.
func TestAServerThatNeverStopsTalkingIsAway_R02(t *testing.T) {
	t.Parallel()
	var said atomic.Int64
	t.Cleanup(func() { require.Less(t, said.Load(), int64(12<<20), "it is listened to no longer than its share") })
	line := []byte("220-" + strings.Repeat("x", 1000) + "\r\n")
	for name, behave := range map[string]func(net.Conn){
		"greets for ever": func(c net.Conn) {
			for {
				if _, err := c.Write(line); err != nil {
					return
				}
			}
		},
		"a line without an end": func(c net.Conn) {
			for {
				if _, err := c.Write(bytes.Repeat([]byte("x"), 64<<10)); err != nil {
					return
				}
				said.Add(64 << 10)
			}
		},
		"a letter at a time": func(c net.Conn) {
			for range 100 {
				if _, err := c.Write([]byte("2")); err != nil {
					return
				}
				time.Sleep(50 * time.Millisecond)
			}
		},
		"offers for ever": func(c net.Conn) {
			_, _ = c.Write([]byte("220 x\r\n"))
			_, _ = bufio.NewReader(c).ReadString('\n')
			for {
				if _, err := c.Write([]byte("250-" + strings.Repeat("X", 1000) + "\r\n")); err != nil {
					return
				}
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sender, err := newSender("smtp://"+listener(t, behave), "congvan@hadong.example.vn", 2*time.Second)
			require.NoError(t, err)
			began := time.Now()
			require.Equal(t, Away, outcome(t, sender.Send(t.Context(), letter)))
			require.Less(t, time.Since(began), 10*time.Second)
		})
	}
}
