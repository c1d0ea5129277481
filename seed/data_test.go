package seed

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/stretchr/testify/require"

	"congvan/calendar"
	"congvan/routing"
)

func unitsOf(kind string) []Unit {
	return slices.DeleteFunc(slices.Clone(HaDong().Units), func(u Unit) bool { return u.Kind != kind })
}

func offices(unit string) (list []routing.Office) {
	for _, p := range HaDong().Positions {
		if p.Unit == unit {
			list = append(list, p.Office)
		}
	}
	return list
}

func TestChartHasItsUnits(t *testing.T) {
	require.Len(t, unitsOf("district"), 1)
	require.Len(t, unitsOf("office"), 12)
	require.Len(t, unitsOf("ward"), 17)

	keys, codes := map[string]bool{}, map[string]bool{}
	for _, u := range HaDong().Units {
		require.False(t, keys[u.Key] || codes[u.Code], u.Key)
		keys[u.Key], codes[u.Code] = true, true
		require.Equal(t, u.Kind == "district", u.Parent == "", u.Key)
		require.True(t, u.ValidTo.IsZero(), u.Key)
	}
	ward := regexp.MustCompile(`^(09|10)\d{3}$`) // GSO codes of the wards of district 268
	for _, u := range unitsOf("ward") {
		require.Regexp(t, ward, u.Code)
		require.True(t, strings.HasPrefix(u.Name, "UBND phường "), u.Name)
	}
}

func TestChartHasItsPositions(t *testing.T) {
	require.Equal(t, []routing.Office{routing.Chairman, routing.Deputy, routing.Deputy, routing.Deputy, routing.Clerk, routing.Inspector, routing.Admin}, offices("quan"))
	require.Equal(t, []routing.Office{routing.Chief, routing.Clerk, routing.Officer}, offices("vp"))
	for _, u := range append(unitsOf("office"), unitsOf("ward")...) {
		if u.Key != "vp" {
			require.Equal(t, []routing.Office{routing.Head, routing.Clerk, routing.Officer}, offices(u.Key), u.Key)
		}
	}
	require.Len(t, HaDong().Positions, 7+3+11*3+17*3)

	typed := regexp.MustCompile(`^[a-z]+(\.[a-z]+)?$`)
	fields := map[string]bool{}
	for _, p := range HaDong().Positions {
		require.Regexp(t, typed, p.Code)
		require.Equal(t, p.Office == routing.Deputy, len(p.Fields) > 0, p.Code)
		for _, f := range p.Fields {
			require.False(t, fields[f], "two deputies for %s", f)
			fields[f] = true
		}
	}
	for _, code := range []string{"chutich.quan", "truong.qldt", "chanhvanphong", "chutich.molao", "vanthu.quan", "quantri"} {
		require.True(t, slices.ContainsFunc(HaDong().Positions, func(p Position) bool { return p.Code == code }), code)
	}
}

// What people see and search is composed (NFC): no mark stands by itself.
func TestTextsAreComposed(t *testing.T) {
	for _, data := range [][]byte{hadongJSON, laddersJSON} {
		require.False(t, strings.ContainsFunc(string(data), func(r rune) bool { return unicode.Is(unicode.Mn, r) }))
	}
}

func TestIDsDoNotChange(t *testing.T) {
	require.Equal(t, routing.ID("633f2786-c408-5380-96a9-e0b034c67afa"), HaDong().UnitID("quan"))
	require.Equal(t, routing.ID("c05ac770-a8a4-5618-a12e-e0c1e952b4e7"), PositionID("chutich.quan"))
	require.Equal(t, routing.ID("dfae5b3c-52d7-5291-a4a5-ce8d5892f664"), accountID("chutich.quan"))
}

func TestChartRefuses(t *testing.T) {
	const unit = `{"key": "a", "kind": "ward", "code": "1", "name": "A", "valid_from": "2015-01-01"}`
	for name, c := range map[string]struct{ file, says string }{
		"an unknown field":          {`{"unitz": []}`, "unknown field"},
		"a unit's unknown field":    {`{"units": [{"key": "a", "colour": "red"}]}`, "unknown field"},
		"something after the chart": {`{} {}`, "more than one value"},
		"no day":                    {`{"units": [{"key": "a", "code": "1", "name": "A"}]}`, "valid_from"},
		"two open versions":         {`{"units": [` + unit + `,` + unit + `]}`, "has not ended"},
		"a code in use":             {`{"units": [` + unit + `,{"key": "b", "code": "1", "name": "B", "valid_from": "2015-01-01"}]}`, "in use twice"},
		"bad hours":                 {`{"units": [{"key": "a", "code": "1", "name": "A", "valid_from": "2015-01-01", "office_hours": "8-12"}]}`, "08:00-12:00"},
		"an unknown parent":         {`{"units": [{"key": "a", "code": "1", "name": "A", "valid_from": "2015-01-01", "parent": "b"}]}`, `unknown unit "b"`},
		"an unknown predecessor":    {`{"units": [{"key": "a", "code": "1", "name": "A", "valid_from": "2015-01-01", "predecessors": ["b"]}]}`, `unknown unit "b"`},
		"a position of no unit":     {`{"positions": [{"code": "p", "title": "P", "valid_from": "2015-01-01", "unit": "b"}]}`, `unknown unit "b"`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := parseChart([]byte(c.file))
			require.ErrorContains(t, err, c.says)
		})
	}
}

