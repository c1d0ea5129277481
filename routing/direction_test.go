package routing_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"congvan/routing"
)

// fiveClear is a direction that leaves nothing open.
func fiveClear(recipients ...routing.Recipient) routing.Direction {
	return routing.Direction{Text: "Kiểm tra trật tự đô thị", Process: "Phường báo cáo phòng", Result: "Báo cáo kết quả",
		Recipients: recipients}
}

func lead(unit routing.ID) routing.Recipient {
	return routing.Recipient{UnitID: unit, Role: routing.Lead}
}

func execute(unit routing.ID) routing.Recipient {
	return routing.Recipient{UnitID: unit, Role: routing.Execute}
}

func TestACompleteDirectionPasses(t *testing.T) {
	t.Parallel()
	officer := routing.Recipient{UnitID: "qldt", PositionID: "chuyenvien", Role: routing.Execute}
	for name, c := range map[string]struct {
		d      routing.Direction
		holder routing.ID
	}{
		"one lead":                             {fiveClear(lead("qldt")), ""},
		"a lead and all other roles":           {fiveClear(lead("qldt"), execute("molao"), routing.Recipient{UnitID: "tp", Role: routing.Coordinate}, routing.Recipient{UnitID: "vp", Role: routing.Inform}), ""},
		"the holder keeps the lead":            {fiveClear(lead("qldt"), execute("molao")), "qldt"},
		"the holder leads, his officer works":  {fiveClear(lead("qldt"), officer), "qldt"},
		"an officer leads":                     {fiveClear(routing.Recipient{UnitID: "qldt", PositionID: "chuyenvien", Role: routing.Lead}), "qldt"},
		"the longest text":                     {routing.Direction{Text: strings.Repeat("ậ", 4000), Process: "p", Result: "r", Recipients: []routing.Recipient{lead("qldt")}}, ""},
		"two officers of the same unit":        {fiveClear(lead("qldt"), officer, routing.Recipient{UnitID: "qldt", PositionID: "another", Role: routing.Execute}), "qldt"},
		"a unit and, beside it, nobody of its": {fiveClear(lead("qldt"), execute("molao"), execute("vanquan")), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.NoError(t, check(c.d, c.holder))
		})
	}
}

// NĐ 30/2020, Điều 23 khoản 2: several units: name chủ trì, phối hợp và thời hạn.
func TestExactlyOneLead_ND30_Dieu23_khoan2(t *testing.T) {
	t.Parallel()
	two := fiveClear(lead("qldt"), lead("tnmt"))
	require.Equal(t, 2, refusal(t, check(two, ""), routing.ErrLead).Details["leads"])
	none := fiveClear(execute("qldt"))
	require.Equal(t, 0, refusal(t, check(none, ""), routing.ErrLead).Details["leads"])
	selfAndAnother := fiveClear(lead("qldt"), lead("molao"))
	refusal(t, check(selfAndAnother, "qldt"), routing.ErrLead)
}

// check checks a direction out of the assignment of a unit, or, without one,
// the first direction on a document.
func check(d routing.Direction, holder routing.ID) error {
	if holder == "" {
		return d.Check("quan", false)
	}
	return d.Check(holder, true)
}

func TestWorkIsLaidDownwards(t *testing.T) {
	t.Parallel()
	quan := routing.Unit{ID: "quan", Kind: routing.District}
	qldt := routing.Unit{ID: "qldt", ParentID: "quan", Kind: routing.Department}
	tnmt := routing.Unit{ID: "tnmt", ParentID: "quan", Kind: routing.Department}
	molao := routing.Unit{ID: "molao", ParentID: "quan", Kind: routing.Ward}
	vanquan := routing.Unit{ID: "vanquan", ParentID: "quan", Kind: routing.Ward}
	elsewhere := routing.Unit{ID: "dongda", ParentID: "other", Kind: routing.Ward}
	for name, c := range map[string]struct {
		from, to routing.Unit
		want     bool
	}{
		"the district on its office":            {quan, qldt, true},
		"the district on its ward":              {quan, molao, true},
		"an office on a ward (thừa lệnh)":       {qldt, molao, true},
		"an office on a ward of another":        {qldt, elsewhere, false},
		"an office on another office: sideways": {qldt, tnmt, false},
		"a ward on another ward: sideways":      {molao, vanquan, false},
		"a ward on an office":                   {molao, qldt, false},
		"an office on the district: upwards":    {qldt, quan, false},
		"a unit on itself":                      {qldt, qldt, false},
		"units without a parent":                {routing.Unit{ID: "a", Kind: routing.Department}, routing.Unit{ID: "b", Kind: routing.Ward}, false},
	} {
		require.Equal(t, c.want, c.from.HandsTo(c.to), name)
	}
}

