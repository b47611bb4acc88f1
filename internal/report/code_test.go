package report_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"meanwhile/demos"
	"meanwhile/internal/report"
	"meanwhile/internal/source"
	"meanwhile/internal/term"
)

// A line is drawn on its own, so that lines may stand beside others: a colour ends where its line does.
func TestCodeIsDrawnLineByLine(t *testing.T) {
	streams := &term.Streams{}
	streams.Decide(term.Always, false)
	coloured := report.Layout{Style: streams.Style}
	const code = "/* one\n   two */\nfunc f() {\n\tg(`a\nb`, 12)\n}\n"
	want := []string{"/* one", "   two */", "func f() {", "\tg(`a", "b`, 12)", "}"}
	sequence := regexp.MustCompile(`\x1b\[[0-9;]*m`)
	painted := 0
	for i, line := range coloured.Code(code, source.Go) {
		plain := sequence.ReplaceAllString(line.Painted, "")
		if plain != want[i] || line.Width != term.Width(want[i]) {
			t.Errorf("line %d is %q, %d wide, want %q", i+1, plain, line.Width, want[i])
		}
		sequences := sequence.FindAllString(line.Painted, -1)
		if len(sequences)%2 != 0 || len(sequences) > 0 && sequences[len(sequences)-1] == sequences[0] {
			t.Errorf("the colours of line %d do not end: %q", i+1, line.Painted)
		}
		painted += len(sequences) / 2
	}
	if painted != 6 { // two lines of comment, func, two of a string, a number
		t.Errorf("%d pieces are coloured, want 6", painted)
	}
}

func TestCodeWithoutColourIsTheCode(t *testing.T) {
	for _, example := range demos.Examples() {
		snippet, err := source.Of(demos.Files, example.Func)
		if err != nil {
			t.Fatal(err)
		}
		var lines []string
		for _, line := range (report.Layout{}).Code(snippet.Text, source.Go) {
			lines = append(lines, line.Painted)
		}
		if got := strings.Join(lines, "\n") + "\n"; got != snippet.Text {
			t.Errorf("%s becomes\n%s", example.Name, got)
		}
	}
}

func TestLinesArePaddedByWhatIsSeen(t *testing.T) {
	streams := &term.Streams{}
	streams.Decide(term.Always, true)
	line := report.Layout{Style: streams.Style}.Line(term.Good, "a → b")
	if line.Width != len("a -> b") {
		t.Errorf("the width is %d", line.Width)
	}
	padded := line.Padded(9)
	if !strings.HasSuffix(padded, "   ") || strings.HasSuffix(padded, "    ") || line.Padded(2) != line.Painted {
		t.Errorf("padded it is %q", padded)
	}
	if tabs := report.ExpandTabs("\ta\tb"); !slices.Equal(strings.Fields(tabs), []string{"a", "b"}) || len(tabs) != 10 {
		t.Errorf("without tabs it is %q", tabs)
	}
}

func TestCodeThatIsTooWideIsBrokenBehindWordsOrNames(t *testing.T) {
	l := report.Layout{Width: 30}
	for code, want := range map[string][]string{
		"if err := get(ctx, addresses); err != nil {": {"if err := get(ctx,", "    addresses); err != nil {"},
		"\terr := office.Deliver(context.Background())": {
			"    err := office.Deliver(", "        context.Background())",
		},
		"// a comment that goes on and on and on":  {"// a comment that goes on and", "// on and on"},
		"averyveryverylongnamewithoutanybreakinit": {"averyveryverylongnamewithoutan", "    ybreakinit"},
		"short()": {"short()"},
	} {
		var got []string
		for _, line := range l.Folded(l.GoText(report.ExpandTabs(code))) {
			if line.Width > l.Width {
				t.Errorf("%q has %d columns", line.Painted, line.Width)
			}
			got = append(got, strings.TrimRight(line.Painted, " "))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q is broken into %q, want %q", code, got, want)
		}
	}
}
