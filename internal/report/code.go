package report

import (
	"strings"

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
