package postgres

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"congvan/local/localtest"

	"github.com/stretchr/testify/require"
)

func TestAServerElsewhereIsVerified_C04_C10(t *testing.T) {
	for dsn, fine := range map[string]bool{
		"postgres://a:b@db.quan.vn/congvan":                                      true, // verify-full by itself
		"postgres://a:b@db.quan.vn/congvan?sslmode=verify-full":                  true,
		"postgres://a:b@db.quan.vn/congvan?sslmode=disable":                      false,
		"postgres://a:b@db.quan.vn/congvan?sslmode=prefer":                       false,
		"postgres://a:b@db.quan.vn/congvan?sslmode=require":                      false,
		"postgres://a:b@10.0.0.7:5432/congvan?sslmode=verify-ca":                 false,
		"postgres://a:b@127.0.0.1/congvan?sslmode=disable":                       true,
		"postgres://a:b@localhost/congvan":                                       true,
		"postgres://a:b@[::1]:5432/congvan":                                      true,
		"postgres:///congvan?host=/run/postgresql":                               true,
		"postgres://a:b@127.0.0.1/x?host=db.quan.vn&sslmode=disable":             false,
		"postgres://a:b@127.0.0.1/congvan?sslmode=whatever":                      false,
		"postgres://a:b@127.0.0.1/congvan?sslmode=verify-full&sslrootcert=/none": false,
		"mysql://a:b@127.0.0.1/congvan":                                          false,
		"":                                                                       false,
	} {
		err := CheckAddress(dsn, false)
		require.Equal(t, fine, err == nil, "%s: %v", dsn, err)
		if err != nil {
			require.NotContains(t, err.Error(), "a:b", "an error never quotes the password")
		}
	}
	require.NoError(t, CheckAddress("postgres://a:b@db.quan.vn/congvan?sslmode=disable", true), "who asks for it has it")

	u, err := url.Parse("postgres://a:b@db.quan.vn/congvan")
	require.NoError(t, err)
	config, err := encryption(u)
	require.NoError(t, err)
	require.False(t, config.InsecureSkipVerify)
	require.Equal(t, "db.quan.vn", config.ServerName)
}

func TestWhoeverIsNotTheServerIsRefused_C10(t *testing.T) {
	t.Parallel()
	authority, stranger := newAuthority(t), newAuthority(t)
	for name, c := range map[string]struct {
		front *tls.Certificate // nil: the server speaks no TLS
		roots string
		fine  bool
	}{
		"the server":             {authority.issue(t, "127.0.0.1", time.Hour), authority.file, true},
		"of another authority":   {stranger.issue(t, "127.0.0.1", time.Hour), authority.file, false},
		"signed by itself":       {stranger.self(), authority.file, false},
		"unknown to the machine": {authority.issue(t, "127.0.0.1", time.Hour), "", false},
		"of another host":        {authority.issue(t, "127.0.0.9", time.Hour), authority.file, false},
		"expired":                {authority.issue(t, "127.0.0.1", -time.Hour), authority.file, false},
		"without TLS":            {nil, authority.file, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u, err := url.Parse(localtest.Postgres(t))
			require.NoError(t, err)
			asked := u.Query()
			asked.Set("sslmode", "verify-full")
			if c.roots != "" {
				asked.Set("sslrootcert", c.roots)
			}
			u.RawQuery = asked.Encode()
			if c.front != nil {
				u.Host = front(t, u.Host, *c.front)
			}
			require.NoError(t, CheckAddress(u.String(), false))
			record := Open(u.String(), 1)
			defer record.Close()
			if err := record.Ping(t.Context()); c.fine {
				require.NoError(t, err)
			} else {
				require.Error(t, err)
			}
		})
	}
}

// front is a PostgreSQL that speaks TLS with the certificate: it answers the
// request for it and hands the rest on in clear.
func front(t *testing.T, server string, certificate tls.Certificate) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				if _, err := io.ReadFull(conn, make([]byte, 8)); err != nil { // SSLRequest
					return
				}
				if _, err := conn.Write([]byte("S")); err != nil {
					return
				}
				inner := tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{certificate}})
				if inner.Handshake() != nil {
					return
				}
				behind, err := net.Dial("tcp", server)
				if err != nil {
					return
				}
				defer behind.Close()
				go func() { _, _ = io.Copy(behind, inner); _ = behind.Close() }()
				_, _ = io.Copy(inner, behind)
			}()
		}
	}()
	return l.Addr().String()
}

// authority signs certificates; file is its own, for clients.
type authority struct {
	key  *ecdsa.PrivateKey
	cert *x509.Certificate
	file string
}

func newAuthority(t *testing.T) authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "authority"}, NotBefore: time.Now().Add(-2 * time.Hour),
		NotAfter: time.Now().Add(2 * time.Hour), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign, IPAddresses: []net.IP{net.ParseIP("127.0.0.1")}}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(t, err)
	cert, err := x509.ParseCertificate(raw)
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "ca.pem")
	require.NoError(t, os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw}), 0o600))
	return authority{key, cert, file}
}

func (a authority) issue(t *testing.T, ip string, until time.Duration) *tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(2), NotBefore: time.Now().Add(-2 * time.Hour), NotAfter: time.Now().Add(until),
		IPAddresses: []net.IP{net.ParseIP(ip)}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	raw, err := x509.CreateCertificate(rand.Reader, template, a.cert, &key.PublicKey, a.key)
	require.NoError(t, err)
	return &tls.Certificate{Certificate: [][]byte{raw}, PrivateKey: key}
}

func (a authority) self() *tls.Certificate {
	return &tls.Certificate{Certificate: [][]byte{a.cert.Raw}, PrivateKey: a.key}
}

func TestTheServersLogHoldsNoText_C05(t *testing.T) {
	t.Parallel()
	record := Open(localtest.Postgres(t), 1)
	defer record.Close()
	found, err := record.Talkative(t.Context())
	require.NoError(t, err)
	require.Empty(t, found, "what `congvan up` writes keeps quiet")

	_, err = record.db.ExecContext(t.Context(), "SET log_parameter_max_length_on_error = 100")
	require.NoError(t, err)
	found, err = record.Talkative(t.Context())
	require.NoError(t, err)
	require.Equal(t, []string{"log_parameter_max_length_on_error is 100 and should be 0"}, found)
}
