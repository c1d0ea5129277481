package desk_test

import (
	"context"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"congvan/desk"
	"congvan/routing"
)

// delegation is from one to another for this week.
func (h *hall) delegation(from, to string, acts ...routing.Act) routing.Delegation {
	h.Helper()
	return routing.Delegation{FromPositionID: h.as(from).PositionID, ToPositionID: h.as(to).PositionID, Basis: "12/UQ-UBND", Acts: acts,
		From: h.now(), To: h.now().AddDate(0, 0, 7)}
}

// delegate is the actor who acts for another by a delegation of this week.
func (h *hall) delegate(from, to string, acts ...routing.Act) routing.Actor {
	h.Helper()
	_, err := h.desk.Delegate(h.Context(), h.as(from), h.delegation(from, to, acts...), noKey)
	require.NoError(h, err)
	acting, err := h.desk.ActFor(h.Context(), h.as(to), h.as(from).PositionID)
	require.NoError(h, err)
	return acting
}

// NĐ 30/2020, Điều 13: in writing, limited in time and content, not passed on;
// domain 9.2.6 and scenario 9: the leader is on leave, it ends in mid-task.
func TestDelegation_Z40_ND30_Dieu13(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.registered()
	chairman, deputy := h.as("chutich.quan"), h.as("pho.dothi")
	_, err := h.desk.ActFor(t.Context(), deputy, chairman.PositionID)
	refused(t, err, routing.ErrNotAllowed)
	first, err := h.desk.Delegate(t.Context(), chairman, h.delegation("chutich.quan", "pho.dothi", routing.ActDirect), key("k"))
	require.NoError(t, err)
	again, err := h.desk.Delegate(t.Context(), chairman, h.delegation("chutich.quan", "pho.dothi", routing.ActDirect), key("k"))
	require.NoError(t, err)
	require.Equal(t, first, again)
	_, err = h.desk.Delegate(t.Context(), chairman, h.delegation("chutich.quan", "pho.dothi"), key("k"))
	refused(t, err, routing.ErrReused)

	acting, err := h.desk.ActFor(t.Context(), deputy, chairman.PositionID)
	require.NoError(t, err)
	event, err := h.desk.DirectDocument(t.Context(), acting, doc.ID, fiveClear(leadAndWards...), doc.Version, noKey)
	event = h.done(event, err)
	require.Equal(t, deputy.AccountID, event.ActorID)
	require.Equal(t, "delegated", event.Details["mandate"])
	require.Equal(t, "Chủ tịch UBND quận", event.Details["for"])
	require.Equal(t, "12/UQ-UBND", event.Details["mandateBasis"])
	h.dispatch(doc)
	a := h.reported(doc, "chutich.molao", "molao")
	_, err = h.desk.Approve(t.Context(), acting, a.ID, a.Version, noKey)
	require.Equal(t, "12/UQ-UBND", refused(t, err, routing.ErrMandate).Details["basis"], "only to direct")

	second := h.delegation("chutich.quan", "pho.dothi", routing.ActApprove)
	second.To = h.now().Add(time.Hour)
	_, err = h.desk.Delegate(t.Context(), h.as("quantri"), second, noKey)
	require.NoError(t, err)
	both, err := h.desk.ActFor(t.Context(), deputy, chairman.PositionID)
	require.NoError(t, err)
	h.done(h.desk.Approve(t.Context(), both, a.ID, a.Version, noKey))

	h.wait(2 * time.Hour)
	b := h.reported(doc, "chutich.vanquan", "vanquan")
	late, err := h.desk.ActFor(t.Context(), deputy, chairman.PositionID)
	require.NoError(t, err)
	_, err = h.desk.Approve(t.Context(), late, b.ID, b.Version, noKey)
	refused(t, err, routing.ErrMandate)
	require.Equal(t, routing.Done, h.share(doc, "molao").Status, "what was done stays")

	_, err = h.desk.Revoke(t.Context(), deputy, first.ID)
	refused(t, err, routing.ErrNotAllowed)
	_, err = h.desk.Revoke(t.Context(), h.as("chutich.molao"), first.ID)
	refused(t, err, routing.ErrNotFound)
	revoked, err := h.desk.Revoke(t.Context(), chairman, first.ID)
	require.NoError(t, err)
	require.False(t, revoked.RevokedAt.IsZero())
	_, err = h.desk.ActFor(t.Context(), deputy, chairman.PositionID)
	refused(t, err, routing.ErrNotAllowed)
	list, err := h.desk.Delegations(t.Context(), deputy)
	require.NoError(t, err)
	require.Len(t, list, 2)
}

