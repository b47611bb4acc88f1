package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"meanwhile/internal/course"
	"meanwhile/internal/progress"
	"meanwhile/internal/workshop"
)

// Recap is a written record of the course, in Markdown: what was predicted, what came out, what was answered, and what was solved.
func Recap(lessons []*course.Lesson, exercises []*workshop.Exercise, record progress.Record, now time.Time) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# What I learned with meanwhile\n\nWritten on %s.\n", now.Format("2 January 2006"))
	begun := 0
	for _, lesson := range lessons {
		saved := record.Lessons[lesson.Key]
		if len(saved.Answers) > 0 || len(saved.Results) > 0 || !saved.Finished.IsZero() {
			begun++
			recapLesson(&b, lesson, saved)
		}
	}
	if begun == 0 {
		b.WriteString("\nNo lesson was begun yet; `meanwhile learn` begins the first.\n")
	} else {
		recapSure(&b, lessons, record)
	}
	recapExercises(&b, exercises, record)
	if coming := course.Reviews(lessons, record.Reviews); len(coming) > 0 {
		b.WriteString("\n## To review\n\n")
		for _, question := range coming {
			fmt.Fprintf(&b, "- from %s on: %s\n", question.Due.Local().Format("2 January 2006"), escape(question.Question.Ask))
		}
	}
	return b.String()
}

// recapExercises writes down what was solved, and how.
func recapExercises(b *strings.Builder, exercises []*workshop.Exercise, record progress.Record) {
	var solved []string
	for _, e := range exercises {
		kept := record.Exercises[e.Name]
		words := fmt.Sprintf("%s (%s): ", escape(e.Title), escape(e.Category))
		switch {
		case !kept.Passed.IsZero():
			words += fmt.Sprintf("solved on %s, with %s and %s", kept.Passed.Local().Format("2 January 2006"), Count(kept.Checks, "check"), Count(kept.Hints, "hint"))
		case !kept.Shown.IsZero():
			words += fmt.Sprintf("its solution was shown; to solve again from %s on", kept.Due.Local().Format("2 January 2006"))
		default:
			continue
		}
		solved = append(solved, "- "+words+"\n")
	}
	if len(solved) > 0 {
		fmt.Fprintf(b, "\n## Exercises\n\n%s", strings.Join(solved, ""))
	}
}

// recapLesson writes down one lesson.
func recapLesson(b *strings.Builder, lesson *course.Lesson, saved progress.Lesson) {
	fmt.Fprintf(b, "\n## %d. %s\n\n**%s**\n\n", lesson.Number, escape(lesson.Title), escape(lesson.Idea))
	switch {
	case !saved.Finished.IsZero():
		fmt.Fprintf(b, "Done on %s.\n", saved.Finished.Local().Format("2 January 2006"))
	default:
		fmt.Fprintf(b, "Left at step %d of %d.\n", min(saved.Step+1, len(lesson.Steps)), len(lesson.Steps))
	}
	for _, step := range lesson.Steps {
		if step.Question == nil {
			continue
		}
		if answer, ok := saved.Answers[step.Question.ID]; ok {
			recapAnswer(b, step, answer)
		}
	}
	recapRuns(b, saved)
	recapSources(b, lesson)
	if m := lesson.Misconception; !saved.Finished.IsZero() { // before, it would say what is still to be found out
		fmt.Fprintf(b, "\nMany think: %s. In truth: %s.\n", escape(m.Belief), escape(m.Truth))
	}
}

func recapAnswer(b *strings.Builder, step course.Step, answer progress.Answer) {
	fmt.Fprintf(b, "\n- %s: %s\n", step.Kind.Words(), escape(step.Question.Ask))
	given := cmp.Or(answer.Given, step.Question.Words(answer.Text))
	sure := ""
	if answer.Sure >= 0 {
		sure = fmt.Sprintf(", %d %% sure", answer.Sure)
	}
	fmt.Fprintf(b, "  - I said: %s%s\n", escape(strings.TrimSuffix(given, ".")), sure)
	switch {
	case answer.Right == nil:
		b.WriteString("  - not measured yet\n")
	case *answer.Right:
		fmt.Fprintf(b, "  - right: %s\n", escape(strings.TrimSuffix(answer.Truth, ".")))
	default:
		fmt.Fprintf(b, "  - it was: %s\n", escape(answer.Truth))
	}
}

// recapRuns writes down what ran, and its numbers.
func recapRuns(b *strings.Builder, saved progress.Lesson) {
	numbers := slices.SortedFunc(maps.Keys(saved.Results), func(a, b string) int {
		m, _ := strconv.Atoi(a)
		n, _ := strconv.Atoi(b)
		return cmp.Compare(m, n)
	})
	for _, number := range numbers {
		result := saved.Results[number]
		fmt.Fprintf(b, "\n```sh\n%s\n```\n\n| measured | |\n|---|--:|\n", Command(result.Command))
		for _, name := range slices.Sorted(maps.Keys(result.Facts)) {
			fmt.Fprintf(b, "| %s | %s |\n", escape(name), escape(result.Facts[name]))
		}
	}
}

// recapSources names the code that ran.
func recapSources(b *strings.Builder, lesson *course.Lesson) {
	for _, step := range lesson.Steps {
		for _, name := range step.Examples {
			if example, err := FindExample(name); err == nil {
				fmt.Fprintf(b, "\nThe code: %s, in Python %s; `meanwhile source %s --python` shows both.\n", example.Place(), example.PythonFile, name)
			}
		}
	}
}

// recapSure says how often predictions were right of which the learner was how sure.
func recapSure(b *strings.Builder, lessons []*course.Lesson, record progress.Record) {
	type bin struct{ right, of int }
	bins := map[bool]*bin{false: {}, true: {}} // by whether the learner was at least three quarters sure
	const quite = 75
	for _, lesson := range lessons {
		for _, step := range lesson.Steps {
			if !step.Predicts() {
				continue
			}
			answer, ok := record.Lessons[lesson.Key].Answers[step.Question.ID]
			if !ok || answer.Right == nil || answer.Sure < 0 {
				continue
			}
			bin := bins[answer.Sure >= quite]
			bin.of++
			if *answer.Right {
				bin.right++
			}
		}
	}
	if bins[true].of+bins[false].of == 0 {
		return
	}
	b.WriteString("\n## How sure I was\n\n")
	for _, line := range []struct {
		words string
		bin   *bin
	}{{fmt.Sprintf("At least %d %% sure", quite), bins[true]}, {"Less sure", bins[false]}} {
		if line.bin.of > 0 {
			fmt.Fprintf(b, "- %s: %d of %d right\n", line.words, line.bin.right, line.bin.of)
		}
	}
}
