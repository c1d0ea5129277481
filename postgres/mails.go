package postgres

import (
	"context"
	"time"

	"congvan/calendar"
	"congvan/routing"

	"github.com/uptrace/bun"
)

var addMails = prepared(`
	INSERT INTO mails (id, kind, position_id, document_id, day, address, subject, body, created_at, not_before)
	SELECT r.id, r.kind, r.position, r.document, r.day, r.address, r.subject, r.body, r.created, r.not_before
	FROM jsonb_to_recordset(?rows::jsonb) AS r(id uuid, kind text, position uuid, document uuid, day date, address text, subject text, body text,
		created timestamptz, not_before timestamptz)
	ON CONFLICT (id) DO NOTHING`)

// addMails writes mails into their outbox, in the transaction of what they tell.
// The id is derived from what a mail is about: written again it is the same one.
func (s *Store) addMails(ctx context.Context, tx *bun.Tx, mails []routing.Mail) error {
	type row struct {
		ID        routing.ID       `json:"id"`
		Kind      routing.MailKind `json:"kind"`
		Position  name             `json:"position"`
		Document  name             `json:"document"`
		Day       string           `json:"day"`
		Address   string           `json:"address"`
		Subject   string           `json:"subject"`
		Body      string           `json:"body"`
		Created   moment           `json:"created"`
		NotBefore moment           `json:"not_before"`
	}
	if len(mails) == 0 {
		return nil
	}
	rows := make([]row, len(mails))
	for i, m := range mails {
		rows[i] = row{NameID("mail", m.About), m.Kind, name(m.PositionID), name(m.DocumentID), m.Day.String(), m.Address, m.Subject, m.Body,
			moment(m.CreatedAt), moment(m.NotBefore)}
	}
	list, err := toJSON(rows)
	if err != nil {
		return err
	}
	return s.do(ctx, tx, addMails, args{"rows": list})
}

// AddMails writes mails into their outbox.
func (s *Store) AddMails(ctx context.Context, mails []routing.Mail) error {
	return failed("add mails", s.addMails(ctx, nil, mails))
}

// mailAlarms tells by mail whoever wants it of what has just rung for him, one
// mail for all that rang of the document.
func (p *Process) mailAlarms(told []toldRow) error {
	var mails []routing.Mail
	for i := 0; i < len(told); {
		var alarms []routing.Alarm
		first := told[i]
		for ; i < len(told) && told[i].PositionID == first.PositionID; i++ {
			alarms = append(alarms, routing.Alarm{Deadline: routing.Deadline{Subject: told[i].SubjectID, Kind: told[i].Kind, Due: utc(told[i].DueAt)}, Step: told[i].Step})
		}
		mails = append(mails, routing.TellOfAlarms(p.Document, first.PositionID, first.settings(), alarms, p.Now))
	}
	return p.s.addMails(p.ctx, &p.tx, mails)
}

// toldRow is a position that wants mail of an alarm that has just rung for it.
type toldRow struct {
	PositionID, SubjectID routing.ID
	Kind                  routing.DeadlineKind
	Step                  int
	DueAt                 time.Time
	settingsRow           `bun:",extend"`
}

var unconfirmed = prepared(`SELECT ` + documentColumns + ` FROM documents d
	WHERE d.arrival_channel = 'electronic' AND d.sender_address <> '' AND d.notified_at IS NULL
	  AND NOT EXISTS (SELECT FROM mails m WHERE m.document_id = d.id AND m.kind = 'receipt')
	ORDER BY d.registered_at LIMIT ?limit::int`)

// ConfirmReceipts writes the mail to the sender of each electronic document
// that has an address and none yet, of the oldest limit. It follows from the
// record alone: no document that was registered is missed, however it ended.
func (s *Store) ConfirmReceipts(ctx context.Context, now time.Time, limit int) error {
	var rows []documentRow
	if err := s.ask(ctx, nil, unconfirmed, args{"limit": limit}, &rows); err != nil {
		return failed("find what is not confirmed", err)
	}
	mails := make([]routing.Mail, len(rows))
	for i, row := range rows {
		mails[i] = routing.ConfirmReceipt(row.document(), now)
	}
	return s.AddMails(ctx, mails)
}

// WaitingMail is a mail whose turn it is.
type WaitingMail struct {
	ID         routing.ID
	Kind       routing.MailKind
	DocumentID routing.ID
	Address    string
	Subject    string
	Body       string
	CreatedAt  time.Time
	Attempts   int // with this one
}

var claimMails = prepared(`
	WITH turn AS (
		SELECT id FROM mails WHERE sent_at IS NULL AND given_up_at IS NULL AND not_before <= ?now::timestamptz
		ORDER BY not_before, id LIMIT ?limit::int FOR UPDATE SKIP LOCKED
	)
	UPDATE mails m SET attempts = m.attempts + 1, not_before = ?until::timestamptz FROM turn WHERE m.id = turn.id
	RETURNING m.id, m.kind, m.document_id, m.address, m.subject, m.body, m.created_at, m.attempts`)