func TestDelegateRefuses_Z40(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	chairman := h.as("chutich.quan")
	for name, c := range map[string]struct {
		actor  routing.Actor
		change func(*routing.Delegation)
		want   *routing.Error
	}{
		"to an office right below":   {actor: chairman, change: func(d *routing.Delegation) { d.ToPositionID = h.as("truong.qldt").PositionID }},
		"by the administrator":       {actor: h.as("quantri")},
		"by somebody else":           {actor: h.as("pho.vanxa"), want: routing.ErrNotAllowed},
		"passed on":                  {actor: h.delegate("chutich.quan", "pho.vanxa"), want: routing.ErrNotAllowed},
		"without a number":           {actor: chairman, change: func(d *routing.Delegation) { d.Basis = " " }, want: routing.ErrField},
		"for more than a year":       {actor: chairman, change: func(d *routing.Delegation) { d.To = d.From.AddDate(1, 0, 1) }, want: routing.ErrField},
		"ending before it begins":    {actor: chairman, change: func(d *routing.Delegation) { d.To = d.From }, want: routing.ErrField},
		"over already":               {actor: chairman, change: func(d *routing.Delegation) { d.From, d.To = d.From.AddDate(0, 0, -9), d.From.AddDate(0, 0, -1) }, want: routing.ErrField},
		"the clerk's own work":       {actor: chairman, change: func(d *routing.Delegation) { d.Acts = []routing.Act{routing.ActRegister} }, want: routing.ErrField},
		"the workflow's work":        {actor: chairman, change: func(d *routing.Delegation) { d.Acts = []routing.Act{routing.ActDispatch} }, want: routing.ErrField},
		"an act that is none":        {actor: chairman, change: func(d *routing.Delegation) { d.Acts = []routing.Act{"sing"} }, want: routing.ErrField},
		"to a ward":                  {actor: chairman, change: func(d *routing.Delegation) { d.ToPositionID = h.as("chutich.molao").PositionID }, want: routing.ErrField},
		"to himself":                 {actor: chairman, change: func(d *routing.Delegation) { d.ToPositionID = chairman.PositionID }, want: routing.ErrField},
		"from one who leads nothing": {actor: h.as("quantri"), change: func(d *routing.Delegation) { d.FromPositionID = h.as("vanthu.quan").PositionID }, want: routing.ErrField},
	} {
		in := h.delegation("chutich.quan", "pho.dothi")
		if c.change != nil {
			c.change(&in)
		}
		before := h.count("delegations")
		_, err := h.desk.Delegate(t.Context(), c.actor, in, noKey)
		if c.want == nil {
			require.NoError(t, err, name)
			continue
		}
		require.ErrorIs(t, err, c.want, name)
		require.Equal(t, before, h.count("delegations"), name)
	}
	_, err := h.desk.ActFor(t.Context(), h.delegate("chutich.quan", "pho.vanxa"), h.as("chutich.quan").PositionID)
	refused(t, err, routing.ErrNotAllowed)
}

func TestADelegationIsLimitedToItsFields(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	in := h.delegation("chutich.quan", "pho.vanxa")
	in.Fields = []string{"văn xã"}
	_, err := h.desk.Delegate(t.Context(), h.as("chutich.quan"), in, noKey)
	require.NoError(t, err)
	acting, err := h.desk.ActFor(t.Context(), h.as("pho.vanxa"), h.as("chutich.quan").PositionID)
	require.NoError(t, err)
	for field, want := range map[string]*routing.Error{"văn xã": nil, "đô thị": routing.ErrMandate, "": routing.ErrMandate} {
		r := letter()
		r.Field = field
		doc := h.document(h.done(h.desk.Register(t.Context(), h.as("vanthu.quan"), r, noKey)).DocumentID)
		_, err := h.desk.DirectDocument(t.Context(), acting, doc.ID, fiveClear(leadAndWards...), doc.Version, noKey)
		if want == nil {
			require.NoError(t, err)
		} else {
			refused(t, err, want)
		}
		_, err = h.desk.Recall(t.Context(), acting, doc.ID, wrongText, 0, noKey)
		if want == nil {
			require.NoError(t, err)
		} else {
			refused(t, err, want)
		}
	}
}

// Domain 5.1: the clerk enters the decision of a leader who does not use the software.
func TestTheClerkEntersWhatIsDecidedOnPaper_Domain_5_1_1(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	clerk, chairman := h.as("vanthu.quan"), h.as("chutich.quan")
	_, err := h.desk.ActFor(t.Context(), clerk, chairman.PositionID)
	refused(t, err, routing.ErrNotAllowed)
	refused(t, h.desk.SetOnPaper(t.Context(), chairman, chairman.PositionID, true), routing.ErrNotAllowed)
	refused(t, h.desk.SetOnPaper(t.Context(), h.as("quantri"), clerk.PositionID, true), routing.ErrField)
	require.NoError(t, h.desk.SetOnPaper(t.Context(), h.as("quantri"), chairman.PositionID, true))
	_, err = h.desk.ActFor(t.Context(), h.as("vanthu.qldt"), chairman.PositionID)
	refused(t, err, routing.ErrNotAllowed)
	acting, err := h.desk.ActFor(t.Context(), clerk, chairman.PositionID)
	require.NoError(t, err)
	doc := h.registered()
	event, err := h.desk.DirectDocument(t.Context(), acting, doc.ID, fiveClear(leadAndWards...), doc.Version, noKey)
	event = h.done(event, err)
	require.Equal(t, "entered", event.Details["mandate"])
	require.Equal(t, clerk.AccountID, event.ActorID)
	require.NotContains(t, event.Details, "mandateBasis")
}

