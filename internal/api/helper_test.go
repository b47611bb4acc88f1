package api_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"meanwhile/internal/api"
)

const ms = time.Millisecond

// setup is how a test has its server.
type setup struct {
	api.Options
	drain  time.Duration
	routes map[string]http.HandlerFunc // besides the API's own, and behind the same layers
}

// site is a server that listens, and a client of it.
type site struct {
	url    string
	client *http.Client
	dial   dialer
	log    *notes
	leave  context.CancelFunc
	served func() error // waits for Serve and returns what it did
}

type dialer func(ctx context.Context, network, address string) (net.Conn, error)

// serve starts a server on the loopback interface. It has stopped when the test ends, and nothing of it is left.
func serve(t *testing.T, edits ...func(*setup)) *site {
	t.Helper()
	return serveOn(t, listen(t), new(net.Dialer).DialContext, edits...)
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return listener
}

// inFakeTime runs a test against a server in a bubble, where time passes once everybody waits, and then exactly as far as
// somebody waits for. The network is made of pipes, since the bubble cannot see into a socket.
//
// In a bubble nobody should wait for 0s many times at once: the race detector does not bear that (go.dev/issue/78156).
func inFakeTime(t *testing.T, test func(*testing.T, *site), edits ...func(*setup)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		network := &pipes{waiting: make(chan net.Conn), closed: make(chan struct{})}
		s := serveOn(t, network, network.dial, edits...)
		time.Sleep(time.Second) // nothing is said to have been at the very start, which looks like never
		test(t, s)
	})
}

func serveOn(t *testing.T, listener net.Listener, dial dialer, edits ...func(*setup)) *site {
	t.Helper()
	s := &site{url: "http://" + listener.Addr().String(), dial: dial, log: new(notes)}
	with := setup{Options: api.Options{MaxInFlight: 10_000, Log: s.log.json(), Version: "v0.0.0"}, drain: time.Minute}
	for _, edit := range edits {
		edit(&with)
	}
	server, err := api.New(with.Options)
	if err != nil {
		t.Fatal(err)
	}
	server.DialBy(dial)
	for pattern, handler := range with.routes {
		server.Handle(pattern, handler)
	}
	s.client = &http.Client{
		Transport:     &http.Transport{DialContext: dial, DisableCompression: true, MaxIdleConnsPerHost: 100},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	ctx, leave := context.WithCancel(context.Background())
	s.leave = leave
	served := make(chan error, 1)
	go func() { served <- server.Serve(ctx, listener, with.drain) }()
	s.served = sync.OnceValue(func() error { return <-served })
	t.Cleanup(func() {
		_ = s.stop()
	})
	return s
}

// stop has the server stop, and returns what Serve did.
func (s *site) stop() error {
	s.client.CloseIdleConnections()
	s.leave()
	return s.served()
}

// answer is what a client got.
type answer struct {
	status int
	header http.Header
	body   string
}

// send asks for something and waits for all of the answer. Headers are written like "Accept: text/html".
func (s *site) send(t *testing.T, method, path string, headers ...string) answer {
	t.Helper()
	got, err := s.try(t.Context(), method, path, headers...)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func (s *site) get(t *testing.T, path string, headers ...string) answer {
	t.Helper()
	return s.send(t, http.MethodGet, path, headers...)
}

func (s *site) try(ctx context.Context, method, path string, headers ...string) (answer, error) {
	request, err := http.NewRequestWithContext(ctx, method, s.url+path, nil)
	if err != nil {
		return answer{}, err
	}
	for _, header := range headers {
		switch name, value, _ := strings.Cut(header, ": "); name {
		case "": // none
		case "Host":
			request.Host = value
		default:
			request.Header.Add(name, value)
		}
	}
	response, err := s.client.Do(request)
	if err != nil {
		return answer{}, err
	}
	return read(response)
}

func read(response *http.Response) (answer, error) {
	body, err := io.ReadAll(response.Body)
	return answer{response.StatusCode, response.Header, string(body)}, errors.Join(err, response.Body.Close())
}

// pending is a request that waits for its answer.
type pending struct {
	leave context.CancelFunc // as a client does that is tired of waiting
	wait  func() (answer, error)
}

// begin asks for something and does not wait for the answer.
func (s *site) begin(t *testing.T, path string) *pending {
	ctx, leave := context.WithCancel(t.Context())
	t.Cleanup(leave)
	type result struct {
		answer
		error
	}
	done := make(chan result, 1)
	go func() {
		got, err := s.try(ctx, http.MethodGet, path)
		done <- result{got, err}
	}()
	return &pending{leave, func() (answer, error) { r := <-done; return r.answer, r.error }}
}

// beginMany begins n requests for the same, in order.
func (s *site) beginMany(t *testing.T, n int, path string) []*pending {
	all := make([]*pending, n)
	for i := range all {
		all[i] = s.begin(t, path)
		synctest.Wait()
	}
	return all
}

// answered waits for answers, which must all have a status.
func answered(t *testing.T, status int, all ...*pending) {
	t.Helper()
	for _, one := range all {
		if got, err := one.wait(); err != nil || got.status != status {
			t.Errorf("answered %d and %v, want %d", got.status, err, status)
		}
	}
}

// raw sends bytes as they are and reads the answer, for what a client of ours would not send. The connection is closed then.
func (s *site) raw(t *testing.T, request string) answer {
	t.Helper()
	got, err := s.tryRaw(t, request)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func (s *site) tryRaw(t *testing.T, request string) (answer, error) {
	t.Helper()
	conn := s.connect(t)
	go func() { _, _ = io.WriteString(conn, request) }() // which may refuse the rest before it has all
	method, _, _ := strings.Cut(request, " ")
	response, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: method})
	if err != nil {
		return answer{}, err
	}
	return read(response)
}

// connect opens a connection, which is closed when the test ends.
func (s *site) connect(t *testing.T) net.Conn {
	t.Helper()
	conn, err := s.dial(t.Context(), "tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// isProblem asserts that an answer is a problem as RFC 9457 has it, and returns its detail.
func isProblem(t *testing.T, got answer, status int) string {
	t.Helper()
	var problem struct {
		Title, Detail string
		Status        int
	}
	err := json.Unmarshal([]byte(got.body), &problem)
	if got.status != status || err != nil || problem.Status != status || problem.Title != http.StatusText(status) ||
		problem.Detail == "" || got.header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("%d %s %.300s, want a problem with status %d", got.status, got.header, got.body, status)
	}
	return problem.Detail
}

// metrics reads /metrics: values by name and labels, such as http_requests_total{code="200",route="/"}. Of a histogram it is
// the count.
func (s *site) metrics(t *testing.T) map[string]float64 {
	t.Helper()
	got := s.get(t, "/metrics")
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(got.body))
	if err != nil || got.status != http.StatusOK {
		t.Fatalf("%d: %v", got.status, err)
	}
	values := map[string]float64{}
	for name, family := range families {
		for _, metric := range family.GetMetric() {
			labels := make([]string, 0, 2)
			for _, label := range metric.GetLabel() {
				labels = append(labels, fmt.Sprintf("%s=%q", label.GetName(), label.GetValue()))
			}
			slices.Sort(labels)
			key := name
			if len(labels) > 0 {
				key += "{" + strings.Join(labels, ",") + "}"
			}
			values[key] = metric.GetCounter().GetValue() + metric.GetGauge().GetValue() + float64(metric.GetHistogram().GetSampleCount())
		}
	}
	return values
}

// until waits for a metric to be as it should, a minute at most.
func (s *site) until(t *testing.T, metric string, want float64) {
	t.Helper()
	for late := time.Now().Add(time.Minute); s.metrics(t)[metric] != want; time.Sleep(ms) {
		if time.Now().After(late) {
			t.Fatalf("%s is never %v", metric, want)
		}
	}
}

// inFlight asserts how many requests of the API are in flight, and how many of them queue, once nothing moves. It is for
// bubbles.
func (s *site) inFlight(t *testing.T, count, queued int) {
	t.Helper()
	synctest.Wait()
	values := s.metrics(t)
	if got := values["http_requests_in_flight"]; got != float64(count) {
		t.Errorf("%v in flight, want %d", got, count)
	}
	if got := values["http_requests_queued"]; got != float64(queued) {
		t.Errorf("%v queued, want %d", got, queued)
	}
}

// frame is what a viewer is told.
type frame struct {
	event string

	Now         float64
	InFlight    int `json:"in_flight"`
	Queued      int
	PerSecond   []int `json:"per_second"`
	Median, P99 float64
	Lanes       []lane
	More        int
	Mode        string
	Limit       int
	MaxInFlight int `json:"max_in_flight"`
}

type lane struct {
	Serial                int `json:"n"`
	What                  string
	Arrived, Began, Ended float64
	Status                int
}

// view is a viewer of the live events.
type view struct {
	header http.Header
	body   io.ReadCloser
	lines  *bufio.Scanner
}

// watch opens a view, which is closed when the test ends.
func (s *site) watch(t *testing.T) *view {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+"/live/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := s.client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	if response.StatusCode != http.StatusOK {
		got, _ := read(response)
		t.Fatalf("%d %s", got.status, got.body)
	}
	v := &view{response.Header, response.Body, bufio.NewScanner(response.Body)}
	v.lines.Buffer(nil, 1<<20)
	t.Cleanup(v.close)
	return v
}

func (v *view) close() { _ = v.body.Close() }

// next waits for the next frame.
func (v *view) next() (found frame, err error) {
	for v.lines.Scan() {
		kind, data, _ := strings.Cut(v.lines.Text(), ": ")
		switch {
		case kind == "event":
			found.event = data
		case kind == "data":
			err = json.Unmarshal([]byte(data), &found)
		case kind == "" && found.event != "":
			return found, err
		}
	}
	return found, errors.Join(v.lines.Err(), io.EOF)
}

// frame is next for a test that needs one.
func (v *view) frame(t *testing.T) frame {
	t.Helper()
	found, err := v.next()
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// follow reads frames until n requests have ended, and returns what was last told of each request, by its address.
func (v *view) follow(n int) (map[int]lane, error) {
	lanes := map[int]lane{}
	for ended := 0; ended < n; {
		told, err := v.next()
		if err != nil {
			return lanes, err
		}
		for _, lane := range told.Lanes {
			if lane.Ended > 0 && lanes[lane.Serial].Ended == 0 {
				ended++
			}
			lanes[lane.Serial] = lane
		}
	}
	return lanes, nil
}

// notes are a log that can be read while it is written.
type notes struct {
	mu   sync.Mutex // guards text
	text bytes.Buffer
}

func (n *notes) Write(line []byte) (int, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.text.Write(line)
}

func (n *notes) String() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.text.String()
}

func (n *notes) json() *slog.Logger { return slog.New(slog.NewJSONHandler(n, nil)) }

// entry is a line of the log.
type entry struct {
	Level, Msg, Method, Path, Client, ID, Value, Stack string
	Status                                             int
	InFlight                                           int `json:"in_flight"`
}

// entries are the lines with a message.
func (n *notes) entries(t *testing.T, message string) (found []entry) {
	t.Helper()
	for line := range strings.Lines(n.String()) {
		var one entry
		if err := json.Unmarshal([]byte(line), &one); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		if one.Msg == message {
			found = append(found, one)
		}
	}
	return found
}

// pipes are a network of net.Pipe.
type pipes struct {
	waiting chan net.Conn
	closed  chan struct{}
	once    sync.Once
}

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	near, far := net.Pipe()
	select {
	case p.waiting <- at{far, p.Addr()}:
		return near, nil
	case <-p.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// at is a connection to an address.
type at struct {
	net.Conn
	address net.Addr
}

func (a at) LocalAddr() net.Addr { return a.address }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case conn := <-p.waiting:
		return conn, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 80} }

// chunked writes a body of so many bytes as chunks, which do not say beforehand how many there will be.
func chunked(size int) string {
	return strconv.FormatInt(int64(size), 16) + "\r\n" + strings.Repeat("x", size) + "\r\n0\r\n\r\n"
}

// exchanges sends requests at once over one connection and reads the answers to all of them, until the server closes it.
func exchanges(t *testing.T, s *site, requests string) (found []answer) {
	t.Helper()
	conn := s.connect(t)
	go func() { _, _ = io.WriteString(conn, requests) }()
	for reader := bufio.NewReader(conn); ; {
		response, err := http.ReadResponse(reader, nil)
		if err != nil {
			return found
		}
		got, err := read(response)
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, got)
	}
}
