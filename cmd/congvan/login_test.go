package main

import (
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func goodLogin(t *testing.T) Login {
	return Login{SecondFactor: "required", SessionIdle: 2 * time.Hour, SessionLength: 12 * time.Hour, AccountsKeyFile: filepath.Join(t.TempDir(), "accounts.key")}
}

// A setting that would let people in by less than was meant does not start.
func TestUnsafeLoginsDoNotStart_S08(t *testing.T) {
	t.Parallel()
	good := goodLogin(t)
	_, err := good.rules()
	require.NoError(t, err)
	for name, change := range map[string]func(*Login){
		"no such rule":      func(l *Login) { l.SecondFactor = "off" },
		"no rule":           func(l *Login) { l.SecondFactor = "" },
		"never idle":        func(l *Login) { l.SessionIdle = 0 },
		"for ever":          func(l *Login) { l.SessionLength = 1000 * time.Hour },
		"idle after it end": func(l *Login) { l.SessionLength = time.Hour },
		"no folder":         func(l *Login) { l.AccountsKeyFile = "/does/not/exist/key" },
		"an example's key":  func(l *Login) { write(t, l.AccountsKeyFile, "YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE=", 0o600) },
		"a password as key": func(l *Login) { write(t, l.AccountsKeyFile, "changeme", 0o600) },
		"an empty key":      func(l *Login) { write(t, l.AccountsKeyFile, "", 0o600) },
	} {
		bad := goodLogin(t)
		change(&bad)
		_, err := bad.rules()
		require.Error(t, err, name)
		require.NotContains(t, err.Error(), "changeme", name)
	}
}

func TestTheAccountsKeyIsItsOwnersAlone_C02(t *testing.T) {
	t.Parallel()
	l := goodLogin(t)
	first, err := readSeal(l.AccountsKeyFile)
	require.NoError(t, err)
	info, err := os.Stat(l.AccountsKeyFile)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	again, err := readSeal(l.AccountsKeyFile)
	require.NoError(t, err)
	text, err := again.Open(first.Close("x", "a"), "a")
	require.NoError(t, err)
	require.Equal(t, "x", text, "the next start has the same key")
	require.NoError(t, os.Chmod(l.AccountsKeyFile, 0o640))
	_, err = readSeal(l.AccountsKeyFile)
	require.ErrorContains(t, err, "chmod 600")
}

func TestTrustedProxies_S05(t *testing.T) {
	t.Parallel()
	list, err := Login{TrustedProxies: []string{"10.0.0.1", " 192.168.1.77/24", "::1", ""}}.proxies()
	require.NoError(t, err)
	require.Equal(t, []netip.Prefix{netip.MustParsePrefix("10.0.0.1/32"), netip.MustParsePrefix("192.168.1.0/24"), netip.MustParsePrefix("::1/128")}, list)
	for _, bad := range []string{"proxy", "0.0.0.0/0", "::/0", "10.0.0.1/99"} {
		_, err := Login{TrustedProxies: []string{bad}}.proxies()
		require.Error(t, err, bad)
	}
	for base, want := range map[string]string{"https://congvan.example.vn/x": "https://congvan.example.vn", "http://127.0.0.1:8480": "http://127.0.0.1:8480", "": "", "congvan": "", "javascript:alert(1)": ""} {
		require.Equal(t, want, origin(base), base)
	}
}

func write(t *testing.T, path, text string, mode os.FileMode) {
	t.Helper()
	require.NoError(t, os.WriteFile(path, []byte(text), mode))
}
