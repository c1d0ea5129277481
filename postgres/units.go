package postgres

import (
	"context"

	"congvan/calendar"
	"congvan/routing"

	"github.com/uptrace/bun"
)

// Unit is a unit as it is called on one day.
type Unit = routing.Unit

const unitsOn = `
	SELECT u.id, u.kind, v.code, v.name, v.parent_id
	FROM units u JOIN unit_versions v ON v.unit_id = u.id
	WHERE v.valid_from <= ?0 AND (v.valid_to IS NULL OR v.valid_to > ?0)`

// Units lists the units that exist on a day (2006-01-02), offices before
// wards, by code.
func (s *Store) Units(ctx context.Context, day string) ([]Unit, error) {
	var units []Unit
	err := s.db.NewRaw(unitsOn+` ORDER BY u.kind, v.code`, day).Scan(ctx, &units)
	return units, failed("list units", err)
}

// UnitsByID finds the units among ids that exist on a day (2006-01-02).
func (s *Store) UnitsByID(ctx context.Context, day string, ids []routing.ID) (map[routing.ID]Unit, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var units []Unit
	err := s.db.NewRaw(unitsOn+` AND u.id IN (?1)`, day, bun.List(ids)).Scan(ctx, &units)
	found := make(map[routing.ID]Unit, len(units))
	for _, u := range units {
		found[u.ID] = u
	}
	return found, failed("find units", err)
}

// UnitKind is the level of a unit, also of one that exists no more.
func (s *Store) UnitKind(ctx context.Context, id routing.ID) (kind routing.UnitKind, err error) {
	err = s.db.NewRaw(`SELECT kind FROM units WHERE id = ?`, id).Scan(ctx, &kind)
	return kind, failed("find unit", err)
}

// ActorByName finds an account by its name, in the position held on a day.
func (s *Store) ActorByName(ctx context.Context, username, day string) (routing.Actor, error) {
	return s.actor(ctx, "a.username = ?0", username, day)
}

func (s *Store) actor(ctx context.Context, which string, arg any, day string) (routing.Actor, error) {
	var row actorRow
	err := s.db.NewRaw(`
		SELECT `+actorColumns+`
		FROM accounts a JOIN positions p ON p.id = a.position_id
		JOIN unit_versions v ON v.unit_id = p.unit_id AND v.valid_from <= ?1 AND (v.valid_to IS NULL OR v.valid_to > ?1)
		WHERE `+which+` AND a.disabled_at IS NULL
		  AND p.valid_from <= ?1 AND (p.valid_to IS NULL OR p.valid_to > ?1)`, arg, day).Scan(ctx, &row)
	return row.actor(), failed("find actor", err)
}

// actorRow is an account a in the position p that it holds, in the unit's version v.
type actorRow struct {
	AccountID, PositionID, UnitID, AboveID routing.ID
	Username                               string
	Office                                 routing.Office
	Fields                                 []string `bun:",array"`
	Organ                                  []string `bun:",array"`
}

const actorColumns = `a.id AS account_id, a.username, p.id AS position_id, p.unit_id, v.parent_id AS above_id, p.office, p.fields,
	CASE p.office WHEN 'inspector' THEN ` + organOf + ` END AS organ`

// organOf are the organ of the position p, which for one in an office is the unit
// above that, and all that lie or last lay below it: what an inspector inspects.
const organOf = `(WITH RECURSIVE newest AS (
			SELECT DISTINCT ON (n.unit_id) n.unit_id, n.parent_id FROM unit_versions n ORDER BY n.unit_id, n.valid_from DESC
		), organ AS (
			SELECT CASE u.kind WHEN 'office' THEN coalesce(n.parent_id, u.id) ELSE u.id END AS unit_id
			FROM units u LEFT JOIN newest n ON n.unit_id = u.id WHERE u.id = p.unit_id
			UNION SELECT n.unit_id FROM newest n JOIN organ o ON n.parent_id = o.unit_id
		) SELECT array_agg(o.unit_id::text) FROM organ o)`

func (r actorRow) actor() routing.Actor {
	a := routing.Actor{AccountID: r.AccountID, Username: r.Username, PositionID: r.PositionID,
		UnitID: r.UnitID, AboveID: r.AboveID, Office: r.Office, Fields: r.Fields}
	for _, unit := range r.Organ {
		a.Organ = append(a.Organ, routing.ID(unit))
	}
	return a
}

