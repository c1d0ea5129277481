package accounts

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"
)

// The one-time codes of RFC 6238 as every authenticator takes them: SHA-1, six
// digits, steps of thirty seconds; one step of a clock that is wrong is allowed
// either way.
const (
	codeStep = 30 * time.Second
	codeSkew = 1
)

var codeOptions = totp.ValidateOpts{Period: uint(codeStep / time.Second), Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1}

// NewFactor makes the secret of a second factor and the otpauth address that an
// authenticator takes it from, as a link or a QR code.
func NewFactor(issuer, account string) (secret, address string, err error) {
	key, err := totp.Generate(totp.GenerateOpts{Issuer: issuer, AccountName: account, SecretSize: 20, Rand: rand.Reader})
	if err != nil {
		return "", "", err
	}
	return key.Secret(), key.URL(), nil
}

// CheckCode says whether a code is right at an instant, and of which step it is.
// A code works once: a step up to and with last is past.
func CheckCode(secret, code string, now time.Time, last int64) (step int64, right bool) {
	code = strings.ReplaceAll(strings.TrimSpace(code), " ", "")
	if len(code) != codeOptions.Digits.Length() {
		return 0, false
	}
	present := now.Unix() / int64(codeStep/time.Second)
	for at := present - codeSkew; at <= present+codeSkew; at++ {
		want, err := totp.GenerateCodeCustom(secret, time.Unix(at*int64(codeStep/time.Second), 0), codeOptions)
		if err == nil && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 && at > last {
			step, right = at, true
		}
	}
	return step, right
}

// RecoveryCodes is how many there are.
const RecoveryCodes = 10

// recoveryBytes are 80 bits, too many to be guessed: their SHA-256 is all that is stored.
const recoveryBytes = 10

// NewRecoveryCodes makes the codes that stand in for a lost device, each once.
func NewRecoveryCodes() (codes []string, digests [][]byte) {
	for range RecoveryCodes {
		text := base32.StdEncoding.EncodeToString(random(recoveryBytes))
		code := strings.Join([]string{text[:4], text[4:8], text[8:12], text[12:]}, "-")
		codes, digests = append(codes, code), append(digests, RecoveryDigest(code))
	}
	return codes, digests
}

// RecoveryDigest is what is stored of a recovery code; nil for what cannot be
// one. Capitals, blanks and dashes are as one likes.
func RecoveryDigest(code string) []byte {
	if len(code) > 64 {
		return nil
	}
	code = strings.ToUpper(strings.NewReplacer("-", "", " ", "").Replace(code))
	if raw, err := base32.StdEncoding.DecodeString(code); err != nil || len(raw) != recoveryBytes {
		return nil
	}
	sum := sha256.Sum256([]byte(code))
	return sum[:]
}
