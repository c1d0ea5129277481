package api

import "congvan/routing"

// organisationRules are the rows of who changes the organisation.
var organisationRules = map[string]rule{
	"GET /organisation":                          {want: by(routing.Actor.MaySeeOrganisation)},
	"GET /organisation/units.csv":                {want: by(routing.Actor.MaySeeOrganisation)},
	"GET /organisation/positions.csv":            {want: by(routing.Actor.MaySeeOrganisation)},
	"GET /organisation/books":                    {want: by(routing.Actor.MaySeeOrganisation)},
	"GET /organisation/export":                   {want: by(routing.Actor.MayOrganiseAll)},
	"POST /organisation/import":                  {body: importBody, want: by(routing.Actor.MayOrganiseAll)},
	"POST /organisation/import/check":            {body: importBody, want: by(routing.Actor.MayOrganiseAll)},
	"POST /organisation/units":                   {body: `{"kind": "office", "code": "thử", "name": " ", "validFrom": "2026-11-24"}`, want: by(routing.Actor.MayOrganise)},
	"POST /organisation/units/{id}/versions":     {on: "unit", unasked: true, body: `{"code": "thử", "name": " ", "validFrom": "2020-01-01"}`, want: organises},
	"POST /organisation/units/{id}/end":          {on: "unit", unasked: true, body: `{"validTo": "2020-01-01", "basis": "Một căn cứ đủ dài để ghi"}`, want: organises},
	"POST /organisation/positions":               {body: `{"code": "THỬ", "unit": "", "title": "Thử", "office": "officer", "validFrom": "2026-11-24"}`, want: by(routing.Actor.MayOrganise)},
	"POST /organisation/positions/{id}/versions": {on: "position", unasked: true, body: `{"unit": "633f2786-c408-5380-96a9-e0b034c67afa", "title": "Thử", "office": "officer", "validFrom": "2020-01-01"}`, want: organises},
	"POST /organisation/positions/{id}/end":      {on: "position", unasked: true, body: `{"validTo": "2020-01-01"}`, want: organises},
	"POST /organisation/appointments":            {body: `{"username": "nobody.at.all", "validFrom": "2026-11-24", "basis": "Một căn cứ đủ dài để ghi"}`, unasked: true, want: nobodyThere},
}

const importBody = `{"basis": "Một căn cứ đủ dài để ghi", "organisation": {}}`

// nobodyThere is the policy on an account that does not exist.
func nobodyThere(_ *matrix, a routing.Actor, _ *thing) int {
	if a.MayOrganise() {
		return hidden
	}
	return forbidden
}

// organises is the policy on a unit and what is in it.
func organises(_ *matrix, a routing.Actor, x *thing) int {
	return or403(a.MayOrganise() && (x.name != "another district's"))
}
