package api

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// refused accesses and looks are written down, without content.
func TestRefusalsAndLooksAreJournalled_A11(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	document := w.expect(201, clerk, "POST", "/documents", registrationOf()).id("documentId")
	for range 2 {
		w.expect(200, chairman, "GET", "/documents/"+document, nil)
	}
	w.expect(404, ward, "GET", "/documents/"+document, nil)
	w.expect(404, ward, "GET", "/documents/00000000-0000-4000-8000-000000000000", nil)
	w.expect(403, chairman, "POST", "/documents", registrationOf())
	w.expect(401, "nobody", "GET", "/documents/"+document, nil)

	var rows []struct{ Kind, Outcome, Code, Username, SubjectKind, SubjectID string }
	require.NoError(t, w.store.DB().NewRaw(`SELECT j.kind, j.outcome, j.code, a.username, j.subject_kind, j.subject_id
		FROM journal j JOIN accounts a ON a.id = j.actor_id ORDER BY j.id`).Scan(t.Context(), &rows))
	require.Len(t, rows, 4)
	require.Equal(t, []string{"viewed", "done", chairman, document}, []string{rows[0].Kind, rows[0].Outcome, rows[0].Username, rows[0].SubjectID})
	require.Equal(t, []string{"refused", "not-found", ward, document}, []string{rows[1].Kind, rows[1].Code, rows[1].Username, rows[1].SubjectID})
	require.Equal(t, rows[1].Code, rows[2].Code)
	require.Equal(t, []string{"refused", chairman, "route"}, []string{rows[3].Kind, rows[3].Username, rows[3].SubjectKind})
}
