package main

import (
	"io"
	"log/slog"
	"path/filepath"
	"testing"

	"congvan/worker/sealed"

	"github.com/stretchr/testify/require"
)

func TestUnsafeSettingsDoNotStart_C04(t *testing.T) {
	keys := filepath.Join(t.TempDir(), "codec.keys")
	require.NoError(t, sealed.AddKey(keys))
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	for name, c := range map[string]struct {
		address, tls string
		config       config
		says         string // empty: it starts
	}{
		"on this machine":             {"127.0.0.1:7233", "", config{}, ""},
		"with keys":                   {"127.0.0.1:7233", "", config{CodecKeys: keys}, ""},
		"elsewhere in clear":          {"temporal.quan.vn:7233", "", config{CodecKeys: keys}, "TEMPORAL_TLS"},
		"elsewhere, allowed in clear": {"temporal.quan.vn:7233", "", config{CodecKeys: keys, AllowUnverified: []string{"temporal"}}, ""},
		"elsewhere by TLS, no keys":   {"temporal.quan.vn:7233", "true", config{}, "CONGVAN_CODEC_KEYS"},
		"elsewhere by TLS, with keys": {"temporal.quan.vn:7233", "true", config{CodecKeys: keys}, ""},
		"no such file of keys":        {"127.0.0.1:7233", "", config{CodecKeys: keys + "x"}, "CONGVAN_CODEC_KEYS"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("TEMPORAL_ADDRESS", c.address)
			t.Setenv("TEMPORAL_TLS", c.tls)
			_, err := c.config.temporalOptions(quiet)
			if c.says == "" {
				require.NoError(t, err)
			} else {
				require.ErrorContains(t, err, c.says)
			}
		})
	}
	_, err := config{DatabaseURL: "postgres://congvan:canary-password@db.quan.vn/congvan?sslmode=disable"}.record()
	require.ErrorContains(t, err, "verify-full")
	require.NotContains(t, err.Error(), "canary", "C-01: no error quotes a password")
}
