package postgres

import (
	"context"
	"errors"

	"congvan/calendar"
	"congvan/routing"

	"github.com/uptrace/bun"
)

// Holder says that an account holds a position from one day to another; zero: open.
type Holder struct {
	AccountID, PositionID routing.ID
	Username              string
	From, To              calendar.Date
	Disabled              bool // the account is not let in
}

// Holders lists who held, holds and will hold which position, by position and day.
func (s *Store) Holders(ctx context.Context) ([]Holder, error) { return holders(ctx, s.db) }

func holders(ctx context.Context, db bun.IDB) ([]Holder, error) {
	var rows []struct {
		AccountID, PositionID routing.ID
		Username, From, Until string
		Disabled              bool
	}
	err := db.NewRaw(`SELECT h.account_id, h.position_id, a.username, a.disabled_at IS NOT NULL AS disabled,
			to_char(h.valid_from, 'YYYY-MM-DD') AS "from", coalesce(to_char(h.valid_to, 'YYYY-MM-DD'), '') AS until
		FROM position_holders h JOIN accounts a ON a.id = h.account_id ORDER BY h.position_id, h.valid_from, a.username`).Scan(ctx, &rows)
	out := make([]Holder, len(rows))
	for i, r := range rows {
		out[i] = Holder{r.AccountID, r.PositionID, r.Username, dayOf(r.From), dayOf(r.Until), r.Disabled}
	}
	return out, failed("list who holds positions", err)
}

// Appointment is a change of who holds a position, on its way into the record.
// Check judges it by what is there.
type Appointment struct {
	Entry      routing.Entry
	Request    routing.Request
	Today      calendar.Date
	Username   string
	PositionID routing.ID // empty: none
	From       calendar.Date
	Basis      string
	Check      func(c routing.Chart, account routing.ID, holders []Holder) error
}

// Appoint lets an account hold a position from a day on, with its entry; what it
// held, or would have held from then on, ends. The same request again does nothing.
func (s *Store) Appoint(ctx context.Context, p Appointment) error {
	if _, err := s.EntryByRequest(ctx, p.Entry.ActorID, p.Request); !errors.Is(err, routing.ErrNotFound) {
		return err
	}
	var account routing.ID
	err := s.db.NewRaw(`SELECT id FROM accounts WHERE username = ?`, p.Username).Scan(ctx, &account)
	if err != nil {
		return failed("find account", err)
	}
	return s.changed(ctx, p.Entry, p.Request, func(tx bun.Tx, e *routing.Entry) error {
		if err := holdSeedLock(ctx, tx); err != nil {
			return err
		}
		chart, err := loadChart(ctx, tx)
		if err != nil {
			return err
		}
		before, err := holders(ctx, tx)
		if err != nil {
			return err
		}
		if err := p.Check(chart, account, before); err != nil {
			return err
		}
		var was routing.ID
		for _, h := range before {
			if h.AccountID == account && !p.From.Before(h.From) && (h.To.IsZero() || p.From.Before(h.To)) {
				was = h.PositionID
			}
		}
		position, _ := chart.Position(p.PositionID)
		facts, _ := position.On(p.From)
		e.Subject.ID, e.UnitID = string(account), facts.UnitID
		e.Details = map[string]any{"before": was, "after": p.PositionID, "from": p.From.String(), "basis": p.Basis}
		return writeHolder(ctx, tx, account, p)
	})
}

func writeHolder(ctx context.Context, tx bun.Tx, account routing.ID, p Appointment) error {
	a := args{"account": account, "position": orNull(p.PositionID), "from": p.From.String()}
	for _, statement := range []string{
		`DELETE FROM position_holders WHERE account_id = ?account AND valid_from >= ?from`,
		`UPDATE position_holders SET valid_to = ?from WHERE account_id = ?account AND (valid_to IS NULL OR valid_to > ?from)`,
		`INSERT INTO position_holders (account_id, position_id, valid_from) SELECT ?account::uuid, ?position::uuid, ?from::date WHERE ?position::uuid IS NOT NULL`,
	} {
		if _, err := tx.NewRaw(statement, a).Exec(ctx); err != nil {
			return failed("write who holds a position", err)
		}
	}
	return settle(ctx, tx, p.Today.String(), true)
}

// Book is how a book of a unit stands: its highest number.
type Book struct {
	UnitID     routing.ID
	Direction  string // incoming or outgoing
	Year       int
	LastNumber int
}

// Books lists the books of all units, by unit, the newest year first. There is
// no way to set a number.
func (s *Store) Books(ctx context.Context) ([]Book, error) {
	var books []Book
	err := s.db.NewRaw(`SELECT unit_id, direction, year, last_number FROM books ORDER BY unit_id, year DESC, direction`).Scan(ctx, &books)
	return books, failed("list books", err)
}
