package main

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"
)

// questionLine is what asking one question came to, in ms.
type questionLine struct {
	Bench        string  `json:"bench"`
	Name         string  `json:"name"`
	P50          float64 `json:"p50_ms"`
	P95          float64 `json:"p95_ms"`
	WritersP50   float64 `json:"p50_ms_under_writers"`
	WritersP95   float64 `json:"p95_ms_under_writers"`
	RestartFirst float64 `json:"first_ms_after_restart"`
	RestartP95   float64 `json:"p95_ms_after_restart"`
	Found        int     `json:"found"` // by the last of them
	Runs         int     `json:"runs"`
}

// questions measures how long questions over many documents take: warm and
// alone, while others write, and from the first on after the server was cut off
// in the midst of that.
func questions(ctx context.Context, o options, g *goals) error {
	l, err := openLibrary(ctx, o.data)
	if err != nil {
		return err
	}
	if err := l.ready(ctx, o.documents); err != nil {
		return err
	}
	defer l.stop()
	if err := l.start(ctx, syscall.SIGQUIT); err != nil {
		return err
	}
	clock, err := l.clock(ctx)
	if err != nil {
		return err
	}
	if err := l.describe(ctx, o); err != nil {
		return err
	}
	lines := make([]questionLine, len(asked))
	r, err := l.warm(ctx, clock, lines)
	if err != nil {
		return err
	}
	if err := l.cold(ctx, clock, r, lines); err != nil {
		return err
	}
	g.questions = map[string]goal{}
	for i, q := range asked {
		if q.goal > 0 {
			g.questions[q.name] = atMost(lines[i].WritersP95, q.goal)
		}
		if err := emit(lines[i]); err != nil {
			return err
		}
	}
	return nil
}

// clock goes on from the last that happened in the library: its time has stood
// still since.
func (l *library) clock(ctx context.Context) (func() time.Time, error) {
	var last time.Time
	if err := l.record.DB().NewRaw(`SELECT at FROM events ORDER BY id DESC LIMIT 1`).Scan(ctx, &last); err != nil {
		return nil, err
	}
	began := time.Now()
	return func() time.Time { return last.Add(time.Second + time.Since(began)) }, nil
}

// describe says what is asked, and with which settings.
func (l *library) describe(ctx context.Context, o options) error {
	f := newFiller(l.cluster.DSN("congvan"), o.documents)
	defer f.db.Close() //nolint:errcheck // only read
	var rows []struct {
		Name  string
		Count int64
	}
	err := f.db.NewRaw(`SELECT relname AS name, reltuples::bigint AS count FROM pg_class WHERE oid = ANY ('{documents,assignments,events,assignment_terms,file_texts}'::regclass[])
		UNION ALL SELECT 'units', count(*) FROM units UNION ALL SELECT 'open_assignments', count(*) FROM open_assignments UNION ALL SELECT 'late', count(*) FROM open_assignments WHERE late_at < (SELECT at FROM events ORDER BY id DESC LIMIT 1)
		UNION ALL SELECT 'mb', pg_database_size(current_database()) / 1048576`).Scan(ctx, &rows)
	if err != nil {
		return err
	}
	line := map[string]any{"bench": "question_data", "cpus": runtime.NumCPU(), "go": runtime.Version()}
	for _, row := range rows {
		line[row.Name] = row.Count
	}
	if line["postgresql"], err = postgresSettings(ctx, f.db); err != nil {
		return err
	}
	return emit(line)
}

// warm asks every question, alone and while others write.
func (l *library) warm(ctx context.Context, clock func() time.Time, lines []questionLine) (*reader, error) {
	r, err := l.read(ctx, clock, nil)
	if err != nil {
		return nil, err
	}
	defer r.close()
	for i, q := range asked {
		took, found, err := q.measure(ctx, r, questionWarm, q.runs)
		if err != nil {
			return nil, err
		}
		if found == 0 {
			return nil, fmt.Errorf("%s finds nothing", q.name)
		}
		lines[i] = questionLine{Bench: "question", Name: q.name, P50: round(percentile(took, 50)), P95: round(percentile(took, 95)), Found: found, Runs: len(took)}
	}
	w, err := l.writeAs(ctx, r)
	if err != nil {
		return nil, err
	}
	all, inner := errgroup.WithContext(ctx)
	busy, stop := context.WithCancel(inner)
	all.Go(func() error { return w.run(busy) })
	all.Go(func() error {
		defer stop()
		if err := sleep(inner, settleWriters); err != nil {
			return err
		}
		for i, q := range asked {
			took, _, err := q.measure(inner, r, questionWarm, q.runs)
			if err != nil {
				return err
			}
			lines[i].WritersP50, lines[i].WritersP95 = round(percentile(took, 50)), round(percentile(took, 95))
		}
		return nil
	})
	return r, all.Wait()
}

// settleWriters is how long writers write before anything is asked.
const settleWriters = 5 * time.Second

// cold cuts the server off before each question, so that none finds what
// another has read.
func (l *library) cold(ctx context.Context, clock func() time.Time, before *reader, lines []questionLine) error {
	var starts []float64
	dropped := true
	for i, q := range asked {
		l.stop()
		dropped = dropPageCache() && dropped
		began := time.Now()
		if err := l.start(ctx, syscall.SIGQUIT); err != nil {
			return err
		}
		starts = append(starts, time.Since(began).Seconds())
		if err := l.once(ctx, clock, before, q, &lines[i]); err != nil {
			return err
		}
	}
	l.stop()
	if err := l.start(ctx, syscall.SIGINT); err != nil { // and leave it in order
		return err
	}
	return emit(map[string]any{"bench": "question_restart", "page_cache_dropped": dropped, "first_start_s": round(starts[0]), "later_start_s": round(median(starts[1:]))})
}

// once asks one question in a life of its own.
func (l *library) once(ctx context.Context, clock func() time.Time, before *reader, q question, line *questionLine) error {
	r, err := l.read(ctx, clock, before)
	if err != nil {
		return err
	}
	defer r.close()
	took, _, err := q.measure(ctx, r, 0, questionCold)
	if err == nil {
		line.RestartFirst, line.RestartP95 = round(took[0]), round(percentile(took, 95))
	}
	return err
}

// dropPageCache lets the machine forget what it has read from the disk; false
// where this account may not.
func dropPageCache() bool {
	syscall.Sync()
	return os.WriteFile("/proc/sys/vm/drop_caches", []byte("3"), 0) == nil
}

// measure asks a question some times that do not count and some that do, and
// says how long each of these took in ms. A slow one is asked less often.
func (q question) measure(ctx context.Context, r *reader, warm, runs int) (took []float64, found int, err error) {
	tell("questions: %s", q.name)
	end := time.Now().Add(questionPatience)
	for n := 0; n < warm+runs && (len(took) < questionLeast || time.Now().Before(end)); n++ {
		began := time.Now()
		if found, err = q.ask(ctx, r, n); err != nil {
			return nil, 0, fmt.Errorf("%s: %w", q.name, err)
		}
		if n >= warm {
			took = append(took, float64(time.Since(began).Microseconds())/1000)
		}
	}
	return took, found, nil
}

// How long a question is asked at most, but for the least number of times.
const (
	questionPatience = time.Minute
	questionLeast    = 10
)
