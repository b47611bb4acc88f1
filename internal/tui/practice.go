package tui

import (
	"context"
	"path"
	"slices"
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

	// Coming tells whether the lesson that teaches an exercise is still to come.
	Coming func(e *workshop.Exercise) bool

	// Check checks the learner's code.
	Check func(ctx context.Context, e *workshop.Exercise, o workshop.Options) (*workshop.Outcome, error)

	// Checked keeps what came of a check, Hinted that so many hints are shown, and Shown that the solution is. An error says why it
	// cannot be kept. None is called from within the window.
	Checked func(e *workshop.Exercise, outcome *workshop.Outcome) error
	Hinted  func(e *workshop.Exercise, hints int) error
	Shown   func(e *workshop.Exercise) error

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
	keep := func(what func() error) {
		if err := what(); err != nil {
			window.Send(practiceUnkept{err})
		}
	}
	model.keep = func(what func() error) { work.Go(func() { keep(what) }) }
	model.check = func(number int, e *workshop.Exercise, o workshop.Options) (stop func()) {
		ctx, stop := context.WithCancel(ctx)
		work.Go(func() {
			outcome, err := p.Check(ctx, e, o)
			if ctx.Err() != nil {
				return
			}
			if err == nil && !outcome.Provisional() {
				keep(func() error { return p.Checked(e, outcome) })
			}
			window.Send(practiceChecked{number, outcome, err})
		})
		return stop
	}
	window = newProgram(streams.In, streams.Out, streams.Style, model)
	now := p.Folder.Versions(p.Exercises)
	work.Go(func() {
		p.Folder.Watch(ctx, p.Exercises, now, func(e *workshop.Exercise) { window.Send(practiceSaved{e}) })
	})
	last, err := run(ctx, window)
	if err != nil {
		return err
	}
	if last.(practice).interrupted {
		return context.Canceled
	}
	return nil
}

// The messages: the window is there, a file of the learner's was saved, and a check has come to its end. It is named by its number, since it may have been
// given up for another one. Or what the learner has done cannot be kept.
type (
	practiceBegins  struct{}
	practiceSaved   struct{ exercise *workshop.Exercise }
	practiceUnkept  struct{ err error }
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
	chosen   int               // the exercise under the cursor of the list

	waiting []*workshop.Exercise // those that were saved while another one was checked

	check     func(number int, e *workshop.Exercise, o workshop.Options) (stop func())
	stopCheck func()
	keep      func(what func() error)

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
	resetPage  // asks whether to begin anew
	showMePage // asks whether to show the solution of one that has not passed
	keysPage
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

// resume is where the learner was: the exercise that was changed last, of those that are begun and have not passed; where none is,
// the first that has not passed.
func (m practice) resume() int {
	var open []*workshop.Exercise
	for _, e := range m.Exercises {
		if !m.Passed(e) {
			open = append(open, e)
		}
	}
	if e := m.Folder.ChangedLast(open); e != nil {
		return e.Number - 1
	}
	return m.upNext(0)
}

// open goes to an exercise, and checks what is there if it was begun.
func (m practice) open(at int) practice {
	m = m.turnTo(at)
	if m.Folder.Begun(m.exercise()) {
		return m.begin(workshop.Options{})
	}
	return m
}

// turnTo shows an exercise's task.
func (m practice) turnTo(at int) practice {
	m = m.giveUp()
	m.at, m.page, m.scroll, m.outcome, m.solved, m.failed, m.hints, m.waiting = at, taskPage, 0, nil, nil, "", 0, nil
	return m
}

// saved checks what was saved, and turns to its exercise first where that is another one; while another one is checked, it waits for
// that. Where what was saved is the file as it begins, there is nothing to check, and no verdict holds any more.
func (m practice) saved(e *workshop.Exercise) practice {
	switch anew := m.Folder.Anew(e); {
	case e != m.exercise() && (anew || slices.Contains(m.waiting, e)):
		return m
	case anew && (m.checking || m.outcome != nil):
		m = m.turnTo(m.at)
		m.Note = "your file is as it begins"
		return m
	case anew:
		return m
	case e != m.exercise() && m.checking:
		m.waiting = append(slices.Clone(m.waiting), e)
		return m
	case e != m.exercise():
		m = m.turnTo(e.Number - 1)
	}
	return m.begin(workshop.Options{})
}

// next checks what was saved meanwhile; what the one before came to is noted.
func (m practice) next(came string) practice {
	before, e, others := m.exercise(), m.waiting[0], m.waiting[1:]
	m = m.turnTo(e.Number - 1)
	m.waiting, m.Note = others, before.Name+": "+term.Printable(came, longestMessage)
	return m.begin(workshop.Options{})
}

// begin begins a check, in place of one that is under way.
func (m practice) begin(o workshop.Options) practice {
	m = m.giveUp()
	m.checking, m.raced, m.first = true, o.Race, !m.Passed(m.exercise())
	m.stopCheck = m.check(m.number, m.exercise(), o)
	return m
}

// giveUp ends the check under way.
func (m practice) giveUp() practice {
	if m.stopCheck != nil {
		m.stopCheck()
		m.stopCheck = nil
	}
	m.checking = false
	m.number++ // what it has come to already is not its exercise's any more
	return m
}

func (m practice) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.layout.Width, m.height = msg.Width, msg.Height
	case tea.KeyPressMsg:
		return m.key(msg.String())
	case practiceBegins:
		m = m.open(m.resume())
	case practiceSaved:
		m = m.saved(msg.exercise)
	case practiceUnkept:
		m.Note = term.Printable(msg.err.Error(), longestMessage)
	case practiceChecked:
		if msg.number == m.number {
			m = m.checked(msg)
		}
	}
	return m, nil
}

