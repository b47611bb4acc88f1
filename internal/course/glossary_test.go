package course_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"meanwhile/internal/course"
)

// glossary is every entry, by its term.
func glossary(t *testing.T) []course.Entry {
	t.Helper()
	entries, err := course.Glossary()
	if err != nil {
		t.Fatal(err)
	}
	return entries
}

func TestEveryTermOfTheCourseIsInTheGlossaryAndNoOther(t *testing.T) {
	entries := glossary(t)
	lessons, err := course.Lessons()
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	for _, lesson := range lessons {
		for _, step := range lesson.Steps {
			for _, block := range step.Prose {
				for _, span := range block.Spans {
					if span.Mark != course.Term {
						continue
					}
					entry, ok := course.Define(entries, span.Text)
					if !ok {
						t.Errorf("%s: %q is not in the glossary", lesson.Name, span.Text)
					}
					used[entry.Term] = true
				}
			}
		}
	}
	for _, entry := range entries {
		if !used[entry.Term] {
			t.Errorf("no lesson emphasises %q", entry.Term)
		}
	}
}

func TestTheGlossaryIsInTheOrderOfTheAlphabet(t *testing.T) {
	data, err := os.ReadFile("glossary.md")
	if err != nil {
		t.Fatal(err)
	}
	var written []string
	for _, heading := range regexp.MustCompile(`(?m)^#+ *(.*)$`).FindAllStringSubmatch(string(data), -1) {
		written = append(written, heading[1])
	}
	var shown []string
	for i, entry := range glossary(t) {
		shown = append(shown, entry.Term)
		if i > 0 && strings.ToLower(shown[i-1]) >= strings.ToLower(shown[i]) {
			t.Errorf("%q stands behind %q", shown[i], shown[i-1])
		}
	}
	if !slices.Equal(written, shown) {
		t.Errorf("written are %q, and shown %q", written, shown)
	}
}

func TestATermMeansSomethingInWords(t *testing.T) {
	for _, entry := range glossary(t) {
		if len(entry.Prose) == 0 {
			t.Errorf("%q means nothing", entry.Term)
		}
		for _, block := range entry.Prose {
			for _, span := range block.Spans {
				if span.Mark == course.Measured || span.Mark == course.Term {
					t.Errorf("the meaning of %q has a number of a run, or another term, in it: %+v", entry.Term, span)
				}
			}
		}
	}
}

func TestATermIsFoundInThePluralToo(t *testing.T) {
	entries := []course.Entry{
		{Term: "Process"},
		{Term: "query"},
		{Term: "task"},
		{Term: "system call"},
		{Term: "time slices"},
		{Term: "GIL"},
	}
	for asked, want := range map[string]string{
		"task": "task", "tasks": "task", "Tasks": "task", "TASK": "task", "process": "Process", "processes": "Process",
		"query":   "query",
		"queries": "query", "system calls": "system call", "gil": "GIL", "time slices": "time slices",
		"tas": "", "quer": "", "querys": "query", "": "", "s": "", "y": "", "ies": "", "call": "", "taskss": "",
	} {
		if entry, ok := course.Define(entries, asked); entry.Term != want || ok != (want != "") {
			t.Errorf("%q is %q, want %q", asked, entry.Term, want)
		}
	}
}
