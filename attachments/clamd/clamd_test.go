package clamd

import (
	"bytes"
	"context"
	"net"
	"path/filepath"
	"testing"
	"time"

	"congvan/attachments/clamd/clamdtest"

	"github.com/stretchr/testify/require"
)

func TestScan_U11(t *testing.T) {
	t.Parallel()
	at := clamdtest.Start(t)
	c := New("tcp://"+at, time.Second, 5*time.Second)
	r, err := c.Scan(t.Context(), bytes.NewReader(bytes.Repeat([]byte("x"), 300<<10)))
	require.NoError(t, err)
	require.Equal(t, Clean, r.State)
	require.Equal(t, "ClamAV 1.4.6/1/Mon Nov 23 2026", r.Engine)
	require.False(t, r.At.IsZero())
	r, err = c.Scan(t.Context(), bytes.NewReader([]byte(clamdtest.EICAR())))
	require.NoError(t, err)
	require.Equal(t, Found, r.State)
	r, err = c.Scan(t.Context(), bytes.NewReader(make([]byte, clamdtest.Most+1)))
	require.Error(t, err, "larger than it takes is not clean")
	require.Equal(t, NotScanned, r.State)
}

func TestNobodyKnows(t *testing.T) {
	t.Parallel()
	_, err := New("127.0.0.1:1", time.Second, time.Second).Scan(t.Context(), bytes.NewReader([]byte("x")))
	require.Error(t, err)
	_, err = New(filepath.Join(t.TempDir(), "clamd.sock"), time.Second, time.Second).Scan(t.Context(), bytes.NewReader([]byte("x")))
	require.Error(t, err)

	silent, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer silent.Close()
	began := time.Now()
	_, err = New(silent.Addr().String(), 100*time.Millisecond, 300*time.Millisecond).Scan(t.Context(), bytes.NewReader([]byte("x")))
	require.Error(t, err)
	require.Less(t, time.Since(began), 3*time.Second)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = New(silent.Addr().String(), time.Minute, time.Minute).Scan(ctx, bytes.NewReader([]byte("x")))
	require.Error(t, err)
}
