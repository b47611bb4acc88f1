package api_test

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
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

// Nor may connections on which nothing was ever asked keep others out.
func TestSilentConnectionsMakeRoom(t *testing.T) {
	const most = 3
	inFakeTime(t, func(t *testing.T, s *site) {
		var silent []net.Conn
		for range most {
			silent = append(silent, s.connect(t))
		}
		synctest.Wait()
		time.Sleep(2 * time.Second) // a client may think for a moment before it asks
		keepAlive(t, s.connect(t))
		synctest.Wait()
		ended := 0
		for _, conn := range silent {
			if errors.Is(conn.SetReadDeadline(time.Time{}), io.ErrClosedPipe) { // a pipe tells so when its other end is closed
				ended++
			}
		}
		if ended != 1 {
			t.Errorf("%d silent connections were closed, want 1", ended)
		}
	}, func(with *setup) { with.MaxConnections = most })
}
