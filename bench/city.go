package main

import (
	"context"
	"fmt"
	"time"

	"congvan/calendar"
	"congvan/postgres"
	"congvan/routing"
)

// cityWards is how many wards the city of the bench has: as many as Hà Nội had
// communes and wards before 2025.
const cityWards = 579

// Ladders of the bench run in plain seconds, so that half of the wards are late
// while one looks on.
var (
	lateLadder = routing.Ladder{
		Code: "bench-late", Name: "Đo: trễ hạn xác nhận", Direction: seconds(3600), Receipt: seconds(lateAfter), Approval: seconds(3600),
		Rungs: []routing.Rung{{Kind: routing.AwaitReceipt, Step: 1, When: routing.Span{Plain: time.Millisecond}, Tell: []routing.Audience{routing.TellHolder}}},
	}
	stormLadder = routing.Ladder{
		Code: "bench-storm", Name: "Đo: đến hạn cùng lúc", Direction: seconds(3600), Receipt: seconds(1), Approval: seconds(3600),
		Rungs: []routing.Rung{{Kind: routing.AwaitReport, Step: 1, When: routing.Span{Plain: time.Millisecond}, Tell: []routing.Audience{routing.TellHolder}}},
	}
)

// lateAfter is how many seconds after the dispatch a ward is late.
const lateAfter = 8

func seconds(n int) routing.Span { return routing.Span{Plain: time.Duration(n) * time.Second} }

// city is one authority with wards right below it, made for the bench alone.
type city struct {
	clerk, chairman routing.Actor
	wards           []ward
}

// found adds the city and the ladders to the installation, once.
func found(ctx context.Context, record *postgres.Store) (*city, error) {
	from, err := calendar.Parse("2015-01-01")
	if err != nil {
		return nil, err
	}
	seed := postgres.Seed{Ladders: []routing.Ladder{lateLadder, stormLadder}}
	unit := func(parent routing.ID, kind, code, name string) routing.ID {
		id := postgres.NewID()
		seed.Units = append(seed.Units, postgres.SeedUnit{ID: id, ParentID: parent, Kind: kind, Code: code, Name: name, ValidFrom: from, OfficeHours: "08:00-12:00,13:00-17:00"})
		return id
	}
	post := func(unit, above routing.ID, code string, office routing.Office) routing.Actor {
		p := postgres.SeedPosition{ID: postgres.NewID(), AccountID: postgres.NewID(), UnitID: unit, Code: code, Title: code, Office: office, ValidFrom: from}
		seed.Positions = append(seed.Positions, p)
		return routing.Actor{AccountID: p.AccountID, Username: code, PositionID: p.ID, UnitID: unit, AboveID: above, Office: office}
	}
	top := unit("", "district", "BENCH", "UBND thành phố của phép đo")
	c := &city{clerk: post(top, "", "bench.vanthu", routing.Clerk), chairman: post(top, "", "bench.chutich", routing.Chairman)}
	for n := range cityWards {
		key := fmt.Sprintf("bench%03d", n+1)
		id := unit(top, "ward", key, "UBND phường "+key)
		c.wards = append(c.wards, ward{unit: id, key: key, clerk: post(id, top, key+".vanthu", routing.Clerk), head: post(id, top, key+".chutich", routing.Head)})
	}
	_, err = record.Seed(ctx, seed)
	return c, err
}

// direction lets the first of n wards lead and the others execute.
func (c *city) direction(n int, due time.Time) routing.Direction {
	d := routing.Direction{Text: task, Process: process, Result: result}
	for i, w := range c.wards[:n] {
		role := routing.Execute
		if i == 0 {
			role = routing.Lead
		}
		d.Recipients = append(d.Recipients, routing.Recipient{UnitID: w.unit, Role: role, Due: due.UTC()})
	}
	return d
}

// inTheCity measures what many wards do.
func (b *bench) inTheCity(ctx context.Context, o options, g *goals) error {
	c, err := found(ctx, b.openRecord(2))
	if err != nil {
		return err
	}
	w := newDeskWay(b)
	if o.wants(runBroadcast) {
		if err := b.broadcast(ctx, w, c, g); err != nil {
			return err
		}
	}
	if o.wants(runStorm) {
		return b.storm(ctx, w, c, o, g)
	}
	return nil
}
