package course_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"meanwhile/internal/course"
)

// small is a lesson without a fault, in few lines.
func small(t testing.TB) string {
	t.Helper()
	data, err := os.ReadFile("testdata/small.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// edited is the small lesson with one piece of text instead of another.
func edited(t testing.TB, from, to string) string {
	t.Helper()
	text := small(t)
	if !strings.Contains(text, from) {
		t.Fatalf("the small lesson has no %q", from)
	}
	return strings.Replace(text, from, to, 1)
}

// lineOf is the number of the line in which a text stands first; 1 for nothing.
func lineOf(t testing.TB, text, find string) int {
	t.Helper()
	before, _, ok := strings.Cut(text, find)
	if !ok {
		t.Fatalf("the lesson has no %q", find)
	}
	return 1 + strings.Count(before, "\n")
}

func TestALessonWithoutFaultIsRead(t *testing.T) {
	lesson, faults := course.Parse("small.md", []byte(small(t)))
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	var steps []string
	for _, step := range lesson.Steps {
		words := string(step.Kind)
		if step.Question != nil {
			words += " " + step.Question.ID
		}
		if step.Command != nil {
			words += " " + strings.Join(append(step.Command, step.Quick...), " ")
		}
		steps = append(steps, strings.Join(append([]string{words}, step.Examples...), " "))
	}
	want := "Predict total, Run compare sleep --rounds 1, Observe seen, Timeline, Explain, Read goroutines, Change order, " +
		"Run compare sleep --limit 5 --rounds 1, Explain, Quiz first, Quiz second"
	if got := strings.Join(steps, ", "); got != want {
		t.Errorf("the steps are %s, want %s", got, want)
	}
	if lesson.Title != "Small" || lesson.Minutes != 5 || lesson.Misconception.Belief != "a wait blocks everything" {
		t.Errorf("the head is %+v", lesson)
	}
	if notes := lesson.Steps[5].Notes; notes != "Ask the room." {
		t.Errorf("the notes are %q", notes)
	}
	if items := lesson.Steps[3].Prose; len(items) != 3 || items[0].Item || !items[1].Item || !items[2].Item {
		t.Errorf("the list is %+v", items)
	}
}

func TestMarksAreRead(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"one *term* here", "0:one |1:term|0: here"},
		{"**strong\nwords**", "2:strong words"},
		{"`a  b` and `c\nd`", "3:a  b|0: and |3:c d"},
		{`1 \* 2, and ` + "`\\*`", `0:1 * 2, and |3:\*`},
		{"a line  \nand\\\nothers\nwith it", "0:a line and others with it"},
		{"`=sequential.elapsed / goroutines.elapsed`", "4:sequential.elapsed / goroutines.elapsed"},
		{"`=before elapsed`", "4:before elapsed"},
		{"*a*b", "1:a|0:b"},
		{"snake_case_name", "0:snake_case_name"},
	} {
		lesson, faults := course.Parse("small.md", []byte(edited(t, "What was there?", c.text)))
		if len(faults) > 0 {
			t.Errorf("%q: %v", c.text, faults)
			continue
		}
		var spans []string
		for _, span := range lesson.Steps[2].Prose[0].Spans {
			text := span.Text
			if span.Mark == course.Measured {
				text = span.Of.String()
			}
			spans = append(spans, fmt.Sprintf("%d:%s", span.Mark, text))
		}
		if got := strings.Join(spans, "|"); got != c.want {
			t.Errorf("%q is read as %s, want %s", c.text, got, c.want)
		}
	}
}

// A text may have several lines in YAML: what is shown is one, broken where the screen ends.
func TestTextsAreOneLine(t *testing.T) {
	lesson, faults := course.Parse("small.md", []byte(edited(t, `because: "Of little."`, "because: >\n      Of\n      little.")))
	if len(faults) > 0 || lesson.Question("seen").Choices[0].Because != "Of little." {
		t.Errorf("%v, %+v", faults, lesson.Question("seen"))
	}
}

