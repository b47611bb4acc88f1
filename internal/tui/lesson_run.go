package tui

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"

	tea "charm.land/bubbletea/v2"

	"meanwhile/internal/course"
	"meanwhile/internal/experiment"
	"meanwhile/internal/report"
	"meanwhile/internal/term"
)

// The messages of a run: what the live view is told, and the run's end. They name it by its number, since it may have been
// given up.
type (
	lessonLive struct {
		number int
		msg    tea.Msg
	}
	lessonEnd struct {
		number int
		result *experiment.Result
		err    error
	}
)

// lessonRun is the run under way, or the last one.
type lessonRun struct {
	number   int
	underWay bool
	givenUp  bool
	stop     func()
	command  []string
	live     liveModel
	printed  *printed
	result   *experiment.Result
}

// perform runs a command for real, and tells how it goes on.
func perform(ctx context.Context, number int, runner experiment.Runner, out *printed, tell func(tea.Msg)) lessonEnd {
	rounds := follow(func(msg tea.Msg) { tell(lessonLive{number, msg}) })
	defer rounds.stop()
	result, err := runner(ctx, out, rounds.progress)
	if cause := context.Cause(ctx); cause != nil {
		err = cause // it ended the run, and a library may have put that into words of its own
	}
	return lessonEnd{number, result, err}
}

// printed collects what a run prints, and keeps the end of it. It is looked at while it grows.
type printed struct {
	mu   sync.Mutex // guards text
	text []byte
}

// mostPrinted is how much is kept of what a run prints.
const mostPrinted = 16 << 10

func (p *printed) Write(text []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.text = append(p.text, text...)
	if len(p.text) > 2*mostPrinted {
		p.text = slices.Clone(p.text[len(p.text)-mostPrinted:])
	}
	return len(text), nil
}

// tail is the last lines, at most so many.
func (p *printed) tail(most int) []string {
	if p == nil {
		return nil
	}
	p.mu.Lock()
	text := strings.TrimRight(string(p.text), "\n")
	p.mu.Unlock()
	if text == "" || most < 1 {
		return nil
	}
	lines := strings.Split(text, "\n")
	return lines[max(0, len(lines)-most):]
}

// command is what r runs, and f changes.
func (m lesson) command() []string {
	if m.attempt.command != nil {
		return m.attempt.command
	}
	return m.session.Command()
}

// own is what Enter runs: the lesson's command, or once more the one that has failed.
func (m lesson) own() []string {
	if m.attempt.failed != "" {
		return m.command()
	}
	return m.session.Command()
}

// again makes the run once more that the step speaks of.
func (m lesson) again() lesson {
	step := m.session.Step()
	if step == nil || m.session.Command() == nil || step.Kind != course.Run && !m.session.Missing() {
		return m
	}
	return m.start(m.command())
}

// start runs a command, unless something is wrong with it.
func (m lesson) start(command []string) lesson {
	m.attempt.failed = ""
	runner, err := m.desk.Prepare(command)
	if err != nil {
		m.attempt.failed = err.Error()
		return m.toFocus()
	}
	number, out := m.run.number+1, &printed{}
	m.run = lessonRun{
		number: number, underWay: true, command: command, printed: out,
		live: liveModel{layout: m.layout}, stop: m.begin(number, runner, out),
	}
	m.scroll = 0
	return m
}

// edit lets the learner type other flags.
func (m lesson) edit() lesson {
	step := m.session.Step()
	if step == nil || step.Kind != course.Run {
		return m
	}
	text := strings.TrimPrefix(report.Command(m.command()), "meanwhile ")
	m.attempt.field, m.attempt.typing, m.attempt.editing = field{}.insert(text), true, true
	m.attempt.failed = ""
	return m.toFocus()
}

// edited runs what was typed, if it can be run.
func (m lesson) edited() lesson {
	command := strings.Fields(m.attempt.field.String())
	switch {
	case len(command) > 0 && command[0] == "meanwhile":
		command = command[1:]
	case len(command) > 0 && strings.HasPrefix(command[0], "-"): // flags alone
		command = slices.Concat(m.session.Command(), command)
	}
	if _, err := m.desk.Prepare(command); err != nil {
		m.attempt.refused = err.Error()
		return m.toFocus()
	}
	m.attempt.command = command
	m.attempt.typing, m.attempt.editing, m.attempt.refused = false, false, ""
	return m.start(command)
}

