package gate

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"congvan/desk"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Figures are what operators count. The registry is the handler's own, so that
// a process can have several handlers.
type Figures struct {
	took    *prometheus.HistogramVec
	Handler http.Handler // of /metrics
}

// NewFigures makes them.
func NewFigures(d Backlogs) *Figures {
	f := &Figures{took: prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name:    "congvan_http_request_duration_seconds",
		Help:    "How long requests took, by route template.",
		Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
	}, []string{"route", "method", "status"})}
	registry := prometheus.NewRegistry()
	registry.MustRegister(f.took, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	for _, g := range gauges(d) {
		registry.MustRegister(g)
	}
	f.Handler = promhttp.HandlerFor(registry, promhttp.HandlerOpts{})
	return f
}

// Backlogs says what waits.
type Backlogs interface {
	OutboxAge(context.Context) (time.Duration, error)
	MailBacklog(context.Context) (desk.MailBacklog, error)
	DecisionsOverdue(context.Context) (int, error)
	SealBacklog(context.Context) (waiting int, age time.Duration, err error)
}

// gauges are the numbers to watch. The first tells how long the oldest milestone
// has waited for its workflow: it grows while Temporal or the workers are away.
func gauges(d Backlogs) []prometheus.Collector {
	return []prometheus.Collector{
		gauge("congvan_outbox_oldest_seconds", "How long the oldest milestone has waited for its workflow; 0: none waits", func(ctx context.Context) (float64, error) {
			age, err := d.OutboxAge(ctx)
			return age.Seconds(), err
		}),
		mailGauges{d},
		sealGauges{d},
		gauge("congvan_decisions_overdue", "How many open decisions are past their deadline", func(ctx context.Context) (float64, error) {
			n, err := d.DecisionsOverdue(ctx)
			return float64(n), err
		}),
	}
}

// askWithin is how long a scrape waits for the record; noAnswer what it says then.
const (
	askWithin = 2 * time.Second
	noAnswer  = "; -1: the record does not answer."
)

// gauge is a number that the record is asked for.
func gauge(name, help string, ask func(context.Context) (float64, error)) prometheus.Collector {
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help + noAnswer}, func() float64 {
		ctx, cancel := context.WithTimeout(context.Background(), askWithin)
		defer cancel()
		n, err := ask(ctx)
		if err != nil {
			return -1
		}
		return n
	})
}

// mailGauges are three numbers of one question.
type mailGauges struct{ Backlogs }

var (
	mailsWaiting = prometheus.NewDesc("congvan_mails_waiting", "How many mails wait to be sent"+noAnswer, nil, nil)
	mailsOldest  = prometheus.NewDesc("congvan_mails_oldest_seconds", "How long the oldest mail has waited to be sent; 0: none waits"+noAnswer, nil, nil)
	mailsGivenUp = prometheus.NewDesc("congvan_mails_given_up", "How many mails were given up within a day"+noAnswer, nil, nil)
)

// Describe names the gauges.
func (g mailGauges) Describe(to chan<- *prometheus.Desc) {
	to <- mailsWaiting
	to <- mailsOldest
	to <- mailsGivenUp
}

// Collect asks the record once for all of them.
func (g mailGauges) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), askWithin)
	defer cancel()
	waiting, oldest, givenUp := -1.0, -1.0, -1.0
	if b, err := g.MailBacklog(ctx); err == nil {
		waiting, oldest, givenUp = float64(b.Waiting), b.Oldest.Seconds(), float64(b.GivenUp)
	}
	to <- prometheus.MustNewConstMetric(mailsWaiting, prometheus.GaugeValue, waiting)
	to <- prometheus.MustNewConstMetric(mailsOldest, prometheus.GaugeValue, oldest)
	to <- prometheus.MustNewConstMetric(mailsGivenUp, prometheus.GaugeValue, givenUp)
}

func (f *Figures) observe(route, method string, status int, took time.Duration) {
	f.took.WithLabelValues(route, method, strconv.Itoa(status)).Observe(took.Seconds())
}

// sealGauges are two numbers of one question.
type sealGauges struct{ Backlogs }

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
