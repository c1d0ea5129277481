package demo

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// patience is how long a request is repeated while a part of the system is
// down: everything goes on by itself within two minutes.
const patience = 3 * time.Minute

// client calls the API as one account. A request that got no answer, or a
// "later", is repeated under the same idempotency key: if it was done the first
// time, the first answer comes again.
type client struct {
	base  string
	token string
	http  *http.Client
	// actingFor is the position in which it acts; empty: its own.
	actingFor string
}

// problem is an answer that says no.
type problem struct {
	Status int
	Code   string
	Detail string
}

func (p *problem) Error() string { return fmt.Sprintf("%d %s: %s", p.Status, p.Code, p.Detail) }

// act is the answer to a write.
type act struct {
	DocumentID   string `json:"documentId"`
	AssignmentID string `json:"assignmentId"`
	Version      int    `json:"version"`
	Number       int    `json:"number"`
	Year         int    `json:"year"`
}

func (c client) get(ctx context.Context, path string, into any) error {
	return c.do(ctx, call{method: http.MethodGet, path: path, into: into})
}

// post writes. version is the one that the actor decided on, 0 where the API
// does not ask for one.
func (c client) post(ctx context.Context, path string, version int, body any) (act, error) {
	data, err := json.Marshal(body)
	if err != nil {
		return act{}, err
	}
	return c.send(ctx, call{path: path, version: version, contentType: "application/json", body: data})
}

// upload adds a file to a document.
func (c client) upload(ctx context.Context, document, name string, content []byte) error {
	path := "/documents/" + document + "/attachments?name=" + url.QueryEscape(name)
	_, err := c.send(ctx, call{path: path, contentType: "application/octet-stream", body: content})
	return err
}

func (c client) send(ctx context.Context, r call) (act, error) {
	var done act
	r.method, r.key, r.into = http.MethodPost, rand.Text(), &done
	return done, c.do(ctx, r)
}

// call is one request.
type call struct {
	method, path, contentType, key string
	version                        int
	body                           []byte
	into                           any
}

func (c client) do(ctx context.Context, r call) error {
	until := time.Now().Add(patience)
	for pause := 100 * time.Millisecond; ; pause = min(2*pause, 2*time.Second) {
		err := c.once(ctx, r)
		var no *problem
		refused := errors.As(err, &no) && no.Status != http.StatusServiceUnavailable && no.Status != http.StatusTooManyRequests
		if err == nil || refused || ctx.Err() != nil || time.Now().After(until) {
			return err
		}
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
	}
}

func (c client) once(ctx context.Context, r call) error {
	ctx, cancel := context.WithTimeout(ctx, 15*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, r.method, c.base+r.path, bytes.NewReader(r.body))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	if r.method == http.MethodPost {
		req.Header.Set("Content-Type", r.contentType)
		req.Header.Set("Idempotency-Key", r.key)
	}
	if c.actingFor != "" {
		req.Header.Set("Acting-For", c.actingFor)
	}
	if r.version > 0 {
		req.Header.Set("If-Match", fmt.Sprintf(`"v%d"`, r.version))
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode >= http.StatusBadRequest {
		no := &problem{Status: resp.StatusCode}
		_ = json.Unmarshal(body, no) // an answer that is no problem document still has its status
		return no
	}
	return json.Unmarshal(body, r.into)
}
