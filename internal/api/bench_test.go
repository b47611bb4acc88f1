package api_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"meanwhile/internal/api"
	"meanwhile/internal/lab"
	"meanwhile/internal/measure"
)

var sliceCount = flag.Int("slices", 1, "how many slices a benchmark of the server measures of each server, in turn")

// What GET / costs beside a constant handler on net/http. Each server is a process of its own, and so is the client, which
// is this one: what one uses is not counted for another, and neither has the garbage of another to collect. Both servers
// run throughout and are driven in turn, slice by slice, so that a machine that gets slower meanwhile treats them alike;
// -count would measure all slices of one and then all of the other.
func BenchmarkServe(b *testing.B) {
	servers := map[string]*server{bare: start(b, bare), ours: start(b, ours)}
	for slice := range *sliceCount {
		for _, conns := range []int{1, 64, 256} {
			for _, impl := range []string{bare, ours} {
				b.Run(fmt.Sprintf("slice=%d/conns=%d/impl=%s", slice, conns, impl), func(b *testing.B) {
					server := servers[impl]
					clients := open(b, server, conns, "/")
					cpu := server.cpuTime(b)
					b.ResetTimer()
					took := drive(b, clients)
					b.StopTimer()
					b.ReportMetric(float64(server.cpuTime(b)-cpu)/float64(b.N), "cpu-ns/op")
					b.ReportMetric(float64(quantile(took, 0.99)), "p99-ns")
				})
			}
		}
	}
}

// What it takes when 10,000 requests wait for a second at once: until the last has its answer, and in memory at the most.
// The connections are open before, and each slice has a new server, since what one has taken it does not give back.
func BenchmarkServeWaiting(b *testing.B) {
	const (
		waiting = 10_000
		spare   = 100
	)
	if files := lab.OpenFiles(); files > 0 && files < waiting+spare {
		b.Skipf("%d files may be open, and it takes %d: ulimit -n", files, waiting+spare)
	}
	for slice := range *sliceCount {
		for _, impl := range []string{bare, ours} {
			b.Run(fmt.Sprintf("slice=%d/impl=%s", slice, impl), func(b *testing.B) {
				server := start(b, impl)
				clients := open(b, server, waiting, "/slow?delay=1s")
				b.ResetTimer()
				for range b.N {
					if err := together(clients); err != nil {
						b.Fatal(err)
					}
				}
				b.StopTimer()
				if peak := server.peakMemory(b); peak > 0 {
					b.ReportMetric(float64(peak), "peak-B")
				}
			})
		}
	}
}

// From the start of the program to its first answer.
func BenchmarkServeStart(b *testing.B) {
	program := filepath.Join(b.TempDir(), "meanwhile")
	build := exec.CommandContext(b.Context(), "go", "build", "-trimpath", "-ldflags=-s -w", "-o", program, "meanwhile")
	build.Env = append(build.Environ(), "CGO_ENABLED=0")
	if output, err := build.CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, output)
	}
	for slice := range *sliceCount {
		b.Run(fmt.Sprintf("slice=%d", slice), func(b *testing.B) {
			for b.Loop() {
				command := exec.CommandContext(b.Context(), program, "serve", "--port", "0", "--log", "off")
				err := answerOnce(command)
				b.StopTimer()
				_ = command.Wait() // it was killed, and says so
				if err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
			}
		})
	}
}

// answerOnce starts the program and kills it once it has answered.
func answerOnce(command *exec.Cmd) error {
	banner, err := command.StdoutPipe()
	if err != nil {
		return err
	}
	if err := command.Start(); err != nil {
		return err
	}
	return errors.Join(firstAnswer(banner), command.Process.Kill())
}

// firstAnswer asks the address that a banner names.
func firstAnswer(banner io.Reader) error {
	for lines := bufio.NewScanner(banner); lines.Scan(); {
		address, ok := strings.CutPrefix(strings.TrimSpace(lines.Text()), "http://")
		if !ok {
			continue
		}
		conn, err := net.Dial("tcp", address)
		if err != nil {
			return err
		}
		defer conn.Close()
		return newClient(conn, "/").get()
	}
	return errors.New("the banner names no address")
}

// The servers.
const (
	bare = "bare" // a handler on net/http that knows its answer
	ours = "api"
)

// serverVariable tells a process which server it is.
const serverVariable = "MEANWHILE_BENCH_SERVER"

// beServer serves until its stdin ends. It says where it listens, and then its CPU time for each line that it reads. It
// returns the exit code.
func beServer(kind string) int {
	if err := serveAs(kind); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func serveAs(kind string) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	serve := func() error { return http.Serve(listener, http.HandlerFunc(answerBare)) }
	if kind == ours {
		server, err := api.New(api.Options{Mode: api.Concurrent, MaxInFlight: 16_000})
		if err != nil {
			return err
		}
		serve = func() error { return server.Serve(ctx, listener, 0) }
	}
	failed := make(chan error, 1)
	go func() { failed <- serve() }()
	fmt.Println(listener.Addr())
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		fmt.Println(measure.CPUTime().Nanoseconds())
	}
	select {
	case err = <-failed:
	default:
	}
	return err
}

var hello = []byte(`{"Hello":"World"}`)

