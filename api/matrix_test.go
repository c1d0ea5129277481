package api

import (
	"cmp"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"congvan/api/internal/contract"
	"congvan/routing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// The answers of the matrix. Through: neither 401, 403 nor 404, whatever else
// speaks against the request.
const (
	through   = 0
	forbidden = http.StatusForbidden
	hidden    = http.StatusNotFound
)

// kinds are one account of each kind; of a deputy in and out of his field, of
// units that have to do with a thing and of those that have not.
var kinds = []string{
	clerk, chairman, "pho.dothi", "pho.vanxa", "chanhvanphong", "thanhtra.quan", "quantri",
	"truong.nv", "vanthu.nv", "chuyenvien.nv", "truong.tp", "vanthu.tp",
	"chutich.molao", "vanthu.molao", "canbo.molao", "chutich.vanquan", "vanthu.vanquan",
	"chutich.xa", "vanthu.xa", "thanhtra.xa", "chutich.phuongxa",
}

// rule is what the test knows of a route.
type rule struct {
	// on names what the {id} of the path is of, as thing.ids does; empty: the
	// route has none, or its body names the thing.
	on string
	// in names what the body or the query is about, where the path does not.
	in string
	// body and query may hold {placeholders}: names of thing.ids.
	body, query string
	headers     []string
	// want says what the policy gives the actor on the thing; nil: everybody
	// with an account gets through.
	want func(m *matrix, a routing.Actor, x *thing) int
	// unasked says that rights are asked before the thing is looked for.
	unasked bool
	// malformed is the answer to what cannot be an id, if that is not hidden.
	malformed int
	// blind is a route that answers the same whether the thing is there or not.
	blind bool
	// renew makes the thing anew before it is asked for, where asking takes it away.
	renew func(m *matrix, x *thing)
	// elsewhere names the test that asks the route; here it is asked by nobody only.
	elsewhere string
	// last puts a route behind all others: it takes the thing away.
	last bool
}

// TestMatrix_Z01 asks every route as every kind of account about every kind of
// thing. What it expects is what the policy says; a new route without its row in
// [rules] fails.
func TestMatrix_Z01(t *testing.T) {
	t.Parallel()
	m := newMatrix(t)
	cells, differences := 0, 0
	for _, route := range m.routes() {
		r := rules[route]
		method, path, _ := strings.Cut(strings.Replace(strings.Replace(route, "statistics/{code}", "statistics/VBDEN05", 1), "{code}", "normal", 1), " ")
		for _, x := range m.thingsFor(r) {
			if r.renew != nil && x.nothing == "" {
				r.renew(m, x)
			}
			body, target := x.fill(r.body), x.fill(strings.Replace(path, "{id}", "{"+r.on+"}", 1)+r.query)
			require.NotContains(t, body+target, "{unknown", "%s on %s", route, x.name)
			nobody := m.ask("", method, target, body, r)
			cells++
			if nobody.status != http.StatusUnauthorized {
				differences++
				t.Errorf("%s on %s by nobody: %d", route, x.name, nobody.status)
			}
			for _, who := range kinds {
				if r.elsewhere != "" {
					break
				}
				want, a := through, m.actors[who]
				switch {
				case r.unasked, x.nothing == "" && r.want != nil:
					want = r.want(m, a, x)
				}
				if want == through && x.nothing != "" && r.named() {
					want = r.onNothing(x.nothing)
				}
				if r.renew != nil && x.nothing == "" {
					r.renew(m, x)
					target = x.fill(strings.Replace(path, "{id}", "{"+r.on+"}", 1) + r.query)
				}
				got := m.ask(who, method, target, body, r)
				cells++
				if !same(want, got.status) {
					differences++
					t.Errorf("%s on %s by %s: want %d, got %d %s", route, x.name, who, want, got.status, got.raw)
				}
			}
		}
	}
	t.Logf("matrix: %d cells, %d differences", cells, differences)
	require.Greater(t, cells, 5000, "a matrix that walks nothing proves nothing")
}

// onNothing is the answer about what is not there to whoever would get through.
func (r rule) onNothing(how string) int {
	switch {
	case how == "malformed" && r.malformed != 0:
		return r.malformed
	case r.blind && how == "nonexistent":
		return through
	}
	return hidden
}

func (r rule) named() bool { return r.on != "" || r.in != "" }

func same(want, got int) bool {
	if want == through {
		return got < 400 || got == 409 || got == 412 || got == 422 || got == 503
	}
	return want == got
}

var placeholder = regexp.MustCompile(`\{[a-z0-9]+\}`)

// routes are all that need an account, those that take things away behind the
// others. A route that the table does not know fails, and so does a row of none.
func (m *matrix) routes() []string {
	m.Helper()
	var out []string
	s := &server{}
	for _, x := range s.routes(contract.ServerInterfaceWrapper{}) {
		out = append(out, x.method+" "+strings.TrimPrefix(x.path, base))
	}
	for _, name := range out {
		require.Contains(m, rules, name, "a route without its row in the matrix of rights: api/matrix_routes_test.go")
	}
	for name := range rules {
		require.Contains(m, out, name, "a row of the matrix without its route")
	}
	slices.SortStableFunc(out, func(a, b string) int {
		switch x, y := rules[a].last, rules[b].last; {
		case x == y:
			return 0
		case x:
			return 1
		}
		return -1
	})
	return slices.DeleteFunc(out, func(name string) bool { return name == "GET /events" }) // has tests of its own
}

// thing is what an act is done to: something of each kind that belongs to one unit.
type thing struct {
	name    string
	unit    routing.ID
	ids     map[string]string
	nothing string // "nonexistent" or "malformed"; empty: it is there
}

func (x *thing) fill(text string) string {
	return placeholder.ReplaceAllStringFunc(text, func(name string) string {
		switch id, ok := x.ids[strings.Trim(name, "{}")]; {
		case ok:
			return id
		case x.nothing == "malformed":
			return "no-id"
		case x.nothing == "nonexistent" && name == "{sha256}":
			return strings.Repeat("0", 64)
		case x.nothing == "nonexistent":
			return uuid.NewString()
		}
		return "{unknown " + name[1:]
	})
}

// thingsFor are those of which a route's subject exists, one that never was, and
// one that cannot be; a route without a subject is asked once.
func (m *matrix) thingsFor(r rule) (out []*thing) {
	if !r.named() {
		return []*thing{m.things[0]}
	}
	for _, x := range m.things {
		if _, ok := x.ids[cmp.Or(r.on, r.in)]; ok || x.nothing != "" {
			out = append(out, x)
		}
	}
	return out
}

func (m *matrix) ask(who, method, target, body string, r rule) reply {
	m.Helper()
	headers := append([]string{"If-Match", `"v99"`}, r.headers...)
	if method == "GET" {
		headers = r.headers
	}
	if body == "" {
		return m.call(who, method, target, nil, headers...)
	}
	return m.call(who, method, target, body, headers...)
}
