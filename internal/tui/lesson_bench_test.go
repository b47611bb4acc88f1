package tui

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"meanwhile/internal/experiment"
	"meanwhile/internal/measure"
	"meanwhile/internal/term"
)

// BenchmarkLessonKey answers a key and draws, while a thousand lanes are live.
func BenchmarkLessonKey(b *testing.B) {
	c := enter(b, atRun, Look{})
	c.m.layout.Style = styled(term.Always, false)
	c.told(tea.WindowSizeMsg{Width: 120, Height: 40})
	c.keys("enter")
	p := during(b, "sequential")[0]
	c.told(lessonLive{c.m.run.number, liveRound(p)}, lessonLive{c.m.run.number, liveLanes(aRound(1000))})
	if n := strings.Count(c.screen(), "more"); n != 1 {
		b.Fatalf("a thousand lanes are not drawn:\n%s", c.screen())
	}
	for b.Loop() {
		c.told(tea.KeyPressMsg{Code: tea.KeyDown})
		c.m.View()
	}
}

// BenchmarkLessonTimeline answers a key where a thousand lanes of a run stand, twice.
func BenchmarkLessonTimeline(b *testing.B) {
	for name, look := range map[string]Look{"": {}, "present": {Present: true}} {
		b.Run(name, func(b *testing.B) {
			c := enter(b, atTimeline, look)
			c.m.layout.Style = styled(term.Always, false)
			c.told(tea.WindowSizeMsg{Width: 120, Height: 40})
			c.m.session.Ran(manyLanes(1000), time.Now())
			for b.Loop() {
				c.told(tea.KeyPressMsg{Code: 'N', Text: "N"})
				c.m.View()
			}
		})
	}
}

// manyLanes is what two runs of so many tasks could come to.
func manyLanes(tasks int) *experiment.Result {
	r := &experiment.Result{Name: "compare", Args: []string{"compare"}, Learned: "Waits overlap."}
	for _, name := range []string{"limited", "goroutines"} {
		run := aRound(tasks)
		run.Reasons, run.Places = []string{""}, []string{""}
		r.Runs = append(r.Runs, experiment.Run{Name: name, Usage: measure.Usage{Elapsed: run.Elapsed}, Timeline: run})
	}
	return r
}
