package report_test

import (
	"bytes"
	"fmt"
	"io"
	"testing"
	"time"

	"meanwhile/internal/measure"
	"meanwhile/internal/report"
	"meanwhile/internal/timeline"
)

// recorded is a comparison of two strategies whose tasks have 50 spans each; spans is how many all have.
func recorded(spans int) *measure.Comparison {
	c := traced()
	r := &c.Results[0]
	r.Rows = r.Rows[:2]
	r.Tasks = spans / 2 / 50
	for i := range r.Rows {
		t := &timeline.Timeline{
			Reasons: []string{"", "for the network: the answer", "for a core"}, Places: []string{"", "tasks.go:62", "tasks.go:68"},
		}
		for task := range r.Tasks {
			start := time.Duration(0)
			if r.Rows[i].Slots == 1 {
				start = time.Duration(task) * 50 * ms
			}
			t.Lanes = append(t.Lanes, busyLane(start, 50))
			t.Elapsed = start + 50*ms
		}
		r.Rows[i].Timeline = t
	}
	return c
}

// busyLane is a task that waits, queues and runs in turn, for a millisecond each.
func busyLane(start time.Duration, spans int) timeline.Lane {
	var lane timeline.Lane
	for i := range spans {
		from := start + time.Duration(i)*ms
		state := []timeline.State{timeline.Waiting, timeline.Queued, timeline.Running}[i%3]
		lane = append(lane, timeline.Span{State: state, Start: from, End: from + ms, Why: []int{1, 2, 0}[i%3], Where: 1 + i%2})
	}
	return lane
}

// benchmark runs with recordings of 1,000 and of 100,000 spans: what is linear takes a hundred times as long.
func benchmark(b *testing.B, run func(b *testing.B, c *measure.Comparison)) {
	for _, spans := range []int{1000, 100_000} {
		b.Run(fmt.Sprintf("spans=%d", spans), func(b *testing.B) {
			c := recorded(spans)
			b.ReportAllocs()
			run(b, c)
		})
	}
}

// write is the benchmark of a format.
func write(format report.Format) func(*testing.B, *measure.Comparison) {
	return func(b *testing.B, c *measure.Comparison) {
		for b.Loop() {
			if err := report.Write(io.Discard, format, c, report.Layout{Width: 100, Timelines: true}); err != nil {
				b.Fatal(err)
			}
		}
	}
}

func BenchmarkHTML(b *testing.B)     { benchmark(b, write(report.FormatHTML)) }
func BenchmarkText(b *testing.B)     { benchmark(b, write(report.FormatText)) }
func BenchmarkPerfetto(b *testing.B) { benchmark(b, write(report.FormatPerfetto)) }
func BenchmarkRecord(b *testing.B)   { benchmark(b, write(report.FormatJSON)) }

func BenchmarkRead(b *testing.B) {
	benchmark(b, func(b *testing.B, c *measure.Comparison) {
		var recording bytes.Buffer
		if err := report.Write(&recording, report.FormatJSON, c, report.Layout{}); err != nil {
			b.Fatal(err)
		}
		b.SetBytes(int64(recording.Len()))
		for b.Loop() {
			if _, err := measure.Read(bytes.NewReader(recording.Bytes())); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// A few tasks with very many spans each are the other way to a large recording: none of them is folded away.
func BenchmarkHTMLOfLongLanes(b *testing.B) {
	c := traced()
	c.Results[0].Rows = c.Results[0].Rows[:2]
	for i := range c.Results[0].Rows {
		t := &timeline.Timeline{
			Reasons: []string{"", "for the network: the answer", "for a core"}, Places: []string{"", "tasks.go:62", "tasks.go:68"},
			Elapsed: 5000 * ms,
		}
		for range 10 {
			t.Lanes = append(t.Lanes, busyLane(0, 5000))
		}
		c.Results[0].Rows[i].Timeline = t
	}
	b.ReportAllocs()
	write(report.FormatHTML)(b, c)
}
