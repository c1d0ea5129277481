package main

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"time"

	"congvan/accounts"
	"congvan/calendar"
	"congvan/desk"
	"congvan/gate"
	"congvan/postgres"
	"congvan/routing"
	"congvan/web"

	"gocloud.dev/blob/memblob"
)

// question is one that people ask all day, as the desk, or a page, answers it.
type question struct {
	name string
	goal float64 // p95 while others write, ms; 0: none
	runs int
	// ask asks for the n-th time and says how much was found: nothing is a fault.
	ask func(ctx context.Context, r *reader, n int) (found int, err error)
}

// asked are the questions in the order in which they are measured.
var asked = []question{
	{"overdue_all_units", 10, questionRuns, func(ctx context.Context, r *reader, _ int) (int, error) {
		counts, err := r.desk.OverdueByUnit(ctx, r.chairman)
		return len(counts), err
	}},
	{"overdue_one_unit", 1, questionRuns, func(ctx context.Context, r *reader, n int) (int, error) {
		counts, err := r.desk.OverdueByUnit(ctx, r.busy[n%len(r.busy)])
		return len(counts), err
	}},
	{"overdue_page", 2, questionRuns, func(ctx context.Context, r *reader, n int) (int, error) {
		by := r.busy[n%len(r.busy)]
		page, err := r.desk.FigureList(ctx, by, desk.FigureQuery{Look: desk.Look{Unit: by.UnitID}, Figure: postgres.FigureLate, Limit: 50})
		return len(page), err
	}},
	{"unit_sheet", 0, questionRuns, func(ctx context.Context, r *reader, n int) (int, error) {
		sheet, err := r.desk.UnitSheet(ctx, r.chairman, r.busy[n%len(r.busy)].UnitID)
		return len(sheet.Months), err
	}},
	{"document_page", documentGoal, questionRuns, func(ctx context.Context, r *reader, n int) (int, error) {
		_, whole, err := askedPage{path: "/documents/" + string(r.documents[n%len(r.documents)])}.ask(ctx, r.server.URL, r.session)
		return whole, err
	}},
	{"search_rare", 50, questionRuns, searching("sét đánh", false)},
	{"search_middling", 50, questionRuns, searching("cầu treo", false)},
	{"search_common", 50, questionRuns, searching("báo cáo", false)},
	{"search_common_facets", 0, questionRuns, searching("báo cáo", true)},
	{"month_report", 2000, 20, func(ctx context.Context, r *reader, n int) (int, error) {
		year, month, _ := calendar.DateOf(r.desk.Now()).Civil()
		from := time.Date(year, month-time.Month(n%12), 1, 0, 0, 0, 0, calendar.Location)
		lines, err := r.desk.Summaries(ctx, r.chairman, postgres.Narrow{}, routing.Period{From: from.UTC(), To: from.AddDate(0, 1, 0).UTC()})
		return len(lines), err
	}},
}

// questionRuns is how often a quick question is asked, after questionWarm times
// that do not count; questionCold after a restart, from the first time on.
const (
	questionRuns = 200
	questionWarm = 20
	questionCold = 20
)

// searching is the first page of a search over everything, with what it can be
// narrowed to as its page has it, or without.
func searching(text string, faceted bool) func(context.Context, *reader, int) (int, error) {
	return func(ctx context.Context, r *reader, _ int) (int, error) {
		page, err := r.desk.Search(ctx, r.chairman, postgres.Search{Text: text, Limit: 20, Faceted: faceted})
		return len(page.Hits), err
	}
}

// reader asks, in one life of the server, as people do.
type reader struct {
	desk            *desk.Desk
	chairman, clerk routing.Actor
	busy            []routing.Actor // clerks of the units that have the most work late
	documents       []routing.ID    // at work, of 15 to 20 shares
	server          *httptest.Server
	session         *http.Cookie // of the chairman

	closes []func() error
}

func (r *reader) close() {
	r.server.Close()
	for _, c := range r.closes {
		_ = c()
	}
}

// read opens the desk and the pages on a life of the library. before is the
// reader of an earlier one: whom it asks for stays, so that nothing has to be
// read to find it; nil for the first.
func (l *library) read(ctx context.Context, clock func() time.Time, before *reader) (*reader, error) {
	hasher := accounts.NewHasher(accounts.Params{Memory: 64, Time: 1, Threads: 1}, 0) // logging in is not measured
	seal, err := accounts.NewSeal([]byte(accounts.NewKey()))
	if err != nil {
		return nil, err
	}
	bucket := memblob.OpenBucket(nil)
	r := &reader{desk: desk.New(l.record, bucket, clock, desk.WithLogin(desk.LoginRules{Hasher: hasher, Seal: seal, SecondFactor: desk.SecondFactorOffered})), closes: []func() error{bucket.Close}}
	gates := gate.New(gate.Config{Desk: r.desk, Log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})), Limits: gate.Limits{}})
	handler, err := web.New(web.Config{Gate: gates})
	if err != nil {
		return nil, err
	}
	r.server = httptest.NewServer(handler)
	if before != nil {
		r.chairman, r.clerk, r.busy, r.documents, r.session = before.chairman, before.clerk, before.busy, before.documents, before.session
		return r, nil
	}
	hash, err := hasher.Hash(ctx, pagePassword)
	if err == nil {
		_, err = l.record.DB().ExecContext(ctx, `UPDATE accounts SET password_hash = ? WHERE username = 'chutich.quan'`, hash)
	}
	if err == nil {
		err = r.meet(ctx, l.record, calendar.DateOf(clock()).String())
	}
	if err == nil {
		r.session, err = askedPage{username: "chutich.quan"}.logIn(ctx, r.server.URL)
	}
	return r, err
}

// meet finds who asks, and for what.
func (r *reader) meet(ctx context.Context, record *postgres.Store, day string) (err error) {
	if r.chairman, err = record.ActorByName(ctx, "chutich.quan", day); err != nil {
		return err
	}
	if r.clerk, err = record.ActorByName(ctx, "vanthu.quan", day); err != nil {
		return err
	}
	var names []string
	err = record.DB().NewRaw(`SELECT a.username FROM (SELECT unit_id, count(*) AS late FROM open_assignments WHERE late_at < ? AND NOT inside GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 10) u
		JOIN LATERAL (SELECT a.username FROM positions p JOIN accounts a ON a.position_id = p.id WHERE p.unit_id = u.unit_id AND p.office = 'clerk' ORDER BY 1 LIMIT 1) a ON true ORDER BY u.late DESC`, r.desk.Now()).Scan(ctx, &names)
	if err != nil {
		return err
	}
	for _, name := range names {
		actor, err := record.ActorByName(ctx, name, day)
		if err != nil {
			return err
		}
		r.busy = append(r.busy, actor)
	}
	return record.DB().NewRaw(`SELECT x.document_id FROM (SELECT DISTINCT document_id FROM open_assignments) x
		WHERE (SELECT count(*) FROM assignments a WHERE a.document_id = x.document_id) BETWEEN 15 AND 20 ORDER BY md5(x.document_id::text) LIMIT 200`).Scan(ctx, &r.documents)
}
