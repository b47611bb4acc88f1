package lab

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"meanwhile/demos"
)

// openNetwork starts a server of our own, unless the spec names real addresses.
func openNetwork(ctx context.Context, spec Spec) (*Lab, error) {
	if len(spec.URLs) > 0 {
		return openURLs(ctx, spec)
	}
	lab := &Lab{Delays: spec.jittered(spec.delays()), OwnServer: true, Real: "HTTP over the loopback interface, connections kept"}
	origin, err := lab.serve(Origin())
	if err != nil {
		return lab.abandon(err)
	}
	client := lab.client(spec.Tasks)
	for _, delay := range lab.Delays {
		if err := ctx.Err(); err != nil {
			return lab.abandon(err)
		}
		lab.Tasks = append(lab.Tasks, demos.Get(client, fmt.Sprintf("%s/?wait=%s", origin, delay)))
	}
	lab.Simulated = "the network's latency: a server of our own waits before it answers"
	return lab, nil
}

// openURLs fetches each address once, so that a server that is not there is found before anything is measured.
func openURLs(ctx context.Context, spec Spec) (*Lab, error) {
	lab := &Lab{
		Delays: make([]time.Duration, spec.Tasks),
		Real:   "HTTP to the given addresses, connections kept",
	}
	client := lab.client(spec.Tasks)
	client.Timeout = 30 * time.Second
	for _, address := range spec.URLs {
		if err := demos.Get(client, string(address)).Run(ctx); err != nil {
			return lab.abandon(fmt.Errorf("cannot fetch %s: %w; is the server up? 'curl -v %[1]s' tells more",
				address, withoutURL(err)))
		}
	}
	for i := range spec.Tasks {
		lab.Tasks = append(lab.Tasks, demos.Get(client, string(spec.URLs[i%len(spec.URLs)])))
	}
	return lab, nil
}

// client returns an HTTP client that keeps a connection a task and follows no redirect to another host.
func (l *Lab) client(tasks int) *http.Client {
	transport := &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		MaxIdleConns:        tasks,
		MaxIdleConnsPerHost: tasks, // the default keeps two, and would dial anew in every round
		DisableCompression:  true,
	}
	l.onClose(func() error { transport.CloseIdleConnections(); return nil })
	return &http.Client{Transport: boundedBodies{transport}, CheckRedirect: sameHost}
}

// maxBody is how much of an answer is read.
const maxBody = 64 << 20

// boundedBodies ends an answer that is too long with an error.
type boundedBodies struct{ next http.RoundTripper }

func (b boundedBodies) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := b.next.RoundTrip(r)
	if err == nil {
		answer.Body = http.MaxBytesReader(nil, answer.Body, maxBody)
	}
	return answer, err
}

// sameHost refuses a redirect that would take the requests to somebody who was not named.
func sameHost(next *http.Request, before []*http.Request) error {
	if next.URL.Host != before[0].URL.Host {
		return fmt.Errorf("it redirects to another host, %s; name that one with --url", next.URL.Host)
	}
	if len(before) >= 10 {
		return errors.New("it redirects in circles")
	}
	return nil
}

// withoutURL drops the address that net/http puts before an error, as it may hold a password.
func withoutURL(err error) error {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		return wrapped.Err
	}
	return err
}

// serve starts a server on a free port of the loopback interface and returns its address. Close ends it.
func (l *Lab) serve(handler http.Handler) (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("cannot open a port on the loopback interface: %w", err)
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	var serving sync.WaitGroup
	var failed error
	serving.Go(func() { failed = server.Serve(listener) })
	l.onClose(func() error {
		err := server.Close()
		serving.Wait()
		if errors.Is(failed, http.ErrServerClosed) {
			return err
		}
		return errors.Join(err, failed)
	})
	return "http://" + listener.Addr().String(), nil
}

// Served is a server of our own, and a client that keeps its connections to it.
type Served struct {
	URL    string
	Client *http.Client

	lab Lab
}

// Serve starts a server whose client may have so many connections. The caller closes it.
func Serve(handler http.Handler, connections int) (*Served, error) {
	s := &Served{}
	var err error
	if s.URL, err = s.lab.serve(handler); err != nil {
		return nil, err
	}
	s.Client = s.lab.client(connections)
	return s, nil
}

// Close ends the server and every connection to it.
func (s *Served) Close() error { return s.lab.Close() }

// Origin answers every request after the duration in its query's "wait", as a server does that is far away.
func Origin() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		wait, err := time.ParseDuration(r.URL.Query().Get("wait"))
		if err != nil || wait < 0 || wait > 2*MaxDelay {
			http.Error(w, "wait takes a duration", http.StatusBadRequest)
			return
		}
		if err := demos.Sleep(wait).Run(r.Context()); err != nil {
			return // the client has gone
		}
		if _, err := io.WriteString(w, "Hello, World\n"); err != nil {
			return // the client has gone
		}
	})
}