// The mergers of 2025 in the file's form: a ward ends, its code goes to another.
func TestChartTakesAMerger(t *testing.T) {
	_, err := parseChart([]byte(`{"code": "x", "units": [
		{"key": "hacau", "kind": "ward", "code": "09556", "name": "UBND phường Hà Cầu", "valid_from": "2015-01-01", "valid_to": "2025-07-01"},
		{"key": "hadong", "kind": "ward", "code": "09556", "name": "UBND phường Hà Đông", "valid_from": "2025-07-01", "predecessors": ["hacau"]}
	]}`))
	require.NoError(t, err)
}

func TestEveryUrgencyHasALadder(t *testing.T) {
	var codes []string
	for _, l := range Ladders() {
		codes = append(codes, l.Code)
		require.Equal(t, l.Code == "demo", l.Plain(), l.Code)
	}
	for _, u := range routing.Urgencies {
		require.Contains(t, codes, string(u))
	}
	require.Len(t, codes, len(routing.Urgencies)+1)
}

func TestLaddersReachTheTop(t *testing.T) {
	for _, l := range Ladders() {
		told := map[routing.DeadlineKind]map[routing.Audience]bool{}
		for _, r := range l.Rungs {
			for _, a := range r.Tell {
				if told[r.Kind] == nil {
					told[r.Kind] = map[routing.Audience]bool{}
				}
				told[r.Kind][a] = true
			}
		}
		require.NoError(t, l.Check(), l.Code)
		require.True(t, told[routing.AwaitReceipt][routing.TellHolder], l.Code)
		if l.Code != "demo" {
			require.True(t, told[routing.AwaitNotice][routing.TellClerk], l.Code)
			require.True(t, told[routing.AwaitPresenting][routing.TellClerk], l.Code)
			require.True(t, told[routing.AwaitPresenting][routing.TellChief], l.Code)
		}
		for _, kind := range []routing.DeadlineKind{routing.AwaitDirection, routing.AwaitReceipt, routing.AwaitReport} {
			require.True(t, told[kind][routing.TellChief], "%s, %s", l.Code, kind)
			if l.Code != "demo" {
				require.True(t, told[kind][routing.TellChairman], "%s, %s", l.Code, kind)
			}
		}
		require.True(t, told[routing.AwaitReceipt][routing.TellChairman], l.Code)
		require.True(t, told[routing.AwaitApproval][routing.TellGiver], l.Code)
	}
}

// Spans of different clocks are compared where it matters: as instants, for
// deadlines in the morning, at closing time, before a weekend and a holiday.
func TestLaddersAscend(t *testing.T) {
	clock := calendar.NewClock(calendar.Vietnam(), calendar.DefaultHours())
	for _, l := range Ladders() {
		for _, text := range []string{"2026-11-23T08:00:00+07:00", "2026-11-23T17:00:00+07:00", "2026-11-27T11:30:00+07:00", "2026-11-27T17:00:00+07:00"} {
			due, err := time.Parse(time.RFC3339, text)
			require.NoError(t, err)
			last := map[routing.DeadlineKind]time.Time{}
			for _, r := range l.Rungs {
				at := r.When.After(due, clock)
				require.True(t, at.After(last[r.Kind]), "%s: %s, step %d, due %s", l.Code, r.Kind, r.Step, text)
				last[r.Kind] = at
			}
		}
	}
}

func TestUrgentIsSooner(t *testing.T) {
	clock := calendar.NewClock(calendar.Vietnam(), calendar.DefaultHours())
	from, err := time.Parse(time.RFC3339, "2026-11-23T08:30:00+07:00")
	require.NoError(t, err)
	span := map[string]routing.Ladder{}
	for _, l := range Ladders() {
		span[l.Code] = l
	}
	for i, u := range routing.Urgencies[1:] {
		slow, quick := span[string(u)], span[string(routing.Urgencies[i])]
		require.True(t, quick.Direction.After(from, clock).Before(slow.Direction.After(from, clock)), u)
		require.True(t, quick.Receipt.After(from, clock).Before(slow.Receipt.After(from, clock)), u)
		require.True(t, quick.Approval.After(from, clock).Before(slow.Approval.After(from, clock)), u)
		require.True(t, quick.RegisterDue(from, clock).Before(slow.RegisterDue(from, clock)), u)
		quickPresent, quickDirect := quick.Terms(from, clock)
		slowPresent, slowDirect := slow.Terms(from, clock)
		require.True(t, quickPresent.Before(slowPresent) && quickDirect.Before(slowDirect), u)
	}
}

