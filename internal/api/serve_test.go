package api_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"meanwhile/internal/api"
)

// What is in flight ends with its answer; nothing new is taken on; who watches is let go at once.
func TestAServerThatStopsEndsWhatIsInFlight(t *testing.T) {
	for name, mode := range map[string]func(*setup){"concurrent": in(api.Concurrent, 0), "one at a time": in(api.OneAtATime, 0)} {
		t.Run(name, func(t *testing.T) {
			inFakeTime(t, func(t *testing.T, s *site) {
				view := s.watch(t)
				view.frame(t)
				idle, waiting := s.connect(t), s.beginMany(t, 3, "/slow?delay=10s")
				keepAlive(t, idle)
				s.inFlight(t, 3, map[string]int{"one at a time": 2}[name])
				s.leave()
				for _, err := view.next(); err == nil; {
					_, err = view.next()
				}
				time.Sleep(time.Second) // net/http looks twice a second
				synctest.Wait()
				if _, err := idle.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
					t.Errorf("a connection that asks nothing: %v", err)
				}
				if _, err := s.try(t.Context(), http.MethodGet, "/healthz"); err == nil {
					t.Error("a new request is answered")
				}
				answered(t, http.StatusOK, waiting...)
				if err := s.served(); err != nil {
					t.Error(err)
				}
				if stopping := s.log.entries(t, "stopping"); len(stopping) != 1 || stopping[0].InFlight != 3 {
					t.Errorf("%+v", stopping)
				}
				if cut := s.log.entries(t, "cut off"); len(cut) != 0 {
					t.Errorf("%+v", cut)
				}
			}, mode)
		})
	}
}

// keepAlive asks for something over a connection, which then stays open.
func keepAlive(t *testing.T, conn net.Conn) {
	t.Helper()
	go func() { _, _ = io.WriteString(conn, "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n") }()
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := read(response); err != nil || got.status != http.StatusOK {
		t.Fatal(got, err)
	}
}

func TestAServerThatStopsRefusesNewConnections(t *testing.T) {
	end := make(chan struct{})
	s := serve(t, func(with *setup) {
		with.routes = map[string]http.HandlerFunc{"GET /held": func(http.ResponseWriter, *http.Request) { <-end }}
	})
	waiting := s.begin(t, "/held")
	s.until(t, "http_requests_in_flight", 1)
	s.leave()
	refused := false
	for !refused { // from some moment on, and before the one in flight has ended
		conn, err := s.dial(t.Context(), "tcp", strings.TrimPrefix(s.url, "http://"))
		if refused = err != nil; !refused {
			_ = conn.Close()
		}
	}
	close(end)
	got, err := waiting.wait()
	if err != nil || got.status != http.StatusOK {
		t.Errorf("%v %v", got, err)
	}
	if err := s.stop(); err != nil {
		t.Error(err)
	}
}

// When the time is up, what is still in flight is told that the server has stopped, and the log says how much that was. A
// client that does not take its answer has two seconds more.
func TestAServerThatHasWaitedLongEnoughCutsOff(t *testing.T) {
	for name, test := range map[string]struct {
		mode  func(*setup)
		drain time.Duration
	}{
		"concurrent":    {in(api.Concurrent, 0), 10 * time.Second},
		"one at a time": {in(api.OneAtATime, 0), 10 * time.Second},
		"at once":       {in(api.Concurrent, 0), 0},
	} {
		t.Run(name, func(t *testing.T) {
			inFakeTime(t, func(t *testing.T, s *site) {
				waiting := s.beginMany(t, 4, "/slow?delay=30s")
				fanned := s.beginMany(t, 1, "/fanout?delay=30s&tasks=100")
				body := s.connect(t) // and one that has sent half of its body, and reads nothing
				go func() {
					_, _ = io.WriteString(body, "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nhello")
				}()
				s.inFlight(t, 5, map[string]int{"one at a time": 4}[name])
				start := time.Now()
				if err := s.stop(); err != nil {
					t.Error(err)
				}
				if took, want := time.Since(start), test.drain+2*time.Second; took != want {
					t.Errorf("stopped after %s, want %s", took, want)
				}
				answered(t, http.StatusServiceUnavailable, append(waiting, fanned...)...)
				if cut := s.log.entries(t, "cut off"); len(cut) != 1 || cut[0].Level != "WARN" || cut[0].InFlight != 5 {
					t.Errorf("%+v", cut)
				}
			}, test.mode, func(with *setup) { with.drain = test.drain })
		})
	}
}

