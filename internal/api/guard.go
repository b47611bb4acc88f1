package api

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// What a request may weigh, in bytes. Nothing here needs as much.
const (
	maxURL    = 4 << 10
	maxHeader = 16 << 10
	maxBody   = 64 << 10
)

// refuse tells what is wrong with a request before anything of it is looked at, or nothing.
func (s *Server) refuse(r *http.Request) *problem {
	switch {
	case !s.isOurs(r.Host):
		return &problem{
			Status: http.StatusMisdirectedRequest,
			Detail: "this server does not go by the name in Host; start it with --allow-host to admit a name",
		}
	case len(r.RequestURI) > maxURL:
		return &problem{Status: http.StatusRequestURITooLong, Detail: "the address is longer than 4 KiB"}
	case r.ContentLength > maxBody:
		return &problem{Status: http.StatusRequestEntityTooLarge, Detail: "the body is larger than 64 KiB; nothing here takes one"}
	}
	if err := s.origins.Check(r); err != nil {
		return &problem{Status: http.StatusForbidden, Detail: "a page of another origin asks for a change: " + err.Error()}
	}
	return nil
}

// hostNames makes a set of the names by which the server may be called.
func hostNames(names []string) map[string]bool {
	set := map[string]bool{"localhost": true, "": true} // HTTP/1.0 has no Host, and no browser speaks it
	for _, name := range names {
		set[strings.ToLower(name)] = true
	}
	return set
}

// isOurs tells whether a Host header may name this server. A page on another site cannot read what a server on this
// machine answers, unless its own name comes to point here (DNS rebinding); then Host has that name. So names are admitted
// one by one. An address is what somebody connected to, and admitted.
func (s *Server) isOurs(host string) bool {
	name := host
	if bare, _, err := net.SplitHostPort(host); err == nil {
		name = bare
	}
	name = strings.TrimSuffix(strings.TrimPrefix(name, "["), "]")
	if _, err := netip.ParseAddr(name); err == nil {
		return true
	}
	return s.hosts[strings.ToLower(strings.TrimSuffix(name, "."))]
}

// noSniff is shared by all answers: nobody appends to it, and a slice for each would cost more than the rest of the header.
var noSniff = []string{"nosniff"}

// guardAnswer has browsers take an answer for what it says it is: data is no page. Pages bring a policy of their own.
func guardAnswer(header http.Header) { header["X-Content-Type-Options"] = noSniff }
