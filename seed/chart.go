package seed

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"congvan/calendar"
	"congvan/routing"

	"github.com/google/uuid"
)

//go:embed hadong.json
var hadongJSON []byte

// namespace is the root of all ids of this package. It never changes.
var namespace = uuid.MustParse("6f0c1d0e-5b0a-5f37-9f0b-0f3a7c2b9d51")

func idOf(kind, name string) routing.ID {
	return routing.ID(uuid.NewSHA1(namespace, []byte(kind+"/"+name)).String())
}

// Chart is the org chart of one authority.
type Chart struct {
	Code      string     `json:"code"` // of the chart; part of the ids of its units
	Note      []string   `json:"note"`
	Units     []Unit     `json:"units"`
	Positions []Position `json:"positions"`
}

// Unit is an organ or office from one day to another. Entries of the same key
// are one unit under changing names.
type Unit struct {
	Key         string        `json:"key"`               // immutable, unlike its code: GSO gives ward codes to other wards later
	Kind        string        `json:"kind"`              // district, office or ward
	Code        string        `json:"code"`              // ký hiệu; of a ward its GSO code
	Name        string        `json:"name"`              // as it signs
	Parent      string        `json:"parent"`            // key of the unit above
	OfficeHours string        `json:"office_hours"`      // as calendar.ParseHours reads them; empty: the usual ones
	OnDuty      bool          `json:"on_duty,omitempty"` // it keeps a duty roster: "ngay" runs day and night
	ValidFrom   calendar.Date `json:"valid_from"`
	ValidTo     calendar.Date `json:"valid_to"` // the first day it no longer holds; zero: open
	// Predecessors are the keys of the units that it was made of. They are for
	// the reader and for a handover; the record does not hold them.
	Predecessors []string `json:"predecessors"`
}

// Position is a post in a unit. Its account has the position's code as name.
type Position struct {
	Code      string         `json:"code"` // ASCII: it is typed at the login
	Unit      string         `json:"unit"` // key of its unit
	Title     string         `json:"title"`
	Office    routing.Office `json:"office"`
	Fields    []string       `json:"fields"` // lĩnh vực of a deputy, as in routing.Registration.Field
	ValidFrom calendar.Date  `json:"valid_from"`
	ValidTo   calendar.Date  `json:"valid_to"`
}

var hadong = sync.OnceValue(func() Chart {
	chart, err := parseChart(hadongJSON)
	if err != nil {
		panic(err) // cannot happen: a test reads the embedded file
	}
	return chart
})

// HaDong returns the chart of UBND quận Hà Đông as it was until 31/12/2024: 12
// offices and 17 wards. The caller must not change it.
func HaDong() Chart { return hadong() }

// UnitID returns the id of the chart's unit with this key.
func (c Chart) UnitID(key string) routing.ID { return idOf("unit", c.Code+"/"+key) }

// PositionID returns the id of the position with this code.
func PositionID(code string) routing.ID { return idOf("position", code) }

func accountID(username string) routing.ID { return idOf("account", username) }

func parseChart(data []byte) (Chart, error) {
	var c Chart
	if err := decodeStrictly(data, &c); err != nil {
		return Chart{}, fmt.Errorf("seed: chart: %w", err)
	}
	if err := c.check(); err != nil {
		return Chart{}, fmt.Errorf("seed: chart %s: %w", c.Code, err)
	}
	return c, nil
}

// decodeStrictly refuses fields that v does not have, and anything after it.
func decodeStrictly(data []byte, v any) error {
	in := json.NewDecoder(bytes.NewReader(data))
	in.DisallowUnknownFields()
	if err := in.Decode(v); err != nil {
		return err
	}
	if in.More() {
		return errors.New("more than one value")
	}
	return nil
}

// check refuses references to nothing, doubles and versions that overlap. What
// the tables of the record check (kinds, offices) it leaves to them.
func (c Chart) check() error {
	latest, codes := map[string]Unit{}, map[string]bool{}
	for _, u := range c.Units {
		before, again := latest[u.Key]
		switch {
		case u.Key == "" || u.Code == "" || u.Name == "" || u.ValidFrom.IsZero():
			return fmt.Errorf("unit %q: key, code, name and valid_from are needed", u.Key)
		case again && (before.ValidTo.IsZero() || u.ValidFrom.Before(before.ValidTo)):
			return fmt.Errorf("unit %q from %s: the version in front of it has not ended", u.Key, u.ValidFrom)
		case u.ValidTo.IsZero() && codes[u.Code]:
			return fmt.Errorf("unit code %q is in use twice", u.Code)
		}
		if u.OfficeHours != "" {
			if _, err := calendar.ParseHours(u.OfficeHours); err != nil {
				return fmt.Errorf("unit %q: %w", u.Key, err)
			}
		}
		latest[u.Key] = u
		codes[u.Code] = codes[u.Code] || u.ValidTo.IsZero()
	}
	for _, u := range c.Units {
		for _, key := range append([]string{u.Parent}, u.Predecessors...) {
			if _, known := latest[key]; key != "" && !known {
				return fmt.Errorf("unit %q names an unknown unit %q", u.Key, key)
			}
		}
	}
	return c.checkPositions(latest)
}

func (c Chart) checkPositions(units map[string]Unit) error {
	seen := map[string]bool{}
	for _, p := range c.Positions {
		_, known := units[p.Unit]
		switch {
		case p.Code == "" || p.Title == "" || p.ValidFrom.IsZero():
			return fmt.Errorf("position %q: code, title and valid_from are needed", p.Code)
		case seen[p.Code]:
			return fmt.Errorf("position %q is there twice", p.Code)
		case !known:
			return fmt.Errorf("position %q names an unknown unit %q", p.Code, p.Unit)
		}
		seen[p.Code] = true
	}
	return nil
}
