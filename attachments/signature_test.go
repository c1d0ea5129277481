package attachments

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/smallstep/pkcs7"
	"github.com/stretchr/testify/require"
)

// authority is an issuer of certificates, and one that it issued.
type authority struct {
	root, leaf *x509.Certificate
	key        *ecdsa.PrivateKey
}

func newAuthority(t testing.TB, notBefore, notAfter time.Time) authority {
	t.Helper()
	make := func(name string, serial int64, ca bool, from *x509.Certificate, key, by *ecdsa.PrivateKey) *x509.Certificate {
		template := &x509.Certificate{
			SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: name, Organization: []string{"Thử nghiệm"}, Country: []string{"VN"}},
			NotBefore: notBefore, NotAfter: notAfter, IsCA: ca, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		}
		if from == nil {
			from = template
		}
		der, err := x509.CreateCertificate(rand.Reader, template, from, &key.PublicKey, by)
		require.NoError(t, err)
		c, err := x509.ParseCertificate(der)
		require.NoError(t, err)
		return c
	}
	rootKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	root := make("CA thử nghiệm", 1, true, nil, rootKey, rootKey)
	return authority{root: root, leaf: make("ỦY BAN NHÂN DÂN QUẬN", 2, false, root, key, rootKey), key: key}
}

func (a authority) trust(t testing.TB) *Trust {
	t.Helper()
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, "root.crt"), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.root.Raw}), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "README.txt"), []byte("no certificate"), 0o600))
	trust, err := LoadTrust(folder)
	require.NoError(t, err)
	return trust
}

const placeholder = 16_000 // hexadecimal digits

// sign adds a signature as programs do: an addition at the end with room for it,
// a range around the room, the signature in the room.
func (a authority) sign(t testing.TB, file []byte, change func(*pkcs7.SignedData)) []byte {
	t.Helper()
	out := append(bytes.Clone(file), "\n99 0 obj\n<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/adbe.pkcs7.detached/ByteRange [0 "...)
	numbers := len(out)
	out = append(out, strings.Repeat(" ", 40)+"]/Contents "...)
	first := len(out)
	out = append(out, "<"+strings.Repeat("0", placeholder)+">"...)
	second := len(out)
	out = append(out, ">>\nendobj\ntrailer<</Root 1 0 R>>\nstartxref\n0\n%%EOF\n"...)
	copy(out[numbers:], fmt.Sprintf("%d %d %d", first, second, len(out)-second))
	signed, err := pkcs7.NewSignedData(append(bytes.Clone(out[:first]), out[second:]...))
	require.NoError(t, err)
	signed.SetDigestAlgorithm(pkcs7.OIDDigestAlgorithmSHA256)
	if change != nil {
		change(signed)
	}
	require.NoError(t, signed.AddSigner(a.leaf, a.key, pkcs7.SignerInfoConfig{}))
	signed.Detach()
	der, err := signed.Finish()
	require.NoError(t, err)
	require.Less(t, 2*len(der), placeholder)
	hex.Encode(out[first+1:], der)
	return out
}

func plainPDF(t testing.TB) []byte {
	t.Helper()
	c := pdfOf(t, []string{"Văn bản"})
	data := make([]byte, c.Size())
	_, err := c.ReadAt(data, 0)
	require.NoError(t, err)
	return data
}

