package accounts

import (
	"bytes"
	"encoding/base32"
	"encoding/base64"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// RFC 6238, appendix B, cut to six digits.
func TestCodesOfTheStandard(t *testing.T) {
	t.Parallel()
	secret := base32.StdEncoding.EncodeToString([]byte("12345678901234567890"))
	for unix, code := range map[int64]string{59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037"} {
		step, right := CheckCode(secret, code, time.Unix(unix, 0), 0)
		require.True(t, right, unix)
		require.Equal(t, unix/30, step)
	}
}

func TestACodeWorksOnceAndOneStepAround(t *testing.T) {
	t.Parallel()
	secret := base32.StdEncoding.EncodeToString([]byte("12345678901234567890"))
	made := time.Unix(1111111110, 0) // the first second of its step
	for offset, want := range map[time.Duration]bool{
		-31 * time.Second: false, -30 * time.Second: true, 0: true, 29 * time.Second: true, 59 * time.Second: true, 60 * time.Second: false,
	} {
		_, right := CheckCode(secret, "050471", made.Add(offset), 0)
		require.Equal(t, want, right, offset)
	}
	step, right := CheckCode(secret, "050 471 ", made, 0)
	require.True(t, right)
	_, right = CheckCode(secret, "050471", made, step)
	require.False(t, right, "used")
	_, right = CheckCode(secret, "050471", made, step+1)
	require.False(t, right, "older than one that was used")
	for _, wrong := range []string{"", "05047", "0504711", "abcdef", "０５０４７１"} {
		_, right = CheckCode(secret, wrong, made, 0)
		require.False(t, right, wrong)
	}
	_, right = CheckCode("not base32!", "050471", made, 0)
	require.False(t, right)
}

func TestANewFactorIsOfFullLength(t *testing.T) {
	t.Parallel()
	secret, address, err := NewFactor("Công Văn", "chutich.quan")
	require.NoError(t, err)
	raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	require.NoError(t, err)
	require.Len(t, raw, 20)
	link, err := url.Parse(address)
	require.NoError(t, err)
	require.Equal(t, "otpauth", link.Scheme)
	require.Equal(t, "Công Văn", link.Query().Get("issuer"))
	require.Equal(t, secret, link.Query().Get("secret"))
	other, _, err := NewFactor("Công Văn", "chutich.quan")
	require.NoError(t, err)
	require.NotEqual(t, secret, other)
}

func TestRecoveryCodes(t *testing.T) {
	t.Parallel()
	codes, digests := NewRecoveryCodes()
	require.Len(t, codes, RecoveryCodes)
	seen := map[string]bool{}
	for i, code := range codes {
		require.Regexp(t, `^([A-Z2-7]{4}-){3}[A-Z2-7]{4}$`, code)
		seen[code] = true
		for _, typed := range []string{code, strings.ToLower(code), strings.ReplaceAll(code, "-", " "), strings.ReplaceAll(code, "-", "")} {
			require.Equal(t, digests[i], RecoveryDigest(typed))
		}
	}
	require.Len(t, seen, RecoveryCodes)
	for _, none := range []string{"", "123456", "AAAA-AAAA-AAAA", "AAAA-AAAA-AAAA-AAA1", strings.Repeat("A", 1000)} {
		require.Nil(t, RecoveryDigest(none), none)
	}
}

func TestASealOpensForItsOwnerOnly(t *testing.T) {
	t.Parallel()
	seal, err := NewSeal([]byte(NewKey()))
	require.NoError(t, err)
	sealed := seal.Close("JBSWY3DPEHPK3PXP", "a")
	require.NotContains(t, string(sealed), "JBSWY3DP")
	text, err := seal.Open(sealed, "a")
	require.NoError(t, err)
	require.Equal(t, "JBSWY3DPEHPK3PXP", text)
	require.NotEqual(t, sealed, seal.Close("JBSWY3DPEHPK3PXP", "a"))
	_, err = seal.Open(sealed, "b")
	require.Error(t, err, "moved to another account")
	other, err := NewSeal([]byte(NewKey()))
	require.NoError(t, err)
	_, err = other.Open(sealed, "a")
	require.Error(t, err)
	for i := range sealed {
		changed := bytes.Clone(sealed)
		changed[i] ^= 1
		_, err = seal.Open(changed, "a")
		require.Error(t, err, i)
	}
	_, err = seal.Open(sealed[:5], "a")
	require.Error(t, err)
}

func TestKeysThatNobodyDrewAreRefused_S08(t *testing.T) {
	t.Parallel()
	b64 := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	for _, key := range []string{"", "secret", "changeme", b64("short"), b64(strings.Repeat("\x00", 32)), b64(strings.Repeat("a", 32)),
		b64("0123456789abcdef0123456789abcdef"), b64("abcdefghijklmnopqrstuvwxyz012345"), b64(strings.Repeat("x", 33))} {
		_, err := NewSeal([]byte(key))
		require.Error(t, err, key)
		if key != "" {
			require.NotContains(t, err.Error(), key)
		}
	}
}

func TestSecretsAre256Bits_S20_S26(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 1000 {
		secret := NewSecret()
		raw, err := base64.RawURLEncoding.DecodeString(secret)
		require.NoError(t, err)
		require.Len(t, raw, 32)
		require.Len(t, Digest(secret), 32)
		require.NotContains(t, string(Digest(secret)), secret)
		seen[secret] = true
	}
	require.Len(t, seen, 1000)
	require.Nil(t, Digest(""))
	require.Nil(t, Digest(strings.Repeat("x", longestSecret+1)))
}
