package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"congvan/routing"
	"congvan/web"
	"congvan/web/webtest"

	"github.com/stretchr/testify/require"
)

// code is a text that would run where it is not shown as text.
const code = `"><img src=x onerror=alert(1)><script>alert(1)</script>'</textarea></title>`

// itsOwn finds what runs, or is styled, because of what stands in a page.
var itsOwn = regexp.MustCompile(`<script(?: [^>]*)?>[^<]|<script>|<img src=x|<style|\sstyle="|<[^>]*\son[a-z]+\s*=\s*"|(?:href|src|action)="\s*(?:javascript|data|vbscript):`)

// parameters are all that the addresses of pages know, and what JSONP is asked by.
var parameters = strings.Fields(`q issuer type field urgency from to role unit sort after view status year mine cols on like parent username template back file before
	item kind list undo replaces presented files codeNumber codeNotation upload form document of outcome position day done callback jsonp`)

// guarded are all pages, of one document and one share.
func guarded(document, share string) (paths []string) {
	for _, p := range web.Pages() {
		if p.Method != http.MethodGet {
			continue
		}
		id := document
		if strings.HasPrefix(p.Path, "/shares/") {
			id = share
		}
		for _, act := range []routing.Act{routing.ActPresent, routing.ActReport, routing.ActRecall} {
			path := strings.NewReplacer("{id}", id, "{act}", string(act), "{sha256}", strings.Repeat("0", 64), "{code}", "normal", "{role}", "clerk").Replace(p.Path)
			if paths = append(paths, path); !strings.Contains(p.Path, "{act}") {
				break
			}
		}
	}
	return paths
}

func TestNothingRunsThatStandsInAPage_W02_W03_W04_W06_W07(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	in := webtest.Registration()
	in.Issuer, in.TypeName, in.Subject, in.Field, in.CodeNotation = "A"+code[:60], "<b>Công văn", "V/v "+code, "<i>đất", `U"<u>`
	document := w.Register(in)
	w.Direct(document, routing.Recipient{UnitID: webtest.Unit("nv"), Role: routing.Lead}, routing.Recipient{UnitID: webtest.Unit("molao"), Role: routing.Execute})
	share := w.Share(document, "molao").ID
	query := url.Values{}
	for _, name := range parameters {
		query.Set(name, code)
	}
	for _, who := range []string{"vanthu.quan", "chutich.quan", "chutich.molao", "quantri", ""} {
		b := w.Browser()
		if who != "" {
			b = w.In(who)
		}
		seen := 0
		for _, path := range guarded(string(document), string(share)) {
			for _, path := range []string{path, path + "?" + query.Encode()} {
				a := b.Get(path)
				require.Less(t, a.Status, http.StatusInternalServerError, "%s %s", who, path)
				require.NotRegexp(t, itsOwn, a.Text, "%s %s", who, path)
				require.Equal(t, "no-store", a.Header.Get("Cache-Control"), path)
				require.Contains(t, a.Header.Get("Content-Security-Policy"), "frame-ancestors 'none'", path)
				require.NotContains(t, a.Header.Get("Content-Security-Policy"), "unsafe", path)
				require.NotContains(t, a.Header.Get("Content-Type"), "script", path)
				require.True(t, strings.HasPrefix(a.Header.Get("Location"), "/") || a.Header.Get("Location") == "", a.Header.Get("Location"))
				if strings.Contains(a.Text, "onerror=alert") {
					seen++
				}
			}
		}
		if who != "" && who != "quantri" {
			require.Greater(t, seen, 5, "the text was shown nowhere: nothing was tried")
		}
	}
}

func TestOtherSitesSendNoForm_W01(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	b := w.In("vanthu.quan")
	for _, p := range web.Pages() {
		if p.Method != http.MethodPost {
			continue
		}
		path := strings.NewReplacer("{id}", nobodys, "{act}", "presented", "{token}", nobodys, "{code}", "normal").Replace(p.Path)
		for _, from := range []http.Header{
			{"Sec-Fetch-Site": {"cross-site"}}, {"Sec-Fetch-Site": {"same-site"}}, {"Sec-Fetch-Site": nil}, {"Sec-Fetch-Site": nil, "Origin": {"null"}},
			{"Sec-Fetch-Site": nil, "Origin": {"http://example.org"}}, {"Sec-Fetch-Site": nil, "Origin": {w.URL + "0"}},
		} {
			for _, kind := range []string{"application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain", "application/json"} {
				b.Header = from.Clone()
				b.Header.Set("Content-Type", kind)
				require.Equal(t, http.StatusForbidden, b.Post(path, "a", "b").Status, "%s from %v as %s", path, from, kind)
			}
		}
	}
	b.Header = http.Header{}
	require.Equal(t, http.StatusOK, b.Get("/").Status, "still logged in")
	for _, p := range web.Pages() { // what changes something is not to be had by a link
		if p.Method == http.MethodPost && !p.Open && !strings.Contains(p.Path, "{") {
			a := b.Get(p.Path + "?key=pressed-by-a-link&act=acknowledged&name=x&list=inbox")
			require.NotEqual(t, http.StatusSeeOther, a.Status, p.Path)
		}
	}
	require.Equal(t, http.StatusOK, b.Get("/").Status, "still logged in")
}

func TestNamesOfJavaScriptAreNames_W10(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	b := w.In("vanthu.molao")
	for _, name := range []string{"__proto__", "constructor", "prototype", "toString", "hasOwnProperty"} {
		require.Equal(t, http.StatusSeeOther, b.Post("/filters", "list", "inbox", "name", name, "query", "q="+name+"&"+name+"=1").Status)
		require.Contains(t, b.Page("/inbox?cols="+name+"&sort="+name+"&view="+name+"&"+name+"=1"), ">"+name+"<", "the filter is kept under its name")
		require.NotContains(t, b.Cookies(), name, "no column is called so")
		b.Post("/display", "language", name, "theme", name)
		require.NotContains(t, b.Cookies(), name)
		require.Equal(t, http.StatusNotFound, b.Get("/help/"+name).Status)
	}
}
