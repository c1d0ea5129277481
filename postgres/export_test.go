package postgres

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"congvan/routing"
)

// FigurePlan is how the record reads the list behind a figure.
func (s *Store) FigurePlan(ctx context.Context, q FigurePage) (string, error) {
	if q.Bucket == "" && q.Narrow.Unit != "" {
		plans, err := s.plans(ctx, q.args(), map[string]*statement{"list": unitFigureLists[q.Figure]})
		return plans["list"], err
	}
	var lines []string
	err := s.db.NewRaw(`EXPLAIN (ANALYZE, BUFFERS) `+figureLists[map[bool]Figure{true: q.Figure}[q.Bucket == ""]], q.args()).Scan(ctx, &lines)
	return strings.Join(lines, "\n"), err
}

// SheetPlans are how it reads the figures of one unit, planned for whatever is asked.
func (s *Store) SheetPlans(ctx context.Context, q FigurePage) (map[string]string, error) {
	a := q.args()
	a["limit"] = 2000
	return s.plans(ctx, a, map[string]*statement{"tallies": talliedAt, "monthly": monthly, "paces": paces, "had": hasHad})
}

// StuckPlans are how it reads what is stuck and what comes.
func (s *Store) StuckPlans(ctx context.Context, scope Scope, p routing.Period, now time.Time) (map[string]string, error) {
	a := scope.args(Narrow{})
	a["from"], a["to"], a["now"], a["most"], a["stage"], a["late"], a["unreported"], a["all"] = p.From, p.To, now, 2000, "work", false, true, false
	return s.plans(ctx, a, map[string]*statement{"stages": stagesNow, "list of a stage": stageList, "shares": passages["shares"], "returns": passages["returns"], "documents": passages["documents"],
		"no result": noResultCount, "list without a result": noResultList, "bounced": bounced, "late documents": lateDocuments, "due by day": dueByDay, "list of what is due": dueList})
}

// plans are how statements are run when they are planned for whatever is asked.
func (s *Store) plans(ctx context.Context, a args, statements map[string]*statement) (map[string]string, error) {
	plans := map[string]string{}
	for name, st := range statements {
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
