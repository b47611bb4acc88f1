package predict_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"meanwhile/internal/predict"
)

func TestAScheduleIsTheOneThatOneWouldDraw(t *testing.T) {
	three := slices.Repeat([]time.Duration{30 * ms}, 3)
	none := make([]time.Duration, 3)
	cases := []struct {
		name  string
		model predict.Model
		rest  time.Duration
		want  []predict.Turn
	}{
		{"no tasks, no turns", predict.Model{}, ms, []predict.Turn{}},
		{"all at once", predict.Model{Delays: three}, 5 * ms, []predict.Turn{
			{0, 30 * ms, 30 * ms, 35 * ms}, {0, 30 * ms, 30 * ms, 35 * ms}, {0, 30 * ms, 30 * ms, 35 * ms},
		}},
		{"one after the other", predict.Model{Delays: three, Slots: 1}, 0, []predict.Turn{
			{0, 30 * ms, 30 * ms, 30 * ms},
			{30 * ms, 60 * ms, 60 * ms, 60 * ms},
			{60 * ms, 90 * ms, 90 * ms, 90 * ms},
		}},
		{"a slot goes to the next as soon as it is free", predict.Model{
			Delays: []time.Duration{50 * ms, 10 * ms, 20 * ms}, Slots: 2,
		}, 0, []predict.Turn{
			{0, 50 * ms, 50 * ms, 50 * ms}, {0, 10 * ms, 10 * ms, 10 * ms}, {10 * ms, 30 * ms, 30 * ms, 30 * ms},
		}},
		{"cores are queued for", predict.Model{
			Delays: none, Shared: []predict.Resource{{Capacity: 2}},
		}, 10 * ms, []predict.Turn{
			{0, 0, 0, 10 * ms}, {0, 0, 0, 10 * ms}, {0, 0, 10 * ms, 20 * ms},
		}},
		{"a writer takes those first who come first", predict.Model{
			Delays: []time.Duration{30 * ms, 10 * ms, 20 * ms}, Shared: []predict.Resource{{Capacity: 1, AfterDelay: true}},
		}, 15 * ms, []predict.Turn{
			{0, 30 * ms, 40 * ms, 55 * ms}, {0, 10 * ms, 10 * ms, 25 * ms}, {0, 20 * ms, 25 * ms, 40 * ms},
		}},
		{"a task that was faster than its delay", predict.Model{Delays: three, Slots: 1}, -20 * ms, []predict.Turn{
			{0, 10 * ms, 10 * ms, 10 * ms}, {10 * ms, 20 * ms, 20 * ms, 20 * ms}, {20 * ms, 30 * ms, 30 * ms, 30 * ms},
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := c.model.Schedule(c.rest); !slices.Equal(got, c.want) {
				t.Errorf("got  %v\nwant %v", got, c.want)
			}
		})
	}
}

// anyModel draws a model of every kind that a lab makes, and a rest.
func anyModel(random *rand.Rand) (m predict.Model, rest time.Duration) {
	m.Delays = make([]time.Duration, 1+random.IntN(40))
	equal := random.IntN(2) == 0
	for i := range m.Delays {
		m.Delays[i] = time.Duration(random.IntN(1000)) * 100 * time.Microsecond
		if equal {
			m.Delays[i] = m.Delays[0]
		}
	}
	m.Slots = random.IntN(10)
	switch random.IntN(3) {
	case 0:
		m.Shared = []predict.Resource{{Name: "cores", Capacity: 1 + random.IntN(8)}}
	case 1:
		m.Shared = []predict.Resource{{Name: "writer", Capacity: 1, AfterDelay: true}}
	}
	return m, time.Duration(random.IntN(1000)) * 50 * time.Microsecond
}

func end(turns []predict.Turn) time.Duration {
	var last time.Duration
	for _, turn := range turns {
		last = max(last, turn.End)
	}
	return last
}

func TestAScheduleEndsWhenItIsPredictedTo(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 5000 {
		m, rest := anyModel(random)
		got, elapsed := end(m.Schedule(rest)), m.Elapsed(rest)
		if exact := len(m.Shared) == 0 || m.Slots == 1; exact && got != elapsed {
			t.Fatalf("%+v with a rest of %v ends at %v, want %v", m, rest, got, elapsed)
		}
		alone := m.Alone([]time.Duration{rest})
		if most := m.Interval(alone).High; got < elapsed || got > most {
			t.Fatalf("%+v with a rest of %v ends at %v, outside of %v to %v", m, rest, got, elapsed, most)
		}
	}
}

func TestEqualTasksShareCoresWithoutAGap(t *testing.T) {
	m := predict.Model{Delays: make([]time.Duration, 12), Shared: []predict.Resource{{Name: "cores", Capacity: 4}}}
	if got, want := end(m.Schedule(30*ms)), m.Elapsed(30*ms); got != want {
		t.Errorf("12 tasks on 4 cores end at %v, want %v", got, want)
	}
}

func TestNoMoreTasksAreUnderWayThanThereIsRoomFor(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	for range 2000 {
		m, rest := anyModel(random)
		turns := m.Schedule(rest)
		if most := overlapping(turns, inFlight); m.Slots > 0 && most > m.Slots {
			t.Fatalf("%+v with a rest of %v has %d tasks in flight", m, rest, most)
		}
		for _, resource := range m.Shared {
			if most := overlapping(turns, holding); most > resource.Capacity {
				t.Fatalf("%+v with a rest of %v has %d tasks at %s", m, rest, most, resource.Name)
			}
		}
		for i, turn := range turns {
			if turn.Ready < turn.Start || turn.Served < turn.Ready || turn.End < turn.Served {
				t.Fatalf("%+v with a rest of %v: task %d goes back in time: %v", m, rest, i+1, turn)
			}
			if i > 0 && turn.Start < turns[i-1].Start {
				t.Fatalf("%+v with a rest of %v: task %d starts before task %d", m, rest, i+1, i)
			}
		}
	}
}

// overlapping counts the most spans that have a moment in common.
func overlapping(turns []predict.Turn, span func(predict.Turn) (from, to time.Duration)) int {
	most := 0
	for _, turn := range turns {
		at, _ := span(turn)
		now := 0
		for _, other := range turns {
			if from, to := span(other); from <= at && at < to {
				now++
			}
		}
		most = max(most, now)
	}
	return most
}

func TestWhatTasksTookElsewhereIsAddedToTheDelays(t *testing.T) {
	rest := []time.Duration{1 * ms, 2 * ms, 3 * ms, 4 * ms, 5 * ms}
	for _, c := range []struct {
		delays, want []time.Duration
	}{
		{[]time.Duration{10 * ms}, []time.Duration{13 * ms}},
		{[]time.Duration{10 * ms, 20 * ms, 30 * ms}, []time.Duration{11 * ms, 23 * ms, 35 * ms}},
		{slices.Repeat([]time.Duration{0}, 9), rest},
	} {
		if got := (predict.Model{Delays: c.delays}).Alone(rest); !slices.Equal(got, c.want) {
			t.Errorf("delays of %v: got %v, want %v", c.delays, got, c.want)
		}
	}
	if got := (predict.Model{Delays: rest}).Alone(nil); len(got) > 0 {
		t.Errorf("nothing is known, and it says %v", got)
	}
}

func inFlight(t predict.Turn) (from, to time.Duration) { return t.Start, t.End }
func holding(t predict.Turn) (from, to time.Duration)  { return t.Served, t.End }
