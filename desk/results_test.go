package desk_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/uptrace/bun"
	"golang.org/x/sync/errgroup"
	"pgregory.net/rapid"

	"congvan/desk"
	"congvan/postgres"
	"congvan/routing"
)

// persons counts by position, whoever gave it, from the events alone.
func (f slowFigures) persons(units []routing.ID, p routing.Period, now time.Time) map[routing.ID]routing.Summary {
	at := p.Reckoned(now)
	all := map[routing.ID]routing.Summary{}
	if at.Before(p.From) {
		return all
	}
	for _, x := range f.shares(at) {
		if bucket := x.bucket(p, at); bucket != routing.InNone && x.PositionID != "" && slices.Contains(units, x.UnitID) {
			s := all[x.PositionID]
			s.UnitID = x.UnitID
			s.Add(bucket, 1)
			all[x.PositionID] = s
		}
	}
	return all
}

// personsHold compares what is counted by position, and the late shares behind each
// figure, with a count from the events.
func (l *figuresLife) personsHold(t *rapid.T, slow slowFigures, p routing.Period) {
	units := []routing.ID{unit("qldt"), unit("tp"), unit("molao"), unit("vanquan"), unit("quan")}
	got, err := l.store.SummariesByPosition(l.Context(), units, p, l.now())
	require.NoError(t, err)
	told := map[routing.ID]routing.Summary{}
	for _, s := range got {
		told[s.PositionID] = s.Summary
	}
	require.Equal(t, slow.persons(units, p, l.now()), told, "%s to %s, now %s", p.From, p.To, l.now())
	if l.now().Before(p.From) {
		return
	}
	whole := postgres.Scope{Books: []routing.ID{unit("quan")}, Unit: unit("quan")}
	lines := slow.summaries(l.as("chutich.quan"), p, l.now())
	for _, s := range append(got, postgres.PositionSummary{Summary: lines[unit("molao")]}, postgres.PositionSummary{Summary: lines[unit("qldt")]}) {
		if s.UnitID == "" {
			continue
		}
		late, err := l.store.LateShares(l.Context(), whole, s.UnitID, s.PositionID, p, l.now())
		require.NoError(t, err)
		behind := routing.Summary{UnitID: s.UnitID, Running: s.Running, DoneInTime: s.DoneInTime}
		for _, x := range late {
			behind.Add(x.Bucket, 1)
		}
		require.Equal(t, s.Summary, behind)
	}
}

// monthOver is a hall on 01/12/2026 in which Phường Mộ Lao reported on time as a
// unit, its officer late, Phường Văn Quán not at all, and Quản lý đô thị works on.
func monthOver(t *testing.T) (*hall, routing.Document) {
	t.Helper()
	h := openHall(t)
	doc := h.dispatched(leadAndWards...)
	molao := h.share(doc, "molao")
	h.done(h.desk.Acknowledge(t.Context(), h.as("vanthu.molao"), molao.ID, noKey))
	h.done(h.directFurther("chutich.molao", h.share(doc, "molao"), noKey, due(officer("molao", "canbo.molao", routing.Lead), "2026-11-25 15:00")))
	h.dispatch(doc)
	inner := h.inner(doc, "canbo.molao")
	h.done(h.desk.Acknowledge(t.Context(), h.as("canbo.molao"), inner.ID, noKey))
	h.waitUntil("2026-11-26 09:00")
	h.done(h.desk.Report(t.Context(), h.as("canbo.molao"), inner.ID, "Đã xử lý xong", noKey))
	h.done(h.desk.Approve(t.Context(), h.as("chutich.molao"), inner.ID, 0, noKey))
	h.done(h.desk.Report(t.Context(), h.as("chutich.molao"), molao.ID, "Đã xử lý xong", noKey))
	h.waitUntil("2026-12-01 08:30")
	return h, doc
}

// inner is the share of a position.
func (h *hall) inner(doc routing.Document, code string) routing.Assignment {
	h.Helper()
	all, err := h.store.Assignments(h.Context(), doc.ID)
	require.NoError(h, err)
	for _, a := range all {
		if a.PositionID == h.as(code).PositionID {
			return a
		}
	}
	require.FailNow(h, "no share", code)
	return routing.Assignment{}
}

