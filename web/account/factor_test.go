package account

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestOnlyAddressesOfSecondFactorsBecomePictures(t *testing.T) {
	t.Parallel()
	for address, wanted := range map[string]bool{
		"otpauth://totp/C%C3%B4ng%20V%C4%83n:vanthu?secret=ABCDEFGH&issuer=x": true,
		"https://example.org": false, "": false, "otpauth://totp/" + strings.Repeat("x", 600): false,
	} {
		path, size := qr(address)
		require.Equal(t, wanted, size > 20 && strings.HasPrefix(path, "M"), address)
	}
}

func TestSecretsArePastedWithOrWithoutTheLink(t *testing.T) {
	t.Parallel()
	for pasted, secret := range map[string]string{"abc": "abc", "https://x.vn/password#abc": "abc", "#abc": "abc", "": "", "a#b#c": "c"} {
		require.Equal(t, secret, secretIn(pasted), pasted)
	}
	require.Equal(t, "ABCD EFGH IJ", spaced("ABCDEFGHIJ"))
	require.Equal(t, "ABCD", spaced("ABCD"))
}
