package api

import (
	"encoding/json"
	"net/http"
	"strconv"

	"congvan/calendar"
	"congvan/gate"
	"congvan/routing"

	"github.com/gorilla/mux"
)

// getReceipt sends the proof that a share was received. It is written by hand
// because it comes as a file, of one kind or the other.
func (s *server) getReceipt(w http.ResponseWriter, r *http.Request) {
	vars := mux.Vars(r)
	receipt, err := s.Desk.Receipt(r.Context(), gate.CallOf(r.Context()).Actor, routing.ID(vars["id"]), routing.ID(vars["assignment"]))
	if err != nil {
		s.Refuse(w, r, err)
		return
	}
	kind, ending := "application/json", ".json"
	var data []byte
	if r.URL.Query().Get("format") == "pdf" {
		kind, ending = "application/pdf", ".pdf"
		data, err = receipt.Page(calendar.Location)
	} else {
		data, err = json.MarshalIndent(receipt, "", "  ")
	}
	if err != nil {
		s.Refuse(w, r, err)
		return
	}
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", disposition("phieu-nhan-"+vars["assignment"]+ending))
	h.Set("Content-Length", strconv.Itoa(len(data)))
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'; frame-ancestors 'none'")
	w.WriteHeader(http.StatusOK)
	_, _ = w.Write(data) // the client went away: nobody is left to tell
}
