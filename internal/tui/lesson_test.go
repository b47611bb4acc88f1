package tui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"meanwhile/internal/course"
	"meanwhile/internal/experiment"
	"meanwhile/internal/measure"
	"meanwhile/internal/progress"
	"meanwhile/internal/report"
	"meanwhile/internal/term"
	"meanwhile/internal/timeline"
)

// shortLesson has every kind of step, and every kind of question.
const shortLesson = `---
title: A short one
idea: Waits overlap.
minutes: 1
misconception:
  id: T1
  belief: waits add up
  truth: waits overlap
---

## Predict

Three tasks *sleep*, each in a *goroutine* of its own.

A second paragraph says nothing more.

~~~question
id: total
ask: How long do they take together?
number: goroutines.elapsed
low: "Nobody wakes so soon."
high: "They sleep at the same time."
~~~

~~~notes
Ask the room.
~~~

~~~question
id: order
ask: Which takes longer?
rank:
  - text: goroutines
    by: goroutines.elapsed
  - text: sequential
    by: sequential.elapsed
because: "One after the other takes longer."
~~~

## Run

It sleeps.

~~~run
command: compare sleep --delay 1ms
~~~

## Observe

Look.

~~~question
id: seen
ask: What did they do?
of: goroutines.waiting
choices:
  - text: They worked.
    below: 0.1
    because: "Sleeping is no work."
  - text: They waited.
    because: "They slept."
~~~

## Timeline

Two pictures.

## Explain

They took ~=goroutines.elapsed~ and not more.

## Read

Here it starts.

~~~source
examples: [goroutines]
~~~

## Change

More of them.

~~~question
id: more
ask: How many times as fast?
number: goroutines.speedup
unit: ratio
low: "Too low."
high: "Too high."
~~~

## Run

~~~run
command: compare sleep --delay 1ms -n 4
~~~

## Explain

Now ~=goroutines.elapsed~, before ~=before goroutines.elapsed~.

## Quiz

~~~question
id: one
ask: Is one more than two?
choices:
  - text: It is.
    because: "Count again."
  - text: It is not.
    right: true
    because: "Two is more."
~~~

~~~question
id: two
ask: Is two more than one?
choices:
  - text: It is.
    right: true
    because: "By one."
  - text: It is not.
    because: "Count again."
~~~
`

// The steps of shortLesson.
const (
	atTotal = iota
	atOrder
	atRun
	atObserve
	atTimeline
	atExplain
	atRead
	atChange
	atSecondRun
	atSecondExplain
	atQuiz
	atSecondQuiz
)

func parsed(t testing.TB) *course.Lesson {
	t.Helper()
	text := strings.NewReplacer("~~~", "```", "~", "`").Replace(shortLesson)
	lesson, faults := course.Parse("lesson.md", []byte(text))
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	lesson.Name, lesson.Key, lesson.Number = "01-short", "01-short", 1
	return lesson
}

// aResult is what a run of three sleepers came to, with the times of a machine on which nothing else goes on: by sequential they took
// 3 ms, by goroutines 1 ms, and they waited for 90 % of it.
var aResult = sync.OnceValues(func() (*experiment.Result, error) {
	plan := measure.DefaultPlan()
	plan.Workloads, plan.Strategies = []string{"sleep"}, []string{"sequential", "goroutines"}
	plan.Spec.Tasks, plan.Spec.Delays, plan.Rounds, plan.Warmup = 3, []time.Duration{time.Millisecond}, 1, 0
	plan.Traced = true
	comparison := measure.New(plan, "a test")
	var err error
	comparison.Results, err = measure.Run(context.Background(), plan, "sleep", func(measure.Progress) {})
	for i := range comparison.Results {
		for k := range comparison.Results[i].Rows {
			row, elapsed := &comparison.Results[i].Rows[k], float64(3-2*k)*float64(time.Millisecond)
			row.Elapsed, row.Waiting = measure.Estimate{Median: elapsed, Min: elapsed, Max: elapsed}, 0.9
			row.Timeline = aPlayedRun(plan.Spec.Tasks, k > 0)
		}
	}
	return experiment.Of(comparison), err
})