func TestFaultsNameTheLineAndTheNextStep(t *testing.T) {
	many := func(n int, text string) string { return strings.Repeat(text, n) }
	question := func(id string) string {
		const choices = "choices:\n  - {text: a, because: b}\n  - {text: c, right: true, because: d}\n"
		return "```question\nid: " + id + "\nask: Which?\n" + choices + "```\n"
	}
	const words = "What was there?"
	const number = "number: goroutines.elapsed\n"
	for _, c := range []struct {
		from, to string // what is edited in the small lesson
		at       string // a text in the line that is named, the first where it is empty
		problem  string
		next     string
	}{
		// The file.
		{words, many(4<<10, "too long "), "", "more than 32 kB", "two lessons"},
		{words, "\xff", "", "UTF-8", "save it"},
		{words, "a\ttab", "a\ttab", "U+0009", "spaces"},
		{words, "a\u202ereversal", "a\u202e", "U+202E", "control"},

		// The head.
		{"---\n", "", "", "no head", "begin with"},
		{"go on\n---\n", "go on\n", "", "no head", "another ---"},
		{"title: Small\n", "", "", "no title", "add"},
		{"idea: Waits overlap.", "idea: ' '", "", "no idea", "add"},
		{"  id: M0\n", "", "", "no misconception.id", "add"},
		{"  belief: a wait blocks everything\n", "", "", "no misconception.belief", "add"},
		{"  truth: the others go on\n", "", "", "no misconception.truth", "add"},
		{"minutes: 5\n", "", "", "how many minutes", "from 1 to 60"},
		{"minutes: 5", "minutes: 61", "", "how many minutes", "from 1 to 60"},
		{"minutes: 5", "minutes: five", "minutes: five", "wrong form", "authoring.md"},
		{"minutes: 5", "colour: red", "colour: red", `unknown field "colour"`, "authoring.md"},
		{"minutes: 5", "minutes: 5\nminutes: 6", "minutes: 6", `"minutes" already defined`, "authoring.md"},

		// YAML.
		{"id: seen", "id: [seen]", "id: [seen]", "wrong form", "authoring.md"},
		{"id: seen", "id: seen\nid: seen", "id: seen\nask", "already defined", "authoring.md"},
		{"id: seen", "- seen", "ask: How much", "cannot be read", "authoring.md"},
		{"id: seen", "id: seen: twice", "id: seen: twice", "cannot be read", "authoring.md"},
		{"id: seen", "name: seen", "name: seen", `unknown field "name"`, "authoring.md"},
		{"text: Some.", "text: &some Some.", "text: &some", `"&" has a meaning`, "quotes"},
		{"text: Some.", "text: *some", "text: *some", `"*" has a meaning`, "quotes"},
		{"text: Some.", "text: !!str Some.", "text: !!str", "has a meaning", "quotes"},
		{"id: seen", "id: seen\n---", "---\nask", "cut by", "leave that line out"},
		{`"Of some."`, `"Of \e[2Jsome."`, `\e[2J`, "U+001B", "control characters"},
		{`"Of some."`, `"Of ` + many(8<<10, "x") + `."`, "id: seen", "more than 8 kB", "shorten"},

		// Markdown.
		{words, "# A title", "# A title", `"A title" is no step`, "## Predict"},
		{words, "### Run", "### Run", `"Run" is no step`, "## Predict"},
		{"## Observe", "## Look", "## Look", `"Look" is no step`, "Observe"},
		{"## Predict", "text\n\n## Predict", "text", "in front of the first step", "## Predict"},
		{words, "> quoted", "> quoted", "no blockquote", "paragraphs"},
		{words, "    indented", "    indented", "no codeblock", "paragraphs"},
		{words, "<div>", "<div>", "no htmlblock", "paragraphs"},
		{words, "1. numbered", "1. numbered", "no numbers", "with -"},
		{words, "- - nested", "- - nested", "item of a list", "short"},
		{words, "- one\n  - nested", "- one", "item of a list", "short"},
		{words, "- ```\n  code\n  ```", "code\n", "item of a list", "short"},
		{words, "-", "## Observe", "item of a list", "short"},
		{words, "a [link](to)", "a [link]", "no link", "words"},
		{words, "an ![image](of)", "an ![image]", "no image", "words"},
		{words, "<https://example.com>", "<https", "no autolink", "words"},
		{words, "a <b>tag</b>", "a <b>", "no rawhtml", "words"},
		{words, "**strong *term***", "**strong *", "one mark stands in another", "end"},
		{words, "**`=elapsed`**", "**`=", "one mark stands in another", "end"},
		{words, "`=Elapsed`", "`=Elapsed`", `"Elapsed" is no fact`, "=goroutines.elapsed"},
		{words, "`=`", "`=`", `"" is no fact`, "=goroutines.elapsed"},
		{words, "`=a / b / c`", "`=a / b / c`", "is no fact", "=goroutines.elapsed"},

		// Directives.
		{words, "```go\ncode\n```", "```go", `no directive "go"`, "never pasted"},
		{words, "```\noutput\n```", "output", `no directive ""`, "never pasted"},
		{words, "```run\ncommand: hello\n```", "```run\ncommand: hello\n", "run has no place under Observe", "## Run"},
		{words, "```source\nexamples: [hello]\n```", "```source\nexamples: [hello]", "source has no place under Observe", "## Read"},
		{"Look at the lanes:", question("lanes"), "```question\nid: lanes", "question has no place under Timeline", "## Predict"},
		{"command: compare sleep\n", "", "```run\nquick", "no command", "command: compare sleep"},
		{
			"```run\n", "```run\ncommand: hello\n```\n\n```run\n", "```run\ncommand: compare sleep\n", "runs two things",
			"another ## Run",
		},

		// Steps.
		{"## Timeline", "## Explain", "## Explain", "Explain does not come behind Observe", "## Timeline"},
		{"## Predict", "## Change", "## Change", "Change does not come behind the head", "## Predict"},
		{words, question("extra"), "```question\nid: extra", "no run decides", "add of"},
		{"ask: How long will goroutines take?", "ask: ' '", "```question\nid: total", "asks nothing", "add ask"},
		{"```source\nexamples: [goroutines]\n```", "", "## Read", "shows nothing", "source"},
		{"examples: [goroutines]", "examples: [goroutine]", "## Read", `no example "goroutine"`, "meanwhile source"},
		{"examples: [goroutines]", "examples: [../python/hello]", "## Read", "no example", "meanwhile source"},
		{"```run\ncommand: compare sleep\nquick: --rounds 1\n```", "", "## Run", "runs nothing", "add a run"},
		{"It took `=goroutines.elapsed`.", "", "## Explain", "says nothing", "sentences"},
		{"Look at the lanes:\n\n- one of them\n- the other one\n", "", "## Timeline", "says nothing", "sentences"},
		{"## Quiz", "## Quiz\n\n" + question("third"), "", "the quiz has 3 questions", "give it 2"},
		{"## Predict", many(40, "## Predict\n\n") + "## Predict", "", "more than 40 steps", "two lessons"},

		// Questions.
		{"id: seen", "id: total", "```question\nid: total\nask: How much", `two questions have the id "total"`, "of its own"},
		{"id: seen", "id: Seen", "```question\nid: Seen", `"Seen" is no id`, "small letters"},
		{"id: seen\n", "", "```question\nask: How much", `"" is no id`, "small letters"},
		{number, "", "```question\nid: total", "one of number, choices and rank", "authoring.md"},
		{
			number, number + "choices: [{text: a, because: b}]\n", "```question\nid: total", "one of number, choices and rank",
			"authoring.md",
		},
		{number, "number: Total\n", "```question\nid: total", `"Total" is no fact`, "two with /"},
		{number, number + "unit: seconds\n", "```question\nid: total", `no unit "seconds"`, "duration"},
		{"low: \"Too low.\"\n", "", "```question\nid: total", "does not say why", "low and high"},
		{"high: \"Too high.\"\n", "", "```question\nid: total", "does not say why", "low and high"},
		{"because: \"Of the order.\"\n", "", "```question\nid: order", "does not say why", "add because"},
		{"    by: limited.elapsed\n", "", "```question\nid: order", `"limited" is ranked by`, "add by"},
		{"by: limited.elapsed", "by: 'limited elapsed'", "```question\nid: order", `"limited elapsed" is no fact`, "two with /"},
		{"- text: limited\n    by", "- by", "```question\nid: order", "has no text", "add text"},
		{"of: sequential.cpu / sequential.elapsed\n", "of: sequential.cpu /\n", "```question\nid: seen", "is no fact", "two with /"},
		{"of: sequential.cpu / sequential.elapsed\n", "", "```question\nid: seen", "no run decides", "add of"},
		{"of: sequential.cpu / sequential.elapsed\n", "of: elapsed\nrank: []\n", "", "", ""}, // an empty list is none
		{"below: 0.1", "below: few", "```question\nid: seen", `"few" is no bound`, "30ms"},
		{"below: 0.1", "below: .nan", "```question\nid: seen", "is no bound", "30ms"},
		{"below: 0.1", "below: 0.5", "```question\nid: seen", "bound of choice 2 is not in order", "grow"},
		{"below: 0.5", "below: 50us", "", "", ""}, // durations and numbers are one scale
		{"below: 0.5\n    because", "because", "```question\nid: seen", "bound of choice 2 is not in order", "the last"},
		{"- text: Much.", "- text: Much.\n    below: 1", "```question\nid: seen", "bound of choice 3 is not in order", "the last"},
		{"- text: Much.", "- text: Much.\n    right: true", "```question\nid: seen", "choice 3 is said to be right", "leave out right"},
		{"- text: Much.", "- text: ''", "```question\nid: seen", "choice 3 lacks its text", "wants to know why"},
		{"    because: \"Of much.\"\n", "", "```question\nid: seen", "choice 3 lacks its text or its because", "wants to know why"},
		{"choices:\n", "choices:\n" + many(4, "  - {text: x, because: y}\n"), "```question\nid: seen", "7 answers", "two to 6"},
		{"  - text: Nobody.\n    because: \"Of nobody.\"\n", "", "```question\nid: second", "1 answers", "two to 6"},
		{"text: Nobody.", "text: Nobody.\n    right: true", "```question\nid: second", "2 choices are right", "mark one"},
		{"text: Working.", "text: Working.\n    below: 3", "```question\nid: first", "choice 2 has a bound", "leave out below"},
		{"    right: true\n", "", "```question\nid: first", "0 choices are right", "mark one"},
		{"id: second", "of: elapsed\nid: second", "```question\nof: elapsed", "is asked without a run", "leave out of"},
	} {
		text := edited(t, c.from, c.to)
		_, faults := course.Parse("small.md", []byte(text))
		if c.problem == "" {
			if len(faults) > 0 {
				t.Errorf("%q: %v", c.to, faults)
			}
			continue
		}
		found := false
		for _, fault := range faults {
			found = found || fault.Line == lineOf(t, text, c.at) && fault.File == "small.md" &&
				strings.Contains(fault.Problem, c.problem) && strings.Contains(fault.Next, c.next)
		}
		if !found {
			t.Errorf("%q instead of %q: there is no fault in line %d with %q and %q among %v",
				c.to, c.from, lineOf(t, text, c.at), c.problem, c.next, faults)
		}
	}
}

