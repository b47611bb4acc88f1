package demos

import (
	"context"
	"fmt"
	"time"
)

// The handlers of the hello API. Each is a plain function from what a request holds to what is answered, and knows
// nothing of HTTP. Its struct stands for the parameters of a function in FastAPI: types and tags tell the router what
// comes from the path, what from the query, and within which bounds. What does not fit them never gets here.

// What one request may ask for.
const (
	MaxDelay = 30 * time.Second // of waiting, from the first task to the last
	MaxWork  = time.Second      // of computing
	MaxTasks = 1000             // as the tags of FanoutQuery say
)

// Greeting is what GET / answers.
type Greeting struct {
	Hello string `json:"Hello" example:"World"`
}

// SayHello answers GET / with {"Hello":"World"}.
func SayHello(_ context.Context, _ *struct{}) (*Greeting, error) {
	return &Greeting{Hello: "World"}, nil
}

// ItemQuery is what GET /items/{item_id} takes.
type ItemQuery struct {
	ItemID int    `path:"item_id" doc:"A whole number." example:"5"`
	Q      string `query:"q" doc:"Any text." example:"somequery" maxLength:"1000"`
}

// Item is what GET /items/{item_id} answers.
type Item struct {
	ItemID int     `json:"item_id"`
	Q      *string `json:"q" doc:"The query, or null where there was none."`
}

// ReadItem answers GET /items/5?q=somequery with number and text,
// which is null where it is absent or empty.
func ReadItem(_ context.Context, in *ItemQuery) (*Item, error) {
	item := &Item{ItemID: in.ItemID}
	if in.Q != "" {
		item.Q = &in.Q // else it stays nil: null in JSON
	}
	return item, nil
}

// SlowQuery is what GET /slow takes.
type SlowQuery struct {
	Delay string `query:"delay" default:"1s" doc:"How long to wait: 100ms, 1s, or a number of seconds; up to 30s."`
}

// Waited is what GET /slow answers.
type Waited struct {
	Waited float64 `json:"waited_ms" doc:"How long it waited, in milliseconds."`
}

// Slow answers GET /slow?delay=1s when the delay is over. Meanwhile
// the others are answered: each request has its own goroutine.
func Slow(ctx context.Context, in *SlowQuery) (*Waited, error) {
	delay, err := parseDuration("delay", in.Delay, MaxDelay)
	if err != nil {
		return nil, err
	}
	start := time.Now()
	// ctx ends if the client leaves: nobody is left to answer.
	if err := Sleep(delay).Run(ctx); err != nil {
		return nil, err
	}
	return &Waited{ms(time.Since(start))}, nil
}

// FanoutQuery is what GET /fanout takes.
type FanoutQuery struct {
	Tasks    int    `query:"tasks" default:"10" minimum:"1" maximum:"1000" doc:"How many tasks."`
	Delay    string `query:"delay" default:"100ms" doc:"How long each waits: 100ms, 1s, or a number of seconds. All together take at most 30s."`
	Strategy string `query:"strategy" default:"goroutines" enum:"sequential,goroutines,limited" doc:"How they are run."`
	Limit    int    `query:"limit" default:"3" minimum:"1" maximum:"1000" doc:"How many at once, where the strategy is limited."`
}

// Fanned is what GET /fanout answers.
type Fanned struct {
	Strategy string     `json:"strategy" enum:"sequential,goroutines,limited"`
	Elapsed  float64    `json:"elapsed_ms" doc:"What all tasks took, in milliseconds."`
	Ideal    float64    `json:"ideal_ms" doc:"What they take where nothing but the waiting takes time, in milliseconds."`
	Tasks    []TaskTime `json:"tasks" nullable:"false" doc:"Each task, in the order of their numbers."`
}

// TaskTime is when a task ran.
type TaskTime struct {
	Start float64 `json:"start_ms" doc:"Milliseconds from the beginning of the first task on."`
	End   float64 `json:"end_ms" doc:"Milliseconds from the beginning of the first task on."`
}

