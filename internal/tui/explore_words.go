package tui

import (
	"fmt"
	"strings"
	"time"

	"meanwhile/internal/measure"
	"meanwhile/internal/report"
	"meanwhile/internal/term"
)

// messages say in words what the picture shows, what matters most first: a window may have no room for the last of them.
func (m explorer) messages() []message {
	var messages []message
	if m.told.text != "" {
		messages = append(messages, m.told)
	}
	if m.refusal != "" {
		messages = append(messages, message{term.Warn, m.refusal})
	}
	if m.run.underWay {
		messages = append(messages, message{term.Strong, m.progress()})
	}
	if row := m.row(); row != nil {
		return append(append(messages, m.difference(row)), m.circumstances(row)...)
	}
	return append(messages, m.expectation()...)
}

// expectation says what is predicted, and what it rests on.
func (m explorer) expectation() []message {
	if !m.prediction.known {
		return nil
	}
	p := m.prediction
	messages := []message{{term.Strong, fmt.Sprintf("predicted: %s (%s), %s", report.Expected(p.interval), p.why, p.basis)}}
	if ratio := float64(p.alone) / float64(max(1, p.timeline.Elapsed)); ratio >= 1.05 {
		messages = append(messages, message{term.Faint, fmt.Sprintf("one after the other would take %s: this is %s as fast",
			measure.Human(p.alone), measure.Times(ratio))})
	}
	if !m.run.underWay && m.refusal == "" {
		messages = append(messages, message{term.Faint, "Enter runs it for real, in about " + roughly(m.cost())})
	}
	return messages
}

// cost is about what a run takes: the warm-up, with a few tasks one after the other, the round, and one more for the lanes.
func (m explorer) cost() time.Duration {
	const alone, rounds = 10, 3
	tasks := time.Duration(m.plan.Spec.Tasks)
	return rounds*m.prediction.timeline.Elapsed + m.prediction.alone/tasks*min(tasks, alone)
}

// roughly writes a time that is only an estimate.
func roughly(t time.Duration) string {
	step := time.Second
	if t < time.Second {
		step = 10 * time.Millisecond
	}
	return report.ShortTime(max(t, step).Round(step))
}

// progress says how far the run has come and, of a long one, how long it takes.
func (m explorer) progress() string {
	if m.run.givenUp {
		return "stopping the run…"
	}
	text := "running: " + m.phase() + "…"
	if m.prediction.known && m.cost() >= time.Second {
		text += fmt.Sprintf(" (about %s in all; a turn of a dial stops it)", roughly(m.cost()))
	}
	return text
}

// phase says what the run is at.
func (m explorer) phase() string {
	p := m.run.progress
	switch {
	case p.Rounds == 0:
		return "setting up"
	case p.Traced:
		return "once more, under the tracer, for the lanes"
	case p.Round <= p.Warmup:
		return "warming up"
	}
	return "measuring"
}

// difference says how what was measured differs from what was predicted.
func (m explorer) difference(row *measure.Row) message {
	took := time.Duration(row.Elapsed.Median)
	if row.Predicted == nil {
		return message{term.Strong, "measured " + measure.Human(took) + ": " + row.Verdict.Words}
	}
	text := fmt.Sprintf("predicted %s, measured %s", report.Expected(*row.Predicted), measure.Human(took))
	words := row.Verdict.Words
	switch row.Verdict.Outcome {
	case measure.Slower:
		return message{term.Warn, text + apart(took-row.Predicted.High, "more", words) + "; " + words}
	case measure.Faster:
		return message{term.Warn, text + apart(row.Predicted.Low-took, "less", words) + "; " + words}
	}
	return message{term.Good, text + ": " + words}
}

// apart says how far a time is off, unless the words behind it do.
func apart(by time.Duration, which, words string) string {
	if strings.Contains(words, measure.Human(by)) {
		return ""
	}
	return ", " + measure.Human(by) + " " + which
}

// circumstances say what of the run was not real, and what the prediction was made from.
func (m explorer) circumstances(row *measure.Row) []message {
	var messages []message
	result := m.measured.Results[0]
	if result.Simulated != "" {
		messages = append(messages, message{term.Faint, term.Printable("simulated: "+result.Simulated, longestMessage)})
	}
	why := "predicted from what a task took in the warm-up (" + row.Why + ")"
	if m.before.known && time.Duration(row.Elapsed.Median) > m.before.interval.High {
		why += fmt.Sprintf("; %s, it was %s", m.before.basis, report.Expected(m.before.interval))
	}
	return append(messages, message{term.Faint, why}, message{term.Faint, term.Printable("real: "+result.Real, longestMessage)})
}
