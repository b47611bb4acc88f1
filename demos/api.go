package demos

import (
	"context"
	"fmt"
	"time"
)

// What a request of the API may ask for.
const (
	MaxDelay = 30 * time.Second // to wait for, all in all
	MaxWork  = time.Second      // to compute
	MaxTasks = 1000             // to run inside one request
)

// Greeting is what GET / answers.
type Greeting struct {
	Hello string `json:"Hello" example:"World"`
}

// SayHello answers {"Hello":"World"}.
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
	Q      *string `json:"q" nullable:"true" doc:"The query, or null where there was none."`
}

// ReadItem answers what it was asked: the number in the path, and
// the query, which is null where there is none.
func ReadItem(_ context.Context, in *ItemQuery) (*Item, error) {
	item := &Item{ItemID: in.ItemID}
	if in.Q != "" {
		item.Q = &in.Q
	}
	return item, nil
}

// SlowQuery is what GET /slow takes.
type SlowQuery struct {
	Delay string `query:"delay" default:"1s" doc:"How long to wait: a duration such as 100ms, up to 30s."`
}

// Waited is what GET /slow answers.
type Waited struct {
	Waited float64 `json:"waited_ms" doc:"How long it waited, in milliseconds."`
}

// Slow waits, and the server goes on meanwhile: net/http runs each
// request in a goroutine of its own.
func Slow(ctx context.Context, in *SlowQuery) (*Waited, error) {
	delay, err := parseDuration("delay", in.Delay, MaxDelay)
	if err != nil {
		return nil, err
	}
	start := time.Now()
	// ctx ends when the client leaves: nobody waits for nobody.
	if err := Sleep(delay).Run(ctx); err != nil {
		return nil, err
	}
	return &Waited{milliseconds(time.Since(start))}, nil
}

// FanoutQuery is what GET /fanout takes.
type FanoutQuery struct {
	Tasks    int    `query:"tasks" default:"10" minimum:"1" maximum:"1000" doc:"How many tasks."`
	Delay    string `query:"delay" default:"100ms" doc:"How long each waits: a duration such as 100ms. All together take at most 30s."`
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

// Fanout runs many waits inside one request, as a handler does that
// asks other services before it answers.
func Fanout(ctx context.Context, in *FanoutQuery) (*Fanned, error) {
	run, wait, ideal, err := in.plan()
	if err != nil {
		return nil, err
	}
	start := time.Now()
	times := make([]TaskTime, in.Tasks) // a slot each needs no lock
	tasks := make([]Task, in.Tasks)
	for i := range tasks {
		tasks[i] = timed(wait, start, &times[i])
	}
	if err := run(ctx, tasks); err != nil {
		return nil, err
	}
	elapsed := milliseconds(time.Since(start))
	return &Fanned{in.Strategy, elapsed, milliseconds(ideal), times}, nil
}

// plan is the strategy that was asked for, the task that it runs so
// often, and how long all take where only the waiting takes time.
func (q *FanoutQuery) plan() (Strategy, Task, time.Duration, error) {
	run, turns := Goroutines, 1
	switch q.Strategy {
	case "sequential":
		run, turns = Sequential, q.Tasks
	case "limited":
		run, turns = Limited(q.Limit), (q.Tasks+q.Limit-1)/q.Limit
	}
	delay, err := parseDuration("delay", q.Delay, MaxDelay)
	ideal := time.Duration(turns) * delay
	if err == nil && ideal > MaxDelay {
		err = Invalid{"delay", q.Delay, fmt.Sprintf(
			"%d tasks take %s by %s, and %s is the most", q.Tasks, ideal, q.Strategy, MaxDelay)}
	}
	return run, Sleep(delay), ideal, err
}

// timed runs a task and notes when.
func timed(task Task, zero time.Time, noted *TaskTime) Task {
	return Task{task.Name, func(ctx context.Context) error {
		noted.Start = milliseconds(time.Since(zero))
		err := task.Run(ctx)
		noted.End = milliseconds(time.Since(zero))
		return err
	}}
}

// WorkQuery is what GET /cpu takes.
type WorkQuery struct {
	Work string `query:"work" default:"50ms" doc:"What a core that does nothing else takes: a duration such as 50ms, up to 1s."`
}

// Worked is what GET /cpu answers.
type Worked struct {
	Worked float64 `json:"worked_ms" doc:"How long it took, in milliseconds: more where requests share the cores."`
	Hashes int     `json:"hashes" doc:"How many hashes were computed."`
}

// Compute keeps a core busy, which waiting does not: requests at once
// gain only as far as there are cores. hashes tells how many of them
// take a core a given time.
func Compute(
	hashes func(context.Context, time.Duration) (int, error),
) func(context.Context, *WorkQuery) (*Worked, error) {
	return func(ctx context.Context, in *WorkQuery) (*Worked, error) {
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
		return &Worked{milliseconds(time.Since(start)), n}, nil
	}
}

// Invalid is an error in what a client asked for.
type Invalid struct {
	Parameter, Value string // of the query
	Why              string
}

func (i Invalid) Error() string { return i.Parameter + ": " + i.Why }

// parseDuration reads a parameter of the query that is a duration.
func parseDuration(parameter, text string, most time.Duration) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if err != nil {
		return 0, Invalid{parameter, text, "no duration; write it like 100ms or 1s"}
	}
	if d < 0 || d > most {
		return 0, Invalid{parameter, text, fmt.Sprintf("out of range; give 0s to %s", most)}
	}
	return d, nil
}

func milliseconds(d time.Duration) float64 {
	return float64(d.Microseconds()) / 1000
}
