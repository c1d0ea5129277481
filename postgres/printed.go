package postgres

import (
	"context"
	"time"

	"congvan/routing"
)

// PrintedQuery asks for the lines of a printed report over the book of incoming
// documents of a unit.
type PrintedQuery struct {
	By     routing.Actor
	UnitID routing.ID
	Find   Find       // by day of arrival, type, issuer, field, and Unit that something was given to
	Person routing.ID // position that a share was given to; empty: all
	Order  PrintedOrder
	Limit  int
}

// PrintedOrder is what the lines of a printed report stand together by.
type PrintedOrder string

// The orders; within each of them by year and number.
const (
	PrintedByNumber PrintedOrder = ""
	PrintedByType   PrintedOrder = "type"
	PrintedByIssuer PrintedOrder = "issuer"
	PrintedByUnit   PrintedOrder = "unit"
	PrintedByPerson PrintedOrder = "person"
)

// PrintedPlace is where a line stands: what it is of, and below which heading.
type PrintedPlace struct {
	ID           routing.ID // document
	Share        routing.ID // by which the unit received it; empty: it registered it itself
	Given        routing.ID // the share of the work that the line is of; empty: the whole document
	Year, Number int
	Arrived      time.Time
	Heading      string
	Who          routing.ID // the unit or the position that the heading names; empty: it names none
	// Of a share that the figures of a period count: as what, and its deadline then.
	Bucket routing.Bucket
	Due    time.Time
}

// printedOrder is what a heading is, and which shares the lines are of.
type printedOrder struct{ heading, who, join string }

// workedOn are the shares g of a line that somebody has to work on, and that the
// unit whose book it is knows of.
const workedOn = ` LEFT JOIN assignments g ON g.document_id = line.id AND g.role <> 'inform' AND g.status NOT IN ('withdrawn', 'handed-over')
	AND (?given_to IS NULL OR g.unit_id = ?given_to::uuid) AND (?person IS NULL OR g.position_id = ?person::uuid)`

var printedOrders = map[PrintedOrder]printedOrder{
	PrintedByNumber: {`''`, `NULL::uuid`, ` LEFT JOIN assignments g ON false`},
	PrintedByType:   {`d.type_name`, `NULL::uuid`, ` LEFT JOIN assignments g ON false`},
	PrintedByIssuer: {`d.issuer`, `NULL::uuid`, ` LEFT JOIN assignments g ON false`},
	PrintedByUnit: {`(SELECT n.name FROM unit_versions n WHERE n.unit_id = g.unit_id ORDER BY n.valid_from DESC LIMIT 1)`, `g.unit_id`,
		workedOn + ` AND g.giver_unit_id = ?unit`},
	PrintedByPerson: {`(SELECT CASE WHEN strpos(p.title, n.name) > 0 THEN p.title ELSE p.title || ', ' || n.name END FROM positions p JOIN unit_versions n ON n.unit_id = p.unit_id
		WHERE p.id = g.position_id ORDER BY n.valid_from DESC LIMIT 1)`, `g.position_id`,
		workedOn + ` AND g.position_id IS NOT NULL AND (line.share IS NULL OR g.giver_unit_id = ?unit)`},
}

// printedStatements find the places, by order: what has no heading stands last.
var printedStatements = func() map[PrintedOrder]string {
	all := map[PrintedOrder]string{}
	for name, by := range printedOrders {
		all[name] = `SELECT x.id, x.share, x.given, x.year, x.n AS number, x.arrived, x.heading, x.who FROM (
			SELECT line.id, line.share, g.id AS given, line.year, line.n, line.arrived, coalesce(` + by.heading + `, '') AS heading, ` + by.who + ` AS who
			FROM line JOIN documents d ON d.id = line.id` + by.join + `
			WHERE ?person IS NULL OR EXISTS (SELECT FROM assignments p WHERE p.document_id = line.id AND p.position_id = ?person::uuid AND p.role <> 'inform'
				AND p.status NOT IN ('withdrawn', 'handed-over') AND (line.share IS NULL OR p.giver_unit_id = ?unit))
		) x ORDER BY x.heading = '', x.heading COLLATE "vi-x-icu", x.who, x.year, x.n, x.given LIMIT ?limit`
	}
	return all
}()

// PrintedPlaces lists where the lines of a printed report stand: little of each,
// so that a year of them is at hand at once, with all counts.
func (s *Store) PrintedPlaces(ctx context.Context, q PrintedQuery) ([]PrintedPlace, error) {
	a, err := args{"unit": q.UnitID, "status": nil, "year": nil, "person": orNull(q.Person), "limit": q.Limit}.seenBy(q.By).narrowedBy(ctx, s, q.Find)
	if err != nil {
		return nil, err
	}
	var rows []PrintedPlace
	err = s.db.NewRaw(`WITH `+said+`line AS MATERIALIZED (`+halves[0].from+`0 AS key`+halves[0].where+` UNION ALL `+halves[1].from+`0`+halves[1].where+`) `+
		printedStatements[q.Order], a).Scan(ctx, &rows)
	for i := range rows {
		rows[i].Arrived = utc(rows[i].Arrived)
	}
	return rows, failed("list the lines of a printed report", err)
}

