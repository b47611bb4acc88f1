package experiment

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"meanwhile/demos"
	"meanwhile/internal/lab"
	"meanwhile/internal/measure"
	"meanwhile/internal/predict"
)

// OneSlow asks a server for something that takes long, and meanwhile for much that does not.
type OneSlow struct {
	// Tasks is how many requests are fast, and Delay how long the one that is slow waits.
	Tasks int
	Delay time.Duration

	// Limit is how many requests the server handles at once; 0 is all.
	Limit int
}

// DefaultOneSlow is twenty fast requests while one takes three seconds.
func DefaultOneSlow() OneSlow { return OneSlow{Tasks: 20, Delay: 3 * time.Second} }

// Name is its word in 'meanwhile demo'.
func (OneSlow) Name() string { return "one-slow" }

// leastInterval is the time between two requests in which the first has surely come to the server.
const leastInterval = time.Millisecond

// Check tells what is wrong with the settings, as a lab.SpecError.
func (o OneSlow) Check() error {
	const spare = 64 // files that are open besides
	switch files := 2 * (o.Tasks + 1); {
	case o.Tasks < 1 || o.Tasks >= maxRequests:
		return requestsError(o.Tasks)
	case outside(o.Delay):
		return rangeError("delay")
	case o.interval() < leastInterval:
		return lab.SpecError{
			Problem: fmt.Sprintf("%d requests do not fit into half of %s", o.Tasks, o.Delay),
			Next:    fmt.Sprintf("give --delay %s or more, or fewer --tasks", 2*time.Duration(o.Tasks)*leastInterval),
		}
	case o.Limit < 0 || o.Limit > maxRequests:
		return lab.SpecError{
			Problem: fmt.Sprintf("a limit of %d is out of range", o.Limit),
			Next:    fmt.Sprintf("give --limit 1 to %d, or 0 for none", maxRequests),
		}
	case lab.OpenFiles() > 0 && files+spare > lab.OpenFiles():
		return lab.SpecError{
			Problem: fmt.Sprintf("%d requests at once need %d sockets, and %d open files are allowed", o.Tasks+1, files, lab.OpenFiles()),
			Next:    "ask for fewer --tasks, or raise the limit with 'ulimit -n'",
		}
	}
	return nil
}

// interval is the time from one request to the next: the fast ones come in the first half of the slow one's time.
func (o OneSlow) interval() time.Duration { return o.Delay / 2 / time.Duration(o.Tasks) }

// Args is the command line that runs it again.
func (o OneSlow) Args() []string {
	usual, args := DefaultOneSlow(), arguments{"demo", o.Name()}
	args.add(o.Tasks != usual.Tasks, "tasks", strconv.Itoa(o.Tasks))
	args.add(o.Delay != usual.Delay, "delay", o.Delay.String())
	args.add(o.Limit != usual.Limit, "limit", strconv.Itoa(o.Limit))
	return args
}

// Run starts the server, asks it, and ends it.
func (o OneSlow) Run(ctx context.Context, tell func(measure.Progress)) (result *Result, err error) {
	result = New(o.Name(), o.Args())
	result.Setting = o.setting()
	result.Real = "HTTP over the loopback interface, to a server in this process"
	result.Simulated = "what the slow request takes: its handler sleeps"
	b, err := newBench(o.Name(), 1, tell)
	if err != nil {
		return nil, err
	}
	defer b.stop()
	times, err := o.ask(ctx, b)
	if err != nil {
		return nil, err
	}
	if result.Runs, err = b.timelines(); err != nil {
		return nil, err
	}
	o.sumUp(result, times)
	return result, nil
}

func (o OneSlow) setting() string {
	limit := "as many requests at once as come"
	if o.Limit > 0 {
		limit = fmt.Sprintf("at most %d at once", o.Limit)
	}
	return fmt.Sprintf("a server that handles %s; one request of %s and, in the first half of its time, %d that need none",
		limit, measure.Human(o.Delay), o.Tasks)
}

// way is the one in which it runs, and what the server's handler is.
func (o OneSlow) way() (way, http.Handler) {
	handler := demos.OneSlow(o.Delay)
	w := way{
		name: "no limit", words: "the server has a goroutine for each request",
		examples: []string{"one-slow", "network", "at-rate"}, strategy: demos.AtRate(o.interval()),
	}
	if o.Limit > 0 {
		handler = demos.LimitHandler(handler, o.Limit)
		w.name, w.words = fmt.Sprintf("limit %d", o.Limit), fmt.Sprintf("the server handles %d at once, and the others queue", o.Limit)
		w.examples = slices.Insert(w.examples, 1, "limit-handler")
	}
	return w, handler
}

// ask starts the server, sends the requests, the slow one first, and returns what each took.
func (o OneSlow) ask(ctx context.Context, b *bench) (times []time.Duration, err error) {
	w, handler := o.way()
	server, err := lab.Serve(handler, o.Tasks+1)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, server.Close()) }()
	w.tasks = append(w.tasks, demos.Get(server.Client, server.URL+"/slow"))
	for range o.Tasks {
		w.tasks = append(w.tasks, demos.Get(server.Client, server.URL+"/"))
	}
	if times, err = b.run(ctx, w); err != nil {
		return nil, failed(ctx, o, w, 1, err)
	}
	return times, nil
}

// sumUp makes facts, a chart and a sentence of what each request took, the slow one first.
func (o OneSlow) sumUp(r *Result, times []time.Duration) {
	slow, fast := times[0], slices.Sorted(slices.Values(times[1:]))
	median, slowest := predict.Percentile(fast, 0.5), fast[len(fast)-1]
	r.Add("slow.elapsed", "the slow request took", Duration, float64(slow))
	r.Add("fast.median", "the median fast request took", Duration, float64(median))
	r.Add("fast.slowest", "the slowest of the fast requests took", Duration, float64(slowest))
	r.Add("tasks", "the fast requests were", Count, float64(o.Tasks))
	r.Add("delay", "the slow request's handler waits for", Duration, float64(o.Delay))
	r.Add("limit", "the requests that the server handles at once, with 0 for no limit, are", Count, float64(o.Limit))
	r.Charts = []Chart{{Title: "What a request took, from its start to its answer", Unit: Duration, Bars: []Bar{
		{"slow", float64(slow)}, {"fast, median", float64(median)}, {"fast, slowest", float64(slowest)},
	}}}
	r.Learned = o.learned(slow, median)
}

// learned says what the numbers say.
func (o OneSlow) learned(slow, median time.Duration) string {
	took := fmt.Sprintf("While one request took %s, the median of the others took %s", measure.Human(slow), measure.Human(median))
	switch held := median > o.Delay/4; {
	case !held && o.Limit == 0:
		return took + ": a request that waits holds up nobody but itself."
	case !held:
		return took + fmt.Sprintf(": with %d at once, there was room beside the slow one.", o.Limit)
	case o.Limit == 1:
		return took + ": one at a time, the slow one held up all that came behind it."
	}
	return took + ": something other than the limit held them up."
}