func lineOf(t require.TestingT, s routing.ResultSheet, name string) routing.ResultLine {
	at := slices.IndexFunc(s.Lines, func(l routing.ResultLine) bool {
		return l.UnitID == unit(name) && l.PositionID == "" || l.Title != "" && l.Title == name
	})
	require.GreaterOrEqual(t, at, 0, name)
	return s.Lines[at]
}

// A sheet counts each unit by VBDEN07 and each person by what was given to him, and
// says so of a month that is over only.
func TestAMonthIsPublishedOnceItIsOver(t *testing.T) {
	t.Parallel()
	h, doc := monthOver(t)
	chairman := h.as("chutich.quan")
	_, err := h.desk.PublishResults(t.Context(), chairman, "2026-12", key("too early"))
	refused(t, err, routing.ErrMonthRuns)
	_, err = h.desk.PublishResults(t.Context(), chairman, "2026-13", key("no month"))
	refused(t, err, routing.ErrField)
	_, err = h.desk.PublishResults(t.Context(), chairman, "2019-01", key("empty"))
	refused(t, err, routing.ErrField)
	for _, who := range []string{"pho.dothi", "vanthu.quan", "truong.qldt", "chutich.molao", "thanhtra.quan", "quantri", "canbo.molao"} {
		_, err := h.desk.PublishResults(t.Context(), h.as(who), "2026-11", key("of "+who))
		refused(t, err, routing.ErrNotAllowed)
	}
	_, err = h.desk.PublishResults(t.Context(), h.delegate("chutich.quan", "pho.dothi"), "2026-11", key("in another's name"))
	refused(t, err, routing.ErrNotAllowed)

	sheet, err := h.desk.PublishResults(t.Context(), chairman, "2026-11", key("november"))
	require.NoError(t, err)
	period, err := routing.ParseMonth("2026-11")
	require.NoError(t, err)
	told, err := h.desk.Summaries(t.Context(), chairman, postgres.Narrow{}, period)
	require.NoError(t, err)
	units := 0
	for _, l := range sheet.Lines {
		if l.PositionID != "" {
			continue
		}
		units++
		require.True(t, slices.ContainsFunc(told, func(s desk.UnitSummary) bool { return s.Summary == l.Told }), l.UnitName)
	}
	require.Equal(t, len(told), units)
	require.Equal(t, 1, lineOf(t, sheet, "molao").Told.DoneInTime)
	require.Equal(t, 1, lineOf(t, sheet, "vanquan").Told.OverdueNew)
	person := lineOf(t, sheet, h.title("canbo.molao"))
	require.Equal(t, routing.Summary{UnitID: unit("molao"), DoneLate: 1}, person.Told)
	require.Equal(t, h.as("canbo.molao").AccountID, person.AccountID)
	require.Equal(t, at("2026-12-08 17:00").UTC(), sheet.ObjectUntil)
	require.Equal(t, 1, h.count(`journal WHERE kind = 'results-published' AND subject_id = ?`, sheet.ID))

	again, err := h.desk.PublishResults(t.Context(), chairman, "2026-11", key("november"))
	require.NoError(t, err)
	require.Equal(t, sheet, again, "the same request")
	_, err = h.desk.PublishResults(t.Context(), chairman, "2026-11", key("once more"))
	refused(t, err, routing.ErrPublished)
	_, err = h.desk.PublishResults(t.Context(), h.as("chanhvanphong"), "2026-11", key("by the chief"))
	refused(t, err, routing.ErrPublished)

	// What happens later changes nothing.
	h.done(h.desk.Acknowledge(t.Context(), h.as("vanthu.vanquan"), h.share(doc, "vanquan").ID, noKey))
	h.done(h.desk.Report(t.Context(), h.as("chutich.vanquan"), h.share(doc, "vanquan").ID, "Đã xử lý xong", noKey))
	h.done(h.desk.Extend(t.Context(), chairman, h.share(doc, "qldt").ID, at("2026-12-18 15:00"), moreTime, 0, noKey))
	later, err := h.desk.ResultSheet(t.Context(), chairman, sheet.ID)
	require.NoError(t, err)
	require.Equal(t, sheet, later)
	for _, table := range []string{"result_sheets", "result_lines"} {
		_, err := h.store.DB().NewRaw(`DELETE FROM ?`, bun.Ident(table)).Exec(t.Context())
		require.Error(t, err, table)
	}
}

