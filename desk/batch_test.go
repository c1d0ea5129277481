package desk_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"congvan/desk"
	"congvan/routing"
)

func cleaning() routing.Template {
	return routing.Template{Name: "Trật tự đô thị", TypeName: "Công văn", Text: "Kiểm tra", Process: "Phường báo cáo phòng", Result: "Báo cáo",
		Recipients: []routing.TemplateRecipient{{UnitID: unit("qldt"), Role: routing.Lead, Days: 5}, {UnitID: unit("molao"), Role: routing.Execute, Days: 4},
			{UnitID: unit("nv"), Role: routing.Inform}}}
}

func (h *hall) template() routing.Template {
	h.Helper()
	t, err := h.desk.AddTemplate(h.Context(), h.as("vanthu.quan"), cleaning(), key("template"))
	require.NoError(h, err)
	return t
}

func TestTemplates(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	saved := h.template()
	require.Equal(t, saved, h.template(), "the same request gives the first answer")
	_, err := h.desk.AddTemplate(t.Context(), h.as("chutich.quan"), cleaning(), noKey)
	refused(t, err, routing.ErrTemplateName)
	_, err = h.desk.AddTemplate(t.Context(), h.as("canbo.molao"), cleaning(), noKey)
	refused(t, err, routing.ErrNotAllowed)
	sideways := cleaning()
	sideways.Name = "x"
	_, err = h.desk.AddTemplate(t.Context(), h.as("truong.qldt"), sideways, noKey)
	refused(t, err, routing.ErrSideways)

	changed := saved
	changed.Field = "Đô thị"
	changed, err = h.desk.ChangeTemplate(t.Context(), h.as("chutich.quan"), changed, 1)
	require.NoError(t, err)
	require.Equal(t, 2, changed.Version)
	require.Equal(t, "Đô thị", changed.Field)
	_, err = h.desk.ChangeTemplate(t.Context(), h.as("chutich.quan"), changed, 1)
	refused(t, err, routing.ErrStale)
	_, err = h.desk.ChangeTemplate(t.Context(), h.as("truong.qldt"), changed, 2)
	refused(t, err, routing.ErrTemplate)

	doc := h.registered()
	found, err := h.desk.SuggestTemplates(t.Context(), h.as("chutich.quan"), doc.ID)
	require.NoError(t, err)
	require.Empty(t, found, "its field is another")
	changed.Field = ""
	changed, err = h.desk.ChangeTemplate(t.Context(), h.as("chutich.quan"), changed, 2)
	require.NoError(t, err)
	found, err = h.desk.SuggestTemplates(t.Context(), h.as("chutich.quan"), doc.ID)
	require.NoError(t, err)
	require.Equal(t, []routing.Suggestion{{Template: changed, Why: []string{"type"}}}, found)

	_, err = h.desk.ArchiveTemplate(t.Context(), h.as("chutich.quan"), saved.ID, 3)
	require.NoError(t, err)
	found, err = h.desk.SuggestTemplates(t.Context(), h.as("chutich.quan"), doc.ID)
	require.NoError(t, err)
	require.Empty(t, found)
	_, err = h.desk.DirectByTemplate(t.Context(), h.as("chutich.quan"), doc.ID, saved.ID, 0, noKey)
	refused(t, err, routing.ErrTemplate)
	again, err := h.desk.AddTemplate(t.Context(), h.as("vanthu.quan"), cleaning(), noKey)
	require.NoError(t, err, "the name is free again")
	require.NotEqual(t, saved.ID, again.ID)
}

func subjects(documents ...routing.Document) (out []desk.Subject) {
	for _, d := range documents {
		out = append(out, desk.Subject{ID: d.ID})
	}
	return out
}

func codes(outcomes []desk.Outcome) (out []string) {
	for _, o := range outcomes {
		out = append(out, o.Code)
	}
	return out
}

