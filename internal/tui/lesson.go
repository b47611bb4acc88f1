package tui

import (
	"context"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"

	"meanwhile/internal/course"
	"meanwhile/internal/experiment"
	"meanwhile/internal/report"
	"meanwhile/internal/term"
)

// Look is how a lesson is shown.
type Look struct {
	// Present is for a projector: large, one thing after the other, with notes for who speaks.
	Present bool

	// Light is for a background that is light, and sets one.
	Light bool

	// Note is a warning, shown once.
	Note string
}

// Lesson plays a session full screen until the learner leaves or is through with it. The session knows then where the learner
// was; what was done is kept by the desk all the time.
func Lesson(ctx context.Context, streams *term.Streams, session *course.Session, desk course.Desk, look Look) error {
	ctx, cancel := context.WithCancel(ctx)
	var runs sync.WaitGroup
	defer runs.Wait()
	defer cancel()

	model := newLesson(report.Layout{Style: streams.Style, Width: streams.Width}, session, desk, look)
	var window *tea.Program
	model.begin = func(number int, runner experiment.Runner, out *printed) (stop func()) {
		ctx, stop := context.WithCancel(ctx)
		runs.Go(func() { window.Send(perform(ctx, number, runner, out, window.Send)) })
		return stop
	}
	window = newProgram(streams.In, streams.Out, streams.Style, model, look.options(streams.Style)...)
	last, err := run(ctx, window)
	if err != nil {
		return err
	}
	if last.(lesson).interrupted {
		return context.Canceled
	}
	return nil
}

// lesson is what the window shows, and all that it knows.
type lesson struct {
	layout  report.Layout
	height  int
	look    Look
	session *course.Session
	desk    course.Desk

	page    lessonPage
	scroll  int
	attempt attempt

	begin func(number int, runner experiment.Runner, out *printed) (stop func())
	run   lessonRun

	note   string  // the warning, until the learner has gone on
	told   message // what the last key did, where the step does not show it
	unkept bool    // it was told that nothing is kept

	revealed int // how many parts of the step a presentation shows
	notes    bool
	began    time.Time
	now      time.Time

	shown       sheet // what the last message has left to see
	interrupted bool
}

// lessonPage is what is shown.
type lessonPage int

const (
	stepPage lessonPage = iota
	glossaryPage
	lessonHelpPage
)

// attempt is what the learner is about to do at a step.
type attempt struct {
	chosen int   // the option under the mark; -1 where there is none yet
	order  []int // the options of a ranking, as far as they are named

	field   field
	typing  bool     // keys go to the field
	editing bool     // what is typed is a command
	command []string // the learner's own, instead of the step's

	answer string // an answer that can be read, while it is asked how sure the learner is
	sure   int    // which of the sures is under the mark; -1 where there is none yet

	refused string // why the answer cannot be read
	failed  string // what became of the run
}

func newLesson(layout report.Layout, session *course.Session, desk course.Desk, look Look) lesson {
	now := time.Now()
	m := lesson{layout: layout, height: 24, look: look, session: session, desk: desk, note: look.Note, began: now, now: now}
	return m.arrive().keep().lay()
}

func (m lesson) Init() tea.Cmd { return nil }

func (m lesson) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	m.now = time.Now()
	var cmd tea.Cmd
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.layout.Width, m.height = msg.Width, msg.Height
	case tea.KeyPressMsg:
		m.told = message{}
		m, cmd = m.key(msg)
	case tea.PasteMsg:
		if m.attempt.typing {
			m.attempt.field = m.attempt.field.insert(msg.Content)
		}
	case lessonLive:
		if msg.number == m.run.number {
			m = m.watch(msg)
		}
	case lessonEnd:
		if msg.number == m.run.number {
			m = m.end(msg)
		}
	}
	return m.lay(), cmd
}

// arrive begins a step.
func (m lesson) arrive() lesson {
	m.attempt = attempt{chosen: -1, sure: -1}
	m.scroll, m.revealed = 0, 1
	step := m.session.Step()
	if step == nil || step.Question == nil || m.session.Decided() {
		return m
	}
	if text, sure, ok := m.session.Answered(); ok {
		m.attempt = m.attempt.again(step.Question, text, sure)
	}
	// Who presents has other keys to press first, and so has who lacks a run.
	m.attempt.typing = step.Question.Number != nil && !m.look.Present && !m.session.Missing()
	return m
}

// again takes up an answer that was given before.
func (a attempt) again(q *course.Question, text string, sure int) attempt {
	answer, err := q.Read(text)
	switch {
	case err != nil: // the question has changed since
		return a
	case q.Number != nil:
		a.field = field{}.insert(text)
	case q.Rank != nil:
		a.order = answer.Picked
	default:
		a.chosen = answer.Picked[0]
	}
	for i, percent := range sures {
		if percent == sure {
			a.sure = i
		}
	}
	return a
}

// forward goes to the next step.
func (m lesson) forward() lesson { return m.walk(m.session.Next) }

// back goes to the step before; a presentation shows all of it.
func (m lesson) back() lesson {
	m = m.walk(m.session.Back)
	m.revealed = everything
	return m
}

func (m lesson) walk(step func(time.Time)) lesson {
	m.note = ""
	step(m.now)
	return m.arrive().keep()
}

// keep keeps what was done, and tells once if that is not so.
func (m lesson) keep() lesson {
	err := m.desk.Keep(m.session)
	if err == nil || m.unkept {
		return m
	}
	m.unkept = true
	if err.Error() != m.look.Note {
		m.told = message{term.Warn, term.Printable(err.Error(), longestMessage)}
	}
	return m
}

// leave ends the program.
func (m lesson) leave() (lesson, tea.Cmd) { return m.giveUp(), tea.Quit }
