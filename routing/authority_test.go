package routing_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"congvan/routing"
)

func in(unit routing.ID, office routing.Office) routing.Actor {
	return routing.Actor{UnitID: unit, Office: office, PositionID: "position of " + routing.ID(office)}
}

// NĐ 30/2020, Điều 4 khoản 2 điểm b: Văn thư cơ quan registers.
func TestOnlyTheClerkRegisters_ND30_Dieu4(t *testing.T) {
	t.Parallel()
	for _, office := range offices {
		require.Equal(t, office == routing.Clerk, in("quan", office).MayRegister(), office)
	}
}

// NĐ 30/2020, Điều 23: the head of the organ, or the deputy by field, directs.
func TestMayDirect_ND30_Dieu23(t *testing.T) {
	t.Parallel()
	deputy := in("quan", routing.Deputy)
	deputy.Fields = []string{"đô thị", "kinh tế"}
	for name, c := range map[string]struct {
		actor routing.Actor
		field string
		want  bool
	}{
		"chairman, any field":               {in("quan", routing.Chairman), "văn xã", true},
		"chief":                             {in("quan", routing.Chief), "văn xã", true},
		"head":                              {in("quan", routing.Head), "", true},
		"deputy in his field":               {deputy, "đô thị", true},
		"deputy in his second field":        {deputy, "kinh tế", true},
		"deputy in another's field":         {deputy, "văn xã", false},
		"deputy without fields":             {in("quan", routing.Deputy), "đô thị", false},
		"deputy, document without a field":  {in("quan", routing.Deputy), "", true},
		"clerk":                             {in("quan", routing.Clerk), "", false},
		"officer":                           {in("quan", routing.Officer), "", false},
		"admin":                             {in("quan", routing.Admin), "", false},
		"chairman of another unit":          {in("molao", routing.Chairman), "", false},
		"deputy in his field, another unit": {routing.Actor{UnitID: "molao", Office: routing.Deputy, Fields: []string{"đô thị"}}, "đô thị", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := routing.Document{UnitID: "quan", Registration: routing.Registration{Field: c.field}}
			require.Equal(t, c.want, c.actor.MayDirect(d))
		})
	}
}

func TestActsOnADocumentBelongToItsUnit(t *testing.T) {
	t.Parallel()
	d := routing.Document{UnitID: "quan"}
	leaders := map[routing.Office]bool{routing.Chairman: true, routing.Deputy: true, routing.Chief: true, routing.Head: true}
	for _, office := range offices {
		clerk := office == routing.Clerk
		looks := leaders[office] || clerk || office == routing.Inspector
		own, other := in("quan", office), in("molao", office)
		require.Equal(t, leaders[office] || clerk, own.MayRecall(d), office)
		require.Equal(t, clerk, own.MayAttach(d), office)
		require.Equal(t, office != routing.Admin, own.SeesWhole(d), office)
		require.Equal(t, looks, own.Oversees("quan"), office)
		require.False(t, own.Oversees(""), office)
		require.False(t, other.MayRecall(d) || other.MayAttach(d) || other.SeesWhole(d) || other.Oversees("quan"), office)
	}
}

// shares are the assignments that matter to somebody of the unit "phong".
var shares = map[string]routing.Assignment{
	"unit":    {UnitID: "phong", GiverUnitID: "quan"},
	"own":     {UnitID: "phong", GiverUnitID: "phong", PositionID: "mine"},
	"other's": {UnitID: "phong", GiverUnitID: "phong", PositionID: "another"},
	"given":   {UnitID: "phuong", GiverUnitID: "phong"},
	"foreign": {UnitID: "phuong", GiverUnitID: "quan"},
}