// A handler that does not look at its context cannot be ended, and is not waited for for ever.
func TestAHandlerThatDoesNotEndIsLeftBehind(t *testing.T) {
	inFakeTime(t, func(t *testing.T, s *site) {
		s.beginMany(t, 1, "/deaf")
		start := time.Now()
		if err := s.stop(); err != nil {
			t.Error(err)
		}
		if took := time.Since(start); took != 3*time.Second {
			t.Errorf("stopped after %s: the drain is 1s, and what is cut off has 2s to notice", took)
		}
		time.Sleep(time.Minute)
	}, func(with *setup) {
		with.drain = time.Second
		with.routes = map[string]http.HandlerFunc{"GET /deaf": func(http.ResponseWriter, *http.Request) { time.Sleep(time.Minute) }}
	})
}

func TestABurstStopsWithTheServer(t *testing.T) {
	s := serve(t)
	if got := s.send(t, http.MethodPost, "/live/send?burst=in-turn"); got.status != http.StatusAccepted {
		t.Fatal(got)
	}
	s.until(t, "http_requests_in_flight", 1)
	if err := s.stop(); err != nil {
		t.Error(err)
	}
	lines := s.log.entries(t, "request")
	sent := 0
	for _, line := range lines {
		if strings.HasPrefix(line.Path, "/slow") {
			if sent++; line.Status != http.StatusOK {
				t.Errorf("%+v", line)
			}
		}
	}
	if sent == 0 || sent == 20 {
		t.Errorf("%d requests were sent, want those of the beginning", sent)
	}
}

// A browser opens connections in advance, and may never use them.
func TestAConnectionThatAsksNothingDoesNotHoldUpTheEnd(t *testing.T) {
	inFakeTime(t, func(t *testing.T, s *site) {
		s.connect(t)
		synctest.Wait()
		start := time.Now()
		if err := s.stop(); err != nil {
			t.Error(err)
		}
		if took := time.Since(start); took > time.Second {
			t.Errorf("stopped after %s", took)
		}
	})
}

func TestAListenerThatFailsIsAnError(t *testing.T) {
	broken := errors.New("broken")
	server, err := api.New(api.Options{Mode: api.Concurrent, MaxInFlight: 1})
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Serve(t.Context(), failingListener{listen(t), broken}, time.Minute); !errors.Is(err, broken) {
		t.Errorf("%v, want %v", err, broken)
	}
}

// failingListener is one that takes nothing.
type failingListener struct {
	net.Listener
	err error
}

func (f failingListener) Accept() (net.Conn, error) { return nil, f.err }

func TestAServerThatIsToldToStopBeforeItStartsStops(t *testing.T) {
	listener := listen(t)
	server, err := api.New(api.Options{Mode: api.Concurrent, MaxInFlight: 1})
	if err != nil {
		t.Fatal(err)
	}
	ctx, leave := context.WithCancel(t.Context())
	leave()
	if err := server.Serve(ctx, listener, time.Minute); err != nil {
		t.Error(err)
	}
	if conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", listener.Addr().String()); err == nil {
		_ = conn.Close()
		t.Error("the listener is open")
	}
}

func TestAServerWithoutALogSaysNothing(t *testing.T) {
	s := serve(t, func(with *setup) { with.Log, with.routes = nil, failing() })
	isProblem(t, s.get(t, "/fails"), http.StatusInternalServerError)
	if got := s.get(t, "/"); got.status != http.StatusOK {
		t.Errorf("%d", got.status)
	}
	if err := s.stop(); err != nil {
		t.Error(err)
	}
}

// A view ends as an answer does, so that whoever reads it knows that it was not cut off.
func TestViewsEndWholeWhenTheServerStops(t *testing.T) {
	s := serve(t)
	var views []*view
	for range 20 {
		v := s.watch(t)
		v.frame(t)
		views = append(views, v)
	}
	if err := s.stop(); err != nil {
		t.Error(err)
	}
	for _, v := range views {
		for {
			if _, err := v.next(); err == nil {
				continue
			} else if !errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
				t.Errorf("a view ended with %v", err)
			}
			break
		}
	}
}