func TestBatchOfDirections(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	one, two, recalled := h.registered(), h.registered(), h.registered()
	h.done(h.recall("vanthu.quan", recalled, noKey))
	batch := desk.Batch{Act: routing.ActDirect, Template: h.template().ID, Subjects: subjects(one, recalled, two)}
	chairman := h.as("chutich.quan")
	before := h.everything()
	out, err := h.desk.CheckBatch(t.Context(), chairman, batch)
	require.NoError(t, err)
	require.Equal(t, []string{"", "wrong-state", ""}, codes(out))
	require.Equal(t, before, h.everything(), "a check writes nothing")

	first, err := h.desk.RunBatch(t.Context(), chairman, batch, key("k"))
	require.NoError(t, err)
	require.Equal(t, []string{"", "wrong-state", ""}, codes(first.Outcomes))
	require.Equal(t, [3]int{2, 1, 0}, [3]int{first.Done, first.Refused, first.NotTried})
	h.wait(time.Minute)
	after := h.everything()
	again, err := h.desk.RunBatch(t.Context(), chairman, batch, key("k"))
	require.NoError(t, err)
	require.Equal(t, first, again)
	require.Equal(t, after, h.everything(), "the same request does nothing twice")
	shown, err := h.desk.Batch(t.Context(), chairman, first.ID)
	require.NoError(t, err)
	require.Equal(t, first, shown)
	_, err = h.desk.Batch(t.Context(), h.as("vanthu.quan"), first.ID)
	refused(t, err, routing.ErrNotFound)
	_, err = h.desk.RunBatch(t.Context(), chairman, batch, key("k", "another content"))
	refused(t, err, routing.ErrReused)

	h.dispatch(one)
	require.True(t, at("2026-12-01 17:00").Equal(h.share(one, "qldt").Due), h.share(one, "qldt").Due)
}

// A check spends no number: những số đến stay consecutive. NĐ 30/2020, Điều 22.
func TestBatchOfReceipts_ND30_Dieu22(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	one, two := h.dispatched(leadAndWards...), h.dispatched(leadAndWards...)
	batch := desk.Batch{Act: routing.ActAcknowledge, Subjects: []desk.Subject{{ID: h.share(one, "molao").ID}, {ID: h.share(one, "vanquan").ID}, {ID: h.share(two, "molao").ID}}}
	clerk := h.as("vanthu.molao")
	before := h.everything()
	out, err := h.desk.CheckBatch(t.Context(), clerk, batch)
	require.NoError(t, err)
	require.Equal(t, []string{"", "not-found", ""}, codes(out))
	require.Equal(t, before, h.everything())
	result, err := h.desk.RunBatch(t.Context(), clerk, batch, key("k"))
	require.NoError(t, err)
	require.Equal(t, []string{"", "not-found", ""}, codes(result.Outcomes))
	require.Equal(t, []int{1, 2}, []int{h.share(one, "molao").Receipt.Number, h.share(two, "molao").Receipt.Number})
}

func TestBatchOfApprovalsAndReminders(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.dispatched(leadAndWards...)
	h.received(doc, "molao")
	share := h.reported(doc, "chutich.molao", "molao")
	lead := h.share(doc, "qldt")
	both := []desk.Subject{{ID: share.ID, IfVersion: share.Version}, {ID: lead.ID}}
	for act, want := range map[routing.Act][]string{routing.ActRemind: {"wrong-state", ""}, routing.ActApprove: {"", "wrong-state"}} {
		out, err := h.desk.CheckBatch(t.Context(), h.as("chutich.quan"), desk.Batch{Act: act, Subjects: both})
		require.NoError(t, err)
		require.Equal(t, want, codes(out), act)
		result, err := h.desk.RunBatch(t.Context(), h.as("chutich.quan"), desk.Batch{Act: act, Subjects: both}, noKey)
		require.NoError(t, err)
		require.Equal(t, want, codes(result.Outcomes), act)
	}
}

// What the time did not suffice for is said, and done when asked again.
func TestBatchGoesOn(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	one, two := h.registered(), h.registered()
	batch := desk.Batch{Act: routing.ActDirect, Template: h.template().ID, Subjects: subjects(one, two)}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	result, err := h.desk.RunBatch(ended, h.as("chutich.quan"), batch, key("k"))
	require.NoError(t, err)
	require.Equal(t, []string{desk.NotTried, desk.NotTried}, codes(result.Outcomes))
	require.Equal(t, 2, result.NotTried)
	result, err = h.desk.RunBatch(t.Context(), h.as("chutich.quan"), batch, key("k"))
	require.NoError(t, err)
	require.Equal(t, 2, result.Done)
}

func TestBatchRefuses(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.registered()
	for name, b := range map[string]desk.Batch{
		"no subjects":    {Act: routing.ActRemind},
		"one twice":      {Act: routing.ActRemind, Subjects: subjects(doc, doc)},
		"no id":          {Act: routing.ActRemind, Subjects: []desk.Subject{{ID: "x"}}},
		"too many":       {Act: routing.ActRemind, Subjects: make([]desk.Subject, 501)},
		"no act for all": {Act: routing.ActRecall, Subjects: subjects(doc)},
	} {
		_, err := h.desk.CheckBatch(t.Context(), h.as("chutich.quan"), b)
		refused(t, err, routing.ErrField)
		_, err = h.desk.RunBatch(t.Context(), h.as("chutich.quan"), b, noKey)
		refused(t, err, routing.ErrField)
		require.Zero(t, h.count("batches"), name)
	}
}

