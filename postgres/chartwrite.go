package postgres

import (
	"context"

	"congvan/calendar"
	"congvan/routing"

	"github.com/uptrace/bun"
)

// unitRow is a version of a unit on its way into the table.
type unitRow struct {
	ID     routing.ID    `json:"id"`
	Kind   string        `json:"kind"`
	From   calendar.Date `json:"valid_from"`
	To     calendar.Date `json:"valid_to,omitzero"`
	Parent routing.ID    `json:"parent_id,omitempty"`
	Code   string        `json:"code"`
	Name   string        `json:"name"`
	Hours  string        `json:"office_hours"`
	OnDuty bool          `json:"on_duty"`
}

// postRow is a version of a position on its way into the table.
type postRow struct {
	ID      routing.ID     `json:"id"`
	Code    string         `json:"code"`
	OnPaper bool           `json:"on_paper"`
	Begins  calendar.Date  `json:"begins"`
	Ends    calendar.Date  `json:"ends,omitzero"`
	From    calendar.Date  `json:"valid_from"`
	Unit    routing.ID     `json:"unit_id"`
	Title   string         `json:"title"`
	Office  routing.Office `json:"office"`
	Fields  []string       `json:"fields"`
}

// What began before today is only ended or opened again; what begins today or
// later is written anew. A code is free before another unit takes it.
const (
	unitRows = `FROM jsonb_to_recordset(?rows) AS r(id uuid, kind text, valid_from date, valid_to date, parent_id uuid, code text, name text,
		office_hours text, on_duty boolean)`
	foundUnits    = `INSERT INTO units (id, kind) SELECT DISTINCT r.id, r.kind ` + unitRows + ` ON CONFLICT (id) DO NOTHING`
	dropToCome    = `DELETE FROM unit_versions v WHERE v.valid_from >= ?today AND v.unit_id IN (SELECT r.id ` + unitRows + `)`
	endVersions   = `UPDATE unit_versions v SET valid_to = r.valid_to ` + unitRows + ` WHERE v.unit_id = r.id AND v.valid_from = r.valid_from AND r.valid_to IS NOT NULL AND v.valid_to IS DISTINCT FROM r.valid_to`
	openVersions  = `UPDATE unit_versions v SET valid_to = NULL ` + unitRows + ` WHERE v.unit_id = r.id AND v.valid_from = r.valid_from AND r.valid_to IS NULL AND v.valid_to IS NOT NULL`
	writeVersions = `INSERT INTO unit_versions (unit_id, valid_from, valid_to, code, name, parent_id, office_hours, on_duty)
		SELECT r.id, r.valid_from, r.valid_to, r.code, r.name, r.parent_id, r.office_hours, r.on_duty ` + unitRows + `
		WHERE r.valid_from >= ?today ORDER BY r.valid_from, r.code`

	postRows = `FROM jsonb_to_recordset(?rows) AS r(id uuid, code text, on_paper boolean, begins date, ends date, valid_from date, unit_id uuid,
		title text, office text, fields text[])`
	createPosts = `INSERT INTO positions (id, unit_id, code, title, office, fields, valid_from, valid_to, on_paper)
		SELECT r.id, r.unit_id, r.code, r.title, r.office, coalesce(r.fields, '{}'), r.begins, r.ends, r.on_paper ` + postRows + `
		WHERE r.valid_from = r.begins
		ON CONFLICT (id) DO UPDATE SET valid_from = excluded.valid_from, valid_to = excluded.valid_to, on_paper = excluded.on_paper`
	dropPostsToCome = `DELETE FROM position_versions v WHERE v.valid_from >= ?today AND v.position_id IN (SELECT r.id ` + postRows + `)`
	writePosts      = `INSERT INTO position_versions (position_id, valid_from, unit_id, title, office, fields)
		SELECT r.id, r.valid_from, r.unit_id, r.title, r.office, coalesce(r.fields, '{}') ` + postRows + ` WHERE r.valid_from >= ?today`
	endHolders = `UPDATE position_holders h SET valid_to = r.ends ` + postRows + ` WHERE h.position_id = r.id AND h.valid_from < r.ends
		AND (h.valid_to IS NULL OR h.valid_to > r.ends)`
	dropHolders = `DELETE FROM position_holders h USING (SELECT r.id, r.ends ` + postRows + `) r
		WHERE h.position_id = r.id AND h.valid_from >= r.ends`

	nameSuccessors = `INSERT INTO unit_successors (unit_id, successor_id, from_day, basis)
		SELECT r.unit, r.successor, r.day, r.basis FROM jsonb_to_recordset(?rows) AS r(unit uuid, successor uuid, day date, basis text)
		ON CONFLICT (unit_id, successor_id) DO NOTHING`
)

