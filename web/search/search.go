// Package search is the page that looks for words everywhere: in documents, in
// their files and in what was said about them, as far as its reader may read each.
// All that narrows it stands in its address.
package search

import (
	"context"
	"encoding/hex"
	"html"
	"io"
	"net/url"
	"strconv"
	"strings"
	"time"

	"congvan/desk"
	"congvan/gate"
	"congvan/postgres"
	"congvan/routing"
	"congvan/web/ui"
	"congvan/web/visit"

	"github.com/a-h/templ"
)

// Pages are the pages of this folder.
func Pages() []visit.Page {
	return []visit.Page{{Method: "GET", Path: "/search", Handle: show, Class: gate.ClassSearch}}
}

// pageSize is how many hits a page has.
const pageSize = 20

// view is what the page shows.
type view struct {
	Text   string
	Narrow postgres.SearchNarrow
	After  string
	Found  postgres.SearchPage
	Hits   []hit
	Facets []facet
	Chips  []chip
	Kept   []postgres.SavedFilter
	Next   string
	Now    time.Time
	Fault  *routing.Error
}

// hit is a document that was found, as the page shows it.
type hit struct {
	postgres.SearchHit
	Path, FilePath string
	Number         string // of the reader's own book; empty: it stands in another
	Registered     string
	Said           string // who said it, and when
	Strip          []ui.StripCell
}

// facet is something to narrow to, with its values.
type facet struct {
	Title  string
	Values []value
}

type value struct{ Title, Path, Count string }

// chip is something that the hits are narrowed to.
type chip struct{ Title, Value, Without string }

// facets are those of the page, in its order, with the parameter of the address.
var facets = []struct {
	Name  postgres.FacetName
	Title string
}{
	{postgres.FacetStatus, "Trạng thái"}, {postgres.FacetUrgency, "Mức độ khẩn"}, {postgres.FacetType, "Tên loại"}, {postgres.FacetField, "Lĩnh vực"},
	{postgres.FacetUnit, "Đơn vị chủ trì"}, {postgres.FacetIssuer, "Cơ quan ban hành"}, {postgres.FacetYear, "Năm của sổ"},
}

func show(v *visit.Visit) error {
	m := read(v.R.URL.Query())
	m.Now = v.Now()
	units, err := v.Units()
	if err != nil {
		return err
	}
	m.Chips = m.chips(v.Context(), units)
	if m.Kept, err = v.Desk().SavedFilters(v.Context(), v.Actor, "search"); err != nil {
		return err
	}
	m.Found, err = v.Desk().Search(v.Context(), v.Actor, postgres.Search{Text: m.Text, Narrow: m.Narrow, After: routing.ID(m.After), Limit: pageSize, Faceted: m.After == ""})
	if err != nil {
		return v.Again(err, func(fault *routing.Error, status int) error {
			m.Fault = fault
			return v.ShowAs(status, m.page(), body(m))
		})
	}
	if err := m.fill(v, units); err != nil {
		return err
	}
	return v.Show(m.page(), body(m))
}

func (m view) page() ui.Page { return ui.Page{Title: "Tìm kiếm", Nav: "/search", Wide: true} }

// read reads an address. What it does not know it leaves out: a link may be old.
func read(in url.Values) view {
	get := func(name string) string {
		text := []rune(strings.TrimSpace(strings.ToValidUTF8(strings.ReplaceAll(in.Get(name), "\x00", ""), "")))
		return string(text[:min(len(text), desk.SearchText)])
	}
	m := view{Text: get("q"), After: get("after"), Narrow: postgres.SearchNarrow{TypeName: get("type"), Field: get("field"), Issuer: get("issuer"),
		Urgency: routing.Urgency(get("urgency")), Status: routing.DocumentStatus(get("status")), Unit: routing.ID(get("unit"))}}
	if year, err := strconv.Atoi(get("year")); err == nil && year >= 1900 && year <= 2999 {
		m.Narrow.Year = year
	}
	return m
}

// values are what is searched for and narrowed to, as parameters of the address.
func (m view) values() url.Values {
	out := url.Values{}
	for name, text := range map[string]string{"q": m.Text, "type": m.Narrow.TypeName, "field": m.Narrow.Field, "issuer": m.Narrow.Issuer, "year": yearText(m.Narrow.Year),
		"urgency": string(m.Narrow.Urgency), "status": string(m.Narrow.Status), "unit": string(m.Narrow.Unit)} {
		if text != "" {
			out.Set(name, text)
		}
	}
	return out
}

func yearText(year int) string {
	if year == 0 {
		return ""
	}
	return strconv.Itoa(year)
}