func TestSignaturesHaveThreeAnswers_U05(t *testing.T) {
	t.Parallel()
	a := newAuthority(t, time.Now().AddDate(-1, 0, 0), time.Now().AddDate(1, 0, 0))
	trust, plain := a.trust(t), plainPDF(t)
	signed := a.sign(t, plain, nil)
	check := func(trust *Trust, file []byte) Signature {
		s, err := trust.Signatures(bytesOf(file))
		require.NoError(t, err)
		require.NotEmpty(t, s.State.Sentence())
		return s
	}

	s := check(trust, signed)
	require.Equal(t, Intact, s.State)
	require.Len(t, s.Signers, 1)
	require.Equal(t, "ỦY BAN NHÂN DÂN QUẬN", s.Signers[0].Name)
	require.Contains(t, s.Signers[0].Issuer, "CA thử nghiệm")
	require.WithinDuration(t, time.Now(), s.Signers[0].SignedAt, time.Minute)
	require.True(t, s.Signers[0].ValidThen)
	require.False(t, s.Signers[0].Weak)

	unknown, err := Signatures(bytesOf(signed))
	require.NoError(t, err)
	require.Equal(t, IssuerUnknown, unknown.State)
	other := newAuthority(t, time.Now().AddDate(-1, 0, 0), time.Now().AddDate(1, 0, 0))
	require.Equal(t, IssuerUnknown, check(other.trust(t), signed).State)

	require.Equal(t, Unsigned, check(trust, plain).State)
	require.Equal(t, Unsigned, check(trust, []byte("PK")).State)

	weak := check(trust, a.sign(t, plain, func(s *pkcs7.SignedData) { s.SetDigestAlgorithm(pkcs7.OIDDigestAlgorithmSHA1) }))
	require.Equal(t, Intact, weak.State)
	require.True(t, weak.Signers[0].Weak)

	twice := check(trust, a.sign(t, signed, nil))
	require.Equal(t, Intact, twice.State)
	require.Len(t, twice.Signers, 2)
	require.True(t, twice.Signers[0].SignedAgain)
	require.False(t, twice.Signers[1].SignedAgain)
	require.Equal(t, IssuerUnknown, check(trust, other.sign(t, signed, nil)).State)
}

// A certificate that was not in force says nothing of the bytes.
func TestACertificateOutOfForceIsTold_U05(t *testing.T) {
	t.Parallel()
	a := newAuthority(t, time.Now().AddDate(-3, 0, 0), time.Now().AddDate(-1, 0, 0))
	s, err := a.trust(t).Signatures(bytesOf(a.sign(t, plainPDF(t), nil)))
	require.NoError(t, err)
	require.Equal(t, IssuerUnknown, s.State)
	require.False(t, s.Signers[0].ValidThen)
}

// Whatever byte changes, the signature is no longer good: in each region of the file.
func TestEveryChangeIsNoticed_U05(t *testing.T) {
	t.Parallel()
	a := newAuthority(t, time.Now().AddDate(-1, 0, 0), time.Now().AddDate(1, 0, 0))
	trust := a.trust(t)
	signed := a.sign(t, plainPDF(t), nil)
	first := bytes.Index(signed, []byte("/Contents <")) + len("/Contents ")
	second := first + placeholder + 2
	state := func(file []byte) (SignatureState, Fault) {
		s, err := trust.Signatures(bytesOf(file))
		require.NoError(t, err)
		require.Len(t, s.Signers, 1)
		return s.State, s.Signers[0].Fault
	}
	flip := func(at int) []byte {
		file := bytes.Clone(signed)
		file[at] ^= 1
		return file
	}
	for name, c := range map[string]struct {
		file []byte
		want Fault
	}{
		"the version":                  {flip(7), Changed},
		"the text":                     {flip(len(signed) / 4), Changed},
		"just before the signature":    {flip(bytes.Index(signed, []byte("/Filter/Adobe")) + 3), Changed},
		"after the signature":          {flip(second + 5), Changed},
		"the last byte but the end":    {flip(len(signed) - 3), Changed},
		"something added":              {append(bytes.Clone(signed), "1 0 obj<<>>endobj\n%%EOF"...), ChangedAfter},
		"cut off":                      {signed[:len(signed)-20], Partial},
		"the signature opened":         {flip(first), Partial},
		"no digits":                    {bytes.Replace(signed, []byte("00000>"), []byte("0000z>"), 1), Partial},
		"the signature gone":           {append(append(bytes.Clone(signed[:first+1]), bytes.Repeat([]byte("0"), placeholder)...), signed[second-1:]...), Broken},
		"numbers that are none":        {bytes.Replace(signed, []byte("/ByteRange [0 "), []byte("/ByteRange [x "), 1), Broken},
		"a beginning that is left out": {bytes.Replace(signed, []byte("/ByteRange [0 "), []byte("/ByteRange [9 "), 1), Partial},
	} {
		t.Run(name, func(t *testing.T) {
			got, fault := state(c.file)
			require.Equal(t, NotIntact, got)
			require.Equal(t, c.want, fault)
		})
	}
	for at := first + 1; at < first+2000; at += 97 { // in the signature itself
		file := bytes.Clone(signed)
		file[at] = "0123456789abcdef"[(bytes.IndexByte([]byte("0123456789abcdef"), file[at])+1)%16]
		got, _ := state(file)
		if got == Intact { // attributes that nobody signs are few
			t.Logf("byte %d of the signature means nothing", at-first)
		}
	}
}