// loadHours reads the office hours of the units' versions in force on a day. The
// empty id stands for the default hours.
func loadHours(ctx context.Context, db bun.IDB, cal *calendar.Calendar, day string) (map[routing.ID]calendar.Clock, error) {
	var rows []struct {
		UnitID      routing.ID
		OfficeHours string
		OnDuty      bool
	}
	err := db.NewRaw(`SELECT unit_id, office_hours, on_duty FROM unit_versions
		WHERE valid_from <= ?0 AND (valid_to IS NULL OR valid_to > ?0)`, day).Scan(ctx, &rows)
	if err != nil {
		return nil, failed("read office hours", err)
	}
	clocks := map[routing.ID]calendar.Clock{"": calendar.NewClock(cal, calendar.DefaultHours())}
	for _, row := range rows {
		hours, err := calendar.ParseHours(row.OfficeHours)
		if err != nil {
			return nil, failed("read office hours", err)
		}
		clocks[row.UnitID] = calendar.NewClock(cal, hours).WithDuty(row.OnDuty)
	}
	return clocks, nil
}

// UnitsOfPositions finds the unit of each position that exists on a day.
func (s *Store) UnitsOfPositions(ctx context.Context, day string, positions []routing.ID) (map[routing.ID]routing.ID, error) {
	if len(positions) == 0 {
		return nil, nil
	}
	var rows []struct{ ID, UnitID routing.ID }
	err := s.db.NewRaw(`SELECT id, unit_id FROM positions
		WHERE id IN (?1) AND valid_from <= ?0 AND (valid_to IS NULL OR valid_to > ?0)`, day, bun.List(positions)).Scan(ctx, &rows)
	units := make(map[routing.ID]routing.ID, len(rows))
	for _, row := range rows {
		units[row.ID] = row.UnitID
	}
	return units, failed("find positions", err)
}

// Position is a post in a unit.
type Position struct {
	ID     routing.ID
	UnitID routing.ID
	Code   string
	Title  string
	Office routing.Office
}

// Presentable lists the positions that a document of a unit can be presented to
// on a day: its leaders, and the chief of the office right below it.
func (s *Store) Presentable(ctx context.Context, day string, unit routing.ID) ([]Position, error) {
	var positions []Position
	err := s.db.NewRaw(`SELECT p.id, p.unit_id, p.code, p.title, p.office FROM positions p
		WHERE p.valid_from <= ?0 AND (p.valid_to IS NULL OR p.valid_to > ?0)
		  AND (p.unit_id = ?1 AND p.office IN ('chairman', 'deputy', 'chief', 'head')
		    OR p.office = 'chief' AND EXISTS (SELECT FROM unit_versions v WHERE v.unit_id = p.unit_id AND v.parent_id = ?1
		       AND v.valid_from <= ?0 AND (v.valid_to IS NULL OR v.valid_to > ?0)))
		ORDER BY p.office, p.code`, day, unit).Scan(ctx, &positions)
	return positions, failed("list whom to present to", err)
}

// TitlesOfPositions finds what positions are called.
func (s *Store) TitlesOfPositions(ctx context.Context, ids []routing.ID) (map[routing.ID]string, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var positions []Position
	err := s.db.NewRaw(`SELECT id, title FROM positions WHERE id IN (?)`, bun.List(ids)).Scan(ctx, &positions)
	titles := make(map[routing.ID]string, len(positions))
	for _, p := range positions {
		titles[p.ID] = p.Title
	}
	return titles, failed("find titles", err)
}

// PositionsOf lists the positions of a unit that exist on a day.
func (s *Store) PositionsOf(ctx context.Context, day string, unit routing.ID) ([]Position, error) {
	var positions []Position
	err := s.db.NewRaw(`SELECT id, unit_id, code, title, office FROM positions
		WHERE unit_id = ?1 AND valid_from <= ?0 AND (valid_to IS NULL OR valid_to > ?0) ORDER BY office, code`, day, unit).Scan(ctx, &positions)
	return positions, failed("list positions", err)
}

// PositionsIn lists the positions of some units on a day, by unit, office and code.
func (s *Store) PositionsIn(ctx context.Context, day string, units []routing.ID) ([]Position, error) {
	if len(units) == 0 {
		return nil, nil
	}
	var positions []Position
	err := s.db.NewRaw(`SELECT id, unit_id, code, title, office FROM positions
		WHERE unit_id IN (?1) AND valid_from <= ?0 AND (valid_to IS NULL OR valid_to > ?0) ORDER BY unit_id, office, code`, day, bun.List(units)).Scan(ctx, &positions)
	return positions, failed("list positions", err)
}
