package routing_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"congvan/routing"
)

// docs/authority.md shows the table as it is: UPDATE=1 writes it there.
func TestTheDocumentedTableIsThePolicy(t *testing.T) {
	t.Parallel()
	const file, begin, end = "../docs/authority.md", "<!-- policy: routing.Tabulated -->\n", "<!-- end of policy -->"
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	before, rest, found := strings.Cut(string(text), begin)
	require.True(t, found)
	table, after, found := strings.Cut(rest, end)
	require.True(t, found)
	if os.Getenv("UPDATE") != "" {
		require.NoError(t, os.WriteFile(file, []byte(before+begin+routing.Tabulated()+end+after), 0o644))
		return
	}
	require.Equal(t, routing.Tabulated(), table, "UPDATE=1 go test ./routing -run Documented writes the table into docs/authority.md")
}

// An inspector looks and an administrator looks after; neither does anything to
// a document, and nobody lends them a right.
func TestWhoDoesNothingToDocuments(t *testing.T) {
	t.Parallel()
	doc := routing.Document{UnitID: "phong", PresentedTo: "mine"}
	for _, office := range []routing.Office{routing.Inspector, routing.Admin} {
		a := routing.Actor{UnitID: "phong", AboveID: "quan", PositionID: "mine", Office: office, Organ: []routing.ID{"phong", "phuong"}}
		for _, act := range acts {
			require.False(t, a.MayDoDocument(act, doc), "%s %s", office, act)
			require.Equal(t, routing.Reach{}, a.Reach(act), "%s %s", office, act)
			for name, share := range shares {
				require.False(t, a.MayDo(act, share) || a.MayHandOver(share) || a.MayRemind(doc, share), "%s %s on %s", office, act, name)
			}
		}
		require.False(t, a.MayRegister() || a.MayKeepTemplates() || a.MayVoid("phong", routing.Actor{}), office)
		require.Equal(t, office == routing.Inspector, a.SeesWhole(doc) && a.MayList())
	}
	inspector := routing.Actor{UnitID: "quan", Office: routing.Inspector, Organ: []routing.ID{"quan", "phong", "phuong"}}
	require.True(t, inspector.SeesWhole(doc) && inspector.Oversees("phong"))
	require.False(t, inspector.SeesWhole(routing.Document{UnitID: "elsewhere"}) || inspector.Oversees("elsewhere"))
}

// A deputy judges the shares of his fields, those that he gave, and those of what
// was presented to him. NĐ 30/2020, Điều 23.
func TestADeputyJudgesHisOwnMatters_ND30_Dieu23(t *testing.T) {
	t.Parallel()
	deputy := routing.Actor{UnitID: "quan", PositionID: "deputy", Office: routing.Deputy, Fields: []string{"đô thị"}}
	chairman := routing.Actor{UnitID: "quan", PositionID: "chairman", Office: routing.Chairman}
	for name, c := range map[string]struct {
		share routing.Assignment
		his   bool
	}{
		"his field":                {routing.Assignment{Field: "đô thị"}, true},
		"no field":                 {routing.Assignment{}, true},
		"another's field":          {routing.Assignment{Field: "văn xã", GivenBy: "chairman"}, false},
		"another's, given by him":  {routing.Assignment{Field: "văn xã", GivenBy: "deputy"}, true},
		"another's, shown to him":  {routing.Assignment{Field: "văn xã", PresentedTo: "deputy"}, true},
		"another's, shown to else": {routing.Assignment{Field: "văn xã", PresentedTo: "chairman"}, false},
	} {
		c.share.GiverUnitID, c.share.UnitID = "quan", "phong"
		for _, act := range []routing.Act{routing.ActApprove, routing.ActSendBack, routing.ActInsist, routing.ActDrop, routing.ActReroute, routing.ActHandOver,
			routing.ActHold, routing.ActResume, routing.ActReopen, routing.ActExtend, routing.ActRefuseExtension} {
			require.Equal(t, c.his, deputy.MayDo(act, c.share), "%s: %s", act, name)
			require.True(t, chairman.MayDo(act, c.share), "%s: %s", act, name)
		}
		require.True(t, deputy.MayDo(routing.ActRemind, c.share), "urging is no decision")
	}
}

// No cell of the table stands twice, and every act that it names is one.
func TestThePolicyNamesWhatThereIs(t *testing.T) {
	t.Parallel()
	for _, rule := range routing.Policy {
		require.NotEmpty(t, rule.Acts)
		require.NotEmpty(t, rule.Who, rule.On)
		for _, act := range rule.Acts {
			require.NotEmpty(t, act)
			if len(act.From()) == 0 && len(act.FromDocument()) == 0 {
				require.Contains(t, bareRights, act)
			}
		}
	}
}

// bareRights change no state of a document or a share.
var bareRights = []routing.Act{routing.ToSee, routing.ToSeeAll, routing.ToRead, routing.ToList, routing.ToListDecisions, routing.ToOversee, routing.ToReadTrail, routing.ToReadChanges,
	routing.ToKeepTemplates, routing.ToTellAbsence, routing.ToDelegate, routing.ToBeDelegate, routing.ToEnter, routing.ToSetOnPaper, routing.ToChangeCalendar,
	routing.ToPreviewCalendar, routing.ToChangeLadders, routing.ToHandOverAll,
	routing.ToLookAfter, routing.ToOrganise, routing.ToOrganiseAll, routing.ToSeeOrganisation, routing.ToIssue, routing.ToCancelIssued, routing.ToSeeIssued, routing.ToKeepWebhooks, routing.ToSeeAllResults, routing.ToSeeResults, routing.ToPublishResults, routing.ToObjectResults, routing.ToAnswerResults, routing.ActRegister, routing.ActRemind, routing.ActVoid, routing.ActDetach}
