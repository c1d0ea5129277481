package main

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"time"

	"congvan/postgres"
	"congvan/routing"
)

// replayed is how many documents are gone through event by event.
const replayed = 200

// check refuses a record whose rows tell something else than its events, by a
// sample of documents, and whose sums cannot be.
func (f filler) check(ctx context.Context, record *postgres.Store) error {
	var ids []routing.ID
	err := f.db.NewRaw(`SELECT id FROM (
			(SELECT id, md5(id::text) AS place FROM documents ORDER BY 2 LIMIT ?0 / 2)
			UNION (SELECT d.id, md5(d.id::text) FROM documents d WHERE d.status IN ('directed', 'recalling', 'recalled', 'cancelled') ORDER BY (d.status = 'directed'), 2 LIMIT ?0 / 4)
			UNION (SELECT d.id, md5(d.id::text) FROM documents d WHERE d.status = 'directed' ORDER BY 2 LIMIT ?0 / 2)) x ORDER BY place LIMIT ?0`, replayed).Scan(ctx, &ids)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := checkReplay(ctx, record, id); err != nil {
			return fmt.Errorf("document %s: %w", id, err)
		}
	}
	var wrong []string
	err = f.db.NewRaw(`
		SELECT 'documents without a first event' FROM documents d WHERE NOT EXISTS (SELECT FROM events e WHERE e.document_id = d.id AND e.version = 1 AND e.assignment_id IS NULL) HAVING count(*) > 0
		UNION ALL SELECT 'versions and events differ' WHERE (SELECT sum(version) FROM documents) + (SELECT sum(version) FROM assignments) <> (SELECT count(*) FROM events WHERE kind <> 'alarmed')
		UNION ALL SELECT 'open shares of documents that are done with' FROM assignments a JOIN documents d ON d.id = a.document_id WHERE a.closed_at IS NULL AND d.status <> 'directed' HAVING count(*) > 0
		UNION ALL SELECT 'alarms and their events differ' WHERE (SELECT count(*) FROM alarms) <> (SELECT count(*) FROM events WHERE kind = 'alarmed')
		UNION ALL SELECT 'what is open and its figures differ' WHERE (SELECT count(*) FROM assignments WHERE closed_at IS NULL) <> (SELECT count(*) FROM open_assignments)
		UNION ALL SELECT 'work and its terms differ' WHERE (SELECT count(*) FROM assignments WHERE role IN ('lead', 'execute')) <>
			(SELECT count(*) FROM assignment_terms WHERE next_since IS NULL) + (SELECT count(*) FROM open_assignments o WHERE since IS NOT NULL)
		UNION ALL SELECT 'book ' || b.unit_id || '/' || b.year FROM books b LEFT JOIN (
			SELECT unit_id, book_year AS year, count(*) AS numbers, max(number) AS last FROM documents GROUP BY 1, 2
			UNION ALL SELECT unit_id, arrival_year, count(*), max(arrival_number) FROM assignments WHERE arrival_number IS NOT NULL GROUP BY 1, 2) n ON n.unit_id = b.unit_id AND n.year = b.year
			WHERE (b.last_number, b.last_number) IS DISTINCT FROM (n.numbers, n.last)`).Scan(ctx, &wrong)
	if err == nil && len(wrong) > 0 {
		err = fmt.Errorf("filled wrongly: %q", wrong)
	}
	return err
}

// checkReplay compares a document and its shares with what their events say.
func checkReplay(ctx context.Context, record *postgres.Store, id routing.ID) error {
	doc, err := record.Document(ctx, id)
	if err != nil {
		return err
	}
	shares, err := record.Assignments(ctx, id)
	if err != nil {
		return err
	}
	events, err := record.Events(ctx, id, 0, 1<<20)
	if err != nil {
		return err
	}
	told, err := routing.Replay(events)
	if err != nil {
		return err
	}
	if is := standing(string(doc.Status), doc.Version, map[string]time.Time{"directDue": doc.DirectDue, "presentDue": doc.PresentDue, "noticeDue": doc.NoticeDue, "held": doc.HeldAt}); !reflect.DeepEqual(is, told.Document) {
		return fmt.Errorf("is %v, by its events %v", is, told.Document)
	}
	if len(told.Shares) != len(shares) {
		return fmt.Errorf("has %d shares, by its events %d", len(shares), len(told.Shares))
	}
	for _, a := range shares {
		is := standing(string(a.Status), a.Version, map[string]time.Time{"due": a.Due, "receiveDue": a.ReceiveDue, "held": a.HeldAt})
		if !reflect.DeepEqual(is, told.Shares[a.ID]) {
			return fmt.Errorf("share %s is %v, by its events %v", a.ID, is, told.Shares[a.ID])
		}
	}
	return nil
}

// standing is where something has come to, with the terms that it has.
func standing(state string, version int, terms map[string]time.Time) routing.Standing {
	maps.DeleteFunc(terms, func(_ string, at time.Time) bool { return at.IsZero() })
	return routing.Standing{State: state, Version: version, Terms: terms}
}