// ClaimMails takes up to limit mails whose turn it is, each for this caller
// alone until an instant; if nothing is noted of one by then, as after a death
// of the process, it is its turn again.
func (s *Store) ClaimMails(ctx context.Context, now, until time.Time, limit int) ([]WaitingMail, error) {
	var mails []WaitingMail
	err := s.ask(ctx, nil, claimMails, args{"now": now, "until": until, "limit": limit}, &mails)
	return mails, failed("claim mails", err)
}

// MailSent writes down that a mail was accepted.
func (s *Store) MailSent(ctx context.Context, id routing.ID, at time.Time) error {
	return s.noteMail(ctx, `sent_at = ?at, last_error = ''`, args{"id": id, "at": at})
}

// MailGivenUp writes down that a mail will never be accepted, and why.
func (s *Store) MailGivenUp(ctx context.Context, id routing.ID, at time.Time, why string) error {
	return s.noteMail(ctx, `given_up_at = ?at, last_error = ?why`, args{"id": id, "at": at, "why": why})
}

// MailLater writes down that a mail was not accepted now, why, and when its turn
// comes again.
func (s *Store) MailLater(ctx context.Context, id routing.ID, again time.Time, why string) error {
	return s.noteMail(ctx, `not_before = ?at, last_error = ?why`, args{"id": id, "at": again, "why": why})
}

// MailUntried gives a mail back that could not be tried: the server is away.
func (s *Store) MailUntried(ctx context.Context, id routing.ID, again time.Time, why string) error {
	return s.noteMail(ctx, `not_before = ?at, last_error = ?why, attempts = greatest(attempts - 1, 0)`, args{"id": id, "at": again, "why": why})
}

func (s *Store) noteMail(ctx context.Context, set string, a args) error {
	_, err := s.db.NewRaw(`UPDATE mails SET `+set+` WHERE id = ?id AND sent_at IS NULL`, a).Exec(ctx)
	return failed("note mail", err)
}

// MailBacklog says how many mails wait past their turn, since when the oldest
// does, and how many were given up within a day.
func (s *Store) MailBacklog(ctx context.Context, now time.Time) (waiting int, oldest time.Time, givenUp int, err error) {
	var row struct {
		Waiting, GivenUp int
		Oldest           time.Time
	}
	err = s.db.NewRaw(`SELECT count(*) AS waiting, min(created_at) AS oldest,
			(SELECT count(*) FROM mails WHERE given_up_at > ?now::timestamptz - interval '1 day') AS given_up
		FROM mails WHERE sent_at IS NULL AND given_up_at IS NULL AND created_at <= ?now`, args{"now": now}).Scan(ctx, &row)
	return row.Waiting, utc(row.Oldest), row.GivenUp, failed("look at the mails", err)
}

// MorningDay says for which days the sheets of a morning count.
type MorningDay struct {
	Now            time.Time
	Today          calendar.Date
	DayBefore      time.Time // when the working day before began
	Begins, Ends   time.Time // of today
	Next, NextEnds time.Time // of the next working day
}

// MorningSheets counts what the positions have before them that want a mail in
// the morning, in the order of their ids after one, limit at most.
func (s *Store) MorningSheets(ctx context.Context, day MorningDay, after routing.ID, limit int) ([]routing.MorningSheet, error) {
	var rows []struct {
		PositionID                                routing.ID
		Office                                    routing.Office
		New, DueToday, DueTomorrow, Overdue       int
		Waiting                                   int
		LateSinceYesterday, GivenDueToday, Silent int
		settingsRow                               `bun:",extend"`
	}
	err := s.db.NewRaw(morningSheets, args{"now": day.Now, "today": day.Today.String(), "before": day.DayBefore, "begins": day.Begins, "ends": day.Ends,
		"next": day.Next, "next_ends": day.NextEnds, "after": orNull(after), "limit": limit}).Scan(ctx, &rows)
	if err != nil {
		return nil, failed("count for the morning", err)
	}
	out := make([]routing.MorningSheet, len(rows))
	for i, r := range rows {
		out[i] = routing.MorningSheet{PositionID: r.PositionID, Office: r.Office, Settings: r.settings(),
			New: r.New, DueToday: r.DueToday, DueTomorrow: r.DueTomorrow, Overdue: r.Overdue, Waiting: r.Waiting,
			LateSinceYesterday: r.LateSinceYesterday, GivenDueToday: r.GivenDueToday, Silent: r.Silent}
	}
	return out, nil
}

