package desk

import (
	"context"
	"slices"

	"congvan/postgres"
	"congvan/routing"
)

// UnitTable counts what is open at each unit in the actor's scope, in the order of
// the organisation: those right below what he oversees also if nothing is open
// there. kind narrows to the units of a level; empty: all.
func (d *Desk) UnitTable(ctx context.Context, actor routing.Actor, kind routing.UnitKind) ([]UnitCounts, error) {
	of, err := scope(actor)
	if err != nil {
		return nil, err
	}
	now := d.now()
	tallies, err := d.record.Tallies(ctx, of, postgres.Narrow{}, horizons(now))
	if err != nil {
		return nil, err
	}
	units, err := d.record.Units(ctx, today(now))
	if err != nil {
		return nil, err
	}
	counts := map[routing.ID]*Counts{}
	for _, t := range tallies {
		if t.UnitID != "" {
			if counts[t.UnitID] == nil {
				counts[t.UnitID] = &Counts{}
				if !slices.ContainsFunc(units, func(u postgres.Unit) bool { return u.ID == t.UnitID }) {
					units = append(units, postgres.Unit{ID: t.UnitID}) // it is no more
				}
			}
			counts[t.UnitID].add(t)
		}
	}
	var out []UnitCounts
	for _, u := range units {
		c, listed := counts[u.ID], u.ParentID != "" && slices.Contains(of.Books, u.ParentID)
		switch {
		case kind != "" && u.Kind != kind:
		case c != nil:
			out = append(out, UnitCounts{u, *c})
		case listed:
			out = append(out, UnitCounts{Unit: u})
		}
	}
	return out, nil
}

// Grid are documents at work that many have, and how it stands with each recipient.
type Grid struct {
	Documents []routing.Document
	Rows      []GridRow
	Next      postgres.ManyPlace // zero: these are the last
}

// GridRow is a unit with its share of each document of the grid; a share without an
// id: it has none.
type GridRow struct {
	Unit   postgres.Unit
	Shares []routing.Assignment
}

// GridDocuments is how many documents a grid shows; given to many is what has
// gridMany shares or more.
const (
	GridDocuments = 12
	gridMany      = 3
)

// Grid shows the documents at work in the actor's scope that were given to many, the
// newest first, by unit; kind narrows to the units of a level.
func (d *Desk) Grid(ctx context.Context, actor routing.Actor, kind routing.UnitKind, after postgres.ManyPlace) (g Grid, err error) {
	of, err := scope(actor)
	if err != nil {
		return g, err
	}
	if after.ID != "" && !validID(after.ID) || after.SentAt.Year() < 1 {
		return g, errCursor
	}
	places, documents, err := d.record.GivenToMany(ctx, of, gridMany, after, GridDocuments+1)
	if err != nil {
		return g, err
	}
	if len(places) > GridDocuments {
		documents, g.Next = documents[:GridDocuments], places[GridDocuments-1]
	}
	g.Documents = documents
	shares, err := d.Strips(ctx, actor, documents)
	if err != nil {
		return g, err
	}
	units, err := d.record.Units(ctx, today(d.now()))
	if err != nil {
		return g, err
	}
	for _, u := range units {
		row, any := GridRow{Unit: u, Shares: make([]routing.Assignment, len(documents))}, false
		for i, doc := range documents {
			for _, a := range shares[doc.ID] {
				if a.UnitID == u.ID && inScope(of, doc, a) && (row.Shares[i].ID == "" || a.Open()) {
					row.Shares[i], any = a, true
				}
			}
		}
		if any && (kind == "" || u.Kind == kind) {
			g.Rows = append(g.Rows, row)
		}
	}
	return g, nil
}

// inScope says whether a share is counted in a scope: see postgres.Scope.
func inScope(of postgres.Scope, doc routing.Document, a routing.Assignment) bool {
	inside := a.ParentID != "" && a.GiverUnitID == a.UnitID
	return !inside && (slices.Contains(of.Books, doc.UnitID) || of.Unit != "" && (a.UnitID == of.Unit || a.GiverUnitID == of.Unit))
}
