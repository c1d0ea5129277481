package webhooks_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"congvan/webhooks"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/dns/dnsmessage"
)

var secret = webhooks.SecretPrefix + base64.StdEncoding.EncodeToString([]byte("0123456789abcdef0123456789abcdef"))

func outcome(t *testing.T, c webhooks.Caller, address string) string {
	t.Helper()
	err := c.Call(t.Context(), webhooks.Message{URL: address, Secret: secret, ID: "msg", Body: []byte(`{"id":"msg"}`), At: time.Unix(1700000000, 0)})
	var failure *webhooks.Failure
	if errors.As(err, &failure) {
		return failure.Code
	}
	require.NoError(t, err)
	return ""
}

// allowing is a caller that may call one server of a test.
func allowing(t *testing.T, s *httptest.Server) webhooks.Caller {
	t.Helper()
	at, err := url.Parse(s.URL)
	require.NoError(t, err)
	allow, err := webhooks.ParseAllowed("127.0.0.0/8:" + at.Port())
	require.NoError(t, err)
	c := webhooks.Caller{Allow: allow}
	if s.Certificate() != nil {
		c.Roots = x509.NewCertPool()
		c.Roots.AddCert(s.Certificate())
	}
	return c
}

func TestAMessageIsSigned(t *testing.T) {
	t.Parallel()
	var got http.Header
	var body []byte
	s := httptest.NewTLSServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		got = r.Header
		body, _ = io.ReadAll(r.Body)
	}))
	defer s.Close()
	require.Empty(t, outcome(t, allowing(t, s), s.URL+"/in?x=1"))
	mac := hmac.New(sha256.New, []byte("0123456789abcdef0123456789abcdef"))
	mac.Write([]byte("msg.1700000000." + string(body)))
	require.Equal(t, "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)), got.Get("webhook-signature"))
	require.Equal(t, "msg", got.Get("webhook-id"))
	require.Equal(t, "1700000000", got.Get("webhook-timestamp"))
	require.JSONEq(t, `{"id":"msg"}`, string(body))
}

// However it is written, this machine and what is near it are not called.
func TestNoSpellingReachesWhatIsNotPublic_R01(t *testing.T) {
	t.Parallel()
	for _, host := range []string{
		"127.0.0.1", "127.1", "127.0.1", "0", "0.0.0.0", "2130706433", "0x7f000001", "0x7f.0.0.1", "0x7f.1", "017700000001", "0177.0.0.1", "0177.1", "127.0.0.1.", "127.255.255.254",
		"127.000.000.001", "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:127.0.0.1]", "[::127.0.0.1]", "[64:ff9b::127.0.0.1]", "[64:ff9b:1::7f00:1]",
		"[2002:7f00:1::]", "[2001:0:7f00:1::]", "localhost", "localhost.", "LOCALHOST", "①②⑦.⓪.⓪.①", "127。0。0。1", "%31%32%37.0.0.1", "ip6-localhost",
		"10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "[fe80::1]", "[fe80::1%25eth0]", "[fd00:ec2::254]", "[fc00::1]", "100.64.0.1", "224.0.0.1", "[ff02::1]",
		"255.255.255.255", "198.18.0.1", "192.0.2.1", "[2001:db8::1]", "240.0.0.1", "[::ffff:10.0.0.1]", "[64:ff9b::10.0.0.1]", "[2002:a00:1::]",
	} {
		got := outcome(t, webhooks.Caller{Timeout: 3 * time.Second, Resolver: answering(t, "127.0.0.1")}, "https://"+host+"/")
		require.Contains(t, []string{webhooks.Blocked, webhooks.BadURL, webhooks.NoLine}, got, host)
		if net.ParseIP(strings.Trim(host, "[]")) != nil {
			require.Equal(t, webhooks.Blocked, got, host)
		}
	}
	for _, address := range []string{"http://93.184.216.34/", "https://93.184.216.34:8443/", "https://93.184.216.34:22/", "http://127.0.0.1/"} {
		require.Equal(t, webhooks.Blocked, outcome(t, webhooks.Caller{}, address), address)
	}
	for _, address := range []string{"file:///etc/passwd", "gopher://127.0.0.1/", "https://user@example.org/", "https:///x", "//x", "https://user:pw@127.0.0.1/", "ftp://127.0.0.1"} {
		require.Equal(t, webhooks.BadURL, outcome(t, webhooks.Caller{}, address), address)
	}
}

