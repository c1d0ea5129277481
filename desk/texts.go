package desk

import (
	"context"
	"errors"
	"strings"

	"congvan/attachments"
	"congvan/postgres"
	"congvan/routing"
)

// Trusting lets a desk know issuers of certificates, whose signatures are then
// more than intact.
func Trusting(issuers *attachments.Trust) Option { return func(d *Desk) { d.trust = issuers } }

// readText reads what a file says, and refuses it with routing.ErrStateSecret if
// there is a mark of a state secret in its name, its text or what it tells of
// itself. A file that cannot be read says so in its notes: somebody has to look at
// it, as at a scan.
func readText(ctx context.Context, name, kind string, c attachments.Content) (attachments.Reading, error) {
	r, err := attachments.Read(ctx, kind, c)
	if err == nil {
		err = attachments.CheckSecrecy(name, r.Lines, r.Metadata)
	}
	if err != nil {
		return attachments.Reading{}, err
	}
	return r, nil
}

// signaturesOf checks the digital signatures of a PDF.
func (d *Desk) signaturesOf(c attachments.Content, kind string) (s attachments.Signature, err error) {
	s.State = attachments.Unsigned
	if kind != attachments.PDF {
		return s, nil
	}
	check := attachments.Signatures
	if d.trust != nil {
		check = d.trust.Signatures
	}
	found, err := check(c)
	var refusal *routing.Error
	switch {
	case errors.As(err, &refusal):
		return s, err
	case err != nil:
		return attachments.Signature{State: attachments.NotIntact}, nil // it says nothing that can be read
	}
	return found, nil
}

// textRow is a reading as the record keeps it: a form feed before each page but
// the first, what stands beside the pages at the end.
func textRow(r attachments.Reading) postgres.FileText {
	var pages, beside strings.Builder
	page := 1
	for _, line := range r.Lines {
		if line.Page == 0 {
			beside.WriteString(line.Text + "\n")
			continue
		}
		for ; page < line.Page; page++ {
			pages.WriteByte('\f')
		}
		pages.WriteString(line.Text + "\n")
	}
	if beside.Len() > 0 {
		pages.WriteString("\f" + beside.String())
	}
	return postgres.FileText{Text: pages.String(), ByMachine: r.ByMachine}
}
