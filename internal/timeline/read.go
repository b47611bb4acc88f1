package timeline

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"golang.org/x/exp/trace"
)

// longCall is how long a system call lasts, at least, to count as waiting. A shorter one copies bytes, which is work. So is
// what a goroutine does before it takes up its task.
const longCall = 50 * time.Microsecond

// maxSpans is how many spans the timelines of one trace have at most.
const maxSpans = 300_000

// read makes a timeline of each run in a trace.
func read(data []byte, runs []Run) ([]*Timeline, error) {
	events, err := trace.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("cannot read the runtime's trace: %w", err)
	}
	r := &reader{runs: runs, goroutines: map[trace.GoID]*goroutine{}, stops: map[stopKey]stop{}}
	for {
		event, err := events.ReadEvent()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("cannot read the runtime's trace: %w", err)
		}
		if r.take(event); r.spans > maxSpans {
			return nil, ErrTooLong
		}
	}
	if len(r.made) != len(runs) || r.run != nil {
		return nil, fmt.Errorf("the runtime's trace has %d of %d runs to their end", len(r.made), len(runs))
	}
	return r.made, nil
}

// reader follows the goroutines of a trace.
type reader struct {
	runs  []Run
	made  []*Timeline
	run   *run // the one under way, or nil
	spans int

	goroutines map[trace.GoID]*goroutine
	stops      map[stopKey]stop // those seen before: goroutines stop in few places
}

// run is a run under way.
type run struct {
	*Timeline
	task  trace.TaskID
	slots bool
	began trace.Time
	home  trace.GoID // the goroutine that runs the strategy
}

// goroutine is what is known of one at a moment of the trace.
type goroutine struct {
	ready  trace.Time // when it was made, or woken, or had ended a task: since then it could have run
	ran    trace.Time // when it got its core
	paused bool       // it has handed its core to a coroutine, or back from one

	// The task that it carries, if any, and how many regions of its own the task is in.
	on    *run
	lane  int
	inner int

	// What it does, since when, and why.
	now   Span
	since trace.Time
	call  stop // the system call that it is in: running, until it has taken long
	yield int  // the place at which a coroutine is about to pause
}

// take takes the next event.
func (r *reader) take(event trace.Event) {
	switch event.Kind() {
	case trace.EventTaskBegin:
		r.begin(event)
	case trace.EventTaskEnd:
		r.end(event)
	case trace.EventLog:
		r.log(event)
	case trace.EventRegionBegin:
		r.enter(event)
	case trace.EventRegionEnd:
		r.leave(event)
	case trace.EventStateTransition:
		if change := event.StateTransition(); change.Resource.Kind == trace.ResourceGoroutine {
			r.change(event.Time(), change)
		}
	}
}

// begin opens the timeline of the next run. Other user tasks of the trace are somebody else's: what runs may mark its own.
func (r *reader) begin(event trace.Event) {
	if r.run != nil || len(r.made) == len(r.runs) || event.Task().Type != r.runs[len(r.made)].Name {
		return
	}
	about := r.runs[len(r.made)]
	t := &Timeline{Reasons: []string{""}, Places: []string{""}, Lanes: make([]Lane, about.Tasks)}
	r.made = append(r.made, t)
	r.run = &run{t, event.Task().ID, about.Slots, event.Time(), event.Goroutine()}
}

// end closes it: tasks that are still at work are cut, and what never started has queued until now, where there was a queue.
func (r *reader) end(event trace.Event) {
	t := r.run
	if t == nil || t.task != event.Task().ID {
		return
	}
	for _, g := range r.goroutines {
		if g.on == t {
			r.close(g, event.Time())
			g.on = nil
		}
	}
	t.Elapsed = t.moment(event.Time())
	for i, lane := range t.Lanes {
		if len(lane) == 0 && t.slots {
			r.add(t, i, Span{Queued, 0, t.Elapsed, t.why(forSlot), 0})
		}
	}
	r.run = nil
}

// moment is an event's time in the run.
func (t *run) moment(at trace.Time) time.Duration { return max(0, at.Sub(t.began)) }

// log begins a task's lane, or tells where a coroutine is about to pause.
func (r *reader) log(event trace.Event) {
	log := event.Log()
	if r.run == nil || r.run.task != log.Task {
		return
	}
	g := r.goroutine(event.Goroutine())
	switch {
	case log.Category == pause && g.on != nil:
		g.yield = g.on.where(pausedAt(event.Stack()))
		g.now.Where = g.yield // it ran until there
	case log.Category == lane && g.on == nil:
		if i, err := strconv.Atoi(log.Message); err == nil && 0 <= i && i < len(r.run.Lanes) {
			g.on, g.lane, g.inner = r.run, i, 0
			g.since = r.queue(g, event)
			g.now, g.call, g.yield = Span{State: Running}, stop{}, 0
		}
	}
}

