package main

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// writeNothing are the requests that are answered whatever they say.
var writeNothing = []string{
	"/documents/{id}/what-if", "/assignments/{id}/what-if", // ask
	"/organisation/import/check",
	"/password-links/ask", // never says whether there is such an account
}

// everyField puts the secret into every text of every request that the API
// describes. Most are refused for other reasons; none may keep it.
func (h *house) everyField(w work) {
	var spec struct {
		Paths      map[string]map[string]json.RawMessage
		Components struct{ Schemas map[string]schema }
	}
	h.get("vanthu.quan", "/api/v1/openapi.json", &spec)
	doors := 0
	for path, operations := range spec.Paths {
		var operation struct {
			RequestBody struct {
				Content map[string]struct{ Schema schema }
			}
		}
		if operations["post"] == nil || json.Unmarshal(operations["post"], &operation) != nil {
			continue
		}
		body, ok := operation.RequestBody.Content["application/json"]
		if !ok || strings.HasSuffix(path, "/log-out") {
			continue
		}
		at := strings.NewReplacer("{code}", "normal", "{id}", w.share).Replace(path)
		if strings.HasPrefix(path, "/documents/") {
			at = strings.ReplaceAll(path, "{id}", w.document)
		}
		whole := body.Schema.resolve(spec.Components.Schemas)
		for name := range whole.Properties {
			filled, hit := whole.fill(spec.Components.Schemas, name, "MẬT: "+secret+" "+path+" "+name)
			if !hit {
				continue
			}
			doors++
			for _, account := range []string{"vanthu.quan", "chutich.quan", "quantri", w.head} {
				a := h.post(account, "/api/v1"+at, filled, "If-Match", `"v3"`)
				if !slices.Contains(writeNothing, path) {
					assert.GreaterOrEqual(h, a.status, 400, "%s %s took it: %s", path, name, a.body)
				}
				assert.NotEqual(h, 500, a.status, "%s %s: %s", path, name, a.body)
				assert.NotContains(h, string(a.body), secret, "%s %s", path, name)
			}
		}
	}
	h.Logf("%d fields", doors)
	require.Greater(h, doors, 40, "are the fields found at all?")
}

// schema is as much of one as it takes to fill it in.
type schema struct {
	Ref        string `json:"$ref"`
	Type       any    `json:"type"`
	Properties map[string]schema
	Items      *schema
	Required   []string
	Enum       []any
	Example    any
	Format     string
}

func (s schema) resolve(all map[string]schema) schema {
	for s.Ref != "" {
		s = all[strings.TrimPrefix(s.Ref, "#/components/schemas/")]
	}
	return s
}

// fill makes a value with the text in the named property, and says whether it
// could be put there.
func (s schema) fill(all map[string]schema, name, text string) (value map[string]any, hit bool) {
	value = map[string]any{}
	for property, p := range s.Properties {
		p = p.resolve(all)
		switch {
		case property == name && p.Type == "string":
			value[property], hit = text, true
		case property == name && p.Type == "array" && p.Items != nil:
			inner := p.Items.resolve(all)
			if inner.Type == "string" {
				value[property], hit = []string{text}, true
				continue
			}
			for deeper := range inner.Properties {
				if inside, ok := inner.fill(all, deeper, text); ok {
					value[property], hit = []any{inside}, true
				}
			}
		case slices.Contains(s.Required, property) || p.Example != nil:
			value[property] = p.sample(all)
		}
	}
	return value, hit
}

// sample is a value that the schema takes.
func (s schema) sample(all map[string]schema) any {
	s = s.resolve(all)
	switch {
	case s.Example != nil:
		return s.Example
	case len(s.Enum) > 0:
		return s.Enum[0]
	case s.Type == "string" && s.Format == "date":
		return "2027-01-04"
	case s.Type == "string" && s.Format == "date-time":
		return "2027-01-04T08:00:00+07:00"
	case s.Type == "string":
		return "Căn cứ quy chế làm việc"
	case s.Type == "integer":
		return 1
	case s.Type == "boolean":
		return true
	case s.Type == "array":
		return []any{}
	}
	value := map[string]any{}
	for _, name := range s.Required {
		value[name] = s.Properties[name].sample(all)
	}
	return value
}
