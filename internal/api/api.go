// Package api serves the hello API: the handlers of demos behind net/http, documented by OpenAPI, guarded against
// overload, and watched while they work.
package api

import (
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"
	"sync/atomic"
	"time"

	"meanwhile/internal/term"
)

// Mode says how many requests of the API are worked on at once. Pages, health and metrics answer in each mode.
type Mode string

// The modes.
const (
	Concurrent Mode = "concurrent"    // each in a goroutine of its own, as net/http does
	OneAtATime Mode = "one-at-a-time" // the others queue
	Limited    Mode = "limited"       // as many as the limit, and the others queue
)

// Modes lists them all.
func Modes() []Mode { return []Mode{Concurrent, OneAtATime, Limited} }

// Options are what a server is made of.
type Options struct {
	Mode  Mode
	Limit int // of Limited: how many at once

	// MaxInFlight is how many requests of the API are taken on at once, those that queue included. More are turned away.
	MaxInFlight int

	// MaxConnections is how many connections are kept open, idle ones included; 0 is as many as come.
	MaxConnections int

	// Hosts are names by which clients may call the server, besides localhost and any IP address.
	Hosts []string

	// Log takes a line a request, and one for each panic; nil takes none.
	Log *slog.Logger

	Version string
}

// Server is the API. It is an http.Handler, and serves by itself too.
type Server struct {
	options Options
	mux     *http.ServeMux
	hosts   map[string]bool
	origins *http.CrossOriginProtection
	traffic *traffic
	slots   slots
	metrics *metrics
	live    *live
	sender  *sender

	running running
	serial  atomic.Uint64 // the number in the latest request id
	process string        // tells this process's request ids from another's
}

// New makes a server. It starts nothing: what a server starts ends with Serve.
func New(options Options) (*Server, error) {
	if options.MaxInFlight < 1 {
		return nil, fmt.Errorf("%d requests in flight are none; allow 1 or more", options.MaxInFlight)
	}
	if options.Mode == Limited && options.Limit < 1 {
		return nil, fmt.Errorf("a limit of %d lets nothing through; allow 1 or more", options.Limit)
	}
	s := &Server{
		options: options,
		hosts:   hostNames(options.Hosts),
		origins: http.NewCrossOriginProtection(),
		traffic: newTraffic(options.MaxInFlight),
		slots:   newSlots(options),
		running: running{none: make(chan struct{}, 1)},
		process: strconv.FormatInt(time.Now().UnixMilli()&0xffffff, 36),
	}
	s.live = newLive(s.traffic, options)
	s.metrics = newMetrics(s.traffic, s.live)
	s.sender = newSender()
	return s, s.route()
}

// exchange is a request on its way to its answer, and what is noted of it. It stands in for the ResponseWriter, so that one
// allocation is all that noting takes.
type exchange struct {
	http.ResponseWriter
	request *http.Request
	id      [1]string // as a header has it; empty where there is no log
	arrived time.Time
	status  int  // 0 until it is written
	muted   bool // net/http's own words are dropped: a problem has been written instead

	visit visit // where it is in the traffic, if it is for the API
}

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x := &exchange{ResponseWriter: w, request: r, arrived: time.Now()}
	if s.options.Log != nil { // an id leads from an answer to its line
		x.id[0] = s.requestID()
	}
	mark(x)
	s.running.enter()
	defer s.finish(x)
	refused := dropBody(x) // first: net/http waits for a body before it sends a refusal
	if refused == nil {
		refused = s.refuse(r)
	}
	if refused != nil {
		refused.write(x)
		return
	}
	s.mux.ServeHTTP(x, r)
}

// requestID names a request in its answer and in the log.
func (s *Server) requestID() string {
	var buffer [32]byte
	id := append(append(buffer[:0], s.process...), '-')
	return string(strconv.AppendUint(id, s.serial.Add(1), 10))
}

// finish counts and logs an exchange.
func (s *Server) finish(x *exchange) {
	defer s.running.leave()
	took := x.took()
	s.metrics.count(x.request.Pattern, x.status, took)
	s.logAnswer(x, took)
}

