//go:build unix

package tui

import (
	"context"
	"errors"
	"io"
	"testing"
	"time"

	"go.uber.org/goleak"

	"meanwhile/internal/course"
	"meanwhile/internal/experiment"
	"meanwhile/internal/measure"
	"meanwhile/internal/progress"
	"meanwhile/internal/term"
)

func TestLeavingALessonStopsTheRunAndWaitsForIt(t *testing.T) {
	for _, c := range []struct {
		name, key string
		want      error
	}{
		{"q", "q", nil},
		{"^C", "\x03", context.Canceled},
		{"the end of the context", "", errTest},
	} {
		t.Run(c.name, func(t *testing.T) {
			defer goleak.VerifyNone(t)
			ctx, cancel := context.WithCancelCause(t.Context())
			defer cancel(nil)
			p := atTerminal(t)
			ended := make(chan error)
			session := course.Begin(parsed(t), progress.Lesson{Step: atRun}, time.Now())
			ran := false // until the run is over, it belongs to the run
			desk := course.Desk{
				Prepare: func([]string) (experiment.Runner, error) { return endless(&ran), nil },
				Keep:    func(*course.Session) error { return nil },
			}
			go func() {
				streams := &term.Streams{In: p.terminal, Out: p.terminal, Width: 80}
				ended <- Lesson(ctx, streams, session, desk, Look{})
			}()
			p.awaits("Enter runs it")
			p.types("\r")
			p.awaits("sleep  one more round, traced  goroutines")
			p.awaits("it began")
			if c.key == "" {
				cancel(c.want)
			} else {
				p.types(c.key)
			}
			if err := <-ended; !errors.Is(err, c.want) {
				t.Errorf("it ends with %v, want %v", err, c.want)
			}
			if !ran {
				t.Error("it did not wait for the run")
			}
			if session.At() != atRun {
				t.Errorf("the learner is at step %d, and was at %d", session.At(), atRun)
			}
			p.leaves()
		})
	}
}

// endless makes a run that ends only when it is stopped.
func endless(ran *bool) experiment.Runner {
	return func(ctx context.Context, out io.Writer, tell func(measure.Progress)) (*experiment.Result, error) {
		defer func() { *ran = true }()
		if _, err := io.WriteString(out, "it began\n"); err != nil {
			return nil, err
		}
		plan := measure.DefaultPlan()
		plan.Workloads, plan.Strategies = []string{"sleep"}, []string{"goroutines"}
		plan.Spec.Tasks, plan.Spec.Delays = 2, []time.Duration{time.Millisecond}
		plan.Rounds, plan.Warmup, plan.Traced = 1, 0, true
		_, err := measure.Run(ctx, plan, "sleep", tell)
		<-ctx.Done()
		return nil, errors.Join(err, ctx.Err())
	}
}
