package api

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // docs.html, docs.css
	"encoding/base64"
	"fmt"
	"html/template"
	"regexp"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

var (
	//go:embed docs.html
	docsHTML string
	//go:embed docs.css
	docsCSS string
)

// docsPolicy lets the page use its own style and nothing else: no script, no
// picture, no font, nobody's server.
var docsPolicy = func() string {
	sum := sha256.Sum256([]byte(docsCSS))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}()

// The page, as docs.html shows it.
type (
	docsData struct {
		Title, Version, Base string
		Intro                []template.HTML
		CSS                  template.CSS
		Groups               []docsGroup
		Schemas              []docsSchema
		Problems             []docsProblem
	}
	docsGroup struct {
		Name, Description string
		Operations        []docsOperation
	}
	docsOperation struct {
		ID, Method, Path, Summary string
		Public                    bool
		Description               []template.HTML
		Parameters                []docsField
		Body                      template.HTML
		Answers                   []docsAnswer
	}
	docsAnswer struct {
		Status            string
		Description, Type template.HTML
	}
	docsSchema struct {
		Name        string
		Description []template.HTML
		Values      string
		Fields      []docsField
	}
	docsField struct {
		Name, In, Example string
		Required          bool
		Type, Description template.HTML
	}
	docsProblem struct {
		Code    string
		Status  int
		Meaning template.HTML
	}
)

// docsPage renders the contract once, in the order in which it is written.
func docsPage(s *spec) []byte {
	data := docsData{Title: s.Info.Title, Version: s.Info.Version, Base: base, Intro: prose(s.Info.Description), CSS: template.CSS(docsCSS),
		Problems: docsProblems(s)}
	for _, tag := range s.Tags {
		group := docsGroup{Name: tag.Name, Description: tag.Description}
		for _, path := range pathsInOrder(s) {
			for _, method := range []string{"GET", "POST"} {
				if op := s.Paths.Value(path).GetOperation(method); op != nil && op.Tags[0] == tag.Name {
					group.Operations = append(group.Operations, docsOperationOf(s, method, path, op))
				}
			}
		}
		data.Groups = append(data.Groups, group)
	}
	for _, name := range sortedNames(s.Components.Schemas) {
		data.Schemas = append(data.Schemas, docsSchemaOf(name, s.Components.Schemas[name].Value))
	}
	var page bytes.Buffer
	if err := template.Must(template.New("docs").Parse(docsHTML)).Execute(&page, data); err != nil {
		panic(fmt.Sprintf("api: docs.html: %v", err)) // a programming error; a test meets it first
	}
	return page.Bytes()
}

var pathLine = regexp.MustCompile(`(?m)^  (/\S*):$`)

func pathsInOrder(s *spec) []string {
	var paths []string
	for _, match := range pathLine.FindAllSubmatch(s.yaml, -1) {
		paths = append(paths, string(match[1]))
	}
	return paths
}