func TestMayDo(t *testing.T) {
	t.Parallel()
	const leader, clerk, officer = "leader", "clerk", "officer"
	kinds := map[routing.Office]string{routing.Chairman: leader, routing.Deputy: leader, routing.Chief: leader,
		routing.Head: leader, routing.Clerk: clerk, routing.Officer: officer, routing.Admin: "admin"}
	allowed := map[routing.Act]map[string][]string{ // act, kind of office: on which shares
		routing.ActAcknowledge: {leader: {"unit", "own"}, clerk: {"unit", "own"}, officer: {"own"}},
		routing.ActStart:       {leader: {"unit", "own"}, clerk: {"unit", "own"}, officer: {"unit", "own"}},
		routing.ActProgress:    {leader: {"unit", "own"}, clerk: {"unit", "own"}, officer: {"unit", "own"}},
		routing.ActReport:      {leader: {"unit", "own"}, clerk: {"own"}, officer: {"own"}},
		routing.ActDirect:      {leader: {"unit"}},
		routing.ActApprove:     {leader: {"own", "other's", "given"}}, // given by the unit itself
		routing.ActSendBack:    {leader: {"own", "other's", "given"}},
		routing.ActAdd:         {leader: {"unit"}},
		routing.ActReturn:      {leader: {"unit", "own"}, clerk: {"unit", "own"}, officer: {"own"}},
		routing.ActRemind:      {leader: {"own", "other's", "given"}, clerk: {"own", "other's", "given"}},

		routing.ActAnswerRecall:  {leader: {"unit"}, clerk: {"unit"}},
		routing.ActAskExtension:  {leader: {"unit", "own"}, clerk: {"own"}, officer: {"own"}},
		routing.ActSubmit:        {leader: {"unit", "own"}, clerk: {"own"}, officer: {"own"}},
		routing.ActWithdrawDraft: {leader: {"unit", "own"}, clerk: {"own"}, officer: {"own"}},
	}
	for _, act := range []routing.Act{routing.ActInsist, routing.ActDrop, routing.ActReroute, routing.ActHandOver, routing.ActHold, routing.ActResume,
		routing.ActReopen, routing.ActExtend, routing.ActRefuseExtension} {
		allowed[act] = allowed[routing.ActApprove]
	}
	for _, act := range acts {
		for _, office := range offices {
			actor := routing.Actor{UnitID: "phong", PositionID: "mine", Office: office}
			for name, share := range shares {
				want := false
				for _, s := range allowed[act][kinds[office]] {
					want = want || s == name
				}
				require.Equal(t, want, actor.MayDo(act, share), "%s: %s on %s", office, act, name)
			}
		}
	}
}

func TestAnUnknownPositionHoldsNoShare(t *testing.T) {
	t.Parallel()
	nobody := routing.Actor{UnitID: "phong", Office: routing.Officer}
	require.False(t, nobody.MayDo(routing.ActReport, shares["unit"]))
	require.False(t, nobody.MayDo(routing.ActReport, shares["own"]))
}

// tree is a document to two offices; one of them passed it on to two wards,
// and one ward to an officer.
var tree = []routing.Assignment{
	{ID: "qldt", UnitID: "qldt"}, {ID: "tp", UnitID: "tp"},
	{ID: "molao", UnitID: "molao", ParentID: "qldt"}, {ID: "vanquan", UnitID: "vanquan", ParentID: "qldt"},
	{ID: "officer", UnitID: "molao", ParentID: "molao", PositionID: "canbo"},
}

func visibleIDs(a routing.Actor, all []routing.Assignment) []routing.ID {
	var ids []routing.ID
	for _, x := range routing.VisibleTo(a, routing.Document{UnitID: "quan"}, all) {
		ids = append(ids, x.ID)
	}
	return ids
}

func TestVisibleTo_Z05(t *testing.T) {
	t.Parallel()
	for unit, want := range map[routing.ID][]routing.ID{
		"quan":     {"qldt", "tp", "molao", "vanquan", "officer"},
		"qldt":     {"qldt", "molao", "vanquan", "officer"},
		"tp":       {"tp"},
		"molao":    {"qldt", "molao", "officer"},
		"vanquan":  {"qldt", "vanquan"},
		"stranger": nil,
	} {
		for _, office := range offices {
			if office == routing.Admin {
				require.Empty(t, visibleIDs(in(unit, office), tree), "an admin handles no documents")
				continue
			}
			require.Equal(t, want, visibleIDs(in(unit, office), tree), "%s of %s", office, unit)
		}
	}
}

