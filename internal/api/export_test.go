package api

import "net/http"

// Handle puts a handler of a test behind all that is before the API's own.
func (s *Server) Handle(pattern string, handler http.HandlerFunc) {
	s.handle(pattern, s.admit(handler))
}