// Every verb there is, by reflection: one that forgets the mandate fails here.
func TestNoVerbForgetsTheMandate(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.dispatched(leadAndWards...)
	arrived := h.registered()
	working, reported := h.received(doc, "qldt"), h.reported(doc, "chutich.molao", "molao")
	asked := h.done(h.askExtension("truong.qldt", working, "2026-12-02 15:00", noKey))
	subjects := []routing.ID{doc.ID, arrived.ID, working.ID, reported.ID, h.share(doc, "vanquan").ID, working.DirectionID, h.decision(asked)}
	in := h.delegation("chutich.quan", "pho.dothi", routing.ActInsist)
	in.Fields = []string{"không có"}
	_, err := h.desk.Delegate(t.Context(), h.as("chutich.quan"), in, noKey)
	require.NoError(t, err)
	limited, err := h.desk.ActFor(t.Context(), h.as("pho.dothi"), h.as("chutich.quan").PositionID)
	require.NoError(t, err)

	before, stopped := h.everything(), map[string]bool{}
	verbs := reflect.TypeOf(h.desk)
	for i := range verbs.NumMethod() {
		m := verbs.Method(i)
		if !takes(m.Type, reflect.TypeFor[routing.Actor]()) || !takes(m.Type, reflect.TypeFor[routing.Request]()) {
			continue
		}
		for _, subject := range subjects {
			result := h.tryVerb(m, limited, subject)
			err, _ := result[len(result)-1].Interface().(error)
			if routing.FaultOf(err) == routing.NotAllowed {
				stopped[m.Name] = true
			}
			require.NotEqual(t, "internal", codeOf(err), "%s: %v", m.Name, err)
		}
		after := h.everything()
		for _, table := range []string{"batches", "batch_items"} { // that nothing was done is kept, too
			delete(before, table)
			delete(after, table)
		}
		require.Equal(t, before, after, "%s did something outside the mandate", m.Name)
	}
	for _, verb := range []string{"DirectDocument", "Recall", "Approve", "SendBack", "Extend", "Register", "Delegate", "Attach", "DecideExtension", "IssueOutgoing"} {
		require.True(t, stopped[verb], "%s was never stopped by the mandate", verb)
	}
	require.Greater(t, len(stopped), 12)
}

func codeOf(err error) string {
	if err != nil && routing.FaultOf(err) == routing.Internal {
		return "internal"
	}
	return ""
}

func takes(f reflect.Type, want reflect.Type) bool {
	for i := range f.NumIn() {
		if f.In(i) == want {
			return true
		}
	}
	return false
}

// tryVerb calls a verb with values that suit the types of what it takes.
func (h *hall) tryVerb(m reflect.Method, actor routing.Actor, subject routing.ID) []reflect.Value {
	h.Helper()
	due := at("2026-12-01 15:00")
	values := []any{h.desk, h.Context(), actor, subject, moreTime, due, &due, true, 0, noKey, letter(), issuing(), fiveClear(leadAndWards...), to("tp", routing.Execute),
		[]routing.Recipient{to("tp", routing.Execute)}, []routing.Stage{{Rule: routing.EachMust, Units: []routing.ID{unit("tp")}}}, routing.ToStart,
		h.delegation("pho.kinhte", "pho.vanxa"), routing.Absence{PositionID: h.as("pho.kinhte").PositionID, From: "2026-11-26", To: "2026-11-26", Reason: "Đi công tác"},
		desk.Batch{Act: routing.ActApprove, Subjects: []desk.Subject{{ID: subject}}}}
	var in []reflect.Value
	for i := range m.Type.NumIn() {
		var found bool
		for _, v := range values {
			if reflect.TypeOf(v) == m.Type.In(i) {
				in, found = append(in, reflect.ValueOf(v)), true
				break
			}
		}
		switch {
		case found:
		case m.Type.In(i) == reflect.TypeFor[context.Context]():
			in = append(in, reflect.ValueOf(h.Context()))
		case m.Type.In(i) == reflect.TypeFor[io.Reader]():
			in = append(in, reflect.ValueOf(strings.NewReader("%PDF-1.4 x")))
		default:
			in = append(in, reflect.Zero(m.Type.In(i)))
		}
	}
	return m.Func.Call(in)
}
