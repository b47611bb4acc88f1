package report_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"meanwhile/internal/report"
	"meanwhile/internal/workshop"
)

// attempts are what is drawn of a learner's code beside a solution, both passing.
func attempts(l report.Layout, yours, solution string) []string {
	e := &workshop.Exercise{Name: "01-one", Solution: []byte(solution)}
	outcome := &workshop.Outcome{Passed: true, Elapsed: time.Second, Most: 3, Calls: 3}
	var lines []string
	for _, line := range l.Attempts(e, []byte(yours), outcome, outcome) {
		lines = append(lines, strings.TrimRight(line.Painted, " "))
	}
	return lines
}

func TestAttemptsHaveWhatIsTheSameInOneRow(t *testing.T) {
	const solution = "package one\n\n// Get gets.\n// All wait at once.\nfunc Get() {\n\tgo wait()\n}\n"
	const bar = " │ "
	column := strings.Repeat(" ", 38)
	row := func(left, between, right string) string {
		return strings.TrimRight(left+column[len([]rune(left)):]+between+right, " ")
	}
	head := []string{row("yours: 1 s, 3 at once, 3 calls", bar, "the solution: 1 s, 3 at once, 3 calls"), row("", bar, "")}
	legend := []string{"", "≠ differs   < only yours   > only the solution"}
	for name, c := range map[string]struct {
		yours string
		want  []string
	}{
		"the same": {solution, []string{
			row("package one", bar, "package one"), row("", bar, ""), row("// Get gets.", bar, "// Get gets."),
			row("// All wait at once.", bar, "// All wait at once."), row("func Get() {", bar, "func Get() {"),
			row("    go wait()", bar, "    go wait()"), row("}", bar, "}"),
		}},
		"some of it": {"package one\r\n\n// Get gets.\nfunc Get() {\n\twait()\n\twait() // \x1b[31m\n}", append([]string{
			row("package one", bar, "package one"), row("", bar, ""), row("// Get gets.", bar, "// Get gets."),
			row("", " > ", "// All wait at once."), row("func Get() {", bar, "func Get() {"),
			row("    wait()", " ≠ ", "    go wait()"), row("    wait() // �[31m", " < ", ""), row("}", bar, "}"),
		}, legend...)},
		"all but the first line": {strings.TrimPrefix(solution, "package one\n"), append([]string{
			row("", " > ", "package one"), row("", bar, ""), row("// Get gets.", bar, "// Get gets."),
			row("// All wait at once.", bar, "// All wait at once."), row("func Get() {", bar, "func Get() {"),
			row("    go wait()", bar, "    go wait()"), row("}", bar, "}"),
		}, legend...)},
		"nothing": {"", append([]string{
			row("", " > ", "package one"), row("", bar, ""), row("", " > ", "// Get gets."), row("", " > ", "// All wait at once."),
			row("", " > ", "func Get() {"), row("", " > ", "    go wait()"), row("", " > ", "}"),
		}, legend...)},
	} {
		if diff := cmp.Diff(append(head[:2:2], c.want...), attempts(report.Layout{Width: 80}, c.yours, solution)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestAttemptsStandOneBelowTheOtherWhereThePageIsNarrow(t *testing.T) {
	want := []string{
		"yours: 1 s, 3 at once, 3 calls", "", "package mine", "", "the solution: 1 s, 3 at once, 3 calls", "", "package one",
	}
	if diff := cmp.Diff(want, attempts(report.Layout{Width: 70}, "package mine\n", "package one\n")); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
