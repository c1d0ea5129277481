package desk_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gocloud.dev/blob/memblob"

	"congvan/desk"
	"congvan/postgres"
	"congvan/routing"
	"congvan/seed"
)

const byRegulation = "Theo quy chế làm việc mới"

// patient is a ladder of the organ's own: it urges the ward's clerk alone.
func patient() routing.Ladder {
	const code = "kien-nhan"
	return routing.Ladder{Code: code, Name: "Kiên nhẫn", Direction: routing.Span{Days: 3}, Receipt: routing.Span{Days: 1}, Approval: routing.Span{Days: 1},
		Rungs: []routing.Rung{{Kind: routing.AwaitReceipt, Step: 1, When: routing.Span{Plain: time.Minute}, Tell: []routing.Audience{routing.TellClerk},
			Channels: []routing.Medium{routing.ByMail}}}}
}

// Ladders are data: an administrator adds versions, none is ever changed.
func TestChangeLadder(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	admin := h.as("quantri")
	v1, err := h.desk.ChangeLadder(t.Context(), admin, patient(), byRegulation, 0)
	require.NoError(t, err)
	require.Equal(t, 1, v1.Version)
	require.Equal(t, admin.AccountID, v1.ChangedBy)
	again, err := h.desk.ChangeLadder(t.Context(), admin, patient(), byRegulation, 0)
	require.NoError(t, err)
	require.Equal(t, v1, again, "the same change again is one change")

	in := letter()
	in.Ladder = "kien-nhan"
	doc := h.document(h.done(h.register("vanthu.quan", in, noKey)).DocumentID)
	quicker := patient()
	quicker.Direction.Days = 1
	v2, err := h.desk.ChangeLadder(t.Context(), admin, quicker, byRegulation, 1)
	require.NoError(t, err)
	require.Equal(t, 2, v2.Version)
	require.Equal(t, 1, h.document(doc.ID).LadderVersion, "what runs keeps its version")
	_, err = h.desk.ChangeLadder(t.Context(), admin, patient(), byRegulation, 1)
	require.Equal(t, 2, refused(t, err, routing.ErrStale).Details["version"])

	versions, err := h.desk.LadderVersions(t.Context(), "kien-nhan")
	require.NoError(t, err)
	require.Equal(t, []postgres.LadderVersion{v2, v1}, versions)
	newest, err := h.desk.Ladders(t.Context())
	require.NoError(t, err)
	require.Len(t, newest, len(seed.Ladders())+1)
	require.Contains(t, newest, v2)
	_, err = h.desk.LadderVersions(t.Context(), "none")
	refused(t, err, routing.ErrNotFound)
}

func TestChangeLadderRefuses(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	before := h.everything()
	for name, c := range map[string]struct {
		by      string
		ladder  func() routing.Ladder
		reason  string
		version int
		want    *routing.Error
	}{
		"by a chairman":           {"chutich.quan", patient, byRegulation, 0, routing.ErrNotAllowed},
		"without a reason":        {"quantri", patient, "vì", 0, routing.ErrReason},
		"a version ahead":         {"quantri", patient, byRegulation, 7, routing.ErrStale},
		"one that is there":       {"quantri", func() routing.Ladder { l := patient(); l.Code = "normal"; return l }, byRegulation, 0, routing.ErrStale},
		"the one for showing":     {"quantri", func() routing.Ladder { l := patient(); l.Code = "demo"; return l }, byRegulation, 1, routing.ErrLadder},
		"one that makes no sense": {"quantri", func() routing.Ladder { l := patient(); l.Rungs[0].Tell = nil; return l }, byRegulation, 0, routing.ErrField},
		"a secret in its name":    {"quantri", func() routing.Ladder { l := patient(); l.Name = "Tối mật"; return l }, byRegulation, 0, routing.ErrStateSecret},
	} {
		_, err := h.desk.ChangeLadder(t.Context(), h.as(c.by), c.ladder(), c.reason, c.version)
		require.ErrorIs(t, err, c.want, name)
	}
	require.Equal(t, before, h.everything())
}

// What an administrator made of a ladder survives the next start.
func TestSeedingKeepsAnOrgansOwnLadder(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	own := patient()
	own.Code = string(routing.Normal)
	_, err := h.desk.ChangeLadder(t.Context(), h.as("quantri"), own, byRegulation, 1)
	require.NoError(t, err)
	done, err := seed.Apply(t.Context(), h.store)
	require.NoError(t, err)
	require.Zero(t, done.Ladders)
	got, version, err := h.store.NewestLadder(t.Context(), string(routing.Normal))
	require.NoError(t, err)
	require.Equal(t, 2, version)
	require.Equal(t, own, got)
}

