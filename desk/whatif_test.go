package desk_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"congvan/desk"
	"congvan/routing"
)

func draft(recipients ...desk.DraftRecipient) desk.Draft {
	return desk.Draft{Text: "Kiểm tra", Process: "Phường báo cáo phòng", Result: "Báo cáo", Recipients: recipients}
}

func in(days int, key string, role routing.Role) desk.DraftRecipient {
	return desk.DraftRecipient{Recipient: routing.Recipient{UnitID: unit(key), Role: role}, Days: days}
}

// domain 4.3, 4.2: what a term means for each unit, before it is set.
func TestWhatIf(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	for range 4 {
		h.dispatched(to("qldt", routing.Lead), due(to("molao", routing.Execute), "2026-11-25 10:00"), due(to("vanquan", routing.Execute), "2026-11-26 10:00"))
	}
	reg := letter()
	reg.ReplyBy = "2026-11-25"
	doc := h.document(h.done(h.register("vanthu.quan", reg, noKey)).DocumentID)
	before := h.everything()
	late := desk.DraftRecipient{Recipient: due(to("vanquan", routing.Execute), "2026-11-26 15:00")}
	f, err := h.desk.WhatIf(t.Context(), h.as("chutich.quan"), desk.Target{DocumentID: doc.ID},
		draft(in(1, "qldt", routing.Lead), in(1, "molao", routing.Execute), late, in(0, "nv", routing.Inform)))
	require.NoError(t, err)
	require.Equal(t, before, h.everything(), "nothing is written")
	require.Nil(t, f.Refused)
	require.Len(t, f.Recipients, 4)
	lead, molao, vanquan, informed := f.Recipients[0], f.Recipients[1], f.Recipients[2], f.Recipients[3]

	require.WithinDuration(t, at("2026-11-25 17:00"), lead.Recipient.Due, 0)
	require.WithinDuration(t, at("2026-11-23 17:00"), lead.ReceiveDue, 0)
	require.Equal(t, 15*time.Hour, lead.Left, "7 hours today, 8 on Wednesday")
	require.Len(t, lead.DaysOff, 1)
	require.Equal(t, "Ngày Văn hóa Việt Nam", lead.DaysOff[0].Reason)
	require.Equal(t, "2026-11-24", lead.DaysOff[0].Date.String())
	require.Equal(t, [2]int{4, 0}, [2]int{lead.Open, lead.DueThatDay})
	require.Empty(t, lead.Warnings)

	require.WithinDuration(t, at("2026-11-25 16:00"), molao.Recipient.Due, 0, "its own office closes at 16:00")
	require.Equal(t, [2]int{4, 4}, [2]int{molao.Open, molao.DueThatDay})
	require.Equal(t, [2]int{4, 4}, [2]int{vanquan.Open, vanquan.DueThatDay})
	require.Len(t, vanquan.Warnings, 1)
	require.Equal(t, routing.WarnAfterReplyBy, vanquan.Warnings[0].Code)
	require.Zero(t, informed.Recipient.Due)
	require.Equal(t, "2 phường đã có 8 việc đến hạn vào đúng ngày hạn của mình.", f.Summary)

	f, err = h.desk.WhatIf(t.Context(), h.as("chutich.quan"), desk.Target{DocumentID: doc.ID}, draft(in(2, "qldt", routing.Lead), in(2, "vanquan", routing.Execute)))
	require.NoError(t, err)
	require.Equal(t, "1 phường đã có 4 việc đến hạn hôm đó.", f.Summary)
	f, err = h.desk.WhatIf(t.Context(), h.as("chutich.quan"), desk.Target{DocumentID: doc.ID}, draft(in(5, "qldt", routing.Lead)))
	require.NoError(t, err)
	require.Equal(t, "Chưa nơi nào có việc khác đến hạn hôm đó.", f.Summary)
}

