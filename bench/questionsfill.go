package main

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"congvan/calendar"
	"congvan/migrations"
	"congvan/postgres"
	"congvan/routing"
	"congvan/seed"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"
	"github.com/uptrace/bun/driver/pgdriver"
	"golang.org/x/sync/errgroup"
)

const (
	// questionsGenerator grows with every change of what the generator makes.
	questionsGenerator = 2
	questionsSeed      = 20261120

	chunkDocuments = 20_000 // written in one transaction
	fillers        = 2      // at once
)

// filledTables are filled without their indexes, constraints and triggers; these
// come afterwards, and so find out what is wrong.
var filledTables = []string{"documents", "attachments", "file_texts", "directions", "direction_recipients", "assignments", "decisions", "alarms", "notices", "events", "open_assignments", "assignment_terms", "said_texts"}

// districtOf adds to the seed's district what it lacks of 25 offices and 174
// wards, each with who speaks for it, its clerk and an officer.
func districtOf(ctx context.Context, record *postgres.Store) error {
	from, err := calendar.Parse("2015-01-01")
	if err != nil {
		return err
	}
	clerk, err := record.ActorByName(ctx, "vanthu.quan", calendar.DateOf(time.Now()).String())
	if err != nil {
		return err
	}
	var add postgres.Seed
	for _, kind := range []struct {
		name, title string
		n           int
	}{{"office", "Phòng số", 13}, {"ward", "UBND phường số", 157}} {
		for n := range kind.n {
			key := fmt.Sprintf("%s%03d", kind.name, n+1)
			id := postgres.NameID("bench", key)
			add.Units = append(add.Units, postgres.SeedUnit{ID: id, ParentID: clerk.UnitID, Kind: kind.name, Code: "B-" + key, Name: fmt.Sprint(kind.title, " ", n+1), ValidFrom: from, OfficeHours: calendar.DefaultHours().String()})
			for code, office := range map[string]routing.Office{"truong.": routing.Head, "vanthu.": routing.Clerk, "canbo.": routing.Officer} {
				add.Positions = append(add.Positions, postgres.SeedPosition{ID: postgres.NameID("bench", code+key), AccountID: postgres.NameID("bench account", code+key),
					UnitID: id, Code: code + key, Title: code + key, Office: office, ValidFrom: from})
			}
		}
	}
	_, err = record.Seed(ctx, add)
	return err
}

// filler writes the documents of the questions.
type filler struct {
	db        *bun.DB
	documents int
}

// newFiller connects: the product's own connections give up sooner than these
// statements end.
func newFiller(dsn string, documents int) filler {
	db := bun.NewDB(sql.OpenDB(pgdriver.NewConnector(pgdriver.WithDSN(dsn), pgdriver.WithReadTimeout(fillPatience), pgdriver.WithConnParams(map[string]any{"timezone": "UTC"}))), pgdialect.New())
	db.SetMaxOpenConns(fillers)
	return filler{db, documents}
}

// fillRecordOf makes the tables of an empty database, fills them and checks what
// it filled.
func fillRecordOf(ctx context.Context, record *postgres.Store, dsn string, documents int) error {
	if _, err := migrations.Run(ctx, record.DB()); err != nil {
		return err
	}
	if _, err := seed.Apply(ctx, record); err != nil {
		return err
	}
	if err := districtOf(ctx, record); err != nil {
		return err
	}
	f := newFiller(dsn, documents)
	defer f.db.Close() //nolint:errcheck // nothing left to lose
	if err := f.fill(ctx); err != nil {
		return err
	}
	return f.check(ctx, record)
}

// fill fills the tables; the district is there and nothing else.
func (f filler) fill(ctx context.Context) error {
	bare, err := f.strip(ctx)
	if err != nil {
		return err
	}
	for _, step := range []struct {
		what string
		do   func() error
	}{
		{"the tools", func() error { return f.run(ctx, fillTools) }},
		{"what is to happen", func() error { return f.inChunks(ctx, fillPlans) }},
		{"the numbers of the books", func() error { return f.run(ctx, fillNumbers) }},
		{"the rows", func() error { return f.inChunks(ctx, fillChunk) }},
		{"the words of what was said", func() error { return f.run(ctx, fillSaid) }},
		{"indexes and constraints", func() error { return f.dress(ctx, bare) }},
		{"what was only for filling", func() error { return f.run(ctx, []string{`DROP SCHEMA bench CASCADE`, `VACUUM ANALYZE`}) }},
	} {
		began := time.Now()
		if err := step.do(); err != nil {
			return fmt.Errorf("%s: %w", step.what, err)
		}
		tell("questions: %s took %s", step.what, time.Since(began).Round(100*time.Millisecond))
	}
	return nil
}

