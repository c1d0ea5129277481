// Package api is the HTTP face of the desk: what package desk lets people do,
// as a program asks for it. No rule lives here. openapi.yaml is the contract:
// requests are checked against it, package internal/contract is generated from
// it, and GET /api/v1/docs shows it.
//
// A request passes these gates (package gate), in this order: the observer (request id,
// headers, log, figures, panics), the browser's word on where it comes from, the
// route, the session or the token, the Idempotency-Key,
// If-Match, and then the input, which is made strict before anything reads it:
// valid UTF-8 in normal form C, no repeated or unknown names. What comes out
// is either the answer of one call of the desk or a problem (RFC 9457).
//
// Nothing that a request carries is ever logged, but its id, route and account.
package api

//go:generate go tool -modfile=../tools/go.mod oapi-codegen -config internal/contract/oapi-codegen.yaml openapi.yaml

import (
	"net/http"
	"strings"
	"time"

	"congvan/api/internal/contract"
	"congvan/gate"
)

// Config is what the API stands on.
type Config struct {
	Gate    *gate.Gate
	Engine  Engine // nil: questions about workflows are answered with engine-unavailable
	Version string // of the program, for /healthz
	Pages   string // address of the pages, for links that are handed over: https://congvan.example.vn
	OIDC    *OIDC  // where people may log in as well; nil: with a password only
}

// Handler answers everything below /api/v1, and /healthz, /readyz and /metrics.
type Handler struct {
	http.Handler
	streams *hub
	server  *server
}

// Answers says whether a path is the API's to answer.
func Answers(path string) bool {
	return strings.HasPrefix(path, "/api/") || path == "/api" || path == "/healthz" || path == "/readyz" || path == "/metrics"
}

// Close ends the live streams, which would hold up a shutdown for ever, and
// takes no new ones. NewServer sees to it that Shutdown calls it.
func (h *Handler) Close() { h.streams.close() }

// server holds what the handlers need. Its exported methods are those of
// contract.StrictServerInterface.
type server struct {
	gate.Face
	engine    Engine
	version   string
	spec      *spec
	units     *directory
	streams   *hub
	uploads   chan struct{}
	uploading uploading
	pages     string
	// identities is nil without an identity provider.
	identities *identities
}

var _ contract.StrictServerInterface = (*server)(nil)

// New makes the handler of the API.
func New(c Config) *Handler {
	s := &server{
		Face:   faceOf(c.Gate),
		engine: c.Engine, version: c.Version, spec: loadSpec(),
		units: &directory{desk: c.Gate.Desk}, streams: newHub(c.Gate.Desk, c.Gate.Log),
		uploads: make(chan struct{}, maxUploads), pages: c.Pages, identities: newIdentities(c.OIDC, c.Pages),
	}
	return &Handler{Handler: s.Observe(s.CrossOrigin(s.PlainPath(s.router()))), streams: s.streams, server: s}
}

// faceOf is the API as a face of the gates.
func faceOf(g *gate.Gate) gate.Face {
	return gate.Face{Gate: g, Name: "api", Base: base, Answer: answer, Statuses: statuses,
		TakesLong: func(route string) bool { return route == streamPath }}
}

// Time limits of the server. Uploads, downloads and streams move their own.
const (
	readHeaderTimeout = 5 * time.Second
	readTimeout       = 60 * time.Second
	writeTimeout      = 60 * time.Second
	idleTimeout       = 120 * time.Second
	maxHeaderBytes    = 16 << 10
)

// NewServer makes a server for the handler with the time limits of the house.
// If the handler has a Close, as a Handler does, Shutdown calls it first.
func NewServer(addr string, handler http.Handler) *http.Server {
	s := &http.Server{
		Addr: addr, Handler: handler,
		ReadHeaderTimeout: readHeaderTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout,
		IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeaderBytes,
	}
	if h, ok := handler.(interface{ Close() }); ok {
		s.RegisterOnShutdown(h.Close)
	}
	return s
}
