package tui

import (
	"slices"
	"strconv"

	tea "charm.land/bubbletea/v2"

	"meanwhile/internal/course"
)

// key does what a key is for, where the learner is.
func (m lesson) key(msg tea.KeyPressMsg) (lesson, tea.Cmd) {
	name := msg.String()
	switch {
	case name == "ctrl+c":
		m.interrupted = true
		return m.leave()
	case m.cramped() && !m.run.underWay:
		if name == "q" {
			return m.leave()
		}
		return m, nil
	case m.page != stepPage:
		return m.onPage(name)
	case m.run.underWay:
		return m.whileRunning(name)
	case m.attempt.typing:
		return m.whileTyping(msg), nil
	case m.attempt.answer != "":
		return m.howSure(name)
	}
	return m.onStep(name)
}

// onPage is for the pages beside the step.
func (m lesson) onPage(name string) (lesson, tea.Cmd) {
	switch name {
	case "q":
		return m.leave()
	case "esc", "enter", "b", "left":
		return m.open(stepPage), nil
	case "g":
		return m.open(glossaryPage), nil
	case "?":
		return m.open(lessonHelpPage), nil
	}
	return m.move(name), nil
}

// open shows a page, or the step again where the page is shown already.
func (m lesson) open(page lessonPage) lesson {
	if m.page == page {
		page = stepPage
	}
	m.page, m.scroll = page, 0
	return m
}

// whileRunning is for a step whose run is under way: what would lose it has to be stopped first.
func (m lesson) whileRunning(name string) (lesson, tea.Cmd) {
	switch name {
	case "esc":
		return m.giveUp(), nil
	case "q":
		return m.leave()
	case "g":
		return m.open(glossaryPage), nil
	case "?":
		return m.open(lessonHelpPage), nil
	}
	if m.look.Present && clicked(name) == notesKey {
		return m.present(notesKey), nil
	}
	return m.move(name), nil
}

// onStep is for a step where nothing is typed.
func (m lesson) onStep(name string) (lesson, tea.Cmd) {
	if m.look.Present {
		name = clicked(name)
		if m.presents(name) {
			return m.present(name), nil
		}
	}
	switch name {
	case "q":
		return m.leave()
	case "enter":
		return m.enter()
	case "n", "right", "s":
		if m.session.Step() != nil {
			m = m.forward()
		}
	case "b", "left":
		m = m.back()
	case "g":
		m = m.open(glossaryPage)
	case "?":
		m = m.open(lessonHelpPage)
	case "r":
		m = m.again()
	case "f":
		m = m.edit()
	case "up", "down", "backspace", "delete":
		m = m.mark(name)
	default:
		if _, err := strconv.Atoi(name); err == nil && m.asks() {
			return m.digit(name), nil
		}
		m = m.move(name)
	}
	return m, nil
}

// enter goes on, in the way of the step: it reads on, answers, runs or leaves it.
func (m lesson) enter() (lesson, tea.Cmd) {
	step := m.session.Step()
	switch {
	case m.unread() && !m.engaged():
		return m.move("pgdown"), nil
	case step == nil:
		return m.leave()
	case m.bare(step), step.Kind == course.Run && m.session.Results().Last == nil:
		return m.start(m.own()), nil
	case m.asks():
		return m.give(), nil
	}
	return m.forward(), nil
}

// asks tells whether the step asks something that can still be answered.
func (m lesson) asks() bool {
	step := m.session.Step()
	return step != nil && step.Question != nil && !m.session.Decided()
}

// engaged tells whether an answer is begun, which Enter gives wherever the step is scrolled.
func (m lesson) engaged() bool {
	return m.asks() && (m.attempt.chosen >= 0 || len(m.attempt.order) > 0 || !m.attempt.field.empty())
}

// mark moves the mark among the choices; where there are none, the step is scrolled.
func (m lesson) mark(name string) lesson {
	step := m.session.Step()
	switch {
	case !m.asks() || len(step.Question.Options()) == 0:
		return m.move(name)
	case step.Question.Rank != nil:
		if name == "backspace" || name == "delete" {
			m.attempt.order = m.attempt.order[:max(0, len(m.attempt.order)-1)]
			return m.toFocus()
		}
		return m.move(name)
	}
	m.attempt.chosen = moved(m.attempt.chosen, name, len(step.Question.Options()))
	m.attempt.refused = ""
	return m.toFocus()
}

// moved is the next of n things in the direction of a key; -1 is none of them.
func moved(chosen int, name string, n int) int {
	switch name {
	case "up", "left":
		if chosen < 0 {
			return n - 1
		}
		return max(0, chosen-1)
	case "down", "right":
		return min(chosen+1, n-1)
	}
	return chosen
}

// digit begins a number, puts one more thing into order, or chooses.
func (m lesson) digit(name string) lesson {
	q := m.session.Step().Question
	m.attempt.refused = ""
	if q.Number != nil {
		m.attempt.field, m.attempt.typing = m.attempt.field.insert(name), true
		return m.toFocus()
	}
	number, err := strconv.Atoi(name)
	if err != nil || number < 1 || number > len(q.Options()) {
		m.attempt.refused = "there is no " + name + " here: " + q.How()
		return m.toFocus()
	}
	if q.Rank != nil {
		if !slices.Contains(m.attempt.order, number-1) {
			m.attempt.order = append(slices.Clone(m.attempt.order), number-1)
		}
		return m.toFocus()
	}
	m.attempt.chosen = number - 1
	return m.toFocus()
}
