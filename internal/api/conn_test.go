package api_test

import (
	"bufio"
	"net"
	"net/http"
	"testing"
)

// A browser keeps connections on which it asks nothing. They make room for those that ask, however many there are.
func TestIdleConnectionsMakeRoom(t *testing.T) {
	const most = 3
	s := serve(t, func(with *setup) { with.MaxConnections = most })
	asking := s.begin(t, "/slow?delay=30s")
	s.until(t, "http_requests_in_flight", 1)
	var idle []net.Conn
	for range 3 * most {
		conn := s.connect(t)
		keepAlive(t, conn)
		idle = append(idle, conn)
	}
	ended := 0
	for _, conn := range idle[:len(idle)-1] {
		if asked(conn) != nil {
			ended++
		}
	}
	if least := len(idle) - most; ended < least {
		t.Errorf("%d of %d idle connections were closed, want at least %d", ended, len(idle), least)
	}
	if err := asked(idle[len(idle)-1]); err != nil {
		t.Errorf("the latest connection is closed: %v", err)
	}
	s.until(t, "http_requests_in_flight", 1) // what is under way is not touched
	asking.leave()
}

// asked asks on a connection that is open.
func asked(conn net.Conn) error {
	if _, err := conn.Write([]byte("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")); err != nil {
		return err
	}
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return err
	}
	return answer.Body.Close()
}
