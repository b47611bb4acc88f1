// WRONG: it makes all its calls at once, however many there are.

package demos

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"time"
)

// WrongFanout makes 100 calls to url at once and counts answers.
func WrongFanout(
	ctx context.Context, w io.Writer, url string,
) error {
	errs := make([]error, 100)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() { // all at once, whatever the server can take
			errs[i] = Get(http.DefaultClient, url).Run(ctx)
		})
	}
	wg.Wait()
	answers := 0
	for _, err := range errs {
		if err == nil {
			answers++
		}
	}
	_, err := fmt.Fprintln(w, "answers:", answers)
	return cmp.Or(append(errs, err)...) // the first of them
}

// runWrongFanout runs WrongFanout against a real server that has
// room for 8 calls at once.
func runWrongFanout(ctx context.Context, w io.Writer) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := http.Server{Handler: roomFor(8, 250*time.Millisecond)}
	var stopped error
	var wg sync.WaitGroup
	wg.Go(func() { stopped = server.Serve(listener) })
	url := "http://" + listener.Addr().String()
	failed := WrongFanout(ctx, w, url)
	closed := server.Close()
	wg.Wait()
	if errors.Is(stopped, http.ErrServerClosed) {
		stopped = nil // as it should
	}
	return errors.Join(failed, closed, stopped)
}

// roomFor answers so many calls at once, each after its work, and
// turns away the others.
func roomFor(limit int, work time.Duration) http.HandlerFunc {
	room := make(chan struct{}, limit)
	return func(w http.ResponseWriter, r *http.Request) {
		select {
		case room <- struct{}{}:
		default:
			busy := http.StatusServiceUnavailable
			http.Error(w, http.StatusText(busy), busy)
			return
		}
		err := Sleep(work).Run(r.Context())
		<-room
		if err == nil {
			w.WriteHeader(http.StatusOK)
		}
	}
}