// giveUp stops the run under way.
func (m lesson) giveUp() lesson {
	if m.run.underWay {
		m.run.stop()
		m.run.givenUp = true
	}
	return m
}

// watch takes over what the run under way looks like now.
func (m lesson) watch(msg lessonLive) lesson {
	live, _ := m.run.live.Update(msg.msg)
	m.run.live = live.(liveModel)
	return m
}

// end takes over what a run gave.
func (m lesson) end(msg lessonEnd) lesson {
	m.run.stop() // it holds nothing any more
	m.run.underWay = false
	switch {
	case m.run.givenUp:
		return m
	case msg.err != nil:
		m.attempt.failed = term.Printable(msg.err.Error(), longestMessage)
	default:
		m.run.result = msg.result
		m.session.Ran(msg.result, m.now)
		m = m.keep()
	}
	m.revealed = max(1, len(m.parts())-1) // what is learned comes after the picture
	if m.session.Step().Kind != course.Run {
		m.scroll = 0 // the step is told anew, with its numbers
		return m
	}
	return m.toFocus()
}

// runningParts show the run under way: the command, what it prints, its lanes.
func (m lesson) runningParts() []part {
	l := m.text()
	parts := []part{{lines: m.commandLines(m.run.command), focus: true}}
	if m.run.givenUp {
		return append(parts, part{lines: l.Text(term.Warn, "stopping…", 0), focus: true})
	}
	if lines := m.printedLines(m.rows() / 2); len(lines) > 0 {
		parts = append(parts, part{lines: lines, focus: true})
	}
	used := len(stack(parts, false).lines)
	live := m.run.live
	live.layout, live.height = l, m.rows()-used
	var lanes []report.Line
	for _, line := range live.lines() {
		lanes = append(lanes, measured(line))
	}
	if live.now.Workload == "" {
		lanes = l.Text(term.Faint, "it runs…", 0)
	}
	return append(parts, part{lines: lanes, focus: true})
}

// runParts are a step that runs something, before and after.
func (m lesson) runParts() []part {
	l := m.text()
	if m.attempt.editing {
		return m.editParts()
	}
	parts := []part{{lines: m.commandLines(m.command()), focus: true}}
	if m.attempt.failed != "" {
		return append(parts, part{lines: l.Text(term.Bad, m.attempt.failed, 0), focus: true},
			part{lines: l.Text(term.Plain, "Enter runs it again, f changes its flags, s goes on without it.", 0), focus: true})
	}
	result := cmp.Or(m.session.Explored(), m.session.Results().Last)
	if result == nil {
		return parts
	}
	parts[0].lines = m.commandLines(result.Args)
	if lines := m.printedLines(mostGreetings); len(lines) > 0 && result == m.run.result {
		parts = append(parts, part{lines: lines, focus: true})
	}
	outcome := l.Outcome(result)
	if result.Simulated != "" {
		outcome = slices.Concat(l.Text(term.Warn, "simulated: "+result.Simulated, 0), outcome)
	}
	parts = append(parts, part{lines: outcome, focus: true}, part{lines: l.Text(term.Strong, result.Learned, 0), focus: true})
	if result == m.session.Explored() {
		parts = append(parts, part{lines: l.Text(term.Faint, m.exploredWords(), 0), focus: true})
	}
	return parts
}

// exploredWords say what a run with other flags is to the lesson.
func (m lesson) exploredWords() string {
	if m.session.Results().Last == nil {
		return "That was a run of your own. The lesson is about its own command: Enter runs that."
	}
	return "That was a run of your own. The lesson goes on with what its own command came to."
}

// mostGreetings is how many lines are left to see of what a run has printed.
const mostGreetings = 10

// editParts are where other flags are typed.
func (m lesson) editParts() []part {
	l := m.text()
	lines, row, column := m.attempt.field.draw(l, "meanwhile ")
	parts := []part{{lines: lines, focus: true, cursor: &tea.Position{X: column, Y: row}}}
	if m.attempt.refused != "" {
		parts = append(parts, part{lines: l.Text(term.Bad, m.attempt.refused, 0), focus: true})
	}
	return parts
}

func (m lesson) commandLines(command []string) []report.Line {
	return m.text().Command(term.Number, "", command)
}

// printedLines are the last lines that the run has printed.
func (m lesson) printedLines(most int) []report.Line {
	l := m.text()
	var lines []report.Line
	for _, line := range m.run.printed.tail(most) {
		lines = append(lines, l.Line(term.Plain, "  "+term.Printable(line, longestMessage)))
	}
	return lines
}
