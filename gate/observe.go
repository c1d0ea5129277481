package gate

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"runtime"
	"strings"
	"time"

	"congvan/postgres"
	"congvan/routing"

	"github.com/google/uuid"
)

// Observe is the outermost gate: it names the request, sets the headers that
// every answer has, and writes down how it went. A panic below it becomes an
// internal error; the server goes on.
func (f *Face) Observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		c := &Call{ID: requestID(r), Route: "none", began: began}
		rec := &recorder{ResponseWriter: w}
		c.Header = rec.Header()
		f.headers(c.Header, r, c.ID)
		f.warnOfProxy(r)
		method := knownMethod(r.Method)
		r = r.WithContext(postgres.From(WithCall(r.Context(), c), routing.Origin{Face: f.Name, Network: f.NetworkOf(r), Request: c.ID}))
		if r.Method == http.MethodHead && !f.TakesLong(r.URL.Path) {
			r.Method = http.MethodGet // net/http drops the body
		}
		defer func() {
			cause := recover()
			if cause != nil {
				f.recovered(rec, r, c, cause)
			}
			f.note(r, c, method, rec.status, time.Since(began))
			if cause != nil && rec.broken {
				panic(http.ErrAbortHandler) // half an answer is out: cut the connection
			}
		}()
		next.ServeHTTP(rec, r)
	})
}

// PlainID is an id that a machine made: what a client sends as one goes into the
// log and the journal, and a word could tell something.
var PlainID = regexp.MustCompile(`^[0-9A-Fa-f-]{8,64}$`)

func requestID(r *http.Request) string {
	if id := r.Header.Get("X-Request-Id"); PlainID.MatchString(id) {
		return id
	}
	return uuid.NewString()
}

// knownMethod keeps what a client makes up out of the log and the figures.
func knownMethod(method string) string {
	switch method {
	case "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS":
		return method
	default:
		return "other"
	}
}

// note writes down how a request went: never what it carried.
func (f *Face) note(r *http.Request, c *Call, method string, status int, took time.Duration) {
	if status == 0 {
		status = http.StatusOK
	}
	if !f.TakesLong(c.Route) { // how long somebody listened says nothing
		f.Figures.observe(c.Route, method, status, took)
	}
	level := slog.LevelInfo
	if c.Route == "/healthz" || c.Route == "/readyz" || c.Route == "/metrics" {
		level = slog.LevelDebug
	}
	attrs := []slog.Attr{
		slog.String("method", method), slog.String("route", c.Route), slog.Int("status", status),
		slog.Float64("ms", float64(took.Microseconds())/1000), slog.String("request", c.ID),
	}
	if c.Actor.Username != "" {
		attrs = append(attrs, slog.String("account", c.Actor.Username))
	}
	if c.Code != "" {
		attrs = append(attrs, slog.String("code", c.Code))
	}
	f.Log.LogAttrs(context.WithoutCancel(r.Context()), level, "request", attrs...)
}

// recovered answers for a handler that panicked. What it panicked with may
// hold content, so only its type and the place are logged.
func (f *Face) recovered(w *recorder, r *http.Request, c *Call, cause any) {
	if err, ok := cause.(error); !ok || !errors.Is(err, http.ErrAbortHandler) {
		f.Log.Error("panic", "request", c.ID, "route", c.Route, "type", fmt.Sprintf("%T", cause), "at", panicPlace())
	}
	if w.status != 0 {
		w.broken = true
		return
	}
	f.Refuse(w, r, ErrInternal)
}

// panicPlace names the functions in which a panic arose, the innermost first.
func panicPlace() string {
	callers := make([]uintptr, 32)
	frames := runtime.CallersFrames(callers[:runtime.Callers(2, callers)])
	var places []string
	panicking := false
	for len(places) < 8 {
		frame, more := frames.Next()
		if panicking && !strings.HasPrefix(frame.Function, "runtime.") {
			places = append(places, fmt.Sprintf("%s:%d", frame.Function, frame.Line))
		}
		panicking = panicking || frame.Function == "runtime.gopanic"
		if !more {
			break
		}
	}
	return strings.Join(places, " < ")
}

// recorder remembers the status of an answer.
type recorder struct {
	http.ResponseWriter
	status int
	broken bool
}

func (w *recorder) WriteHeader(status int) {
	if w.status == 0 && status >= 200 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *recorder) Write(data []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(data)
}

// Unwrap lets http.ResponseController reach the connection.
func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }
