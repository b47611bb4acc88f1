package experiment

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"meanwhile/demos"
	"meanwhile/internal/lab"
	"meanwhile/internal/measure"
	"meanwhile/internal/predict"
	"meanwhile/internal/timeline"
)

// Pool has requests come to a database at a steady rate, and tries pools of several sizes.
type Pool struct {
	// Tasks is how many requests there are, Rate how many arrive in a second, and Delay how long each needs a connection.
	Tasks int
	Rate  float64
	Delay time.Duration

	// Pools are the sizes to try.
	Pools []int

	// Write has each request write a row, in a transaction that takes as long, instead of reading it.
	Write bool
}

// DefaultPool offers work for three connections to pools that are too small, just enough and too large.
func DefaultPool() Pool {
	return Pool{Tasks: 100, Rate: 200, Delay: 15 * time.Millisecond, Pools: []int{1, 2, 3, 6, 20}}
}

// Name is its word in 'meanwhile demo'.
func (Pool) Name() string { return "pool" }

// Bounds of the pools.
const (
	maxRequests = 2000
	minRate     = 0.1
	maxRate     = 10_000
	maxSizes    = 10
	maxPool     = 100 // each connection opens files

	// maxWriting is what all writers of a pool may take, one after the other: SQLite gives up one that has not had its turn
	// within a minute, and it serves them in no order.
	maxWriting = 30 * time.Second
)

// Check tells what is wrong with the settings, as a lab.SpecError.
func (p Pool) Check() error {
	switch sorted := slices.Sorted(slices.Values(p.Pools)); {
	case p.Tasks < 1 || p.Tasks > maxRequests:
		return requestsError(p.Tasks)
	case !(p.Rate >= minRate && p.Rate <= maxRate): // it may be no number at all
		return lab.SpecError{
			Problem: fmt.Sprintf("%v requests a second are out of range", p.Rate),
			Next:    fmt.Sprintf("give --rate %v to %d", minRate, maxRate),
		}
	case outside(p.Delay):
		return rangeError("delay")
	case len(sorted) < 1 || len(sorted) > maxSizes || sorted[0] < 1 || sorted[len(sorted)-1] > maxPool:
		return lab.SpecError{
			Problem: fmt.Sprintf("pools of %s connections cannot be tried", list(p.Pools)),
			Next:    fmt.Sprintf("give --pool up to %d sizes of 1 to %d", maxSizes, maxPool),
		}
	case len(slices.Compact(sorted)) < len(p.Pools):
		return lab.SpecError{Problem: "a size stands twice in --pool", Next: "name each once"}
	case p.Write && p.work() > maxWriting:
		return lab.SpecError{
			Problem: fmt.Sprintf("%d writers of %s take %s one after the other", p.Tasks, p.Delay, p.work()),
			Next:    fmt.Sprintf("with --write, give --tasks and --delay less: together %s", maxWriting),
		}
	case p.estimate() > maxElapsed:
		return lab.SpecError{
			Problem: fmt.Sprintf("that takes about %s", p.estimate().Round(time.Second)),
			Next:    fmt.Sprintf("give --tasks or --delay less, a higher --rate, or fewer sizes of --pool: %s is the most", maxElapsed),
		}
	}
	return nil
}

// requestsError refuses a number of requests.
func requestsError(tasks int) error {
	return lab.SpecError{
		Problem: fmt.Sprintf("%d requests cannot be sent", tasks),
		Next:    fmt.Sprintf("ask for 1 to %d with --tasks", maxRequests),
	}
}

// work is what all requests need a connection for, together.
func (p Pool) work() time.Duration { return time.Duration(p.Tasks) * p.Delay }

// interval is the time from one request to the next.
func (p Pool) interval() time.Duration { return time.Duration(float64(time.Second) / p.Rate) }

// estimate is about what it takes: of each pool, until the last request has come, or until all are served.
func (p Pool) estimate() time.Duration {
	var sum time.Duration
	for _, size := range p.Pools {
		if p.Write {
			size = 1 // writer at a time
		}
		coming := time.Duration(p.Tasks-1)*p.interval() + p.Delay
		sum += max(coming, p.work()/time.Duration(size))
	}
	return sum
}

// Args is the command line that runs it again.
func (p Pool) Args() []string {
	usual, args := DefaultPool(), arguments{"demo", p.Name()}
	args.add(p.Tasks != usual.Tasks, "tasks", strconv.Itoa(p.Tasks))
	args.add(p.Rate != usual.Rate, "rate", p.rate())
	args.add(p.Delay != usual.Delay, "delay", p.Delay.String())
	args.add(!slices.Equal(p.Pools, usual.Pools), "pool", list(p.Pools))
	if p.Write {
		args = append(args, "--write")
	}
	return args
}

// rate is the rate as --rate takes it.
func (p Pool) rate() string { return strconv.FormatFloat(p.Rate, 'f', -1, 64) }

// list is numbers as a flag takes them.
func list(numbers []int) string {
	words := make([]string, len(numbers))
	for i, n := range numbers {
		words[i] = strconv.Itoa(n)
	}
	return strings.Join(words, ",")
}

// Run tries each pool.
func (p Pool) Run(ctx context.Context, tell func(measure.Progress)) (*Result, error) {
	result := New(p.Name(), p.Args())
	result.Setting = p.setting()
	b, err := newBench(p.Name(), len(p.Pools), tell)
	if err != nil {
		return nil, err
	}
	defer b.stop()
	p.offered(result)
	var tries []try
	for _, size := range p.Pools {
		t, err := p.try(ctx, b, result, size)
		if err != nil {
			return nil, err
		}
		tries = append(tries, t)
	}
	result.Runs, err = b.timelines()
	if errors.Is(err, timeline.ErrTooLong) {
		result.Runs, err = b.runs, nil // the numbers are whole without it
	}
	if err != nil {
		return nil, err
	}
	p.sumUp(result, tries)
	return result, nil
}

func (p Pool) setting() string {
	does := "reads a row, on a connection that it needs for "
	if p.Write {
		does = "writes a row, in a transaction that takes "
	}
	return fmt.Sprintf("%d requests, of which %s come in a second; each %s%s", p.Tasks, p.rate(), does, measure.Human(p.Delay))
}

// load is how many connections are in use, on average, where no request has to queue: L = λ·W (Little 1961, A Proof for the
// Queuing Formula).
func (p Pool) load() float64 { return p.Rate * p.Delay.Seconds() }

// offered adds what comes to every pool.
func (p Pool) offered(r *Result) {
	r.Add("tasks", "the requests are", Count, float64(p.Tasks))
	r.Add("rate", "those that come in a second are", Count, p.Rate)
	r.Add("delay", "each needs a connection for", Duration, float64(p.Delay))
	r.Add("offered", "by Little's law, rate × delay, the connections that they keep in use are", Count, p.load())
}

// try is what came of a pool.
type try struct {
	size             int
	elapsed          time.Duration
	latency, slowest time.Duration // of the requests, from arrival to answer: the median, and the longest
	queued           time.Duration // the median wait for a connection
	held             time.Duration // how long a connection was held, on average: Little's law is about averages
	busy             float64       // how many connections were held, on average
	locked           float64       // how many of these only queued for the write lock
}

// name is what the way through this pool is called.
func (t try) name() string { return "pool-" + strconv.Itoa(t.size) }

// try has the requests come to a pool.
func (p Pool) try(ctx context.Context, b *bench, result *Result, size int) (t try, err error) {
	t.size = size
	pool, err := lab.OpenPool(ctx, lab.Spec{Tasks: p.Tasks, Delays: []time.Duration{p.Delay}, Pool: size}, p.Write)
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	if pool != nil {
		defer func() { err = errors.Join(err, pool.Close()) }()
	}
	if err != nil {
		return t, err
	}
	result.Real, result.Simulated = pool.Real, pool.Simulated
	w := way{
		name: t.name(), examples: []string{"at-rate", "query"}, tasks: pool.Tasks, strategy: demos.AtRate(p.interval()),
	}
	if p.Write {
		w.examples[1] = "database"
	}
	times, err := b.run(ctx, w)
	if err != nil {
		return t, failed(ctx, p, w, len(b.runs), err)
	}
	t.elapsed = b.runs[len(b.runs)-1].Elapsed
	t.sumUp(times, pool.Uses())
	return t, nil
}

// failed tells which requests of a way failed, unless it is ctx that ended them.
func failed(ctx context.Context, e Experiment, w way, round int, err error) error {
	joined, ok := err.(interface{ Unwrap() []error })
	if ctx.Err() != nil || !ok {
		return err
	}
	errs := joined.Unwrap()
	return &measure.TaskError{
		Workload: e.Name(), Strategy: w.name, Round: round, Failed: len(errs), Tasks: len(w.tasks), First: errs[0],
		Next: "try fewer --tasks",
	}
}

