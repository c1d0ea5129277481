package api

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"

	"congvan/calendar"
	"congvan/routing"

	"github.com/gorilla/mux"
	"github.com/prometheus/client_golang/prometheus"
)

// getReceipt sends the proof that a share was received. It is written by hand
// because it comes as a file, of one kind or the other.
func (s *server) getReceipt(w http.ResponseWriter, r *http.Request) {
	vars := mux.Vars(r)
	receipt, err := s.desk.Receipt(r.Context(), callOf(r.Context()).actor, routing.ID(vars["id"]), routing.ID(vars["assignment"]))
	if err != nil {
		s.refuse(w, r, err)
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
		s.refuse(w, r, err)
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

// sealGauges are two numbers of one question.
type sealGauges struct{ backlogs }

var (
	rowsUnsealed = prometheus.NewDesc("congvan_log_unsealed_rows", "How many events and entries of the journal are not sealed yet"+noAnswer, nil, nil)
	unsealedAge  = prometheus.NewDesc("congvan_log_unsealed_oldest_seconds", "How old the oldest of them is; 0: there are none"+noAnswer, nil, nil)
)

// Describe names the gauges.
func (g sealGauges) Describe(to chan<- *prometheus.Desc) {
	to <- rowsUnsealed
	to <- unsealedAge
}

// Collect asks the record once for both.
func (g sealGauges) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), askWithin)
	defer cancel()
	rows, age := -1.0, -1.0
	if n, oldest, err := g.SealBacklog(ctx); err == nil {
		rows, age = float64(n), oldest.Seconds()
	}
	to <- prometheus.MustNewConstMetric(rowsUnsealed, prometheus.GaugeValue, rows)
	to <- prometheus.MustNewConstMetric(unsealedAge, prometheus.GaugeValue, age)
}
