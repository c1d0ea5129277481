package desk_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"congvan/attachments"
	"congvan/calendar"
	"congvan/desk"
	"congvan/routing"
)

// NĐ 30/2020, Điều 22 khoản 2: one series of numbers for paper and electronic
// documents, by the order in which they come into the book.
func TestOneSeriesForPaperAndElectronic_ND30_Dieu22(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	for want := 1; want <= 6; want++ {
		in := letter()
		if want%2 == 0 {
			in = electronic(h.now())
		}
		require.Equal(t, want, h.done(h.register("vanthu.quan", in, noKey)).Number, in.Channel)
	}
}

// NĐ 30/2020, Điều 22 khoản 2; domain 9.2.1: what is cancelled, recalled or
// replaced keeps its number, and nobody has it again.
func TestANumberIsNeverUsedAgain_A24_ND30_Dieu22(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	cancelled, recalled := h.registered(), h.registered()
	h.done(h.desk.CancelDocument(t.Context(), h.as("vanthu.quan"), cancelled.ID, routing.RegisteredInError, because, 0, noKey))
	h.done(h.recall("vanthu.quan", recalled, noKey))
	in := letter()
	in.Replaces = recalled.ID
	require.Equal(t, 3, h.done(h.register("vanthu.quan", in, noKey)).Number)
	require.Equal(t, 4, h.registered().Number)
	require.Equal(t, [2]int{1, 2}, [2]int{h.document(cancelled.ID).Number, h.document(recalled.ID).Number})
}

// NĐ 30/2020, Điều 24 khoản 1: whoever is charged with following the work sees
// the whole and urges, also where his unit has no share.
func TestWhoFollowsAndUrges_ND30_Dieu24(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.dispatched(leadAndWards...)
	require.Len(t, h.view("chanhvanphong", doc).Assignments, len(leadAndWards))
	h.done(h.desk.Remind(t.Context(), h.as("chanhvanphong"), h.share(doc, "molao").ID, "", noKey))
	_, err := h.desk.Remind(t.Context(), h.as("truong.tp"), h.share(doc, "molao").ID, "", noKey)
	refused(t, err, routing.ErrNotFound)
}

// Domain 5.1.4: the head works himself while his people do, and goes on directing.
func TestTheHeadGoesOnDirecting_Domain_5_1_4(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.dispatched(to("qldt", routing.Lead))
	held := h.received(doc, "qldt")
	h.done(h.directFurther("truong.qldt", held, noKey, to("qldt", routing.Lead), officer("qldt", "chuyenvien.qldt", routing.Execute)))
	h.dispatch(doc)
	h.done(h.desk.Progress(t.Context(), h.as("truong.qldt"), held.ID, "Đã kiểm tra thực địa", noKey))
	h.done(h.desk.AddRecipients(t.Context(), h.as("truong.qldt"), h.direction(doc, routing.GivenFurther), because, []routing.Recipient{to("molao", routing.Execute)}, noKey))
	h.dispatch(doc)
	require.Equal(t, held.ID, h.share(doc, "molao").ParentID)
}

// Domain 9.4, scenario 5: 32 clerks register over the turn of the year, and the
// clock of the machine is set back and forth meanwhile. Each year has the numbers
// 1 to N, and every number stands in the book of the day on which it was given.
func TestTheTurnOfTheYearAtOnce_Domain_9_4_5(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	midnight := time.Date(2026, 12, 31, 17, 0, 0, 0, time.UTC) // in Vietnam
	var asked atomic.Int64
	jumping := desk.New(h.store, nil, func() time.Time {
		n := asked.Add(1)
		return midnight.Add(time.Duration(n%7-3) * time.Second) // 23:59:57 to 00:00:03
	})
	clerk := h.as("vanthu.quan")
	events := make([]routing.Event, 32*6)
	var all errgroup.Group
	for i := range 32 {
		all.Go(func() (err error) {
			for j := range 6 {
				if events[i*6+j], err = jumping.Register(t.Context(), clerk, letter(), noKey); err != nil {
					return err
				}
			}
			return nil
		})
	}
	require.NoError(t, all.Wait())
	numbers := map[int][]int{}
	for _, e := range events {
		numbers[e.Year] = append(numbers[e.Year], e.Number)
		doc := h.document(e.DocumentID)
		year, err := time.Parse(time.DateOnly, calendar.DateOf(doc.Registered).String())
		require.NoError(t, err)
		require.Equal(t, [3]int{e.Year, e.Year, e.Number}, [3]int{year.Year(), doc.BookYear, doc.Number})
	}
	require.Len(t, numbers, 2)
	for year, given := range numbers {
		slices.Sort(given)
		require.Equal(t, oneTo(len(given)), given, year)
	}
	require.Equal(t, len(events), len(numbers[2026])+len(numbers[2027]))
}

// Domain 9.4, scenario 11: files as they come.
func TestFilesAsTheyCome_Domain_9_4_11(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.registered()
	page := []byte("<html><body>Kính gửi</body></html>")
	full := append(bytes.Clone(pdf), make([]byte, h.desk.UploadLimits().File-int64(len(pdf)))...)
	for name, c := range map[string]struct {
		content []byte
		want    *routing.Error
	}{
		"cong van!~!45 & phu luc (2).pdf":  {pdf, nil},
		"Kế hoạch số 45  KH-UBND.pdf":      {append(bytes.Clone(pdf), 1), nil},
		"50 MB.pdf":                        {full, nil},
		"setup.exe":                        {exe, desk.ErrFileType},
		"báo cáo.exe.pdf":                  {exe, desk.ErrFileName},
		"trống.doc":                        {nil, desk.ErrFileEmpty},
		"công văn 45.doc":                  {page, attachments.ErrPage},
		"công văn 45.docx":                 {page, attachments.ErrPage},
		"công văn 45.pdf":                  {page, attachments.ErrPage},
		strings.Repeat("ậ", 200) + ".docx": {pdf, desk.ErrFileName},
	} {
		event, err := h.attach("vanthu.quan", doc, name, c.content, noKey)
		if c.want != nil {
			require.ErrorIs(t, err, c.want, name)
			continue
		}
		require.NoError(t, err, name)
		require.Equal(t, name, event.Details["name"])
		file, data, err := h.file("chutich.quan", doc, sumOf(event))
		require.NoError(t, err, name)
		require.Equal(t, name, file.Name)
		require.True(t, bytes.Equal(c.content, data), fmt.Sprint("bit for bit: ", name))
	}
	require.Equal(t, 3, h.count("attachments"))
}