// morningSheets counts per position: own is what it holds, given what a unit has
// given, undirected what waits for its leaders' direction. The last two are
// counted once for all positions: one walk over what is open, whoever gave it,
// and over the books of this year and the last. The chief of an office follows
// also what the unit above has given.
const morningSheets = `
	WITH who AS (
		SELECT p.id AS position_id, p.unit_id, p.office, p.office IN ('chairman', 'deputy', 'chief', 'head') AS leads, v.parent_id AS above_id, ` + settingsColumns + `
		FROM notice_settings s JOIN positions p ON p.id = s.position_id AND p.valid_from <= ?today AND (p.valid_to IS NULL OR p.valid_to > ?today)
		LEFT JOIN unit_versions v ON v.unit_id = p.unit_id AND v.valid_from <= ?today AND (v.valid_to IS NULL OR v.valid_to > ?today)
		WHERE s.address <> '' AND (s.mail_digest OR s.mail_morning) AND (?after IS NULL OR p.id > ?after::uuid)
		ORDER BY p.id LIMIT ?limit
	), given AS MATERIALIZED (
		SELECT a.giver_unit_id,
			count(*) FILTER (WHERE a.status IN ('reported', 'returned')) AS answers,
			count(*) FILTER (WHERE due >= ?before AND due < ?now) AS late_since_yesterday,
			count(*) FILTER (WHERE due >= ?begins AND due < ?ends AND due >= ?now) AS due_today,
			count(DISTINCT a.unit_id) FILTER (WHERE a.status = 'sent' AND due < ?now) AS silent
		FROM assignments a JOIN documents d ON d.id = a.document_id AND d.status = 'directed' AND d.held_at IS NULL
		CROSS JOIN LATERAL (SELECT ` + runningDue + ` AS due) x
		WHERE a.closed_at IS NULL AND a.held_at IS NULL
		  AND a.giver_unit_id IN (SELECT unit_id FROM who WHERE leads UNION SELECT above_id FROM who WHERE office = 'chief')
		GROUP BY a.giver_unit_id
	), undirected AS MATERIALIZED (
		SELECT d.unit_id, d.presented_to, count(*) AS n FROM documents d
		WHERE d.unit_id IN (SELECT unit_id FROM who WHERE leads) AND d.book_year >= extract(year FROM ?today::date) - 1
		  AND d.status IN ('registered', 'presented') AND d.held_at IS NULL
		GROUP BY d.unit_id, d.presented_to
	)
	SELECT who.*, own.*,
		CASE WHEN who.leads THEN coalesce((SELECT answers FROM given g WHERE g.giver_unit_id = who.unit_id), 0)
			+ (SELECT count(*) FROM decisions x JOIN assignments a ON a.id = x.assignment_id JOIN documents d ON d.id = x.document_id
				WHERE x.owner_unit_id = who.unit_id AND ` + awaited + ` AND d.held_at IS NULL)
			+ coalesce((SELECT sum(u.n) FROM undirected u WHERE u.unit_id = who.unit_id AND (u.presented_to IS NULL OR u.presented_to = who.position_id)), 0)
		ELSE 0 END AS waiting,
		coalesce(follows.late, 0) AS late_since_yesterday, coalesce(follows.due, 0) AS given_due_today, coalesce(follows.silent, 0) AS silent
	FROM who
	CROSS JOIN LATERAL (
		SELECT count(*) FILTER (WHERE a.status = 'sent') AS new,
			count(*) FILTER (WHERE due >= ?begins AND due < ?ends AND due >= ?now) AS due_today,
			count(*) FILTER (WHERE due >= ?next AND due < ?next_ends) AS due_tomorrow,
			count(*) FILTER (WHERE due < ?now) AS overdue
		FROM assignments a JOIN documents d ON d.id = a.document_id AND d.status = 'directed' AND d.held_at IS NULL
		CROSS JOIN LATERAL (SELECT ` + runningDue + ` AS due) x
		WHERE a.unit_id = who.unit_id AND a.closed_at IS NULL AND a.held_at IS NULL
		  AND (a.position_id = who.position_id OR a.position_id IS NULL AND who.office <> 'officer')
	) own
	CROSS JOIN LATERAL (
		SELECT sum(g.late_since_yesterday) AS late, sum(g.due_today) AS due, sum(g.silent) AS silent FROM given g
		WHERE who.leads AND (g.giver_unit_id = who.unit_id OR who.office = 'chief' AND g.giver_unit_id = who.above_id)
	) follows
	ORDER BY who.position_id`

// runningDue is routing.Assignment.RunningDue of the assignment a.
const runningDue = `CASE WHEN a.status = 'sent' THEN a.receive_due_at
	WHEN a.status IN ('received', 'working', 'consulting') AND a.role IN ('lead', 'execute') THEN a.due_at END`
