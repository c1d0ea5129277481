package postgres

import (
	"context"
	"time"

	"congvan/calendar"
	"congvan/routing"

	"github.com/uptrace/bun"
)

// Notice tells one position of an alarm, or of an act.
type Notice struct {
	ID           int64
	DocumentID   routing.ID
	AssignmentID routing.ID
	DecisionID   routing.ID           // that has to be made, or was made; empty: none
	EventID      int64                // of an act; 0: an alarm, or a report that was sent back
	UnitID       routing.ID           // of an alarm, the unit that is late; of an act, the unit that it concerns
	Kind         routing.DeadlineKind // of an alarm; of an act its routing.Act: the two have no word in common
	Step         int                  // of an alarm, from 1; 0: an act
	DueAt        time.Time            // of an alarm
	CreatedAt    time.Time
	ReadAt       time.Time
	Number       int
	BookYear     int
	By           routing.ID // the unit that acted; empty: an alarm, or the workflow
	Note         string     // of a reminder
}

// Notices lists what the actor's position was told of documents that exist for
// him, newest first, before an id (0: from the newest), limit at most.
func (s *Store) Notices(ctx context.Context, by routing.Actor, before int64, limit int) ([]Notice, error) {
	var notices []Notice
	err := s.db.NewRaw(`SELECT n.id, n.document_id, n.assignment_id, n.decision_id, n.event_id, coalesce(a.unit_id, d.unit_id) AS unit_id,
			n.kind, n.step, n.due_at, n.created_at, n.read_at, d.number, d.book_year,
			n.details->>'by' AS by, coalesce(n.details->>'note', '') AS note
		FROM notices n JOIN documents d ON d.id = n.document_id LEFT JOIN assignments a ON a.id = n.assignment_id
		WHERE n.position_id = ?position AND (?before = 0 OR n.id < ?before) AND `+visible+` ORDER BY n.id DESC LIMIT ?limit`,
		args{"position": by.PositionID, "before": before, "limit": limit}.seenBy(by)).Scan(ctx, &notices)
	return notices, failed("list notices", err)
}

// UnreadNotices counts what of these he has not read.
func (s *Store) UnreadNotices(ctx context.Context, by routing.Actor) (n int, err error) {
	err = s.db.NewRaw(`SELECT count(*) FROM notices n JOIN documents d ON d.id = n.document_id
		WHERE n.position_id = ?position AND n.read_at IS NULL AND `+visible, args{"position": by.PositionID}.seenBy(by)).Scan(ctx, &n)
	return n, failed("count notices", err)
}

// ReadNotices marks what a position was told as read, up to an id.
func (s *Store) ReadNotices(ctx context.Context, position routing.ID, upTo int64, at time.Time) error {
	_, err := s.db.NewRaw(`UPDATE notices SET read_at = ?2 WHERE position_id = ?0 AND read_at IS NULL AND id <= ?1`, position, upTo, at).Exec(ctx)
	return failed("read notices", err)
}

var addNotices = prepared(`
	WITH happened AS (
		SELECT * FROM jsonb_to_recordset(?rows::jsonb) AS r(event bigint, kind text, assignment uuid, decision uuid, actor uuid, details jsonb,
			unit uuid, offices jsonb, position uuid, direction uuid, account uuid)
	), who AS (
		SELECT h.event, p.id AS position FROM happened h JOIN positions p ON p.unit_id = h.unit AND h.offices @> to_jsonb(p.office)
		UNION SELECT h.event, h.position FROM happened h WHERE h.position IS NOT NULL
		UNION SELECT h.event, x.given_by_position FROM happened h JOIN directions x ON x.id = h.direction
		UNION SELECT h.event, c.position_id FROM happened h JOIN accounts c ON c.id = h.account
	), once AS (
		SELECT DISTINCT event, kind, assignment, decision, actor, details FROM happened
	)
	INSERT INTO notices (position_id, document_id, assignment_id, decision_id, event_id, kind, step, created_at, details)
	SELECT p.id, ?document::uuid, h.assignment, h.decision, h.event, h.kind, 0, ?at::timestamptz, jsonb_strip_nulls(h.details)
	FROM once h JOIN who ON who.event = h.event
	JOIN positions p ON p.id = who.position AND p.valid_from <= ?day::date AND (p.valid_to IS NULL OR p.valid_to > ?day::date)
	WHERE NOT EXISTS (SELECT FROM accounts c WHERE c.id = h.actor AND c.position_id = p.id)
	ORDER BY h.event, p.id`)

