// Package lab sets a workload up for real (a server, a database, files on a disk) and hands out its tasks.
package lab

import (
	"context"
	"errors"
	"slices"
	"time"

	"meanwhile/demos"
	"meanwhile/internal/predict"
)

// Workload is a kind of work that can be set up. A Plan's words for it stand here, and nowhere else.
type Workload struct {
	// Name is the word for it in flags and tables, and for its source.
	Name string

	// Task says what one task does, in a few words.
	Task string

	// Shares is what its tasks share although a prediction takes them for independent: the first thing to look at when
	// they get into each other's way.
	Shares string

	// Flags are the options that it takes besides those of every workload.
	Flags []string

	// taskMemory is about how many bytes a task in flight needs, the part of a server of ours included.
	taskMemory int64

	// Blocks tells that a task waits inside system calls, each of which holds a thread of the operating system.
	Blocks bool

	open func(ctx context.Context, spec Spec) (*Lab, error)
}

// Workloads lists every workload, the plainest first.
func Workloads() []Workload {
	return []Workload{
		{
			Name: "sleep", Task: "sleeps", Shares: "the scheduler",
			Flags:      []string{"delay"},
			taskMemory: 4 << 10, open: openSleep,
		},
		{
			Name: "file", Task: "writes a file and reads it back", Shares: "the disk",
			Flags:      []string{"size", "sync", "dir"},
			taskMemory: 16 << 10, Blocks: true, open: openFile,
		},
		{
			Name: "network", Task: "GETs a URL and reads the answer", Shares: "the server, where they may queue, and the cores",
			Flags:      []string{"delay", "jitter", "seed", "url"},
			taskMemory: 64 << 10, open: openNetwork,
		},
		{
			Name: "database", Task: "reads and writes a row, in a transaction", Shares: "the database",
			Flags:      []string{"delay", "dsn", "pool", "dir"},
			taskMemory: 16 << 10, Blocks: true, open: openDatabase,
		},
		{
			Name: "cpu", Task: "computes hashes, one from the other", Shares: "the cores",
			Flags:      []string{"delay", "work", "procs"},
			taskMemory: 4 << 10, open: openCPU,
		},
	}
}

// Find returns the workload of that name.
func Find(name string) (Workload, bool) {
	i := slices.IndexFunc(Workloads(), func(w Workload) bool { return w.Name == name })
	if i < 0 {
		return Workload{}, false
	}
	return Workloads()[i], true
}

// Open sets the workload up, ready to run. The caller closes the lab.
func (w Workload) Open(ctx context.Context, spec Spec) (*Lab, error) {
	lab, err := w.open(ctx, spec)
	if err != nil {
		return nil, err
	}
	lab.Workload = w
	return lab, nil
}

// Lab is a workload that has been set up.
type Lab struct {
	Workload Workload

	// Tasks are the same for every strategy. Each may run many times, but not twice at once.
	Tasks []demos.Task

	// Real says what really happens in a task; Simulated says what does not, and is empty where all is real.
	Real      string
	Simulated string

	// Delays is the known wait in each task; zero where nothing is known.
	Delays []time.Duration

	// Slots is how many tasks the thing itself serves at once, as a pool does; 0 is all.
	Slots int

	// Shared is what else the tasks are known to share.
	Shared []predict.Resource

	// Work is how many hashes a task of the cpu workload computes.
	Work int

	// OwnServer tells that the process also does the work of the server that the tasks call.
	OwnServer bool

	// MemoryDisk tells that files are kept in memory, where waiting for the disk takes no time.
	MemoryDisk bool

	closers []func() error
}

// Close ends what Open started and removes what it made. It returns every error on the way.
func (l *Lab) Close() error {
	var errs []error
	for _, closer := range slices.Backward(l.closers) {
		errs = append(errs, closer())
	}
	l.closers = nil
	return errors.Join(errs...)
}

// onClose has Close call closer, before those that were added earlier.
func (l *Lab) onClose(closer func() error) { l.closers = append(l.closers, closer) }

// abandon closes a lab whose setting up failed with err.
func (l *Lab) abandon(err error) (*Lab, error) {
	return nil, errors.Join(err, l.Close())
}
