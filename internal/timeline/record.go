package timeline

import (
	"context"
	"errors"
	"fmt"
	"runtime/trace"
	"strconv"
	"sync"
	"time"

	"meanwhile/demos"
)

// MaxTasks is how many lanes a timeline has at most: beyond, the picture says no more, and the trace grows large.
const MaxTasks = 2000

// maxTrace is how many bytes of a trace are kept.
const maxTrace = 64 << 20

// ErrBusy tells that the process is traced already, by this package or by something else: the runtime takes one trace at a
// time.
var ErrBusy = errors.New("this process is being traced already, and only one trace can run; end that one first")

// ErrTooLong tells that the trace outgrew what is kept of it.
var ErrTooLong = fmt.Errorf("the trace grew beyond %d MB or %d spans", maxTrace>>20, maxSpans)

// Busy tells whether the process is being traced.
func Busy() bool { return trace.IsEnabled() }

// Recording is the trace of this process, while it is taken and afterwards.
type Recording struct {
	trace bounded
	runs  []Run
	once  sync.Once
}

// Run is what there is to know of a run beside its trace.
type Run struct {
	// Name is the strategy's, and Tasks how many tasks it runs.
	Name  string
	Tasks int

	// Slots tells that tasks queue for one, from the beginning of the run.
	Slots bool
}

// Record starts the trace. The caller stops it.
func Record() (*Recording, error) {
	r := &Recording{}
	if err := trace.Start(&r.trace); err != nil {
		return nil, fmt.Errorf("%w (%w)", ErrBusy, err)
	}
	return r, nil
}

// Stop ends the trace. It may be called again.
func (r *Recording) Stop() { r.once.Do(trace.Stop) }

// Run calls run, which runs marked tasks with the context that it is given. The trace shows it as a user task.
func (r *Recording) Run(ctx context.Context, about Run, run func(context.Context) error) error {
	r.runs = append(r.runs, about)
	ctx, whole := trace.NewTask(ctx, about.Name)
	defer whole.End()
	return run(ctx)
}

// What tasks are marked with, next to their region: the lane's number, and that a coroutine is about to pause.
const (
	lane  = "task"
	pause = "pause"
)

// Mark returns the same tasks, each marked as a region of a kind in the trace.
func Mark(kind string, tasks []demos.Task) []demos.Task {
	marked := make([]demos.Task, len(tasks))
	for i, task := range tasks {
		number := strconv.Itoa(i)
		marked[i] = demos.Task{Name: task.Name, Run: func(ctx context.Context) error {
			defer trace.StartRegion(ctx, kind).End()
			trace.Log(ctx, lane, number)
			return task.Run(ctx)
		}}
	}
	return marked
}

// MarkCoroutines is Mark for coroutines, in the context of their run. The runtime tells when a coroutine pauses, but not
// where: a log before each pause does.
func MarkCoroutines(ctx context.Context, kind string, coroutines []demos.Coroutine) []demos.Coroutine {
	marked := make([]demos.Coroutine, len(coroutines))
	for i, coroutine := range coroutines {
		number := strconv.Itoa(i)
		marked[i] = func(yield func(time.Duration) bool) {
			defer trace.StartRegion(ctx, kind).End()
			trace.Log(ctx, lane, number)
			coroutine(func(wait time.Duration) bool {
				trace.Log(ctx, pause, "")
				return yield(wait)
			})
		}
	}
	return marked
}

// Trace is the raw trace, as 'go tool trace' reads it, once Stop has been called.
func (r *Recording) Trace() []byte { return r.trace.data }

// Timelines reads the trace, once Stop has been called: a timeline for each run, in their order.
func (r *Recording) Timelines() ([]*Timeline, error) {
	if r.trace.full {
		return nil, ErrTooLong
	}
	return read(r.trace.data, r.runs)
}

// bounded is a buffer that takes no more than maxTrace bytes. Only the runtime's own goroutine writes to it, until Stop.
type bounded struct {
	data []byte
	full bool
}

func (b *bounded) Write(p []byte) (int, error) {
	if b.full = b.full || len(b.data)+len(p) > maxTrace; !b.full {
		b.data = append(b.data, p...)
	}
	return len(p), nil
}