func TestEachOfTheFiveClearIsNamed(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spoil  func(*routing.Direction)
		holder routing.ID
		want   []string
	}{
		"rõ việc":                {func(d *routing.Direction) { d.Text = " \n" }, "", []string{"task"}},
		"rõ quy trình":           {func(d *routing.Direction) { d.Process = "" }, "", []string{"process"}},
		"rõ hiệu quả":            {func(d *routing.Direction) { d.Result = "\t" }, "", []string{"result"}},
		"rõ người":               {func(d *routing.Direction) { d.Recipients = d.Recipients[:1] }, "qldt", []string{"people"}},
		"rõ người, trách nhiệm":  {func(d *routing.Direction) { d.Recipients = nil }, "", []string{"people", "responsibility"}},
		"rõ trách nhiệm và việc": {func(d *routing.Direction) { d.Recipients, d.Text = d.Recipients[1:], "" }, "", []string{"task", "responsibility"}},
		"nothing at all":         {func(d *routing.Direction) { *d = routing.Direction{} }, "", []string{"people", "task", "process", "responsibility", "result"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := fiveClear(lead("qldt"), execute("molao"))
			c.spoil(&d)
			require.Equal(t, c.want, refusal(t, check(d, c.holder), routing.ErrIncomplete).Details["open"])
		})
	}
}

func TestRecipientsThatCannotBe(t *testing.T) {
	t.Parallel()
	officerOf := func(unit routing.ID) routing.Recipient {
		return routing.Recipient{UnitID: unit, PositionID: "chuyenvien", Role: routing.Execute}
	}
	for name, c := range map[string]struct {
		d      routing.Direction
		holder routing.ID
	}{
		"a unit twice":                       {fiveClear(lead("qldt"), execute("qldt")), ""},
		"an officer twice":                   {fiveClear(lead("qldt"), officerOf("qldt"), officerOf("qldt")), "qldt"},
		"no unit":                            {fiveClear(lead("")), ""},
		"an unknown role":                    {fiveClear(lead("qldt"), routing.Recipient{UnitID: "molao", Role: "boss"}), ""},
		"an officer of another unit":         {fiveClear(lead("qldt"), officerOf("molao")), "qldt"},
		"an officer in the first direction":  {fiveClear(lead("qldt"), officerOf("molao")), ""},
		"the giver itself, first direction":  {fiveClear(lead("quan")), ""},
		"the holder as one of the executing": {fiveClear(lead("molao"), execute("qldt")), "qldt"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			refusal(t, check(c.d, c.holder), routing.ErrRecipients)
		})
	}
}

func TestDirectionTextsAreChecked(t *testing.T) {
	t.Parallel()
	long := fiveClear(lead("qldt"))
	long.Result = strings.Repeat("ậ", 4001)
	require.Contains(t, refusal(t, check(long, ""), routing.ErrField).Details["fields"], "result")
	secret := fiveClear(lead("qldt"))
	secret.Process = "Theo kế hoạch\nTỐI MẬT"
	refusal(t, check(secret, ""), routing.ErrStateSecret)
}

func TestTheHolderGetsNoSecondAssignment(t *testing.T) {
	t.Parallel()
	d := fiveClear(lead("qldt"), execute("molao"), routing.Recipient{UnitID: "qldt", PositionID: "chuyenvien", Role: routing.Execute})
	require.Equal(t, d.Recipients[1:], d.Dispatched("qldt"))
	require.Equal(t, d.Recipients, d.Dispatched("quan"))
}

// NĐ 30/2020, Điều 23 khoản 2 and Điều 24: a time limit that can be kept.
func TestCheckDue_ND30_Dieu23_khoan2(t *testing.T) {
	t.Parallel()
	now, receiveDue := at("2026-11-23 09:00"), at("2026-11-23 17:00") // a Monday; 24/11 is a day off in 2026
	for name, c := range map[string]struct {
		role  routing.Role
		due   time.Time
		plain bool
		want  *routing.Error
	}{
		"in two working days":                {routing.Execute, at("2026-11-25 17:00"), false, nil},
		"together with the receipt":          {routing.Lead, receiveDue, false, nil},
		"for information: none needed":       {routing.Inform, time.Time{}, false, nil},
		"for information: none taken":        {routing.Inform, at("2026-11-25 09:00"), false, routing.ErrField},
		"missing for the lead":               {routing.Lead, time.Time{}, false, routing.ErrDueMissing},
		"missing for a coordinating unit":    {routing.Coordinate, time.Time{}, false, routing.ErrDueMissing},
		"in the past":                        {routing.Execute, now.Add(-time.Microsecond), false, routing.ErrDuePast},
		"this very instant":                  {routing.Execute, now, false, routing.ErrDuePast},
		"on Ngày Văn hóa Việt Nam":           {routing.Execute, at("2026-11-24 10:00"), false, routing.ErrDueDayOff},
		"in eleven years":                    {routing.Execute, now.AddDate(11, 0, 0), true, routing.ErrDueFar},
		"on a Sunday":                        {routing.Execute, at("2026-11-29 10:00"), false, routing.ErrDueDayOff},
		"on a Sunday, the clock never rests": {routing.Execute, at("2026-11-29 10:00"), true, nil},
		"before the receipt":                 {routing.Execute, receiveDue.Add(-time.Minute), false, routing.ErrDueBeforeReceipt},
		"before the receipt, plain":          {routing.Execute, receiveDue.Add(-time.Minute), true, routing.ErrDueBeforeReceipt},
		"a day by Vietnamese date, not UTC":  {routing.Execute, at("2026-11-25 00:30"), false, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := routing.Recipient{UnitID: "molao", Role: c.role, Due: c.due}.CheckDue(now, receiveDue, office, c.plain)
			if c.want == nil {
				require.NoError(t, err)
				return
			}
			refusal(t, err, c.want)
		})
	}
}
