// Package demo sends one document on its whole way, through the HTTP API only:
// the district's clerk registers it with a PDF, the chairman directs it to one
// lead and two coordinating offices, the lead to all 17 wards. Sixteen wards
// acknowledge, one stays silent and is escalated two rungs up a ladder of
// seconds; all report, all is approved, the document is closed. A second story
// tells of the turns that a document may take beside this straight road.
package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Config says where the API is, who the demo accounts are, and what to send.
type Config struct {
	URL    string            // of the API's server, without /api/v1
	Tokens map[string]string // account → token
	File   string            // a file to send instead of the generated letter
	Out    io.Writer         // the story; the last line is the Result as JSON
	Pace   time.Duration     // pause between two acts, so that people can watch
}

// Result is what the demo ends with.
type Result struct {
	Documents     int     `json:"documents"`
	Recipients    int     `json:"recipients"`
	Acknowledged  int     `json:"acknowledged"`
	Escalations   int     `json:"escalations"`
	Lost          int     `json:"lost"` // recipients that did not receive it, did not report where they had to, or are not done
	HistoryEvents int64   `json:"history_events"`
	Seconds       float64 `json:"seconds"`
}

// The offices that the demo names: one lead, two that coordinate.
var (
	lead        = "QLĐT"
	coordinates = []string{"TNMT", "VHTT"}
)

// The ladder of the demo rings in seconds; the silent ward waits until so many
// escalations have rung.
const (
	ladder      = "demo"
	escalations = 2
)

// document is what the demo's clerk registers.
type document struct {
	Issuer       string `json:"issuer"`
	CodeNumber   string `json:"codeNumber"`
	CodeNotation string `json:"codeNotation"`
	IssuedOn     string `json:"issuedOn"`
	TypeName     string `json:"typeName"`
	Subject      string `json:"subject"`
	Urgency      string `json:"urgency"`
	Secrecy      string `json:"secrecy"`
	Ladder       string `json:"ladder"`
}

// run is one document on its way.
type run struct {
	Config
	strip    *strip
	accounts map[string]client // by name
	clerks   map[string]client // by code of the unit
	heads    map[string]client // by code of the unit
	units    map[string]unit   // by code
	wards    []unit            // in the order of the strip
	id       string            // of the document
	shares   map[string]*share // by code of the unit
}

type unit struct {
	ID   string `json:"id"`
	Code string `json:"code"`
	Name string `json:"name"`
	Kind string `json:"kind"`
}

// share is an assignment as the API shows it.
type share struct {
	ID         string `json:"id"`
	Unit       unit   `json:"unit"`
	Status     string `json:"status"`
	Cell       string `json:"cell"`
	Version    int    `json:"version"`
	Role       string `json:"role"`
	ReceivedAt string `json:"receivedAt"`
	ReportedAt string `json:"reportedAt"`
}

// Run sends the document and returns what became of it. The error says which
// step failed.
func Run(ctx context.Context, cfg Config) (Result, error) {
	began := time.Now()
	r := newRun(cfg)
	for _, step := range []struct {
		name string
		do   func(context.Context) error
	}{
		{"meet the accounts", r.meet},
		{"register", r.register},
		{"direct", r.direct},
		{"hand on to the wards", r.handOn},
		{"acknowledge", r.acknowledge},
		{"wait for the escalations", r.silence},
		{"report", r.report},
		{"conclude", r.conclude},
	} {
		if err := step.do(ctx); err != nil {
			r.strip.end()
			return Result{}, fmt.Errorf("%s: %w", step.name, err)
		}
	}
	r.strip.end()
	result, err := r.result(ctx)
	result.Seconds = time.Since(began).Round(100 * time.Millisecond).Seconds()
	if err == nil {
		err = json.NewEncoder(cfg.Out).Encode(result)
	}
	return result, err
}

func newRun(cfg Config) *run {
	return &run{Config: cfg, strip: newStrip(cfg.Out), accounts: map[string]client{},
		clerks: map[string]client{}, heads: map[string]client{}, units: map[string]unit{}, shares: map[string]*share{}}
}

// meet asks each account who it is, and the API for the units.
func (r *run) meet(ctx context.Context) error {
	transport := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 8}}
	for name, token := range r.Tokens {
		c := client{base: r.URL + "/api/v1", token: token, http: transport}
		var me struct {
			Unit     unit `json:"unit"`
			Position struct {
				Office string `json:"office"`
			} `json:"position"`
		}
		if err := c.get(ctx, "/me", &me); err != nil {
			return err
		}
		r.accounts[name] = c
		switch me.Position.Office {
		case "clerk":
			r.clerks[me.Unit.Code] = c
		case "head", "chief":
			r.heads[me.Unit.Code] = c
		}
	}
	var list struct {
		Items []unit `json:"items"`
	}
	if err := r.accounts["vanthu.quan"].get(ctx, "/units", &list); err != nil {
		return err
	}
	for _, u := range list.Items {
		r.units[u.Code] = u
		if u.Kind == "ward" {
			r.wards = append(r.wards, u)
		}
	}
	slices.SortFunc(r.wards, func(a, b unit) int { return strings.Compare(a.Code, b.Code) })
	return nil
}

func (r *run) register(ctx context.Context) error {
	now := time.Now()
	d := document{
		Issuer: "UBND Thành phố (bản mẫu)", CodeNumber: strings.ReplaceAll(now.Format("150405.000"), ".", ""), CodeNotation: "KH-UBND",
		IssuedOn: now.AddDate(0, 0, -1).Format(time.DateOnly), TypeName: "Kế hoạch", Urgency: "urgent", Secrecy: "none", Ladder: ladder,
		Subject: "Về tổng rà soát, chỉnh trang trật tự đô thị trên địa bàn 17 phường",
	}
	name, content, err := r.file(d, now)
	if err != nil {
		return err
	}
	clerk := r.accounts["vanthu.quan"]
	done, err := clerk.post(ctx, "/documents", 0, d)
	if err != nil {
		return err
	}
	r.id = done.DocumentID
	r.strip.say("Văn thư quận vào sổ: số đến %d/%d", done.Number, done.Year)
	if err := clerk.upload(ctx, r.id, name, content); err != nil {
		return err
	}
	r.strip.say("Đính kèm %s (%d kB)", name, len(content)/1024)
	return nil
}

func (r *run) file(d document, now time.Time) (string, []byte, error) {
	if r.File == "" {
		content, err := letter(d, now)
		return "ke-hoach.pdf", content, err
	}
	content, err := os.ReadFile(r.File)
	return filepath.Base(r.File), content, err
}
