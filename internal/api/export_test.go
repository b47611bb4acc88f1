package api

import (
	"context"
	"net"
	"net/http"
)

// DialBy has what the buttons send go over connections of a test's.
func (s *Server) DialBy(dial func(ctx context.Context, network, address string) (net.Conn, error)) {
	s.sender.client.Transport.(*http.Transport).DialContext = dial
}

// Handle puts a handler of a test where those of the API are.
func (s *Server) Handle(pattern string, handler http.HandlerFunc) {
	s.handle(pattern, s.admit(s.protect(handler)))
}