func sortedNames[V any](m map[string]V) []string {
	var names []string
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func docsOperationOf(s *spec, method, path string, op *openapi3.Operation) docsOperation {
	out := docsOperation{
		ID: op.OperationID, Method: method, Path: path, Summary: op.Summary, Description: prose(op.Description),
		Public: op.Security != nil && len(*op.Security) == 0,
	}
	if len(s.Paths.Value(path).Servers) == 0 {
		out.Path = base + path
	}
	for _, ref := range op.Parameters {
		p := ref.Value
		out.Parameters = append(out.Parameters, docsField{
			Name: p.Name, In: p.In, Required: p.Required, Type: typeOf(p.Schema), Description: inline(p.Description), Example: exampleOf(p.Schema),
		})
	}
	if op.RequestBody != nil {
		out.Body = "the file"
		if media := op.RequestBody.Value.Content["application/json"]; media != nil {
			out.Body = typeOf(media.Schema)
		}
	}
	for _, status := range sortedNames(op.Responses.Map()) {
		response := op.Responses.Value(status).Value
		answer := docsAnswer{Status: status}
		if response.Description != nil {
			answer.Description = inline(*response.Description)
		}
		for kind, media := range response.Content {
			answer.Type = template.HTML(template.HTMLEscapeString(kind))
			if media.Schema != nil && media.Schema.Ref != "" {
				answer.Type = typeOf(media.Schema)
			}
		}
		out.Answers = append(out.Answers, answer)
	}
	return out
}

func docsSchemaOf(name string, schema *openapi3.Schema) docsSchema {
	out := docsSchema{Name: name, Description: prose(schema.Description)}
	if len(schema.Enum) > 0 {
		out.Values = strings.Trim(fmt.Sprint(schema.Enum), "[]")
	}
	for _, part := range schema.AllOf {
		out.Fields = append(out.Fields, fieldsOf(part.Value)...)
	}
	out.Fields = append(out.Fields, fieldsOf(schema)...)
	return out
}

func fieldsOf(schema *openapi3.Schema) []docsField {
	var out []docsField
	for _, name := range sortedNames(schema.Properties) {
		ref := schema.Properties[name]
		field := docsField{Name: name, Required: slices.Contains(schema.Required, name), Type: typeOf(ref), Example: exampleOf(ref)}
		if ref.Ref == "" {
			field.Description = inline(ref.Value.Description)
		}
		out = append(out, field)
	}
	slices.SortStableFunc(out, func(a, b docsField) int {
		switch {
		case a.Required == b.Required:
			return 0
		case a.Required:
			return -1
		default:
			return 1
		}
	})
	return out
}

// typeOf names a type, with a link if it has a section of its own.
func typeOf(ref *openapi3.SchemaRef) template.HTML {
	if ref == nil {
		return ""
	}
	if name, ok := strings.CutPrefix(ref.Ref, "#/components/schemas/"); ok {
		name = template.HTMLEscapeString(name)
		return template.HTML(`<a href="#schema-` + name + `">` + name + `</a>`)
	}
	schema := ref.Value
	kind := strings.Join(schema.Type.Slice(), " or ")
	if kind == "array" {
		return "list of " + typeOf(schema.Items)
	}
	if schema.Format != "" {
		kind += " (" + schema.Format + ")"
	}
	if schema.MaxLength != nil {
		kind += fmt.Sprintf(", at most %d characters", *schema.MaxLength)
	}
	return template.HTML(template.HTMLEscapeString(kind))
}

func exampleOf(ref *openapi3.SchemaRef) string {
	if ref == nil || ref.Ref != "" {
		return ""
	}
	if len(ref.Value.Examples) > 0 {
		return fmt.Sprint(ref.Value.Examples[0])
	}
	if ref.Value.Example != nil {
		return fmt.Sprint(ref.Value.Example)
	}
	return ""
}

// prose turns the contract's paragraphs into HTML. The contract is ours, and is
// escaped all the same.
func prose(text string) []template.HTML {
	var out []template.HTML
	for paragraph := range strings.SplitSeq(strings.TrimSpace(text), "\n\n") {
		if paragraph != "" {
			out = append(out, inline(paragraph))
		}
	}
	return out
}

var code = regexp.MustCompile("`([^`]*)`")

func inline(text string) template.HTML {
	return template.HTML(code.ReplaceAllString(template.HTMLEscapeString(text), "<code>$1</code>"))
}

func docsProblems(s *spec) []docsProblem {
	var out []docsProblem
	list, _ := s.Extensions["x-problem-codes"].([]any)
	for _, item := range list {
		entry, _ := item.(map[string]any)
		name, _ := entry["code"].(string)
		meaning, _ := entry["meaning"].(string)
		status, _ := entry["status"].(float64)
		out = append(out, docsProblem{Code: name, Status: int(status), Meaning: inline(meaning)})
	}
	return out
}
