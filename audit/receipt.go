package audit

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"congvan/postgres"
	"congvan/routing"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// receiptForm is the version of receipts.
const receiptForm = "congvan/receipt/1"

// EntryReceipt is the kind of the entry that a receipt leaves in the journal.
const EntryReceipt routing.EntryKind = "receipt-issued"

// Receipt proves, to whoever has the public key, who received which document when.
type Receipt struct {
	Form   string   `json:"form"`
	Facts  Facts    `json:"facts"`
	SHA256 string   `json:"sha256"` // of the facts in canonical JSON; the entry of the journal has it, too
	Proofs []Proof  `json:"proofs"`
	Head   string   `json:"head"` // signed
	Keys   []string `json:"keys"` // public, as the installation names them: for convenience, not for trust
}

// Facts are what a receipt says. Instants are UTC.
type Facts struct {
	Document   FactDocument `json:"document"`
	Assignment routing.ID   `json:"assignment"`
	Unit       FactUnit     `json:"unit"`
	Account    FactAccount  `json:"account"`
	ReceivedAt time.Time    `json:"receivedAt"`
	Number     int          `json:"number"` // số đến of the unit; 0: an officer's share has none
	Year       int          `json:"year"`
	Files      []FactFile   `json:"files"` // attached by then
}

// FactDocument names the document: its number in the book, and as its issuer calls it.
type FactDocument struct {
	ID           routing.ID `json:"id"`
	Number       int        `json:"number"`
	Year         int        `json:"year"`
	Issuer       string     `json:"issuer"`
	CodeNumber   string     `json:"codeNumber"`
	CodeNotation string     `json:"codeNotation"`
	IssuedOn     string     `json:"issuedOn"`
}

// FactUnit is who received, by the name of the day.
type FactUnit struct {
	ID   routing.ID `json:"id"`
	Code string     `json:"code"`
	Name string     `json:"name"`
}

// FactAccount is who confirmed it.
type FactAccount struct {
	ID   routing.ID `json:"id"`
	Name string     `json:"name"`
	Post string     `json:"post"`
}

// FactFile is a file by its content.
type FactFile struct {
	SHA256 string `json:"sha256"`
	Size   int64  `json:"size"`
}

// Proof shows that a row is a leaf of the log.
type Proof struct {
	Row  string   `json:"row"` // canonical text
	Leaf int64    `json:"leaf"`
	Path []string `json:"path"` // RFC 6962, 2.1.1, base64
}

// Sum is the SHA-256 of the facts in canonical JSON.
func (f Facts) Sum() (string, error) {
	text, err := canonicalOf(f)
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), err
}

// canonicalOf is a value in canonical JSON.
func canonicalOf(v any) ([]byte, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	in := json.NewDecoder(bytes.NewReader(text))
	in.UseNumber()
	var plain any
	if err := in.Decode(&plain); err != nil {
		return nil, err
	}
	return appendPlain(nil, plain), nil
}

func appendPlain(buf []byte, v any) []byte {
	switch v := v.(type) {
	case map[string]any:
		buf = append(buf, '{')
		for i, name := range slices.Sorted(maps.Keys(v)) {
			if i > 0 {
				buf = append(buf, ',')
			}
			buf = appendPlain(append(appendString(buf, []byte(name)), ':'), v[name])
		}
		return append(buf, '}')
	case []any:
		buf = append(buf, '[')
		for i, x := range v {
			if i > 0 {
				buf = append(buf, ',')
			}
			buf = appendPlain(buf, x)
		}
		return append(buf, ']')
	case string:
		return appendString(buf, []byte(v))
	case nil:
		return append(buf, "null"...)
	default: // a number or a truth value
		return fmt.Append(buf, v)
	}
}

// NotSealedError says that a row is not in the log yet.
type NotSealedError struct{ Row string }

func (e *NotSealedError) Error() string { return "audit: " + e.Row + " is not sealed yet" }

