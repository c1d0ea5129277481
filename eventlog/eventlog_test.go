package eventlog_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"congvan/eventlog"

	"github.com/stretchr/testify/require"
)

var (
	district = eventlog.Unit{ID: "u-quan", Code: "QHĐ", Name: "UBND quận <Hà Đông> & \"khác\""}
	ward     = eventlog.Unit{ID: "u-ml", Code: "ML", Name: "Phường Mộ Lao"}
	began    = time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)
)

func sample() []eventlog.Case {
	return []eventlog.Case{{
		ID: "d1", Number: "2026/1", Book: district, Type: "Công văn", Urgency: "normal", Channel: "paper", Status: "directed", Registered: began,
		Directions: []eventlog.Direction{{ID: "g1", Kind: "first", Unit: district, Given: began.Add(time.Hour)}},
		Shares: []eventlog.Share{{ID: "s1", Direction: "g1", Unit: ward, Role: "lead", Status: "sent", Sent: began.Add(time.Hour), Due: began.Add(48 * time.Hour)},
			{ID: "s2", Direction: "g1", Parent: "s1", Unit: ward, Role: "execute", Status: "sent", Sent: began.Add(time.Hour)}},
		Events: []eventlog.Event{
			{ID: "1", At: began, Activity: "registered", State: "registered", Unit: district, Resource: "=cmd|' /C calc'!A0", Role: "clerk", Group: district},
			{ID: "2", At: began.Add(time.Hour), Activity: "directed", State: "directed", Direction: "g1", Unit: district, Resource: "p-2 & <b>\x01", Role: "chairman", Group: district},
			{ID: "3", At: began.Add(time.Hour), Activity: "dispatched", State: "sent", Share: "s1", Unit: ward},
		},
	}, {ID: "d2", Number: "2026/2", Book: district, Status: "registered", Registered: began,
		Events: []eventlog.Event{{ID: "4", At: began, Activity: "registered", State: "registered", Unit: district, Resource: "p-1", Role: "clerk", Group: district}}}}
}

func written(t *testing.T, name string, cases []eventlog.Case) []byte {
	t.Helper()
	for _, f := range eventlog.Formats {
		if f.Name != name {
			continue
		}
		var out bytes.Buffer
		log, err := f.New(&out)
		require.NoError(t, err)
		for again := true; again; {
			for _, c := range cases {
				require.NoError(t, log.Case(c))
			}
			again, err = log.Again()
			require.NoError(t, err)
		}
		require.NoError(t, log.Close())
		return out.Bytes()
	}
	t.Fatal("no such form")
	return nil
}

func TestCSVHasARowForEachEvent_I07(t *testing.T) {
	t.Parallel()
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(written(t, "csv", sample())), "\ufeff"))).ReadAll()
	require.NoError(t, err)
	require.Equal(t, eventlog.Columns, rows[0])
	require.Len(t, rows, 5)
	require.Equal(t, "'=cmd|' /C calc'!A0", rows[1][4], "no spreadsheet takes it for a formula")
	require.Equal(t, []string{"d1", "dispatched", "2026-11-23T02:00:00.000000Z", "complete", "he-thong"}, rows[3][:5])
}

func TestXESHasTheStructureOfTheStandard(t *testing.T) {
	t.Parallel()
	for name, cases := range map[string][]eventlog.Case{"of two": sample(), "of nothing": nil} {
		require.NoError(t, checkXES(written(t, "xes", cases)), name)
	}
	text := string(written(t, "xes", sample()))
	require.Equal(t, 2, strings.Count(text, "<trace>"))
	require.Equal(t, 4, strings.Count(text, "<event>"))
	require.Contains(t, text, `<string key="org:resource" value="p-2 &amp; &lt;b&gt;`)
	// A check that takes everything proves nothing.
	for what, bad := range map[string]string{
		"cut": text[:len(text)/2], "no version": strings.Replace(text, `xes.version="1849.2016" `, "", 1), "an attribute that no extension knows": strings.Replace(text, `key="org:role"`, `key="other:role"`, 1),
		"no time": strings.Replace(text, `<date key="time:timestamp" value="2026-11-23T01:00:00.000000Z"/>`, "", 1), "a date that is none": strings.Replace(text, `value="2026-11-23T01:00:00.000000Z"`, `value="hôm nay"`, 1),
		"a trace in an event": strings.Replace(text, "</event>", "<trace></trace></event>", 1), "a key twice": strings.Replace(text, `key="org:role"`, `key="org:resource"`, 1),
	} {
		require.NotEqual(t, text, bad, what)
		require.Error(t, checkXES([]byte(bad)), what)
	}
}

