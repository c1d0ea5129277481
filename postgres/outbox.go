package postgres

import (
	"context"
	"time"

	"congvan/routing"

	"github.com/uptrace/bun"
)

// News is what waits in the outbox for one document's workflow.
type News struct {
	DocumentID routing.ID
	Milestones []routing.Milestone // by Seq
	Urgency    routing.Urgency
	UnitCode   string // of the unit that registered it
	Title      string // what the workflow is called for people: number and year, no content
}

// Deliver takes the news of up to limit documents out of the outbox and hands
// them to send, all in one transaction: what send reports as taken is deleted,
// the rest stays for the next time, and so does everything if the process dies
// in between. Two relays never hold the same document, and a document's
// milestones always go in order. It returns how many documents were taken up,
// whether or not they were delivered.
func (s *Store) Deliver(ctx context.Context, limit int, send func([]News) (taken []bool)) (claimed int, err error) {
	var waiting bool
	if err := s.ask(ctx, nil, anyNews, args{}, &waiting); err != nil || !waiting {
		return 0, failed("look at the outbox", err)
	}
	err = s.inTx(ctx, func(tx bun.Tx) error {
		news, err := s.claim(ctx, tx, limit)
		if err != nil || len(news) == 0 {
			return err
		}
		claimed = len(news)
		var docs []routing.ID
		var seqs []int
		for i, ok := range send(news) {
			if ok {
				docs = append(docs, news[i].DocumentID)
				seqs = append(seqs, news[i].Milestones[len(news[i].Milestones)-1].Seq)
			}
		}
		if len(docs) == 0 {
			return nil
		}
		return s.do(ctx, &tx, dropNews, args{"docs": array(docs), "seqs": array(seqs)})
	})
	return claimed, err
}

var anyNews = prepared(`SELECT EXISTS (SELECT FROM outbox)`)

// claimNews leaves a document that has only just been registered for a moment:
// its direction often follows at once, from the same hands, and then the
// workflow begins with both in one letter. Its own clock runs for hours.
var claimNews = prepared(`
		WITH first AS (
			SELECT o.document_id FROM outbox o
			WHERE NOT EXISTS (SELECT FROM outbox e WHERE e.document_id = o.document_id AND e.seq < o.seq)
			  AND (o.kind <> 'registered' OR o.created_at < now() - interval '500 milliseconds'
			    OR EXISTS (SELECT FROM outbox l WHERE l.document_id = o.document_id AND l.seq > o.seq))
			ORDER BY o.created_at LIMIT ?limit::int FOR UPDATE SKIP LOCKED
		)
		SELECT o.document_id, o.seq, o.kind, o.next_alarm, d.urgency, d.number, d.book_year,
			coalesce((SELECT v.code FROM unit_versions v WHERE v.unit_id = d.unit_id ORDER BY v.valid_from DESC LIMIT 1), '') AS code
		FROM first JOIN outbox o USING (document_id) JOIN documents d ON d.id = o.document_id
		ORDER BY o.document_id, o.seq`)

var dropNews = prepared(`DELETE FROM outbox o USING unnest(?docs::uuid[], ?seqs::int[]) AS t(id, seq)
			WHERE o.document_id = t.id AND o.seq <= t.seq`)

// claim locks the first waiting milestone of each document; whoever holds that
// one holds the document's news.
func (s *Store) claim(ctx context.Context, tx bun.Tx, limit int) ([]News, error) {
	var rows []struct {
		DocumentID routing.ID
		Seq        int
		Kind       routing.MilestoneKind
		NextAlarm  time.Time
		Urgency    routing.Urgency
		Code       string
		Number     int
		BookYear   int
	}
	err := s.ask(ctx, &tx, claimNews, args{"limit": limit}, &rows)
	if err != nil {
		return nil, err
	}
	var news []News
	for _, r := range rows {
		if len(news) == 0 || news[len(news)-1].DocumentID != r.DocumentID {
			title := routing.Document{Number: r.Number, BookYear: r.BookYear}.Title()
			news = append(news, News{DocumentID: r.DocumentID, Urgency: r.Urgency, UnitCode: r.Code, Title: title})
		}
		last := &news[len(news)-1]
		last.Milestones = append(last.Milestones, routing.Milestone{Kind: r.Kind, Seq: r.Seq, NextAlarm: utc(r.NextAlarm)})
	}
	return news, nil
}

// OutboxBacklog says how many milestones wait and since when the oldest does.
func (s *Store) OutboxBacklog(ctx context.Context) (waiting int, oldest time.Time, err error) {
	var row struct {
		Waiting int
		Oldest  time.Time
	}
	err = s.db.NewRaw(`SELECT count(*) AS waiting, min(created_at) AS oldest FROM outbox`).Scan(ctx, &row)
	return row.Waiting, utc(row.Oldest), failed("look at the outbox", err)
}