func (h *hall) title(code string) string {
	h.Helper()
	id := h.as(code).PositionID
	titles, err := h.store.TitlesOfPositions(h.Context(), []routing.ID{id})
	require.NoError(h, err)
	return titles[id]
}

// Each number of a sheet is as long as the list that it leads to; that of a person is
// for who follows his unit.
func TestEachMonthlyFigureIsItsList(t *testing.T) {
	t.Parallel()
	h, _ := monthOver(t)
	sheet, err := h.desk.PublishResults(t.Context(), h.as("chutich.quan"), "2026-11", key("november"))
	require.NoError(t, err)
	period, err := routing.ParseMonth("2026-11")
	require.NoError(t, err)
	list := func(who string, l routing.ResultLine, b routing.Bucket) (int, error) {
		q := desk.FigureQuery{Look: desk.Look{Unit: l.UnitID}, Bucket: b, Period: period, Position: l.PositionID}
		if l.PositionID == "" {
			q.Book = sheet.OrganID
		}
		list, err := h.desk.FigureList(t.Context(), h.as(who), q)
		sum, sumErr := h.desk.PeriodSummary(t.Context(), h.as(who), q)
		require.Equal(t, err, sumErr)
		require.Len(t, list, sum.Of(b))
		return len(list), err
	}
	people := 0
	for _, l := range sheet.Lines {
		readers, strangers := []string{"chutich.quan", "chanhvanphong", "thanhtra.quan"}, []string{}
		if l.PositionID != "" {
			people++
			readers, strangers = []string{"chutich.molao", "thanhtra.quan"}, []string{"chutich.quan", "truong.qldt"}
		}
		for _, b := range append(slices.Clone(routing.Buckets), routing.EveryBucket) {
			for _, who := range readers {
				n, err := list(who, l, b)
				require.NoError(t, err)
				require.Equal(t, l.Told.Of(b), n, "%s: %s %s %s", who, l.UnitName, l.Title, b)
			}
			for _, who := range strangers {
				_, err := list(who, l, b)
				refused(t, err, routing.ErrNotAllowed)
			}
		}
	}
	require.Equal(t, 1, people)
	ward := lineOf(t, sheet, "molao")
	n, err := list("chutich.molao", ward, routing.DoneInTime)
	require.NoError(t, err)
	require.Equal(t, ward.Told.DoneInTime, n, "its leader looks at his unit's own line")
	for _, bad := range []desk.FigureQuery{{Position: unit("quan")}, {Book: unit("quan")}, {Bucket: routing.DoneLate, Period: period, Position: unit("quan")},
		{Bucket: routing.DoneLate, Period: period, Book: "x"}, {Look: desk.Look{Unit: unit("quan"), Urgency: routing.Urgent}, Bucket: routing.DoneLate, Period: period, Position: unit("quan")}} {
		_, err := h.desk.FigureList(t.Context(), h.as("chutich.quan"), bad)
		refused(t, err, routing.ErrField)
	}
}

// Two who publish the same month at once: one does, and it is there once.
func TestTwoPublishAtOnce(t *testing.T) {
	t.Parallel()
	h, _ := monthOver(t)
	answers, kept := make([]error, 6), make([]routing.ID, 6)
	var all errgroup.Group
	for i := range answers {
		who, request := h.as("chutich.quan"), key("the same")
		if i%2 == 0 {
			who, request = h.as("chanhvanphong"), key("one "+strings.Repeat("x", i))
		}
		all.Go(func() error {
			sheet, err := h.desk.PublishResults(t.Context(), who, "2026-11", request)
			answers[i], kept[i] = err, sheet.ID
			return nil
		})
	}
	require.NoError(t, all.Wait())
	done := map[routing.ID]bool{}
	for i, err := range answers {
		if err == nil {
			done[kept[i]] = true
			continue
		}
		refused(t, err, routing.ErrPublished)
	}
	require.Len(t, done, 1)
	require.Equal(t, 1, h.count(`result_sheets`))
	require.Equal(t, 1, h.count(`journal WHERE kind = 'results-published'`))
}

