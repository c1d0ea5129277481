package api

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"congvan/api/internal/contract"
	"congvan/calendar"
	"congvan/desk"
	"congvan/gate"
	"congvan/routing"
	"congvan/statistics"
	"congvan/statistics/files"

	"github.com/gorilla/mux"
)

// statisticsLimit is how many lines of a printed report one answer holds.
const statisticsLimit = 2000

// ListLayouts lists the printed reports.
func (s *server) ListLayouts(context.Context, contract.ListLayoutsRequestObject) (contract.ListLayoutsResponseObject, error) {
	return contract.ListLayouts200JSONResponse{Items: answers(statistics.Layouts, layoutAnswer)}, nil
}

// GetStatistics makes a printed report.
func (s *server) GetStatistics(ctx context.Context, in contract.GetStatisticsRequestObject) (contract.GetStatisticsResponseObject, error) {
	p := in.Params
	q, err := printQuery(in.Code, p.From, p.To)
	if err != nil {
		return nil, err
	}
	q.UnitID, q.TypeName, q.Issuer, q.Field = routing.ID(p.Book), p.Type, p.Issuer, p.Field
	q.GivenTo, q.Person, q.Form, q.Limit = routing.ID(p.Unit), routing.ID(p.Person), "json", statisticsLimit
	out := &statisticsAnswer{}
	err = s.Desk.Print(ctx, gate.CallOf(ctx).Actor, q, out)
	return contract.GetStatistics200JSONResponse(out.Statistics), err
}

func printQuery(code, from, to string) (q desk.PrintQuery, err error) {
	q.Code = code
	if q.Period.First, err = calendar.Parse(from); err != nil {
		return q, badField("from", "không phải ngày có thật")
	}
	if q.Period.Last, err = calendar.Parse(to); err != nil || q.Period.Check() != nil {
		return q, badField("to", "phải là ngày có thật, không trước ngày đầu, trong vòng 10 năm")
	}
	return q, nil
}

// statisticsAnswer is a printed report as an answer.
type statisticsAnswer struct{ contract.Statistics }

// Begin takes the head.
func (a *statisticsAnswer) Begin(h statistics.Head) error {
	a.Layout, a.From, a.To, a.Unit, a.MadeAt = layoutAnswer(h.Layout), h.Period.First.String(), h.Period.Last.String(), h.Organ, h.At
	a.Filters, a.Rows, a.Lines, a.Whole = append([]string{}, h.Filter...), []contract.StatisticsRow{}, h.Lines, h.Whole
	return nil
}

// Group takes the heading of a group.
func (a *statisticsAnswer) Group(words string) error {
	a.Rows = append(a.Rows, contract.StatisticsRow{Group: words, Cells: []string{}})
	return nil
}

// Line takes a line.
func (a *statisticsAnswer) Line(r statistics.Row) error {
	a.Rows = append(a.Rows, contract.StatisticsRow{DocumentID: string(r.Document), OutgoingID: string(r.Outgoing), UnitID: string(r.Unit), Cells: r.Cells})
	return nil
}

// End takes the sums.
func (a *statisticsAnswer) End(sums string) error {
	a.Sums = sums
	return nil
}

// exportStatistics sends a printed report as a file. It is written by hand because
// the file is longer than what is kept in memory.
func (s *server) exportStatistics(w http.ResponseWriter, r *http.Request) {
	in := r.URL.Query()
	q, err := printQuery(mux.Vars(r)["code"], in.Get("from"), in.Get("to"))
	if err != nil {
		s.Refuse(w, r, err)
		return
	}
	format := files.Format(in.Get("format"))
	if format == "" {
		format = files.CSV
	}
	q.UnitID, q.TypeName, q.Issuer, q.Field = routing.ID(in.Get("book")), in.Get("type"), in.Get("issuer"), in.Get("field")
	q.GivenTo, q.Person, q.Form = routing.ID(in.Get("unit")), routing.ID(in.Get("person")), string(format)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), exportTimeout)
	defer cancel()
	begun := false
	err = s.Desk.Print(ctx, gate.CallOf(r.Context()).Actor, q, files.New(format, func(h statistics.Head) io.Writer {
		begun = true
		gate.AllowFileTime(w)
		w.Header().Set("Content-Type", format.MediaType())
		w.Header().Set("Content-Disposition", `attachment; filename="`+format.Name(h)+`"`)
		return w
	}))
	switch {
	case err != nil && begun:
		panic(http.ErrAbortHandler) // half a file is out: it must not look whole
	case err != nil:
		s.Refuse(w, r, err)
	}
}

func layoutAnswer(l statistics.Layout) contract.Layout {
	return contract.Layout{Code: l.Code, Title: l.Title, Book: contract.LayoutBook(l.Book), Columns: l.Titles(), Definitions: l.Definitions}
}

// ListSubscriptions lists what one is sent by mail.
func (s *server) ListSubscriptions(ctx context.Context, _ contract.ListSubscriptionsRequestObject) (contract.ListSubscriptionsResponseObject, error) {
	found, err := s.Desk.Subscriptions(ctx, gate.CallOf(ctx).Actor)
	if err != nil {
		return nil, err
	}
	units, err := s.units.today(ctx)
	return contract.ListSubscriptions200JSONResponse{Items: answers(found, units.subscriptionAnswer)}, err
}

// Subscribe lets somebody be sent figures by mail.
func (s *server) Subscribe(ctx context.Context, in contract.SubscribeRequestObject) (contract.SubscribeResponseObject, error) {
	at, err := time.Parse("15:04", in.Body.Time)
	if err != nil {
		return nil, badField("time", "ghi theo dạng 08:00")
	}
	kept, err := s.Desk.Subscribe(ctx, gate.CallOf(ctx).Actor, statistics.Subscription{UnitID: routing.ID(in.Body.Unit), Layout: in.Body.Layout,
		Period: statistics.Preset(in.Body.Period), Day: in.Body.Day, Minute: at.Hour()*60 + at.Minute()})
	if err != nil {
		return nil, err
	}
	units, err := s.units.today(ctx)
	return contract.Subscribe201JSONResponse(units.subscriptionAnswer(kept)), err
}

// EndSubscription ends one of one's own.
func (s *server) EndSubscription(ctx context.Context, in contract.EndSubscriptionRequestObject) (contract.EndSubscriptionResponseObject, error) {
	return contract.EndSubscription204Response{}, s.Desk.Unsubscribe(ctx, gate.CallOf(ctx).Actor, routing.ID(in.ID))
}

func (n names) subscriptionAnswer(x statistics.Subscription) contract.Subscription {
	return contract.Subscription{ID: string(x.ID), Layout: x.Layout, Unit: n.unit(x.UnitID), Period: string(x.Period), Day: x.Day,
		Time: fmt.Sprintf("%02d:%02d", x.Minute/60, x.Minute%60), CreatedAt: utc(x.CreatedAt)}
}