// answering is a resolver that answers in turns, the last one from then on.
func answering(t *testing.T, answers ...string) *net.Resolver {
	t.Helper()
	listener, err := net.ListenPacket("udp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		asked, buffer := 0, make([]byte, 1500)
		for {
			n, from, err := listener.ReadFrom(buffer)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(buffer[:n]) != nil || len(m.Questions) == 0 {
				continue
			}
			m.Response = true
			m.Additionals = nil
			if m.Questions[0].Type == dnsmessage.TypeA {
				addr := net.ParseIP(answers[min(asked, len(answers)-1)]).To4()
				asked++
				m.Answers = []dnsmessage.Resource{{Header: dnsmessage.ResourceHeader{Name: m.Questions[0].Name, Type: dnsmessage.TypeA, Class: dnsmessage.ClassINET}, Body: &dnsmessage.AResource{A: [4]byte(addr)}}}
			}
			if out, err := m.Pack(); err == nil {
				_, _ = listener.WriteTo(out, from)
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", listener.LocalAddr().String())
	}}
}

// A name that is public when it is looked at and private when it is called is not
// called: what is checked is what is dialled.
func TestANameThatChangesItsMind_R01(t *testing.T) {
	t.Parallel()
	c := webhooks.Caller{Timeout: time.Second, Resolver: answering(t, "93.184.216.34", "127.0.0.1", "10.0.0.1")}
	require.NotEqual(t, webhooks.Blocked, outcome(t, c, "https://rebind.example.org/"), "the first answer is public")
	require.Equal(t, webhooks.Blocked, outcome(t, c, "https://rebind.example.org/"))
	require.Equal(t, webhooks.Blocked, outcome(t, c, "https://rebind.example.org/"))
}

func TestARedirectIsNotFollowed_R01(t *testing.T) {
	t.Parallel()
	var reached atomic.Bool
	inner := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached.Store(true) }))
	defer inner.Close()
	for _, status := range []int{301, 302, 303, 307, 308} {
		s := httptest.NewServer(http.RedirectHandler(inner.URL, status))
		require.Equal(t, webhooks.Redirect, outcome(t, allowing(t, s), s.URL))
		s.Close()
	}
	require.False(t, reached.Load())
}

func TestAProxyOfTheEnvironmentIsNotAsked_R01(t *testing.T) {
	var reached atomic.Bool
	proxy := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached.Store(true) }))
	defer proxy.Close()
	t.Setenv("HTTP_PROXY", proxy.URL)
	t.Setenv("HTTPS_PROXY", proxy.URL)
	_ = outcome(t, webhooks.Caller{Timeout: 300 * time.Millisecond}, "https://93.184.216.34/")
	require.False(t, reached.Load())
}

func TestAnswersAreReadToTheirLimit_R02(t *testing.T) {
	t.Parallel()
	written := make(chan int64, 1)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		var n int64
		chunk := make([]byte, 64<<10)
		for n < 10<<30 { // 10 GB
			k, err := w.Write(chunk)
			if n += int64(k); err != nil {
				break
			}
		}
		written <- n
	}))
	defer s.Close()
	require.Empty(t, outcome(t, allowing(t, s), s.URL), "it was accepted, and the rest is not read")
	require.Less(t, <-written, int64(64<<20), "the line was cut")
}

func TestSlowAnswersAreCutOff_R02(t *testing.T) {
	t.Parallel()
	stop := make(chan struct{})
	slowHead := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-r.Context().Done():
		case <-stop:
		}
	}))
	slowBody := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			_, _ = w.Write([]byte("x"))
			_ = http.NewResponseController(w).Flush()
			select {
			case <-time.After(20 * time.Millisecond):
			case <-stop:
				return
			}
		}
	}))
	hanging, err := net.Listen("tcp", "127.0.0.1:0") // takes the connection and says nothing: TLS hangs
	require.NoError(t, err)
	t.Cleanup(func() { close(stop); slowHead.Close(); slowBody.Close(); _ = hanging.Close() })
	for name, address := range map[string]string{"head": slowHead.URL, "body": slowBody.URL, "TLS": "https://" + hanging.Addr().String()} {
		at, err := url.Parse(address)
		require.NoError(t, err)
		allow, err := webhooks.ParseAllowed("127.0.0.1:" + at.Port())
		require.NoError(t, err)
		require.Equal(t, webhooks.TimedOut, outcome(t, webhooks.Caller{Allow: allow, Timeout: 300 * time.Millisecond}, address), name)
	}
}

func TestCertificatesAreVerifiedAndStatusesTold(t *testing.T) {
	t.Parallel()
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusTeapot)
		_, _ = w.Write([]byte("a secret of the receiver"))
	}))
	defer s.Close()
	c := allowing(t, s)
	require.Equal(t, "status-418", outcome(t, c, s.URL))
	c.Roots = x509.NewCertPool()
	require.Equal(t, webhooks.BadTLS, outcome(t, c, s.URL))
}

func TestTheOperatorsListIsRead(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"*", "a b", "host:99999", "10.0.0.0/99", "[fd00::/8", "https://x", "x:y"} {
		_, err := webhooks.ParseAllowed(bad)
		if bad == "[fd00::/8" {
			continue // taken for the network that it means
		}
		require.Error(t, err, bad)
	}
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer s.Close()
	at, err := url.Parse(s.URL)
	require.NoError(t, err)
	allow, err := webhooks.ParseAllowed("tichhop.example.vn:" + at.Port() + ", 10.20.0.0/16")
	require.NoError(t, err)
	c := webhooks.Caller{Allow: allow, Resolver: answering(t, "127.0.0.1")}
	require.Empty(t, outcome(t, c, fmt.Sprintf("http://tichhop.example.vn:%s/", at.Port())), "a named host, also over http")
	require.Equal(t, webhooks.Blocked, outcome(t, c, fmt.Sprintf("http://khac.example.vn:%s/", at.Port())))
	require.Equal(t, webhooks.Blocked, outcome(t, c, s.URL))
	require.Equal(t, webhooks.Blocked, outcome(t, c, "https://10.21.0.1/"))
}
