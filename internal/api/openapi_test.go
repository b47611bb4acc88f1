package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"
	"github.com/pb33f/libopenapi-validator/config"
)

// document reads the server's own and has it checked by a validator that has nothing in common with what wrote it.
func document(t *testing.T, s *site) validator.Validator {
	t.Helper()
	got := s.get(t, "/openapi.json")
	if got.status != http.StatusOK || got.header.Get("Content-Type") != "application/json" {
		t.Fatalf("%d %v", got.status, got.header)
	}
	read, err := libopenapi.NewDocument([]byte(got.body))
	if err != nil {
		t.Fatal(err)
	}
	if version := read.GetVersion(); version != "3.1.0" {
		t.Errorf("version %s", version)
	}
	v, errs := validator.NewValidator(read, config.WithFormatAssertions())
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	t.Cleanup(v.Release)
	return v
}

func TestTheDocumentIsValidOpenAPI(t *testing.T) {
	s := serve(t)
	if valid, problems := document(t, s).ValidateDocument(); !valid {
		for _, problem := range problems {
			t.Error(problem)
		}
	}
}

func TestTheDocumentHasEveryRouteOfTheAPI(t *testing.T) {
	s := serve(t)
	var document struct {
		Info  struct{ Title, Version string }
		Paths map[string]map[string]struct {
			Summary, Description, OperationID string
			Parameters                        []struct{ Name, In, Description string }
			Responses                         map[string]any
		}
	}
	if err := json.Unmarshal([]byte(s.get(t, "/openapi.json").body), &document); err != nil {
		t.Fatal(err)
	}
	if document.Info.Title != "meanwhile" || document.Info.Version != "v0.0.0" {
		t.Errorf("%+v", document.Info)
	}
	parameters, ids := map[string][]string{}, map[string]bool{}
	for path, operations := range document.Paths {
		if methods := slices.Collect(maps.Keys(operations)); !slices.Equal(methods, []string{"get"}) {
			t.Errorf("%s takes %v", path, methods)
		}
		operation := operations["get"]
		if operation.Summary == "" || operation.Description == "" || operation.OperationID == "" || ids[operation.OperationID] {
			t.Errorf("%s: %+v", path, operation)
		}
		ids[operation.OperationID] = true
		parameters[path] = []string{}
		for _, parameter := range operation.Parameters {
			parameters[path] = append(parameters[path], parameter.In+" "+parameter.Name)
			if parameter.Description == "" {
				t.Errorf("%s does not say what %s is", path, parameter.Name)
			}
		}
	}
	want := map[string][]string{
		"/":                {},
		"/items/{item_id}": {"path item_id", "query q"},
		"/slow":            {"query delay"},
		"/fanout":          {"query tasks", "query delay", "query strategy", "query limit"},
		"/cpu":             {"query work"},
	}
	if diff := cmp.Diff(want, parameters); diff != "" {
		t.Errorf("(- want, + documented):\n%s", diff)
	}
}

// Each answer is what the document says, those that refuse included.
func TestAnswersAreAsDocumented(t *testing.T) {
	full := serve(t, func(with *setup) { with.MaxInFlight = 1 })
	free := serve(t)
	documented := document(t, free)
	waiting := full.begin(t, "/slow?delay=30s")
	full.until(t, "http_requests_in_flight", 1)
	for path, status := range map[string]int{
		"/":                                   http.StatusOK,
		"/items/5":                            http.StatusOK,
		"/items/-5?q=Gr%C3%BC%C3%9Fe":         http.StatusOK,
		"/slow?delay=1ms":                     http.StatusOK,
		"/fanout?tasks=3&delay=1ms":           http.StatusOK,
		"/fanout?tasks=1&strategy=limited":    http.StatusOK,
		"/fanout?tasks=2&strategy=sequential": http.StatusOK,
		"/cpu?work=1ms":                       http.StatusOK,
		"/cpu?work=0s":                        http.StatusOK,
		"/items/x":                            http.StatusUnprocessableEntity,
		"/items/9223372036854775808":          http.StatusUnprocessableEntity,

		"/items/5?q=" + strings.Repeat("x", 1001): http.StatusUnprocessableEntity,
		"/slow?delay=31s":                         http.StatusUnprocessableEntity,
		"/slow?delay=%1b%5B31m":                   http.StatusUnprocessableEntity,
		"/fanout?tasks=0&strategy=x&limit=y":      http.StatusUnprocessableEntity,
		"/fanout?tasks=1000&strategy=sequential":  http.StatusUnprocessableEntity,
		"/cpu?work=2s":                            http.StatusUnprocessableEntity,
	} {
		asDocumented(t, documented, free, path, status)
	}
	for _, path := range []string{"/", "/items/5", "/slow", "/fanout", "/cpu"} {
		asDocumented(t, documented, full, path, http.StatusServiceUnavailable)
	}
	asDocumented(t, documented, free, "/items/5", http.StatusMisdirectedRequest, "Host: evil.example")
	waiting.leave()
	_, _ = waiting.wait()
}

// The check of answers is one: what is not as documented fails it.
func TestAnAnswerThatIsNotAsDocumentedIsFound(t *testing.T) {
	s := serve(t)
	documented := document(t, s)
	for body, answer := range map[string]*http.Response{
		`{"item_id":"5","q":null}`:          {StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}},
		`{"item_id":5}`:                     {StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}},
		`{"item_id":5,"q":null,"more":1}`:   {StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}},
		`{`:                                 {StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}},
		`{"item_id":5,"q":null}`:            {StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"text/plain"}}},
		`{"title":"Error","status":"many"}`: {StatusCode: http.StatusTeapot, Header: http.Header{"Content-Type": {"application/problem+json"}}},
	} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+"/items/5", nil)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body = io.NopCloser(strings.NewReader(body))
		if valid, _ := documented.ValidateHttpResponse(request, answer); valid {
			t.Errorf("%d %v %s passes", answer.StatusCode, answer.Header, body)
		}
	}
}

// asDocumented asks for something and has the answer validated.
func asDocumented(t *testing.T, documented validator.Validator, s *site, path string, status int, headers ...string) {
	t.Helper()
	got := s.get(t, path, headers...)
	if got.status != status {
		t.Errorf("GET %.100s: %d %s, want %d", path, got.status, got.body, status)
	}
	request, err := http.NewRequestWithContext(context.Background(), http.MethodGet, s.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	response := &http.Response{StatusCode: got.status, Header: got.header, Body: io.NopCloser(bytes.NewBufferString(got.body))}
	if valid, problems := documented.ValidateHttpResponse(request, response); !valid {
		for _, problem := range problems {
			t.Errorf("GET %.100s: %d %s is not as documented: %v", path, got.status, got.body, problem)
		}
	}
}