// PrintedDocument is what a line of a printed report says.
type PrintedDocument struct {
	Document  routing.Document
	Share     routing.Assignment // that the line is of, or by which the unit received it; without an id: neither
	Ward      bool               // a ward holds it
	Directors []string           // titles of those who directed for the unit, in that order
}

// PrintedDocuments reads what stands at some places of a report over the book of
// a unit, in their order. The places were found for an actor: see PrintedPlaces.
func (s *Store) PrintedDocuments(ctx context.Context, unit routing.ID, places []PrintedPlace) ([]PrintedDocument, error) {
	type place struct {
		Place    int        `json:"place"`
		Document routing.ID `json:"document"`
		Share    name       `json:"share"`
	}
	list := make([]place, len(places))
	for i, p := range places {
		list[i] = place{i, p.ID, name(p.Share)}
		if p.Given != "" {
			list[i].Share = name(p.Given)
		}
	}
	asked, err := toJSON(list)
	if err != nil {
		return nil, failed("read a printed report", err)
	}
	var rows []printedRow
	err = s.db.NewRaw(`SELECT `+documentColumns+`, s.id AS share, s.role, s.status AS share_status, s.due_at AS share_due_at, s.receive_due_at, s.held_at AS share_held_at,
			s.reported_at, s.closed_at, (SELECT u.kind = 'ward' FROM units u WHERE u.id = s.unit_id) AS ward,
			ARRAY(SELECT p.title FROM directions x JOIN positions p ON p.id = x.given_by_position
				WHERE x.document_id = d.id AND x.unit_id = ?unit AND x.voided_at IS NULL GROUP BY p.title ORDER BY min(x.given_at)) AS directors
		FROM jsonb_to_recordset(?places::jsonb) AS q(place int, document uuid, share uuid)
		JOIN documents d ON d.id = q.document LEFT JOIN assignments s ON s.id = q.share ORDER BY q.place`,
		args{"unit": unit, "places": asked}).Scan(ctx, &rows)
	out := make([]PrintedDocument, len(rows))
	for i, r := range rows {
		out[i] = r.printed()
	}
	return out, failed("read a printed report", err)
}

type printedRow struct {
	documentRow            `bun:",extend"`
	Share                  routing.ID
	Role                   routing.Role
	ShareStatus            routing.AssignmentStatus
	ShareDueAt, ReportedAt time.Time
	ReceiveDueAt, ClosedAt time.Time
	ShareHeldAt            time.Time
	Ward                   bool
	Directors              []string `bun:",array"`
}

func (r printedRow) printed() PrintedDocument {
	p := PrintedDocument{Document: r.document(), Ward: r.Ward, Directors: r.Directors}
	if r.Share != "" {
		p.Share = routing.Assignment{ID: r.Share, DocumentID: r.ID, Role: r.Role, Status: r.ShareStatus, Due: utc(r.ShareDueAt), ReceiveDue: utc(r.ReceiveDueAt),
			HeldAt: utc(r.ShareHeldAt), ReportedAt: utc(r.ReportedAt), ClosedAt: utc(r.ClosedAt)}
	}
	return p
}

// BookScope is whose shares the figures of the book of one unit count: as for its
// own leaders, to those who look at it from outside what is of the book alone.
func BookScope(actor routing.Actor, unit routing.ID) Scope {
	scope := Scope{Books: []routing.ID{unit}}
	if unit == actor.UnitID {
		scope.Unit = unit
	}
	return scope
}

var summedPlaces = prepared(`SELECT x.document_id AS id, x.assignment_id AS given, d.book_year AS year, d.number, ` + arrivalOfBook + ` AS arrived, n.name AS heading, x.unit_id AS who, b.bucket, x.due_at AS due
	FROM ` + termsTold + ` CROSS JOIN LATERAL (SELECT ` + bucketed + ` AS bucket) b
	JOIN assignments a ON a.id = x.assignment_id JOIN documents d ON d.id = x.document_id
	CROSS JOIN LATERAL (SELECT v.name FROM unit_versions v WHERE v.unit_id = x.unit_id ORDER BY v.valid_from DESC LIMIT 1) n
	WHERE ` + inScope + ` AND ` + narrowedTo + ` AND b.bucket IS NOT NULL AND (?bucket::text IS NULL OR b.bucket = ?bucket::text) AND ` + visibleWith + `
	ORDER BY n.name COLLATE "vi-x-icu", x.unit_id, d.book_year, d.number, x.assignment_id LIMIT ?limit::int`)

// SummedPlaces lists the shares that [Store.Summaries] counts, of one bucket or of
// all, as far as an actor sees their documents.
func (s *Store) SummedPlaces(ctx context.Context, by routing.Actor, scope Scope, n Narrow, bucket routing.Bucket, p routing.Period, now time.Time, limit int) ([]PrintedPlace, error) {
	a := scope.args(n).seenBy(by)
	a["from"], a["at"], a["bucket"], a["limit"] = p.From, p.Reckoned(now), orNull(bucket), limit
	var rows []PrintedPlace
	err := s.ask(ctx, nil, summedPlaces, a, &rows)
	for i := range rows {
		rows[i].Arrived, rows[i].Due = utc(rows[i].Arrived), utc(rows[i].Due)
	}
	return rows, failed("list what is summarised", err)
}
