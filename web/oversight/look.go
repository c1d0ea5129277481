package oversight

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"congvan/desk"
	"congvan/postgres"
	"congvan/routing"
	"congvan/web/visit"
)

// look is what the address of a page says.
type look struct {
	desk.Look
	Figure postgres.Figure
	Cell   routing.Cell   // status
	Bucket routing.Bucket // a column of the summary of a period, with its days
	Book   routing.ID     // of a column: whose summary it is; empty: all that the reader follows
	Holder routing.ID     // of a column: the position whose shares it counts; empty: all
	From   string         // as typed, or as 2006-01-02
	To     string
	Due    string // how far ahead the overview looks: today, week, month
	After  string // a place in a list, or among documents
}

// lookOf reads an address. What it does not know it leaves out: a link may be old.
func lookOf(in url.Values) look {
	get := func(name string) string {
		text := strings.TrimSpace(strings.ToValidUTF8(strings.ReplaceAll(in.Get(name), "\x00", ""), ""))
		if r := []rune(text); len(r) > 200 {
			text = string(r[:200])
		}
		return text
	}
	l := look{Figure: postgres.Figure(get("figure")), Cell: routing.Cell(get("status")), Bucket: routing.Bucket(get("bucket")), From: get("from"), To: get("to"), Due: get("due"), After: get("after")}
	if l.Bucket != "" {
		l.Book, l.Holder = routing.ID(get("book")), routing.ID(get("position"))
	}
	l.Unit, l.Deputy, l.Urgency = routing.ID(get("unit")), routing.ID(get("deputy")), routing.Urgency(get("urgency"))
	if field := get("field"); field != "" {
		l.Field = &field
	} else if get("nofield") == "1" {
		l.Field = new(string)
	}
	if !l.Figure.Known() {
		l.Figure = postgres.FigureOpen
	}
	if !slices.Contains([]string{"today", "month"}, l.Due) {
		l.Due = "week"
	}
	return l
}

// narrowed says whether the page shows less than all.
func (l look) narrowed() bool { return l.Look != desk.Look{} }

func (l look) values() url.Values {
	out := url.Values{}
	set := func(name, value string) {
		if value != "" {
			out.Set(name, value)
		}
	}
	set("unit", string(l.Unit))
	set("deputy", string(l.Deputy))
	set("urgency", string(l.Urgency))
	if l.Field != nil {
		if set("field", *l.Field); *l.Field == "" {
			set("nofield", "1")
		}
	}
	return out
}

func address(path string, q url.Values) string {
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// overview is the address of the overview, narrowed as this.
func (l look) overview(due string) string {
	q := l.values()
	if due != "week" {
		q.Set("due", due)
	}
	return address("/oversight", q)
}

// query is what names the list, without the place in it.
func (l look) query() url.Values {
	q := l.values()
	if l.Bucket != "" {
		q.Set("bucket", string(l.Bucket))
		q.Set("from", l.From)
		q.Set("to", l.To)
		if l.Book != "" {
			q.Set("book", string(l.Book))
		}
		if l.Holder != "" {
			q.Set("position", string(l.Holder))
		}
		return q
	}
	q.Set("figure", string(l.Figure))
	if l.Cell != "" {
		q.Set("status", string(l.Cell))
	}
	return q
}

// page is the address of the list from a place on.
func (l look) page(after string) string {
	q := l.query()
	if after != "" {
		q.Set("after", after)
	}
	return address("/oversight/assignments", q)
}

// list is the address of the list behind a figure of what this looks at.
func (l look) list(f postgres.Figure) string {
	l.Figure, l.Cell, l.Bucket = f, "", ""
	return l.page("")
}

// stands is the address of the list of what stands in a cell.
func (l look) stands(c routing.Cell) string {
	l.Figure, l.Cell, l.Bucket = postgres.FigureOpen, c, ""
	return l.page("")
}

// column is the address of the list behind a column of a summary.
func (l look) column(b routing.Bucket) string {
	l.Bucket = b
	return l.page("")
}

// at is the same for one unit, field, leader or urgency more.
func (l look) at(unit routing.ID) look { l.Unit = unit; return l }

func (l look) in(field string) look { l.Field = &field; return l }

func (l look) of(leader routing.ID) look { l.Deputy = leader; return l }

func (l look) as(u routing.Urgency) look { l.Urgency = u; return l }

// find is the list as the desk takes it. What is no day is refused, by name.
func (l look) find(now time.Time) (q desk.FigureQuery, err error) {
	q = desk.FigureQuery{Look: l.Look, Figure: l.Figure, Cell: l.Cell, Bucket: l.Bucket, Book: l.Book, Position: l.Holder, Limit: pageSize + 1}
	if q.Bucket != "" {
		q.Period.From, q.Period.To, err = visit.Period(l.From, l.To, now)
	}
	return q, err
}