// took is how long a request that is over took; one of the API was timed when it left the traffic.
func (x *exchange) took() time.Duration {
	if x.visit.ended.IsZero() {
		return time.Since(x.arrived)
	}
	return x.visit.ended.Sub(x.arrived)
}

// protect has a handler's panic end its answer, and not the program.
func (s *Server) protect(handler http.Handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		defer s.recover(w.(*exchange))
		handler.ServeHTTP(w, r)
	}
}

func (s *Server) recover(x *exchange) {
	caught := recover()
	if caught == nil {
		if x.status == 0 {
			x.status = http.StatusOK // net/http writes it where nothing else was written
		}
		return
	}
	begun := x.status != 0
	x.status = http.StatusInternalServerError
	if caught != http.ErrAbortHandler {
		s.logPanic(x, caught)
		if !begun {
			clear(x.Header()) // of what the handler had in mind
			mark(x)
			problem{Status: http.StatusInternalServerError, Detail: "the handler failed; the server goes on"}.write(x)
			return
		}
	}
	panic(http.ErrAbortHandler) // cuts the answer off: half of one is none
}

// maxLogged bounds what of a client a line of the log holds.
const maxLogged = 500

func (s *Server) logAnswer(x *exchange, took time.Duration) {
	if s.options.Log == nil {
		return
	}
	r := x.request
	attributes := []slog.Attr{
		slog.String("method", term.Printable(r.Method, maxLogged)), slog.String("path", term.Printable(r.RequestURI, maxLogged)),
		slog.Int("status", x.status), slog.Float64("took_ms", milliseconds(took)),
	}
	if queued := x.visit.began.Sub(x.arrived); queued >= time.Millisecond { // less is no queue, but the way into it
		attributes = append(attributes, slog.Float64("queued_ms", milliseconds(queued)))
	}
	attributes = append(attributes, slog.String("client", r.RemoteAddr), slog.String("id", x.id[0]))
	s.options.Log.LogAttrs(r.Context(), slog.LevelInfo, "request", attributes...)
}

// maxStack is how many bytes of a stack a line of the log holds.
const maxStack = 4 << 10

func (s *Server) logPanic(x *exchange, caught any) {
	if s.options.Log == nil {
		return
	}
	stack := debug.Stack()
	s.options.Log.LogAttrs(x.request.Context(), slog.LevelError, "panic",
		slog.String("value", term.Printable(fmt.Sprint(caught), maxLogged)),
		slog.String("path", term.Printable(x.request.RequestURI, maxLogged)),
		slog.String("id", x.id[0]), slog.String("stack", string(stack[:min(len(stack), maxStack)])))
}

// WriteHeader notes the status. What net/http itself has against a request, an unknown path or a range that is none, is
// plain text, and becomes a problem like all others.
func (x *exchange) WriteHeader(status int) {
	if x.status == 0 && status >= http.StatusBadRequest && x.Header().Get("Content-Type") != problemType {
		plain(x, status).write(x)
		x.muted = true
		return
	}
	if x.status == 0 && status >= http.StatusOK { // what is below informs, and the answer is still to come
		x.status = status
	}
	x.ResponseWriter.WriteHeader(status)
}

func (x *exchange) Write(data []byte) (int, error) {
	if x.muted {
		return len(data), nil
	}
	if x.status == 0 {
		x.status = http.StatusOK
	}
	return x.ResponseWriter.Write(data)
}

// Unwrap is how http.ResponseController finds what it controls.
func (x *exchange) Unwrap() http.ResponseWriter { return x.ResponseWriter }

// plain is the problem behind a status of net/http's own.
func plain(x *exchange, status int) problem {
	switch status {
	case http.StatusMethodNotAllowed:
		return problem{Status: status, Detail: "this address takes " + x.Header().Get("Allow")}
	case http.StatusNotFound:
		return problem{Status: status, Detail: "nothing is here; /docs lists what there is"}
	}
	return problem{Status: status}
}
