package postgres

import (
	"context"
	"time"

	"congvan/routing"

	"github.com/uptrace/bun"
)

// feedRow is a feed as it lies in the table.
type feedRow struct {
	ID, AccountID, PositionID        routing.ID
	Subjects, Good                   bool
	CreatedAt, LastUsedAt, RevokedAt time.Time
}

func (r feedRow) feed() routing.DeadlineFeed {
	return routing.DeadlineFeed{ID: r.ID, AccountID: r.AccountID, PositionID: r.PositionID, Subjects: r.Subjects, Good: r.Good,
		CreatedAt: utc(r.CreatedAt), LastUsedAt: utc(r.LastUsedAt), RevokedAt: utc(r.RevokedAt)}
}

const feedColumns = `f.id, f.account_id, f.position_id, f.subjects, f.created_at, f.last_used_at, f.revoked_at,
	coalesce(a.position_id = f.position_id, false) AND f.revoked_at IS NULL AS good FROM deadline_feeds f JOIN accounts a ON a.id = f.account_id WHERE `

var (
	// actorByFeed is the same work whether there is such a feed, was one, or never.
	actorByFeed = prepared(`
		SELECT f.id, f.subjects, f.last_used_at, ` + actorColumns + `
		FROM deadline_feeds f JOIN accounts a ON a.id = f.account_id AND a.position_id = f.position_id JOIN positions p ON p.id = a.position_id
		JOIN unit_versions v ON v.unit_id = p.unit_id AND v.valid_from <= ?day::date AND (v.valid_to IS NULL OR v.valid_to > ?day::date)
		WHERE f.sha256 = ?sha256::bytea AND f.revoked_at IS NULL AND a.disabled_at IS NULL
		  AND p.valid_from <= ?day::date AND (p.valid_to IS NULL OR p.valid_to > ?day::date)`)
	feedUsed  = prepared(`UPDATE deadline_feeds SET last_used_at = ?now::timestamptz WHERE id = ?id::uuid`)
	liveFeeds = prepared(`SELECT count(*) AS n FROM deadline_feeds f JOIN accounts a ON a.id = f.account_id
		WHERE f.account_id = ?account::uuid AND f.revoked_at IS NULL AND a.position_id = f.position_id`)
	addFeed = prepared(`INSERT INTO deadline_feeds (id, account_id, position_id, sha256, subjects, created_at)
		VALUES (?id::uuid, ?account::uuid, ?position::uuid, ?sha256::bytea, ?subjects::boolean, ?at::timestamptz)`)
	revokeFeed = prepared(`UPDATE deadline_feeds SET revoked_at = ?at::timestamptz WHERE id = ?id::uuid AND revoked_at IS NULL RETURNING id`)
)

// feedUsedWithin is how exactly the last use of a feed is known.
const feedUsedWithin = time.Hour

// ActorByFeed finds whose deadlines an address gives, in the position held on a day
// (2006-01-02). routing.ErrNotFound if nobody's: it was never made, has been
// revoked, its account is disabled or holds another position.
func (s *Store) ActorByFeed(ctx context.Context, sha256 []byte, now time.Time, day string) (routing.Actor, routing.DeadlineFeed, error) {
	var row struct {
		actorRow   `bun:",extend"`
		ID         routing.ID
		Subjects   bool
		LastUsedAt time.Time
	}
	if err := s.ask(ctx, nil, actorByFeed, args{"sha256": sha256, "day": day}, &row); err != nil {
		return routing.Actor{}, routing.DeadlineFeed{}, failed("find whose feed it is", err)
	}
	if now.Sub(row.LastUsedAt) >= feedUsedWithin {
		_ = s.do(ctx, nil, feedUsed, args{"id": row.ID, "now": now}) // as with tokens: it keeps nobody waiting
	}
	return row.actor(), routing.DeadlineFeed{ID: row.ID, AccountID: row.AccountID, PositionID: row.PositionID, Subjects: row.Subjects, Good: true}, nil
}

