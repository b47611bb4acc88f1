package timeline_test

import (
	"context"
	"runtime"
	"slices"
	"testing"

	"meanwhile/demos"
	"meanwhile/internal/timeline"
)

// sleeps are a thousand tasks of 30 ms, and about says so.
func sleeps() (tasks []demos.Task, about timeline.Run) {
	tasks = slices.Repeat([]demos.Task{demos.Sleep(30 * ms)}, 1000)
	return tasks, timeline.Run{Name: "goroutines", Tasks: len(tasks)}
}

// What tracing costs: how long a round of a thousand tasks takes with it and without. Compare with benchstat -col /impl.
//
//	go test -run - -bench Trace -count 10 ./internal/timeline | benchstat -col /impl -
func BenchmarkTrace(b *testing.B) {
	tasks, about := sleeps()
	marked := timeline.Mark("sleep", tasks)
	b.Run("impl=untraced", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			runtime.GC()
			b.StartTimer()
			if err := demos.Goroutines(b.Context(), tasks); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("impl=traced", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			recording, err := timeline.Record()
			if err != nil {
				b.Fatal(err)
			}
			runtime.GC()
			b.StartTimer()
			err = recording.Run(b.Context(), about, func(ctx context.Context) error { return demos.Goroutines(ctx, marked) })
			b.StopTimer()
			recording.Stop()
			if err != nil {
				b.Fatal(err)
			}
			b.StartTimer()
		}
	})
}

// What it takes to read the trace of a thousand tasks back.
func BenchmarkTimelines(b *testing.B) {
	tasks, about := sleeps()
	recording, err := timeline.Record()
	if err != nil {
		b.Fatal(err)
	}
	defer recording.Stop()
	err = recording.Run(b.Context(), about, func(ctx context.Context) error {
		return demos.Goroutines(ctx, timeline.Mark("sleep", tasks))
	})
	recording.Stop()
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(recording.Trace())))
	b.ReportAllocs()
	spans := 0
	for b.Loop() {
		lines, err := recording.Timelines()
		if err != nil {
			b.Fatal(err)
		}
		spans = lines[0].Spans()
	}
	b.ReportMetric(float64(spans), "spans")
}
