package experiment_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"meanwhile/internal/experiment"
	"meanwhile/internal/measure"
	"meanwhile/internal/timeline"
)

// inOwnCache has a test make its files in a folder of its own, and asserts that none of them stays.
func inOwnCache(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"XDG_CACHE_HOME", "HOME", "LocalAppData"} {
		t.Setenv(name, dir)
	}
	t.Cleanup(func() {
		err := fs.WalkDir(os.DirFS(dir), ".", func(path string, entry fs.DirEntry, err error) error {
			if err == nil && strings.HasPrefix(entry.Name(), "meanwhile-") {
				t.Errorf("%s is left behind", path)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// poolFacts are the names of the facts of a pool.
func poolFacts(size int, write bool) []string {
	names := []string{"busy", "elapsed", "held", "latency", "queued", "slowest"}
	if write {
		names = append(names, "locked")
	}
	for i := range names {
		names[i] = fmt.Sprintf("pool-%d.%s", size, names[i])
	}
	return names
}

// checkPools asserts what holds of every run: the settings are told, no fact is missing, and the facts agree.
func checkPools(t *testing.T, p experiment.Pool, r *experiment.Result, told []string) map[string]float64 {
	t.Helper()
	found := facts(t, r)
	want := []string{"tasks", "rate", "delay", "offered"}
	if found["tasks"] != float64(p.Tasks) || found["rate"] != p.Rate || found["delay"] != float64(p.Delay) ||
		found["offered"] != p.Rate*p.Delay.Seconds() {
		t.Errorf("other settings than asked for: %v", found)
	}
	var rounds []string
	for i, size := range p.Pools {
		want = append(want, poolFacts(size, p.Write)...)
		name := fmt.Sprint("pool-", size)
		rounds = append(rounds, fmt.Sprintf("%s %d/%d", name, i+1, len(p.Pools)))
		if r.Runs[i].Name != name {
			t.Errorf("run %d is %s, want %s", i+1, r.Runs[i].Name, name)
		}
		// L = λW, of the connections: what is measured of the run is that of its requests.
		inUse := float64(p.Tasks) * found[name+".held"] / found[name+".elapsed"]
		if busy := found[name+".busy"]; math.Abs(busy-inUse) > 0.01*busy || busy > float64(size) || busy <= 0 {
			t.Errorf("%s: %v connections were in use, and by what requests say %v", name, busy, inUse)
		}
		if found[name+".held"] < float64(p.Delay) || found[name+".latency"] < float64(p.Delay) ||
			found[name+".slowest"] < found[name+".latency"] || found[name+".slowest"] > found[name+".elapsed"] {
			t.Errorf("%s: what cannot be: %v", name, found)
		}
		checkArrivals(t, r.Runs[i].Timeline, time.Duration(float64(time.Second)/p.Rate))
	}
	for _, name := range want {
		if _, ok := found[name]; !ok {
			t.Errorf("%s is missing: %v", name, found)
		}
	}
	if len(found) != len(want) || !slices.Equal(told, rounds) {
		t.Errorf("facts %v, want %v; told %v, want %v", found, want, told, rounds)
	}
	return found
}

// queues is how long the lanes queue for something, together.
func queues(run *experiment.Run, reason string) (sum time.Duration) {
	for _, lane := range run.Timeline.Lanes {
		for _, span := range lane {
			if span.State == timeline.Queued && run.Timeline.Reason(span) == reason {
				sum += span.End - span.Start
			}
		}
	}
	return sum
}

// Four connections' worth of work comes to one, and to thirty.
func TestRequestsQueueForAPoolThatIsTooSmall(t *testing.T) {
	inOwnCache(t)
	p := experiment.Pool{Tasks: 40, Rate: 80, Delay: 50 * time.Millisecond, Pools: []int{1, 30}}
	r, told := conducted(t, p)
	found := checkPools(t, p, r, told)
	if found["pool-1.queued"] < 3*found["pool-30.queued"] || found["pool-1.latency"] < 3*found["pool-30.latency"] ||
		found["pool-1.elapsed"] < 1.5*found["pool-30.elapsed"] || found["pool-30.busy"] < 1.5*found["pool-1.busy"] {
		t.Errorf("a pool of one was hardly worse than one of thirty: %v", found)
	}
	small, large := queues(r.Run("pool-1"), "for a connection of the pool"), queues(r.Run("pool-30"), "for a connection of the pool")
	if small < 3*large || small < p.Delay {
		t.Errorf("in the lanes, %v and %v are queued for a connection", small, large)
	}
	for _, run := range r.Runs {
		if !slices.Equal(run.Examples, []string{"at-rate", "query"}) {
			t.Errorf("%s shows %v", run.Name, run.Examples)
		}
	}
	if !strings.Contains(r.Learned, "keep 4 connections in use (Little's law): with 1, the median wait for one was ") ||
		!strings.Contains(r.Learned, "and with 30 it was ") {
		t.Errorf("it learned %q", r.Learned)
	}
	if bars := r.Charts[0].Bars; len(r.Charts) != 2 || bars[0].Label != "pool-1" || bars[0].Value != found["pool-1.latency"] {
		t.Errorf("the charts %v", r.Charts)
	}
}

func TestAPoolThatIsLargeEnoughOrTooSmallIsCalledSo(t *testing.T) {
	inOwnCache(t)
	for learned, p := range map[string]experiment.Pool{
		"no pool had too few: with 20, ": {Tasks: 3, Rate: 8, Delay: 100 * time.Millisecond, Pools: []int{20}},
		"no pool had enough: with 2, ":   {Tasks: 40, Rate: 1000, Delay: 20 * time.Millisecond, Pools: []int{2, 1}},
	} {
		r, told := conducted(t, p)
		checkPools(t, p, r, told)
		if !strings.Contains(r.Learned, learned) {
			t.Errorf("it learned %q, want something of %q", r.Learned, learned)
		}
	}
}

// SQLite takes one writer at a time: with more connections, requests queue there.
func TestALargerPoolMovesTheQueueOfWritersIntoTheDatabase(t *testing.T) {
	inOwnCache(t)
	p := experiment.Pool{Tasks: 16, Rate: 1000, Delay: 20 * time.Millisecond, Pools: []int{1, 8}, Write: true}
	r, told := conducted(t, p)
	found := checkPools(t, p, r, told)
	work := float64(p.Tasks) * float64(p.Delay)
	if found["pool-1.elapsed"] < work || found["pool-8.elapsed"] < work {
		t.Errorf("there were two writers at a time: %v", found)
	}
	if found["pool-8.locked"] < 1 || found["pool-8.locked"] > found["pool-8.busy"] || found["pool-1.locked"] > 0.5 ||
		found["pool-8.held"] < 2*found["pool-1.held"] {
		t.Errorf("they did not queue in the database: %v", found)
	}
	const lock = "for SQLite's write lock"
	if small, large := queues(r.Run("pool-1"), lock), queues(r.Run("pool-8"), lock); small > large/4 {
		t.Errorf("in the lanes, %v and %v are queued for the lock", small, large)
	}
	for _, run := range r.Runs {
		if !slices.Equal(run.Examples, []string{"at-rate", "database"}) {
			t.Errorf("%s shows %v", run.Name, run.Examples)
		}
	}
	if !strings.Contains(r.Learned, "a larger pool moved the queue into the database") {
		t.Errorf("it learned %q", r.Learned)
	}
}

func TestPoolRefusesWhatItCannotRun(t *testing.T) {
	for _, test := range []struct {
		flag   string
		change func(*experiment.Pool)
	}{
		{"", func(*experiment.Pool) {}},
		{"", func(p *experiment.Pool) { p.Write = true }},
		{"", func(p *experiment.Pool) { p.Tasks, p.Rate, p.Pools = 2000, 10_000, []int{100} }},
		{"tasks", func(p *experiment.Pool) { p.Tasks = 0 }},
		{"tasks", func(p *experiment.Pool) { p.Tasks = 2001 }},
		{"rate", func(p *experiment.Pool) { p.Rate = 0 }},
		{"rate", func(p *experiment.Pool) { p.Rate = -1 }},
		{"rate", func(p *experiment.Pool) { p.Rate = 10_001 }},
		{"rate", func(p *experiment.Pool) { p.Rate = math.NaN() }},
		{"rate", func(p *experiment.Pool) { p.Rate = math.Inf(1) }},
		{"delay", func(p *experiment.Pool) { p.Delay = 0 }},
		{"delay", func(p *experiment.Pool) { p.Delay = math.MaxInt64 }},
		{"pool", func(p *experiment.Pool) { p.Pools = nil }},
		{"pool", func(p *experiment.Pool) { p.Pools = []int{0} }},
		{"pool", func(p *experiment.Pool) { p.Pools = []int{101} }},
		{"pool", func(p *experiment.Pool) { p.Pools = []int{2, 3, 2} }},
		{"pool", func(p *experiment.Pool) { p.Pools = []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11} }},
		{"delay", func(p *experiment.Pool) { p.Delay = 10 * time.Second }}, // it takes too long
		{"rate", func(p *experiment.Pool) { p.Rate = 1 }},                  // so does this
		{"write", func(p *experiment.Pool) { p.Write, p.Delay = true, time.Second }},
	} {
		changed := experiment.DefaultPool()
		test.change(&changed)
		refused(t, changed, test.flag)
	}
}

func TestPoolTellsTheCommandLineThatRunsItAgain(t *testing.T) {
	for want, e := range map[string]experiment.Pool{
		"demo pool":             experiment.DefaultPool(),
		"demo pool --pool 1,20": {Tasks: 100, Rate: 200, Delay: 15 * time.Millisecond, Pools: []int{1, 20}},
		"demo pool --tasks 5 --rate 0.5 --delay 1s --pool 4 --write": {
			Tasks: 5, Rate: 0.5, Delay: time.Second, Pools: []int{4}, Write: true,
		},
	} {
		if got := strings.Join(e.Args(), " "); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// It is cancelled while requests queue: for a connection, and for the write lock.
func TestPoolStopsWhenCancelled(t *testing.T) {
	for _, write := range []bool{false, true} {
		t.Run(fmt.Sprint("write ", write), func(t *testing.T) {
			inOwnCache(t)
			ctx, cancel := context.WithCancelCause(t.Context())
			defer cancel(nil)
			cause := errors.New("enough")
			p := experiment.Pool{Tasks: 200, Rate: 1000, Delay: 100 * time.Millisecond, Pools: []int{5}, Write: write}
			var watch sync.WaitGroup
			r, err := p.Run(ctx, func(progress measure.Progress) {
				watch.Go(func() {
					for started := false; !started; _, _, started = progress.Flight.Task(50) {
						time.Sleep(time.Millisecond)
					}
					cancel(cause)
				})
			})
			watch.Wait()
			if !errors.Is(err, cause) || r != nil {
				t.Errorf("got %v and the error %v, want nothing but the cause", r, err)
			}
			if timeline.Busy() {
				t.Error("the trace goes on")
			}
			goleak.VerifyNone(t)
		})
	}
}

func TestPoolStopsWhenCancelledBeforeItBegins(t *testing.T) {
	inOwnCache(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	cause := errors.New("enough")
	cancel(cause)
	if r, err := experiment.DefaultPool().Run(ctx, func(measure.Progress) {}); r != nil || !errors.Is(err, cause) {
		t.Errorf("got %v and the error %v, want nothing but the cause", r, err)
	}
	goleak.VerifyNone(t)
}
