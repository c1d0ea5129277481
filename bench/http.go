package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"congvan/postgres"
	"congvan/routing"
	"congvan/seed"
	"congvan/workflows"
)

// httpWay carries documents through the API of the installation, as a client
// program does: a token for each person, a key for each act, the version that
// was decided on, and connections that stay open.
type httpWay struct {
	bench  *bench
	client *http.Client
	base   string
	tokens map[string]string
}

func newHTTPWay(b *bench, clients int) (*httpWay, error) {
	tokens, err := seed.ReadTokens(b.installation.info.TokensFile)
	if err != nil {
		return nil, err
	}
	transport := &http.Transport{MaxIdleConns: clients, MaxIdleConnsPerHost: clients}
	b.atEnd(transport.CloseIdleConnections)
	return &httpWay{
		bench: b, base: b.installation.info.URL + "/api/v1", tokens: tokens,
		client: &http.Client{Transport: transport, Timeout: 30 * time.Second},
	}, nil
}

func (*httpWay) name() string { return runHTTP }

func (*httpWay) processes() []string {
	return []string{postgresProcess, temporalProcess, workerProcess, apiProcess, benchProcess}
}

func (w *httpWay) historyEvents(ctx context.Context, documents []*document) (float64, error) {
	return historyEvents(ctx, w.bench.temporal, documents, workflows.WorkflowID)
}

// answer is what the bench needs of the API's answer to an act.
type answer struct {
	DocumentID routing.ID `json:"documentId"`
	Version    int        `json:"version"`
}

// post does one act. version is what the actor decided on, 0 for an act that
// does not ask for it.
func (w *httpWay) post(ctx context.Context, by routing.Actor, path string, version int, body any) (out answer, err error) {
	var content io.Reader
	if body != nil {
		data, err := json.Marshal(body)
		if err != nil {
			return out, err
		}
		content = bytes.NewReader(data)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, w.base+path, content)
	if err != nil {
		return out, err
	}
	r.Header.Set("Authorization", "Bearer "+w.tokens[by.Username])
	r.Header.Set("Idempotency-Key", string(postgres.NewID()))
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if version != 0 {
		r.Header.Set("If-Match", fmt.Sprintf(`"v%d"`, version))
	}
	response, err := w.client.Do(r)
	if err != nil {
		return out, err
	}
	defer response.Body.Close() //nolint:errcheck // read to its end
	data, err := io.ReadAll(response.Body)
	if err != nil {
		return out, err
	}
	if response.StatusCode/100 != 2 {
		return out, fmt.Errorf("%s: %s: %s", path, response.Status, data)
	}
	return out, json.Unmarshal(data, &out)
}

func (w *httpWay) register(ctx context.Context, n int64) (*document, error) {
	in := registration(n)
	out, err := w.post(ctx, w.bench.clerk, "/documents", 0, map[string]string{
		"issuer": in.Issuer, "codeNumber": in.CodeNumber, "codeNotation": in.CodeNotation, "typeName": in.TypeName,
		"subject": in.Subject, "urgency": string(in.Urgency), "secrecy": in.Secrecy,
	})
	return &document{id: out.DocumentID, version: out.Version}, err
}

func (w *httpWay) direct(ctx context.Context, d *document) error {
	in := w.bench.direction()
	recipients := make([]map[string]string, len(in.Recipients))
	for i, r := range in.Recipients {
		recipients[i] = map[string]string{"unit": string(r.UnitID), "role": string(r.Role)}
	}
	_, err := w.post(ctx, w.bench.chairman, "/documents/"+string(d.id)+"/directions", d.version, map[string]any{
		"text": in.Text, "process": in.Process, "result": in.Result,
		"dueAt": in.Recipients[0].Due.Format(time.RFC3339), "recipients": recipients,
	})
	return err
}

func (w *httpWay) acknowledge(ctx context.Context, s *share) error {
	_, err := w.post(ctx, w.bench.wards[s.ward].clerk, "/assignments/"+string(s.id)+"/acknowledge", 0, nil)
	return err
}

func (w *httpWay) report(ctx context.Context, s *share) error {
	out, err := w.post(ctx, w.bench.wards[s.ward].head, "/assignments/"+string(s.id)+"/report", 0, map[string]string{"text": done})
	s.version = out.Version
	return err
}

func (w *httpWay) conclude(ctx context.Context, d *document) error {
	lead := d.shares[0]
	_, err := w.post(ctx, w.bench.chairman, "/assignments/"+string(lead.id)+"/approve", lead.version, nil)
	return err
}
