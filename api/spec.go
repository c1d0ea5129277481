package api

import (
	"context"
	_ "embed" // openapi.yaml
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
)

//go:embed openapi.yaml
var contractYAML []byte

// spec is the contract, read.
type spec struct {
	*openapi3.T
	yaml []byte
}

// loadSpec reads the embedded contract. It panics if that is broken: a test
// says so before a user can.
func loadSpec() *spec {
	doc, err := openapi3.NewLoader().LoadFromData(contractYAML)
	if err == nil {
		err = doc.Validate(context.Background())
	}
	if err != nil {
		panic(fmt.Sprintf("api: openapi.yaml: %v", err))
	}
	return &spec{doc, contractYAML}
}

func (s *spec) json() []byte {
	data, err := s.MarshalJSON()
	if err != nil {
		panic(fmt.Sprintf("api: openapi.yaml: %v", err))
	}
	return data
}

// operation is what the contract says of one route, ready to check requests with.
type operation struct {
	id            string
	named         bool // has an Idempotency-Key
	versioned     bool // takes an If-Match
	unversioned   bool // and may do without
	query         map[string]*openapi3.Parameter
	requiredQuery []string
	body          *openapi3.Schema // nil: none, or not JSON
	bodyRequired  bool
	exact         map[string]bool // members that stay as they were received
	answers       []string        // media types
}

// operation finds what the contract says of a route. It panics if that is nothing.
func (s *spec) operation(method, path string) *operation {
	item := s.Paths.Value(strings.TrimPrefix(path, base))
	if item == nil || item.GetOperation(method) == nil {
		panic(fmt.Sprintf("api: openapi.yaml has no %s %s", method, path))
	}
	found := item.GetOperation(method)
	op := &operation{id: found.OperationID, query: map[string]*openapi3.Parameter{}}
	for _, ref := range found.Parameters {
		p := ref.Value
		switch {
		case p.In == "query":
			op.query[p.Name] = p
			if p.Required {
				op.requiredQuery = append(op.requiredQuery, p.Name)
			}
		case p.Name == "Idempotency-Key":
			op.named = true
		case p.Name == "If-Match":
			op.versioned, op.unversioned = true, !p.Required
		}
	}
	if found.RequestBody != nil {
		if media := found.RequestBody.Value.Content["application/json"]; media != nil {
			op.body, op.bodyRequired = media.Schema.Value, found.RequestBody.Value.Required
		}
	}
	if op.body != nil {
		op.exact = map[string]bool{}
		for name, member := range op.body.Properties {
			op.exact[name] = member.Value.Format == "password"
		}
	}
	for status, response := range found.Responses.Map() {
		if strings.HasPrefix(status, "2") {
			for kind := range response.Value.Content {
				op.answers = append(op.answers, kind)
			}
		}
	}
	return op
}

// answersIn says whether the operation has an answer of a type that is wanted.
// A file is sent as whatever it is.
func (o *operation) answersIn(accept []string) bool {
	if len(accept) == 0 || len(o.answers) == 0 {
		return true
	}
	for wanted := range strings.SplitSeq(strings.Join(accept, ","), ",") {
		kind, params, err := mime.ParseMediaType(wanted)
		if err != nil || params["q"] == "0" {
			continue
		}
		for _, have := range o.answers {
			family, _, _ := strings.Cut(have, "/")
			if kind == "*/*" || kind == have || kind == family+"/*" || have == "application/octet-stream" {
				return true
			}
		}
	}
	return false
}

// The days that may be asked about. The ends of the calendar are no days that the
// record can count on from.
const firstDay, lastDay = "1900-01-01", "2999-12-31"

// checkQuery adds what is wrong with a query to faults.
func (o *operation) checkQuery(r *http.Request, given url.Values, faults map[string]string) {
	for name, p := range o.query {
		if faults[name] != "" {
			continue
		}
		// Without a route the filter checks with its own, quick validator; with
		// one it would compile a JSON Schema for each parameter of each request.
		err := openapi3filter.ValidateParameter(r.Context(), &openapi3filter.RequestValidationInput{
			Request: r, QueryParams: given,
		}, p)
		day := given.Get(name)
		switch {
		case err != nil:
			faults[name] = reasonOf(err)
		case day != "" && p.Schema.Value.Format == "date" && (day < firstDay || day > lastDay):
			faults[name] = "phải từ ngày " + firstDay + " đến ngày " + lastDay
		}
	}
}

// checkBody says what is wrong with a body, by field.
func (o *operation) checkBody(value any) map[string]string {
	err := o.body.VisitJSON(value, openapi3.VisitAsRequest(), openapi3.MultiErrors(), openapi3.EnableFormatValidation())
	faults := map[string]string{}
	collect(err, faults)
	return faults
}

// collect takes the validator's errors apart. They quote the input, so only
// their places are used; the sentences are made from the contract.
func collect(err error, faults map[string]string) {
	var several openapi3.MultiError
	var single *openapi3.SchemaError
	switch {
	case err == nil:
	case errors.As(err, &several):
		for _, e := range several {
			collect(e, faults)
		}
	case errors.As(err, &single) && single.SchemaField == "properties":
		collectUnknown(single, faults)
	case errors.As(err, &single):
		faults[at(single.JSONPointer())] = reason(single)
	default:
		faults["body"] = "không đúng quy cách"
	}
}

// collectUnknown names the members that an object must not have. The validator
// names them in its sentence only.
func collectUnknown(e *openapi3.SchemaError, faults map[string]string) {
	object, _ := e.Value.(map[string]any)
	for name := range object {
		if e.Schema.Properties[name] == nil {
			faults[at(append(e.JSONPointer(), name))] = "không có mục này"
		}
	}
}

func reasonOf(err error) string {
	var single *openapi3.SchemaError
	switch {
	case errors.Is(err, openapi3filter.ErrInvalidRequired):
		return "bắt buộc phải có"
	case errors.As(err, &single):
		return reason(single)
	default:
		return "không đúng kiểu"
	}
}

// reason says what the contract asks for, never what was given.
func reason(e *openapi3.SchemaError) string {
	switch e.SchemaField {
	case "required":
		return "bắt buộc phải có"
	case "type":
		return "không đúng kiểu"
	case "enum":
		return fmt.Sprintf("chỉ nhận một trong các giá trị: %s", strings.Trim(fmt.Sprint(e.Schema.Enum), "[]"))
	case "maxLength":
		return fmt.Sprintf("dài quá %d ký tự", *e.Schema.MaxLength)
	case "minLength":
		return fmt.Sprintf("ngắn hơn %d ký tự", e.Schema.MinLength)
	case "maxItems":
		return fmt.Sprintf("nhiều hơn %d mục", *e.Schema.MaxItems)
	case "minimum":
		return fmt.Sprintf("nhỏ hơn %g", *e.Schema.Min)
	case "maximum":
		return fmt.Sprintf("lớn hơn %g", *e.Schema.Max)
	case "not":
		return "chỉ ghi một trong các mục: " + strings.Join(e.Schema.Not.Value.Required, ", ")
	case "format":
		return fmt.Sprintf("không đúng dạng %s", e.Schema.Format)
	default:
		return "không đúng dạng"
	}
}
