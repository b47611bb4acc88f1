package api

import (
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// connections accepts connections and knows those that are open. There are no more than most of them, as far as that can be
// had by closing some on which nothing is under way: a browser keeps six and asks nothing, and each takes one of the files
// that the process may open.
type connections struct {
	net.Listener
	most int // 0 is as many as come

	mu   sync.Mutex // guards open
	open map[*conn]bool
}

func newConnections(listener net.Listener, most int) *connections {
	return &connections{Listener: listener, most: most, open: map[*conn]bool{}}
}

// Accept waits for the next connection.
func (l *connections) Accept() (net.Conn, error) {
	accepted, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	c := &conn{Conn: accepted, accepted: time.Now(), forget: l.forget}
	c.read.apply, c.write.apply = accepted.SetReadDeadline, accepted.SetWriteDeadline
	if spare := l.add(c); spare != nil {
		_ = spare.Close() // its client connects anew when it has something to ask
	}
	return c, nil
}

// add makes a connection known, and returns one to close where there are too many: one on which nothing is under way, or the
// new one.
func (l *connections) add(c *conn) (spare *conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	full := l.most > 0 && len(l.open) >= l.most
	l.open[c] = true
	if !full {
		return nil
	}
	for other := range l.open {
		if other.in(http.StateIdle) || other.in(http.StateNew) && time.Since(other.accepted) > silence {
			return other
		}
	}
	return c
}

// silence is how long a new connection may say nothing while others wait for its place.
const silence = time.Second

func (l *connections) forget(c *conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.open, c)
}

// note notes what net/http says of a connection.
func (l *connections) note(c net.Conn, state http.ConnState) {
	if c, ok := c.(*conn); ok {
		c.state.Store(int32(state))
	}
}

// closeSilent closes connections on which nothing has been asked yet, as browsers open them in advance. net/http takes them
// for busy, and would wait five seconds for each before it stops.
func (l *connections) closeSilent() {
	l.mu.Lock()
	var silent []*conn
	for c := range l.open {
		if c.in(http.StateNew) {
			silent = append(silent, c)
		}
	}
	l.mu.Unlock()
	for _, c := range silent {
		_ = c.Close() // nothing is lost
	}
}

// conn is a connection whose deadlines cost next to nothing until they pass.
type conn struct {
	net.Conn
	accepted    time.Time
	state       atomic.Int32 // an http.ConnState
	read, write deadline
	forget      func(*conn)
}

func (c *conn) in(state http.ConnState) bool { return http.ConnState(c.state.Load()) == state }

// SetReadDeadline has reading fail from a moment on; zero is none.
func (c *conn) SetReadDeadline(at time.Time) error { return c.read.move(at, c.accepted) }

// SetWriteDeadline has writing fail from a moment on; zero is none.
func (c *conn) SetWriteDeadline(at time.Time) error { return c.write.move(at, c.accepted) }

// SetDeadline sets both.
func (c *conn) SetDeadline(at time.Time) error {
	if err := c.SetReadDeadline(at); err != nil {
		return err
	}
	return c.SetWriteDeadline(at)
}

// CloseWrite ends what is sent and still reads, where the connection can do that: net/http looks for it.
func (c *conn) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}

// Close ends the connection.
func (c *conn) Close() error {
	c.read.stop()
	c.write.stop()
	c.forget(c)
	return c.Conn.Close()
}

// deadline is a moment from which on reading, or writing, fails. net/http moves the deadlines of a connection eight times
// a request, and each time the runtime moves a timer, which costs more than finding the request's handler. Hardly any of these
// moments comes. So to move one is to note it; a timer is set for the earliest of them, and looks, when it fires, which
// moment counts by then.
type deadline struct {
	apply func(time.Time) error // sets the connection's own

	mu     sync.Mutex // guards what follows
	at     time.Time  // zero for none
	timer  *time.Timer
	fires  time.Time // when the timer does; zero where it is not set
	passed bool      // the connection's own is set
}

// move sets another moment, or none. One from before the connection was accepted means at once.
func (d *deadline) move(at, accepted time.Time) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.at = at
	switch {
	case at.IsZero():
	case at.Before(accepted):
		d.passed = true
		return d.apply(at)
	case d.fires.IsZero() || at.Before(d.fires):
		d.set()
	}
	if !d.passed {
		return nil
	}
	d.passed = false
	return d.apply(time.Time{})
}

// set has the timer fire at the moment.
func (d *deadline) set() {
	d.fires = d.at
	if d.timer == nil {
		d.timer = time.AfterFunc(time.Until(d.at), d.fire)
		return
	}
	d.timer.Reset(time.Until(d.at))
}

// fire sees whether the moment has come: it may have been moved meanwhile.
func (d *deadline) fire() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.fires = time.Time{}
	switch {
	case d.at.IsZero():
	case time.Now().Before(d.at):
		d.set()
	default:
		d.passed = true
		_ = d.apply(d.at) // on a connection that is closed it does not matter
	}
}

// stop ends the timer. One that fires just now finds nothing to do.
func (d *deadline) stop() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.at = time.Time{}
	if d.timer != nil {
		d.timer.Stop()
	}
}
