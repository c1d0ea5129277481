// Package assets holds what browsers load beside the pages: the style sheet, the
// scripts and the icons. They are built from the packages that package.json names
// (`make assets`) and embedded; nothing is fetched from anywhere else.
package assets

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"
)

//go:embed all:dist
var dist embed.FS

// Prefix is where the assets are served.
const Prefix = "/assets/"

// manifest are the built files by the names that pages know them by.
var manifest = sync.OnceValues(func() (map[string]string, error) {
	text, err := dist.ReadFile("dist/manifest.json")
	if err != nil {
		return nil, errors.New("the pages were built without their style sheet and scripts; run `make` (Node 20 is needed)")
	}
	var names map[string]string
	return names, json.Unmarshal(text, &names)
})

// Check says what is wrong with what was built; nil if all is there.
func Check() error {
	_, err := manifest()
	return err
}

// Path is the address of an asset, with the hash of what is in it: app.css is
// /assets/app-1f2e3d4c5b.css. Without built assets it leads nowhere.
func Path(name string) string {
	names, _ := manifest()
	return Prefix + names[name]
}

// Size is how many bytes of an asset go over the line, packed; 0 if there is none.
func Size(name string) int {
	names, _ := manifest()
	content, _ := dist.ReadFile("dist/" + names[name] + ".gz")
	return len(content)
}

// ServeHTTP serves the assets: packed where the browser can unpack, and, where
// the name carries a hash, to be kept for ever.
func ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, Prefix)
	content, err := dist.ReadFile("dist/" + name)
	if err != nil || strings.HasSuffix(name, ".gz") || name == "manifest.json" || !fs.ValidPath(name) || strings.HasPrefix(name, ".") {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", kinds[path.Ext(name)])
	h.Set("Vary", "Accept-Encoding")
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	if name == "worker.js" {
		h.Set("Cache-Control", "no-cache")
		h.Set("Service-Worker-Allowed", "/")
		h.Set("Content-Security-Policy", "default-src 'none'; connect-src 'self'") // it fetches, and does nothing else
	}
	if packed, err := dist.ReadFile("dist/" + name + ".gz"); err == nil && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		content = packed
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
}

var kinds = map[string]string{
	".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml",
}
