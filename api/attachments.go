package api

import (
	"context"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"congvan/desk"
	"congvan/gate"
	"congvan/routing"

	"github.com/gorilla/mux"
)

const (
	// maxUploads is how many files are taken in at a time: each has a connection, a
	// file and 200 kB of memory.
	maxUploads = 64
	// maxOwnUploads is how many of them one account has under way: a slow line, or
	// an ill will, does not hold up everybody.
	maxOwnUploads = 6
	// queueTimeout is how long an upload waits for its turn.
	queueTimeout = 30 * time.Second
)

// attachFile takes a file of a document in.
func (s *server) attachFile(w http.ResponseWriter, r *http.Request) {
	id := routing.ID(mux.Vars(r)["id"])
	s.takeFile(w, r, base+"/documents/"+string(id)+"/attachments/", func(c *gate.Call, file desk.NewFile) (routing.Event, string, error) {
		file.Replaces = r.URL.Query().Get("replaces")
		event, err := s.Desk.AttachFile(r.Context(), c.Actor, id, file, c.Request)
		sum, _ := event.Details["sha256"].(string)
		return event, sum, err
	})
}

// takeFile takes a file in. It is written by hand because its body is the file,
// read once, by the desk. take returns its SHA-256.
func (s *server) takeFile(w http.ResponseWriter, r *http.Request, place string, take func(*gate.Call, desk.NewFile) (routing.Event, string, error)) {
	c := gate.CallOf(r.Context())
	if !s.uploading.begin(c.Actor.AccountID) {
		s.Refuse(w, r, errBusy)
		return
	}
	defer s.uploading.end(c.Actor.AccountID)
	wait := time.NewTimer(queueTimeout)
	defer wait.Stop()
	select {
	case s.uploads <- struct{}{}:
		defer func() { <-s.uploads }()
	case <-wait.C:
		s.Refuse(w, r, errBusy)
		return
	case <-r.Context().Done():
		return
	}
	gate.AllowFileTime(w)
	event, sum, err := take(c, desk.NewFile{Name: r.URL.Query().Get("name"), Content: r.Body, Size: r.ContentLength})
	if err != nil {
		s.Refuse(w, r, err)
		return
	}
	w.Header().Set("Location", place+sum)
	writeJSON(w, http.StatusCreated, actAnswer(event))
}

// getFile sends a file of a document back.
func (s *server) getFile(w http.ResponseWriter, r *http.Request) { s.sendFile(w, r, s.Desk.File) }

// sendFile sends a file back, or a range of it. It never runs: whoever sent it
// wrote it. It is a download unless it may be shown and that was asked for.
func (s *server) sendFile(w http.ResponseWriter, r *http.Request, find func(context.Context, routing.Actor, routing.ID, string) (desk.StoredFile, error)) {
	vars := mux.Vars(r)
	file, err := find(r.Context(), gate.CallOf(r.Context()).Actor, routing.ID(vars["id"]), vars["sha256"])
	if err != nil {
		s.Refuse(w, r, err)
		return
	}
	defer file.Close()
	gate.AllowFileTime(w)
	h := w.Header()
	h.Set("Content-Type", file.MediaType)
	h.Set("Content-Disposition", disposition(file.Name))
	if file.Inline && r.URL.Query().Get("view") == "inline" {
		h.Set("Content-Disposition", "inline"+strings.TrimPrefix(disposition(file.Name), "attachment"))
	}
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'; frame-ancestors 'self'")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("ETag", `"`+hex.EncodeToString(file.SHA256)+`"`)
	content := &faithful{ReadSeeker: file}
	http.ServeContent(w, r, "", time.Time{}, content)
	if content.broken {
		s.Log.Error("file changed while it was sent", "request", gate.CallOf(r.Context()).ID)
		panic(http.ErrAbortHandler) // cut the connection: what is out is too short, and right
	}
}

// faithful remembers that a file could not be read on.
type faithful struct {
	io.ReadSeeker
	broken bool
}

func (f *faithful) Read(p []byte) (int, error) {
	n, err := f.ReadSeeker.Read(p)
	f.broken = f.broken || err != nil && !errors.Is(err, io.EOF)
	return n, err
}

// disposition names a download: for old programs in ASCII, for all others as it
// is (RFC 6266).
func disposition(name string) string {
	plain := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || strings.ContainsRune(`"\%;`, r) {
			return '_'
		}
		return r
	}, routing.Fold(name))
	return `attachment; filename="` + plain + `"; filename*=UTF-8''` + strings.ReplaceAll(url.QueryEscape(name), "+", "%20")
}

// uploading counts the files that each account has under way.
type uploading struct {
	sync.Mutex
	by map[routing.ID]int
}

func (u *uploading) begin(account routing.ID) bool {
	u.Lock()
	defer u.Unlock()
	if u.by[account] >= maxOwnUploads {
		return false
	}
	if u.by == nil {
		u.by = map[routing.ID]int{}
	}
	u.by[account]++
	return true
}

func (u *uploading) end(account routing.ID) {
	u.Lock()
	defer u.Unlock()
	if u.by[account]--; u.by[account] == 0 {
		delete(u.by, account)
	}
}