// What was just sent and nobody has received is taken back; the documents wait
// for direction again, and who had it in his list hears of it.
func TestUndoBatch(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	one, two := h.registered(), h.registered()
	chairman := h.as("chutich.quan")
	sent, err := h.desk.RunBatch(t.Context(), chairman, desk.Batch{Act: routing.ActDirect, Template: h.template().ID, Subjects: subjects(one, two)}, key("k"))
	require.NoError(t, err)
	h.dispatch(one) // the other is still on its way
	h.wait(10 * time.Minute)
	for range 2 {
		undone, err := h.desk.UndoBatch(t.Context(), chairman, sent.ID, wrongText, key("undo"))
		require.NoError(t, err)
		require.Equal(t, []string{"", ""}, codes(undone.Outcomes))
		require.Equal(t, 2, undone.Done)
	}
	h.dispatch(two)
	require.Equal(t, routing.Registered, h.document(one.ID).Status)
	require.Equal(t, routing.Registered, h.document(two.ID).Status)
	require.Equal(t, routing.Withdrawn, h.share(one, "molao").Status)
	require.Equal(t, 3, h.count("assignments"), "the second never went out")
	require.Equal(t, []string{"withdrawn"}, h.heard("vanthu.molao"))
	require.Equal(t, 1, h.count("batches WHERE undone_at IS NOT NULL"))
}

func TestBatchOfFilings(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	one, two := h.registered(), h.dispatched(leadAndWards...)
	batch := desk.Batch{Act: routing.ActFile, Subjects: subjects(one, two), Note: "Để lưu"}
	before := h.everything()
	out, err := h.desk.CheckBatch(t.Context(), h.as("chutich.quan"), batch)
	require.NoError(t, err)
	require.Equal(t, []string{"", "wrong-state"}, codes(out))
	require.Equal(t, before, h.everything())
	result, err := h.desk.RunBatch(t.Context(), h.as("chutich.quan"), batch, key("k"))
	require.NoError(t, err)
	require.Equal(t, []string{"", "wrong-state"}, codes(result.Outcomes))
	require.Equal(t, routing.Concluded, h.document(one.ID).Status)
}

func TestUndoBatchRefuses(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	one := h.registered()
	batch := desk.Batch{Act: routing.ActDirect, Template: h.template().ID, Subjects: subjects(one)}
	chairman := h.as("chutich.quan")
	sent, err := h.desk.RunBatch(t.Context(), chairman, batch, key("k"))
	require.NoError(t, err)
	h.dispatch(one)
	h.received(one, "molao")
	undone, err := h.desk.UndoBatch(t.Context(), chairman, sent.ID, wrongText, noKey)
	require.NoError(t, err)
	require.Equal(t, []string{desk.ErrReceived.Code}, codes(undone.Outcomes))
	_, err = h.desk.UndoBatch(t.Context(), h.as("vanthu.quan"), sent.ID, wrongText, noKey)
	refused(t, err, routing.ErrNotFound)

	two := h.registered()
	batch.Subjects = subjects(two)
	late, err := h.desk.RunBatch(t.Context(), chairman, batch, key("l"))
	require.NoError(t, err)
	h.wait(16 * time.Minute)
	_, err = h.desk.UndoBatch(t.Context(), chairman, late.ID, wrongText, noKey)
	refused(t, err, desk.ErrUndo)
}

func TestABatchGrantsExtensionsAsAsked(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.dispatched(leadAndWards...)
	var subjects []desk.Subject
	for _, ward := range []string{"molao", "vanquan"} {
		h.done(h.desk.AskExtension(t.Context(), h.as("chutich."+ward), h.share(doc, ward).ID, at("2026-12-04 15:00"), "Chờ số liệu của tổ dân phố", 0, noKey))
	}
	decisions, err := h.store.Decisions(t.Context(), doc.ID)
	require.NoError(t, err)
	for _, x := range decisions {
		subjects = append(subjects, desk.Subject{ID: x.ID})
	}
	batch := desk.Batch{Act: routing.ActExtend, Subjects: append(subjects, desk.Subject{ID: h.share(doc, "qldt").ID})}
	result, err := h.desk.RunBatch(t.Context(), h.as("chutich.quan"), batch, key("extend"))
	require.NoError(t, err)
	require.Equal(t, []int{2, 1}, []int{result.Done, result.Refused}, "%+v", result.Outcomes)
	require.WithinDuration(t, at("2026-12-04 15:00"), h.share(doc, "vanquan").Due, 0)
}
