package desk_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"congvan/routing"
)

const merged = "Nghị quyết 1286/NQ-UBTVQH15 về sắp xếp phường"

// Domain 7.2, scenario 10: on 01/01/2025 Nguyễn Trãi and Yết Kiêu became part of
// Quang Trung, which took the code 09538 of the former.
func TestWardsMerge_NQ1286(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	h.waitUntil("2024-12-30 09:00")
	nt := to("nguyentrai", routing.Execute)
	nt.Due = at("2025-01-08 15:00")
	yk := to("yetkieu", routing.Execute)
	yk.Due = nt.Due
	lead := to("qldt", routing.Lead)
	lead.Due = nt.Due
	doc := h.dispatched(lead, nt, yk)
	h.received(doc, "nguyentrai")
	for _, q := range []string{
		`UPDATE unit_versions SET valid_to = '2025-01-01' WHERE unit_id IN ('` + string(unit("nguyentrai")) + `', '` + string(unit("yetkieu")) + `', '` + string(unit("quangtrung")) + `')`,
		`INSERT INTO unit_versions (unit_id, valid_from, code, name, parent_id) VALUES ('` + string(unit("quangtrung")) + `', '2025-01-01', '09538', 'UBND phường Quang Trung', '` + string(unit("quan")) + `')`,
	} {
		_, err := h.store.DB().NewRaw(q).Exec(t.Context())
		require.NoError(t, err)
	}
	h.waitUntil("2025-01-02 09:00")
	_, err := h.desk.HandOverUnit(t.Context(), h.as("chutich.quan"), unit("nguyentrai"), unit("quangtrung"), merged, noKey)
	refused(t, err, routing.ErrNotAllowed)
	s, err := h.desk.HandOverUnit(t.Context(), h.as("quantri"), unit("nguyentrai"), unit("quangtrung"), merged, key("k"))
	require.NoError(t, err)
	require.Len(t, s.Outcomes, 1)
	require.Empty(t, s.Outcomes[0].Code, s.Outcomes[0].Message)
	h.dispatch(doc)
	require.Equal(t, routing.HandedOver, h.share(doc, "nguyentrai").Status)
	require.Equal(t, routing.Sent, h.share(doc, "quangtrung").Status)
	require.True(t, h.share(doc, "quangtrung").Due.Equal(nt.Due))
	require.Equal(t, routing.Sent, h.share(doc, "yetkieu").Status, "the other ward has its own act")

	before := h.everything()
	s, err = h.desk.HandOverUnit(t.Context(), h.as("quantri"), unit("nguyentrai"), unit("quangtrung"), merged, key("k"))
	require.NoError(t, err)
	require.Empty(t, s.Outcomes, "asking again does nothing twice")
	require.Equal(t, before, h.everything())

	view, err := h.desk.Document(t.Context(), h.as("chutich.quan"), doc.ID)
	require.NoError(t, err)
	for _, a := range view.Assignments {
		if a.UnitID == unit("nguyentrai") {
			require.Equal(t, "UBND phường Nguyễn Trãi", a.Unit.Name, "the name of its day")
			require.Equal(t, "09538", a.Unit.Code)
		}
		require.NotEmpty(t, a.Unit.Name)
	}
}