// Each sees his own line, a unit's leaders those of their unit, the organ's all; of
// what is left nothing is told, not even that it is there.
func TestWhoSeesWhichLine_Z04(t *testing.T) {
	t.Parallel()
	h, _ := monthOver(t)
	sheet, err := h.desk.PublishResults(t.Context(), h.as("chanhvanphong"), "2026-11", key("november"))
	require.NoError(t, err)
	person, ward := h.title("canbo.molao"), "UBND phường Mộ Lao"
	ward = lineOf(t, sheet, "molao").UnitName
	for who, want := range map[string][]string{
		"chutich.molao": {ward, person}, "canbo.molao": {person}, "vanthu.molao": nil, "chutich.vanquan": {lineOf(t, sheet, "vanquan").UnitName}, "canbo.vanquan": nil,
		"truong.qldt": {lineOf(t, sheet, "qldt").UnitName}, "vanthu.quan": nil, "quantri": nil, "chutich.yennghia": nil, "truong.nv": nil,
	} {
		seen, err := h.desk.ResultSheet(t.Context(), h.as(who), sheet.ID)
		var lines []string
		for _, l := range seen.Lines {
			name := l.UnitName
			if l.PositionID != "" {
				name = l.Title
			}
			lines = append(lines, name)
		}
		require.Equal(t, want, lines, who)
		listed, listErr := h.desk.ResultSheets(t.Context(), h.as(who))
		require.NoError(t, listErr)
		if want == nil {
			refused(t, err, routing.ErrNotFound)
			require.Empty(t, listed, who)
			continue
		}
		require.NoError(t, err, who)
		require.Len(t, listed, 1, who)
	}
	for _, who := range []string{"chutich.quan", "pho.dothi", "chanhvanphong", "thanhtra.quan"} {
		seen, err := h.desk.ResultSheet(t.Context(), h.as(who), sheet.ID)
		require.NoError(t, err, who)
		require.Equal(t, sheet, seen, who)
	}
	_, err = h.desk.ResultSheet(t.Context(), h.delegate("chutich.molao", "vanthu.molao"), sheet.ID)
	refused(t, err, routing.ErrNotFound)

	// A line of another is refused like one that is none.
	_, err = h.desk.ObjectToResults(t.Context(), h.as("canbo.molao"), sheet.ID, lineOf(t, sheet, "vanquan").ID, because, nil, key("of another"))
	refused(t, err, routing.ErrNotFound)
	_, err = h.desk.ObjectToResults(t.Context(), h.as("canbo.molao"), sheet.ID, postgres.NewID(), because, nil, key("of none"))
	refused(t, err, routing.ErrNotFound)
	_, err = h.desk.ObjectToResults(t.Context(), h.as("chanhvanphong"), sheet.ID, lineOf(t, sheet, "vanquan").ID, because, nil, key("not his"))
	refused(t, err, routing.ErrNotAllowed)
}

