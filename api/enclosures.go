package api

import (
	"context"
	"net/http"

	"congvan/api/internal/contract"
	"congvan/desk"
	"congvan/gate"
	"congvan/postgres"
	"congvan/routing"

	"github.com/gorilla/mux"
)

// encloseFile takes in a file that is to lie beside the work on a share.
func (s *server) encloseFile(w http.ResponseWriter, r *http.Request) {
	id := routing.ID(mux.Vars(r)["id"])
	s.takeFile(w, r, base+"/assignments/"+string(id)+"/enclosures/", func(c *gate.Call, file desk.NewFile) (routing.Event, string, error) {
		event, err := s.Desk.Enclose(r.Context(), c.Actor, id, file, r.URL.Query().Get("note"), c.Request)
		about, _ := event.Details["file"].(map[string]any)
		sum, _ := about["sha256"].(string)
		return event, sum, err
	})
}

// getEnclosure sends such a file back.
func (s *server) getEnclosure(w http.ResponseWriter, r *http.Request) {
	s.sendFile(w, r, s.Desk.Enclosure)
}

// ListEnclosures lists the files that lie beside the work on a share.
func (s *server) ListEnclosures(ctx context.Context, in contract.ListEnclosuresRequestObject) (contract.ListEnclosuresResponseObject, error) {
	actor, id := gate.CallOf(ctx).Actor, routing.ID(in.ID)
	share, err := s.Desk.Assignment(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	found, err := s.Desk.Enclosures(ctx, actor, share.DocumentID)
	return contract.ListEnclosures200JSONResponse{Items: answers(found[id], func(e postgres.Enclosure) contract.Attachment { return attachmentAnswer(e.Attachment) })}, err
}
