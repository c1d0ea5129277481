package desk_test

import (
	"bytes"
	"io"
	"runtime"
	"testing"
	"time"

	"congvan/desk"
	"congvan/routing"
	"congvan/statistics"
	"congvan/statistics/files"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"
)

// aYear puts copies of a document that was given to two units into the book of
// the district.
func (h *hall) aYear(copies int) {
	h.Helper()
	doc := h.dispatched(to("qldt", routing.Lead), to("molao", routing.Execute))
	const at = 1000 // at once: a statement has an end
	for n := 0; n < copies; n += at {
		h.copy(doc.ID, n+1, n+at)
	}
	_, err := h.store.DB().NewRaw(`ANALYZE documents, assignments, directions`).Exec(h.Context())
	require.NoError(h, err)
}

func (h *hall) copy(document routing.ID, first, last int) {
	h.Helper()
	_, err := h.store.DB().NewRaw(`WITH copies AS (SELECT gen_random_uuid() AS id, gen_random_uuid() AS direction, n FROM generate_series(?1, ?2) n),
		document AS (INSERT INTO documents (id, unit_id, book_year, number, issuer, code_number, code_notation, issued_on, type_name, subject, field, urgency, duplicate_key,
				duplicate_reason, ladder, ladder_version, status, direct_due_at, registered_at, registered_by, arrival_channel, sender_address, calendar_version)
			SELECT c.id, d.unit_id, d.book_year, d.number + c.n, d.issuer, d.code_number, d.code_notation, d.issued_on, (ARRAY['Công văn', 'Kế hoạch', 'Báo cáo'])[c.n % 3 + 1], d.subject || ' ' || c.n, d.field, d.urgency, '',
				'', d.ladder, d.ladder_version, d.status, d.direct_due_at, d.registered_at, d.registered_by, d.arrival_channel, d.sender_address, d.calendar_version FROM documents d, copies c WHERE d.id = ?0),
		direction AS (INSERT INTO directions (id, document_id, unit_id, given_by, given_by_position, given_at, text, process, result, kind)
			SELECT c.direction, c.id, x.unit_id, x.given_by, x.given_by_position, x.given_at, x.text, x.process, x.result, x.kind FROM directions x, copies c WHERE x.document_id = ?0)
		INSERT INTO assignments (id, document_id, direction_id, circle_id, giver_unit_id, unit_id, role, status, sent_at, receive_due_at, due_at)
		SELECT gen_random_uuid(), c.id, c.direction, c.direction, a.giver_unit_id, a.unit_id, a.role, a.status, a.sent_at, a.receive_due_at, a.due_at FROM assignments a, copies c WHERE a.document_id = ?0`,
		document, first, last).Exec(h.Context())
	require.NoError(h, err)
}

// peak is the most of the heap that was in use while something was done, beyond what
// was in use before.
func peak(do func()) uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	before, most, stop, done := m.HeapAlloc, uint64(0), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapAlloc)
			select {
			case <-stop:
				return
			case <-time.After(5 * time.Millisecond):
			}
		}
	}()
	do()
	close(stop)
	<-done
	return most - min(most, before)
}

// A year of 20,000 documents leaves as a file without being in memory at once.
func TestAYearIsPrintedInLittleMemory(t *testing.T) { // alone: it measures the memory of the program
	h := openHall(t)
	h.aYear(20_000)
	size := func(code string, format files.Format, w io.Writer) (uint64, error) {
		var err error
		began := time.Now()
		most := peak(func() {
			err = h.desk.Print(t.Context(), h.as("chutich.quan"), desk.PrintQuery{Code: code, Period: november, Form: string(format)},
				files.New(format, func(statistics.Head) io.Writer { return w }))
		})
		t.Logf("%s as %s: %d MB at most, %v", code, format, most>>20, time.Since(began).Round(10*time.Millisecond))
		return most, err
	}
	var book bytes.Buffer
	for _, format := range []files.Format{files.CSV, files.Excel} {
		to := io.Discard
		if format == files.Excel {
			to = &book
		}
		most, err := size("VBDEN01", format, to)
		require.NoError(t, err)
		require.Less(t, most, uint64(128<<20), format)
	}
	file, err := excelize.OpenReader(&book)
	require.NoError(t, err)
	rows, err := file.Rows("VBDEN01")
	require.NoError(t, err)
	n := 0
	for rows.Next() {
		n++
	}
	require.Greater(t, n, 20_001)
	_, err = size("VBDEN01", files.PDF, io.Discard)
	var refusal *routing.Error
	require.ErrorAs(t, err, &refusal)
	require.Equal(t, "report-too-long", refusal.Code)
	most, err := size("VBDEN04", files.Excel, io.Discard) // twice as many lines
	require.NoError(t, err)
	require.Less(t, most, uint64(128<<20))
	screen := h.printed("chutich.quan", desk.PrintQuery{Code: "VBDEN06", Period: november, Limit: 2000})
	require.False(t, screen.head.Whole)
	require.Len(t, screen.rows, 2000)
	require.Equal(t, "Tổng số: 20001 văn bản.", screen.sums)
	require.Equal(t, "Báo cáo: 6667 văn bản", screen.groups[0], "the groups are counted whole")
}
