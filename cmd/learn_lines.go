package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"meanwhile/internal/course"
	"meanwhile/internal/experiment"
	"meanwhile/internal/report"
	"meanwhile/internal/term"
)

// lineLesson is a lesson as lines: text on stdout, questions on stderr, answers from stdin.
type lineLesson struct {
	streams *term.Streams
	layout  report.Layout
	desk    course.Desk
	session *course.Session
	answers *answers
	note    string // what there is to say before it begins
	unkept  bool   // it was said that nothing is kept
	failed  error  // stdout takes no more
}

func newLineLesson(streams *term.Streams, desk course.Desk, session *course.Session, note string) *lineLesson {
	layout := report.Layout{Style: streams.Style, Width: streams.Width}
	return &lineLesson{streams: streams, layout: layout, desk: desk, session: session, answers: newAnswers(streams), note: note}
}

// errLeft tells that the learner has left, by a command or by the end of the input.
var errLeft = errors.New("left")

func (p *lineLesson) run(ctx context.Context) error {
	if p.note != "" {
		p.tell(term.Warn, p.note)
	}
	p.begin()
	for p.session.Step() != nil && p.failed == nil {
		before := p.session.At()
		if err := p.step(ctx); err != nil {
			p.keep()
			if errors.Is(err, errLeft) {
				return p.farewell()
			}
			return err
		}
		if p.session.At() != before {
			p.keep()
		}
	}
	return p.end()
}

// begin says which lesson it is.
func (p *lineLesson) begin() {
	lesson := p.session.Lesson
	p.print(term.Title, fmt.Sprintf("Lesson %d: %s", lesson.Number, lesson.Title))
	p.print(term.Faint, fmt.Sprintf("%d steps, about %d minutes. Enter goes on; b goes back, s skips, g and a word looks it up, ? tells more, q leaves.",
		p.session.Steps(), lesson.Minutes))
	if p.session.At() > 0 {
		p.print(term.Faint, "You go on where you were.")
	}
	p.keep()
}

// step shows the step and takes what the learner does with it.
func (p *lineLesson) step(ctx context.Context) error {
	step := p.session.Step()
	p.blank()
	p.print(term.Title, fmt.Sprintf("%d of %d: %s", p.session.At()+1, p.session.Steps(), step.Kind.Words()))
	p.blank()
	if p.session.Missing() {
		p.print(term.Warn, "This speaks of a run that was not made in this session. r makes it now, so that its numbers are of now.")
	}
	p.body(step)
	switch {
	case step.Kind == course.Run:
		return p.runStep(ctx, step)
	case step.Question != nil:
		return p.question(ctx, step)
	}
	return p.wait(ctx)
}

// body is what a step says before it asks.
func (p *lineLesson) body(step *course.Step) {
	if step.Kind != course.Quiz {
		p.verdicts()
	}
	results := p.session.Results()
	p.lines(p.layout.Prose(step.Prose, results))
	switch step.Kind {
	case course.Timeline:
		if results.Last != nil {
			p.blank()
			p.lines(p.layout.Lanes(results.Last, 0))
		}
	case course.Explain:
		if p.session.FirstExplanation() {
			p.blank()
			p.lines(p.layout.Misconception(p.session.Lesson.Misconception))
		}
	case course.Read:
		for _, name := range step.Examples {
			if example, err := report.FindExample(name); err == nil {
				p.blank()
				p.lines(p.layout.ReadCode(example, results.Last))
			}
		}
	}
}

// verdicts set the learner's answers beside what came out.
func (p *lineLesson) verdicts() {
	for _, verdict := range p.session.Verdicts() {
		p.lines(p.layout.Verdict(verdict))
		p.blank()
	}
}

// question asks until the answer can be read; an empty one skips.
func (p *lineLesson) question(ctx context.Context, step *course.Step) error {
	q := step.Question
	if p.session.Decided() {
		p.print(term.Plain, q.Ask)
		p.print(term.Faint, p.session.Said())
		if step.Kind == course.Quiz {
			p.verdicts()
		}
		return p.wait(ctx)
	}
	p.blank()
	p.options(q)
	for {
		text, err := p.ask(ctx, fmt.Sprintf("Your answer (%s; empty skips): ", q.How()))
		if err != nil {
			return err
		}
		if obeyed, err := p.obey(ctx, text); obeyed || err != nil {
			return err
		}
		if _, err := q.Read(text); err == nil {
			return p.answer(ctx, step, text)
		} else if err := p.mistake(err); err != nil {
			return err
		}
	}
}

