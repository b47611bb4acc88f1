package api

import (
	"errors"
	"io"
	"net/http"
	"net/netip"
	"os"
	"strings"
	"time"
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
	}
	if err := s.origins.Check(r); err != nil {
		return &problem{Status: http.StatusForbidden, Detail: "a page of another origin asks for a change: " + err.Error()}
	}
	return nil
}

// dropBody reads what nothing here takes, for as long as a body may take to come. It has to be read: only then does
// net/http notice a client that leaves.
func dropBody(x *exchange) *problem {
	if x.request.Body == http.NoBody {
		return nil
	}
	// On a closed connection reading fails by itself. Once the body is read, net/http takes the deadline away.
	_ = http.NewResponseController(x).SetReadDeadline(time.Now().Add(bodyTimeout))
	if x.request.ContentLength > maxBody {
		return tooLarge(x) // without a word that would have it sent
	}
	n, err := io.Copy(io.Discard, io.LimitReader(x.request.Body, maxBody+1))
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return ending(x, http.StatusRequestTimeout, "the body did not come, and nothing here takes one")
	case err != nil:
		return ending(x, http.StatusBadRequest, "the body cannot be read, and nothing here takes one")
	case n > maxBody:
		return tooLarge(x)
	}
	return nil
}

func tooLarge(x *exchange) *problem {
	return ending(x, http.StatusRequestEntityTooLarge, "the body is larger than 64 KiB, and nothing here takes one")
}

// ending is a problem with which a connection ends: what else comes on it is not a request.
func ending(x *exchange, status int, detail string) *problem {
	x.Header().Set("Connection", "close")
	return &problem{Status: status, Detail: detail}
}

// hostNames makes a set of the names by which the server may be called.
func hostNames(names []string) map[string]bool {
	set := map[string]bool{"localhost": true}
	for _, name := range names {
		set[hostName(name)] = true
	}
	return set
}

// hostName is a name as all its spellings have it: case says nothing, and nor does a dot at the end.
func hostName(name string) string { return strings.ToLower(strings.TrimSuffix(name, ".")) }

// isOurs tells whether a Host header may name this server. A page on another site cannot read what a server on this
// machine answers, unless its own name comes to point here (DNS rebinding); then Host has that name. So names are admitted
// one by one. An address is what somebody connected to, and admitted.
func (s *Server) isOurs(host string) bool {
	if host == "" {
		return true // HTTP/1.0 has no Host, and no browser speaks it
	}
	name := host
	if port := strings.LastIndexByte(host, ':'); port > strings.LastIndexByte(host, ']') { // no part of an IPv6 address
		name = host[:port]
	}
	if s.hosts[hostName(name)] {
		return true
	}
	_, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(name, "["), "]"))
	return err == nil
}

// noSniff is shared by all answers: nobody appends to it, and a slice for each would cost more than the rest of the header.
var noSniff = []string{"nosniff"}

// mark gives an answer its id, if it has one, and has browsers take it for what it says it is: data is no page. Pages bring a
// policy of their own.
func mark(x *exchange) {
	header := x.Header()
	if x.id[0] != "" {
		header["X-Request-Id"] = x.id[:]
	}
	header["X-Content-Type-Options"] = noSniff
}