// sumUp sums up what each request took, and what it had of its connection.
func (t *try) sumUp(times []time.Duration, uses []lab.Use) {
	var queued []time.Duration
	var held, locked time.Duration
	for _, use := range uses {
		queued = append(queued, use.Queued)
		held += use.Held
		locked += use.Locked
	}
	slices.Sort(queued)
	slices.Sort(times)
	t.latency, t.slowest, t.queued = predict.Percentile(times, 0.5), times[len(times)-1], predict.Percentile(queued, 0.5)
	t.held = held / time.Duration(len(uses))
	t.busy, t.locked = float64(held)/float64(t.elapsed), float64(locked)/float64(t.elapsed)
}

// sumUp makes facts, charts and a sentence of what came of all pools.
func (p Pool) sumUp(r *Result, tries []try) {
	latency := Chart{Title: "The median request, from its arrival to its answer", Unit: Duration}
	busy := Chart{Title: "Connections in use, on average", Unit: Count}
	locked := Chart{Title: "Of these, queueing for SQLite's write lock", Unit: Count}
	for _, t := range tries {
		t.facts(r)
		if p.Write {
			r.Add(t.name()+".locked", "of these, those that only queued for SQLite's write lock were", Count, t.locked)
		}
		latency.Bars = append(latency.Bars, Bar{t.name(), float64(t.latency)})
		busy.Bars = append(busy.Bars, Bar{t.name(), t.busy})
		locked.Bars = append(locked.Bars, Bar{t.name(), t.locked})
	}
	r.Charts = []Chart{latency, busy}
	if p.Write {
		r.Charts = append(r.Charts, locked)
	}
	r.Learned = p.learned(tries)
}

// facts adds what came of a pool.
func (t try) facts(r *Result) {
	pool := fmt.Sprintf("a pool of %d", t.size)
	r.Add(t.name()+".elapsed", "through "+pool+", all requests took", Duration, float64(t.elapsed))
	r.Add(t.name()+".latency", "through "+pool+", the median request took", Duration, float64(t.latency))
	r.Add(t.name()+".slowest", "through "+pool+", the slowest request took", Duration, float64(t.slowest))
	r.Add(t.name()+".queued", "the median wait for a connection of "+pool+" was", Duration, float64(t.queued))
	r.Add(t.name()+".held", "a connection of "+pool+" was held, on average, for", Duration, float64(t.held))
	r.Add(t.name()+".busy", "of "+pool+", the connections in use on average (all the times held / elapsed) were", Count, t.busy)
}

// connections counts them.
func connections(n float64) string {
	if written := Count.Format(n); written != "1" {
		return written + " connections"
	}
	return "1 connection"
}

// learned says what the numbers say.
func (p Pool) learned(tries []try) string {
	slices.SortFunc(tries, func(a, b try) int { return a.size - b.size })
	smallest, largest := tries[0], tries[len(tries)-1]
	if p.Write {
		return learnedWriting(smallest, largest)
	}
	law := fmt.Sprintf("%s requests a second × %s keep %s in use (Little's law)",
		p.rate(), measure.Human(p.Delay), connections(p.load()))
	wait := func(t try) string { return measure.Human(t.queued) }
	enough := slices.IndexFunc(tries, try.enough)
	switch {
	case enough < 0:
		return fmt.Sprintf("%s, and no pool had enough: with %d, the median wait for one was still %s.",
			law, largest.size, wait(largest))
	case enough == 0:
		return fmt.Sprintf("%s, and no pool had too few: with %d, the median wait for one was %s.",
			law, smallest.size, wait(smallest))
	}
	said := fmt.Sprintf("%s: with %d, the median wait for one was %s, and with %d it was %s",
		law, smallest.size, wait(smallest), tries[enough].size, wait(tries[enough]))
	if tries[enough].size < largest.size {
		said += fmt.Sprintf("; %d gained nothing more", largest.size)
	}
	return said + "."
}

// enough tells whether a pool was large enough: whoever needed a connection had one, or nearly so.
func (t try) enough() bool { return t.queued < t.held/10 }

// learnedWriting says what the numbers say of one writer at a time.
func learnedWriting(smallest, largest try) string {
	said := fmt.Sprintf("SQLite takes one writer at a time: of %s in use, %s only queued for its write lock",
		connections(largest.busy), Count.Format(largest.locked))
	if largest.size == smallest.size || largest.locked < 1 {
		return said + fmt.Sprintf(", and the median request took %s.", measure.Human(largest.latency))
	}
	return said + fmt.Sprintf(". A pool of %d took %s and one of %d %s: a larger pool moved the queue into the database.",
		smallest.size, measure.Human(smallest.elapsed), largest.size, measure.Human(largest.elapsed))
}