// LogPlace names a row of the log.
type LogPlace struct {
	Table postgres.LogTable
	ID    int64
}

// Prove completes a receipt by the rows that it rests on. *NotSealedError if one
// of them is not in the log yet.
func Prove(ctx context.Context, record *postgres.Store, facts Facts, rows []LogPlace, keys []string) (Receipt, error) {
	r := Receipt{Form: receiptForm, Facts: facts, Keys: keys}
	var err error
	if r.SHA256, err = facts.Sum(); err != nil {
		return r, err
	}
	leaves := make([]int64, len(rows))
	for i, row := range rows {
		leaf, err := record.LogLeafOf(ctx, row.Table, row.ID)
		if routing.FaultOf(err) == routing.NotFound {
			return r, &NotSealedError{fmt.Sprint(row.Table, " ", row.ID)}
		} else if err != nil {
			return r, err
		}
		leaves[i] = leaf
	}
	last, err := record.LogLast(ctx) // after the leaves: they are in it
	if err != nil {
		return r, err
	}
	r.Head = last.Head
	nodes := nodesOf(ctx, stored{record})
	for i, row := range rows {
		path, err := tlog.ProveRecord(last.Size, leaves[i], nodes)
		if err != nil {
			return r, err
		}
		p := Proof{Leaf: leaves[i]}
		for _, hash := range path {
			p.Path = append(p.Path, encodeHash(hash))
		}
		err = record.LogRowOf(ctx, row.Table, row.ID, func(columns [][]byte) error {
			text, err := Canonical(nil, row.Table, columns)
			p.Row = string(text)
			return err
		})
		if err != nil {
			return r, err
		}
		r.Proofs = append(r.Proofs, p)
	}
	return r, nil
}

// ReadReceipt reads a receipt from its file.
func ReadReceipt(data []byte) (r Receipt, err error) {
	in := json.NewDecoder(bytes.NewReader(data))
	in.DisallowUnknownFields()
	if err := in.Decode(&r); err != nil {
		return r, fmt.Errorf("audit: no receipt: %w", err)
	}
	if in.More() || r.Form != receiptForm {
		return r, errors.New("audit: no receipt of the form " + receiptForm)
	}
	return r, nil
}

// Check checks a receipt by itself, with the public keys that one trusts: the
// signature of its head, that its rows are leaves of that log, and that what it
// says is what they say.
func (r Receipt) Check(keys note.Verifiers) (Head, error) {
	head, err := OpenHead(r.Head, keys)
	if err != nil {
		return head, err
	}
	sum, err := r.Facts.Sum()
	if err != nil || sum != r.SHA256 {
		return head, errors.New("audit: the receipt says something else than its SHA-256")
	}
	for _, p := range r.Proofs {
		path := make(tlog.RecordProof, len(p.Path))
		for i, text := range p.Path {
			hash, err := base64.StdEncoding.DecodeString(text)
			if err == nil {
				path[i], err = hashOf(hash)
			}
			if err != nil {
				return head, fmt.Errorf("audit: the path of leaf %d: %w", p.Leaf, err)
			}
		}
		if err := checkRecord(path, head, p.Leaf, Leaf([]byte(p.Row))); err != nil {
			return head, fmt.Errorf("audit: leaf %d is not in the log of the head: %w", p.Leaf, err)
		}
	}
	return head, r.checkFacts()
}

// checkRecord is tlog.CheckRecord for places that may be any number.
func checkRecord(path tlog.RecordProof, head Head, leaf int64, hash tlog.Hash) error {
	if leaf < 0 || leaf >= head.Size {
		return errors.New("there is no such leaf")
	}
	return tlog.CheckRecord(path, head.Size, head.Root, leaf, hash)
}