// writeChart writes what changes.
func writeChart(ctx context.Context, tx bun.Tx, changes []routing.ChartChange, after routing.Chart, r Reorganisation) error {
	var units []unitRow
	var posts []postRow
	for _, x := range changes {
		id := routing.ID(x.Subject.ID)
		switch {
		case x.Kind == routing.EntrySuccessorNamed:
		case x.Subject.Kind == routing.SubjectUnit:
			units = append(units, unitRowsOf(after, id)...)
		default:
			posts = append(posts, postRowsOf(after, id)...)
		}
	}
	type successor struct {
		Unit      routing.ID    `json:"unit"`
		Successor routing.ID    `json:"successor"`
		Day       calendar.Date `json:"day"`
		Basis     string        `json:"basis"`
	}
	successors := make([]successor, len(after.Successors))
	for i, x := range after.Successors {
		successors[i] = successor{x.UnitID, x.SuccessorID, x.From, x.Basis}
	}
	for _, step := range []struct {
		statement string
		rows      any
	}{
		{foundUnits, units}, {dropToCome, units}, {endVersions, units}, {openVersions, units}, {writeVersions, units},
		{createPosts, posts}, {dropPostsToCome, posts}, {writePosts, posts}, {endHolders, posts}, {dropHolders, posts},
		{nameSuccessors, successors},
	} {
		list, err := toJSON(step.rows)
		if err != nil {
			return err
		}
		if list == "null" {
			continue
		}
		if _, err := tx.NewRaw(step.statement, args{"rows": list, "today": r.Today.String()}).Exec(ctx); err != nil {
			return failed("write the organisation", err)
		}
	}
	if err := settle(ctx, tx, r.Today.String(), true); err != nil {
		return err
	}
	return keepSessions(ctx, tx, r.Entry.At, calendar.Date{})
}

func unitRowsOf(c routing.Chart, id routing.ID) (rows []unitRow) {
	u, _ := c.Unit(id)
	for _, v := range u.Versions {
		rows = append(rows, unitRow{u.ID, string(u.Kind), v.From, v.To, v.Is.ParentID, v.Is.Code, v.Is.Name, v.Is.OfficeHours, v.Is.OnDuty})
	}
	return rows
}

func postRowsOf(c routing.Chart, id routing.ID) (rows []postRow) {
	p, _ := c.Position(id)
	for _, v := range p.Versions {
		rows = append(rows, postRow{p.ID, p.Code, p.OnPaper, p.Versions[0].From, p.Versions[len(p.Versions)-1].To,
			v.From, v.Is.UnitID, v.Is.Title, v.Is.Office, v.Is.Fields})
	}
	return rows
}

// Settle puts positions and accounts in step with a day (2006-01-02): what was
// planned for it, or before, now is. Done again it changes nothing.
func (s *Store) Settle(ctx context.Context, day string) error {
	return s.inTx(ctx, func(tx bun.Tx) error {
		if err := holdSeedLock(ctx, tx); err != nil {
			return err
		}
		return settle(ctx, tx, day, false)
	})
}

// settle looks at what has changed before; all looks at everything.
func settle(ctx context.Context, tx bun.Tx, day string, all bool) error {
	for _, statement := range []string{`
		UPDATE positions p SET unit_id = v.unit_id, title = v.title, office = v.office, fields = v.fields
		FROM (SELECT DISTINCT ON (x.position_id) x.* FROM position_versions x WHERE x.valid_from <= ?day ORDER BY x.position_id, x.valid_from DESC) v
		WHERE p.id = v.position_id AND (?all OR v.valid_from > p.valid_from) AND (p.unit_id, p.title, p.office, p.fields) IS DISTINCT FROM (v.unit_id, v.title, v.office, v.fields)`, `
		UPDATE accounts a SET position_id = h.position_id
		FROM (SELECT DISTINCT ON (x.account_id) x.account_id, x.valid_to, (SELECT min(y.valid_from) FROM position_holders y WHERE y.account_id = x.account_id) AS first,
				x.valid_from, CASE WHEN x.valid_to IS NULL OR x.valid_to > ?day THEN x.position_id END AS position_id
			FROM position_holders x WHERE x.valid_from <= ?day ORDER BY x.account_id, x.valid_from DESC) h
		WHERE a.id = h.account_id AND (?all OR h.valid_from > h.first OR h.valid_to IS NOT NULL) AND a.position_id IS DISTINCT FROM h.position_id`} {
		if _, err := tx.NewRaw(statement, args{"day": day, "all": all}).Exec(ctx); err != nil {
			return failed("settle the day", err)
		}
	}
	return nil
}
