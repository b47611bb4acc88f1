package report

import (
	"strings"

	"meanwhile/internal/predict"
	"meanwhile/internal/term"
)

// Command is a command line of this program that can be pasted into a shell.
func Command(args []string) string { return "meanwhile " + strings.Join(shellWords(args), " ") }

// Command draws a command line behind a lead. It can be copied whole: where it is long, its lines end in a backslash.
func (l Layout) Command(role term.Role, lead string, args []string) []Line {
	var lines []Line
	line := lead + "meanwhile"
	for _, word := range flagsWhole(shellWords(args)) {
		if term.Width(line+" "+word+" \\") > min(l.Width, mostText) {
			lines = append(lines, l.Line(role, line+" \\"))
			line = strings.Repeat(" ", term.Width(lead)+1)
		}
		line += " " + word
	}
	return append(lines, l.Line(role, line))
}

// flagsWhole joins each flag with its value.
func flagsWhole(words []string) []string {
	var whole []string
	for i, word := range words {
		if i > 0 && strings.HasPrefix(words[i-1], "-") && !strings.HasPrefix(word, "-") {
			whole[len(whole)-1] += " " + word
			continue
		}
		whole = append(whole, word)
	}
	return whole
}

// Expected writes the range that a run is predicted to end in.
func Expected(i predict.Interval) string { return between(float64(i.Low), float64(i.High), "–") }
