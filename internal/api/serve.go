package api

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"sync/atomic"
	"time"
)

// How long a client may take. What a handler may wait for is bounded by itself.
const (
	headerTimeout = 5 * time.Second
	bodyTimeout   = 10 * time.Second
	idleTimeout   = 2 * time.Minute
	writeTimeout  = 3 * time.Minute // from the header to the end of the answer, or from its turn on where a request queued
	cutTimeout    = 2 * time.Second // for handlers to see that they were cut off
)

// Serve answers what comes to the listener until ctx ends. Then nothing new is taken on, live views are closed, and what is
// in flight has until drain to end, and is cut off if it has not. Serve closes the listener and waits for all that the
// server started, save a handler that does not heed its context. It serves once, and returns nil where ctx ended it.
func (s *Server) Serve(ctx context.Context, listener net.Listener, drain time.Duration) error {
	requests, cutOff := context.WithCancelCause(context.Background())
	defer cutOff(errStopped)
	defer runtime.KeepAlive(ballast())
	connections := newConnections(listener, s.options.MaxConnections)
	server := s.httpServer(requests, connections)
	served := make(chan error, 1)
	go func() { served <- server.Serve(connections) }()
	var err error
	select {
	case err = <-served: // the listener failed
		cutOff(errStopped)
		_ = server.Close() // and it says why; what its connections have to say adds nothing
		s.wait()
	case <-ctx.Done():
		s.drain(server, drain, cutOff)
		err = <-served
	}
	s.end()
	s.log(slog.LevelInfo, "stopped")
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// httpServer is net/http's server, with our bounds and what is to happen when it stops. The contexts of requests end with
// the given one.
func (s *Server) httpServer(requests context.Context, connections *connections) *http.Server {
	log := slog.DiscardHandler
	if s.options.Log != nil {
		log = s.options.Log.Handler()
	}
	server := &http.Server{
		Handler:           s,
		ReadHeaderTimeout: headerTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeader - 4<<10, // net/http adds as much
		BaseContext:       func(net.Listener) context.Context { return requests },
		ConnState:         connections.note,
		ErrorLog:          slog.NewLogLogger(log, slog.LevelWarn),
	}
	for _, stop := range []func(){connections.closeSilent, s.live.close, s.sender.stop} {
		server.RegisterOnShutdown(stop)
	}
	return server
}

// ballast is memory that is never touched, so the system never has to provide it. It is there to be counted: the garbage
// collector starts again when as much has been added as was left the last time, or at 4 MB, which a small server under load
// adds many times a second. Beside the ballast, 16 MB may come together first.
func ballast() []byte { return make([]byte, 16<<20) }

// drain lets what is in flight end, and cuts off what has not when the time is up.
func (s *Server) drain(server *http.Server, patience time.Duration, cutOff context.CancelCauseFunc) {
	inFlight, _ := s.traffic.now()
	s.log(slog.LevelInfo, "stopping", slog.Int("in_flight", inFlight), slog.String("drain", patience.String()))
	if shutDown(server, patience) {
		return
	}
	left, _ := s.traffic.now()
	s.log(slog.LevelWarn, "cut off", slog.Int("in_flight", left))
	cutOff(errStopped)
	if !shutDown(server, cutTimeout) { // their answers say so
		_ = server.Close() // and those who do not heed it are left behind
	}
}

// shutDown tells whether all that is in flight ended in time.
func shutDown(server *http.Server, patience time.Duration) bool {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return server.Shutdown(ctx) == nil
}

// errStopped is why requests end that had not ended by themselves.
var errStopped = errors.New("the server has stopped")

// log writes a line about the server itself.
func (s *Server) log(level slog.Level, message string, attributes ...slog.Attr) {
	if s.options.Log != nil {
		s.options.Log.LogAttrs(context.Background(), level, message, attributes...)
	}
}

// end ends the live views and what the server sends to itself, and waits for both.
func (s *Server) end() {
	s.live.close()
	s.sender.stop()
	s.sender.wait()
}

// Close ends what the server has started, and waits for it and for requests in flight. Serve does so by itself; who uses a
// Server as a handler calls Close once the http.Server is closed.
func (s *Server) Close() {
	s.end()
	s.wait()
}

// wait waits for requests in flight, which end by their contexts. One that does not is left behind.
func (s *Server) wait() {
	ctx, cancel := context.WithTimeout(context.Background(), cutTimeout)
	defer cancel()
	s.running.wait(ctx)
}

// running counts the requests that are being answered or logged.
type running struct {
	count atomic.Int64
	none  chan struct{} // takes a word whenever the count comes to nothing; has room for one
}

func (r *running) enter() { r.count.Add(1) }

func (r *running) leave() {
	if r.count.Add(-1) > 0 {
		return
	}
	select {
	case r.none <- struct{}{}:
	default: // the word is there already
	}
}

// wait waits until there are none.
func (r *running) wait(ctx context.Context) {
	for r.count.Load() > 0 {
		select {
		case <-r.none:
		case <-ctx.Done():
			return
		}
	}
}