// checkXES checks what IEEE 1849 demands of the structure of a log: the root with its
// version, the order of its elements, typed attributes with one value per key, of
// declared extensions, and the global attributes in each trace and event.
func checkXES(text []byte) error {
	places := map[string]int{"extension": 1, "global": 2, "classifier": 3, "string": 4, "date": 4, "int": 4, "float": 4, "boolean": 4, "id": 4, "list": 4, "container": 4, "trace": 5, "event": 6}
	d := xml.NewDecoder(bytes.NewReader(text))
	prefixes, globals := map[string]bool{}, map[string][]string{}
	var stack []string
	var keys []map[string]bool
	place, roots := 0, 0
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			if roots != 1 || len(stack) != 0 {
				return errors.New("not one whole log")
			}
			return nil
		}
		if err != nil {
			return err
		}
		switch x := token.(type) {
		case xml.StartElement:
			attrs := map[string]string{}
			for _, a := range x.Attr {
				attrs[a.Name.Local] = a.Value
			}
			name, in := x.Name.Local, ""
			if len(stack) > 0 {
				in = stack[len(stack)-1]
			}
			switch {
			case in == "":
				if roots++; name != "log" || x.Name.Space != "http://www.xes-standard.org/" || attrs["xes.version"] == "" {
					return errors.New("no log with a version")
				}
			case in == "log":
				if places[name] < place || places[name] == 0 {
					return fmt.Errorf("%s in the wrong place", name)
				}
				place = places[name]
			case name == "trace" || name == "event" && in != "trace":
				return fmt.Errorf("%s in %s", name, in)
			}
			switch name {
			case "extension":
				if attrs["name"] == "" || attrs["uri"] == "" {
					return errors.New("an extension without a name")
				}
				prefixes[attrs["prefix"]] = true
			case "string", "date", "int", "float", "boolean", "id":
				key := attrs["key"]
				if prefix, _, ok := strings.Cut(key, ":"); key == "" || ok && !prefixes[prefix] {
					return fmt.Errorf("the key %q is of no extension", key)
				}
				if keys[len(keys)-1][key] {
					return fmt.Errorf("the key %q twice", key)
				}
				keys[len(keys)-1][key] = true
				if name == "date" {
					if _, err := time.Parse(time.RFC3339Nano, attrs["value"]); err != nil {
						return err
					}
				}
			}
			if name == "global" {
				name = "global " + attrs["scope"]
			}
			stack, keys = append(stack, name), append(keys, map[string]bool{})
		case xml.EndElement:
			name, had := stack[len(stack)-1], keys[len(keys)-1]
			stack, keys = stack[:len(stack)-1], keys[:len(keys)-1]
			if scope, ok := strings.CutPrefix(name, "global "); ok {
				for key := range had {
					globals[scope] = append(globals[scope], key)
				}
			}
			for _, key := range globals[name] {
				if !had[key] {
					return fmt.Errorf("%s without %s", name, key)
				}
			}
		}
	}
}

