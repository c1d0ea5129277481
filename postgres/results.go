package postgres

import (
	"context"
	"time"

	"congvan/routing"

	"github.com/uptrace/bun"
)

const (
	sheetColumns = `s.id, s.organ_id, to_char(s.month, 'YYYY-MM') AS month, s.published_by, s.position_title, s.published_at, s.object_until`
	// sheetSeen says that the sheet s exists for an actor: routing.ResultSight.
	sheetSeen = `(s.organ_id = ANY (?organs::uuid[]) OR EXISTS (SELECT FROM result_lines l WHERE l.sheet_id = s.id AND (l.unit_id = ?unit::uuid OR l.account_id = ?account::uuid)))`
)

// sheetRow is a sheet as it lies in the table.
type sheetRow struct {
	ID, OrganID, PublishedBy routing.ID
	Month, PositionTitle     string
	PublishedAt, ObjectUntil time.Time
}

func (r sheetRow) sheet() routing.ResultSheet {
	return routing.ResultSheet{ID: r.ID, OrganID: r.OrganID, Month: r.Month, PublishedBy: r.PublishedBy, PositionTitle: r.PositionTitle, PublishedAt: utc(r.PublishedAt), ObjectUntil: utc(r.ObjectUntil)}
}

// ResultSheets lists the monthly sheets that exist for an actor, the newest first,
// without their lines.
func (s *Store) ResultSheets(ctx context.Context, sight routing.ResultSight) ([]routing.ResultSheet, error) {
	var rows []sheetRow
	err := s.db.NewRaw(`SELECT `+sheetColumns+` FROM result_sheets s WHERE `+sheetSeen+` ORDER BY s.month DESC, s.published_at DESC`,
		args{"organs": array(sight.Organs), "unit": orNull(sight.Unit), "account": orNull(sight.Account)}).Scan(ctx, &rows)
	out := make([]routing.ResultSheet, len(rows))
	for i, r := range rows {
		out[i] = r.sheet()
	}
	return out, failed("list monthly sheets", err)
}

// lineRow is a line of a sheet as it lies in the table.
type lineRow struct {
	ID            routing.ID `json:"id"`
	Place         int        `json:"place"`
	UnitID        routing.ID `json:"unit_id"`
	UnitName      string     `json:"unit_name"`
	PositionID    routing.ID `json:"position_id,omitempty"`
	Title         string     `json:"title"`
	AccountID     routing.ID `json:"account_id,omitempty"`
	Running       int        `json:"running"`
	DoneInTime    int        `json:"done_in_time"`
	DoneLate      int        `json:"done_late"`
	OverdueBefore int        `json:"overdue_before"`
	OverdueWithin int        `json:"overdue_within"`
}

func (r lineRow) line() routing.ResultLine {
	return routing.ResultLine{ID: r.ID, UnitID: r.UnitID, UnitName: r.UnitName, PositionID: r.PositionID, Title: r.Title, AccountID: r.AccountID,
		Told: routing.Summary{UnitID: r.UnitID, Running: r.Running, DoneInTime: r.DoneInTime, DoneLate: r.DoneLate, OverdueSince: r.OverdueBefore, OverdueNew: r.OverdueWithin}}
}

// ResultSheet reads a monthly sheet with all its lines, and what was said about them.
func (s *Store) ResultSheet(ctx context.Context, id routing.ID) (routing.ResultSheet, error) {
	var row sheetRow
	if err := s.db.NewRaw(`SELECT `+sheetColumns+` FROM result_sheets s WHERE s.id = ?`, id).Scan(ctx, &row); err != nil {
		return routing.ResultSheet{}, failed("find monthly sheet", err)
	}
	sheet := row.sheet()
	var lines []lineRow
	err := s.db.NewRaw(`SELECT l.id, l.place, l.unit_id, l.unit_name, l.position_id, l.title, l.account_id, l.running, l.done_in_time, l.done_late, l.overdue_before, l.overdue_within
		FROM result_lines l WHERE l.sheet_id = ? ORDER BY l.place`, id).Scan(ctx, &lines)
	if err != nil {
		return sheet, failed("read lines of a monthly sheet", err)
	}
	place := make(map[routing.ID]int, len(lines))
	for i, l := range lines {
		place[l.ID] = i
		sheet.Lines = append(sheet.Lines, l.line())
	}
	said, err := s.objections(ctx, id)
	for _, o := range said {
		l := &sheet.Lines[place[o.LineID]]
		l.Objections = append(l.Objections, o)
	}
	return sheet, err
}

// objections are those to a sheet, the oldest first.
func (s *Store) objections(ctx context.Context, sheet routing.ID) ([]routing.Objection, error) {
	var rows []struct {
		ID, LineID, AccountID    routing.ID
		PositionTitle, Words     string
		At                       time.Time
		AnswerBy                 routing.ID
		AnswerTitle, AnswerWords string
		AnswerAt                 time.Time
		Counts                   routing.Counts
		AssignmentID, DocumentID routing.ID
		DocumentTitle            string
		Bucket                   routing.Bucket
	}
	err := s.db.NewRaw(`SELECT o.id, o.line_id, o.account_id, o.position_title, o.at, o.words, x.account_id AS answer_by, x.position_title AS answer_title,
			x.at AS answer_at, x.words AS answer_words, x.counts, d.assignment_id, d.document_id, d.document_title, d.bucket
		FROM result_objections o JOIN result_lines l ON l.id = o.line_id JOIN result_disputed d ON d.objection_id = o.id LEFT JOIN result_answers x ON x.objection_id = o.id
		WHERE l.sheet_id = ? ORDER BY o.at, o.id, d.document_title, d.assignment_id`, sheet).Scan(ctx, &rows)
	var out []routing.Objection
	for _, r := range rows {
		if n := len(out); n == 0 || out[n-1].ID != r.ID {
			o := routing.Objection{ID: r.ID, LineID: r.LineID, AccountID: r.AccountID, PositionTitle: r.PositionTitle, At: utc(r.At), Words: r.Words}
			if r.AnswerBy != "" {
				o.Answer = &routing.ResultAnswer{AccountID: r.AnswerBy, PositionTitle: r.AnswerTitle, At: utc(r.AnswerAt), Words: r.AnswerWords, Counts: r.Counts}
			}
			out = append(out, o)
		}
		o := &out[len(out)-1]
		o.Shares = append(o.Shares, routing.Disputed{AssignmentID: r.AssignmentID, DocumentID: r.DocumentID, DocumentTitle: r.DocumentTitle, Bucket: r.Bucket})
	}
	return out, failed("read objections", err)
}

