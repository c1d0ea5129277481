package desk_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"congvan/routing"
)

// numbered is a letter that may have twins.
func numbered(number string) routing.Registration {
	r := letter()
	r.CodeNumber, r.CodeNotation = number, "UBND-KSTTHC"
	return r
}

// NĐ 30/2020, Điều 22: number, date, book.
func TestRegisterGivesTheNextNumber_ND30_Dieu22(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	for want := range 3 {
		event := h.done(h.register("vanthu.quan", letter(), noKey))
		require.Equal(t, want+1, event.Number)
		require.Equal(t, 2026, event.Year)
		require.Equal(t, routing.ActRegister, event.Kind)
		require.Equal(t, string(routing.Registered), event.State)
		doc := h.document(event.DocumentID)
		require.Equal(t, event.Number, doc.Number)
		require.WithinDuration(t, at("2026-11-25 17:00"), doc.PresentDue, 0, "the next working day: 24/11 is off")
		require.WithinDuration(t, at("2026-11-26 17:00"), doc.DirectDue, 0, "and a day for the opinion")
		require.Equal(t, []routing.MilestoneKind{routing.NewsRegistered}, h.milestones(doc))
	}
	other := h.done(h.register("vanthu.molao", letter(), noKey))
	require.Equal(t, 1, other.Number, "each unit has a book of its own")
}

func (h *hall) register(username string, in routing.Registration, req routing.Request) (routing.Event, error) {
	h.Helper()
	return h.desk.Register(h.Context(), h.as(username), in, req)
}

func TestRegisterRefuses(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	before := h.everything()
	for name, c := range map[string]struct {
		by    string
		spoil func(*routing.Registration)
		want  *routing.Error
	}{
		"a leader":         {"chutich.quan", func(*routing.Registration) {}, routing.ErrNotAllowed},
		"an officer":       {"canbo.molao", func(*routing.Registration) {}, routing.ErrNotAllowed},
		"an admin":         {"quantri", func(*routing.Registration) {}, routing.ErrNotAllowed},
		"no subject":       {"vanthu.quan", func(r *routing.Registration) { r.Subject = "" }, routing.ErrField},
		"issued tomorrow":  {"vanthu.quan", func(r *routing.Registration) { r.IssuedOn = "2026-11-24" }, routing.ErrField},
		"in the year 0":    {"vanthu.quan", func(r *routing.Registration) { r.IssuedOn = "0000-01-01" }, routing.ErrField},
		"a NUL":            {"vanthu.quan", func(r *routing.Registration) { r.Subject = "a\x00b" }, routing.ErrField},
		"an unknown scale": {"vanthu.quan", func(r *routing.Registration) { r.Ladder = "'; DROP TABLE events --" }, routing.ErrLadder},
		"a state secret":   {"vanthu.quan", func(r *routing.Registration) { r.Secrecy = "Tối mật" }, routing.ErrStateSecret},
		"a marked subject": {"vanthu.quan", func(r *routing.Registration) { r.Subject = "CANARY-7f3a\nMẬT" }, routing.ErrStateSecret},
		"a secret, nobody": {"quantri", func(r *routing.Registration) { r.Secrecy = "mật" }, routing.ErrStateSecret},
	} {
		in := letter()
		c.spoil(&in)
		_, err := h.register(c.by, in, key(name))
		refused(t, err, c.want)
	}
	require.Equal(t, before, h.everything(), "M-01: nothing is written of what is refused")
}

func TestTextsComeBackAsTheyWere(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	in := letter()
	in.Subject = `'; DROP TABLE events; -- \ ?0 ?id "Đề nghị" ` + "\t\r\n" + `😀 $1 %s {}`
	in.Issuer, in.IssuedOn, in.ReplyBy, in.Field = "Sở Nội vụ", "2026-11-20", "2026-12-01", "đô thị"
	event := h.done(h.register("vanthu.quan", in, noKey))
	in.Ladder = string(in.Urgency)
	require.Equal(t, in, h.document(event.DocumentID).Registration)
}

// NĐ 30/2020, Phụ lục VI, III.1.h: warn, the clerk decides.
func TestADuplicateNeedsAReason_ND30_PhulucVI_III1h(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	first := h.done(h.register("vanthu.quan", numbered("45"), noKey))
	again := numbered("045")
	again.Issuer = "ủy ban nhân dân" // another issuer
	h.done(h.register("vanthu.quan", again, noKey))
	again.Issuer = strings.ToUpper(letter().Issuer)
	_, err := h.register("vanthu.quan", again, key("twin"))
	require.Equal(t, []string{fmt.Sprintf("%d/2026", first.Number)}, refused(t, err, routing.ErrDuplicate).Details["twins"])

	again.DuplicateReason = "gửi lại"
	_, err = h.register("vanthu.quan", again, key("twin"))
	refused(t, err, routing.ErrDuplicate)
	again.DuplicateReason = "Bản giấy đến sau bản điện tử"
	event := h.done(h.register("vanthu.quan", again, key("twin")))
	require.Equal(t, 3, event.Number)
	require.Equal(t, []any{"1/2026"}, event.Details["duplicateOf"])
	h.done(h.register("vanthu.molao", numbered("45"), noKey)) // another unit's book knows no twin
}

func TestTheSameRequestHasTheSameAnswer(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	first := h.done(h.register("vanthu.quan", numbered("45"), key("k", "content")))
	h.wait(time.Hour)
	again := h.done(h.register("vanthu.quan", numbered("45"), key("k", "content")))
	require.Equal(t, first, again)
	_, err := h.register("vanthu.quan", letter(), key("k", "other content"))
	refused(t, err, routing.ErrReused)
	other := h.done(h.register("vanthu.molao", letter(), key("k", "content")))
	require.NotEqual(t, first.DocumentID, other.DocumentID, "a key is the actor's own")
	require.Equal(t, 2, h.count("documents"))
}