// What would be refused is said of each recipient, not of the whole.
func TestWhatIfSaysWhatWouldBeRefused(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.registered()
	both := in(1, "tp", routing.Coordinate)
	both.Due = at("2026-11-27 10:00")
	farAway := desk.DraftRecipient{Recipient: routing.Recipient{UnitID: unit("ttr"), Role: routing.Execute, Due: time.Date(9999, 12, 31, 23, 0, 0, 0, time.UTC)}}
	f, err := h.desk.WhatIf(t.Context(), h.as("chutich.quan"), desk.Target{DocumentID: doc.ID}, draft(
		in(1, "qldt", routing.Lead), in(0, "nv", routing.Execute), both, in(1, "yt", routing.Inform), in(-1, "kt", routing.Execute), in(4000, "vhtt", routing.Execute),
		desk.DraftRecipient{Recipient: due(to("molao", routing.Execute), "2026-11-24 10:00")}, farAway,
		desk.DraftRecipient{Recipient: routing.Recipient{UnitID: "no id", Role: routing.Inform}},
		desk.DraftRecipient{Recipient: routing.Recipient{UnitID: "0199c4a0-0000-7000-8000-000000000000", Role: routing.Inform}},
	))
	require.NoError(t, err)
	var codes []string
	for _, x := range f.Recipients {
		code := ""
		if x.Refused != nil {
			code = x.Refused.Code
			require.NotEmpty(t, x.Refused.Message)
		}
		codes = append(codes, code)
	}
	require.Equal(t, []string{"", "due-missing", "invalid-field", "invalid-field", "invalid-field", "due-too-far", "due-day-off", "due-too-far", "unknown-unit", "unknown-unit"}, codes)

	f, err = h.desk.WhatIf(t.Context(), h.as("chutich.quan"), desk.Target{DocumentID: doc.ID}, desk.Draft{Recipients: []desk.DraftRecipient{in(1, "qldt", routing.Lead)}})
	require.NoError(t, err)
	require.Equal(t, "direction-incomplete", f.Refused.Code)
	require.Nil(t, f.Recipients[0].Refused)

	for username, want := range map[string]*routing.Error{"vanthu.quan": routing.ErrNotAllowed, "truong.qldt": routing.ErrNotFound, "quantri": routing.ErrNotFound} {
		_, err = h.desk.WhatIf(t.Context(), h.as(username), desk.Target{DocumentID: doc.ID}, draft())
		refused(t, err, want)
	}
}

func TestWhatIfOfAShare(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.dispatched(due(to("qldt", routing.Lead), "2026-11-26 15:00"))
	share := h.received(doc, "qldt")
	target := desk.Target{AssignmentID: share.ID}
	f, err := h.desk.WhatIf(t.Context(), h.as("truong.qldt"), target,
		draft(desk.DraftRecipient{Recipient: to("qldt", routing.Lead)}, in(2, "molao", routing.Execute), in(1, "tp", routing.Execute),
			desk.DraftRecipient{Recipient: officer("qldt", "chuyenvien.qldt", routing.Execute)}))
	require.NoError(t, err)
	require.Nil(t, f.Refused)
	require.Nil(t, f.Recipients[0].Refused, "the unit keeps its own")
	require.Equal(t, routing.WarnAfterParentDue, f.Recipients[1].Warnings[0].Code)
	require.Equal(t, "recipient-not-below", f.Recipients[2].Refused.Code)
	require.Nil(t, f.Recipients[3].Refused)
	require.Zero(t, f.Recipients[3].Open, "what the unit holds is not his")
	_, err = h.desk.WhatIf(t.Context(), h.as("chutich.phula"), target, draft())
	refused(t, err, routing.ErrNotFound)
	_, err = h.desk.WhatIf(t.Context(), h.as("chutich.quan"), target, draft())
	refused(t, err, routing.ErrNotAllowed)
	h.conclude(doc)
	f, err = h.desk.WhatIf(t.Context(), h.as("truong.qldt"), target, draft(in(1, "molao", routing.Lead)))
	require.NoError(t, err)
	require.Equal(t, "wrong-state", f.Refused.Code)
}
