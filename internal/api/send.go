package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"slices"
	"sync"
	"time"

	"meanwhile/demos"
)

// A browser opens about six connections to an origin, and holds back a request for an address that it is fetching already.
// So the buttons of the live view ask the server to send, and what they show is real: requests over the loopback
// interface, from a client of its own, which anybody else's could be.

// burst is a number of requests, by how long each waits, and the way to send them.
type burst struct {
	delays []time.Duration
	run    demos.Strategy
}

// What the buttons send.
const (
	burstSize   = 20
	usualDelay  = 500 * time.Millisecond
	slowDelay   = 3 * time.Second
	maxBursts   = 8 // at once
	sendTimeout = time.Minute
)

// bursts lists what can be sent, by the name of its button.
func bursts() map[string]burst {
	many := slices.Repeat([]time.Duration{usualDelay}, burstSize)
	return map[string]burst{
		"one":      {many[:1], demos.Sequential},
		"together": {many, demos.Goroutines},
		"in-turn":  {many, demos.Sequential},
		"one-slow": {append([]time.Duration{slowDelay}, many...), headStart},
	}
}

// headStart runs the first task, and the others at once when its request is on its way: the slow one is to have its slot
// before them.
func headStart(ctx context.Context, tasks []demos.Task) error {
	sent := make(chan struct{})
	note := sync.OnceFunc(func() { close(sent) }) // a client may have to write twice
	traced := httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		WroteRequest: func(httptrace.WroteRequestInfo) { note() },
	})
	first := make(chan error, 1)
	go func() { first <- tasks[0].Run(traced) }()
	select {
	case <-sent:
	case err := <-first: // it was never sent
		first <- err
	}
	others := demos.Goroutines(ctx, tasks[1:])
	return errors.Join(<-first, others)
}

// sender sends bursts to its own server.
type sender struct {
	client   *http.Client
	stopping chan struct{} // closed when nothing more is to be sent

	mu      sync.Mutex // guards what follows
	under   int        // bursts under way
	stopped bool
	sending sync.WaitGroup
}

func newSender() *sender {
	return &sender{
		client:   &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: burstSize + 1}, Timeout: sendTimeout},
		stopping: make(chan struct{}),
	}
}

// send has the server send a burst to itself, and does not wait for its end.
func (s *Server) send(w http.ResponseWriter, r *http.Request) {
	x := w.(*exchange)
	name := r.URL.Query().Get("burst")
	what, ok := bursts()[name]
	if !ok {
		problem{Status: http.StatusUnprocessableEntity, Detail: "burst is one, together, in-turn or one-slow"}.write(x)
		return
	}
	// The address that the client connected to: a Host header could name anybody's.
	address, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if !ok || !s.sender.start(what, address.String()) {
		problem{
			Status: http.StatusTooManyRequests, RetryAfter: 2,
			Detail: "the server sends as much as it can already; try again when that has ended",
		}.write(x)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusAccepted)
	_, _ = io.WriteString(w, fmt.Sprintf(`{"sent":%d}`, len(what.delays))) // whom it does not reach has gone
}

// start sends a burst in the background, and tells whether it does.
func (s *sender) start(what burst, host string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopped || s.under >= maxBursts {
		return false
	}
	s.under++
	s.sending.Go(func() {
		tasks := make([]demos.Task, len(what.delays))
		for i, delay := range what.delays {
			target := url.URL{Scheme: "http", Host: host, Path: "/slow", RawQuery: "delay=" + delay.String()}
			tasks[i] = s.unlessStopping(demos.Get(s.client, target.String()))
		}
		_ = what.run(context.Background(), tasks) // what fails is seen in the view and the log: the server is the other end
		s.mu.Lock()
		defer s.mu.Unlock()
		s.under--
	})
	return true
}

// unlessStopping sends nothing any more once the server stops. What is in flight then ends by itself, or is cut off.
func (s *sender) unlessStopping(task demos.Task) demos.Task {
	return demos.Task{Name: task.Name, Run: func(ctx context.Context) error {
		select {
		case <-s.stopping:
			return http.ErrServerClosed
		default:
			return task.Run(ctx)
		}
	}}
}

// stop sends nothing any more.
func (s *sender) stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.stopped {
		s.stopped = true
		close(s.stopping)
	}
}

// wait waits for what was under way when it stopped.
func (s *sender) wait() {
	s.sending.Wait()
	s.client.CloseIdleConnections()
}
