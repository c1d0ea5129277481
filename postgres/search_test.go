package postgres_test

import (
	"context"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/uptrace/bun"

	"congvan/local/localtest"
	"congvan/postgres"
	"congvan/routing"
)

// asked keeps the statements that a store asks.
type asked struct {
	sync.Mutex
	texts []string
}

// BeforeQuery keeps nothing.
func (a *asked) BeforeQuery(ctx context.Context, _ *bun.QueryEvent) context.Context { return ctx }

// AfterQuery keeps a statement.
func (a *asked) AfterQuery(_ context.Context, e *bun.QueryEvent) {
	a.Lock()
	defer a.Unlock()
	if strings.HasPrefix(strings.TrimSpace(e.Query), "WITH") {
		a.texts = append(a.texts, e.Query)
	}
}

// manyDocuments are enough for the planner to choose as it would among a million: common
// words, rare ones, files and opinions, of the district, an office and a ward.
const manyDocuments = `
	WITH who AS (SELECT u.id AS unit, a.id AS account, p.id AS position, u.kind FROM accounts a JOIN positions p ON p.id = a.position_id JOIN units u ON u.id = p.unit_id
			WHERE a.username IN ('vanthu.quan', 'vanthu.molao')),
	doc AS (INSERT INTO documents (id, unit_id, book_year, number, issuer, code_number, code_notation, type_name, subject, field, urgency, duplicate_key, duplicate_reason, ladder, ladder_version,
			status, direct_due_at, registered_at, registered_by)
		SELECT ('0190' || lpad(to_hex(n), 4, '0') || '-0000-7000-8000-000000000000')::uuid, w.unit, 2026, 100 + n, 'Sở Xây dựng', n::text, 'KH-UBND', 'Kế hoạch',
			'Rà soát trật tự đô thị đợt ' || n || CASE WHEN n % 5000 = 7 THEN ' sau hoả hoạn' ELSE '' END, '', 'normal', '', '', 'normal', 1, 'directed', now(), now(), w.account
		FROM generate_series(?0 + 1, ?0 + 1000) n, who w WHERE w.kind = 'district' RETURNING id, unit_id, registered_by, number),
	given AS (INSERT INTO directions (id, document_id, unit_id, given_by, given_by_position, given_at, text, process, result, dispatched_at)
		SELECT gen_random_uuid(), d.id, d.unit_id, d.registered_by, w.position, now(), 'Giao các đơn vị xử lý dứt điểm', 'Báo cáo', 'Báo cáo', now() FROM doc d, who w WHERE w.kind = 'district' RETURNING id, document_id, unit_id),
	share AS (INSERT INTO assignments (id, document_id, direction_id, giver_unit_id, unit_id, role, status, sent_at, receive_due_at)
		SELECT gen_random_uuid(), g.document_id, g.id, g.unit_id, w.unit, 'execute', 'sent', now(), now() FROM given g JOIN doc d ON d.id = g.document_id, who w WHERE w.kind = 'ward' AND d.number % 17 = 0)
	INSERT INTO attachments (document_id, sha256, name, media_type, size, added_at) SELECT id, sha256(number::text::bytea), 'a.pdf', 'application/pdf', 1, now() FROM doc WHERE number % 4 = 0`

// openFullRecord opens a record with these.
func openFullRecord(t *testing.T) *record {
	t.Helper()
	dsn := localtest.PostgresLike(t, "postgres with many documents", func(dsn string) error {
		if err := furnish(dsn); err != nil {
			return err
		}
		store := postgres.Open(dsn, 1)
		defer store.Close()
		for from := 0; from < 20000; from += 1000 {
			if _, err := store.DB().NewRaw(manyDocuments, from).Exec(context.Background()); err != nil {
				return err
			}
		}
		for _, text := range []string{
			`INSERT INTO file_texts (document_id, sha256, text, words) SELECT document_id, sha256, 'x', to_tsvector('simple', repeat('kinh gui ', 50) || 'chung cu') FROM attachments`,
			`ANALYZE documents`, `ANALYZE assignments`, `ANALYZE file_texts`, `ANALYZE said_texts`, `ANALYZE directions`} {
			if _, err := store.DB().NewRaw(text).Exec(context.Background()); err != nil {
				return err
			}
		}
		return nil
	})
	store := postgres.Open(dsn, 4)
	t.Cleanup(func() { _ = store.Close() })
	return &record{T: t, Store: store, dsn: dsn}
}

// No search reads a whole table, nor asks the index of the words for each document
// anew: performance that tables of some rows do not show.
func TestASearchReadsNoWholeTable(t *testing.T) {
	t.Parallel()
	r := openFullRecord(t)
	require.Equal(t, 20000, r.count("said_texts"), "triggers keep what is said")
	whole := regexp.MustCompile(`Seq Scan on (documents|assignments|said_texts|file_texts|attachments|events|directions)\b`)
	var blind []string
	require.NoError(t, r.DB().NewRaw(`EXPLAIN SELECT FROM documents WHERE subject LIKE '%x%'`).Scan(t.Context(), &blind))
	require.Regexp(t, whole, strings.Join(blind, "\n"), "the test is blind")
	hook := &asked{}
	//lint:ignore SA1019 the other way makes another database, which the store does not ask
	r.DB().AddQueryHook(hook)
	for _, username := range []string{"chutich.quan", "chutich.molao", "thanhtra.quan", "truong.nv"} {
		actor, err := r.ActorByName(t.Context(), username, "2026-11-23")
		require.NoError(t, err)
		for _, text := range []string{"hoả hoạn", "rà soát", "dứt điểm", "kính gửi", "4427", "rà soát kính gửi", "không đâu"} {
			_, err := r.Search(t.Context(), postgres.Search{By: actor, Text: text, Now: now, Limit: 20, Faceted: true, Narrow: postgres.SearchNarrow{TypeName: "Kế hoạch"}})
			require.NoError(t, err)
		}
	}
	texts := hook.texts
	require.Greater(t, len(texts), 4*7)
	for _, text := range texts {
		var plan []string
		require.NoError(t, r.DB().RunInTx(t.Context(), nil, func(ctx context.Context, tx bun.Tx) error {
			if strings.Contains(text, "stands AS") { // as it is asked
				if _, err := tx.NewRaw(`SET LOCAL enable_seqscan = off`).Exec(ctx); err != nil {
					return err
				}
			}
			return tx.NewRaw("EXPLAIN "+text).Scan(ctx, &plan)
		}))
		said := strings.Join(plan, "\n")
		require.NotRegexp(t, whole, said, text)
		if !strings.Contains(text, "stands AS") {
			require.NotContains(t, said, "_words", text)
		}
	}
}

// Who sees little of much goes on where the search ended, and misses nothing.
func TestASearchGoesOnWhereItEnded(t *testing.T) {
	t.Parallel()
	r := openFullRecord(t)
	for username, want := range map[string]int{"chutich.quan": 20000, "chutich.molao": 1177} {
		actor, err := r.ActorByName(t.Context(), username, "2026-11-23")
		require.NoError(t, err)
		seen := map[routing.ID]bool{}
		last := routing.ID("g")
		for after := routing.ID(""); ; {
			page, err := r.Search(t.Context(), postgres.Search{By: actor, Text: "rà soát", Now: now, Limit: 1000, After: after})
			require.NoError(t, err)
			for _, h := range page.Hits {
				require.Less(t, h.Document.ID, last, "the newest first")
				last, seen[h.Document.ID] = h.Document.ID, true
			}
			if after = page.Next; after == "" {
				break
			}
		}
		require.Len(t, seen, want, username)
	}
}