// Fanout answers GET /fanout?tasks=10&delay=100ms when all tasks
// have waited, as a handler does that asks other services first.
func Fanout(ctx context.Context, in *FanoutQuery) (*Fanned, error) {
	delay, err := parseDuration("delay", in.Delay, MaxDelay)
	if err != nil {
		return nil, err
	}
	run, turns := in.strategy()
	ideal := time.Duration(turns) * delay
	if ideal > MaxDelay {
		return nil, in.tooLong(ideal)
	}
	start := time.Now()
	times := make([]TaskTime, in.Tasks) // a slot each needs no lock
	tasks := make([]Task, in.Tasks)
	for i := range tasks {
		tasks[i] = timed(Sleep(delay), start, &times[i])
	}
	if err := run(ctx, tasks); err != nil {
		return nil, err
	}
	elapsed := ms(time.Since(start))
	return &Fanned{in.Strategy, elapsed, ms(ideal), times}, nil
}

// strategy returns what runs the tasks, and how many turns it takes: those of one turn wait at the same time.
func (q *FanoutQuery) strategy() (run Strategy, turns int) {
	switch q.Strategy {
	case "sequential":
		return Sequential, q.Tasks
	case "limited":
		return Limited(q.Limit), (q.Tasks + q.Limit - 1) / q.Limit // the last turn may have room left
	}
	return Goroutines, 1
}

// tooLong is the error of tasks that wait too long all together.
func (q *FanoutQuery) tooLong(all time.Duration) error {
	return Invalid{"delay", q.Delay, fmt.Sprintf(
		"%d tasks take %s by %s, and %s is the most", q.Tasks, all, q.Strategy, MaxDelay)}
}

// timed has a task note when it starts and ends.
func timed(task Task, zero time.Time, noted *TaskTime) Task {
	return Task{task.Name, func(ctx context.Context) error {
		noted.Start = ms(time.Since(zero))
		err := task.Run(ctx)
		noted.End = ms(time.Since(zero))
		return err
	}}
}

// WorkQuery is what GET /cpu takes.
type WorkQuery struct {
	Work string `query:"work" default:"50ms" doc:"What a core that does nothing else takes: 50ms, 1s, or a number of seconds; up to 1s."`
}

// Worked is what GET /cpu answers.
type Worked struct {
	Worked float64 `json:"worked_ms" doc:"How long it took, in milliseconds: more where requests share the cores."`
	Hashes int     `json:"hashes" doc:"How many hashes were computed."`
}

// Compute answers GET /cpu?work=50ms when a core has done that much
// work. Waits overlap; work needs cores, and more requests at once
// than there are cores share them. hashes turns time into work.
func Compute(
	hashes func(context.Context, time.Duration) (int, error),
) func(context.Context, *WorkQuery) (*Worked, error) {
	return func(
		ctx context.Context, in *WorkQuery,
	) (*Worked, error) {
		work, err := parseDuration("work", in.Work, MaxWork)
		if err != nil {
			return nil, err
		}
		n, err := hashes(ctx, work)
		if err != nil {
			return nil, err
		}
		start := time.Now()
		if err := Hash(n).Run(ctx); err != nil {
			return nil, err
		}
		return &Worked{ms(time.Since(start)), n}, nil
	}
}

// Invalid is an error in what a client asked for.
type Invalid struct {
	Parameter, Value string // of the query
	Why              string
}

func (i Invalid) Error() string { return i.Parameter + ": " + i.Why }

// parseDuration reads a duration, of which the router knows no more than that it is a text.
func parseDuration(parameter, text string, most time.Duration) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if err != nil {
		d, err = time.ParseDuration(text + "s") // a bare number is seconds, as in Python
	}
	if err != nil {
		return 0, Invalid{parameter, text, "no duration; write it like 100ms or 1s"}
	}
	if d < 0 || d > most {
		return 0, Invalid{parameter, text, fmt.Sprintf("out of range; give 0s to %s", most)}
	}
	return d, nil
}

// ms is a duration in the unit that the names in JSON end in.
func ms(d time.Duration) float64 {
	return float64(d.Microseconds()) / 1000
}