// What is left out of the range may hide nothing beside the signature.
func TestARangeMayNotLeaveMoreOut_U05(t *testing.T) {
	t.Parallel()
	a := newAuthority(t, time.Now().AddDate(-1, 0, 0), time.Now().AddDate(1, 0, 0))
	file := append(plainPDF(t), "\n99 0 obj<</ByteRange [0 "...)
	at := len(file)
	file = append(file, strings.Repeat(" ", 40)+"]/Hidden "...)
	first := len(file)
	file = append(file, "(a text that is not signed) /Contents <"+strings.Repeat("0", placeholder)+">"...)
	second := len(file)
	file = append(file, ">>endobj\n%%EOF\n"...)
	copy(file[at:], fmt.Sprintf("%d %d %d", first, second, len(file)-second))
	s, err := a.trust(t).Signatures(bytesOf(file))
	require.NoError(t, err)
	require.Equal(t, NotIntact, s.State)
	require.Equal(t, Partial, s.Signers[0].Fault)
}

func TestARealSignedScan_U05(t *testing.T) {
	t.Parallel()
	s, err := Signatures(real(t, "CV_4427_0001.signed.pdf"))
	require.NoError(t, err)
	require.Equal(t, IssuerUnknown, s.State)
	require.Len(t, s.Signers, 1)
	require.Equal(t, "ỦY BAN NHÂN DÂN THÀNH PHỐ CẦN THƠ", s.Signers[0].Name)
	require.Contains(t, s.Signers[0].Issuer, "Ban Cơ yếu Chính phủ")
	require.Equal(t, "2023-11-01", s.Signers[0].SignedAt.Format(time.DateOnly))
	require.True(t, s.Signers[0].ValidThen)
	require.False(t, s.Signers[0].Weak)
}

func TestTrustedIssuersThatCannotBeRead(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, "root.pem"), []byte("no certificate"), 0o600))
	_, err := LoadTrust(folder)
	require.Error(t, err)
	_, err = LoadTrust(filepath.Join(folder, "missing"))
	require.Error(t, err)
	_, err = LoadTrust("")
	require.NoError(t, err)
}

func FuzzSignatures(f *testing.F) {
	a := newAuthority(f, time.Now().AddDate(-1, 0, 0), time.Now().AddDate(1, 0, 0))
	signed := a.sign(f, []byte("%PDF-1.7\n"), nil)
	f.Add(signed)
	f.Add(signed[:len(signed)/2])
	f.Add([]byte("%PDF-1.7 /ByteRange [0 1 9223372036854775807 9223372036854775807]"))
	f.Add([]byte("%PDF-1.7 /ByteRange [0 10 20 5] /ByteRange [-1 2 3 4] /ByteRange []"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := Signatures(bytesOf(data))
		require.NoError(t, err)
		require.NotEqual(t, Intact, s.State) // nobody is trusted
	})
}