// answerBare is all that it takes to give the answers of GET / and GET /slow?delay=1s.
func answerBare(w http.ResponseWriter, r *http.Request) {
	body := hello
	if r.URL.Path == "/slow" {
		start := time.Now()
		select {
		case <-time.After(time.Second):
		case <-r.Context().Done():
			return
		}
		body = fmt.Appendf(nil, `{"waited_ms":%v}`, float64(time.Since(start).Microseconds())/1000)
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(body) // whom it does not reach has gone
}

// server is a process that serves.
type server struct {
	process *exec.Cmd
	address string
	ask     io.WriteCloser
	told    *bufio.Scanner
}

// start starts a server, which ends with the benchmark.
func start(b *testing.B, kind string) *server {
	b.Helper()
	s := &server{process: exec.Command(os.Args[0])} // by the context it would be killed before it is told to end
	s.process.Env = append(s.process.Environ(), serverVariable+"="+kind)
	s.process.Stderr = os.Stderr
	ask, err := s.process.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	told, err := s.process.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := s.process.Start(); err != nil {
		b.Fatal(err)
	}
	s.ask, s.told = ask, bufio.NewScanner(told)
	b.Cleanup(func() {
		if err := errors.Join(s.ask.Close(), s.process.Wait()); err != nil {
			b.Error(err)
		}
	})
	s.address = s.next(b)
	return s
}

// next is the next line that the server says.
func (s *server) next(b *testing.B) string {
	b.Helper()
	if !s.told.Scan() {
		b.Fatal("the server has ended: ", s.told.Err())
	}
	return s.told.Text()
}

// cpuTime is what the server has used so far, as it says itself: others see it in steps of 10 ms.
func (s *server) cpuTime(b *testing.B) time.Duration {
	b.Helper()
	if _, err := fmt.Fprintln(s.ask); err != nil {
		b.Fatal(err)
	}
	used, err := strconv.ParseInt(s.next(b), 10, 64)
	if err != nil {
		b.Fatal(err)
	}
	return time.Duration(used)
}

// peakMemory is how many bytes the server had in memory at the most; 0 where the system does not tell.
func (s *server) peakMemory(b *testing.B) int64 {
	b.Helper()
	if runtime.GOOS != "linux" {
		return 0
	}
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.process.Process.Pid))
	if err != nil {
		b.Fatal(err)
	}
	var kilobytes int64
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	if _, err := fmt.Sscan(rest, &kilobytes); err != nil {
		b.Fatal(err)
	}
	return kilobytes << 10
}

// client is a connection that sends the same request again and again. It does no more than it must: it shares the machine
// with the server that it drives.
type client struct {
	conn    net.Conn
	in      *bufio.Reader
	request []byte
}

func newClient(conn net.Conn, path string) *client {
	request := "GET " + path + " HTTP/1.1\r\nHost: " + conn.RemoteAddr().String() + "\r\n\r\n"
	return &client{conn: conn, in: bufio.NewReaderSize(conn, 1<<10), request: []byte(request)}
}

// open connects clients, which are closed with the benchmark.
func open(b *testing.B, s *server, n int, path string) []*client {
	b.Helper()
	clients := make([]*client, n)
	for i := range clients {
		conn, err := net.Dial("tcp", s.address)
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { _ = conn.Close() })
		_ = conn.(*net.TCPConn).SetLinger(0) // else the system keeps its address for a minute
		clients[i] = newClient(conn, path)
	}
	return clients
}

// get sends the request and reads its answer.
func (c *client) get() error {
	if _, err := c.conn.Write(c.request); err != nil {
		return err
	}
	line, err := c.in.ReadSlice('\n')
	if err != nil {
		return err
	}
	if !bytes.HasPrefix(line, []byte("HTTP/1.1 200 ")) {
		return fmt.Errorf("answered %q", line)
	}
	length := 0
	for {
		line, err := c.in.ReadSlice('\n')
		if err != nil {
			return err
		}
		if len(line) == len("\r\n") {
			break
		}
		if value, ok := bytes.CutPrefix(line, []byte("Content-Length: ")); ok {
			length, err = strconv.Atoi(string(bytes.TrimSpace(value)))
			if err != nil {
				return err
			}
		}
	}
	if length == 0 {
		return errors.New("an answer of unknown length")
	}
	_, err = c.in.Discard(length)
	return err
}

// drive has the clients send b.N requests, each as soon as its last one is answered, and tells how long each took.
func drive(b *testing.B, clients []*client) []time.Duration {
	b.Helper()
	took := make([]time.Duration, b.N)
	var sent atomic.Int64
	var all errgroup.Group
	for _, c := range clients {
		all.Go(func() error {
			for i := sent.Add(1) - 1; i < int64(len(took)); i = sent.Add(1) - 1 {
				start := time.Now()
				if err := c.get(); err != nil {
					return err
				}
				took[i] = time.Since(start)
			}
			return nil
		})
	}
	if err := all.Wait(); err != nil {
		b.Fatal(err)
	}
	return took
}

// together has each client send a request at the same moment, and waits for all answers.
func together(clients []*client) error {
	var all errgroup.Group
	for _, c := range clients {
		all.Go(c.get)
	}
	return all.Wait()
}

// quantile is the time that a share of the times does not exceed.
func quantile(times []time.Duration, share float64) time.Duration {
	sorted := slices.Sorted(slices.Values(times))
	return sorted[int(share*float64(len(sorted)-1))]
}
