//go:build unix

package cmd_test

import (
	"slices"
	"strings"
	"testing"
)

// The lesson's screen in the README is what the lesson shows, but for the numbers and for where its lines break.
func TestREADMEShowsALessonOfThisProgram(t *testing.T) {
	t.Parallel()
	const head, foot = "  2  Two at once", "  wait for it."
	lines := readmeBlocks(t, "text")
	first := slices.IndexFunc(lines, func(line string) bool { return strings.HasPrefix(line, head) })
	last := slices.Index(lines, foot)
	if first < 0 || last < first {
		t.Fatalf("the README shows no screen from %q to %q", head, foot)
	}
	x := onTerminal(t, 80, nil, "learn", "2")
	x.awaitScreen("a duration, like")
	x.typed("300ms\r")
	x.awaitScreen("How sure are you?")
	x.typed("4\r")
	x.awaitScreen("Enter runs it")
	x.typed("\r")
	x.awaitScreen("Enter next  r again")
	for _, step := range []string{"3 of 11", "4 of 11", "5 of 11"} {
		x.typed("\r")
		x.awaitScreen("step " + step)
	}
	seen := words(x.screen())
	if want := words(strings.Join(lines[first:last+1], "\n")); !strings.Contains(seen, want) {
		t.Errorf("the README shows\n%s\nand the lesson\n%s", want, seen)
	}
	x.typed("q")
	if code := x.exitCode(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

// words are those of a screen, without its numbers.
func words(screen string) string {
	return strings.Join(strings.Fields(number.ReplaceAllString(screen, "N")), " ")
}
