package report

import (
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"meanwhile/internal/source"
	"meanwhile/internal/term"
)

// Line is a line as it is printed, and the columns that it takes without its colours.
type Line struct {
	Painted string
	Width   int
}

// Line draws text of one line in a role.
func (l Layout) Line(role term.Role, text string) Line {
	text = l.Style.Text(text)
	return Line{l.Style.Paint(role, text), term.Width(text)}
}

// Padded is the line with spaces up to a width.
func (l Line) Padded(width int) string { return l.Painted + strings.Repeat(" ", max(0, width-l.Width)) }

// Code draws code line by line, its tokens in their roles; cut is source.Go or source.Python.
func (l Layout) Code(code string, cut func(string) []source.Token) []Line {
	code = strings.TrimSuffix(code, "\n")
	tokens := []source.Token{{Text: code}}
	if l.Style.Coloured() {
		tokens = cut(code)
	}
	lines := []Line{{}}
	for _, token := range tokens {
		for i, part := range strings.Split(token.Text, "\n") {
			if i > 0 {
				lines = append(lines, Line{})
			}
			drawn, last := l.Line(codeRole(token.Kind), part), &lines[len(lines)-1]
			last.Painted += drawn.Painted
			last.Width += drawn.Width
		}
	}
	return lines
}

func codeRole(kind source.Kind) term.Role {
	switch kind {
	case source.Keyword:
		return term.Keyword
	case source.String:
		return term.String
	case source.Comment:
		return term.Comment
	case source.Number:
		return term.Number
	}
	return term.Plain
}

// ExpandTabs gives each tab of code four columns, as it is written to be read.
func ExpandTabs(code string) string { return strings.ReplaceAll(code, "\t", "    ") }

// Folded breaks lines of code that are too wide, between words or names where there are some. What follows is further in, and what follows
// of a comment is a comment.
func (l Layout) Folded(lines []Line) []Line {
	width := max(l.Width, 2)
	var fitting []Line
	for _, line := range lines {
		text := []rune(ansi.Strip(line.Painted))
		lead, from := Line{}, 0
		for len(text)-from > width-lead.Width {
			to := from + width - lead.Width
			to = from + breakIn(text[from:to])
			fitting = append(fitting, Line{lead.Painted + ansi.Cut(line.Painted, from, to), lead.Width + to - from})
			lead, from = hang(line, text, width/2), to
		}
		fitting = append(fitting, Line{lead.Painted + ansi.Cut(line.Painted, from, len(text)), lead.Width + len(text) - from})
	}
	return fitting
}

// hang is what stands before the rest of a line that was broken, no wider than that.
func hang(line Line, text []rune, most int) Line {
	const further, comment = 4, "// "
	indent := len(text) - len([]rune(strings.TrimLeft(string(text), " ")))
	if n := indent + len(comment); strings.HasPrefix(string(text[indent:]), comment) && n <= most {
		return Line{ansi.Cut(line.Painted, 0, n), n}
	}
	n := min(indent+further, most)
	return Line{strings.Repeat(" ", n), n}
}

// breakIn is where a text is broken: behind its last space or, where that would leave half of it empty, behind the last sign that ends
// a name; at its end where there is neither.
func breakIn(text []rune) int {
	for _, signs := range []string{" ", "(,.[{"} {
		for i, r := range slices.Backward(text) {
			if i > len(text)/2 && strings.ContainsRune(signs, r) {
				return i + 1
			}
		}
	}
	return len(text)
}
