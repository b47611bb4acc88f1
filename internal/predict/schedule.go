package predict

import (
	"cmp"
	"container/heap"
	"time"
)

// Turn is when a task has its turn, by the model.
type Turn struct {
	// Start is when the task gets a slot. From then on it waits out its delay, until Ready.
	Start, Ready time.Duration

	// Served is when it gets what the tasks share, and End is when it gives that back. Between Ready and Served it queues.
	Served, End time.Duration
}

// Schedule is when each task starts and ends if each takes its delay and rest: the list schedule over the slots. What the
// tasks share serves them in the order in which they ask for it, each to its end.
//
// It ends when Elapsed says where the tasks share nothing or go one at a time. Where they share, it ends within Interval: it
// knows who waits for whom, which Elapsed leaves out.
//
// What it leaves out itself is that cores take turns among the tasks that want them, some milliseconds for each. In truth such
// tasks advance side by side and end late together; the last ends at about the same time.
func (m Model) Schedule(rest time.Duration) []Turn {
	s := scheduler{model: m, rest: rest, turns: make([]Turn, len(m.Delays))}
	for _, resource := range m.Shared {
		s.free = append(s.free, make(ends, resource.Capacity))
	}
	slots := m.Slots
	if slots < 1 {
		slots = len(m.Delays)
	}
	for range slots {
		s.start(0)
	}
	for len(s.events) > 0 {
		next := heap.Pop(&s.events).(event)
		if next.ended {
			s.start(next.at)
		} else {
			s.serve(next.task, next.at)
		}
	}
	return s.turns
}

// scheduler goes through a run in the order of time.
type scheduler struct {
	model   Model
	rest    time.Duration
	turns   []Turn
	started int
	free    []ends // when each unit of each shared resource is next free
	events  events
}

// start gives the next task the slot that is free from at on.
func (s *scheduler) start(at time.Duration) {
	if s.started == len(s.turns) {
		return
	}
	task := s.started
	s.started++
	wait, _ := s.parts(task)
	s.turns[task] = Turn{Start: at, Ready: at + wait}
	heap.Push(&s.events, event{at: at + wait, task: task})
}

// serve gives a task what it shares with the others as soon as there is a unit of each free.
func (s *scheduler) serve(task int, at time.Duration) {
	turn := &s.turns[task]
	turn.Served = at
	for _, free := range s.free {
		turn.Served = max(turn.Served, free[0])
	}
	_, hold := s.parts(task)
	turn.End = turn.Served + hold
	for i := range s.free {
		s.free[i][0] = turn.End
		heap.Fix(&s.free[i], 0)
	}
	heap.Push(&s.events, event{at: turn.End, task: task, ended: true})
}

// parts cuts a task's time into what it waits by itself and what it holds the shared resources for, which is all of it where
// one of them is needed all along.
func (s *scheduler) parts(task int) (wait, hold time.Duration) {
	whole := max(0, s.model.Delays[task]+s.rest)
	for _, resource := range s.model.Shared {
		if !resource.AfterDelay {
			return 0, whole
		}
	}
	wait = min(whole, s.model.Delays[task])
	return wait, whole - wait
}

// event is a moment at which a task has waited out its delay, or has ended.
type event struct {
	at    time.Duration
	task  int
	ended bool
}

// events is a heap: the earliest stands first and, of those at one moment, the task that came first.
type events []event

func (e events) Len() int      { return len(e) }
func (e events) Swap(i, j int) { e[i], e[j] = e[j], e[i] }
func (e *events) Push(x any)   { *e = append(*e, x.(event)) }

func (e events) Less(i, j int) bool {
	return cmp.Or(cmp.Compare(e[i].at, e[j].at), cmp.Compare(e[i].task, e[j].task)) < 0
}

func (e *events) Pop() any {
	last := len(*e) - 1
	popped := (*e)[last]
	*e = (*e)[:last]
	return popped
}

// Alone is how long the model's first tasks take alone if they take, beside their delays, what tasks took in another run: rest,
// in ascending order. Where there are fewer tasks than that, it is chosen evenly among rest.
func (m Model) Alone(rest []time.Duration) []time.Duration {
	alone := make([]time.Duration, min(len(rest), len(m.Delays)))
	for i := range alone {
		chosen := (len(rest) - 1) / 2
		if len(alone) > 1 {
			chosen = i * (len(rest) - 1) / (len(alone) - 1)
		}
		alone[i] = m.Delays[i] + rest[chosen]
	}
	return alone
}
