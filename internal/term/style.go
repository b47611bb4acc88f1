package term

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/fatih/color"
)

// Role is what a piece of text means; a Style decides how that looks.
type Role int

// The roles. Code roles colour source.
const (
	Plain Role = iota
	Title
	Strong
	Faint
	Good
	Bad
	Warn
	Running
	Waiting
	Queued
	Keyword
	String
	Comment
	Number
	Added
	Removed
	Selected
	roleCount
)

// Style draws text in its role, and picks glyphs that the terminal can show. The zero Style draws plain Unicode.
type Style struct {
	paints *[roleCount]*color.Color
	ascii  bool
}

func newStyle(coloured, ascii bool) Style {
	if !coloured {
		return Style{ascii: ascii}
	}
	paints := [roleCount]*color.Color{
		Title:   color.New(color.Bold, color.FgCyan),
		Strong:  color.New(color.Bold),
		Faint:   color.New(color.Faint),
		Good:    color.New(color.FgGreen),
		Bad:     color.New(color.FgRed),
		Warn:    color.New(color.FgYellow),
		Running: color.New(color.FgGreen),
		Waiting: color.New(color.FgBlue),
		Queued:  color.New(color.FgYellow),
		Keyword: color.New(color.FgMagenta),
		String:  color.New(color.FgGreen),
		Comment: color.New(color.Faint),
		Number:  color.New(color.FgCyan),
		Added:   color.New(color.FgGreen),
		Removed: color.New(color.FgRed),

		Selected: color.New(color.ReverseVideo),
	}
	for _, paint := range paints {
		if paint != nil {
			paint.EnableColor() // the decision is ours: colours made while NO_COLOR is set stay off otherwise
		}
	}
	return Style{paints: &paints, ascii: ascii}
}

// Coloured tells whether the style uses colour.
func (s Style) Coloured() bool { return s.paints != nil }

// Paint returns text drawn in its role.
func (s Style) Paint(role Role, text string) string {
	if s.paints == nil || s.paints[role] == nil || text == "" {
		return text
	}
	return s.paints[role].Sprint(text)
}

// ascii replaces each sign that the program draws by one that every terminal has.
var ascii = strings.NewReplacer(
	"█", "#", "▒", "+", "·", ".", "━", "=", "░", ":", "›", ">", "▏", "|",
	"×", "x", "±", "+-", "…", "...", "–", "-", "—", "-", "→", "->", "µ", "u", "✓", "ok", "✗", "no", "Σ", "sum", "≥", ">=",
	"≤", "<=", "≈", "~", "≠", "!", "λ", "lambda", "“", "\"", "”", "\"", "’", "'", "│", "|", "─", "-", "\u00a0", " ",
)

// Text returns text in the signs that the style may use. Where these are those of ASCII, a sign that nothing stands for, as a
// letter in a learner's own lesson may be, becomes a question mark.
func (s Style) Text(text string) string {
	if !s.ascii {
		return text
	}
	return strings.Map(func(r rune) rune {
		if r > unicode.MaxASCII {
			return '?'
		}
		return r
	}, ascii.Replace(text))
}

// Bar returns a bar of the given share, from 0 to 1, of width columns. A share above nothing shows at least a trace.
func (s Style) Bar(share float64, width int) string {
	share = min(max(share, 0), 1)
	if s.ascii {
		return strings.Repeat("#", roundUp(share*float64(width)))
	}
	const eighths = "▏▎▍▌▋▊▉█"
	n := roundUp(share * float64(width) * 8)
	bar := strings.Repeat("█", n/8)
	if rest := n % 8; rest > 0 {
		bar += string([]rune(eighths)[rest-1])
	}
	return bar
}

// Curve returns a column for each share, from 0 to 1, as high as the share. A share above nothing shows at least a trace.
func (s Style) Curve(shares []float64) string {
	heights := []rune(" ▁▂▃▄▅▆▇█")
	if s.ascii {
		heights = []rune(" .:-=+*#@")
	}
	curve := make([]rune, len(shares))
	for i, share := range shares {
		curve[i] = heights[roundUp(min(max(share, 0), 1)*float64(len(heights)-1))]
	}
	return string(curve)
}

// roundUp rounds to the nearest whole number, but what is above nothing to at least 1.
func roundUp(x float64) int {
	if x <= 0 {
		return 0
	}
	return max(1, int(x+0.5))
}

// Printable returns text from outside in a form that cannot move the cursor, change colours or reorder a line: every
// character that is not printable becomes �, and more than limit characters end in an ellipsis.
func Printable(text string, limit int) string {
	clean := strings.Map(func(r rune) rune {
		switch {
		case r == '\t', r == '\n', r == '\r':
			return ' '
		case unicode.IsPrint(r):
			return r
		}
		return utf8.RuneError
	}, text)
	if runes := []rune(clean); len(runes) > limit {
		return string(runes[:limit-1]) + "…"
	}
	return clean
}

// Width returns the number of columns that text takes; it is for text of our own, of which every sign takes one.
func Width(text string) int { return utf8.RuneCountInString(text) }

// quantity and unit are what belongs together in a text, as in 3.6 s.
var (
	quantity = regexp.MustCompile(`^[(~≈]?\d[\d.,–]*$`)
	unit     = regexp.MustCompile(`^(ns|[µu]s|ms|s|min|h|%|B|[kKMG]i?B)[.,;:)]*$`)
)

// Breaks tells whether a line may end between two words: not where a number would lose its unit.
func Breaks(before, after string) bool {
	return !unit.MatchString(after) || !quantity.MatchString(before)
}

// Wrap breaks text into lines of at most width columns, between words.
func Wrap(text string, width int) []string {
	var lines []string
	line := ""
	words := strings.Fields(text)
	for len(words) > 0 {
		word, n := words[0], 1
		for n < len(words) && !Breaks(words[n-1], words[n]) {
			word += " " + words[n]
			n++
		}
		words = words[n:]
		switch {
		case line == "":
			line = word
		case Width(line)+1+Width(word) <= width:
			line += " " + word
		default:
			lines = append(lines, line)
			line = word
		}
	}
	return append(lines, line)
}

// Pad fills text up with spaces behind it, to width columns. Text may be painted later, but not before.
func Pad(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-Width(text)))
}

// PadLeft is Pad with the spaces in front, as numbers want them.
func PadLeft(text string, width int) string {
	return strings.Repeat(" ", max(0, width-Width(text))) + text
}
