// Package mandates is who acts for whom: delegations in writing, absences, and the
// leaders who decide on paper, for whom the clerk enters.
package mandates

import (
	"slices"
	"strings"
	"time"

	"congvan/calendar"
	"congvan/desk"
	"congvan/postgres"
	"congvan/routing"
	"congvan/web/inputs"
	"congvan/web/ui"
	"congvan/web/visit"
)

// Pages are the pages of this folder.
func Pages() []visit.Page {
	return []visit.Page{
		{Method: "GET", Path: "/mandates", Handle: show},
		{Method: "GET", Path: "/mandates/delegate", Handle: showDelegate},
		{Method: "POST", Path: "/mandates/delegate", Handle: delegate},
		{Method: "POST", Path: "/mandates/{id}/revoke", Handle: revoke},
		{Method: "GET", Path: "/mandates/absence", Handle: showAbsence},
		{Method: "POST", Path: "/mandates/absence", Handle: tellAbsence},
		{Method: "POST", Path: "/mandates/absences/{id}/end", Handle: endAbsence},
		{Method: "POST", Path: "/mandates/on-paper/{id}", Handle: setOnPaper},
	}
}

const nav = "/mandates"

// ahead is how far absences are shown.
const ahead = 180

// view is what the page shows.
type view struct {
	ActFor      []postgres.Position
	Delegations []desk.DelegationView
	Absences    []routing.Absence
	Leaders     []leader // empty: not the reader's to settle
	Delegates   bool     // he may delegate
	Tells       bool     // he may say that somebody is away
	Position    routing.ID
	Unit        routing.ID
	Units       []inputs.Option // to look at the absences of; empty: only his own
	Now         time.Time
}

// leader is a position whose decisions may be entered by the clerk.
type leader struct {
	ID          routing.ID
	Title, Unit string
	OnPaper     bool
}

func show(v *visit.Visit) error {
	x := view{Now: v.Now(), Position: v.Actor.PositionID, Unit: v.Actor.UnitID}
	own := v.Actor.Mandate.Kind == ""
	x.Delegates = own && mayDelegate(v.Actor)
	x.Tells = own
	var err error
	if x.Delegations, err = v.Desk().Delegations(v.Context(), v.Actor); err != nil {
		return err
	}
	if x.ActFor, err = actFor(v, x.Delegations); err != nil {
		return err
	}
	if v.Actor.MaySetOnPaper() {
		if x.Leaders, err = leaders(v); err != nil {
			return err
		}
		if x.Units, err = unitOptions(v); err != nil {
			return err
		}
		if chosen := v.Query("unit"); chosen != "" {
			x.Unit = routing.ID(chosen)
		}
	}
	day := calendar.DateOf(x.Now)
	if x.Absences, err = v.Desk().Absences(v.Context(), x.Unit, day.String(), day.Plus(ahead).String()); err != nil {
		return err
	}
	return v.Show(ui.Page{Title: "Uỷ quyền, vắng mặt", Nav: nav}, page(x))
}

func mayDelegate(a routing.Actor) bool {
	return a.MayDelegate(routing.Post{Actor: routing.Actor{PositionID: a.PositionID}})
}

// actFor are the positions that the reader may act for now: those that delegated to
// him, and those of his unit that decide on paper. The desk says which.
func actFor(v *visit.Visit, held []desk.DelegationView) (out []postgres.Position, err error) {
	if v.Actor.Mandate.Kind != "" {
		return nil, nil
	}
	var asked []postgres.Position
	for _, x := range held {
		if x.InForce && x.ToPositionID == v.Actor.PositionID {
			asked = append(asked, x.FromPosition)
		}
	}
	if v.Actor.Office == routing.Clerk {
		officers, err := v.Desk().Officers(v.Context(), v.Actor)
		if err != nil {
			return nil, err
		}
		asked = append(asked, officers...)
	}
	for _, p := range asked {
		if !leads(p.Office) || slices.ContainsFunc(out, func(x postgres.Position) bool { return x.ID == p.ID }) {
			continue
		}
		_, err := v.Desk().ActFor(v.Context(), v.Actor, p.ID)
		switch fault := routing.FaultOf(err); {
		case err == nil:
			out = append(out, p)
		case fault != routing.NotAllowed && fault != routing.NotFound:
			return nil, err
		}
	}
	return out, nil
}

func leads(o routing.Office) bool {
	return o == routing.Chairman || o == routing.Deputy || o == routing.Chief || o == routing.Head
}

func leaders(v *visit.Visit) (out []leader, err error) {
	o, err := v.Desk().Organisation(v.Context(), v.Actor)
	if err != nil {
		return nil, err
	}
	day := calendar.DateOf(v.Now())
	for _, p := range o.Chart.Positions {
		is, lives := p.On(day)
		if !lives || !leads(is.Office) {
			continue
		}
		unit, _ := o.Chart.Unit(is.UnitID)
		facts, _ := unit.On(day)
		out = append(out, leader{p.ID, is.Title, facts.Name, p.OnPaper})
	}
	slices.SortStableFunc(out, func(a, b leader) int { return strings.Compare(a.Unit, b.Unit) })
	return out, nil
}

func unitOptions(v *visit.Visit) (out []inputs.Option, err error) {
	units, err := v.Desk().Units(v.Context())
	for _, u := range units {
		out = append(out, inputs.Option{Value: string(u.ID), Text: u.Name})
	}
	return out, err
}

func revoke(v *visit.Visit) error {
	if _, err := v.Desk().Revoke(v.Context(), v.Actor, v.ID("id")); err != nil {
		return err
	}
	return v.Go(nav, "revoked")
}

func endAbsence(v *visit.Visit) error {
	if err := v.Desk().EndAbsence(v.Context(), v.Actor, v.ID("id")); err != nil {
		return err
	}
	return v.Go(nav, "saved")
}

func setOnPaper(v *visit.Visit) error {
	if err := v.Form(); err != nil {
		return err
	}
	if err := v.Desk().SetOnPaper(v.Context(), v.Actor, v.ID("id"), v.Value("onPaper") == "yes"); err != nil {
		return err
	}
	return v.Go(nav+"#on-paper", "saved")
}
