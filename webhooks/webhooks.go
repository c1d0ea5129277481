// Package webhooks calls addresses that people registered, signed as Standard
// Webhooks are, and knows nothing of what a message is about. It is the one place
// from which this house calls whatever address somebody typed, so it lets no call
// reach what only this house should reach.
package webhooks

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// SecretPrefix begins the text of a secret, as Standard Webhooks has it.
const SecretPrefix = "whsec_"

// The outcomes of a call that was not accepted. What was answered is in none of them.
const (
	Blocked  = "blocked-address" // where it leads nobody may be called
	Redirect = "redirected"
	TimedOut = "timed-out"
	BadTLS   = "certificate"
	NoLine   = "no-connection"
	BadURL   = "bad-address"
	// a status that is no success is "status-" and its number
)

// Failure says why a call was not accepted; Code is one of the outcomes.
type Failure struct{ Code string }

func (f *Failure) Error() string { return "webhooks: " + f.Code }

// Message is what is sent.
type Message struct {
	URL, Secret, ID string
	Body            []byte // JSON
	At              time.Time
}

// Caller calls webhooks. It is safe for use by many goroutines.
type Caller struct {
	Allow    Allowed
	Timeout  time.Duration  // of a call in all; 0: ten seconds
	Resolver *net.Resolver  // nil: the machine's
	Roots    *x509.CertPool // who vouches for receivers; nil: whom the machine trusts
}

const (
	timeout    = 10 * time.Second
	mostAnswer = 64 << 10 // bytes that are read of an answer
	mostHeader = 16 << 10
)

// errBlocked says that the final address may not be called.
var errBlocked = errors.New("webhooks: this address may not be called")

// Call sends a message and says with a Failure that it was not accepted: by
// whichever answer but 2xx, a redirect included.
func (c Caller) Call(ctx context.Context, m Message) error {
	at, err := url.Parse(m.URL)
	if err != nil || at.Host == "" || at.User != nil {
		return &Failure{BadURL}
	}
	port := at.Port()
	if port == "" {
		port = map[string]string{"https": "443", "http": "80"}[at.Scheme]
	}
	named := c.Allow.host(at.Hostname(), port)
	switch {
	case at.Scheme != "https" && at.Scheme != "http":
		return &Failure{BadURL}
	case !named && port != "443" && !c.Allow.anyNetwork(port), at.Scheme == "http" && !named && !c.Allow.literal(at.Hostname(), port):
		return &Failure{Blocked}
	}
	ctx, cancel := context.WithTimeout(ctx, c.timeout())
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, m.URL, bytes.NewReader(m.Body))
	if err != nil {
		return &Failure{BadURL}
	}
	if err := sign(req.Header, m); err != nil {
		return err
	}
	client := c.client(named)
	defer client.CloseIdleConnections()
	res, err := client.Do(req)
	if err != nil {
		return failureOf(ctx, err)
	}
	defer res.Body.Close()
	_, err = io.Copy(io.Discard, io.LimitReader(res.Body, mostAnswer))
	switch {
	case res.StatusCode >= 300 && res.StatusCode < 400:
		return &Failure{Redirect}
	case res.StatusCode < 200 || res.StatusCode > 299:
		return &Failure{"status-" + strconv.Itoa(res.StatusCode)}
	case err != nil && ctx.Err() != nil:
		return &Failure{TimedOut}
	}
	return nil // what else may be wrong with the rest of the answer is not ours to read
}

func (c Caller) timeout() time.Duration {
	if c.Timeout > 0 {
		return c.Timeout
	}
	return timeout
}

// client is one for a single call. The guard stands at the socket: whatever a name
// resolves to, and however an address is written, what is checked is what is dialled.
func (c Caller) client(named bool) *http.Client {
	dialer := &net.Dialer{Resolver: c.Resolver, Control: func(_, address string, _ syscall.RawConn) error {
		if !named && !c.Allow.address(address) {
			return errBlocked
		}
		return nil
	}}
	return &http.Client{
		Transport: &http.Transport{
			Proxy: nil, DialContext: dialer.DialContext, DisableKeepAlives: true, MaxResponseHeaderBytes: mostHeader, DisableCompression: true,
			TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: c.Roots},
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// sign puts the three headers of Standard Webhooks on a request.
func sign(h http.Header, m Message) error {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(m.Secret, SecretPrefix))
	if err != nil {
		return fmt.Errorf("webhooks: the secret is none: %w", err)
	}
	at := strconv.FormatInt(m.At.Unix(), 10)
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s.%s.%s", m.ID, at, m.Body)
	h.Set("Content-Type", "application/json")
	h.Set("User-Agent", "congvan-webhooks")
	h.Set("webhook-id", m.ID)
	h.Set("webhook-timestamp", at)
	h.Set("webhook-signature", "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	return nil
}

func failureOf(ctx context.Context, err error) *Failure {
	var certificate *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	var slow net.Error
	switch {
	case errors.Is(err, errBlocked):
		return &Failure{Blocked}
	case errors.As(err, &certificate), errors.As(err, &record):
		return &Failure{BadTLS}
	case ctx.Err() != nil, errors.As(err, &slow) && slow.Timeout():
		return &Failure{TimedOut}
	}
	return &Failure{NoLine}
}