// provenRow is what a receipt needs of a row.
type provenRow struct {
	form         string
	ID           int64      `json:"id"`
	At           string     `json:"at"`
	Kind         string     `json:"kind"`
	Outcome      string     `json:"outcome"`
	DocumentID   routing.ID `json:"document_id"`
	AssignmentID routing.ID `json:"assignment_id"`
	UnitID       routing.ID `json:"unit_id"`
	ActorID      routing.ID `json:"actor_id"`
	SubjectKind  string     `json:"subject_kind"`
	SubjectID    string     `json:"subject_id"`
	Year         int        `json:"year"`
	Number       int        `json:"number"`
	Details      struct {
		SHA256 string `json:"sha256"`
		Size   int64  `json:"size"`
	} `json:"details"`
}

// checkFacts compares what the receipt says with its rows.
func (r Receipt) checkFacts() error {
	found := map[string]bool{}
	f := r.Facts
	for _, p := range r.Proofs {
		form, text, _ := strings.Cut(p.Row, " ")
		x := provenRow{form: form}
		if err := json.Unmarshal([]byte(text), &x); err != nil {
			return fmt.Errorf("audit: the row of leaf %d: %w", p.Leaf, err)
		}
		event := form == eventForm && x.DocumentID == f.Document.ID
		switch {
		case form == entryForm && x.Kind == string(EntryReceipt) && x.Outcome == "done" && x.SubjectID == string(f.Assignment) && x.Details.SHA256 == r.SHA256:
			found["issued"] = true
		case event && x.Kind == string(routing.ActAcknowledge) && x.AssignmentID == f.Assignment && x.UnitID == f.Unit.ID && x.ActorID == f.Account.ID &&
			x.At == f.ReceivedAt.UTC().Format(instantForm) && x.Number == f.Number && x.Year == f.Year:
			found["received"] = true
		case event && x.Kind == string(routing.ActRegister) && x.Number == f.Document.Number && x.Year == f.Document.Year:
			found["registered"] = true
		case event && x.Kind == string(routing.ActAttach):
			found[x.Details.SHA256] = true
		default:
			return fmt.Errorf("audit: leaf %d is about something else than the receipt", p.Leaf)
		}
	}
	need := []string{"issued", "received", "registered"}
	for _, file := range f.Files {
		need = append(need, file.SHA256)
	}
	for _, what := range need {
		if !found[what] {
			return fmt.Errorf("audit: the receipt does not prove %q", what)
		}
	}
	return nil
}

// CheckOnline checks also that the record still has the log and the rows of a
// receipt that Check has passed.
func (r Receipt) CheckOnline(ctx context.Context, record *postgres.Store, head Head) error {
	last, err := record.LogLast(ctx)
	if err != nil {
		return err
	}
	if last.Size < head.Size {
		return fmt.Errorf("audit: the record's log has %d entries, the receipt's %d", last.Size, head.Size)
	}
	root, err := rootAt(ctx, stored{record}, head.Size)
	if err != nil {
		return err
	}
	if root != head.Root {
		return errors.New("audit: the record's log is not the one of the receipt")
	}
	for _, p := range r.Proofs {
		form, text, _ := strings.Cut(p.Row, " ")
		var x provenRow
		if err := json.Unmarshal([]byte(text), &x); err != nil {
			return err
		}
		table := postgres.LogEvents
		if form == entryForm {
			table = postgres.LogJournal
		}
		err := record.LogRowOf(ctx, table, x.ID, func(columns [][]byte) error {
			now, err := Canonical(nil, table, columns)
			if err == nil && string(now) != p.Row {
				err = fmt.Errorf("audit: %s %d is not what it was", table, x.ID)
			}
			return err
		})
		if routing.FaultOf(err) == routing.NotFound {
			err = fmt.Errorf("audit: %s %d is gone", table, x.ID)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Code is what the printed page carries as a QR code: enough to find the receipt
// and to see that it is this one.
func (r Receipt) Code() string {
	var leaf int64
	for _, p := range r.Proofs {
		if strings.HasPrefix(p.Row, entryForm) {
			leaf = p.Leaf
		}
	}
	return fmt.Sprintf("%s %s %d %s", receiptForm, r.Facts.Assignment, leaf, r.SHA256)
}
