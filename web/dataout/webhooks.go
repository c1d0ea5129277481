package dataout

import (
	"context"
	"strings"

	"congvan/routing"
	"congvan/web/inputs"
	"congvan/web/ui"
	"congvan/web/visit"
)

const webhooksNav = "/admin/webhooks"

func showWebhooks(v *visit.Visit) error { return webhookForm(v, 200, inputs.New("url", "https://")) }

func webhookForm(v *visit.Visit, status int, f inputs.Form) error {
	list, err := v.Desk().Webhooks(v.Context(), v.Actor)
	if err != nil {
		return err
	}
	return v.ShowAs(status, ui.Page{Title: "Báo tin cho chương trình khác", Nav: webhooksNav}, webhooksPage(list, f))
}

func makeWebhook(v *visit.Visit) error {
	req, err := v.Request()
	if err != nil {
		return err
	}
	in := routing.Webhook{URL: v.Value("url")}
	for _, kind := range v.Values("kinds") {
		in.Kinds = append(in.Kinds, routing.WebhookKind(kind))
	}
	_, secret, err := v.Desk().MakeWebhook(v.Context(), v.Actor, in, req)
	if err != nil {
		return v.Again(err, func(fault *routing.Error, status int) error { return webhookForm(v, status, inputs.Typed(v, fault)) })
	}
	return v.Show(ui.Page{Title: "Địa chỉ nhận tin mới", Nav: webhooksNav}, madeWebhook(secret))
}

func showWebhook(v *visit.Visit) error {
	w, sent, err := v.Desk().Webhook(v.Context(), v.Actor, v.ID("id"))
	if err != nil {
		return err
	}
	return v.Show(ui.Page{Title: "Địa chỉ nhận tin", Nav: webhooksNav}, webhookPage(w, sent))
}

func testWebhook(v *visit.Visit) error {
	req, err := v.Request()
	if err == nil {
		_, err = v.Desk().TestWebhook(v.Context(), v.Actor, v.ID("id"), req)
	}
	if err != nil {
		return err
	}
	return v.Go(webhooksNav+"/"+string(v.ID("id")), "webhook-tested")
}

func resumeWebhook(v *visit.Visit) error {
	if _, err := v.Desk().ResumeWebhook(v.Context(), v.Actor, v.ID("id")); err != nil {
		return err
	}
	return v.Go(webhooksNav+"/"+string(v.ID("id")), "saved")
}

func revokeWebhook(v *visit.Visit) error {
	if _, err := v.Desk().RevokeWebhook(v.Context(), v.Actor, v.ID("id")); err != nil {
		return err
	}
	return v.Go(webhooksNav, "revoked")
}

// kindNames are what people call the kinds.
var kindNames = map[routing.WebhookKind]string{
	"document.registered": "Văn bản vào sổ", "document.presented": "Văn bản trình lãnh đạo", "document.concluded": "Hoàn thành văn bản", "document.filed": "Văn bản lưu, không phải xử lý",
	"document.recalled": "Văn bản thu hồi", "document.cancelled": "Văn bản huỷ, giữ số", "document.reopened": "Văn bản mở lại",
	"direction.given": "Lãnh đạo cho ý kiến chỉ đạo", "assignment.sent": "Chuyển đến nơi nhận", "assignment.acknowledged": "Nơi nhận xác nhận đã nhận", "assignment.reported": "Nơi nhận báo cáo kết quả",
	"assignment.approved": "Báo cáo được duyệt", "assignment.sent-back": "Báo cáo bị trả lại", "assignment.returned": "Nơi nhận chuyển trả", "assignment.extended": "Được gia hạn",
	"alarm.rung": "Đôn đốc việc đến hạn hoặc quá hạn", routing.WebhookTest: "Tin gửi thử",
}

func kindName(ctx context.Context, kind routing.WebhookKind) string {
	if name, known := kindNames[kind]; known {
		return ui.T(ctx, name)
	}
	return string(kind)
}

// kindWords are what people call a kind, with what programs call it.
func kindWords(ctx context.Context, kind routing.WebhookKind) string {
	return kindName(ctx, kind) + " (" + string(kind) + ")"
}

func kindOptions(ctx context.Context) (out []inputs.Option) {
	for _, kind := range routing.WebhookKinds() {
		out = append(out, inputs.Option{Value: string(kind), Text: kindWords(ctx, kind)})
	}
	return out
}

// outcomes are what a try that was not accepted is called.
var outcomes = map[string]string{
	"blocked-address": "địa chỉ không được phép gọi", "redirected": "nơi nhận chuyển hướng", "timed-out": "quá thời gian chờ", "certificate": "chứng thư không hợp lệ",
	"no-connection": "không kết nối được", "bad-address": "địa chỉ không đúng", "not-called": "chưa gọi được",
}

// outcomeWords say what became of a message.
func outcomeWords(ctx context.Context, d routing.WebhookDelivery) string {
	status, refused := strings.CutPrefix(d.Outcome, "status-")
	switch {
	case !d.DeliveredAt.IsZero():
		return ui.T(ctx, "gửi được")
	case d.Outcome == "":
		return ui.T(ctx, "chờ gửi")
	case refused:
		return ui.T(ctx, "nơi nhận trả lời %s", status)
	}
	return ui.T(ctx, outcomes[d.Outcome])
}

// outcomeLight is the colour of it.
func outcomeLight(d routing.WebhookDelivery) string {
	switch {
	case !d.DeliveredAt.IsZero():
		return "good"
	case !d.GivenUpAt.IsZero(), d.Outcome != "":
		return "bad"
	}
	return "none"
}
