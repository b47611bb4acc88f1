package tui

import (
	"context"
	"errors"
	"maps"
	"runtime"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"

	"meanwhile/internal/measure"
	"meanwhile/internal/report"
	"meanwhile/internal/term"
)

// Save writes a comparison to a file that was not there before, and tells which.
type Save func(*measure.Comparison) (path string, err error)

// Explore shows a bench with dials: what a run should be like, drawn anew at every turn, and what it is like, at the press of a
// key. It starts from a plan of one workload and one strategy and returns the plan of the comparison that does the same, in
// which sequential stands beside the strategy. program is what recordings say that they were made by.
func Explore(ctx context.Context, streams *term.Streams, start measure.Plan, program string, save Save) (measure.Plan, error) {
	ctx, cancel := context.WithCancel(ctx)
	var runs sync.WaitGroup
	defer runs.Wait()
	defer cancel()

	model := newExplorer(report.Layout{Style: streams.Style, Width: streams.Width}, start, save)
	var window *tea.Program
	model.begin = func(number int, plan measure.Plan) (stop func()) {
		ctx, stop := context.WithCancel(ctx)
		runs.Go(func() { window.Send(try(ctx, number, plan, program, window.Send)) })
		return stop
	}
	window = newProgram(streams.In, streams.Out, streams.Style, model)
	last, err := run(ctx, window)
	if err != nil {
		return start, err
	}
	left := last.(explorer)
	if left.interrupted {
		err = context.Canceled
	}
	return left.comparison(), err
}

// try runs a plan for real.
func try(ctx context.Context, number int, plan measure.Plan, program string, tell func(tea.Msg)) exploreEnd {
	comparison := measure.New(plan, program)
	var err error
	comparison.Results, err = measure.Run(ctx, plan, plan.Workloads[0], func(p measure.Progress) {
		tell(exploreProgress{number, p})
	})
	for i := range comparison.Results {
		comparison.Results[i].Trace = nil // nobody asks for it here, and it is large
	}
	comparison.Learned = measure.Learn(comparison.Results)
	if cause := context.Cause(ctx); cause != nil {
		err = cause // it ended the setting up, and a library put that into words of its own
	}
	return exploreEnd{number, comparison, err}
}

// The messages of a run: how far it has come, and its end. They name it by its number, since it may have been given up.
type (
	exploreProgress struct {
		number int
		measure.Progress
	}
	exploreEnd struct {
		number     int
		comparison *measure.Comparison
		err        error
	}
)

// explorer is what the bench shows, and all that it knows.
type explorer struct {
	layout report.Layout
	height int
	page   explorePage
	scroll int

	dials  []dial
	chosen int
	plan   measure.Plan
	procs  int // the GOMAXPROCS that the program started with

	learned    map[string]experience // by workload
	prediction prediction
	refusal    string        // why the plan cannot be run
	axis       time.Duration // how long the picture is

	begin    func(number int, plan measure.Plan) (stop func())
	run      exploreRun
	measured *measure.Comparison // of what the dials say
	before   prediction          // what had been predicted before that ran
	last     *measure.Comparison // the last one that was measured
	save     Save
	told     message // what the last key did, where the picture does not show it

	interrupted bool
}

// exploreRun is the run under way.
type exploreRun struct {
	number   int // of the last one
	underWay bool
	givenUp  bool
	again    bool // start anew behind it
	stop     func()
	plan     measure.Plan
	progress measure.Progress
}

// message is a sentence in its role.
type message struct {
	role term.Role
	text string
}

// explorePage is what is shown.
type explorePage int

const (
	benchPage explorePage = iota
	sourcePage
	helpPage
)

func newExplorer(layout report.Layout, start measure.Plan, save Save) explorer {
	start.Rounds, start.Warmup, start.Timeout = measure.DefaultPlan().Rounds, measure.DefaultPlan().Warmup, 0
	procs := runtime.GOMAXPROCS(0)
	m := explorer{
		layout: layout, height: 24, save: save, procs: procs, dials: dials(procs), plan: start, learned: map[string]experience{},
	}
	return m.predict()
}

// applied is the plan of what the dials say, as far as it applies.
func (m explorer) applied() measure.Plan { return applied(m.dials, m.plan) }

// predict brings what is predicted up to the dials.
func (m explorer) predict() explorer {
	plan := m.applied()
	m.refusal = ""
	if err := m.trial().Check(); err != nil {
		m.refusal = err.Error()
	}
	m.prediction = foresee(plan, m.procs, m.learned[plan.Workloads[0]])
	return m.rescale()
}

// rescale has the picture fit the axis. It changes only where it must: on one axis, a turn of a dial shows.
func (m explorer) rescale() explorer {
	end := m.prediction.interval.High
	if row := m.row(); row != nil {
		end = max(end, row.Timeline.Elapsed, time.Duration(row.Elapsed.Median))
	}
	if end > m.axis || end < m.axis/3 {
		m.axis = end + end/8
	}
	return m
}

// row is what was measured of what the dials say, or nil.
func (m explorer) row() *measure.Row {
	if m.measured == nil {
		return nil
	}
	return &m.measured.Results[0].Rows[0]
}

