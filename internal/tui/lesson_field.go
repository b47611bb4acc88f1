package tui

import (
	"slices"
	"strings"
	"unicode"

	tea "charm.land/bubbletea/v2"

	"meanwhile/internal/report"
	"meanwhile/internal/term"
)

// field is a line that is typed. It is a value: what changes it leaves others alone.
type field struct {
	text []rune
	at   int // where the next sign goes
}

// longestField bounds what is typed.
const longestField = 400

func (f field) String() string { return string(f.text) }

// empty tells whether nothing is typed but spaces.
func (f field) empty() bool { return strings.TrimSpace(f.String()) == "" }

// insert types text.
func (f field) insert(text string) field {
	typed := []rune(strings.Map(func(sign rune) rune {
		switch {
		case unicode.IsSpace(sign):
			return ' '
		case unicode.IsPrint(sign):
			return sign
		}
		return -1
	}, text))
	typed = typed[:min(len(typed), longestField-len(f.text))]
	return field{slices.Concat(f.text[:f.at], typed, f.text[f.at:]), f.at + len(typed)}
}

// remove takes out what stands between two places, and goes there.
func (f field) remove(from, to int) field {
	from, to = max(0, from), min(to, len(f.text))
	return field{slices.Concat(f.text[:from], f.text[to:]), from}
}

// key does what a key is for, if it is one of a field's.
func (f field) key(msg tea.KeyPressMsg) field {
	switch msg.String() {
	case "left":
		f.at = max(0, f.at-1)
	case "right":
		f.at = min(len(f.text), f.at+1)
	case "home", "ctrl+a":
		f.at = 0
	case "end", "ctrl+e":
		f.at = len(f.text)
	case "backspace":
		if f.at > 0 {
			return f.remove(f.at-1, f.at)
		}
	case "delete":
		return f.remove(f.at, f.at+1)
	case "ctrl+u":
		return f.remove(0, f.at)
	case "ctrl+k":
		return f.remove(f.at, len(f.text))
	case "ctrl+w":
		before := strings.TrimRight(string(f.text[:f.at]), " ")
		return f.remove(len([]rune(before[:strings.LastIndex(before, " ")+1])), f.at)
	default:
		return f.insert(msg.Text)
	}
	return f
}

// draw draws the field behind a label, as many lines as it takes, and tells where its cursor is.
func (f field) draw(layout report.Layout, label string) (lines []report.Line, row, column int) {
	label = layout.Style.Text(label)
	begins := f.broken(max(1, layout.Width-term.Width(label)-1)) // one more for the cursor behind the end
	for i, from := range begins {
		lead, to := spaces(term.Width(label)), len(f.text)
		if i == 0 {
			lead = layout.Line(term.Plain, label)
		}
		if i+1 < len(begins) {
			to = begins[i+1]
		}
		piece := string(f.text[from:to])
		lines = append(lines, join(lead, report.Line{Painted: layout.Style.Paint(term.Strong, piece), Width: term.Width(piece)}))
		if f.at >= from {
			row, column = i, term.Width(label)+f.at-from
		}
	}
	return lines, row, column
}

// broken tells where lines of at most so many signs begin: behind a space, where there is one.
func (f field) broken(room int) []int {
	begins := []int{0}
	for from := 0; len(f.text)-from > room; {
		next := from + room
		for i := next; i > from; i-- {
			if f.text[i-1] == ' ' {
				next = i
				break
			}
		}
		begins, from = append(begins, next), next
	}
	return begins
}
