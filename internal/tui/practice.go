package tui

import (
	"context"
	"fmt"
	"sync"

	tea "charm.land/bubbletea/v2"

	"meanwhile/internal/report"
	"meanwhile/internal/term"
	"meanwhile/internal/workshop"
)

// Practice is what the watch over the exercises needs around it.
type Practice struct {
	Exercises []*workshop.Exercise
	Folder    *workshop.Folder

	// Passed tells whether an exercise has passed, now or before.
	Passed func(e *workshop.Exercise) bool

	// Check checks the learner's code and keeps what came of it; with race, under the race detector.
	Check func(ctx context.Context, e *workshop.Exercise, race bool) (*workshop.Outcome, error)

	// Hinted notes that so many hints are shown, and Shown that the solution is.
	Hinted func(e *workshop.Exercise, hints int)
	Shown  func(e *workshop.Exercise)

	// Note is a warning, shown until the learner goes on.
	Note string
}

// Watch shows an exercise after the other, and checks the learner's code whenever it is saved, until the learner leaves.
func Watch(ctx context.Context, streams *term.Streams, p Practice) error {
	ctx, cancel := context.WithCancel(ctx)
	var work sync.WaitGroup
	defer work.Wait()
	defer cancel()

	model := practice{Practice: p, layout: report.Layout{Style: streams.Style, Width: streams.Width}, height: 24}
	var window *tea.Program
	model.watch = func(e *workshop.Exercise) (stop func()) {
		ctx, stop := context.WithCancel(ctx)
		now := p.Folder.Version(e)
		work.Go(func() { p.Folder.Watch(ctx, e, now, func() { window.Send(practiceSaved{e}) }) })
		return stop
	}
	model.check = func(number int, e *workshop.Exercise, race bool) (stop func()) {
		ctx, stop := context.WithCancel(ctx)
		work.Go(func() {
			outcome, err := p.Check(ctx, e, race)
			if ctx.Err() == nil {
				window.Send(practiceChecked{number, outcome, err})
			}
		})
		return stop
	}
	window = newProgram(streams.In, streams.Out, streams.Style, model)
	last, err := run(ctx, window)
	if err != nil {
		return err
	}
	if last.(practice).interrupted {
		return context.Canceled
	}
	return nil
}

// The messages: the window is there, the learner's file was saved, and a check has come to its end. It is named by its number, since it may have been
// given up for another one.
type (
	practiceBegins  struct{}
	practiceSaved   struct{ exercise *workshop.Exercise }
	practiceChecked struct {
		number  int
		outcome *workshop.Outcome
		err     error
	}
)

// practice is what the window shows, and all that it knows.
type practice struct {
	Practice
	layout report.Layout
	height int

	at     int // the exercise
	page   practicePage
	scroll int

	number   int // of the last check
	checking bool
	raced    bool // the check under way is with the race detector
	first    bool // the exercise had not passed when the check began
	outcome  *workshop.Outcome
	solved   *workshop.Outcome // of the exercise before, which has just passed
	failed   string            // why it could not be checked
	hints    int               // that are shown

	watch     func(e *workshop.Exercise) (stop func())
	check     func(number int, e *workshop.Exercise, race bool) (stop func())
	unwatch   func()
	stopCheck func()

	interrupted bool
}

// practicePage is what is shown of an exercise.
type practicePage int

const (
	taskPage practicePage = iota
	outcomePage
	hintPage
	solutionPage
	listPage
	resetPage // asks whether to begin anew
)

func (m practice) Init() tea.Cmd { return func() tea.Msg { return practiceBegins{} } }

func (m practice) exercise() *workshop.Exercise { return m.Exercises[m.at] }

// upNext is the first exercise from one on that has not passed; where all have, that one.
func (m practice) upNext(from int) int {
	for i := range m.Exercises {
		if at := (from + i) % len(m.Exercises); !m.Passed(m.Exercises[at]) {
			return at
		}
	}
	return from % len(m.Exercises)
}

// open goes to an exercise, and checks what is there if it was begun.
func (m practice) open(at int) practice {
	m = m.turnTo(at)
	if m.Folder.Begun(m.exercise()) {
		return m.begin(false)
	}
	return m
}

// turnTo shows an exercise's task, and watches its file.
func (m practice) turnTo(at int) practice {
	if m.unwatch != nil {
		m.unwatch()
	}
	m = m.giveUp()
	m.at, m.page, m.scroll, m.outcome, m.solved, m.failed, m.hints = at, taskPage, 0, nil, nil, "", 0
	m.unwatch = m.watch(m.exercise())
	return m
}

