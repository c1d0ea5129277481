package postgres

import (
	"context"
	"errors"

	"congvan/calendar"
	"congvan/routing"

	"github.com/uptrace/bun"
)

// Chart reads the whole organisation, from day to day.
func (s *Store) Chart(ctx context.Context) (routing.Chart, error) { return loadChart(ctx, s.db) }

func loadChart(ctx context.Context, db bun.IDB) (c routing.Chart, err error) {
	if c.Units, err = chartUnits(ctx, db); err != nil {
		return c, failed("read units", err)
	}
	if c.Positions, err = chartPositions(ctx, db); err != nil {
		return c, failed("read positions", err)
	}
	var rows []struct {
		UnitID, SuccessorID routing.ID
		From, Basis         string
	}
	err = db.NewRaw(`SELECT unit_id, successor_id, to_char(from_day, 'YYYY-MM-DD') AS "from", basis
		FROM unit_successors ORDER BY from_day, unit_id, successor_id`).Scan(ctx, &rows)
	for _, r := range rows {
		c.Successors = append(c.Successors, routing.Successor{UnitID: r.UnitID, SuccessorID: r.SuccessorID, From: dayOf(r.From), Basis: r.Basis})
	}
	return c, failed("read successors", err)
}

// dayOf reads a day as the record writes it; empty: none.
func dayOf(text string) (day calendar.Date) {
	day, _ = calendar.Parse(text) // zero, if it is none
	return day
}

func chartUnits(ctx context.Context, db bun.IDB) (units []routing.ChartUnit, err error) {
	var rows []struct {
		ID, ParentID                                routing.ID
		Kind                                        routing.UnitKind
		Code, Name, OfficeHours, ValidFrom, ValidTo string
		OnDuty                                      bool
	}
	err = db.NewRaw(`SELECT u.id, u.kind, v.code, v.name, v.parent_id, v.office_hours, v.on_duty,
			to_char(v.valid_from, 'YYYY-MM-DD') AS valid_from, coalesce(to_char(v.valid_to, 'YYYY-MM-DD'), '') AS valid_to
		FROM units u JOIN unit_versions v ON v.unit_id = u.id ORDER BY u.kind, u.created_at, u.id, v.valid_from`).Scan(ctx, &rows)
	for _, r := range rows {
		if n := len(units); n == 0 || units[n-1].ID != r.ID {
			units = append(units, routing.ChartUnit{ID: r.ID, Kind: r.Kind})
		}
		u := &units[len(units)-1]
		u.Versions = append(u.Versions, routing.Version[routing.UnitFacts]{From: dayOf(r.ValidFrom), To: dayOf(r.ValidTo),
			Is: routing.UnitFacts{Code: r.Code, Name: r.Name, ParentID: r.ParentID, OfficeHours: r.OfficeHours, OnDuty: r.OnDuty}})
	}
	return units, err
}

func chartPositions(ctx context.Context, db bun.IDB) (positions []routing.ChartPosition, err error) {
	var rows []struct {
		ID, UnitID               routing.ID
		Code, Title, From, Until string
		Office                   routing.Office
		Fields                   []string `bun:",array"`
		OnPaper                  bool
	}
	err = db.NewRaw(`SELECT p.id, p.code, p.on_paper, v.unit_id, v.title, v.office, v.fields,
			to_char(v.valid_from, 'YYYY-MM-DD') AS "from", coalesce(to_char(p.valid_to, 'YYYY-MM-DD'), '') AS until
		FROM positions p JOIN position_versions v ON v.position_id = p.id
		ORDER BY p.code, v.valid_from`).Scan(ctx, &rows)
	for _, r := range rows {
		if n := len(positions); n == 0 || positions[n-1].ID != r.ID {
			positions = append(positions, routing.ChartPosition{ID: r.ID, Code: r.Code, OnPaper: r.OnPaper})
		}
		p := &positions[len(positions)-1]
		if n := len(p.Versions); n > 0 {
			p.Versions[n-1].To = dayOf(r.From)
		}
		if len(r.Fields) == 0 {
			r.Fields = nil
		}
		p.Versions = append(p.Versions, routing.Version[routing.PositionFacts]{From: dayOf(r.From), To: dayOf(r.Until),
			Is: routing.PositionFacts{UnitID: r.UnitID, Title: r.Title, Office: r.Office, Fields: r.Fields}})
	}
	return positions, err
}

// Reorganisation is a change of the organisation on its way into the record.
// Change makes the chart after of the chart before, or refuses; busy names those
// among units and positions that have open work.
type Reorganisation struct {
	Entry   routing.Entry // of the whole; each unit and position has its own beside it
	Request routing.Request
	Today   calendar.Date
	Change  func(before routing.Chart, busy Busy) (routing.Chart, error)

	// What else an import brings; each with its entry.
	Ladders                    []LadderVersion
	Templates                  []routing.Template // version 0: a new one
	Calendar                   NewCalendar        // no days: none
	LadderEntry, TemplateEntry routing.Entry
}

