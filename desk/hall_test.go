package desk_test

import (
	"cmp"
	"context"
	"crypto/sha256"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"congvan/activities"
	"congvan/attachments/blobs"
	"congvan/calendar"
	"congvan/desk"
	"congvan/local/localtest"
	"congvan/migrations"
	"congvan/postgres"
	"congvan/routing"
	"congvan/seed"
)

func TestMain(m *testing.M) { os.Exit(localtest.Main(m)) }

// hall is a district's town hall: its desk, the hands of its workflows, its
// record, and a clock that moves only when told.
type hall struct {
	*testing.T
	desk  *desk.Desk
	hands *activities.Hands
	store *postgres.Store
	files string // the folder of the attachments
	clock atomic.Pointer[time.Time]
}

// openHall opens a hall of its own for a test, on Monday, 23/11/2026, 09:00.
func openHall(t *testing.T) *hall {
	t.Helper()
	h := &hall{T: t, files: t.TempDir()}
	h.waitUntil("2026-11-23 09:00")
	h.store = postgres.Open(localtest.PostgresLike(t, "desk", furnish), 12)
	t.Cleanup(func() { _ = h.store.Close() })
	folder, err := blobs.OpenFolder(h.files)
	require.NoError(t, err)
	h.desk = desk.New(h.store, nil, h.now, desk.KeepIn(folder))
	h.hands = activities.New(h.store, h.now)
	return h
}

// furnish makes the record of Hà Đông. Phường Mộ Lao opens an hour earlier.
func furnish(dsn string) error {
	store := postgres.Open(dsn, 2)
	defer store.Close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if _, err := migrations.Run(ctx, store.DB()); err != nil {
		return err
	}
	if _, err := seed.Apply(ctx, store); err != nil {
		return err
	}
	_, err := store.DB().NewRaw(`UPDATE unit_versions SET office_hours = '07:00-11:00,12:00-16:00' WHERE unit_id = ?`, unit("molao")).Exec(ctx)
	if err != nil {
		return err
	}
	return store.ExtendSessions(ctx, time.Now())
}

func (h *hall) now() time.Time { return *h.clock.Load() }

// waitUntil sets the clock, in Vietnamese time.
func (h *hall) waitUntil(text string) {
	now := at(text)
	h.clock.Store(&now)
}

func (h *hall) wait(d time.Duration) {
	now := h.now().Add(d)
	h.clock.Store(&now)
}

func at(text string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", text, calendar.Location)
	if err != nil {
		panic(err)
	}
	return t
}

func unit(key string) routing.ID { return seed.HaDong().UnitID(key) }

// as is the actor who holds the account.
func (h *hall) as(username string) routing.Actor {
	h.Helper()
	actor, err := h.store.ActorByName(h.Context(), username, calendar.DateOf(h.now()).String())
	require.NoError(h, err, username)
	return actor
}

// key is a request with an idempotency key, for the content it stands for.
func key(name string, content ...string) routing.Request {
	sum := sha256.Sum256([]byte(cmp.Or(append(content, name)...)))
	return routing.Request{Key: name, Hash: sum[:]}
}

var noKey routing.Request

func letter() routing.Registration {
	return routing.Registration{Issuer: "UBND thành phố Hà Nội", TypeName: "Công văn", Subject: "Về việc bảo đảm trật tự đô thị",
		Urgency: routing.Normal, Secrecy: routing.NoSecret}
}

// registered is a document in the district's book.
func (h *hall) registered() routing.Document {
	h.Helper()
	event, err := h.desk.Register(h.Context(), h.as("vanthu.quan"), letter(), noKey)
	require.NoError(h, err)
	return h.document(event.DocumentID)
}

func (h *hall) document(id routing.ID) routing.Document {
	h.Helper()
	doc, err := h.store.Document(h.Context(), id)
	require.NoError(h, err)
	return doc
}

