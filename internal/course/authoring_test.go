package course_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"meanwhile/internal/course"
)

// The blocks of code in docs/authoring.md: a head, and directives, each in a block of Markdown.
var (
	heads      = regexp.MustCompile("(?ms)^```yaml\n(.*?)^```$")
	directives = regexp.MustCompile("(?ms)^````markdown\n(```([a-z]+)\n.*?)^````$")
)

// A lesson is made of what the documentation shows as it stands there: its head, and each of its directives.
func TestTheDocumentationsExamplesMakeALesson(t *testing.T) {
	data, err := os.ReadFile("../../docs/authoring.md")
	if err != nil {
		t.Fatal(err)
	}
	shown := map[string][]string{}
	for _, head := range heads.FindAllStringSubmatch(string(data), -1) {
		shown["head"] = append(shown["head"], head[1])
	}
	for _, directive := range directives.FindAllStringSubmatch(string(data), -1) {
		shown[directive[2]] = append(shown[directive[2]], directive[1])
	}
	for name, count := range map[string]int{"head": 1, "run": 1, "question": 4, "source": 1, "notes": 1} {
		if len(shown[name]) != count {
			t.Fatalf("it shows %d of %s, want %d", len(shown[name]), name, count)
		}
	}
	number, choice, rank, quiz := shown["question"][0], shown["question"][1], shown["question"][2], shown["question"][3]
	text := strings.Join([]string{
		shown["head"][0], "## Predict", number, shown["notes"][0], "## Run", shown["run"][0], "## Observe", choice,
		"## Timeline", "Look.", "## Explain", "It is so.", "## Read", shown["source"][0], "## Change", rank,
		"## Run", shown["run"][0], "## Explain", "It still is.", "## Quiz", quiz, strings.Replace(quiz, "id: ", "id: other-", 1),
	}, "\n\n")
	lesson, faults := course.Parse("authoring.md", []byte(text))
	if len(faults) > 0 {
		t.Fatalf("%v, in\n%s", faults, text)
	}
	if len(lesson.Steps) != 11 {
		t.Errorf("it has %d steps", len(lesson.Steps))
	}
}
