package postgres_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"congvan/routing"
)

// crowd is an authority by chance: units in a tree, documents with shares in a
// tree, drafts that offices are asked about, and things to decide.
type crowd struct {
	*rand.Rand
	units     []routing.ID
	above     map[routing.ID]routing.ID
	position  routing.ID
	account   routing.ID
	documents []crowdDocument
	issued    []routing.Outgoing
	sql       map[string][]string // rows by table
}

type crowdDocument struct {
	routing.Document
	shares    []routing.Assignment
	circuits  []routing.Circuit
	decisions []routing.Decision
}

func (c *crowd) id() routing.ID {
	return routing.ID(uuid.Must(uuid.NewRandomFromReader(c)).String())
}

// Read makes ids of the seed.
func (c *crowd) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(c.Uint32())
	}
	return len(p), nil
}

func (c *crowd) unit() routing.ID { return c.units[c.IntN(len(c.units))] }

func (c *crowd) row(table, format string, a ...any) {
	c.sql[table] = append(c.sql[table], fmt.Sprintf("("+format+")", a...))
}

func orNULL(id routing.ID) string {
	if id == "" {
		return "NULL"
	}
	return "'" + string(id) + "'"
}

func pick[T any](c *crowd, of ...T) T { return of[c.IntN(len(of))] }

func newCrowd(seed uint64, units, documents int) *crowd {
	c := &crowd{Rand: rand.New(rand.NewPCG(seed, 20)), above: map[routing.ID]routing.ID{}, sql: map[string][]string{}}
	for range units {
		id, up := c.id(), routing.ID("")
		if len(c.units) > 1 {
			up = c.unit()
		}
		c.units, c.above[id] = append(c.units, id), up
		c.row("units (id, kind)", "'%s', '%s'", id, pick(c, "district", "ward"))
		c.row("unit_versions (unit_id, valid_from, code, name, parent_id)", "'%s', '2015-01-01', '%s', 'x', %s", id, id, orNULL(up))
	}
	c.position, c.account = c.id(), c.id()
	c.row("positions (id, unit_id, code, title, office, valid_from)", "'%s', '%s', 'p', 'p', 'clerk', '2015-01-01'", c.position, c.units[0])
	c.row("accounts (id, username, position_id)", "'%s', 'p', '%s'", c.account, c.position)
	c.row("ladders (code, version, definition)", "'z20', 1, '{}'")
	for n := range documents {
		c.document(n + 1)
		o := routing.Outgoing{ID: c.id(), UnitID: c.unit()}
		c.row(`outgoing (id, unit_id, book_year, number, notation, issued_on, type_name, subject, signer_title, signer_name, drafter, recipients, urgency, copies, pages,
			language, note, registered_at, registered_by)`, "'%s', '%s', 2026, %d, 'x', '2026-11-23', 'x', 'x', 'x', '', 'x', '[]', 'normal', 1, 1, '', '', now(), '%s'", o.ID, o.UnitID, n+1, c.account)
		c.issued = append(c.issued, o)
	}
	return c
}

func (c *crowd) document(number int) {
	d := crowdDocument{Document: routing.Document{ID: c.id(), UnitID: c.unit(), Status: pick(c, routing.Registered, routing.Directed, routing.Directed, routing.Concluded, routing.Recalling)}}
	c.row(`documents (id, unit_id, book_year, number, issuer, code_number, code_notation, type_name, subject, field, urgency, duplicate_key, duplicate_reason,
		ladder, ladder_version, status, direct_due_at, registered_at, registered_by)`,
		"'%s', '%s', 2026, %d, 'x', '', '', 'x', 'x', '', 'normal', '', '', 'z20', 1, '%s', now(), now(), '%s'", d.ID, d.UnitID, number, d.Status, c.account)
	for range c.IntN(5) {
		a := routing.Assignment{ID: c.id(), DocumentID: d.ID, DirectionID: c.id(), UnitID: c.unit(), GiverUnitID: d.UnitID, Status: pick(c, routing.Sent, routing.Withdrawn, routing.HandedOver, routing.Done)}
		if len(d.shares) > 0 && c.IntN(2) == 0 {
			a.ParentID = d.shares[c.IntN(len(d.shares))].ID
		}
		closed := "now()"
		if a.Status == routing.Sent {
			closed = "NULL"
		}
		c.row("directions (id, document_id, unit_id, given_by, given_by_position, given_at, text, process, result)",
			"'%s', '%s', '%s', '%s', '%s', now(), '', '', ''", a.DirectionID, d.ID, a.GiverUnitID, c.account, c.position)
		c.row("assignments (id, document_id, direction_id, parent_id, giver_unit_id, unit_id, role, status, sent_at, receive_due_at, closed_at)",
			"'%s', '%s', '%s', %s, '%s', '%s', 'lead', '%s', now(), now(), %s::timestamptz", a.ID, d.ID, a.DirectionID, orNULL(a.ParentID), a.GiverUnitID, a.UnitID, a.Status, closed)
		d.shares = append(d.shares, a)
	}
	if len(d.shares) > 0 && c.IntN(2) == 0 {
		c.asking(&d)
	}
	c.documents = append(c.documents, d)
}