// PublishResults writes a sheet with its lines and its entry, all or nothing.
// routing.ErrPublished if the organ has one of that month.
func (s *Store) PublishResults(ctx context.Context, sheet routing.ResultSheet, e routing.Entry, req routing.Request) error {
	rows := make([]lineRow, len(sheet.Lines))
	for i, l := range sheet.Lines {
		rows[i] = lineRow{ID: l.ID, Place: i + 1, UnitID: l.UnitID, UnitName: l.UnitName, PositionID: l.PositionID, Title: l.Title, AccountID: l.AccountID,
			Running: l.Told.Running, DoneInTime: l.Told.DoneInTime, DoneLate: l.Told.DoneLate, OverdueBefore: l.Told.OverdueSince, OverdueWithin: l.Told.OverdueNew}
	}
	list, err := toJSON(rows)
	if err != nil {
		return err
	}
	a := args{"id": sheet.ID, "organ": sheet.OrganID, "month": sheet.Month + "-01", "by": sheet.PublishedBy, "title": sheet.PositionTitle,
		"at": sheet.PublishedAt, "until": sheet.ObjectUntil, "rows": list}
	_, err = s.Journalled(ctx, e, req, func(tx bun.Tx, _ *routing.Entry) error {
		_, err := tx.NewRaw(`INSERT INTO result_sheets (id, organ_id, month, published_by, position_title, published_at, object_until)
			VALUES (?id, ?organ, ?month, ?by, ?title, ?at, ?until)`, a).Exec(ctx)
		if violates(err, "result_sheets_month") {
			return routing.ErrPublished
		}
		if err != nil {
			return failed("publish a monthly sheet", err)
		}
		_, err = tx.NewRaw(`INSERT INTO result_lines (id, sheet_id, place, unit_id, unit_name, position_id, title, account_id, running, done_in_time, done_late, overdue_before, overdue_within)
			SELECT r.id, ?id, r.place, r.unit_id, r.unit_name, r.position_id, r.title, r.account_id, r.running, r.done_in_time, r.done_late, r.overdue_before, r.overdue_within
			FROM jsonb_to_recordset(?rows) AS r(id uuid, place int, unit_id uuid, unit_name text, position_id uuid, title text, account_id uuid,
				running int, done_in_time int, done_late int, overdue_before int, overdue_within int)`, a).Exec(ctx)
		return failed("publish a monthly sheet", err)
	})
	return err
}

// ObjectToResults writes an objection with its entry. routing.ErrDisputed if one of
// its shares was disputed before.
func (s *Store) ObjectToResults(ctx context.Context, o routing.Objection, e routing.Entry, req routing.Request) error {
	_, err := s.Journalled(ctx, e, req, func(tx bun.Tx, _ *routing.Entry) error {
		_, err := tx.NewRaw(`INSERT INTO result_objections (id, line_id, account_id, position_title, at, words) VALUES (?id, ?line, ?by, ?title, ?at, ?words)`,
			args{"id": o.ID, "line": o.LineID, "by": o.AccountID, "title": o.PositionTitle, "at": o.At, "words": o.Words}).Exec(ctx)
		if err != nil {
			return failed("object to a line", err)
		}
		for _, x := range o.Shares {
			_, err := tx.NewRaw(`INSERT INTO result_disputed (objection_id, line_id, assignment_id, document_id, document_title, bucket) VALUES (?id, ?line, ?share, ?document, ?title, ?bucket)`,
				args{"id": o.ID, "line": o.LineID, "share": x.AssignmentID, "document": x.DocumentID, "title": x.DocumentTitle, "bucket": x.Bucket}).Exec(ctx)
			if violates(err, "result_disputed_once") {
				return routing.ErrDisputed
			}
			if err != nil {
				return failed("object to a line", err)
			}
		}
		return nil
	})
	return err
}

// AnswerResults writes the answer to an objection with its entry.
// routing.ErrDecided if it has one.
func (s *Store) AnswerResults(ctx context.Context, objection routing.ID, x routing.ResultAnswer, e routing.Entry, req routing.Request) error {
	_, err := s.Journalled(ctx, e, req, func(tx bun.Tx, _ *routing.Entry) error {
		_, err := tx.NewRaw(`INSERT INTO result_answers (objection_id, account_id, position_title, at, words, counts) VALUES (?id, ?by, ?title, ?at, ?words, ?counts)`,
			args{"id": objection, "by": x.AccountID, "title": x.PositionTitle, "at": x.At, "words": x.Words, "counts": x.Counts}).Exec(ctx)
		if violates(err, "result_answers_pkey") {
			return routing.ErrDecided
		}
		return failed("answer an objection", err)
	})
	return err
}
