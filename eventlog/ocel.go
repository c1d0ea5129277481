package eventlog

import (
	"bufio"
	"encoding/json"
	"io"
	"slices"
	"strings"
)

// The types of objects, and the prefixes of their ids: documents, shares and
// directions have ids of their own, which no unit and no person has.
const (
	typeDocument   = "document"
	typeAssignment = "assignment"
	typeDirection  = "direction"
	typeUnit       = "unit"
	typeOfficer    = "officer"

	unitPrefix    = "unit:"
	officerPrefix = "officer:"
)

type ocelType struct {
	Name       string          `json:"name"`
	Attributes []ocelAttribute `json:"attributes"`
}

type ocelAttribute struct {
	Name string `json:"name"`
	Type string `json:"type"`
}

type ocelValue struct {
	Name  string `json:"name"`
	Time  string `json:"time,omitempty"` // of objects only
	Value string `json:"value"`
}

type ocelRelation struct {
	ObjectID  string `json:"objectId"`
	Qualifier string `json:"qualifier"`
}

type ocelEvent struct {
	ID            string         `json:"id"`
	Type          string         `json:"type"`
	Time          string         `json:"time"`
	Attributes    []ocelValue    `json:"attributes"`
	Relationships []ocelRelation `json:"relationships"`
}

type ocelObject struct {
	ID            string         `json:"id"`
	Type          string         `json:"type"`
	Attributes    []ocelValue    `json:"attributes"`
	Relationships []ocelRelation `json:"relationships,omitempty"`
}

// ocelObjects are the types of objects with their attributes.
var ocelObjects = []ocelType{
	{typeDocument, ocelStrings("number", "type", "urgency", "channel", "status")},
	{typeAssignment, append(ocelStrings("role", "status"), ocelAttribute{"due", "time"})},
	{typeDirection, ocelStrings("kind")},
	{typeUnit, ocelStrings("code", "name")},
	{typeOfficer, ocelStrings("role")},
}

func ocelStrings(names ...string) (out []ocelAttribute) {
	for _, name := range names {
		out = append(out, ocelAttribute{name, "string"})
	}
	return out
}

// ocelLog writes OCEL 2.0 as JSON: first all events, then, the cases being handed
// over again, the objects, then the types that were met. It keeps the units, the
// persons and the kinds of acts of the log, of which there are few.
type ocelLog struct {
	out      *bufio.Writer
	err      error
	objects  bool // being handed over again
	first    bool // nothing stands in the present list yet
	kinds    map[string]bool
	units    map[string]Unit
	officers map[string]string // id → office in which he acted last
	groups   map[string]string // id → unit in which he acted last
}

func newOCEL(w io.Writer) (Log, error) {
	l := &ocelLog{out: bufio.NewWriterSize(w, 32<<10), first: true, kinds: map[string]bool{}, units: map[string]Unit{}, officers: map[string]string{}, groups: map[string]string{}}
	l.text(`{"events":[`)
	return l, l.err
}

// Case adds the events of a case, and the second time its objects.
func (l *ocelLog) Case(c Case) error {
	if l.objects {
		l.document(c)
		return l.err
	}
	for _, e := range c.Events {
		l.kinds[e.Activity] = true
		related := []ocelRelation{{c.ID, typeDocument}}
		if e.Share != "" {
			related = append(related, ocelRelation{e.Share, typeAssignment})
		}
		if e.Direction != "" {
			related = append(related, ocelRelation{e.Direction, typeDirection})
		}
		if e.Unit.ID != "" {
			related = append(related, ocelRelation{l.unit(e.Unit), "concerns"})
		}
		if e.Resource != "" {
			related = append(related, ocelRelation{l.officer(e), "by"})
		}
		l.item(ocelEvent{"event:" + e.ID, e.Activity, instant(e.At), []ocelValue{{Name: "state", Value: e.State}}, related})
	}
	return l.err
}

func (l *ocelLog) unit(u Unit) string {
	l.units[u.ID] = u
	return unitPrefix + u.ID
}

func (l *ocelLog) officer(e Event) string {
	l.officers[e.Resource] = e.Role
	if e.Group.ID != "" {
		l.groups[e.Resource] = l.unit(e.Group)
	}
	return officerPrefix + e.Resource
}

// document adds a document with its directions and shares.
func (l *ocelLog) document(c Case) {
	since := instant(c.Registered)
	l.item(ocelObject{c.ID, typeDocument, ocelValues(since, "number", c.Number, "type", c.Type, "urgency", c.Urgency, "channel", c.Channel, "status", c.Status),
		[]ocelRelation{{l.unit(c.Book), "registered by"}}})
	for _, d := range c.Directions {
		l.item(ocelObject{d.ID, typeDirection, ocelValues(instant(d.Given), "kind", d.Kind), []ocelRelation{{c.ID, "of"}, {l.unit(d.Unit), "given by"}}})
	}
	for _, s := range c.Shares {
		related := []ocelRelation{{c.ID, "of"}, {l.unit(s.Unit), "held by"}, {s.Direction, "given with"}}
		if s.Parent != "" {
			related = append(related, ocelRelation{s.Parent, "below"})
		}
		values := ocelValues(instant(s.Sent), "role", s.Role, "status", s.Status)
		if !s.Due.IsZero() {
			values = append(values, ocelValue{"due", instant(s.Sent), instant(s.Due)})
		}
		l.item(ocelObject{s.ID, typeAssignment, values, related})
	}
}

// ocelValues are pairs of name and value since an instant; what is empty is left out.
func ocelValues(since string, pairs ...string) []ocelValue {
	out := []ocelValue{}
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			out = append(out, ocelValue{pairs[i], since, pairs[i+1]})
		}
	}
	return out
}

// epoch is since when an attribute holds that always did.
const epoch = "1970-01-01T00:00:00Z"

// Again is needed once: for the objects.
func (l *ocelLog) Again() (bool, error) {
	if l.objects {
		return false, l.err
	}
	l.text(`],"objects":[`)
	l.objects, l.first = true, true
	return true, l.err
}

// Close adds units and persons, and the types of all.
func (l *ocelLog) Close() error {
	for _, id := range sorted(l.units) {
		l.item(ocelObject{unitPrefix + id, typeUnit, ocelValues(epoch, "code", l.units[id].Code, "name", l.units[id].Name), nil})
	}
	for _, who := range sorted(l.officers) {
		o := ocelObject{officerPrefix + who, typeOfficer, ocelValues(epoch, "role", l.officers[who]), nil}
		if group := l.groups[who]; group != "" {
			o.Relationships = []ocelRelation{{group, "of"}}
		}
		l.item(o)
	}
	l.text(`],"objectTypes":`)
	l.value(ocelObjects)
	kinds := []ocelType{}
	for _, kind := range sorted(l.kinds) {
		kinds = append(kinds, ocelType{kind, ocelStrings("state")})
	}
	l.text(`,"eventTypes":`)
	l.value(kinds)
	l.text("}\n")
	if l.err != nil {
		return l.err
	}
	return l.out.Flush()
}

func sorted[V any](of map[string]V) (keys []string) {
	for key := range of {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, strings.Compare)
	return keys
}

func (l *ocelLog) item(v any) {
	if !l.first {
		l.text(",\n")
	}
	l.first = false
	l.value(v)
}

func (l *ocelLog) value(v any) {
	if l.err != nil {
		return
	}
	data, err := json.Marshal(v)
	if err != nil {
		l.err = err
		return
	}
	_, l.err = l.out.Write(data)
}

func (l *ocelLog) text(s string) {
	if l.err == nil {
		_, l.err = l.out.WriteString(s)
	}
}
