package attachments

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"io"
	"time"

	"github.com/smallstep/pkcs7"
)

// signedBytes hashes what a signature covers where it lies, instead of a copy.
type signedBytes struct{ open func() io.Reader }

func (s signedBytes) Hash(h crypto.Hash, _ io.Reader) ([]byte, error) {
	if !h.Available() {
		return nil, pkcs7.ErrUnsupportedAlgorithm
	}
	sum := h.New()
	if _, err := io.Copy(sum, s.open()); err != nil {
		return nil, err
	}
	return sum.Sum(nil), nil
}

// maxPlain is the largest file that is checked whose signature has no attributes
// of its own, and so has to be in memory, in bytes.
const maxPlain = 64 << 20

// checkCMS checks a signature (CMS, RFC 5652) over what open gives. written is its
// time, unless it says it itself.
func (t *Trust) checkCMS(der []byte, written time.Time, open func() io.Reader) (s Signer) {
	s = Signer{State: NotIntact, Fault: Broken}
	_ = contained(func() error {
		p7, err := parseCMS(der)
		if err != nil {
			return err
		}
		certificate := p7.GetOnlySigner()
		if certificate == nil {
			s.Fault = Unsupported
			return nil
		}
		s.describe(p7, certificate, written)
		s.State, s.Fault = t.verify(p7, certificate, s.SignedAt, open)
		return nil
	})
	return s
}

// parseCMS drops the zeros that fill up the place of a signature.
func parseCMS(der []byte) (*pkcs7.PKCS7, error) {
	var whole asn1.RawValue
	if _, err := asn1.Unmarshal(der, &whole); err == nil {
		der = whole.FullBytes
	}
	return pkcs7.Parse(der)
}

func (s *Signer) describe(p7 *pkcs7.PKCS7, certificate *x509.Certificate, written time.Time) {
	s.Name, s.Subject, s.Issuer = certificate.Subject.CommonName, certificate.Subject.String(), certificate.Issuer.String()
	s.NotBefore, s.NotAfter = certificate.NotBefore.UTC(), certificate.NotAfter.UTC()
	s.SignedAt = written
	var at time.Time
	if p7.UnmarshalSignedAttribute(pkcs7.OIDAttributeSigningTime, &at) == nil {
		s.SignedAt = at.UTC()
	}
	s.ValidThen = !s.SignedAt.IsZero() && !s.SignedAt.Before(s.NotBefore) && !s.SignedAt.After(s.NotAfter)
	digest := p7.Signers[0].DigestAlgorithm.Algorithm
	switch key := certificate.PublicKey.(type) {
	case *rsa.PublicKey:
		s.Weak = key.N.BitLen() < 2048
	case *ecdsa.PublicKey:
		s.Weak = key.Params().BitSize < 256
	}
	s.Weak = s.Weak || digest.Equal(pkcs7.OIDDigestAlgorithmSHA1)
}

// verify checks the bytes, then who issued the certificate, as of the time of
// signing. That the certificate was in force then is told apart: it says nothing
// of the bytes.
func (t *Trust) verify(p7 *pkcs7.PKCS7, certificate *x509.Certificate, at time.Time, open func() io.Reader) (SignatureState, Fault) {
	p7.Hasher = signedBytes{open}
	if len(p7.Signers[0].AuthenticatedAttributes) == 0 {
		data, err := io.ReadAll(io.LimitReader(open(), maxPlain+1))
		if err != nil || len(data) > maxPlain {
			return NotIntact, Unsupported
		}
		p7.Content = data
	}
	before, after := certificate.NotBefore, certificate.NotAfter
	certificate.NotBefore, certificate.NotAfter = time.Time{}, time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
	err := p7.Verify()
	certificate.NotBefore, certificate.NotAfter = before, after
	switch {
	case errors.Is(err, pkcs7.ErrUnsupportedAlgorithm), errors.Is(err, x509.ErrUnsupportedAlgorithm):
		return NotIntact, Unsupported
	case err != nil:
		return NotIntact, Changed
	}
	between := x509.NewCertPool()
	for _, c := range p7.Certificates {
		between.AddCert(c)
	}
	if _, err := certificate.Verify(x509.VerifyOptions{
		Roots: t.roots, Intermediates: between, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}, CurrentTime: at,
	}); err != nil {
		return IssuerUnknown, ""
	}
	return Intact, ""
}
