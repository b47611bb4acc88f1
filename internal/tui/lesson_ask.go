package tui

import (
	"fmt"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"meanwhile/internal/course"
	"meanwhile/internal/report"
	"meanwhile/internal/term"
)

// sures are how sure a learner can be, in percent.
var sures = [...]int{25, 50, 75, 95}

// whileTyping is for a field: its letters are no commands.
func (m lesson) whileTyping(msg tea.KeyPressMsg) lesson {
	switch msg.String() {
	case "esc":
		m.attempt.typing = false
		if m.attempt.editing {
			m.attempt.editing, m.attempt.refused, m.attempt.field = false, "", field{}
		}
		return m
	case "enter":
		if m.attempt.editing {
			return m.edited()
		}
		if m.unread() && m.attempt.field.empty() {
			return m.move("pgdown")
		}
		return m.give()
	case "up", "down", "pgup", "pgdown":
		return m.move(msg.String())
	}
	m.attempt.field = m.attempt.field.key(msg)
	m.attempt.refused = ""
	return m.toFocus()
}

// given is the answer as far as it is typed or marked.
func (m lesson) given() string {
	q := m.session.Step().Question
	switch {
	case q.Number != nil:
		return strings.TrimSpace(m.attempt.field.String())
	case q.Rank != nil:
		var order []string
		for _, i := range m.attempt.order {
			order = append(order, strconv.Itoa(i+1))
		}
		return strings.Join(order, " ")
	case m.attempt.chosen >= 0:
		return strconv.Itoa(m.attempt.chosen + 1)
	}
	return ""
}

// give answers the question with what is given so far; nothing at all skips it.
func (m lesson) give() lesson {
	step, text := m.session.Step(), m.given()
	if text == "" {
		return m.forward()
	}
	if _, err := step.Question.Read(text); err != nil {
		m.attempt.refused = err.Error()
		return m.toFocus()
	}
	if step.Predicts() {
		m.attempt.answer, m.attempt.typing = text, false
		return m.toFocus()
	}
	return m.answer(text, -1)
}

// howSure is for the question behind a prediction.
func (m lesson) howSure(name string) (lesson, tea.Cmd) {
	switch name {
	case "enter":
		percent := -1
		if m.attempt.sure >= 0 {
			percent = sures[m.attempt.sure]
		}
		return m.answer(m.attempt.answer, percent), nil
	case "esc", "b":
		m.attempt.answer = ""
		m.attempt.typing = m.session.Step().Question.Number != nil
		return m.toFocus(), nil
	case "s", "n":
		return m.answer(m.attempt.answer, -1), nil
	case "q":
		return m.leave()
	case "?":
		return m.open(lessonHelpPage), nil
	case "g":
		return m.open(glossaryPage), nil
	case "up", "down", "left", "right":
		m.attempt.sure = moved(m.attempt.sure, name, len(sures))
		return m.toFocus(), nil
	}
	if n, err := strconv.Atoi(name); err == nil && n >= 1 && n <= len(sures) {
		m.attempt.sure = n - 1
		return m.toFocus(), nil
	}
	return m.move(name), nil
}

// answer hands an answer in. What the quiz asks is judged on the spot; everything else goes on.
func (m lesson) answer(text string, sure int) lesson {
	if err := m.session.Answer(text, sure, m.now); err != nil {
		m.attempt.refused = err.Error()
		return m.toFocus()
	}
	if m.session.Step().Kind != course.Quiz {
		return m.forward()
	}
	m = m.arrive().keep()
	m.revealed = everything
	return m.toFocus()
}

// questionParts are a question and what it takes to answer it.
func (m lesson) questionParts(step *course.Step) []part {
	l, q := m.text(), step.Question
	if m.session.Decided() {
		return m.decidedParts(step)
	}
	parts := []part{{lines: l.Text(term.Strong, q.Ask, 0), focus: true}}
	for i, option := range q.Options() {
		parts = append(parts, part{lines: m.option(i, option, m.attempt.chosen == i), tight: i > 0, focus: true})
	}
	parts = append(parts, m.fieldParts(q)...)
	if m.attempt.refused != "" {
		parts = append(parts, part{lines: l.Text(term.Bad, m.attempt.refused, 0), tight: true, focus: true})
	}
	if m.attempt.answer != "" {
		parts = append(parts, m.sureParts()...)
	}
	return parts
}

// option draws one of the choices.
func (m lesson) option(i int, text string, marked bool) []report.Line {
	l, role, sign := m.text(), term.Plain, "  "
	if marked {
		role, sign = term.Title, "› "
	}
	lead := l.Line(role, fmt.Sprintf("%s%d. ", sign, i+1))
	lines := narrower(l, lead.Width).Text(role, text, 0)
	for j := range lines {
		if j > 0 {
			lead = spaces(lead.Width)
		}
		lines[j] = join(lead, lines[j])
	}
	return lines
}

// fieldParts are where a number is typed, or the order as far as it is named.
func (m lesson) fieldParts(q *course.Question) []part {
	l := m.text()
	hint := l.Text(term.Faint, q.How(), 2)
	switch {
	case q.Number != nil:
		lines, row, column := m.attempt.field.draw(l, "› ")
		typed := part{lines: append(lines, hint...), focus: true}
		if m.attempt.typing {
			typed.cursor = &tea.Position{X: column, Y: row}
		}
		return []part{typed}
	case q.Rank != nil:
		var named []string
		for _, i := range m.attempt.order {
			named = append(named, q.Options()[i])
		}
		order := l.Text(term.Title, "your order: "+strings.Join(named, ", "), 0)
		return []part{{lines: append(order, hint...), focus: true}}
	}
	return nil
}

// sureParts ask how sure the learner is.
func (m lesson) sureParts() []part {
	l := m.text()
	var shown report.Line
	for i, percent := range sures {
		text, role := fmt.Sprintf("  %d: %d %%  ", i+1, percent), term.Plain
		if i == m.attempt.sure {
			text, role = fmt.Sprintf("› %d: %d %%  ", i+1, percent), term.Title
		}
		shown = join(shown, l.Line(role, text))
	}
	return []part{
		{lines: l.Text(term.Strong, "How sure are you?", 0), focus: true},
		{lines: []report.Line{shown}, tight: true, focus: true},
	}
}

// decidedParts tell what was answered, and in the quiz whether that was right.
func (m lesson) decidedParts(step *course.Step) []part {
	l := m.text()
	if step.Kind == course.Quiz {
		var parts []part
		for _, verdict := range m.session.Verdicts() {
			parts = append(parts, part{lines: l.Verdict(verdict), focus: true})
		}
		return parts
	}
	return []part{
		{lines: l.Text(term.Strong, step.Question.Ask, 0)},
		{lines: l.Text(term.Faint, m.session.Said(), 0), tight: true},
	}
}