// One fault does not hide another, and they come in the order of the lines.
func TestAllFaultsAreFoundAtOnce(t *testing.T) {
	text := small(t)
	for _, edit := range [][2]string{
		{"title: Small\n", ""},
		{"minutes: 5", "minutes: 0"},
		{"id: total", "id: Total"},
		{"command: compare sleep\n", ""},
		{"below: 0.5", "below: 0.1"},
		{"`=goroutines.elapsed`", "`=!`"},
		{"[goroutines]", "[nobody]"},
		{"Now it took", "# Now\n\n> It took"},
	} {
		text = strings.Replace(text, edit[0], edit[1], 1)
	}
	_, faults := course.Parse("small.md", []byte(text))
	var got []string
	for i, fault := range faults {
		got = append(got, fault.Problem)
		if i > 0 && faults[i-1].Line > fault.Line {
			t.Errorf("line %d is named behind line %d", fault.Line, faults[i-1].Line)
		}
	}
	for _, want := range []string{
		"no title", "how many minutes", `"Total" is no id`, "no command", "bound of choice 2", `"!" is no fact`,
		`no example "nobody"`, `"Now" is no step`,
	} {
		if !strings.Contains(strings.Join(got, "\n"), want) {
			t.Errorf("%q is not among %q", want, got)
		}
	}
	for range 20 {
		if _, again := course.Parse("small.md", []byte(text)); fmt.Sprint(again) != fmt.Sprint(faults) {
			t.Fatalf("read again, the faults are %v and not %v", again, faults)
		}
	}
}

