package lab_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"meanwhile/demos"
	"meanwhile/internal/lab"
	"meanwhile/internal/measure"
	"meanwhile/internal/predict"
)

const ms = time.Millisecond

// small is a spec whose tasks end soon.
func small(t *testing.T) lab.Spec {
	spec := measure.DefaultPlan().Spec
	spec.Tasks, spec.Delays, spec.Jitter, spec.Dir = 6, []time.Duration{2 * ms}, ms, t.TempDir()
	return spec
}

func open(t *testing.T, ctx context.Context, name string, spec lab.Spec) *lab.Lab {
	t.Helper()
	workload, ok := lab.Find(name)
	if !ok {
		t.Fatalf("no workload %q", name)
	}
	opened, err := workload.Open(ctx, spec)
	if err != nil {
		t.Fatal(err)
	}
	return opened
}

func TestEveryWorkloadRunsByEveryStrategyAndLeavesNothingBehind(t *testing.T) {
	for _, workload := range lab.Workloads() {
		for _, strategy := range demos.Strategies(3) {
			t.Run(workload.Name+"/"+strategy.Name, func(t *testing.T) {
				defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
				spec := small(t)
				opened := open(t, t.Context(), workload.Name, spec)
				if len(opened.Tasks) != spec.Tasks || len(opened.Delays) != spec.Tasks {
					t.Errorf("%d tasks with %d delays, want %d of both", len(opened.Tasks), len(opened.Delays), spec.Tasks)
				}
				for range 2 { // a task may run again
					if err := strategy.Run(t.Context(), opened.Tasks); err != nil {
						t.Error(err)
					}
				}
				if err := opened.Close(); err != nil {
					t.Error(err)
				}
				if left, err := os.ReadDir(spec.Dir); err != nil || len(left) > 0 {
					t.Errorf("left behind in the directory: %v, %v", left, err)
				}
			})
		}
	}
}