// A dispute: five working days, the first day of the year among them; both sides'
// words stay; what was published stays, the correction stands beside it.
func TestADispute(t *testing.T) {
	t.Parallel()
	h, doc := monthOver(t)
	h.waitUntil("2026-12-29 10:00")
	chairman, officer := h.as("chutich.quan"), h.as("canbo.molao")
	sheet, err := h.desk.PublishResults(t.Context(), chairman, "2026-11", key("november"))
	require.NoError(t, err)
	require.Equal(t, at("2027-01-06 17:00").UTC(), sheet.ObjectUntil, "01/01/2027 is a day off")
	inner, line := h.inner(doc, "canbo.molao"), lineOf(t, sheet, h.title("canbo.molao"))
	h.waitUntil("2027-01-06 16:59")

	_, _, late, err := h.desk.Disputable(t.Context(), officer, sheet.ID, line.ID)
	require.NoError(t, err)
	require.Equal(t, []routing.Disputed{{AssignmentID: inner.ID, DocumentID: doc.ID, DocumentTitle: doc.Title(), Bucket: routing.DoneLate}}, late)
	object := func(who routing.Actor, words string, req routing.Request, shares ...routing.ID) error {
		_, err := h.desk.ObjectToResults(t.Context(), who, sheet.ID, line.ID, words, shares, req)
		return err
	}
	refused(t, object(officer, "ngắn", key("short"), inner.ID), routing.ErrField)
	refused(t, object(officer, because, key("none")), routing.ErrField)
	refused(t, object(officer, because, key("not late"), h.share(doc, "molao").ID), routing.ErrField)
	const words = "=1+1 Phường giao lại lúc 14:30, <b>sau</b> khi tôi đã nộp"
	require.NoError(t, object(officer, words, key("objection"), inner.ID))
	require.NoError(t, object(officer, words, key("objection"), inner.ID), "the same request")
	refused(t, object(h.as("chutich.molao"), because, key("twice"), inner.ID), routing.ErrDisputed)
	require.Equal(t, 1, h.count(`result_objections`))
	require.Equal(t, 1, h.count(`journal WHERE kind = 'results-objected'`))
	require.Zero(t, h.count(`journal WHERE details::text LIKE '%14:30%'`), "words are no matter of the journal")

	sheet, err = h.desk.ResultSheet(t.Context(), chairman, sheet.ID)
	require.NoError(t, err)
	said := lineOf(t, sheet, line.Title).Objections
	require.Len(t, said, 1)
	require.Equal(t, words, said[0].Words)
	answer := func(who routing.Actor, counts routing.Counts, req routing.Request) error {
		_, err := h.desk.AnswerResults(t.Context(), who, sheet.ID, said[0].ID, "Đúng như ý kiến của đồng chí", counts, req)
		return err
	}
	refused(t, answer(h.as("chanhvanphong"), routing.CountsInTime, key("the chief")), routing.ErrNotAllowed)
	refused(t, answer(officer, routing.CountsInTime, key("himself")), routing.ErrNotAllowed)
	refused(t, answer(h.as("chutich.vanquan"), routing.CountsInTime, key("a stranger")), routing.ErrNotFound)
	refused(t, answer(chairman, "A", key("a mark")), routing.ErrField)
	require.NoError(t, answer(h.as("pho.dothi"), routing.CountsInTime, key("answer")))
	require.NoError(t, answer(h.as("pho.dothi"), routing.CountsInTime, key("answer")), "the same request")
	refused(t, answer(chairman, routing.CountsAsBefore, key("another")), routing.ErrDecided)

	for _, who := range []routing.Actor{officer, h.as("chutich.molao"), chairman} {
		sheet, err := h.desk.ResultSheet(t.Context(), who, sheet.ID)
		require.NoError(t, err)
		l := lineOf(t, sheet, line.Title)
		require.Equal(t, line.Told, l.Told, "what was published stays")
		corrected, is := l.Corrected()
		require.True(t, is)
		require.Equal(t, routing.Summary{UnitID: unit("molao"), DoneInTime: 1}, corrected)
		require.Equal(t, words, l.Objections[0].Words)
		require.Equal(t, "Đúng như ý kiến của đồng chí", l.Objections[0].Answer.Words)
	}
	h.waitUntil("2027-01-06 17:01")
	_, err = h.desk.ObjectToResults(t.Context(), h.as("chutich.vanquan"), sheet.ID, lineOf(t, sheet, "vanquan").ID, because, []routing.ID{h.share(doc, "vanquan").ID}, key("late"))
	refused(t, err, routing.ErrObjectionLate)
	_, _, _, err = h.desk.Disputable(t.Context(), h.as("chutich.vanquan"), sheet.ID, lineOf(t, sheet, "vanquan").ID)
	require.True(t, errors.Is(err, routing.ErrObjectionLate))
}