func TestMoveToLadder(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	_, err := h.desk.ChangeLadder(t.Context(), h.as("quantri"), patient(), byRegulation, 0)
	require.NoError(t, err)
	doc := h.dispatched(to("qldt", routing.Lead))
	due := h.share(doc, "qldt").ReceiveDue
	move := func(username, code string, version, ifVersion int, req routing.Request) (routing.Event, error) {
		return h.desk.MoveToLadder(t.Context(), h.as(username), doc.ID, code, version, byRegulation, ifVersion, req)
	}
	_, err = move("truong.qldt", "kien-nhan", 0, 0, noKey)
	refused(t, err, routing.ErrNotAllowed)
	_, err = move("vanthu.quan", "kien-nhan", 0, 0, noKey)
	refused(t, err, routing.ErrNotAllowed)
	for _, wrong := range []struct {
		code    string
		version int
	}{{"none", 0}, {"kien-nhan", 9}, {"demo", 0}} {
		_, err = move("chutich.quan", wrong.code, wrong.version, 0, noKey)
		refused(t, err, routing.ErrLadder)
	}
	_, err = move("chutich.quan", "normal", 1, 0, noKey)
	refused(t, err, routing.ErrField)
	_, err = move("chutich.quan", "kien-nhan", 1, doc.Version+1, noKey)
	refused(t, err, routing.ErrStale)

	event := h.done(move("chanhvanphong", "kien-nhan", 0, doc.Version, key("k")))
	require.Equal(t, event, h.done(move("chanhvanphong", "kien-nhan", 0, doc.Version, key("k"))))
	require.Equal(t, "kien-nhan", event.Details["ladder"])
	moved := h.document(doc.ID)
	require.Equal(t, [2]any{"kien-nhan", 1}, [2]any{moved.Ladder, moved.LadderVersion})
	require.Equal(t, due, h.share(doc, "qldt").ReceiveDue, "deadlines stay")
	kinds := h.milestones(doc)
	require.Equal(t, routing.NewsMoved, kinds[len(kinds)-1])
	require.Equal(t, at("2026-11-23 17:01").UTC(), h.step(h.hands.Ring, doc).NextAlarm, "the rungs are others")
	require.Equal(t, 1, h.rings(doc, "2026-11-25 17:00"))
	require.Equal(t, []string{"vanthu.qldt"}, h.told(doc, routing.AwaitReceipt, 1, "qldt"), "the clerk alone")
}

// The ladder that rings in seconds is not for people who work.
func TestTheDemoLadderIsForShowing(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	in := letter()
	in.Ladder = routing.DemoLadder
	_, err := h.register("vanthu.quan", in, noKey)
	refused(t, err, routing.ErrLadder)
	showing := desk.New(h.store, memblob.OpenBucket(nil), h.now, desk.AllowDemoLadder())
	event := h.done(showing.Register(t.Context(), h.as("vanthu.quan"), in, noKey))
	require.NotContains(t, event.Details, "registerDue")
	require.Zero(t, h.document(event.DocumentID).PresentDue)
}

// A unit that keeps watch is urged at night, any other in the morning.
func TestAtOnceWithADutyRoster_ND30_Dieu4(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	_, err := h.store.DB().NewRaw(`UPDATE unit_versions SET on_duty = true WHERE unit_id = ?`, unit("molao")).Exec(t.Context())
	require.NoError(t, err)
	h.waitUntil("2026-11-23 16:50")
	in := letter()
	in.Urgency = routing.Express
	doc := h.document(h.done(h.register("vanthu.quan", in, noKey)).DocumentID)
	h.done(h.direct("chutich.quan", doc, noKey, to("qldt", routing.Lead), due(to("molao", routing.Execute), "2026-11-24 10:00")))
	h.dispatch(doc)
	require.WithinDuration(t, at("2026-11-23 17:20"), h.share(doc, "molao").ReceiveDue, 0, "day and night")
	require.WithinDuration(t, at("2026-11-25 08:20"), h.share(doc, "qldt").ReceiveDue, 0, "on the next working day")
	require.Equal(t, 3, h.rings(doc, "2026-11-23 17:45"), "its clerk, the giver, the chief")
}