func TestADirectiveThatCannotBeReadIsOneFault(t *testing.T) {
	for _, c := range [][2]string{
		{"id: total\n", "id: [total\n"},
		{"command: compare sleep\n", "command: {\n"},
		{"examples: [goroutines]\n", "examples: [goroutines\n"},
		{"examples: [goroutines]\n", "example: goroutines\n"},
	} {
		if _, faults := course.Parse("small.md", []byte(edited(t, c[0], c[1]))); len(faults) != 1 {
			t.Errorf("%q: %v", c[1], faults)
		}
	}
}

// An alias of an alias of an alias and so on would be more text than a machine holds.
func TestAliasesAreRefusedUnread(t *testing.T) {
	var bomb strings.Builder
	bomb.WriteString("a0: &a0 [x, x]\n")
	for i := 1; i < 100; i++ {
		fmt.Fprintf(&bomb, "a%d: &a%d [*a%d, *a%d]\n", i, i, i-1, i-1)
	}
	for _, where := range []string{"title: Small\n", "id: total\n", "command: compare sleep\n", "examples: [goroutines]\n"} {
		text := edited(t, where, bomb.String())
		_, faults := course.Parse("small.md", []byte(text))
		found := false
		for _, fault := range faults {
			found = found || fault.Line == lineOf(t, text, "a0:") && strings.Contains(fault.Problem, `"&"`)
		}
		if !found {
			t.Errorf("instead of %q: %v", where, faults)
		}
	}
}