// Query is the search as it stands in an address.
func (m view) Query() string { return m.values().Encode() }

// At is the address of the page that is shown.
func (m view) At() string { return m.with("after", m.After) }

// with is the address with one parameter as it is told; empty: without it.
func (m view) with(name, text string) string {
	q := m.values()
	if text == "" {
		q.Del(name)
	} else {
		q.Set(name, text)
	}
	return "/search?" + q.Encode()
}

// chips are what the hits are narrowed to.
func (m view) chips(ctx context.Context, units map[routing.ID]postgres.Unit) (out []chip) {
	q := m.values()
	for _, f := range facets {
		if text := q.Get(string(f.Name)); text != "" {
			out = append(out, chip{f.Title, valueName(ctx, f.Name, text, units), m.with(string(f.Name), "")})
		}
	}
	return out
}

// hidden are the chips as fields of the form, by parameter.
func (m view) hidden() (out []chip) {
	q := m.values()
	for _, f := range facets {
		if text := q.Get(string(f.Name)); text != "" {
			out = append(out, chip{Title: string(f.Name), Value: text})
		}
	}
	return out
}

// valueName is a value of a facet in words.
func valueName(ctx context.Context, name postgres.FacetName, text string, units map[routing.ID]postgres.Unit) string {
	switch name {
	case postgres.FacetUrgency:
		return ui.T(ctx, ui.UrgencyName(routing.Urgency(text)))
	case postgres.FacetStatus:
		return ui.T(ctx, routing.DocumentStatus(text).Vietnamese())
	case postgres.FacetUnit:
		if u, ok := units[routing.ID(text)]; ok {
			return u.Name
		}
		return ui.T(ctx, "một đơn vị cũ")
	}
	return text
}

// fill puts into the page what was found.
func (m *view) fill(v *visit.Visit, units map[routing.ID]postgres.Unit) error {
	documents := make([]routing.Document, len(m.Found.Hits))
	for i, h := range m.Found.Hits {
		documents[i] = h.Document
	}
	strips, err := v.Desk().Strips(v.Context(), v.Actor, documents)
	if err != nil {
		return err
	}
	for _, h := range m.Found.Hits {
		d := h.Document
		one := hit{SearchHit: h, Path: "/documents/" + string(d.ID), Registered: ui.Day(d.Registered), Strip: ui.StripOf(strips[d.ID], units, m.Now)}
		if d.UnitID == v.Actor.UnitID {
			one.Number = strconv.Itoa(d.Number) + "/" + strconv.Itoa(d.BookYear)
		}
		if h.File != nil {
			one.FilePath = one.Path + "?file=" + sumOf(h.File)
		}
		if h.Said != nil {
			one.Said = saidBy(v.Context(), *h.Said, units)
		}
		m.Hits = append(m.Hits, one)
	}
	if m.Found.Next != "" {
		m.Next = m.with("after", string(m.Found.Next))
	}
	for _, f := range facets {
		m.facet(v.Context(), f.Name, f.Title, units)
	}
	return nil
}

// facet adds a facet that there is something to choose in.
func (m *view) facet(ctx context.Context, name postgres.FacetName, title string, units map[routing.ID]postgres.Unit) {
	found := m.Found.Facets[name]
	if len(found) < 2 {
		return
	}
	f := facet{Title: title}
	for _, x := range found {
		f.Values = append(f.Values, value{valueName(ctx, name, x.Value, units), m.with(string(name), x.Value), ui.Number(x.Count)})
	}
	m.Facets = append(m.Facets, f)
}

// Count is how much was found, in words.
func (m view) Count() string {
	if m.Found.Capped {
		return ui.Number(m.Found.Counted) + "+"
	}
	return ui.Number(m.Found.Counted)
}

// marked shows a text with what was found marked. Whoever wrote it, it is text.
func marked(pieces []postgres.Piece) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		var b strings.Builder
		for _, p := range pieces {
			if p.Marked {
				b.WriteString("<mark>" + html.EscapeString(p.Text) + "</mark>")
			} else {
				b.WriteString(html.EscapeString(p.Text))
			}
		}
		_, err := io.WriteString(w, b.String())
		return err
	})
}

func sumOf(f *postgres.FoundFile) string { return hex.EncodeToString(f.SHA256) }

// saidBy tells who said something, and when.
func saidBy(ctx context.Context, w postgres.FoundWords, units map[routing.ID]postgres.Unit) string {
	parts := []string{ui.T(ctx, ui.ActName(string(w.Kind)))}
	if u, ok := units[w.UnitID]; ok {
		parts = append(parts, u.Name)
	}
	return strings.Join(append(parts, ui.Moment(w.At)), " · ")
}