func result(t testing.TB) *experiment.Result {
	t.Helper()
	r, err := aResult()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// classroom is a lesson in a window, of which a test sees everything. Nothing runs in it unless the test says what came of it.
type classroom struct {
	t       testing.TB
	m       lesson
	kept    []int // the steps at which it was kept
	keeping error
	begun   [][]string // what was to run
	stopped int
	left    bool
}

func enter(t testing.TB, at int, look Look) *classroom {
	t.Helper()
	glossary, err := course.Glossary()
	if err != nil {
		t.Fatal(err)
	}
	c := &classroom{t: t}
	session := course.Begin(parsed(t), progress.Lesson{Step: at}, time.Now())
	desk := course.Desk{Glossary: glossary, Prepare: c.prepare, Learn: "meanwhile learn", Review: "meanwhile learn review", Keep: func(s *course.Session) error {
		c.kept = append(c.kept, s.At())
		return c.keeping
	}}
	c.m = newLesson(report.Layout{Width: 80}, session, desk, look)
	c.m.begin = func(int, experiment.Runner, *printed) (stop func()) { return func() { c.stopped++ } }
	return c.told(tea.WindowSizeMsg{Width: 80, Height: 40})
}

func (c *classroom) prepare(command []string) (experiment.Runner, error) {
	if len(command) == 0 || command[0] != "compare" {
		return nil, fmt.Errorf("there is no %q; there is compare", command)
	}
	c.begun = append(c.begun, command)
	return func(context.Context, io.Writer, func(measure.Progress)) (*experiment.Result, error) {
		return nil, errors.New("nothing runs here")
	}, nil
}

func (c *classroom) told(messages ...tea.Msg) *classroom {
	for _, message := range messages {
		next, cmd := c.m.Update(message)
		c.m = next.(lesson)
		c.left = c.left || cmd != nil
	}
	return c
}

// keys presses keys by their names, such as "enter", or types a text letter by letter.
func (c *classroom) keys(names ...string) *classroom {
	special := map[string]rune{
		"enter": tea.KeyEnter, "esc": tea.KeyEscape, "up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft, "right": tea.KeyRight,
		"space": tea.KeySpace, "pgdown": tea.KeyPgDown, "pgup": tea.KeyPgUp, "backspace": tea.KeyBackspace, "home": tea.KeyHome,
		"end": tea.KeyEnd, "delete": tea.KeyDelete,
	}
	for _, name := range names {
		code, ok := special[name]
		control, held := strings.CutPrefix(name, "ctrl+")
		switch {
		case name == "space":
			c.told(tea.KeyPressMsg{Code: code, Text: " "})
		case ok:
			c.told(tea.KeyPressMsg{Code: code})
		case held:
			c.told(tea.KeyPressMsg{Code: []rune(control)[0], Mod: tea.ModCtrl})
		default:
			for _, letter := range name {
				c.told(tea.KeyPressMsg{Code: letter, Text: string(letter)})
			}
		}
	}
	return c
}

// ran ends the run under way.
func (c *classroom) ran() *classroom {
	c.t.Helper()
	if !c.m.run.underWay {
		c.t.Fatalf("nothing runs:\n%s", c.screen())
	}
	ended := *result(c.t)
	ended.Args = c.m.run.command
	return c.told(lessonEnd{number: c.m.run.number, result: &ended})
}

func (c *classroom) screen() string { return c.m.View().Content }

// sees fails unless the learner is at a step and sees texts, wherever their lines break.
func (c *classroom) sees(at int, texts ...string) {
	c.t.Helper()
	if got := c.m.session.At(); got != at {
		c.t.Errorf("the learner is at step %d, not at %d:\n%s", got, at, c.screen())
	}
	seen := strings.Join(strings.Fields(c.screen()), " ")
	for _, text := range texts {
		if !strings.Contains(seen, text) {
			c.t.Errorf("no %q on the screen:\n%s", text, c.screen())
		}
	}
}

// lacks fails if the learner sees one of the texts.
func (c *classroom) lacks(texts ...string) {
	c.t.Helper()
	seen := strings.Join(strings.Fields(c.screen()), " ")
	for _, text := range texts {
		if strings.Contains(seen, text) {
			c.t.Errorf("%q is on the screen:\n%s", text, c.screen())
		}
	}
}

func TestALessonIsPlayedToItsEnd(t *testing.T) {
	c := enter(t, 0, Look{})
	c.sees(atTotal, "1 A short one", "step 1 of 12 predict", "Three tasks sleep", "How long do they take together?",
		"a duration, like 300ms", "Enter skips")
	c.keys("1ms", "enter").sees(atTotal, "How sure are you?", "1: 25 %")
	c.keys("right", "right", "enter").sees(atOrder, "your order:", "all numbers, the highest first")
	c.keys("2", "1").sees(atOrder, "your order: sequential, goroutines", "Enter answers")
	c.keys("enter", "4", "enter").sees(atRun, "meanwhile compare sleep --delay 1ms", "Enter runs it")
	c.keys("enter").sees(atRun, "it runs…", "Esc stops the run")
	c.ran().sees(atRun, "Enter next", "r again")
	c.keys("enter").sees(atObserve, "What did they do?", "speed-up waiting", "sequential █", "goroutines █")
	c.keys("2", "enter").sees(atTimeline, "you said: They waited.", "✓ it was: They waited (measured: ",
		"Two pictures.", "One more round, traced.")
	c.keys("enter").sees(atExplain, "you said: 1.00 ms (50 % sure)", "you said: sequential, goroutines (95 % sure)",
		"and not more.", "Many think: waits add up.", "In truth: waits overlap.")
	c.lacks("not measured yet")
	c.keys("n").sees(atRead, "func Goroutines(", "async def all_at_once(")
	c.keys("n").sees(atChange, "how many times, like 2 or 3.5")
	c.keys("1000", "enter", "enter").sees(atSecondRun, "meanwhile compare sleep --delay 1ms -n 4")
	c.keys("enter").ran().keys("enter").sees(atSecondExplain, "you said: 1000×", "→ measured: ", "Too high.", "before ")
	c.lacks("not measured yet", "Many think")
	c.keys("enter").sees(atQuiz, "quiz", "Is one more than two?")
	c.keys("1").sees(atQuiz, "› 1. It is.", "Enter answers")
	c.keys("enter").sees(atQuiz, "you said: It is.", "→ answer: It is not.", "Count again.", "Enter next")
	c.keys("enter", "1", "enter").sees(atSecondQuiz, "✓ yes", "By one.")
	c.keys("enter").sees(12, "the end", "Waits overlap.", "answered in the quiz: 1 of 2 right", "Many think: waits add up.",
		"the others within the hour", "'meanwhile learn' goes on with the next", "Enter leaves")
	if c.left {
		t.Error("it ends by itself")
	}
	if c.keys("enter"); !c.left || c.m.interrupted {
		t.Error("Enter at the end does not leave")
	}
	if got, want := c.kept[len(c.kept)-1], 12; got != want {
		t.Errorf("kept at %d, want %d", got, want)
	}
	if saved := c.m.session.Saved(); saved.Finished.IsZero() || len(saved.Answers) != 6 {
		t.Errorf("what is kept is %+v", saved)
	}
}

func TestAChoiceIsMadeByArrowsOrByItsDigit(t *testing.T) {
	c := enter(t, atObserve, Look{})
	c.keys("down").sees(atObserve, "› 1. They worked.", "Enter answers")
	c.keys("down", "down").sees(atObserve, "› 2. They waited.")
	c.keys("up").sees(atObserve, "› 1. They worked.")
	c.keys("7").sees(atObserve, "there is no 7 here: 1 to 2")
	c.keys("enter").sees(atTimeline)
	if text, _, _ := c.keys("b").m.session.Answered(); text != "1" {
		t.Errorf("the answer is %q", text)
	}
	c.sees(atObserve, "You answered: They worked.", "Enter next")
}

func TestWhatCannotBeReadIsToldUnderTheField(t *testing.T) {
	c := enter(t, atTotal, Look{})
	c.keys("soon", "enter").sees(atTotal, "› soon", "answer with a duration, like 300ms or 1.5s")
	c.keys("backspace").lacks("answer with")
	c.keys("ctrl+u", "20ms", "enter").sees(atTotal, "How sure are you?")

	c = enter(t, atOrder, Look{})
	c.keys("1", "1", "enter").sees(atOrder, "your order: goroutines", "answer with each number once, the highest first, like 2 1")
	c.keys("backspace", "backspace", "2", "1", "enter").sees(atOrder, "How sure are you?")
}

func TestWhatIsLeftEmptyIsSkipped(t *testing.T) {
	for at, keys := range map[int][]string{
		atTotal: {"enter"}, atOrder: {"enter"}, atObserve: {"s"}, atRun: {"s"}, atQuiz: {"enter"}, atChange: {"enter"},
	} {
		c := enter(t, at, Look{}).keys(keys...)
		c.sees(at + 1)
		if answers := c.m.session.Saved().Answers; len(answers) != 0 {
			t.Errorf("nothing was answered at step %d, and kept is %v", at, answers)
		}
	}
}

func TestHowSureTheLearnerIsNeedNotBeSaid(t *testing.T) {
	c := enter(t, atTotal, Look{}).keys("20ms", "enter", "enter")
	c.sees(atOrder)
	if _, sure, ok := c.keys("b").m.session.Answered(); !ok || sure != -1 {
		t.Errorf("it is %t that it was answered, with %d %%", ok, sure)
	}
	c.sees(atTotal, "› 20ms") // and it can be changed until the run
	c.keys("ctrl+u", "30ms", "enter", "2", "enter").sees(atOrder)
	if text, sure, _ := c.keys("b").m.session.Answered(); text != "30ms" || sure != 50 {
		t.Errorf("the answer is %q, %d %%", text, sure)
	}
}

func TestLettersBelongToTheFieldUntilEsc(t *testing.T) {
	c := enter(t, atTotal, Look{}).keys("qbs?gn")
	if c.sees(atTotal, "› qbs?gn"); c.left {
		t.Error("q left, and it was typed into a field")
	}
	c.keys("esc").sees(atTotal, "Enter answers")
	c.keys("?").sees(atTotal, "Going on", "Esc back")
	c.keys("esc", "4").sees(atTotal, "› qbs?gn4") // a digit goes back to it
	if c.keys("esc", "q"); !c.left || c.m.interrupted {
		t.Error("q does not leave")
	}
}

func TestNothingIsSkippedThatWasNotSeen(t *testing.T) {
	c := enter(t, atOrder, Look{}).told(tea.WindowSizeMsg{Width: 60, Height: 20})
	c.keys("n", "enter").ran().keys("enter", "1", "enter").told(tea.WindowSizeMsg{Width: 60, Height: 20})
	c.sees(atTimeline, "there is more: PgDn", "Enter more")
	for range 10 {
		if c.m.session.At() == atTimeline {
			c.keys("enter")
		}
	}
	c.sees(atExplain)
	c.keys("n", "enter").sees(atRead, "Enter more") // a page on
	c.keys("n").sees(atChange)
}

func TestAnAnswerIsSeenWhereverTheStepIsScrolled(t *testing.T) {
	lesson := parsed(t)
	long := lesson.Steps[atObserve].Prose[0]
	for range 30 {
		lesson.Steps[atObserve].Prose = append(lesson.Steps[atObserve].Prose, long)
	}
	c := enter(t, atObserve, Look{})
	c.m.session = course.Begin(lesson, progress.Lesson{Step: atObserve}, time.Now())
	c.told(tea.WindowSizeMsg{Width: 60, Height: 20})
	c.lacks("They worked.")
	c.keys("down").sees(atObserve, "› 1. They worked.", "2. They waited.")
	c.keys("home").lacks("They worked.")
	c.keys("9").sees(atObserve, "there is no 9 here")
}

func TestARunShowsItsLanesAndCanBeStopped(t *testing.T) {
	c := enter(t, atRun, Look{}).keys("enter")
	number := c.m.run.number
	p := during(t, "sequential")[0]
	c.told(lessonLive{number, liveRound(p)}, lessonLive{number, liveLanes(aRound(5))})
	c.sees(atRun, "It sleeps.", "meanwhile compare sleep --delay 1ms", "sleep round 1 of 1 sequential", "━ under way")
	fmt.Fprintln(c.m.run.printed, "Hello")
	c.told(lessonLive{number, liveLook{}}).sees(atRun, "Hello")
	c.keys("n", "b", "s", "enter", "r", "f").sees(atRun, "sequential 1 ━") // what would lose the run does nothing
	c.told(tea.WindowSizeMsg{Width: 100, Height: 30}).sees(atRun, "sequential 1 ━")
	c.keys("?").sees(atRun, "Running")
	c.keys("esc", "esc").sees(atRun, "stopping…")
	if c.stopped != 1 || c.left {
		t.Errorf("Esc stopped %d runs; left: %t", c.stopped, c.left)
	}
	c.told(lessonEnd{number: number, err: context.Canceled}).sees(atRun, "Enter runs it")
	c.lacks("stopping", "canceled")
	c.keys("enter").told(lessonEnd{number: number, result: result(t)}) // the first run's end is nothing to the second
	c.sees(atRun, "it runs…")
	c.ran().sees(atRun, "sequential █", "goroutines █", "Enter next")
}

func TestAFailedRunSaysSoAndWhatToDo(t *testing.T) {
	c := enter(t, atRun, Look{}).keys("enter")
	c.told(lessonEnd{number: 1, err: errors.New("it is broken; mend\x1b it")})
	c.sees(atRun, "it is broken; mend� it", "Enter runs it again, f changes its flags, s goes on without it.")
	c.keys("enter").ran().sees(atRun, "Enter next")
	c.lacks("broken")
}

func TestOtherFlagsAreTypedAndChecked(t *testing.T) {
	c := enter(t, atRun, Look{}).keys("f")
	c.sees(atRun, "meanwhile compare sleep --delay 1ms", "Enter runs it", "Esc back")
	c.keys("ctrl+u", "meanwhile nonsense", "enter").sees(atRun, `there is no ["nonsense"]; there is compare`)
	c.keys("ctrl+u", "compare sleep -n 7", "enter").sees(atRun, "meanwhile compare sleep -n 7", "it runs…")
	if got := strings.Join(c.begun[len(c.begun)-1], " "); got != "compare sleep -n 7" {
		t.Errorf("%q runs", got)
	}
	c.ran().keys("r").sees(atRun, "meanwhile compare sleep -n 7", "it runs…") // with the same flags again
	c.ran().keys("f", "x", "esc").sees(atRun, "a run of your own", "Enter runs it")
	if len(c.m.session.Saved().Results) != 0 {
		t.Errorf("kept are %v", c.m.session.Saved().Results)
	}
	c.keys("enter").sees(atRun, "meanwhile compare sleep --delay 1ms", "it runs…") // the lesson's
	c.ran().sees(atRun, "Enter next")
	c.lacks("of your own")
	if len(c.m.session.Saved().Results) != 1 {
		t.Errorf("kept are %v", c.m.session.Saved().Results)
	}
}

func TestAStepThatSpeaksOfARunOfAnotherSessionOffersIt(t *testing.T) {
	for _, at := range []int{atObserve, atTimeline, atExplain, atRead, atChange} {
		c := enter(t, at, Look{})
		c.sees(at, "a run that was not made in this session. r makes it now", "meanwhile compare sleep --delay 1ms", "r runs it")
		c.lacks("not measured yet")
		c.keys("r").told(lessonEnd{number: 1, err: errors.New("it is broken")})
		c.sees(at, "it is broken")
		c.keys("r").ran().sees(at)
		c.lacks("this session", "broken")
	}
}

func TestLeavingStopsTheRunUnderWay(t *testing.T) {
	for key, interrupted := range map[string]bool{"q": false, "ctrl+c": true} {
		c := enter(t, atRun, Look{}).keys("enter", key)
		if !c.left || c.stopped != 1 || c.m.interrupted != interrupted {
			t.Errorf("%s: left %t, %d stopped, interrupted %t", key, c.left, c.stopped, c.m.interrupted)
		}
	}
}

func TestThatNothingIsKeptIsToldOnce(t *testing.T) {
	c := enter(t, atTimeline, Look{Note: "the file is of a newer program"})
	c.keeping = errors.New("the disk is full; make room")
	c.sees(atTimeline, "the file is of a newer program")
	c.keys("n").sees(atExplain, "the disk is full; make room")
	c.lacks("newer program")
	c.keys("n")
	c.lacks("disk")
}

func TestTheGlossaryBeginsWithTheTermsOfTheLesson(t *testing.T) {
	c := enter(t, atTotal, Look{}).keys("esc", "g")
	screen := c.screen()
	own, others := strings.Index(screen, "goroutine"), strings.Index(screen, "All others")
	if own < 0 || others < own {
		t.Errorf("the lesson's terms do not come first:\n%s", screen)
	}
	if c.keys("end").sees(atTotal, "WaitGroup"); strings.Count(c.screen(), "All others") > 0 {
		t.Errorf("it does not scroll:\n%s", c.screen())
	}
	c.keys("esc").sees(atTotal, "Three tasks sleep")
}

// everyScreen calls look at each step of a lesson, before and after its run, and at the pages beside it.
func everyScreen(c *classroom, look func(name string)) {
	for c.m.session.Step() != nil {
		at := c.m.session.At()
		look(fmt.Sprint("step ", at))
		if c.m.attempt.typing {
			c.keys("x", "enter")
			look(fmt.Sprint("a mistake at ", at))
			c.keys("ctrl+u", answerIn(c.m.session.Step().Question.Unit), "enter", "2")
			look(fmt.Sprint("how sure at ", at))
			c.keys("enter")
		} else if c.m.session.Step().Kind == course.Run {
			c.keys("f")
			look("other flags")
			c.keys("esc", "r")
			p := during(c.t, "sequential")[0]
			c.told(lessonLive{c.m.run.number, liveRound(p)}, lessonLive{c.m.run.number, liveLanes(aRound(500))})
			look("a run")
			c.ran()
			look("its outcome")
			c.keys("end")
			look("the end of its outcome")
		}
		if c.m.session.At() == at {
			c.keys("n")
		}
	}
	look("the end")
	c.keys("?")
	look("help")
}

// answerIn is a number in a unit, as it is typed.
func answerIn(unit experiment.Unit) string {
	if unit == experiment.Duration {
		return "1ms"
	}
	return "1"
}

func TestALessonFitsItsWindow(t *testing.T) {
	coloured, plain := styled(term.Always, false), styled(term.Never, true)
	for _, size := range [][2]int{{60, 20}, {80, 24}, {120, 40}, {200, 60}, {59, 30}, {80, 19}, {10, 3}, {1, 1}} {
		for _, look := range []Look{{}, {Present: true}, {Present: true, Light: true}} {
			for _, style := range []term.Style{coloured, plain} {
				c := enter(t, 0, look)
				c.m.layout.Style = style
				c.told(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
				if size[0] < lessonLeastWidth || size[1] < lessonLeastHeight {
					c.fits("a small window", size, style)
					continue
				}
				everyScreen(c, func(name string) { c.fits(name, size, style) })
				c.keys("g").fits("the glossary", size, style)
			}
		}
	}
}

func (c *classroom) fits(name string, size [2]int, style term.Style) {
	c.t.Helper()
	fits(c.t, c.m.View(), name, size, style)
}

// fits tells of a window's content that is wider or higher than the window or, without colour, has more than plain ASCII.
func fits(t testing.TB, view tea.View, name string, size [2]int, style term.Style) {
	t.Helper()
	lines := strings.Split(view.Content, "\n")
	if len(lines) > size[1] {
		t.Errorf("%v, %s: %d lines", size, name, len(lines))
	}
	for _, line := range lines {
		if width := ansi.StringWidth(line); width > size[0] {
			t.Errorf("%v, %s: a line of %d columns: %q", size, name, width, line)
		}
	}
	if style.Coloured() {
		return
	}
	strange := func(sign rune) bool { return sign != '\n' && (sign < ' ' || sign >= utf8.RuneSelf) }
	if i := strings.IndexFunc(view.Content, strange); i >= 0 {
		t.Errorf("%v, %s: %q is no plain ASCII", size, name, view.Content[i:min(len(view.Content), i+10)])
	}
	if view.BackgroundColor != nil || view.ForegroundColor != nil {
		t.Errorf("%v, %s: a background is set without colour", size, name)
	}
}

func TestAWindowThatIsTooSmallSaysSo(t *testing.T) {
	c := enter(t, 0, Look{}).told(tea.WindowSizeMsg{Width: 59, Height: 20})
	c.sees(0, "A lesson needs a window of 60 columns and 20 lines.")
	c.keys("1").told(tea.WindowSizeMsg{Width: 60, Height: 20}).sees(0, "Three tasks sleep")
	if c.told(tea.WindowSizeMsg{Width: 30, Height: 5}).keys("q"); !c.left {
		t.Error("q does not leave")
	}
}

// fabricated is a result that tells all that a lesson asks of its runs, in long words and many lanes.
func fabricated(lesson *course.Lesson, command []string) *experiment.Result {
	r := &experiment.Result{Name: command[0], Args: command, Simulated: "what is simulated", Learned: "What it came to."}
	tell := func(of *course.Quantity) {
		if of == nil {
			return
		}
		for _, name := range []string{of.Fact, of.By} {
			if _, known := r.Fact(name); !known && name != "" {
				r.Add(name, "what the lesson calls "+name+" was", experiment.Duration, 1234567890)
			}
		}
	}
	for _, step := range lesson.Steps {
		for _, block := range step.Prose {
			for _, span := range block.Spans {
				tell(&span.Of)
			}
		}
		if q := step.Question; q != nil {
			tell(q.Number)
			tell(q.Of)
			for _, ranked := range q.Rank {
				tell(&ranked.By)
			}
		}
	}
	for _, name := range []string{"one-core.sequential", "all-cores.goroutines", "short"} {
		t := &timeline.Timeline{Elapsed: 2 * time.Second, Reasons: []string{"", "for the simulated round trip"}, Places: []string{"", "pool.go:39"}}
		for i := range 80 {
			at := time.Duration(i) * 10 * time.Millisecond
			t.Lanes = append(t.Lanes, timeline.Lane{
				{State: timeline.Queued, Start: 0, End: at, Why: 1, Where: 1}, {State: timeline.Waiting, Start: at, End: at + time.Second, Why: 1, Where: 1},
			})
		}
		r.Runs = append(r.Runs, experiment.Run{Name: name, Words: "words on what is different about this one", Usage: measure.Usage{Elapsed: 2 * time.Second}, Timeline: t})
		r.Add(name+".speedup", "its speed-up was", experiment.Ratio, 12.3)
		r.Add(name+".waiting", "its share of waiting was", experiment.Share, 0.5)
	}
	return r
}

// The lessons of the course have longer texts than the one above.
func TestEveryStepOfTheCourseFitsTheSmallestWindow(t *testing.T) {
	lessons, err := course.Lessons()
	if err != nil {
		t.Fatal(err)
	}
	smallest := [2]int{lessonLeastWidth, lessonLeastHeight}
	for _, lesson := range lessons {
		for _, look := range []Look{{}, {Present: true}} {
			c := enter(t, 0, look)
			c.m.layout.Style = asciiStyle()
			c.m.session = course.Begin(lesson, progress.Lesson{}, time.Now())
			c.told(tea.WindowSizeMsg{Width: lessonLeastWidth, Height: lessonLeastHeight})
			readOn := func(name string) {
				c.fits(name, smallest, c.m.layout.Style)
				for range 200 {
					if !c.m.unread() && !(look.Present && c.m.hides()) {
						return
					}
					c.keys("pgdown").fits(name, smallest, c.m.layout.Style)
				}
				t.Errorf("%s has no end", name)
			}
			for c.m.session.Step() != nil {
				name := fmt.Sprintf("%s, step %d", lesson.Name, c.m.session.At())
				readOn(name)
				if c.m.session.Step().Kind == course.Run {
					c.m.session.Ran(fabricated(lesson, c.m.session.Command()), time.Now())
					c.told(nil)
					readOn(name + ", run")
				}
				c.keys("esc", "n")
			}
		}
	}
}

func TestTheBackgroundIsThatOfTheTheme(t *testing.T) {
	for _, c := range []struct {
		look       Look
		background uint32 // its share of white, of 0xffff
	}{{Look{}, 0}, {Look{Light: true}, 0xfcfc}, {Look{Present: true}, 0x1010}, {Look{Present: true, Light: true}, 0xfcfc}} {
		class := enter(t, 0, c.look)
		class.m.layout.Style = styled(term.Always, false)
		view := class.told(nil).m.View()
		if c.background == 0 {
			if view.BackgroundColor != nil {
				t.Errorf("%+v sets a background", c.look)
			}
			continue
		}
		red, green, blue, _ := view.BackgroundColor.RGBA()
		text, _, _, _ := view.ForegroundColor.RGBA()
		if red != c.background || green != red || blue != red || text>>15 == red>>15 {
			t.Errorf("%+v: background %x %x %x, text %x", c.look, red, green, blue, text)
		}
	}
}

func TestASlideShowsOnePartAfterTheOther(t *testing.T) {
	c := enter(t, 0, Look{Present: true})
	c.sees(atTotal, "Three tasks sleep", "Enter more")
	c.lacks("A second paragraph", "How long")
	c.keys("enter").sees(atTotal, "A second paragraph")
	c.keys("b").lacks("A second paragraph")
	c.keys("space", "space").sees(atTotal, "How long do they take together?")
	c.keys("pgdown").sees(atTotal, "Enter skips") // nobody has to answer
	c.keys("enter").sees(atOrder, "Which takes longer?")
	c.keys("enter").sees(atOrder, "1. goroutines")
	c.lacks("2. sequential")
	c.keys("21").sees(atOrder, "your order: sequential, goroutines") // an answer shows the rest
	c.keys("enter", "enter").sees(atRun, "It sleeps.")
	c.keys("enter", "enter").sees(atRun, "it runs…")
	c.ran().sees(atRun, "goroutines █", "Enter more")
	c.keys("enter").sees(atRun, "as fast as sequential", "Enter next")
	c.keys("enter", "b", "b").sees(atRun, "goroutines █") // back to the whole of the step before, and one part less
	c.lacks("as fast as sequential")
}

func TestASlideIsSmallEnoughToBeShownLarge(t *testing.T) {
	for _, height := range []int{20, 24, 40, 60} {
		c := enter(t, 0, Look{Present: true}).told(tea.WindowSizeMsg{Width: 200, Height: height})
		for range 200 {
			if c.m.session.Step() == nil {
				break
			}
			lines := strings.Split(strings.TrimRight(c.screen(), "\n "), "\n")
			if len(lines) > min(slideHeight, height*2/3) {
				t.Errorf("a slide of %d lines in a window of %d:\n%s", len(lines), height, c.screen())
			}
			for _, line := range lines[1 : len(lines)-1] {
				if width := ansi.StringWidth(line); width > margin+slideWidth {
					t.Errorf("a line of %d columns: %q", width, line)
				}
			}
			if c.keys("enter"); c.m.run.underWay {
				c.ran()
			}
		}
		c.sees(12, "the end")
	}
}

func TestNotesAreUnderAKey(t *testing.T) {
	c := enter(t, 0, Look{Present: true})
	c.lacks("Ask the room.")
	c.keys("N").sees(atTotal, "notes, 0:0", "min since the start", "Ask the room.")
	c.told(tea.WindowSizeMsg{Width: 60, Height: 20}).sees(atTotal, "Three tasks sleep", "Ask the room.")
	c.m.session.Step().Notes = strings.Repeat("A long story. ", 30)
	c.told(nil).sees(atTotal, "1 A short one", "A long story.", "N notes") // where there is no room for both
	c.lacks("Three tasks sleep")
	c.keys("t")
	c.lacks("Ask the room.")
	c = enter(t, 0, Look{}).keys("esc", "N")
	c.lacks("Ask the room.")
}

func TestAFieldIsEditedAsFieldsAre(t *testing.T) {
	c := enter(t, atTotal, Look{})
	for _, step := range []struct {
		keys []string
		want string
	}{
		{[]string{"abc"}, "abc"},
		{[]string{"left", "left", "x"}, "axbc"},
		{[]string{"home", "y"}, "yaxbc"},
		{[]string{"end", "z", "left", "backspace"}, "yaxbz"},
		{[]string{"delete"}, "yaxb"},
		{[]string{"space", "one two"}, "yaxb one two"},
		{[]string{"ctrl+w"}, "yaxb one "},
		{[]string{"ctrl+w", "ctrl+w"}, ""},
		{[]string{"backspace", "delete", "left", "right", "w"}, "w"},
		{[]string{"ctrl+a", "ctrl+k"}, ""},
	} {
		if got := c.keys(step.keys...).m.attempt.field.String(); got != step.want {
			t.Errorf("%q gives %q, want %q", step.keys, got, step.want)
		}
	}
	c.told(tea.PasteMsg{Content: "300\n\x1b[31mms" + strings.Repeat("x", 2*longestField)})
	if got := c.m.attempt.field; len(got.text) != longestField || !strings.HasPrefix(got.String(), "300 [31mms") {
		t.Errorf("%d signs are pasted: %.20q", len(got.text), got.String())
	}
}

func TestTheCursorStandsWhereTheNextLetterGoes(t *testing.T) {
	c := enter(t, atRun, Look{}).told(tea.WindowSizeMsg{Width: 60, Height: 30})
	c.keys("f", "ctrl+u", "compare sleep --strategy sequential,goroutines --delay 1ms,2ms,3ms ")
	for _, letter := range []string{"7", "8"} {
		at := c.m.View().Cursor
		if at == nil {
			t.Fatal("there is no cursor")
		}
		c.keys(letter)
		line := []rune(strings.Split(c.screen(), "\n")[at.Y])
		if at.X >= len(line) || string(line[at.X]) != letter {
			t.Errorf("the cursor was at %d, and %s went elsewhere: %q", at.X, letter, string(line))
		}
	}
	if c.keys("esc"); c.m.View().Cursor != nil {
		t.Error("there is a cursor where nothing is typed")
	}
}

// A run must not be slowed down by somebody who looks at what it prints, nor fill the memory.
func TestWhatARunPrintsIsKeptToItsEnd(t *testing.T) {
	var out printed
	for i := range 100_000 {
		fmt.Fprintln(&out, "line", i)
	}
	if got, want := out.tail(2), []string{"line 99998", "line 99999"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if len(out.text) > 2*mostPrinted {
		t.Errorf("%d bytes are kept", len(out.text))
	}
}