// options are a question and what there is to choose from.
func (p *lineLesson) options(q *course.Question) {
	p.print(term.Strong, q.Ask)
	for i, option := range q.Options() {
		lead := fmt.Sprintf("%d. ", i+1)
		for _, line := range p.layout.Text(term.Plain, option, len(lead)) {
			line.Painted = lead + strings.TrimLeft(line.Painted, " ")
			p.line(line)
			lead = strings.Repeat(" ", len(lead))
		}
	}
}

// answer takes an answer that can be read and, for a prediction, how sure the learner is.
func (p *lineLesson) answer(ctx context.Context, step *course.Step, text string) error {
	sure := -1
	for step.Predicts() {
		said, err := p.ask(ctx, "How sure are you, from 0 to 100 % (empty skips)? ")
		switch {
		case err != nil:
			return err
		case said == "q":
			return errLeft
		}
		if said == "" {
			break
		}
		if sure, err = parseSure(said); err == nil {
			break
		}
		sure = -1
		if err := p.mistake(err); err != nil {
			return err
		}
	}
	if err := p.session.Answer(text, sure, time.Now()); err != nil {
		return err
	}
	if step.Kind == course.Quiz {
		p.blank()
		p.verdicts()
	}
	p.session.Next(time.Now())
	return nil
}

// mistake tells what is wrong with an answer. In a script, it is the end: nobody will answer again.
func (p *lineLesson) mistake(err error) error {
	if !p.streams.InTerminal {
		return p.unreadable(err)
	}
	p.tell(term.Warn, err.Error())
	return nil
}

// unreadable is what is wrong with something that was typed: in a script, a mistake in its use of the program.
func (p *lineLesson) unreadable(err error) error {
	if !p.streams.InTerminal {
		return usagef("%w", err)
	}
	return err
}

// runStep runs the step's command, or that with other flags.
func (p *lineLesson) runStep(ctx context.Context, step *course.Step) error {
	p.blank()
	p.command(step.Command)
	for {
		text, err := p.ask(ctx, "Enter runs it; s skips; flags, such as -n 5, are added to it: ")
		if err != nil {
			return err
		}
		if text != "" && !strings.HasPrefix(text, "-") {
			if obeyed, err := p.obey(ctx, text); obeyed || err != nil {
				return err
			}
			if err := p.mistake(errors.New("nothing is asked here; press Enter, or type flags")); err != nil {
				return err
			}
			continue
		}
		counts, err := p.execute(ctx, slices.Concat(step.Command, strings.Fields(text)))
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case err != nil && !p.streams.InTerminal:
			return err
		case err != nil:
			p.tell(term.Warn, err.Error())
		case counts:
			p.session.Next(time.Now())
			return nil
		default:
			p.blank()
			p.print(term.Faint, "That was a run of your own. The lesson is about its own command:")
			p.command(step.Command)
		}
	}
}

// command shows what runs, as it can be typed in a shell.
func (p *lineLesson) command(command []string) {
	p.lines(p.layout.Command(term.Number, "$ ", command))
}

// execute runs a command for real and shows what it came to. counts tells whether it decides what the lesson asks.
func (p *lineLesson) execute(ctx context.Context, command []string) (counts bool, err error) {
	runner, err := p.desk.Prepare(command)
	if err != nil {
		return false, p.unreadable(err)
	}
	screen := newScreen(p.streams, report.FormatText, "")
	result, err := runner(ctx, p.streams.Out, screen.progress)
	screen.erase()
	if err != nil {
		return false, err
	}
	counts = p.session.Ran(result, time.Now())
	p.keep()
	p.outcome(result)
	return counts, nil
}

func (p *lineLesson) outcome(result *experiment.Result) {
	p.blank()
	if result.Simulated != "" {
		p.print(term.Warn, "simulated: "+result.Simulated)
	}
	p.lines(p.layout.Outcome(result))
	p.blank()
	p.print(term.Strong, result.Learned)
}

// wait goes on when the learner does.
func (p *lineLesson) wait(ctx context.Context) error {
	for {
		text, err := p.ask(ctx, "Enter goes on: ")
		if err != nil {
			return err
		}
		if obeyed, err := p.obey(ctx, text); obeyed || err != nil {
			return err
		}
		if err := p.mistake(errors.New("nothing is asked here; press Enter, or ? for what else there is")); err != nil {
			return err
		}
	}
}

