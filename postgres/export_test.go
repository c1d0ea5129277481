package postgres

import (
	"context"
	"fmt"
	"strings"

	"github.com/uptrace/bun"

	"congvan/routing"
)

// FigurePlan is how the record reads the list behind a figure.
func (s *Store) FigurePlan(ctx context.Context, q FigurePage) (string, error) {
	var lines []string
	err := s.db.NewRaw(`EXPLAIN (ANALYZE, BUFFERS) `+figureLists[q.listed()], q.args()).Scan(ctx, &lines)
	return strings.Join(lines, "\n"), err
}

// SheetPlans are how it reads the figures of one unit, planned for whatever is asked.
func (s *Store) SheetPlans(ctx context.Context, q FigurePage) (map[string]string, error) {
	a := q.args()
	a["limit"] = 2000
	plans := map[string]string{}
	for name, st := range map[string]*statement{"tallies": talliedAt, "monthly": monthly, "paces": paces, "had": hasHad} {
		err := s.inTx(ctx, func(tx bun.Tx) error {
			values, err := st.values(a)
			if err != nil {
				return err
			}
			texts := make([]string, len(values))
			for i, v := range values {
				if texts[i] = "NULL"; v != nil {
					texts[i] = fmt.Sprintf("'%v'", v)
					if t, ok := v.(interface{ UnixMicro() int64 }); ok {
						texts[i] = fmt.Sprintf("to_timestamp(%d / 1e6)", t.UnixMicro())
					}
				}
			}
			for _, text := range []string{`SET LOCAL plan_cache_mode = force_generic_plan`, `DEALLOCATE ALL`, `PREPARE asked AS ` + st.text} {
				if _, err := tx.ExecContext(ctx, text); err != nil {
					return err
				}
			}
			var lines []string
			err = tx.NewRaw(`EXPLAIN (ANALYZE, BUFFERS) EXECUTE asked(`+strings.Join(texts, ", ")+`)`).Scan(ctx, &lines)
			plans[name] = strings.Join(lines, "\n")
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return plans, nil
}

// Slow is a statement that has no index to walk: the tests of plans see it.
func (s *Store) Slow(ctx context.Context, unit routing.ID) (string, error) {
	var lines []string
	err := s.db.NewRaw(`EXPLAIN SELECT count(*) FROM assignments a WHERE a.giver_unit_id::text = ?`, unit).Scan(ctx, &lines)
	return strings.Join(lines, "\n"), err
}
