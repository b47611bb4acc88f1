package demos

import (
	"net/http"
	"time"
)

// OneSlow answers /slow when delay is over, and all else at once.
func OneSlow(delay time.Duration) http.HandlerFunc {
	// The server calls this in a goroutine for each connection, so
	// a request that waits keeps nobody else waiting.
	return func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/slow" {
			if err := Sleep(delay).Run(r.Context()); err != nil {
				return // the client has gone
			}
		}
		w.WriteHeader(http.StatusOK)
	}
}

// LimitHandler lets at most limit requests in to next at once. The
// others queue here.
func LimitHandler(next http.Handler, limit int) http.HandlerFunc {
	slots := make(chan struct{}, limit)
	return func(w http.ResponseWriter, r *http.Request) {
		select {
		case slots <- struct{}{}:
			defer func() { <-slots }() // even if next panics
			next.ServeHTTP(w, r)
		case <-r.Context().Done(): // the client has gone
		}
	}
}