func (f filler) run(ctx context.Context, statements []string) error {
	for _, text := range statements {
		if _, err := f.db.ExecContext(ctx, text, f.documents, questionsSeed); err != nil {
			return fmt.Errorf("%w in %.90s", err, text)
		}
	}
	return nil
}

// inChunks runs the statements over all documents, some at a time.
func (f filler) inChunks(ctx context.Context, statements []string) error {
	all, ctx := errgroup.WithContext(ctx)
	all.SetLimit(fillers)
	for from := 0; from < f.documents; from += chunkDocuments {
		all.Go(func() error {
			if from > 0 && from%(10*chunkDocuments) == 0 {
				tell("questions: %d documents", from)
			}
			return f.db.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
				for _, text := range statements {
					if _, err := tx.ExecContext(ctx, text, f.documents, questionsSeed, from, min(from+chunkDocuments, f.documents)); err != nil {
						return fmt.Errorf("%w in %.90s", err, text)
					}
				}
				return nil
			})
		})
	}
	return all.Wait()
}

// strip takes indexes, constraints and triggers off the tables and returns what
// puts them on again.
func (f filler) strip(ctx context.Context) (dress []string, err error) {
	list := "{" + strings.Join(filledTables, ",") + "}"
	var constraints []struct {
		On, Name, Definition string
		Refers               bool
	}
	err = f.db.NewRaw(`SELECT c.conrelid::regclass::text AS on, quote_ident(c.conname) AS name, pg_get_constraintdef(c.oid) AS definition, c.contype = 'f' AS refers FROM pg_constraint c
		WHERE c.contype IN ('f', 'p', 'u') AND (c.conrelid = ANY (?0::regclass[]) OR c.contype = 'f' AND c.confrelid = ANY (?0::regclass[]))
		ORDER BY c.contype = 'f' DESC, c.conrelid::regclass::text, c.conname`, list).Scan(ctx, &constraints)
	if err != nil {
		return nil, err
	}
	var refer []string
	for _, c := range constraints {
		add := `ALTER TABLE ` + c.On + ` ADD CONSTRAINT ` + c.Name + ` ` + c.Definition
		if c.Refers {
			refer = append(refer, add)
		} else {
			dress = append(dress, add)
		}
		if _, err := f.db.ExecContext(ctx, `ALTER TABLE `+c.On+` DROP CONSTRAINT `+c.Name); err != nil {
			return nil, err
		}
	}
	var indexes []struct{ Name, Definition string }
	err = f.db.NewRaw(`SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition FROM pg_index WHERE indrelid = ANY (?::regclass[]) ORDER BY indrelid::regclass::text, 1`, list).Scan(ctx, &indexes)
	if err != nil {
		return nil, err
	}
	for _, i := range indexes {
		dress = append(dress, i.Definition)
		if _, err := f.db.ExecContext(ctx, `DROP INDEX `+i.Name); err != nil {
			return nil, err
		}
	}
	dress = append(dress, refer...)
	for _, table := range filledTables {
		if _, err := f.db.ExecContext(ctx, `ALTER TABLE `+table+` DISABLE TRIGGER USER`); err != nil {
			return nil, err
		}
		dress = append(dress, `ALTER TABLE `+table+` ENABLE TRIGGER USER`)
	}
	return slices.Clip(dress), nil
}

func (f filler) dress(ctx context.Context, statements []string) error {
	for _, text := range statements {
		began := time.Now()
		if _, err := f.db.ExecContext(ctx, text); err != nil {
			return fmt.Errorf("%w in %.150s", err, text)
		}
		if took := time.Since(began); took > 10*time.Second {
			tell("questions: %s: %.100s", took.Round(time.Second), text)
		}
	}
	return nil
}