// FeedsOf lists the feeds of an account that are not revoked, the newest first.
func (s *Store) FeedsOf(ctx context.Context, account routing.ID) ([]routing.DeadlineFeed, error) {
	var rows []feedRow
	err := s.db.NewRaw(`SELECT `+feedColumns+`f.account_id = ? AND f.revoked_at IS NULL ORDER BY f.created_at DESC, f.id LIMIT 100`, account).Scan(ctx, &rows)
	out := make([]routing.DeadlineFeed, len(rows))
	for i, row := range rows {
		out[i] = row.feed()
	}
	return out, failed("list feeds", err)
}

// Feed finds a feed by its id.
func (s *Store) Feed(ctx context.Context, id routing.ID) (routing.DeadlineFeed, error) {
	var row feedRow
	err := s.db.NewRaw(`SELECT `+feedColumns+`f.id = ?`, id).Scan(ctx, &row)
	return row.feed(), failed("find feed", err)
}

// AddFeed writes a feed down with its entry. routing.ErrFeeds if the account has as
// many as it may; ErrRequestSeen if the request has made one before.
func (s *Store) AddFeed(ctx context.Context, f routing.DeadlineFeed, sha256 []byte, e routing.Entry, req routing.Request) error {
	_, err := s.Journalled(ctx, e, req, func(tx bun.Tx, _ *routing.Entry) error {
		var account struct{ ID routing.ID }
		if err := s.ask(ctx, &tx, lockAccount, args{"account": f.AccountID}, &account); err != nil {
			return err
		}
		var live struct{ N int }
		if err := s.ask(ctx, &tx, liveFeeds, args{"account": f.AccountID}, &live); err != nil {
			return err
		}
		if live.N >= routing.MaxFeeds {
			return routing.ErrFeeds
		}
		return s.do(ctx, &tx, addFeed, args{"id": f.ID, "account": f.AccountID, "position": f.PositionID, "sha256": sha256, "subjects": f.Subjects, "at": f.CreatedAt})
	})
	return failed("add feed", err)
}

// RevokeFeed ends a feed with its entry; one that was revoked before stays as it is.
func (s *Store) RevokeFeed(ctx context.Context, id routing.ID, e routing.Entry) error {
	return s.changed(ctx, e, routing.Request{}, func(tx bun.Tx, e *routing.Entry) error {
		var gone []struct{ ID routing.ID }
		if err := s.ask(ctx, &tx, revokeFeed, args{"id": id, "at": e.At}, &gone); err != nil {
			return err
		}
		if len(gone) == 0 {
			return errUnchanged
		}
		return nil
	})
}

// DueIn finds what an actor may have to mind in a window: the open shares of his
// unit, those that it gave to a lead or has to judge, what it is asked to decide,
// and the documents of its book that wait for somebody. Which of their deadlines
// are his, routing.Actor.Minds says. Window.Whole is not looked at.
func (s *Store) DueIn(ctx context.Context, w Window) ([]Waiting, error) {
	a := args{"unit": w.UnitID, "book": w.UnitID, "from": w.From, "to": w.To, "limit": mostWaiting}.seenBy(w.By)
	var shares []assignmentRow
	err := s.db.NewRaw(`SELECT `+assignmentColumns+` FROM assignments a WHERE a.id IN (
			SELECT o.id FROM assignments o WHERE o.unit_id = ?unit AND o.closed_at IS NULL
			UNION
			SELECT o.id FROM assignments o WHERE o.giver_unit_id = ?unit AND o.closed_at IS NULL AND (o.role = 'lead' OR o.status IN ('reported', 'returned'))
			UNION
			SELECT x.assignment_id FROM decisions x WHERE x.status = 'open' AND x.owner_unit_id = ?unit) AND `+runsIn+`
		  AND EXISTS (SELECT FROM documents d WHERE d.id = a.document_id AND `+visible+`)
		ORDER BY a.due_at, a.id LIMIT ?limit`, a).Scan(ctx, &shares)
	if err != nil {
		return nil, failed("find what is due", err)
	}
	var rows []documentRow
	if err := s.db.NewRaw(waitingDocuments, a).Scan(ctx, &rows); err != nil {
		return nil, failed("find what is due", err)
	}
	return s.gather(ctx, documents(rows), assignments(shares))
}