// trial is the plan that Enter runs: as little as gives lanes and a time to hold against the prediction.
func (m explorer) trial() measure.Plan {
	plan := m.applied()
	plan.Rounds, plan.Warmup, plan.Traced = 1, 1, true
	return plan
}

// comparison is the plan to compare with, which compare takes.
func (m explorer) comparison() measure.Plan {
	plan := m.applied()
	if plan.Strategies[0] != measure.Baseline {
		plan.Strategies = []string{measure.Baseline, plan.Strategies[0]}
	}
	return plan
}

func (m explorer) Init() tea.Cmd { return nil }

func (m explorer) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.layout.Width, m.height = msg.Width, msg.Height
	case exploreProgress:
		if msg.number == m.run.number {
			m.run.progress = msg.Progress
		}
	case exploreEnd:
		if msg.number == m.run.number {
			return m.end(msg), nil
		}
	case tea.KeyPressMsg:
		return m.key(msg.String())
	}
	return m, nil
}

// key does what a key is for.
func (m explorer) key(name string) (tea.Model, tea.Cmd) {
	m.told = message{}
	switch name {
	case "ctrl+c":
		m.interrupted = true
		return m.giveUp(), tea.Quit
	case "q":
		return m.giveUp(), tea.Quit
	case "esc":
		if m.page == benchPage {
			return m.giveUp(), tea.Quit
		}
		m.page = benchPage
	case "s":
		m = m.open(sourcePage)
	case "?":
		m = m.open(helpPage)
	default:
		if m.page != benchPage {
			return m.move(name), nil
		}
		return m.handle(name), nil
	}
	return m, nil
}

// open shows a page, or the bench again where the page is shown already.
func (m explorer) open(page explorePage) explorer {
	if m.page == page {
		page = benchPage
	}
	m.page, m.scroll = page, 0
	return m
}

// far is how many steps a dial moves at once.
const far = 4

// handle does what a key is for on the bench.
func (m explorer) handle(name string) explorer {
	switch name {
	case "up", "k", "shift+tab":
		return m.choose(-1)
	case "down", "j", "tab":
		return m.choose(1)
	case "left", "h":
		return m.turn(-1)
	case "right", "l":
		return m.turn(1)
	case "shift+left", "pgdown":
		return m.turn(-far)
	case "shift+right", "pgup":
		return m.turn(far)
	case "home":
		return m.turn(-len(m.dials[m.chosen].steps))
	case "end":
		return m.turn(len(m.dials[m.chosen].steps))
	case "enter":
		return m.start()
	case "w":
		return m.write()
	}
	return m
}

// choose takes the next dial in a direction that applies, if there is one.
func (m explorer) choose(by int) explorer {
	for i := m.chosen + by; i >= 0 && i < len(m.dials); i += by {
		if m.dials[i].applies(m.plan) {
			m.chosen = i
			break
		}
	}
	return m
}

// turn turns the chosen dial. What was measured belongs to what the dials said before.
func (m explorer) turn(by int) explorer {
	if dial := m.dials[m.chosen]; dial.canTurn(m.plan, by) {
		dial.turn(&m.plan, by)
		m.measured = nil
		return m.giveUp().predict()
	}
	return m
}

// giveUp stops the run under way.
func (m explorer) giveUp() explorer {
	if m.run.underWay {
		m.run.stop()
		m.run.givenUp, m.run.again = true, false
	}
	return m
}

// start runs what the dials say, unless that is refused or something runs already.
func (m explorer) start() explorer {
	if m.run.underWay {
		m.run.again = m.run.givenUp // as soon as that one has ended
		return m
	}
	if m.refusal != "" {
		return m
	}
	number, plan := m.run.number+1, m.trial()
	m.measured = nil
	m.run = exploreRun{number: number, underWay: true, plan: plan, stop: m.begin(number, plan)}
	return m
}

// end takes over what a run gave.
func (m explorer) end(msg exploreEnd) explorer {
	run := m.run
	run.stop() // it holds nothing any more
	m.run.underWay = false
	switch {
	case run.again:
		return m.start()
	case run.givenUp || errors.Is(msg.err, context.Canceled):
		return m
	case msg.err != nil:
		m.told = message{term.Bad, term.Printable(msg.err.Error(), longestMessage)}
		return m
	case msg.comparison.Results[0].Rows[0].Timeline == nil:
		m.told = message{term.Bad, "the run left no timeline"}
		return m
	}
	m.before, m.measured, m.last = m.prediction, msg.comparison, msg.comparison
	m.learned = maps.Clone(m.learned)
	m.learned[run.plan.Workloads[0]] = learn(run.plan, &msg.comparison.Results[0])
	return m.predict()
}

// longestMessage is how much of an error is shown.
const longestMessage = 400

// write saves what was measured last.
func (m explorer) write() explorer {
	if m.last == nil {
		m.told = message{term.Plain, "nothing to write yet: Enter runs what the dials say"}
		return m
	}
	path, err := m.save(m.last)
	if err != nil {
		m.told = message{term.Bad, term.Printable(err.Error(), longestMessage)}
		return m
	}
	m.told = message{term.Good, "wrote " + term.Printable(path, longestMessage) + ", for 'meanwhile replay'"}
	return m
}
