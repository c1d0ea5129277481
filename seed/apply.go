package seed

import (
	"cmp"
	"context"

	"congvan/calendar"
	"congvan/postgres"
	"congvan/routing"
)

// Report counts what [Apply] added; it is zero when everything was there.
type Report = postgres.Seeded

// Apply writes the chart of Hà Đông, the calendar and the ladders into the
// record, in one transaction. It may run at every start and in several
// processes at once.
//
//   - Units, positions and accounts: what is missing is added. What is there
//     keeps the name, hours, title or fields that an admin gave it. An end
//     (valid_to) in the file ends what is still open.
//   - Calendar days: missing days are added, as part of the version of the
//     calendar that is in force; a day that an admin has changed stays as he
//     made it, also where he made it an ordinary day again.
//   - Ladders: a new one is version 1. If the newest version in the record
//     differs from the file, the file's becomes the next version, unless a
//     person made it: an organ's own stays. None is ever changed, and documents
//     keep climbing the one that they began with.
func Apply(ctx context.Context, store *postgres.Store) (Report, error) {
	return store.Seed(ctx, contents(HaDong(), calendar.Vietnam().Exceptions(), Ladders()))
}

func contents(c Chart, days []calendar.Exception, ladders []routing.Ladder) postgres.Seed {
	out := postgres.Seed{Days: days, Ladders: ladders}
	for _, u := range c.Units {
		unit := postgres.SeedUnit{
			ID: c.UnitID(u.Key), Kind: u.Kind, Code: u.Code, Name: u.Name,
			ValidFrom: u.ValidFrom, ValidTo: u.ValidTo, OfficeHours: cmp.Or(u.OfficeHours, calendar.DefaultHours().String()), OnDuty: u.OnDuty,
		}
		if u.Parent != "" {
			unit.ParentID = c.UnitID(u.Parent)
		}
		out.Units = append(out.Units, unit)
	}
	for _, p := range c.Positions {
		out.Positions = append(out.Positions, postgres.SeedPosition{
			ID: PositionID(p.Code), AccountID: accountID(p.Code), UnitID: c.UnitID(p.Unit),
			Code: p.Code, Title: p.Title, Office: p.Office, Fields: p.Fields,
			ValidFrom: p.ValidFrom, ValidTo: p.ValidTo,
		})
	}
	return out
}
