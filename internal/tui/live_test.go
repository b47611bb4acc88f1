package tui

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"meanwhile/internal/measure"
	"meanwhile/internal/report"
	"meanwhile/internal/term"
	"meanwhile/internal/timeline"
)

// aRound is a round of some tasks, in which each starts a millisecond after the one before and takes ten.
func aRound(tasks int) *timeline.Timeline {
	t := &timeline.Timeline{Elapsed: time.Duration(tasks+9) * time.Millisecond, Lanes: make([]timeline.Lane, tasks)}
	for i := range t.Lanes {
		start := time.Duration(i) * time.Millisecond
		t.Lanes[i] = timeline.Lane{
			{State: timeline.Queued, End: start},
			{State: timeline.Running, Start: start, End: start + 10*time.Millisecond},
		}
	}
	return t
}

// updated is the model after messages.
func updated(m liveModel, messages ...tea.Msg) liveModel {
	for _, message := range messages {
		next, _ := m.Update(message)
		m = next.(liveModel)
	}
	return m
}

// during runs one round of sleepers and returns the progress that was told, with its flight.
func during(t testing.TB, strategies ...string) []measure.Progress {
	t.Helper()
	plan := measure.DefaultPlan()
	plan.Workloads, plan.Strategies = []string{"sleep"}, strategies
	plan.Spec.Tasks, plan.Spec.Delays = 5, []time.Duration{time.Millisecond}
	plan.Rounds, plan.Warmup = 1, 0
	var told []measure.Progress
	_, err := measure.Run(context.Background(), plan, "sleep", func(p measure.Progress) { told = append(told, p) })
	if err != nil {
		t.Fatal(err)
	}
	return told
}

func TestLanesGrowWhileARoundRuns(t *testing.T) {
	told := during(t, "sequential", "limited")
	m := updated(liveModel{height: 24}, tea.WindowSizeMsg{Width: 60, Height: 24}, liveRound(told[0]), liveLanes(aRound(5)))
	screen := m.View().Content
	if got := strings.Count(screen, "━"); got < 5 {
		t.Errorf("five tasks leave %d signs:\n%s", got, screen)
	}
	if !strings.Contains(screen, "sequential      1  ━") {
		t.Errorf("the first lane has no number:\n%s", screen)
	}
	screen = updated(m, liveRound(told[1]), liveLanes(aRound(5))).View().Content
	for _, want := range []string{"sleep  round 1 of 1  limited", "sequential", "▒"} {
		if !strings.Contains(screen, want) {
			t.Errorf("the screen lacks %q:\n%s", want, screen)
		}
	}
}

func TestTheFlightOfARoundBecomesItsLanes(t *testing.T) {
	round := lanes(during(t, "goroutines")[0])
	if len(round.Lanes) != 5 || round.MostInFlight() < 1 {
		t.Fatalf("five sleepers made %d lanes, at most %d in flight", len(round.Lanes), round.MostInFlight())
	}
	for i, lane := range round.Lanes {
		if lane.Shares().Running != 1 || lane.End() < time.Millisecond {
			t.Errorf("task %d slept for a millisecond, and its lane is %v", i+1, lane)
		}
	}
}

func TestTheViewTellsHowFarTheRoundsAre(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		plan := measure.DefaultPlan()
		plan.Workloads, plan.Strategies = []string{"sleep"}, []string{"sequential", "goroutines"}
		plan.Spec.Tasks, plan.Spec.Delays, plan.Rounds = 2, []time.Duration{time.Second}, 2
		var told []string
		_, err := measure.Run(t.Context(), plan, "sleep", func(p measure.Progress) {
			told = append(told, updated(liveModel{layout: report.Layout{Width: 80}}, liveRound(p)).head())
		})
		if err != nil {
			t.Fatal(err)
		}
		want := []string{
			"sleep  warming up  sequential",
			"sleep  warming up  goroutines",
			"sleep  round 1 of 2  sequential  about 6s left",
			"sleep  round 1 of 2  goroutines  about 6s left",
			"sleep  round 2 of 2  goroutines  about 3s left",
			"sleep  round 2 of 2  sequential  about 3s left",
		}
		if !slices.Equal(told, want) {
			t.Errorf("got  %q\nwant %q", told, want)
		}
	})
}

func TestOnlyThoseQueueThatWaitForASlot(t *testing.T) {
	for _, p := range during(t, "sequential", "goroutines", "workers") {
		for i, lane := range lanes(p).Lanes {
			if queued := len(lane) > 1; queued != (p.Strategy == "workers") {
				t.Errorf("task %d of %s: %v", i+1, p.Strategy, lane)
			}
		}
	}
}

func TestTheAxisIsThatOfTheLongestRoundOfLate(t *testing.T) {
	told := during(t, "sequential", "goroutines")
	m := updated(liveModel{height: 24}, liveRound(told[0]), liveLanes(aRound(900))) // 909 ms
	m = updated(m, liveRound(told[1]), liveLanes(aRound(5)), liveRound(told[0]), liveLanes(aRound(5)))
	if got := m.axis(); got != time.Second {
		t.Errorf("while a round has only begun the axis is %v, and the one before took 909 ms", got)
	}
	if got := updated(m, liveRound(told[0])).axis(); got != 20*time.Millisecond {
		t.Errorf("two rounds of 14 ms later the axis is %v", got)
	}
}

var escapes = regexp.MustCompile("\x1b\\[[0-9;]*m")

func TestTheViewFitsItsTerminal(t *testing.T) {
	coloured := term.Streams{OutTerminal: true, ErrTerminal: true}
	coloured.Decide(term.Always, false)
	told := during(t, "sequential")[0]
	for _, size := range [][2]int{{120, 40}, {80, 24}, {60, 10}, {20, 5}, {1, 1}} {
		m := liveModel{layout: report.Layout{Style: coloured.ErrStyle}}
		m = updated(m, tea.WindowSizeMsg{Width: size[0], Height: size[1]}, liveRound(told), liveLanes(aRound(500)))
		lines := strings.Split(m.View().Content, "\n")
		if len(lines) > max(1, size[1]) {
			t.Errorf("%d lines on a terminal of %v", len(lines), size)
		}
		for _, line := range lines {
			if n := utf8.RuneCountInString(escapes.ReplaceAllString(line, "")); n > size[0] {
				t.Errorf("a line of %d columns on a terminal of %v: %q", n, size, line)
			}
		}
	}
}

func BenchmarkLiveFrame(b *testing.B) {
	told := during(b, "sequential", "goroutines", "limited", "workers", "errgroup")
	m := updated(liveModel{}, tea.WindowSizeMsg{Width: 120, Height: 60})
	for _, p := range told {
		m = updated(m, liveRound(p), liveLanes(aRound(50)))
	}
	if n := strings.Count(fmt.Sprint(m.View().Content), "\n"); n < 40 {
		b.Fatalf("a frame of %d lines", n)
	}
	for b.Loop() {
		m = updated(m, liveLanes(aRound(50)))
		_ = m.View()
	}
}
