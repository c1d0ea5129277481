package mail

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"net"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/stretchr/testify/require"
)

// A mail server whose certificate nobody vouches for gets no letter and no password.
func TestAMailServerThatNobodyVouchesForGetsNothing_C10(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.ParseIP("127.0.0.1")}}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(t, err)
	s := &server{got: make(chan string, 10)}
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{raw}, PrivateKey: key}}})
	require.NoError(t, err)
	takes := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return s, nil }))
	takes.ErrorLog = quiet{}
	go func() { _ = takes.Serve(l) }()
	t.Cleanup(func() { _ = takes.Close() })

	sender, err := New("smtps://user:canary-password@"+l.Addr().String(), "congvan@quan.vn")
	require.NoError(t, err)
	err = sender.Send(context.Background(), letter)
	require.Equal(t, Away, outcome(t, err))
	require.NotContains(t, err.Error(), "canary")
	require.ErrorContains(t, err, "certificate")
	require.Empty(t, s.got)
}