func TestFiftyAtOnceWithOneKeyAreOne_F50(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	clerk := h.as("vanthu.quan")
	events := make([]routing.Event, 50)
	var all errgroup.Group
	for i := range events {
		all.Go(func() (err error) {
			events[i], err = h.desk.Register(t.Context(), clerk, numbered("45"), key("k"))
			return err
		})
	}
	require.NoError(t, all.Wait())
	for _, e := range events {
		require.Equal(t, events[0], e)
	}
	require.Equal(t, 1, h.count("documents"))
	require.Equal(t, 1, h.count("outbox"))
	next := h.done(h.register("vanthu.quan", letter(), noKey))
	require.Equal(t, 2, next.Number, "49 refused ones spent no number")
}

// NĐ 30/2020, Điều 15: consecutive from 01 on 1 January; domain 9.2.1.
func TestNumbersAreConsecutive_A20_ND30_Dieu15(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	clerks := []routing.Actor{h.as("vanthu.quan"), h.as("vanthu.qldt")}
	numbers := make([][]int, 16)
	var all errgroup.Group
	for i := range numbers {
		all.Go(func() error {
			for range 25 {
				event, err := h.desk.Register(t.Context(), clerks[i%2], letter(), noKey)
				if err != nil {
					return err
				}
				numbers[i] = append(numbers[i], event.Number)
			}
			return nil
		})
	}
	require.NoError(t, all.Wait())
	for book := range clerks {
		var taken []int
		for i := book; i < len(numbers); i += 2 {
			require.True(t, slices.IsSorted(numbers[i]), "whoever asks later has the higher number")
			taken = append(taken, numbers[i]...)
		}
		require.Equal(t, oneTo(200), slices.Sorted(slices.Values(taken)))
	}
}

func oneTo(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i + 1
	}
	return out
}

func TestAFailureSpendsNoNumber_A22(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	_, err := h.store.DB().NewRaw(`
		CREATE FUNCTION disk_full() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'disk full'; END $$;
		CREATE TRIGGER fail BEFORE INSERT ON events FOR EACH ROW WHEN (new.number IN (2, 4)) EXECUTE FUNCTION disk_full()`).Exec(t.Context())
	require.NoError(t, err)
	for _, want := range []int{1, 0, 0} {
		event, err := h.register("vanthu.quan", letter(), noKey)
		require.Equal(t, want, event.Number)
		require.Equal(t, want == 0, err != nil)
	}
	require.Equal(t, 1, h.count("documents"))
	require.Equal(t, 1, h.count("outbox"))
	_, err = h.store.DB().NewRaw(`DROP TRIGGER fail ON events`).Exec(t.Context())
	require.NoError(t, err)
	require.Equal(t, 2, h.done(h.register("vanthu.quan", letter(), noKey)).Number)
}

// NĐ 30/2020, Điều 15: the year is the year in Vietnam.
func TestTheBookOfTheYear_F62_ND30_Dieu15(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	midnight := time.Date(2026, 12, 31, 17, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		now          time.Time
		year, number int
	}{
		{midnight.Add(-2 * time.Second), 2026, 1},
		{midnight.Add(-time.Second), 2026, 2},
		{midnight, 2027, 1},
		{midnight.Add(time.Second), 2027, 2},
	} {
		h.clock.Store(&c.now)
		event := h.done(h.register("vanthu.quan", letter(), noKey))
		require.Equal(t, [2]int{c.year, c.number}, [2]int{event.Year, event.Number}, c.now)
		require.Equal(t, c.year, h.document(event.DocumentID).BookYear)
	}
}

// Domain 9.1: the clocks of presenting and of the opinion, by urgency and the
// unit's own hours.
func TestTheFirstClocks_ND30_Dieu4_Dieu23(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	for _, c := range []struct {
		by      string
		urgency routing.Urgency
		now     string
		present string
		direct  string
	}{
		{"vanthu.quan", routing.Normal, "2026-11-23 09:00", "2026-11-25 17:00", "2026-11-26 17:00"},
		{"vanthu.molao", routing.Normal, "2026-11-23 09:00", "2026-11-25 16:00", "2026-11-26 16:00"}, // its office closes at 16:00
		{"vanthu.quan", routing.Urgent, "2026-11-23 11:00", "2026-11-23 11:15", "2026-11-23 16:15"},
		{"vanthu.quan", routing.Urgent, "2026-11-23 16:50", "2026-11-25 08:05", "2026-11-25 13:05"},
		{"vanthu.quan", routing.Express, "2026-11-23 11:45", "2026-11-23 11:50", "2026-11-23 13:20"},
		// domain 9.4, scenario 3: hoả tốc at 16:55 on the Friday before Tết; nobody keeps watch.
		{"vanthu.quan", routing.Express, "2027-02-04 16:55", "2027-02-04 17:00", "2027-02-12 08:30"},
	} {
		h.waitUntil(c.now)
		in := letter()
		in.Urgency = c.urgency
		event := h.done(h.register(c.by, in, noKey))
		doc := h.document(event.DocumentID)
		require.WithinDuration(t, at(c.present), doc.PresentDue, 0, "%s at %s", c.urgency, c.now)
		require.WithinDuration(t, at(c.direct), doc.DirectDue, 0, "%s at %s", c.urgency, c.now)
	}
}
