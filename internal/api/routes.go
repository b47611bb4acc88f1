package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"meanwhile/demos"
	"meanwhile/internal/lab"
)

// route registers the handlers of demos, and what documents and shows them.
func (s *Server) route() error {
	s.mux = http.NewServeMux()
	documented := humago.New(routes{s}, s.config())
	get(documented, "/", "Say hello", "The hello of FastAPI's first page.", demos.SayHello)
	get(documented, "/items/{item_id}", "Read an item", "A number from the path and a text from the query.", demos.ReadItem)
	get(documented, "/slow", "Wait", "Waits, and the server goes on meanwhile.", demos.Slow)
	get(documented, "/fanout", "Wait for many", "Runs many waits inside one request, by a strategy.",
		bounded(maxHeavy, demos.Fanout))
	get(documented, "/cpu", "Compute", "Computes, which gains by the cores alone.",
		bounded(maxHeavy, demos.Compute(hashes())))
	document, err := json.Marshal(documented.OpenAPI()) // once: huma would make it anew for each request
	if err != nil {
		return err
	}
	s.always("GET /openapi.json", fixed("application/json", document))
	s.always("GET /healthz", fixed("application/json", []byte(`{"status":"ok"}`)))
	s.always("GET /metrics", s.metrics.handler())
	s.always("GET /items/{item_id}/{$}", http.HandlerFunc(dropSlash))
	s.always("GET "+eventsPath, s.live)
	s.always("POST "+sendPath, http.HandlerFunc(s.send))
	return s.pages()
}

// config has huma answer as FastAPI does: nothing but the body, and no line end behind it.
func (s *Server) config() huma.Config {
	config := huma.DefaultConfig("meanwhile", s.options.Version)
	config.Info.Description = "The hello API: while one request waits, the others go on."
	config.CreateHooks = nil                                             // they add a $schema to every answer
	config.OpenAPIPath, config.DocsPath, config.SchemasPath = "", "", "" // ours work without a network
	format := huma.Format{Marshal: marshaller(), Unmarshal: json.Unmarshal}
	config.Formats = map[string]huma.Format{"application/json": format, "json": format}
	return config
}

// marshaller returns a function that writes values as JSON.
func marshaller() func(io.Writer, any) error {
	type encoding struct {
		text    bytes.Buffer
		encoder *json.Encoder
	}
	encodings := sync.Pool{New: func() any {
		e := new(encoding)
		e.encoder = json.NewEncoder(&e.text)
		e.encoder.SetEscapeHTML(false) // it is no HTML, and & is more readable than \u0026
		return e
	}}
	return func(w io.Writer, value any) error {
		e := encodings.Get().(*encoding)
		e.text.Reset()
		if err := e.encoder.Encode(value); err != nil {
			return err
		}
		_, _ = w.Write(bytes.TrimSuffix(e.text.Bytes(), []byte("\n"))) // whom it does not reach has gone
		encodings.Put(e)
		return nil
	}
}

// answer is what huma takes from a handler: the body, and it could be headers.
type answer[O any] struct{ Body *O }

// get registers a handler of demos for GET, which HEAD goes by too.
func get[I, O any](documented huma.API, path, summary, description string, handler func(context.Context, *I) (*O, error)) {
	operation := huma.Operation{
		OperationID: strings.ReplaceAll(strings.ToLower(summary), " ", "-"),
		Method:      http.MethodGet, Path: path, Summary: summary, Description: description,
	}
	huma.Register(documented, operation, func(ctx context.Context, in *I) (*answer[O], error) {
		body, err := handler(ctx, in)
		if err != nil {
			return nil, refusal(ctx, err)
		}
		return &answer[O]{body}, nil
	})
}

// refusal gives a handler's error its status.
func refusal(ctx context.Context, err error) error {
	if invalid, ok := errors.AsType[demos.Invalid](err); ok {
		where := &huma.ErrorDetail{Location: "query." + invalid.Parameter, Value: invalid.Value, Message: invalid.Why}
		return huma.Error422UnprocessableEntity("validation failed", where) // as huma's own checks say it
	}
	if errors.Is(err, errBusy) {
		return huma.ErrorWithHeaders(huma.Error503ServiceUnavailable(err.Error()), http.Header{"Retry-After": {"1"}})
	}
	if ctx.Err() != nil {
		p := ended(ctx)
		return huma.NewError(p.Status, p.Detail)
	}
	return err
}

// maxHeavy bounds the goroutines of /fanout, where each request starts up to a thousand, and the computing that /cpu can be
// asked for at once, which even one core has done before the time to answer is over.
const maxHeavy = 100

var errBusy = errors.New("as many requests of this kind are in flight as the server takes on; try again in a moment")

// bounded turns away what is more than most at once.
func bounded[I, O any](most int, handler func(context.Context, *I) (*O, error)) func(context.Context, *I) (*O, error) {
	room := make(chan struct{}, most)
	return func(ctx context.Context, in *I) (*O, error) {
		select {
		case room <- struct{}{}:
			defer func() { <-room }()
			return handler(ctx, in)
		default:
			return nil, errBusy
		}
	}
}

// hashes returns a function that tells how many hashes take a core a given time, which it finds out when first asked.
func hashes() func(context.Context, time.Duration) (int, error) {
	const sample = 10 * time.Millisecond
	rate := sync.OnceValues(func() (int, error) { return lab.Hashes(context.Background(), sample) })
	return func(_ context.Context, d time.Duration) (int, error) {
		n, err := rate()
		return int(float64(n) * float64(d) / float64(sample)), err
	}
}

// routes is where huma registers handlers: each is admitted and counted.
type routes struct{ server *Server }

func (r routes) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	r.server.mux.ServeHTTP(w, request)
}

// HandleFunc registers a handler of the API. "GET /" would take every path that nothing else takes, so it is closed.
func (r routes) HandleFunc(pattern string, handler func(http.ResponseWriter, *http.Request)) {
	if strings.HasSuffix(pattern, "/") {
		pattern += "{$}"
	}
	r.server.handle(pattern, r.server.admit(r.server.protect(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		delete(request.Header, "Accept") // there is one format, and nothing to negotiate
		handler(w, request)
	}))))
}

// always registers what is not of the API: it answers in every mode, however much is in flight.
func (s *Server) always(pattern string, handler http.Handler) { s.handle(pattern, s.protect(handler)) }

// handle registers a handler, and an answer for OPTIONS beside it.
func (s *Server) handle(pattern string, handler http.Handler) {
	method, path, _ := strings.Cut(pattern, " ")
	s.mux.Handle(pattern, handler)
	s.metrics.add(pattern, path)
	allow := []string{method + ", OPTIONS"}
	if method == http.MethodGet {
		allow[0] = "GET, HEAD, OPTIONS"
	}
	s.mux.HandleFunc("OPTIONS "+path, func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Allow"] = allow
		w.WriteHeader(http.StatusNoContent)
	})
	s.metrics.add("OPTIONS "+path, path)
}

// dropSlash sends a client to the address without a slash at its end, as FastAPI does.
func dropSlash(w http.ResponseWriter, r *http.Request) {
	target := *r.URL
	target.Path, target.RawPath = strings.TrimSuffix(target.Path, "/"), strings.TrimSuffix(target.RawPath, "/")
	http.Redirect(w, r, target.RequestURI(), http.StatusTemporaryRedirect)
}

// fixed answers the same each time.
func fixed(kind string, body []byte) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		_, _ = w.Write(body) // whom it does not reach has gone
	})
}