// obey does what was typed instead of an answer: obeyed is false for an answer.
func (p *lineLesson) obey(ctx context.Context, text string) (obeyed bool, err error) {
	name, argument, _ := strings.Cut(text, " ")
	switch name {
	case "", "s":
		p.session.Next(time.Now())
	case "b":
		p.session.Back(time.Now())
	case "q":
		return true, errLeft
	case "g":
		p.define(argument)
	case "?":
		p.help()
	case "r":
		return true, p.runAgain(ctx)
	default:
		return false, nil
	}
	return true, nil
}

// runAgain runs the command that the step speaks of once more; the step is shown again behind it.
func (p *lineLesson) runAgain(ctx context.Context) error {
	command := p.session.Command()
	if command == nil {
		p.tell(term.Warn, "nothing has run yet; go on to the first run")
		return nil
	}
	p.command(command)
	_, err := p.execute(ctx, command)
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case err != nil && p.streams.InTerminal:
		p.tell(term.Warn, err.Error())
		return nil
	}
	return err
}

// define says what a term means, or which terms there are.
func (p *lineLesson) define(named string) {
	entry, ok := course.Define(p.desk.Glossary, named)
	if ok {
		p.print(term.Title, entry.Term)
		p.lines(p.layout.Prose(entry.Prose, course.Results{}))
		return
	}
	var terms []string
	for _, entry := range p.desk.Glossary {
		terms = append(terms, entry.Term)
	}
	p.print(term.Plain, "g and one of these tells what it means: "+strings.Join(terms, ", "))
}

func (p *lineLesson) help() {
	for _, line := range []string{
		"Enter: go on; at a question, skip it; at a run, run it",
		"b: one step back",
		"s: one step on, without answering or running",
		"r: run the last command again",
		"g and a word: what a term means; g alone: all terms",
		"q, or the end of the input: leave; your place is kept",
	} {
		p.print(term.Plain, line)
	}
}

// ask puts a question and reads a line. The end of the input is leaving.
func (p *lineLesson) ask(ctx context.Context, question string) (string, error) {
	fmt.Fprint(p.streams.Err, p.streams.ErrStyle.Text(question))
	text, err := p.answers.read(ctx)
	if !p.streams.InTerminal || err != nil {
		fmt.Fprintln(p.streams.Err, term.Printable(text, maxAnswer)) // no one typed a line end
	}
	if errors.Is(err, io.EOF) {
		return "", errLeft
	}
	return text, err
}

// keep keeps what was done, and says once if that is not so.
func (p *lineLesson) keep() {
	p.keeps(p.desk.Keep(p.session))
}

// keeps takes what became of keeping something.
func (p *lineLesson) keeps(err error) {
	if err != nil && !p.unkept && oneLine(err) != p.note {
		p.tell(term.Warn, oneLine(err))
	}
	p.unkept = p.unkept || err != nil
}

// farewell says how to come back.
func (p *lineLesson) farewell() error {
	if !p.unkept {
		p.tell(term.Faint, fmt.Sprintf("You are at step %d of %d; '%s' goes on from here.", p.session.At()+1, p.session.Steps(), p.desk.Learn))
	}
	return p.failed
}

// end is behind the last step.
func (p *lineLesson) end() error {
	lesson := p.session.Lesson
	p.blank()
	p.lines(p.layout.End(p.session))
	p.blank()
	if !p.unkept {
		p.print(term.Faint, fmt.Sprintf("Lesson %d is done. '%s' goes on with the next; '%s' asks again what is due.",
			lesson.Number, p.desk.Learn, p.desk.Review))
	}
	return p.failed
}

// print writes a sentence to stdout, and tell one to stderr.

func (p *lineLesson) print(role term.Role, text string) { p.lines(p.layout.Text(role, text, 0)) }

func (p *lineLesson) tell(role term.Role, text string) {
	style := p.streams.ErrStyle
	for _, line := range term.Wrap(style.Text(text), p.streams.Width) {
		fmt.Fprintln(p.streams.Err, style.Paint(role, line))
	}
}

func (p *lineLesson) blank() { p.line(report.Line{}) }

func (p *lineLesson) lines(lines []report.Line) {
	for _, line := range lines {
		p.line(line)
	}
}

func (p *lineLesson) line(line report.Line) {
	if p.failed == nil {
		_, p.failed = fmt.Fprintln(p.streams.Out, strings.TrimRight(line.Painted, " "))
	}
}