// checked takes what a check came to. What has passed is checked under the race detector next, which takes longer, and whose
// answer does not interrupt what the learner has turned to meanwhile.
func (m practice) checked(msg practiceChecked) practice {
	second := m.outcome != nil && m.outcome.Provisional()
	if m.page != resetPage && m.page != showMePage && !(second && m.page != outcomePage) {
		m.page, m.scroll = outcomePage, 0
	}
	m.checking, m.failed = false, ""
	if msg.err != nil {
		m.failed = term.Printable(msg.err.Error(), longestMessage)
		return m
	}
	m.outcome = msg.outcome
	switch {
	case msg.outcome.Provisional():
		return m.begin(workshop.Options{Race: true, Seed: msg.outcome.Seed})
	case len(m.waiting) > 0:
		return m.next(msg.outcome.Said)
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
	switch {
	case name == "ctrl+c":
		m.interrupted = true
		return m.giveUp(), tea.Quit
	case m.page == resetPage:
		return m.onReset(name == "y"), nil
	case m.page == showMePage:
		return m.onShowMe(name == "y"), nil
	case name == "q":
		return m.giveUp(), tea.Quit
	}
	m.Note = ""
	switch name {
	case "n", "right":
		return m.open((m.at + 1) % len(m.Exercises)), nil
	case "p", "left":
		return m.open((m.at + len(m.Exercises) - 1) % len(m.Exercises)), nil
	case "enter":
		return m.enter(), nil
	case "r":
		return m.begin(workshop.Options{Race: true}), nil
	case "t", "esc":
		m.page, m.scroll, m.solved = taskPage, 0, nil
	case "h":
		m.page, m.scroll = hintPage, 0
		m.hints = min(m.hints+1, len(m.exercise().Hints))
		e, hints := m.exercise(), m.hints
		m.keep(func() error { return m.Hinted(e, hints) })
	case "s":
		m.page, m.scroll = showMePage, 0
		if m.Passed(m.exercise()) {
			m.page = solutionPage
		}
	case "l":
		m.page, m.chosen = listPage, m.at
		m.scroll = max(0, m.at-m.rows()/2)
	case "x":
		m.page, m.scroll = resetPage, 0
	case "?":
		m.page, m.scroll = keysPage, 0
	default:
		return m.move(name), nil
	}
	return m, nil
}

// enter opens what is chosen in the list, goes on behind an exercise that has passed, and checks elsewhere.
func (m practice) enter() practice {
	switch {
	case m.page == listPage:
		return m.open(m.chosen)
	case m.goesOn():
		return m.open(m.upNext(m.at + 1))
	}
	return m.begin(workshop.Options{})
}

// goesOn tells whether there is nothing to check here any more.
func (m practice) goesOn() bool {
	return m.outcome != nil && m.outcome.Passed && m.Passed(m.exercise())
}

// onReset takes the answer to whether to begin anew.
func (m practice) onReset(yes bool) practice {
	m.page, m.scroll = taskPage, 0
	if !yes {
		return m
	}
	m = m.giveUp()
	m.outcome = nil
	aside, err := m.Folder.Reset(m.exercise())
	switch {
	case err != nil:
		m.Note = term.Printable(err.Error(), longestMessage)
	case aside == "":
		m.Note = "it was as it begins"
	default:
		m.Note = "it begins anew; your file is now " + path.Base(aside)
	}
	return m
}

// onShowMe takes the answer to whether to show the solution.
func (m practice) onShowMe(yes bool) practice {
	m.page, m.scroll = taskPage, 0
	if yes {
		m.page = solutionPage
		e := m.exercise()
		m.keep(func() error { return m.Shown(e) })
	}
	return m
}

// move scrolls the page or, in the list, moves the cursor.
func (m practice) move(key string) practice {
	if m.page != listPage {
		m.scroll = m.scrolled(key)
		return m
	}
	by := map[string]int{"up": -1, "k": -1, "down": 1, "j": 1, "pgup": -m.rows(), "pgdown": m.rows(), "home": -len(m.Exercises), "end": len(m.Exercises)}
	m.chosen = min(max(0, m.chosen+by[key]), len(m.Exercises)-1)
	m.scroll = min(max(m.scroll, m.chosen-m.rows()+1), m.chosen)
	return m
}

// scrolled is where a key scrolls to.
func (m practice) scrolled(name string) int {
	page := max(1, m.rows()-1)
	by := map[string]int{"up": -1, "k": -1, "down": 1, "j": 1, "pgup": -page, "pgdown": page, "space": page, "home": -m.most(), "end": m.most()}
	return min(max(0, m.scroll+by[name]), m.most())
}
