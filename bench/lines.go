package main

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"time"
)

// emit prints one line of the result. Nothing else is printed on stdout.
func emit(line any) error { return json.NewEncoder(os.Stdout).Encode(line) }

// tell says how far the bench is, on stderr.
func tell(format string, args ...any) {
	fmt.Fprintf(os.Stderr, time.Now().Format("15:04:05 ")+format+"\n", args...)
}

// routeLine is what the rounds of one way came to: medians, and the smallest
// and the largest round.
type routeLine struct {
	Bench     string `json:"bench"`
	Via       string `json:"via,omitempty"`
	Reference string `json:"reference,omitempty"`
	Wards     int    `json:"wards"`
	Clients   int    `json:"clients"`
	Docs      int    `json:"docs"` // in one round
	Rounds    int    `json:"rounds"`

	DocsPerS            float64   `json:"docs_per_s"`
	DocsPerSSpread      []float64 `json:"docs_per_s_spread"`
	CPUMSPerDoc         float64   `json:"cpu_ms_per_doc"`
	CPUMSPerDocSpread   []float64 `json:"cpu_ms_per_doc_spread"`
	CPUMSBy             byName    `json:"cpu_ms_per_doc_by"`
	HistoryEventsPerDoc float64   `json:"history_events_per_doc"`
	AckMSP50            float64   `json:"ack_ms_p50"`
	AckMSP50Spread      []float64 `json:"ack_ms_p50_spread"`
	AckMSP95            float64   `json:"ack_ms_p95"`
	MSP50By             byName    `json:"ms_p50_by"` // acts and waits
}

// byName are figures by process, or by act.
type byName map[string]float64

// rounds are the measurements of one way.
type rounds struct {
	docsPerS, cpu, events, p50, p95 figure
	by                              map[string]figure // CPU by process
	took                            map[string]figure // median time by act and wait
}

func (r *rounds) add(m measured) {
	r.docsPerS = append(r.docsPerS, m.docsPerSecond())
	r.cpu = append(r.cpu, m.cpuPerDoc())
	r.events = append(r.events, m.events)
	r.p50 = append(r.p50, percentile(m.took[timeAcknowledge], 50))
	r.p95 = append(r.p95, percentile(m.took[timeAcknowledge], 95))
	if r.by == nil {
		r.by, r.took = map[string]figure{}, map[string]figure{}
	}
	for name, used := range m.cpu {
		r.by[name] = append(r.by[name], m.perDoc(used))
	}
	for name, values := range m.took {
		r.took[name] = append(r.took[name], percentile(values, 50))
	}
}

func (r *rounds) line(o options, name string, wards int) routeLine {
	line := routeLine{
		Bench: "route", Wards: wards, Clients: o.clients, Docs: o.docs, Rounds: len(r.cpu),
		DocsPerS: r.docsPerS.median(), DocsPerSSpread: r.docsPerS.spread(),
		CPUMSPerDoc: r.cpu.median(), CPUMSPerDocSpread: r.cpu.spread(), CPUMSBy: byName{}, MSP50By: byName{},
		HistoryEventsPerDoc: r.events.median(),
		AckMSP50:            r.p50.median(), AckMSP50Spread: r.p50.spread(), AckMSP95: r.p95.median(),
	}
	if name == runDesk || name == runHTTP {
		line.Via = name
	} else {
		line.Reference = name
	}
	for process, f := range r.by {
		line.CPUMSBy[process] = f.median()
	}
	for name, f := range r.took {
		line.MSP50By[name] = f.median()
	}
	return line
}

// goals are the figures that performance.md sets goals for.
type goals struct {
	route      map[string]*rounds
	dispatchMS figure

	recipient              float64 // CPU of a recipient among 579 ÷ among 17
	moreEvents             float64 // of a document to 579 than of one to 17
	stormSeconds, stormAck float64 // until all have rung; p95 of acts meanwhile, ms

	questions map[string]goal // by question: p95 while others write, ms

	documentPage []float64 // p95 of the page of a document to 17 wards, ms, by who reads it
}

// goal is one figure beside what it should be.
type goal struct {
	Value float64 `json:"value"`
	Goal  float64 `json:"goal"`
	Met   bool    `json:"met"`
}

func atMost(value, limit float64) goal  { return goal{value, limit, value <= limit} }
func atLeast(value, limit float64) goal { return goal{value, limit, value >= limit} }

// print ends the result with the ratios and whether the goals are met, as far
// as they were measured.
func (g *goals) print() error {
	line, met := map[string]any{"bench": "ratios"}, map[string]goal{}
	desk, http, temporal, sql := g.route[runDesk], g.route[runHTTP], g.route[runBareTemporal], g.route[runBareSQL]
	if desk != nil {
		met["cpu_ms_per_doc_desk"] = atMost(desk.cpu.median(), 75)
		met["history_events_per_doc"] = atMost(desk.events.median(), 20)
	}
	if http != nil {
		met["cpu_ms_per_doc_http"] = atMost(http.cpu.median(), 100)
	}
	if desk != nil && temporal != nil {
		r := ratio(desk.docsPerS, temporal.docsPerS)
		line["docs_per_s_desk_to_bare_temporal"] = r
		met["docs_per_s_desk_to_bare_temporal"] = atLeast(r, 0.8)
		line["cpu_desk_to_bare_temporal"] = ratio(desk.cpu, temporal.cpu)
	}
	if desk != nil && sql != nil {
		r := ratio(desk.p50, sql.p50)
		line["ack_p50_desk_to_bare_sql"] = r
		met["ack_p50_desk_to_bare_sql"] = atMost(r, 1.3)
	}
	if http != nil && sql != nil {
		r := ratio(http.p50, sql.p50)
		line["ack_p50_http_to_bare_sql"] = r
		met["ack_p50_http_to_bare_sql"] = atMost(r, 3)
	}
	if len(g.dispatchMS) > 0 {
		met["dispatch_ms_p95"] = atMost(round(percentile(g.dispatchMS, 95)), 300)
	}
	if g.recipient > 0 {
		met["cpu_recipient_579_to_17"] = atMost(g.recipient, 0.7)
		met["history_events_579_more_than_17"] = atMost(g.moreEvents, 20)
	}
	if g.stormSeconds > 0 {
		met["storm_seconds"] = atMost(g.stormSeconds, 60)
		met["storm_ack_ms_p95"] = atMost(g.stormAck, 100)
	}
	if len(g.documentPage) > 0 {
		met["document_page_ms_p95"] = atMost(slices.Max(g.documentPage), documentGoal)
	}
	for name, q := range g.questions {
		met[name+"_ms_p95_under_writers"] = q
	}
	if len(met) == 0 {
		return nil
	}
	line["goals"] = met
	return emit(line)
}