// NĐ 30/2020, Điều 4 khoản 2 điểm c, Điều 23 khoản 1, Điều 24 khoản 2: urgent
// documents are registered, presented, passed on and received at once; all others
// have terms in working days.
func TestUrgentIsAtOnce_ND30_Dieu4_Dieu23_Dieu24(t *testing.T) {
	for _, l := range Ladders() {
		if l.Code == routing.DemoLadder {
			continue
		}
		for step, span := range map[string]routing.Span{"registering": *l.Registering, "presenting": *l.Presenting, "direction": l.Direction, "receipt": l.Receipt} {
			require.Equal(t, l.Code != string(routing.Normal), span.Immediate != 0, "%s: %s", l.Code, step)
		}
		require.Equal(t, routing.Span{}, *l.Notice, "%s: the sender hears the same day, Điều 21 khoản 2 điểm c", l.Code)
	}
}

// A ward that is sent something shortly before it closes is late at 17:00, as
// the law wants it, but nobody above hears of it before it had a morning.
func TestLateDispatchDisturbsTheClerkFirst(t *testing.T) {
	clock := calendar.NewClock(calendar.Vietnam(), calendar.DefaultHours())
	sent, err := time.Parse(time.RFC3339, "2026-11-26T16:50:00+07:00")
	require.NoError(t, err)
	normal := Ladders()[0]
	require.Equal(t, "normal", normal.Code)
	due := normal.Receipt.After(sent, clock)
	alarms := normal.Alarms([]routing.Deadline{{Kind: routing.AwaitReceipt, Since: sent, Due: due}}, func(routing.ID) calendar.Clock { return clock })
	var rings []string
	for _, a := range alarms {
		rings = append(rings, a.At.In(calendar.Location).Format("02/01 15:04:05 ")+string(a.Tell[0]))
	}
	require.Equal(t, []string{
		"26/11 17:00:01 holder", "27/11 10:00:00 giver", "27/11 12:00:00 chief", "27/11 17:00:00 chairman",
	}, rings)
}

// The example that administrators read is one that is taken.
func TestTheExampleOfTheDocs(t *testing.T) {
	text, err := os.ReadFile("../docs/ladders.md")
	require.NoError(t, err)
	_, rest, found := strings.Cut(string(text), "```json\n")
	require.True(t, found)
	example, _, _ := strings.Cut(rest, "```")
	ladders, err := parseLadders([]byte("[" + example + "]"))
	require.NoError(t, err)
	require.Len(t, ladders[0].Rungs, 7)
}

func TestLaddersRefuse(t *testing.T) {
	rung := func(r string) string { return `[{"code": "x", "name": "X", "rungs": [` + r + `]}]` }
	for name, c := range map[string]struct{ file, says string }{
		"an unknown field":      {`[{"code": "x", "colour": "red"}]`, "unknown field"},
		"a rung's unknown one":  {rung(`{"kind": "work", "after": "1h"}`), "unknown field"},
		"a span without unit":   {rung(`{"kind": "work", "step": 1, "when": "5", "tell": ["chief"]}`), "missing unit"},
		"an unknown kind":       {rung(`{"kind": "lunch", "step": 1, "when": "1h", "tell": ["chief"]}`), `không có loại thời hạn "lunch"`},
		"a missing step":        {rung(`{"kind": "work", "step": 2, "when": "1h", "tell": ["chief"]}`), "phải là nấc 1"},
		"no span":               {rung(`{"kind": "work", "step": 1, "when": "plain 0s", "tell": ["chief"]}`), "zero is written as 0d"},
		"nobody":                {rung(`{"kind": "work", "step": 1, "when": "1h"}`), "chưa báo cho ai"},
		"somebody unknown":      {rung(`{"kind": "work", "step": 1, "when": "1h", "tell": ["king"]}`), `không có đối tượng "king"`},
		"the giver of no thing": {rung(`{"kind": "direction", "step": 1, "when": "1h", "tell": ["giver"]}`), "chưa có ai giao việc"},
		"out of order":          {rung(`{"kind": "work", "step": 1, "when": "2h", "tell": ["chief"]}, {"kind": "work", "step": 2, "when": "plain 1s", "tell": ["chief"]}`), "phải sau nấc trước"},
		"no name":               {`[{"code": "x"}]`, "name:không được để trống"},
		"a double":              {`[{"code": "x", "name": "X"}, {"code": "x", "name": "X"}]`, "twice"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := parseLadders([]byte(c.file))
			require.ErrorContains(t, err, c.says)
		})
	}
}
