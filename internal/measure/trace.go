package measure

import (
	"context"
	"errors"
	"runtime"

	"meanwhile/demos"
	"meanwhile/internal/source"
	"meanwhile/internal/timeline"
)

// traceable tells whether the plan asks for timelines, and the tasks are few enough for them.
func (b *bench) traceable() bool { return b.plan.Traced && len(b.lab.Tasks) <= timeline.MaxTasks }

// trace runs each strategy once more, under the runtime's tracer. These rounds are extra: none of them is measured.
func (b *bench) trace(ctx context.Context) error {
	kind := b.lab.Workload.Name
	tasks, seen := observe(timeline.Mark(kind, b.lab.Tasks))
	recording, err := timeline.Record()
	if err != nil {
		return err
	}
	defer recording.Stop()
	for _, strategy := range b.strategies {
		b.announce(Progress{Strategy: strategy.Name, Slots: strategy.Slots, Flight: Flight{seen}, Traced: true})
		seen.forget()
		runtime.GC()
		seen.begin()
		about := timeline.Run{Name: strategy.Name, Tasks: len(tasks), Slots: strategy.Slots > 0}
		err := recording.Run(ctx, about, func(ctx context.Context) error { return strategy.Run(ctx, tasks) })
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err != nil {
			return b.failed(strategy.Name, err)
		}
	}
	recording.Stop()
	read, err := recording.Timelines()
	if errors.Is(err, timeline.ErrTooLong) {
		b.untraced = err // what was measured is whole without it
		return nil
	}
	if err != nil {
		return err
	}
	b.raw, b.timelines = recording.Trace(), map[string]*timeline.Timeline{}
	for i, strategy := range b.strategies {
		b.timelines[strategy.Name] = read[i]
	}
	return nil
}

// sources is the code of the tasks, and then of the strategies that ran them.
func sources(workload string, rows []Row) []Source {
	names := []string{workload}
	for _, row := range rows {
		names = append(names, row.Strategy)
	}
	var found []Source
	for _, name := range names {
		for _, example := range demos.Examples() {
			if example.Name != name {
				continue
			}
			if code, err := source.Of(demos.Files, example.Func); err == nil { // shown where it is at hand
				found = append(found, Source{Name: name, File: code.File, Line: code.First, Text: Code(code.Text)})
			}
		}
	}
	return found
}