func TestOCELKeepsTheRulesOfItsSchema(t *testing.T) {
	t.Parallel()
	for name, cases := range map[string][]eventlog.Case{"of two": sample(), "of nothing": nil} {
		require.NoError(t, checkOCEL(written(t, "ocel", cases)), name)
	}
	text := string(written(t, "ocel", sample()))
	for _, kind := range []string{"document", "assignment", "unit", "direction", "officer"} {
		require.Contains(t, text, `"type":"`+kind+`"`)
	}
	for what, bad := range map[string]string{
		"cut": text[:len(text)-3], "a relation to nothing": strings.Replace(text, `"objectId":"d1"`, `"objectId":"d9"`, 1),
		"an id twice": strings.Replace(text, `"id":"d2","type"`, `"id":"d1","type"`, 1), "a type that is not declared": strings.Replace(text, `"type":"dispatched"`, `"type":"flown"`, 1),
		"an attribute that is not declared": strings.Replace(text, `"name":"urgency","time"`, `"name":"hurry","time"`, 1), "a time that is none": strings.Replace(text, `"time":"2026`, `"time":"hôm nay 2026`, 1),
		"a member too many": strings.Replace(text, `{"events"`, `{"more":1,"events"`, 1),
	} {
		require.NotEqual(t, text, bad, what)
		require.Error(t, checkOCEL([]byte(bad)), what)
	}
}

// checkOCEL checks what OCEL 2.0 demands of a log as JSON: its members, declared
// types and attributes, ids that are one thing's only, times, relations to objects
// that are there.
func checkOCEL(text []byte) error {
	type value struct {
		Name  string  `json:"name"`
		Time  *string `json:"time"`
		Value *string `json:"value"`
	}
	type relation struct {
		ObjectID  string `json:"objectId"`
		Qualifier string `json:"qualifier"`
	}
	type kind struct {
		Name       string `json:"name"`
		Attributes []struct {
			Name string `json:"name"`
			Type string `json:"type"`
		} `json:"attributes"`
	}
	type item struct {
		ID            string     `json:"id"`
		Type          string     `json:"type"`
		Time          *string    `json:"time"`
		Attributes    []value    `json:"attributes"`
		Relationships []relation `json:"relationships"`
	}
	var log struct {
		ObjectTypes *[]kind `json:"objectTypes"`
		EventTypes  *[]kind `json:"eventTypes"`
		Objects     *[]item `json:"objects"`
		Events      *[]item `json:"events"`
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&log); err != nil {
		return err
	}
	if log.ObjectTypes == nil || log.EventTypes == nil || log.Objects == nil || log.Events == nil {
		return errors.New("a member is missing")
	}
	declared := func(kinds []kind) map[string]map[string]bool {
		out := map[string]map[string]bool{}
		for _, k := range kinds {
			out[k.Name] = map[string]bool{}
			for _, a := range k.Attributes {
				out[k.Name][a.Name] = strings.Contains(" string time integer float boolean ", " "+a.Type+" ")
			}
		}
		return out
	}
	ids := map[string]bool{}
	objects := map[string]bool{}
	for _, o := range *log.Objects {
		objects[o.ID] = true
	}
	check := func(x item, kinds map[string]map[string]bool, timed bool) error {
		if x.ID == "" || ids[x.ID] || kinds[x.Type] == nil {
			return fmt.Errorf("%s: an id twice or a type that is not declared", x.ID)
		}
		ids[x.ID] = true
		for _, a := range x.Attributes {
			if !kinds[x.Type][a.Name] || a.Value == nil || (a.Time != nil) != timed {
				return fmt.Errorf("%s: attribute %s", x.ID, a.Name)
			}
			if timed {
				if _, err := time.Parse(time.RFC3339Nano, *a.Time); err != nil {
					return err
				}
			}
		}
		for _, r := range x.Relationships {
			if !objects[r.ObjectID] || r.Qualifier == "" {
				return fmt.Errorf("%s: related to %s", x.ID, r.ObjectID)
			}
		}
		return nil
	}
	kinds := declared(*log.ObjectTypes)
	for _, o := range *log.Objects {
		if err := check(o, kinds, true); err != nil {
			return err
		}
	}
	kinds = declared(*log.EventTypes)
	for _, e := range *log.Events {
		if e.Time == nil {
			return errors.New("an event without a time")
		}
		if _, err := time.Parse(time.RFC3339Nano, *e.Time); err != nil {
			return err
		}
		if err := check(e, kinds, false); err != nil {
			return err
		}
	}
	return nil
}
