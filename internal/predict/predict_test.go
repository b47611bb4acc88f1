package predict_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"meanwhile/internal/predict"
)

const ms = time.Millisecond

func TestBoundedIsTheListSchedule(t *testing.T) {
	six := slices.Repeat([]time.Duration{100 * ms}, 6)
	cases := []struct {
		name  string
		times []time.Duration
		slots int
		want  time.Duration
	}{
		{"nothing takes no time", nil, 3, 0},
		{"one slot is one after the other", six, 1, 600 * ms},
		{"no bound is the longest", []time.Duration{100 * ms, 300 * ms, 200 * ms}, 0, 300 * ms},
		{"more slots than tasks is the longest", six, 10, 100 * ms},
		{"a long task at the end makes a tail", append(slices.Clone(six), 300*ms), 3, 500 * ms},
		{"longest first has none", append([]time.Duration{300 * ms}, six...), 3, 300 * ms},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := predict.Bounded(c.times, c.slots); got != c.want {
				t.Errorf("Bounded(%v, %d) = %v, want %v", c.times, c.slots, got, c.want)
			}
		})
	}
}

// Graham's bounds hold for any order: max(max t, Σt/k) ≤ T ≤ Σt/k + (1−1/k)·max t.
func TestBoundedStaysWithinGrahamsBounds(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 1000 {
		times := make([]time.Duration, 1+random.IntN(40))
		for i := range times {
			times[i] = time.Duration(random.IntN(1000)) * ms
		}
		slots := 1 + random.IntN(8)
		share, longest := predict.Sequential(times)/time.Duration(slots), slices.Max(times)
		got := predict.Bounded(times, slots)
		if low := max(longest, share); got < low {
			t.Fatalf("Bounded(%v, %d) = %v, below %v", times, slots, got, low)
		}
		if high := share + longest - longest/time.Duration(slots) + time.Microsecond; got > high {
			t.Fatalf("Bounded(%v, %d) = %v, above %v", times, slots, got, high)
		}
	}
}

func TestSharedResourcesBoundARun(t *testing.T) {
	delays := slices.Repeat([]time.Duration{30 * ms}, 10)
	none := make([]time.Duration, 10)
	cases := []struct {
		name  string
		model predict.Model
		rest  time.Duration
		want  time.Duration
	}{
		{"independent tasks take as long as one", predict.Model{Delays: delays}, 1 * ms, 31 * ms},
		{"cores share the work out", predict.Model{
			Delays: none, Shared: []predict.Resource{{Name: "the cores", Capacity: 2}},
		}, 30 * ms, 150 * ms},
		{"more cores than tasks do not help one task", predict.Model{
			Delays: none, Shared: []predict.Resource{{Name: "the cores", Capacity: 64}},
		}, 30 * ms, 30 * ms},
		{"a pool is a number of slots", predict.Model{Delays: delays, Slots: 8}, 0, 60 * ms},
		{"a writer's lock is held only after the delay", predict.Model{
			Delays: delays, Shared: []predict.Resource{{Name: "the one writer", Capacity: 1, AfterDelay: true}},
		}, 5 * ms, 50 * ms},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := c.model.Elapsed(c.rest); got != c.want {
				t.Errorf("Elapsed(%v) = %v, want %v", c.rest, got, c.want)
			}
		})
	}
}

func TestIntervalSpansThePercentilesOfWhatTasksTookAlone(t *testing.T) {
	model := predict.Model{Delays: []time.Duration{100 * ms, 200 * ms, 300 * ms}}
	got := model.Interval([]time.Duration{110 * ms, 210 * ms, 310 * ms})
	want := predict.Interval{
		Low:  time.Duration(float64(310*ms) * (1 - predict.Tolerance)),
		High: time.Duration(float64(310*ms)*(1+predict.Tolerance)) + predict.Overhead,
	}
	if got != want {
		t.Errorf("every task took 10 ms more than its delay: got %v, want %v", got, want)
	}
}

func TestAPredictionSaysWhatItRestsOn(t *testing.T) {
	delays, none := slices.Repeat([]time.Duration{30 * ms}, 10), make([]time.Duration, 10)
	cores := []predict.Resource{{Name: "2 cores", Capacity: 2}}
	writer := []predict.Resource{{Name: "one writer", Capacity: 1, AfterDelay: true}}
	for _, c := range []struct {
		model predict.Model
		alone time.Duration
		want  string
	}{
		{predict.Model{Delays: delays, Slots: 1}, 31 * ms, "10 × 31ms"},
		{predict.Model{Delays: delays}, 31 * ms, "as long as one, 31ms"},
		{predict.Model{Delays: delays, Slots: 4}, 31 * ms, "4 at a time: 3 turns of 31ms"},
		{predict.Model{Delays: delays, Slots: 10}, 31 * ms, "as long as one, 31ms"},
		{predict.Model{Delays: none, Shared: cores}, 30 * ms, "10 × 30ms for 2 cores"},
		{predict.Model{Delays: none, Slots: 1, Shared: cores}, 30 * ms, "10 × 30ms"},
		{predict.Model{Delays: delays, Shared: writer}, 35 * ms, "10 × 5ms for one writer"},
		{predict.Model{Delays: delays, Shared: writer}, 31 * ms, "as long as one, 31ms"},
	} {
		if got := c.model.Why([]time.Duration{c.alone}, time.Duration.String); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

func ExamplePercentile() {
	sorted := []time.Duration{10 * ms, 20 * ms, 30 * ms, 40 * ms, 50 * ms}
	fmt.Println(predict.Percentile(sorted, 0.1), predict.Percentile(sorted, 0.5), predict.Percentile(sorted, 0.9))
	// Output: 14ms 30ms 46ms
}
