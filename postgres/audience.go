package postgres

import (
	"context"

	"congvan/routing"
)

// toldBy is the condition under which a position p belongs to the audience of a
// rung n of a document doc, on ?day; x is the direction out of which the share
// was given. What waits for a decision waits for the unit, whoever's share it is
// about; a direction that was presented waits for one position. Chief, deputy and
// chairman are those of the unit that registered the document, the chief also
// that of an office right below it.
const toldBy = `n.tell @> '"holder"' AND CASE
			WHEN n.kind = 'direction' AND doc.presented_to IS NOT NULL THEN p.id = doc.presented_to
			WHEN n.position_id IS NOT NULL AND n.kind NOT IN ('approval', 'return', 'decision') THEN p.unit_id = n.unit AND p.id = n.position_id
			ELSE p.unit_id = n.unit AND p.office IN ('clerk', 'head', 'chief', 'deputy', 'chairman') END
		    OR n.tell @> '"clerk"' AND p.unit_id = n.unit AND p.office = 'clerk'
		    OR n.tell @> '"head"' AND p.unit_id = n.unit AND p.office IN ('head', 'chief', 'chairman')
		    OR n.tell @> '"giver"' AND p.id = x.given_by_position
		    OR n.tell @> '"deputy"' AND p.unit_id = doc.unit_id AND (p.office = 'deputy' AND doc.field = ANY(p.fields)
		       OR p.office IN ('chairman', 'head') AND NOT EXISTS (SELECT FROM positions q WHERE q.unit_id = doc.unit_id AND q.office = 'deputy'
		          AND doc.field = ANY(q.fields) AND q.valid_from <= ?day::date AND (q.valid_to IS NULL OR q.valid_to > ?day::date)))
		    OR n.tell @> '"chairman"' AND p.unit_id = doc.unit_id AND p.office IN ('chairman', 'head')
		    OR n.tell @> '"chief"' AND p.office = 'chief' AND (p.unit_id = doc.unit_id
		       OR EXISTS (SELECT FROM unit_versions v WHERE v.unit_id = p.unit_id AND v.parent_id = doc.unit_id AND v.valid_to IS NULL))`

// ToldOf finds, for each alarm of a document, the titles of the positions that
// it would tell on a day: those who hold these offices then.
func (s *Store) ToldOf(ctx context.Context, documentID routing.ID, day string, alarms []routing.Alarm) ([][]string, error) {
	titles := make([][]string, len(alarms))
	if len(alarms) == 0 {
		return titles, nil
	}
	type row struct {
		N          int                `json:"n"`
		Assignment name               `json:"assignment"`
		Unit       routing.ID         `json:"unit"`
		Kind       string             `json:"kind"`
		Tell       []routing.Audience `json:"tell"`
	}
	rows := make([]row, len(alarms))
	for i, a := range alarms {
		rows[i] = row{i, name(a.AssignmentID), a.UnitID, string(a.Kind), a.Tell}
	}
	list, err := toJSON(rows)
	if err != nil {
		return nil, err
	}
	var told []struct {
		N     int
		Title string
	}
	err = s.db.NewRaw(`
		WITH news AS (
			SELECT r.*, a.position_id, a.direction_id
			FROM jsonb_to_recordset(?rows) AS r(n int, assignment uuid, unit uuid, kind text, tell jsonb) LEFT JOIN assignments a ON a.id = r.assignment
		), doc AS (
			SELECT d.unit_id, d.field, CASE WHEN d.status = 'presented' THEN d.presented_to END AS presented_to FROM documents d WHERE d.id = ?document
		)
		SELECT n.n, p.title FROM news n CROSS JOIN doc
		LEFT JOIN directions x ON x.id = n.direction_id
		JOIN positions p ON p.valid_from <= ?day::date AND (p.valid_to IS NULL OR p.valid_to > ?day::date)
		  AND (`+toldBy+`)
		ORDER BY n.n, p.code`, args{"rows": list, "document": documentID, "day": day}).Scan(ctx, &told)
	for _, t := range told {
		titles[t.N] = append(titles[t.N], t.Title)
	}
	return titles, failed("find who is told", err)
}