// begin begins a check, in place of one that is under way.
func (m practice) begin(race bool) practice {
	m = m.giveUp()
	m.number++
	m.checking, m.raced, m.first = true, race, !m.Passed(m.exercise())
	m.stopCheck = m.check(m.number, m.exercise(), race)
	return m
}

// giveUp ends the check under way.
func (m practice) giveUp() practice {
	if m.stopCheck != nil {
		m.stopCheck()
		m.stopCheck = nil
	}
	m.checking = false
	return m
}

func (m practice) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.layout.Width, m.height = msg.Width, msg.Height
	case tea.KeyPressMsg:
		return m.key(msg.String())
	case practiceBegins:
		m = m.open(m.upNext(0))
	case practiceSaved:
		if msg.exercise == m.exercise() {
			m = m.begin(false)
		}
	case practiceChecked:
		if msg.number == m.number {
			m = m.checked(msg)
		}
	}
	return m, nil
}

// checked takes what a check came to. What has passed is checked under the race detector next, which takes longer.
func (m practice) checked(msg practiceChecked) practice {
	m.checking, m.failed = false, ""
	if msg.err != nil {
		m.failed = term.Printable(msg.err.Error(), longestMessage)
		m.page, m.scroll = outcomePage, 0
		return m
	}
	m.outcome = msg.outcome
	if m.page != solutionPage && m.page != listPage && m.page != resetPage {
		m.page, m.scroll = outcomePage, 0
	}
	switch {
	case msg.outcome.Provisional():
		return m.begin(true)
	case msg.outcome.Passed && m.first && m.page == outcomePage:
		return m.goOn()
	}
	return m
}

// goOn opens the next exercise, below what the one that has just passed came to; where all have passed, it stays.
func (m practice) goOn() practice {
	next := m.upNext(m.at + 1)
	if m.Passed(m.Exercises[next]) {
		return m
	}
	solved := m.outcome
	m = m.turnTo(next)
	m.solved = solved
	return m
}

// key does what a key is for.
func (m practice) key(name string) (tea.Model, tea.Cmd) {
	if m.page == resetPage {
		return m.onReset(name)
	}
	switch name {
	case "ctrl+c":
		m.interrupted = true
		return m.giveUp(), tea.Quit
	case "q":
		return m.giveUp(), tea.Quit
	case "n", "right":
		m.Note = ""
		return m.open((m.at + 1) % len(m.Exercises)), nil
	case "p", "left":
		return m.open((m.at + len(m.Exercises) - 1) % len(m.Exercises)), nil
	case "enter":
		m.Note = ""
		if m.Passed(m.exercise()) {
			return m.open(m.upNext(m.at + 1)), nil
		}
		return m.begin(false), nil
	case "r":
		return m.begin(true), nil
	case "t", "esc":
		m.page, m.scroll, m.solved = taskPage, 0, nil
	case "h":
		m.page, m.scroll = hintPage, 0
		m.hints = min(m.hints+1, len(m.exercise().Hints))
		m.Hinted(m.exercise(), m.hints)
	case "s":
		m.page, m.scroll = solutionPage, 0
		m.Shown(m.exercise())
	case "l":
		m.page, m.scroll = listPage, max(0, m.at-m.rows()/2)
	case "x":
		m.page, m.scroll = resetPage, 0
	default:
		m.scroll = m.scrolled(name)
	}
	return m, nil
}

// onReset takes the answer to whether to begin anew.
func (m practice) onReset(name string) (tea.Model, tea.Cmd) {
	if name == "ctrl+c" {
		m.interrupted = true
		return m.giveUp(), tea.Quit
	}
	m.page, m.scroll = taskPage, 0
	if name != "y" {
		return m, nil
	}
	m = m.giveUp()
	m.outcome = nil
	if aside, err := m.Folder.Reset(m.exercise()); err != nil {
		m.Note = term.Printable(err.Error(), longestMessage)
	} else if aside != "" {
		m.Note = fmt.Sprintf("it begins anew; your file is now %s", aside)
	}
	return m, nil
}

// scrolled is where a key scrolls to.
func (m practice) scrolled(name string) int {
	page := max(1, m.rows()-1)
	by := map[string]int{"up": -1, "k": -1, "down": 1, "j": 1, "pgup": -page, "pgdown": page, "space": page, "home": -m.most(), "end": m.most()}
	return min(max(0, m.scroll+by[name]), m.most())
}
