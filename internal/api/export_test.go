package api

import "net/http"

// Handle puts a handler of a test where those of the API are.
func (s *Server) Handle(pattern string, handler http.HandlerFunc) {
	s.handle(pattern, s.admit(s.protect(handler)))
}