// anyTree gives each unit at most one assignment, so that the units are a tree too.
func anyTree(t *rapid.T) []routing.Assignment {
	all := make([]routing.Assignment, rapid.IntRange(1, 30).Draw(t, "size"))
	for i := range all {
		name := routing.ID(fmt.Sprint(i))
		all[i] = routing.Assignment{ID: name, UnitID: name}
		if parent := rapid.IntRange(-1, i-1).Draw(t, "parent"); parent >= 0 {
			all[i].ParentID = all[parent].ID
		}
	}
	return all
}

func above(all []routing.Assignment, a routing.Assignment) map[routing.ID]bool {
	parents, up := map[routing.ID]routing.ID{}, map[routing.ID]bool{}
	for _, x := range all {
		parents[x.ID] = x.ParentID
	}
	for id := a.ParentID; id != ""; id = parents[id] {
		up[id] = true
	}
	return up
}

func TestAUnitSeesItsLineAndNeverANeighbour_Z05(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		all := anyTree(t)
		own := rapid.SampledFrom(all).Draw(t, "own")
		seen := map[routing.ID]bool{}
		for _, id := range visibleIDs(in(own.UnitID, routing.Clerk), all) {
			seen[id] = true
		}
		for _, x := range all {
			inLine := x.ID == own.ID || above(all, own)[x.ID] || above(all, x)[own.ID]
			require.Equal(t, inLine, seen[x.ID], "%s of %s", x.ID, own.ID)
		}
	})
}

// Of a share above him one learns that it is, not what was said in it.
func TestReadsAndHears_Z05(t *testing.T) {
	t.Parallel()
	doc := routing.Document{ID: "d", UnitID: "quan"}
	all := []routing.Assignment{
		{ID: "office", UnitID: "qldt"},
		{ID: "ward", ParentID: "office", UnitID: "molao"},
		{ID: "officer", ParentID: "ward", UnitID: "molao", PositionID: "canbo"},
		{ID: "neighbour", ParentID: "office", UnitID: "vanquan"},
	}
	seen := map[routing.ID]bool{"office": true, "ward": true, "officer": true}
	clerk := routing.Actor{UnitID: "molao", Office: routing.Clerk}
	reads := routing.Reads(clerk, doc, all[:3])
	require.Equal(t, map[routing.ID]bool{"office": false, "ward": true, "officer": true}, reads)
	words := map[string]any{"reason": "Chưa nêu rõ số liệu"}
	for name, c := range map[string]struct {
		kind          routing.Act
		share         routing.ID
		hears, inFull bool
	}{
		"his own report":               {routing.ActReport, "ward", true, true},
		"an officer's below":           {routing.ActProgress, "officer", true, true},
		"that the office was given it": {routing.ActDispatch, "office", true, false},
		"that the office handed it on": {routing.ActDirect, "office", true, false},
		"the office's reproof":         {routing.ActSendBack, "office", false, false},
		"the office's progress":        {routing.ActProgress, "office", false, false},
		"a neighbour's receipt":        {routing.ActAcknowledge, "neighbour", false, false},
		"the first direction":          {routing.ActDirect, "", true, false},
		"the recall with its reason":   {routing.ActRecall, "", true, true},
		"that it was held, and why":    {routing.ActHold, "", true, true},
		"that a direction was voided":  {routing.ActVoid, "", true, false},
		"that it was reopened":         {routing.ActReopen, "", true, false},
		"that the recall is settled":   {routing.ActSettleRecall, "", true, false},
		"who else was added":           {routing.ActAdd, "", false, false},
		"why his own was dropped":      {routing.ActDrop, "ward", true, true},
		"where a neighbour's went":     {routing.ActReroute, "neighbour", false, false},
		"when the chairman was told":   {routing.ActRing, "", false, false},
	} {
		heard, ok := clerk.Hears(routing.Event{Kind: c.kind, AssignmentID: c.share, Details: words}, doc, seen, reads)
		require.Equal(t, c.hears, ok, name)
		require.Equal(t, c.inFull, heard.Details != nil, name)
	}
	chairman := routing.Actor{UnitID: "quan", Office: routing.Chairman}
	_, ok := chairman.Hears(routing.Event{Kind: routing.ActRing, Details: words}, doc, nil, nil)
	require.True(t, ok)
}