// queue adds what came before a task started, and returns when it did. It queued for a slot, where there are slots, until a
// goroutine was made for it or was free to take it; then for a core. Tasks on the strategy's own goroutine queue for nothing:
// they take turns.
func (r *reader) queue(g *goroutine, event trace.Event) trace.Time {
	t, now, ready, start := g.on, event.Time(), g.ready, max(g.ready, g.ran)
	switch {
	case event.Goroutine() == t.home:
		t.slots = false
		return now
	case start < t.began: // the goroutine has been at work since before the run
		ready, start = now, now
	case now.Sub(start) >= longCall: // it did something else first, or the system had taken its core away
		start = now
	}
	if t.slots {
		r.add(t, g.lane, Span{Queued, 0, t.moment(ready), t.why(forSlot), 0})
	}
	r.add(t, g.lane, Span{Queued, t.moment(ready), t.moment(start), t.why(forCore), 0})
	return start
}

// enter notes a region of the task's own.
func (r *reader) enter(event trace.Event) {
	if g := r.goroutine(event.Goroutine()); g.on != nil && g.on.task == event.Region().Task {
		g.inner++
	}
}

// leave ends the lane of the task whose region ends.
func (r *reader) leave(event trace.Event) {
	g := r.goroutine(event.Goroutine())
	switch {
	case g.on == nil || g.on.task != event.Region().Task:
	case g.inner > 0:
		g.inner--
	default:
		r.close(g, event.Time())
		g.on, g.ready = nil, event.Time()
	}
}

// change follows a goroutine from one state into the next.
func (r *reader) change(at trace.Time, change trace.StateTransition) {
	id := change.Resource.Goroutine()
	from, to := change.Goroutine()
	g := r.goroutine(id)
	switch {
	case from == to:
		return // every second the runtime tells again what each goroutine does
	case to == trace.GoNotExist:
		delete(r.goroutines, id)
		return
	case to == trace.GoWaiting:
		g.paused = change.Reason == "" && from != trace.GoUndetermined // who stops otherwise has a reason
	case g.paused && to == trace.GoRunnable:
		g.ready, to = at, trace.GoRunning // with its turn it gets a core
	case g.paused && to == trace.GoRunning:
		g.paused = false
		return // as told
	case to == trace.GoRunnable:
		g.ready = at
	}
	if to == trace.GoRunning {
		g.ran = at
	}
	if g.on != nil {
		r.turn(g, at, to, r.stop(change))
	}
}

// turn ends what a task did until now, and begins what it does from now on.
func (r *reader) turn(g *goroutine, at trace.Time, to trace.GoState, stopped stop) {
	if stopped.place != "" && g.now.State == Running {
		g.now.Where = g.on.where(stopped.place) // it ran until there
	}
	where := g.now.Where
	r.close(g, at)
	g.since, g.now, g.call = at, Span{State: Running, Where: where}, stop{}
	switch {
	case to == trace.GoSyscall:
		g.call = stopped
	case to == trace.GoRunnable:
		g.now.State, g.now.Why = Queued, g.on.why(forCore)
	case g.paused && g.yield == 0: // it hands its core to a coroutine of its own, which is like a call
	case g.paused:
		g.now = Span{State: Waiting, Why: g.on.why(paused), Where: g.yield}
		g.yield = 0
	case to == trace.GoWaiting:
		g.now.State, g.now.Why = stopped.state, g.on.why(stopped.words)
	}
}

// close adds what a goroutine did until now to its task's lane.
func (r *reader) close(g *goroutine, at trace.Time) {
	span := g.now
	span.Start, span.End = g.on.moment(g.since), g.on.moment(at)
	if g.call != (stop{}) && span.End-span.Start >= longCall {
		span.State, span.Why = g.call.state, g.on.why(g.call.words)
	}
	r.add(g.on, g.lane, span)
}

// add adds a span to a lane, as a part of the one before where it goes on.
func (r *reader) add(t *run, i int, span Span) {
	if span.End <= span.Start {
		return
	}
	if last := len(t.Lanes[i]) - 1; last >= 0 {
		before := &t.Lanes[i][last]
		same := before.State == span.State && before.Why == span.Why && (before.Where == span.Where || span.State == Running)
		if same && before.End == span.Start {
			before.End, before.Where = span.End, span.Where
			return
		}
	}
	t.Lanes[i] = append(t.Lanes[i], span)
	r.spans++
}

func (r *reader) goroutine(id trace.GoID) *goroutine {
	g := r.goroutines[id]
	if g == nil {
		g = &goroutine{}
		r.goroutines[id] = g
	}
	return g
}

// stop is what it means that a task's goroutine stopped: in which state, in words, and where it stood.
type stop struct {
	state        State
	words, place string
}

type stopKey struct {
	reason string
	stack  trace.Stack
}

func (r *reader) stop(change trace.StateTransition) stop {
	key := stopKey{change.Reason, change.Stack}
	if _, to := change.Goroutine(); to == trace.GoSyscall {
		key.reason = systemCall
	}
	found, ok := r.stops[key]
	if !ok {
		stack := frames(key.stack)
		found.state, found.words = explain(key.reason, stack)
		found.place = place(stack)
		r.stops[key] = found
	}
	return found
}

// why returns where a reason stands in Reasons, and where returns where a place does in Places.
func (t *Timeline) why(words string) int   { return index(&t.Reasons, words) }
func (t *Timeline) where(place string) int { return index(&t.Places, place) }

// index returns where a word stands in a short list. It is added if it is new.
func index(list *[]string, word string) int {
	i := slices.Index(*list, word)
	if i < 0 {
		i = len(*list)
		*list = append(*list, word)
	}
	return i
}
