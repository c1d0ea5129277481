package routing

import (
	"fmt"
	"slices"
	"time"
)

// WebhookKind is what another program wants to be told of.
type WebhookKind string

// WebhookTest is sent when somebody tries an address.
const WebhookTest WebhookKind = "test"

// webhookKinds are the events that each kind stands for.
var webhookKinds = []struct {
	kind WebhookKind
	act  Act
}{
	{"document.registered", ActRegister}, {"document.presented", ActPresent}, {"document.concluded", ActConclude}, {"document.filed", ActFile},
	{"document.recalled", ActRecall}, {"document.cancelled", ActCancel}, {"document.reopened", ActReopen},
	{"direction.given", ActDirect}, {"assignment.sent", ActDispatch}, {"assignment.acknowledged", ActAcknowledge}, {"assignment.reported", ActReport},
	{"assignment.approved", ActApprove}, {"assignment.sent-back", ActSendBack}, {"assignment.returned", ActReturn}, {"assignment.extended", ActExtend},
	{"alarm.rung", ActRing},
}

// WebhookKinds are all kinds that may be asked for, in their order.
func WebhookKinds() []WebhookKind {
	out := make([]WebhookKind, len(webhookKinds))
	for i, x := range webhookKinds {
		out[i] = x.kind
	}
	return out
}

// WebhookActs are the kinds by the act that each stands for.
func WebhookActs() map[Act]WebhookKind {
	out := make(map[Act]WebhookKind, len(webhookKinds))
	for _, x := range webhookKinds {
		out[x.act] = x.kind
	}
	return out
}

// Webhook is an address of another program that is told of what happens: ids and
// numbers, signed with a secret that is shown once, when it is made.
type Webhook struct {
	ID          ID
	URL         string
	Kinds       []WebhookKind
	CreatedAt   time.Time
	Failures    int       // one after the other
	PausedAt    time.Time // after too many of them; zero: not
	DeliveredAt time.Time // last; zero: never
	RevokedAt   time.Time // zero: not
	Waiting     int       // deliveries that are on their way
}

// The measures of webhooks.
const (
	MaxWebhooks     = 20
	WebhookPauses   = 20                 // failures after which an address is tried no more, until somebody resumes it
	WebhookGivesUp  = 3 * 24 * time.Hour // after which one delivery is
	longestHookName = 500
)

// ErrWebhooks says that there are as many webhooks as there may be.
var ErrWebhooks = &Error{Fault: Conflict, Code: "too-many-webhooks",
	Message: fmt.Sprintf("Đã có %d địa chỉ nhận tin còn hiệu lực; hãy thu hồi địa chỉ không dùng nữa.", MaxWebhooks)}

// MayKeepWebhooks says who registers addresses of other programs: the
// administrators of the organ at the top, in their own names.
func (a Actor) MayKeepWebhooks() bool { return a.may(ToKeepWebhooks, a.inOwnName, a.toAll()...) }

// Check says whether there may be such a webhook. plain says whether its address is
// one of the web, without a user in it. Whether it may be called is judged when it
// is, by where it then leads.
func (w Webhook) Check(plain bool) error {
	faults := map[string]string{}
	if !plain || len(w.URL) > longestHookName {
		faults["url"] = "phải là địa chỉ https đầy đủ, không kèm tên đăng nhập, không quá 500 ký tự"
	}
	known := WebhookKinds()
	for i, kind := range w.Kinds {
		if !slices.Contains(known, kind) || slices.Contains(w.Kinds[:i], kind) {
			faults["kinds"] = "có loại tin không có trong danh sách, hoặc được chọn hai lần"
		}
	}
	if len(w.Kinds) == 0 {
		faults["kinds"] = "hãy chọn ít nhất một loại tin"
	}
	if len(faults) > 0 {
		return ErrField.With("fields", faults)
	}
	return nil
}

// WebhookDelivery is one message on its way to a webhook.
type WebhookDelivery struct {
	ID, WebhookID            ID
	Kind                     WebhookKind
	At                       time.Time // when it happened
	DocumentID, AssignmentID ID        // empty: a test; the document itself
	Number                   string    // of the document: book's year, number
	CreatedAt, NotBefore     time.Time
	Attempts                 int
	DeliveredAt, GivenUpAt   time.Time
	Outcome                  string // of the last try: a code; empty: none yet
}
