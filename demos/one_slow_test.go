package demos_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"meanwhile/demos"
)

// wire is a network in memory: what dials it is accepted.
type wire struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (w *wire) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	near, far := net.Pipe()
	select {
	case w.conns <- far:
		return near, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (w *wire) Accept() (net.Conn, error) {
	select {
	case conn := <-w.conns:
		return conn, nil
	case <-w.closed:
		return nil, net.ErrClosed
	}
}

func (w *wire) Close() error   { w.once.Do(func() { close(w.closed) }); return nil }
func (w *wire) Addr() net.Addr { return &net.TCPAddr{} }

// served runs a test in a bubble, where time is exact, with a client of a real server whose connections are in memory. The
// handler is made in the bubble too.
func served(t *testing.T, handler func() http.Handler, test func(t *testing.T, client *http.Client)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		wire := &wire{conns: make(chan net.Conn), closed: make(chan struct{})}
		server := &http.Server{Handler: handler()}
		var serving sync.WaitGroup
		serving.Go(func() {
			if err := server.Serve(wire); !errors.Is(err, http.ErrServerClosed) {
				t.Error(err)
			}
		})
		transport := &http.Transport{DialContext: wire.dial}
		test(t, &http.Client{Transport: transport})
		transport.CloseIdleConnections()
		if err := server.Close(); err != nil {
			t.Error(err)
		}
		serving.Wait()
	})
}

// asked is a request that is sent after a time.
type asked struct {
	after time.Duration
	path  string
}

// taken sends requests and returns what each of them took.
func taken(t *testing.T, client *http.Client, requests []asked) []time.Duration {
	t.Helper()
	took := make([]time.Duration, len(requests))
	var wg sync.WaitGroup
	for i, request := range requests {
		wg.Go(func() {
			time.Sleep(request.after)
			start := time.Now()
			if err := demos.Get(client, "http://server"+request.path).Run(t.Context()); err != nil {
				t.Error(err)
			}
			took[i] = time.Since(start)
		})
	}
	wg.Wait()
	return took
}

func TestOneSlowRequestHoldsUpNobody(t *testing.T) {
	served(t, func() http.Handler { return demos.OneSlow(3 * time.Second) }, func(t *testing.T, client *http.Client) {
		took := taken(t, client, []asked{{0, "/slow"}, {time.Second, "/"}, {time.Second, "/slow"}, {2 * time.Second, "/other"}})
		if took[0] != 3*time.Second || took[1] != 0 || took[2] != 3*time.Second || took[3] != 0 {
			t.Errorf("the requests took %v, want 3s where the path is /slow, and nothing elsewhere", took)
		}
	})
}

func TestALimitLetsSoManyRequestsInAtOnce(t *testing.T) {
	requests := []asked{{0, "/slow"}, {100 * ms, "/"}, {200 * ms, "/slow"}, {300 * ms, "/"}}
	for limit, want := range map[int][]time.Duration{
		1: {time.Second, 900 * ms, 1800 * ms, 1700 * ms}, // who queues is let in by turns
		2: {time.Second, 0, time.Second, 700 * ms},
		3: {time.Second, 0, time.Second, 0},
	} {
		handler := func() http.Handler { return demos.LimitHandler(demos.OneSlow(time.Second), limit) }
		served(t, handler, func(t *testing.T, client *http.Client) {
			if took := taken(t, client, requests); !slices.Equal(took, want) {
				t.Errorf("a limit of %d: the requests took %v, want %v", limit, took, want)
			}
		})
	}
}

func TestAClientThatLeavesLeavesTheQueue(t *testing.T) {
	var in atomic.Int64
	counting := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		in.Add(1)
		demos.OneSlow(time.Second)(w, r)
	})
	served(t, func() http.Handler { return demos.LimitHandler(counting, 1) }, func(t *testing.T, client *http.Client) {
		var leaver sync.WaitGroup
		leaver.Go(func() {
			time.Sleep(100 * ms)
			ctx, cancel := context.WithTimeout(t.Context(), 100*ms)
			defer cancel()
			if err := demos.Get(client, "http://server/slow").Run(ctx); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("who gave up got %v, want its deadline's error", err)
			}
		})
		took := taken(t, client, []asked{{0, "/slow"}, {300 * ms, "/"}})
		leaver.Wait()
		if took[0] != time.Second || took[1] != 700*ms || in.Load() != 2 {
			t.Errorf("the requests took %v, and %d were let in, want 1s and 700ms, and two", took, in.Load())
		}
	})
}

func TestAHandlerThatPanicsGivesItsPlaceBack(t *testing.T) {
	panics := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/panic" {
			panic(http.ErrAbortHandler)
		}
	})
	served(t, func() http.Handler { return demos.LimitHandler(panics, 1) }, func(t *testing.T, client *http.Client) {
		if err := demos.Get(client, "http://server/panic").Run(t.Context()); err == nil {
			t.Error("the connection was not cut")
		}
		if took := taken(t, client, []asked{{0, "/"}}); took[0] != 0 {
			t.Errorf("the next request took %v", took[0])
		}
	})
}
