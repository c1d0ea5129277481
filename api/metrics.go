package api

import (
	"context"
	"net"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// figures are what operators count. The registry is the handler's own, so that
// a process can have several handlers.
type figures struct {
	took    *prometheus.HistogramVec
	handler http.Handler
}

func newFigures(waiting func(context.Context) (time.Duration, error)) *figures {
	f := &figures{took: prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name:    "congvan_http_request_duration_seconds",
		Help:    "How long requests took, by route template.",
		Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
	}, []string{"route", "method", "status"})}
	registry := prometheus.NewRegistry()
	registry.MustRegister(f.took, outboxAge(waiting), collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	f.handler = promhttp.HandlerFor(registry, promhttp.HandlerOpts{})
	return f
}

// outboxAge is the number to watch: how long the oldest milestone has waited for
// its workflow. It grows while Temporal or the workers are away.
func outboxAge(waiting func(context.Context) (time.Duration, error)) prometheus.Collector {
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "congvan_outbox_oldest_seconds",
		Help: "How long the oldest milestone has waited for its workflow; 0: none waits, -1: the record does not answer.",
	}, func() float64 {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		defer cancel()
		age, err := waiting(ctx)
		if err != nil {
			return -1
		}
		return age.Seconds()
	})
}

func (f *figures) observe(route, method string, status int, took time.Duration) {
	if route == streamPath {
		return // how long somebody listened says nothing
	}
	f.took.WithLabelValues(route, method, strconv.Itoa(status)).Observe(took.Seconds())
}

// getMetrics answers the machine itself and nobody else. What came through a
// proxy on this machine is somebody else.
func (s *server) getMetrics(w http.ResponseWriter, r *http.Request) {
	host, _, _ := net.SplitHostPort(r.RemoteAddr)
	ip := net.ParseIP(host)
	forwarded := slices.ContainsFunc([]string{"Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip"},
		func(name string) bool { return len(r.Header.Values(name)) > 0 })
	if ip == nil || !ip.IsLoopback() || forwarded {
		s.refuse(w, r, errNoRoute)
		return
	}
	s.figures.handler.ServeHTTP(w, r)
}