func TestSeveralSourcesAreOneList(t *testing.T) {
	const source = "```source\nexamples: [goroutines]\n```\n"
	lesson, faults := course.Parse("small.md", []byte(edited(t, source, source+"\n```source\nexamples: [hello]\n```\n")))
	if got := strings.Join(lesson.Steps[5].Examples, " "); len(faults) > 0 || got != "goroutines hello" {
		t.Errorf("%v, and the examples are %q", faults, got)
	}
}

// lessonFolder is a folder of files.
func lessonFolder(files map[string]string) fstest.MapFS {
	folder := fstest.MapFS{}
	for name, text := range files {
		folder[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return folder
}

func TestLessonsAreReadInTheOrderOfTheirFolders(t *testing.T) {
	lessons, faults := course.Load(lessonFolder(map[string]string{
		"10-ten/lesson.md": small(t), "02-two-more/lesson.md": small(t), ".git/lesson.md": "none", "README.md": "none",
		"101-last/lesson.md": strings.ReplaceAll(small(t), "\n", "\r\n"), // as Windows may write it
	}), "lessons")
	if len(faults) > 0 || len(lessons) != 3 {
		t.Fatalf("%d lessons, and %v", len(lessons), faults)
	}
	for i, name := range []string{"02-two-more", "10-ten", "101-last"} {
		if lessons[i].Name != name || lessons[i].Number != i+1 || lessons[i].Title != "Small" {
			t.Errorf("lesson %d is %q, number %d, want %s", i+1, lessons[i].Name, lessons[i].Number, name)
		}
	}
}

func TestAFolderMayBeALessonItself(t *testing.T) {
	lessons, faults := course.Load(lessonFolder(map[string]string{"lesson.md": small(t), "01-a/lesson.md": "none"}),
		"lessons/07-mine")
	if len(faults) > 0 || len(lessons) != 1 || lessons[0].Name != "07-mine" || lessons[0].Number != 1 {
		t.Errorf("%v, and the lessons are %+v", faults, lessons)
	}
}

func TestFaultsOfFoldersSayWhatToDo(t *testing.T) {
	for _, c := range []struct {
		files     map[string]string
		at        string
		problem   string
		next      string
		remaining int
	}{
		{map[string]string{"README.md": ""}, "mine:1", "no lesson in the folder", "01-hello/lesson.md", 0},
		{
			map[string]string{"01_hello/lesson.md": "", "02-two/lesson.md": small(t)},
			"mine/01_hello/lesson.md:1", "not named",
			"02-two-at-once", 1,
		},
		{map[string]string{"01-hello/lessons.md": ""}, "mine/01-hello/lesson.md:1", "cannot be read", "put its lesson.md there", 1},
		{map[string]string{"01-hello/lesson.md/x": ""}, "mine/01-hello/lesson.md:1", "cannot be read", "put its lesson.md there", 1},
		{map[string]string{"01-hello/lesson.md": strings.Repeat("x", 1<<20)}, "mine/01-hello/lesson.md:1", "more than 32 kB", "", 1},
		{map[string]string{"01-hello/lesson.md": "x\r\r\n"}, "mine/01-hello/lesson.md:1", "U+000D", "line feeds", 1},
	} {
		lessons, faults := course.Load(lessonFolder(c.files), "mine")
		if len(faults) == 0 || len(lessons) != c.remaining {
			t.Errorf("%v: %d lessons, and %v", c.files, len(lessons), faults)
			continue
		}
		if words := faults[0].Error(); !strings.HasPrefix(words, c.at+": ") || !strings.Contains(words, c.problem) ||
			!strings.Contains(words, c.next) {
			t.Errorf("the fault is %q, want it in %s, with %q and %q", words, c.at, c.problem, c.next)
		}
	}
	if lessons, faults := course.Load(os.DirFS("testdata/nowhere"), "nowhere"); len(faults) != 1 || len(lessons) > 0 {
		t.Errorf("of no folder there are %v and %v", lessons, faults)
	}
}

func TestLessonsAreFoundByNumberAndName(t *testing.T) {
	lessons, _ := course.Load(lessonFolder(map[string]string{
		"02-two-at-once/lesson.md": small(t),
		"10-errors/lesson.md":      small(t),
	}), "")
	for named, want := range map[string]int{
		"2": 0, "02": 0, "002": 0, "02-two-at-once": 0, "two-at-once": 0, "10": 1, "errors": 1, "10-errors": 1,
		"1": -1, "two": -1, "": -1, "0": -1, "-1": -1, "two-at-once ": -1,
	} {
		got := course.Find(lessons, named)
		if want < 0 && got != nil || want >= 0 && got != lessons[want] {
			t.Errorf("%q is %v", named, got)
		}
	}
}