// notify tells whom the events just added concern, but for whoever acted: this
// is the one place where an act of the case becomes a notice.
func (p *Process) notify(added []eventRow) error {
	type details struct {
		By   name `json:"by"`
		Note any  `json:"note"`
	}
	type row struct {
		Event      int64            `json:"event"`
		Kind       routing.Act      `json:"kind"`
		Assignment name             `json:"assignment"`
		Decision   name             `json:"decision"`
		Actor      name             `json:"actor"`
		Details    details          `json:"details"`
		Unit       name             `json:"unit"`
		Offices    []routing.Office `json:"offices"`
		Position   name             `json:"position"`
		Direction  name             `json:"direction"`
		Account    name             `json:"account"`
	}
	var rows []row
	for i, e := range p.Events {
		to, decision := p.Addressees(e)
		for _, x := range to {
			about := details{By: name(e.ActorUnitID)}
			if e.Kind == routing.ActRemind {
				about.Note = e.Details["note"]
			}
			rows = append(rows, row{added[i].ID, e.Kind, name(e.AssignmentID), name(decision), name(e.ActorID), about,
				name(x.UnitID), x.Offices, name(x.PositionID), name(x.DirectionID), name(x.AccountID)})
		}
	}
	if len(rows) == 0 {
		return nil
	}
	list, err := toJSON(rows)
	if err != nil {
		return err
	}
	return p.s.do(p.ctx, &p.tx, addNotices, args{"document": p.Document.ID, "at": p.Now, "day": calendar.DateOf(p.Now).String(), "rows": list})
}

// NoticeSettings reads how a position wants to be told.
func (s *Store) NoticeSettings(ctx context.Context, position routing.ID) (routing.NoticeSettings, error) {
	var rows []settingsRow
	err := s.db.NewRaw(`SELECT `+settingsColumns+` FROM notice_settings s WHERE s.position_id = ?`, position).Scan(ctx, &rows)
	if err != nil || len(rows) == 0 {
		return routing.DefaultNoticeSettings, failed("read notice settings", err)
	}
	return rows[0].settings(), nil
}

type settingsRow struct {
	Address                             string
	MailAlarms, MailDigest, MailMorning bool
	QuietFrom, QuietTo                  string
}

const settingsColumns = `s.address, s.mail_alarms, s.mail_digest, s.mail_morning,
	coalesce(to_char(s.quiet_from, 'HH24:MI'), '') AS quiet_from, coalesce(to_char(s.quiet_to, 'HH24:MI'), '') AS quiet_to`

func (r settingsRow) settings() routing.NoticeSettings { return routing.NoticeSettings(r) }

// ChangeNoticeSettings writes down how a position wants to be told, with its entry.
func (s *Store) ChangeNoticeSettings(ctx context.Context, position routing.ID, in routing.NoticeSettings, e routing.Entry) error {
	return s.changed(ctx, e, routing.Request{}, func(tx bun.Tx, _ *routing.Entry) error {
		_, err := tx.NewRaw(`INSERT INTO notice_settings (position_id, address, mail_alarms, mail_digest, mail_morning, quiet_from, quiet_to, changed_at)
		VALUES (?position, ?address, ?alarms, ?digest, ?morning, ?from::time, ?to::time, ?at)
		ON CONFLICT (position_id) DO UPDATE SET address = excluded.address, mail_alarms = excluded.mail_alarms, mail_digest = excluded.mail_digest,
			mail_morning = excluded.mail_morning, quiet_from = excluded.quiet_from, quiet_to = excluded.quiet_to, changed_at = excluded.changed_at`,
			args{"position": position, "address": in.Address, "alarms": in.MailAlarms, "digest": in.MailDigest, "morning": in.MailMorning,
				"from": orNull(in.QuietFrom), "to": orNull(in.QuietTo), "at": e.At}).Exec(ctx)
		return err
	})
}