// to names a recipient whose work is due at Friday, 27/11/2026, 15:00.
func to(key string, role routing.Role) routing.Recipient {
	r := routing.Recipient{UnitID: unit(key), Role: role}
	if role != routing.Inform {
		r.Due = at("2026-11-27 15:00").UTC()
	}
	return r
}

// leadAndWards: Quản lý đô thị leads, Tư pháp coordinates, two wards execute,
// Nội vụ is informed.
var leadAndWards = []routing.Recipient{to("qldt", routing.Lead), to("tp", routing.Coordinate), to("molao", routing.Execute),
	to("vanquan", routing.Execute), to("nv", routing.Inform)}

func fiveClear(recipients ...routing.Recipient) routing.Direction {
	return routing.Direction{Text: "Kiểm tra, xử lý vi phạm", Process: "Phường báo cáo phòng, phòng báo cáo quận", Result: "Báo cáo kết quả",
		Recipients: recipients}
}

// dispatched is a document that the chairman directed and the workflow sent out.
func (h *hall) dispatched(recipients ...routing.Recipient) routing.Document {
	h.Helper()
	doc := h.registered()
	_, err := h.desk.DirectDocument(h.Context(), h.as("chutich.quan"), doc.ID, fiveClear(recipients...), doc.Version, noKey)
	require.NoError(h, err)
	h.dispatch(doc)
	return h.document(doc.ID)
}

func (h *hall) dispatch(doc routing.Document) activities.Outlook {
	h.Helper()
	return h.step(h.hands.Dispatch, doc)
}

// step carries out a step of the document's workflow.
func (h *hall) step(do func(context.Context, activities.Input) (activities.Outlook, error), doc routing.Document) activities.Outlook {
	h.Helper()
	outlook, err := do(h.Context(), activities.Input{DocumentID: doc.ID})
	require.NoError(h, err)
	outlook.NextAlarm = outlook.NextAlarm.UTC()
	return outlook
}

// share is what a unit holds of a document as a unit.
func (h *hall) share(doc routing.Document, unitKey string) routing.Assignment {
	h.Helper()
	all, err := h.store.Assignments(h.Context(), doc.ID)
	require.NoError(h, err)
	for _, a := range all {
		if a.UnitID == unit(unitKey) && a.PositionID == "" {
			return a
		}
	}
	require.FailNow(h, "no share", unitKey)
	return routing.Assignment{}
}

// done demands that an act succeeded.
func (h *hall) done(event routing.Event, err error) routing.Event {
	h.Helper()
	require.NoError(h, err)
	require.Positive(h, event.ID)
	return event
}

// refused asserts the refusal and returns it with its details.
func refused(t require.TestingT, err error, want *routing.Error) *routing.Error {
	require.ErrorIs(t, err, want)
	var refusal *routing.Error
	require.ErrorAs(t, err, &refusal)
	return refusal
}

// count counts the rows that a query finds.
func (h *hall) count(query string, args ...any) (n int) {
	h.Helper()
	require.NoError(h, h.store.DB().NewRaw(`SELECT count(*) FROM `+query, args...).Scan(h.Context(), &n))
	return n
}

// everything counts the rows of every table.
func (h *hall) everything() map[string]int {
	h.Helper()
	var tables []string
	require.NoError(h, h.store.DB().NewRaw(`SELECT tablename FROM pg_tables WHERE schemaname = 'public'`).Scan(h.Context(), &tables))
	rows := map[string]int{}
	for _, table := range tables {
		rows[table] = h.count(table)
	}
	require.GreaterOrEqual(h, len(rows), 14)
	return rows
}

// milestones are the kinds that wait in the outbox for a document, in order.
func (h *hall) milestones(doc routing.Document) (kinds []routing.MilestoneKind) {
	h.Helper()
	require.NoError(h, h.store.DB().NewRaw(`SELECT kind FROM outbox WHERE document_id = ? ORDER BY seq`, doc.ID).Scan(h.Context(), &kinds))
	return kinds
}