func TestEveryWorkloadEndsWhenItsContextEnds(t *testing.T) {
	for _, workload := range lab.Workloads() {
		t.Run(workload.Name, func(t *testing.T) {
			defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
			spec := small(t)
			opened := open(t, t.Context(), workload.Name, spec)
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			for i, task := range opened.Tasks {
				if err := task.Run(ctx); !errors.Is(err, context.Canceled) {
					t.Errorf("task %d ended with %v, want %v", i, err, context.Canceled)
				}
			}
			if err := opened.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

// In a bubble a simulated round trip takes exactly its time, and SQLite none: what is left is what database/sql's pool makes
// of the tasks.
func TestAPoolBoundsTheTasksExactly(t *testing.T) {
	delays := []time.Duration{50 * ms, 10 * ms, 20 * ms, 30 * ms, 10 * ms, 10 * ms}
	for _, strategy := range demos.Strategies(4) {
		for _, pool := range []int{1, 2, 6} {
			synctest.Test(t, func(t *testing.T) {
				spec := small(t)
				spec.Delays, spec.Pool = delays, pool
				opened := open(t, t.Context(), "database", spec)
				start := time.Now()
				if err := strategy.Run(t.Context(), opened.Tasks); err != nil {
					t.Error(err)
				}
				got := time.Since(start)
				slots := map[string]int{"sequential": 1, "goroutines": 6}[strategy.Name]
				if slots == 0 {
					slots = 4
				}
				low, high := predict.Bounded(delays, min(slots, pool)), predict.Bounded(delays, min(slots, pool))
				if pool < slots {
					// The pool serves those that wait in any order: Graham's bounds hold.
					low = max(50*ms, 130*ms/time.Duration(pool))
					high = 130*ms/time.Duration(pool) + 50*ms - 50*ms/time.Duration(pool)
				}
				if got < low || got > high {
					t.Errorf("%s on a pool of %d took %v, want %v to %v", strategy.Name, pool, got, low, high)
				}
				if err := opened.Close(); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

// In a bubble, real HTTP over in-memory connections takes exactly the origin's delay.
func TestHTTPTasksTakeExactlyTheirSchedule(t *testing.T) {
	delays := []string{"30ms", "10ms", "20ms", "10ms", "10ms"}
	want := map[string]time.Duration{
		"sequential": 80 * ms, "goroutines": 30 * ms, "limited": 40 * ms, "workers": 40 * ms, "errgroup": 40 * ms,
	}
	for _, strategy := range demos.Strategies(2) {
		synctest.Test(t, func(t *testing.T) {
			wire := newWire()
			server := &http.Server{Handler: lab.Origin()}
			var serving sync.WaitGroup
			serving.Go(func() {
				if err := server.Serve(wire); !errors.Is(err, http.ErrServerClosed) {
					t.Error(err)
				}
			})
			transport := &http.Transport{DialContext: wire.dial, MaxIdleConnsPerHost: len(delays)}
			var tasks []demos.Task
			for _, delay := range delays {
				tasks = append(tasks, demos.Get(&http.Client{Transport: transport}, "http://origin/?wait="+delay))
			}
			start := time.Now()
			if err := strategy.Run(t.Context(), tasks); err != nil {
				t.Error(err)
			}
			if got := time.Since(start); got != want[strategy.Name] {
				t.Errorf("%s took %v, want %v", strategy.Name, got, want[strategy.Name])
			}
			transport.CloseIdleConnections()
			if err := server.Close(); err != nil {
				t.Error(err)
			}
			serving.Wait()
		})
	}
}

// wire is a network in memory: what dials it is accepted.
type wire struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func newWire() *wire { return &wire{conns: make(chan net.Conn), closed: make(chan struct{})} }

func (w *wire) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	near, far := net.Pipe()
	select {
	case w.conns <- far:
		return near, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (w *wire) Accept() (net.Conn, error) {
	select {
	case conn := <-w.conns:
		return conn, nil
	case <-w.closed:
		return nil, net.ErrClosed
	}
}

func (w *wire) Close() error   { w.once.Do(func() { close(w.closed) }); return nil }
func (w *wire) Addr() net.Addr { return &net.TCPAddr{} }

func TestJitterComesFromTheSeed(t *testing.T) {
	spec := small(t)
	spec.Tasks, spec.Delays, spec.Jitter = 50, []time.Duration{20 * ms}, 5*ms
	draw := func(seed uint64) []time.Duration {
		spec.Seed = seed
		opened := open(t, t.Context(), "network", spec)
		if err := opened.Close(); err != nil {
			t.Error(err)
		}
		return opened.Delays
	}
	one, again, other := draw(1), draw(1), draw(2)
	if !slices.Equal(one, again) {
		t.Error("the same seed drew other delays")
	}
	if slices.Equal(one, other) {
		t.Error("another seed drew the same delays")
	}
	if low, high := slices.Min(one), slices.Max(one); low < 15*ms || high > 25*ms || low == high {
		t.Errorf("delays from %v to %v, want them to differ within 15ms and 25ms", low, high)
	}
}

func TestWhatIsSimulatedIsSaid(t *testing.T) {
	simulated := map[string]bool{"network": true, "database": true}
	for _, workload := range lab.Workloads() {
		opened := open(t, t.Context(), workload.Name, small(t))
		if got := opened.Simulated != ""; got != simulated[workload.Name] {
			t.Errorf("%s says it simulates %q", workload.Name, opened.Simulated)
		}
		if opened.Real == "" {
			t.Errorf("%s does not say what is real", workload.Name)
		}
		if err := opened.Close(); err != nil {
			t.Error(err)
		}
	}
	spec := small(t)
	spec.Delays = []time.Duration{0}
	opened := open(t, t.Context(), "database", spec)
	defer opened.Close()
	if opened.Simulated != "" {
		t.Errorf("a database without a delay says it simulates %q", opened.Simulated)
	}
}

func TestTheUsersFilesStay(t *testing.T) {
	spec := small(t)
	theirs := filepath.Join(spec.Dir, "0")
	if err := os.WriteFile(theirs, []byte("theirs"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"file", "database"} {
		opened := open(t, t.Context(), name, spec)
		if err := demos.Goroutines(t.Context(), opened.Tasks); err != nil {
			t.Error(err)
		}
		if err := opened.Close(); err != nil {
			t.Error(err)
		}
	}
	if got, err := os.ReadFile(theirs); err != nil || string(got) != "theirs" {
		t.Errorf("the user's file holds %q, %v", got, err)
	}
}

func TestPinnedWorkIsNotCalibrated(t *testing.T) {
	spec := small(t)
	spec.Work = 1234
	opened := open(t, t.Context(), "cpu", spec)
	defer opened.Close()
	if opened.Work != 1234 {
		t.Errorf("a task computes %d hashes, want 1234", opened.Work)
	}
}

func TestWhatWouldHurtIsRefusedWithAWayOut(t *testing.T) {
	cases := []struct {
		name, workload string
		change         func(*lab.Spec)
		inFlight       int
		want           string
	}{
		{"more threads than are safe", "file", func(s *lab.Spec) { s.Tasks = 5000 }, 5000, "--strategy limited"},
		{"more files than can be removed at once", "file", func(s *lab.Spec) { s.Tasks = 5001 }, 4, "at most 5000 --tasks"},
		{"more memory than is free", "sleep", func(s *lab.Spec) { s.Tasks = 1 << 50 }, 1 << 50, "fewer --tasks"},
		{"more sockets than files", "network", func(s *lab.Spec) { s.Tasks = 600_000 }, 600_000, "--"},
		{"many requests to somebody else", "network", func(s *lab.Spec) {
			s.Tasks, s.URLs = 100, []lab.URL{"http://example.com/"}
		}, 65, "--limit of at most 64"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			spec := small(t)
			c.change(&spec)
			workload, _ := lab.Find(c.workload)
			err := workload.Admit(spec, c.inFlight)
			if _, ok := errors.AsType[lab.SpecError](err); !ok || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want a SpecError that says %q", err, c.want)
			}
		})
	}
	near := small(t)
	near.URLs = []lab.URL{"http://127.0.0.1:1/", "http://localhost:1/", "http://[::1]:1/"}
	workload, _ := lab.Find("network")
	if err := workload.Admit(near, 100); err != nil {
		t.Errorf("100 requests to this machine are refused: %v", err)
	}
}

func TestSpecsAreChecked(t *testing.T) {
	cases := []struct {
		name   string
		change func(*lab.Spec)
		want   string
	}{
		{"no tasks", func(s *lab.Spec) { s.Tasks = 0 }, "--tasks"},
		{"too many tasks", func(s *lab.Spec) { s.Tasks = lab.MaxTasks + 1 }, "--tasks"},
		{"delays that do not fit", func(s *lab.Spec) { s.Delays = []time.Duration{ms, ms} }, "--delay"},
		{"a negative delay", func(s *lab.Spec) { s.Delays = []time.Duration{-ms} }, "--delay"},
		{"a negative jitter", func(s *lab.Spec) { s.Jitter = -ms }, "--jitter"},
		{"an empty file", func(s *lab.Spec) { s.Size = 0 }, "--size"},
		{"an empty pool", func(s *lab.Spec) { s.Pool = 0 }, "--pool"},
		{"negative work", func(s *lab.Spec) { s.Work = -1 }, "--work"},
		{"an address of a file", func(s *lab.Spec) { s.URLs = []lab.URL{"file:///etc/passwd"} }, "--url"},
		{"another database", func(s *lab.Spec) { s.DSN = "mysql://localhost/x" }, "--dsn"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			spec := small(t)
			if err := spec.Check(); err != nil {
				t.Fatal(err)
			}
			c.change(&spec)
			err := spec.Check()
			if _, ok := errors.AsType[lab.SpecError](err); !ok || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want a SpecError that names %s", err, c.want)
			}
		})
	}
}
