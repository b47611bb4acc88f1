// Package demos is what a learner reads and runs: tasks that wait, strategies that run them, the article's coroutine, the
// handlers of the hello API, and programs that are wrong on purpose. It knows nothing of measuring, printing or flags.
package demos

import "context"

// Task is one piece of work, most of it usually spent waiting.
type Task struct {
	// Name tells the task from its siblings in an error or on a timeline.
	Name string

	// Run does the work and returns early, with ctx's error, when ctx ends.
	Run func(ctx context.Context) error
}

// Strategy runs tasks: it starts each task unless ctx ends first, waits for every one that it started, and joins their
// errors. Only ErrGroup stops at the first error.
type Strategy func(ctx context.Context, tasks []Task) error