// asking lets offices be asked, or have been asked, about a share.
func (c *crowd) asking(d *crowdDocument) {
	k := routing.Circuit{ID: c.id(), AssignmentID: d.shares[0].ID, Status: pick(c, routing.CircuitOpen, routing.CircuitPassed, routing.CircuitVoid)}
	d.circuits = append(d.circuits, k)
	c.row("circuits (id, document_id, assignment_id, author_id, text, stages, stage, status, started_at)",
		"'%s', '%s', '%s', '%s', '', '[]', 0, '%s', now()", k.ID, d.ID, k.AssignmentID, c.account, k.Status)
	for range c.IntN(3) {
		x := routing.Decision{ID: c.id(), DocumentID: d.ID, AssignmentID: k.AssignmentID, Kind: pick(c, routing.Consent, routing.RecallAnswer), OwnerUnitID: c.unit(),
			Status: pick(c, routing.DecisionOpen, routing.DecisionGranted, routing.DecisionVoid)}
		if x.Kind == routing.Consent {
			x.CircuitID = k.ID
		}
		d.decisions = append(d.decisions, x)
		c.row("decisions (id, document_id, assignment_id, kind, circuit_id, asked_unit_id, asked_at, reason, owner_unit_id, due_at, status)",
			"'%s', '%s', '%s', '%s', %s, '%s', now(), '', '%s', now(), '%s'", x.ID, d.ID, x.AssignmentID, x.Kind, orNULL(x.CircuitID), d.UnitID, x.OwnerUnitID, x.Status)
	}
}

// actor is somebody of any office in any unit.
func (c *crowd) actor() routing.Actor {
	a := routing.Actor{AccountID: c.id(), PositionID: c.id(), UnitID: c.unit(),
		Office: pick(c, routing.Chairman, routing.Deputy, routing.Chief, routing.Head, routing.Clerk, routing.Officer, routing.Inspector, routing.Admin)}
	a.AboveID = c.above[a.UnitID]
	if a.Office == routing.Inspector {
		for _, unit := range c.units {
			for up := unit; up != ""; up = c.above[up] {
				if up == a.UnitID {
					a.Organ = append(a.Organ, unit)
				}
			}
		}
	}
	return a
}

// The rules in Go and the condition of the lists say the same of 10,000 pairs.
func TestThePolicyAndItsConditionAgree_Z20(t *testing.T) {
	t.Parallel()
	const actors, documents = 50, 200
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	s, c := openRecord(t), newCrowd(seed, 25, documents)
	for _, table := range []string{"units", "unit_versions", "positions", "accounts", "ladders", "documents", "directions", "assignments", "circuits", "decisions", "outgoing"} {
		for name, rows := range c.sql {
			if strings.HasPrefix(name, table+" (") {
				_, err := s.DB().ExecContext(t.Context(), "INSERT INTO "+name+" VALUES "+strings.Join(rows, ", "))
				require.NoError(t, err, table)
			}
		}
	}
	var ids []routing.ID
	for _, d := range c.documents {
		ids = append(ids, d.ID)
	}
	pairs, seen, issued := 0, 0, 0
	for range actors {
		a := c.actor()
		got, err := s.Visible(t.Context(), a, ids)
		require.NoError(t, err)
		for _, d := range c.documents {
			want := a.Sees(d.Document, d.shares, d.circuits, d.decisions)
			require.Equal(t, want, got[d.ID], "%s of %s on %+v", a.Office, a.UnitID, d)
			pairs++
			if want {
				seen++
			}
		}
		for _, o := range c.issued {
			_, err := s.Outgoing(t.Context(), a, o.ID)
			require.Equal(t, a.SeesIssued(o.UnitID), err == nil, "%s of %s on what %s has issued", a.Office, a.UnitID, o.UnitID)
			if err == nil {
				issued++
			}
		}
	}
	t.Logf("%d pairs, %d visible", pairs, seen)
	require.Equal(t, 10_000, pairs)
	require.Greater(t, seen, 500)
	require.Less(t, seen, 9_500)
	require.Greater(t, issued, 100)
	require.Less(t, issued, 9_500)
}
