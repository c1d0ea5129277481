package desk_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"congvan/calendar"
	"congvan/desk"
	"congvan/postgres"
	"congvan/routing"
)

func dayOf(t require.TestingT, text string) calendar.Date {
	day, err := calendar.Parse(text)
	require.NoError(t, err)
	return day
}

// imports brings a chart in, after a check that refuses nothing and tells as much.
func (h *hall) imports(who string, c routing.Chart, basis string) desk.Plan {
	h.Helper()
	in := desk.Transfer{Chart: c}
	check, err := h.desk.CheckImport(h.Context(), h.as(who), in, basis)
	require.NoError(h, err)
	require.Empty(h, check.Faults)
	done, err := h.desk.Import(h.Context(), h.as(who), in, basis, key(basis))
	require.NoError(h, err)
	require.Equal(h, check.Words, done.Words)
	return done
}

// chart is the organisation as it stands in the record.
func (h *hall) chart() routing.Chart {
	h.Helper()
	c, err := h.store.Chart(h.Context())
	require.NoError(h, err)
	return c
}

// ends is a chart of units that end on a day with all positions in them.
func (h *hall) ends(c routing.Chart, day string, keys ...string) routing.Chart {
	h.Helper()
	for _, k := range keys {
		var err error
		c, err = c.EndUnit(unit(k), dayOf(h, day), nil, "")
		require.NoError(h, err)
	}
	return c
}

func (h *hall) renamed(c routing.Chart, key, day, code, name string, parent routing.ID) routing.Chart {
	h.Helper()
	u, _ := c.Unit(unit(key))
	facts := u.Versions[len(u.Versions)-1].Is
	facts.Code, facts.Name, facts.ParentID = code, name, parent
	c, err := c.ChangeUnit(unit(key), dayOf(h, day), facts)
	require.NoError(h, err)
	return c
}

// Domain 7.2, by import on a running record: the merger of 01/01/2025 and the two
// levels of 01/07/2025 with codes that are used again. Old documents keep the
// names of their day, work goes on by an explicit act, nothing is lost.
func TestUpheavalsOf2025_NQ1286_NQ1656(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	h.waitUntil("2024-12-30 09:00")
	soon := func(key string, role routing.Role) routing.Recipient { return due(to(key, role), "2025-01-08 15:00") }
	doc := h.dispatched(soon("qldt", routing.Lead), soon("nguyentrai", routing.Execute), soon("yetkieu", routing.Execute))

	c := h.ends(h.chart(), "2025-01-01", "nguyentrai", "yetkieu")
	c = h.renamed(c, "quangtrung", "2025-01-01", "09538", "UBND phường Quang Trung", unit("quan"))
	first := dayOf(t, "2025-01-01")
	check, err := h.desk.CheckImport(t.Context(), h.as("quantri"), desk.Transfer{Chart: c}, merged)
	require.NoError(t, err)
	require.Len(t, check.Faults, 2, "work is open and nobody carries on")
	for _, e := range check.Faults {
		require.ErrorIs(t, e, routing.ErrWorkOpen)
	}
	for _, k := range []string{"nguyentrai", "yetkieu"} {
		c.Successors = append(c.Successors, routing.Successor{UnitID: unit(k), SuccessorID: unit("quangtrung"), From: first, Basis: merged})
	}
	plan := h.imports("quantri", c, merged)
	require.Contains(t, strings.Join(plan.Words, "\n"), "kết thúc từ ngày 2025-01-01")
	h.waitUntil("2025-01-02 09:00")
	require.Equal(t, 15, h.wards())
	require.Equal(t, routing.Sent, h.share(doc, "nguyentrai").Status, "no work moves by itself")
	for _, k := range []string{"nguyentrai", "yetkieu"} {
		require.Len(t, h.succeeds(k).Outcomes, 1)
	}
	h.dispatch(doc)
	require.Len(t, h.shares(doc, "quangtrung"), 2)
	require.Equal(t, "UBND phường Nguyễn Trãi", h.unitIn(doc, "nguyentrai").Name)

	h.twoLevels(t)
}