// Busy names those among units and positions that have open work.
type Busy func(units, positions []routing.ID) ([]routing.ID, error)

// Reorganise carries a change of the organisation out, with an entry for each
// unit and position that it touches: all or nothing, one at a time. The same
// request again does nothing and lists nothing.
func (s *Store) Reorganise(ctx context.Context, r Reorganisation) (changes []routing.ChartChange, err error) {
	if _, err := s.EntryByRequest(ctx, r.Entry.ActorID, r.Request); !errors.Is(err, routing.ErrNotFound) {
		return nil, err // done before, or another request of that name
	}
	err = s.changed(ctx, r.Entry, r.Request, func(tx bun.Tx, _ *routing.Entry) error {
		if err := holdSeedLock(ctx, tx); err != nil {
			return err
		}
		before, err := loadChart(ctx, tx)
		if err != nil {
			return err
		}
		after, err := r.Change(before, s.busy(ctx, tx))
		if err != nil {
			return err
		}
		changes = routing.ChartChanges(before, after)
		if len(changes)+len(r.Ladders)+len(r.Templates)+len(r.Calendar.Days) == 0 {
			return errUnchanged
		}
		if err := s.bring(ctx, tx, r); err != nil {
			return err
		}
		if err := writeChart(ctx, tx, changes, after, r); err != nil {
			return err
		}
		for _, x := range changes {
			e := r.Entry
			e.Kind, e.Subject, e.UnitID = x.Kind, x.Subject, x.UnitID
			e.Details = map[string]any{"before": x.Before, "after": x.After}
			if _, err := addEntry(ctx, tx, e, routing.Request{}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	s.clocks.now.Store(nil) // here at once, elsewhere within a second
	return changes, nil
}

// bring writes what an import brings beside the chart. Whoever changed the same
// meanwhile has the right of way: routing.ErrStale.
func (s *Store) bring(ctx context.Context, tx bun.Tx, r Reorganisation) error {
	for _, l := range r.Ladders {
		definition, err := toJSON(l.Ladder)
		if err != nil {
			return err
		}
		if err := changedOne(addLadder(ctx, tx, l, definition)); err != nil {
			return unlessUnchanged(err)
		}
		e := r.LadderEntry
		e.Subject.ID, e.Details = l.Code, map[string]any{"before": l.Version - 1, "after": l.Version}
		if _, err := addEntry(ctx, tx, e, routing.Request{}); err != nil {
			return err
		}
	}
	for _, t := range r.Templates {
		if err := bringTemplate(ctx, tx, t, r.TemplateEntry); err != nil {
			return unlessUnchanged(err)
		}
	}
	if len(r.Calendar.Days) == 0 {
		return nil
	}
	_, err := s.changeCalendar(ctx, tx, r.Calendar)
	return err
}

func unlessUnchanged(err error) error {
	if errors.Is(err, errUnchanged) {
		return routing.ErrStale
	}
	return err
}

// BusyNow is Busy outside of a change.
func (s *Store) BusyNow(ctx context.Context) Busy { return s.busy(ctx, s.db) }

func (s *Store) busy(ctx context.Context, db bun.IDB) Busy {
	return func(units, positions []routing.ID) (ids []routing.ID, err error) {
		list := func(ids []routing.ID) any {
			return bun.List(append([]routing.ID{"00000000-0000-0000-0000-000000000000"}, ids...))
		}
		err = db.NewRaw(`
			SELECT u.id FROM units u WHERE u.id IN (?0) AND (
				EXISTS (SELECT FROM assignments a WHERE a.unit_id = u.id AND a.closed_at IS NULL)
				OR EXISTS (SELECT FROM assignments a WHERE a.giver_unit_id = u.id AND a.closed_at IS NULL)
				OR EXISTS (SELECT FROM decisions x WHERE x.owner_unit_id = u.id AND x.status = 'open')
				OR EXISTS (SELECT FROM documents d WHERE d.unit_id = u.id AND d.status IN ('registered', 'presented', 'directed', 'recalling')))
			UNION ALL
			SELECT p.id FROM positions p WHERE p.id IN (?1) AND (
				EXISTS (SELECT FROM assignments a WHERE a.unit_id = p.unit_id AND a.position_id = p.id AND a.closed_at IS NULL)
				OR EXISTS (SELECT FROM documents d WHERE d.presented_to = p.id AND d.status = 'presented'))`,
			list(units), list(positions)).Scan(ctx, &ids)
		return ids, failed("look for open work", err)
	}
}