// twoLevels abolishes the district.
func (h *hall) twoLevels(t *testing.T) {
	h.Helper()
	const resolution, day = "Nghị quyết 1656/NQ-UBTVQH15 về sắp xếp đơn vị hành chính", "2025-07-01"
	h.waitUntil("2025-06-26 09:00")
	soon := func(key string, role routing.Role) routing.Recipient { return due(to(key, role), "2025-07-08 15:00") }
	doc := h.dispatched(soon("qldt", routing.Lead), soon("hacau", routing.Execute), soon("phula", routing.Execute))
	documents, events := h.count("documents"), h.count("events")

	city := routing.ID("0a9d2c1e-0000-4000-8000-000000000001")
	first := dayOf(t, day)
	c := h.chart()
	c.Units = append(c.Units, routing.ChartUnit{ID: city, Kind: routing.District, Versions: []routing.Version[routing.UnitFacts]{{From: first,
		Is: routing.UnitFacts{Code: "HANOI", Name: "UBND thành phố Hà Nội", OfficeHours: calendar.DefaultHours().String()}}}})
	offices := []string{"vp", "nv", "tp", "tckh", "tnmt", "ldtbxh", "vhtt", "gddt", "yt", "kt", "qldt", "ttr"}
	gone := []string{"molao", "vanquan", "vanphuc", "quangtrung", "lakhe", "phula", "phucla", "phulam", "dongmai", "biengiang"}
	c = h.ends(c, day, append(append(offices, gone...), "quan")...)
	// The codes go round: 09556 Hà Cầu → Hà Đông is itself, 09552 Phú La → Kiến Hưng, 09568 Phú Lãm → Phú Lương.
	for _, w := range [][3]string{{"hacau", "09556", "UBND phường Hà Đông"}, {"duongnoi", "09886", "UBND phường Dương Nội"}, {"yennghia", "09562", "UBND phường Yên Nghĩa"},
		{"phuluong", "09568", "UBND phường Phú Lương"}, {"kienhung", "09552", "UBND phường Kiến Hưng"}} {
		c = h.renamed(c, w[0], day, w[1], w[2], city)
	}
	into := map[string]string{"phula": "kienhung", "phulam": "phuluong", "dongmai": "yennghia"}
	for _, k := range gone {
		to := into[k]
		if to == "" {
			to = "hacau"
		}
		c.Successors = append(c.Successors, routing.Successor{UnitID: unit(k), SuccessorID: unit(to), From: first, Basis: resolution})
	}
	urban := routing.ID("0a9d2c1e-0000-4000-8000-000000000002")
	c.Units = append(c.Units, routing.ChartUnit{ID: urban, Kind: routing.Department, Versions: []routing.Version[routing.UnitFacts]{{From: first,
		Is: routing.UnitFacts{Code: "KTHTĐT", Name: "Phòng Kinh tế, Hạ tầng và Đô thị", ParentID: unit("hacau"), OfficeHours: calendar.DefaultHours().String()}}}})
	for _, k := range offices {
		c.Successors = append(c.Successors, routing.Successor{UnitID: unit(k), SuccessorID: urban, From: first, Basis: resolution})
	}
	c.Successors = append(c.Successors, routing.Successor{UnitID: unit("quan"), SuccessorID: city, From: first, Basis: resolution})
	post := routing.ID("0a9d2c1e-0000-4000-8000-000000000003")
	c.Positions = append(c.Positions, routing.ChartPosition{ID: post, Code: "quantri.thanhpho", Versions: []routing.Version[routing.PositionFacts]{{From: first,
		Is: routing.PositionFacts{UnitID: city, Title: "Quản trị", Office: routing.Admin}}}})
	h.imports("quantri", c, resolution)
	require.NoError(t, h.desk.Appoint(t.Context(), h.as("quantri"), "chuyenvien.nv", post, first, resolution, noKey))

	h.waitUntil("2025-07-01 09:00")
	require.NoError(t, h.desk.BreakDay(t.Context()))
	require.Equal(t, 5, h.wards())
	_, err := h.store.ActorByName(t.Context(), "quantri", "2025-07-01")
	refused(t, err, routing.ErrNotFound)
	admin := h.as("chuyenvien.nv")
	require.Equal(t, routing.Admin, admin.Office)
	for from, to := range map[string]routing.ID{"qldt": urban, "phula": unit("kienhung")} {
		s, err := h.desk.HandOverUnit(t.Context(), admin, unit(from), to, resolution, key("hand over "+from))
		require.NoError(t, err)
		require.NotEmpty(t, s.Outcomes)
		for _, o := range s.Outcomes {
			require.Empty(t, o.Code, o.Message)
		}
	}
	h.dispatch(doc)
	require.Equal(t, routing.HandedOver, h.share(doc, "phula").Status)
	require.Equal(t, routing.Sent, h.share(doc, "kienhung").Status)
	require.Equal(t, documents, h.count("documents"))
	require.Greater(t, h.count("events"), events)
	old, err := h.store.UnitsByID(t.Context(), "2025-06-26", []routing.ID{unit("hacau"), unit("phula"), unit("kienhung")})
	require.NoError(t, err)
	require.Equal(t, "UBND phường Hà Cầu", old[unit("hacau")].Name)
	require.Equal(t, "09552", old[unit("phula")].Code)
	require.Equal(t, "09565", old[unit("kienhung")].Code)
	now, err := h.store.UnitsByID(t.Context(), "2025-07-01", []routing.ID{unit("kienhung")})
	require.NoError(t, err)
	require.Equal(t, "09552", now[unit("kienhung")].Code)
}

// wards counts those of today.
func (h *hall) wards() (n int) {
	h.Helper()
	units, err := h.store.Units(h.Context(), calendar.DateOf(h.now()).String())
	require.NoError(h, err)
	for _, u := range units {
		if u.Kind == routing.Ward {
			n++
		}
	}
	return n
}

// Who waits for the day to break waits no longer than he has time: a record that
// does not answer makes no queue.
func TestNobodyWaitsForTheDayForEver(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	tx, err := h.store.DB().BeginTx(t.Context(), nil)
	require.NoError(t, err)
	defer func() { _ = tx.Rollback() }()
	_, err = tx.ExecContext(t.Context(), `LOCK TABLE positions IN ACCESS EXCLUSIVE MODE`)
	require.NoError(t, err)
	fresh := desk.New(h.store, nil, nil)
	first := make(chan error, 1)
	go func() { first <- fresh.BreakDay(t.Context()) }()
	require.Eventually(t, func() bool {
		var waiting bool
		err := h.store.DB().QueryRowContext(t.Context(), `SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND relation = 'positions'::regclass
			AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))`).Scan(&waiting)
		return err == nil && waiting
	}, 5*time.Second, 5*time.Millisecond)
	short, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	began := time.Now()
	require.ErrorIs(t, fresh.BreakDay(short), postgres.ErrUnavailable)
	require.Less(t, time.Since(began), time.Second)
	require.NoError(t, tx.Rollback())
	require.NoError(t, <-first)
}
