package tui

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"meanwhile/internal/report"
	"meanwhile/internal/term"
	"meanwhile/internal/timeline"
	"meanwhile/internal/workshop"
)

// bench is a window over exercises in a folder, and what it has asked for. Checks end when a test says what they come to.
type bench struct {
	t      *testing.T
	m      practice
	checks []workshop.Options // all that began
	passed map[string]bool
	shown  []string // exercises whose solution was shown
	unkept error    // why nothing can be kept
	toKeep []func() error
	left   bool
}

func practise(t *testing.T, begun ...string) *bench {
	t.Helper()
	exercises, err := workshop.Exercises()
	if err != nil {
		t.Fatal(err)
	}
	folder, _, err := workshop.Init(filepath.Join(t.TempDir(), "practice"), exercises)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := folder.Close(); err != nil {
			t.Error(err)
		}
	})
	b := &bench{t: t, passed: map[string]bool{}}
	for _, name := range begun {
		b.write(folder, workshop.Find(exercises, name))
	}
	b.m = practice{
		Practice: Practice{
			Exercises: exercises, Folder: folder,
			Passed: func(e *workshop.Exercise) bool { return b.passed[e.Short()] },
			Coming: func(e *workshop.Exercise) bool { return e.Number > 3 },
			Hinted: func(*workshop.Exercise, int) error { return b.unkept },
			Shown: func(e *workshop.Exercise) error {
				b.shown = append(b.shown, e.Short())
				return b.unkept
			},
		},
		layout: report.Layout{Style: styled(term.Never, false), Width: 80}, height: 24,
		check: func(_ int, _ *workshop.Exercise, o workshop.Options) func() {
			b.checks = append(b.checks, o)
			return func() {}
		},
	}
	b.m.keep = func(what func() error) { b.toKeep = append(b.toKeep, what) }
	return b.told(practiceBegins{})
}

// write changes the learner's file.
func (b *bench) write(folder *workshop.Folder, e *workshop.Exercise) {
	b.t.Helper()
	if err := os.WriteFile(folder.Place(e.Name+"/"+e.File), append(e.Starter, "// mine\n"...), 0o644); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) told(msg tea.Msg) *bench {
	model, command := b.m.Update(msg)
	b.m = model.(practice)
	if command != nil {
		_, b.left = command().(tea.QuitMsg)
	}
	what := b.toKeep
	b.toKeep = nil
	for _, keep := range what {
		if err := keep(); err != nil {
			b.told(practiceUnkept{err})
		}
	}
	return b
}

func (b *bench) keys(names ...string) *bench {
	for _, name := range names {
		b.told(keyOf(name))
	}
	return b
}

// saves changes the learner's file for an exercise, as the watch over the folder tells it.
func (b *bench) saves(name string) *bench {
	b.t.Helper()
	e := workshop.Find(b.m.Exercises, name)
	b.write(b.m.Folder, e)
	return b.told(practiceSaved{e})
}

// ends is the end of the check under way.
func (b *bench) ends(o *workshop.Outcome) *bench {
	b.t.Helper()
	if !b.m.checking {
		b.t.Fatal("no check is under way")
	}
	o.Exercise = b.m.exercise().Name
	if o.Passed && !o.Provisional() {
		b.passed[b.m.exercise().Short()] = true
	}
	return b.told(practiceChecked{b.m.number, o, nil})
}

// passes is the end of both checks of a solution that passes.
func (b *bench) passes() *bench {
	b.t.Helper()
	return b.ends(&workshop.Outcome{Passed: true, Said: "it passes", Seed: 7}).ends(&workshop.Outcome{Passed: true, Said: "it passes", Raced: true, Seed: 7})
}

func short() *workshop.Outcome {
	return &workshop.Outcome{Reason: "elapsed", Said: "it took 3 s, one at a time", Place: "01-fetch-three/fetch.go:7", Next: "look at the loop"}
}

func (b *bench) sees(words ...string) *bench {
	b.t.Helper()
	for _, w := range words {
		if content := b.m.View().Content; !strings.Contains(content, w) {
			b.t.Errorf("no %q on the screen:\n%s", w, content)
		}
	}
	return b
}

func TestWhatPassesOpensTheNextExercise(t *testing.T) {
	b := practise(t).sees("1  Fetch three", "0 of 26 passed", "lesson: Two at once; about")
	b.saves("fetch-three").sees("checking…").ends(short()).sees("→ 01-fetch-three: it took 3 s", "next: look at the loop", "Enter check")
	b.saves("fetch-three").passes().sees("2  Greeters", "1 of 26 passed", "✓ 01-fetch-three: it passes", "The next one: Greeters")
	if second := b.checks[len(b.checks)-1]; !second.Race || second.Seed != 7 {
		t.Errorf("the second check was asked for with %+v", second)
	}
	b.keys("p").sees("1  Fetch three", "checking…").passes().sees("1  Fetch three", "next: Enter goes to the next exercise")
	b.keys("enter").sees("2  Greeters")
}

func TestWhenAllHavePassedTheLastOneStays(t *testing.T) {
	b := practise(t)
	for _, e := range b.m.Exercises[1:] {
		b.passed[e.Short()] = true
	}
	b.saves("fetch-three").passes().sees("1  Fetch three", "26 of 26 passed", "nothing, all have passed")
}

func TestWhatIsSavedIsTurnedTo(t *testing.T) {
	b := practise(t).saves("bank").sees("6  Bank", "checking…", "lesson: Races (coming)")
	bank := b.m.exercise()
	b.keys("x").sees("Begin 06-bank anew?").keys("y").sees("your file is now", ".before-1")
	if b.m.Folder.Begun(bank) {
		t.Error("the learner's file is still there")
	}
	n := len(b.checks)
	b.told(practiceSaved{bank}) // the file that it begins with is nobody's attempt
	if len(b.checks) != n {
		t.Error("the starter was checked")
	}
	b.keys("x", "y").sees("it was as it begins", "Enter check")
	b.saves("bank").keys("x", "n").sees("checking…")
	if !b.m.Folder.Begun(bank) {
		t.Error("it began anew, and was not told to")
	}
}

func TestWhatIsSavedTogetherIsCheckedOneAfterTheOther(t *testing.T) {
	b := practise(t).saves("fetch-three").saves("bank").saves("greeters").saves("bank").sees("1  Fetch three", "checking…")
	b.passes().sees("6  Bank", "01-fetch-three: it passes", "checking…")
	b.ends(short()).sees("2  Greeters", "06-bank: it took 3 s, one at a time", "checking…")
	b.ends(short()).sees("→ 02-greeters: it took 3 s")
	if len(b.checks) != 4 { // one of them with the race detector
		t.Errorf("%d checks began, want 4", len(b.checks))
	}
	b.saves("fetch-three").saves("bank").keys("n").sees("2  Greeters")
	if len(b.m.waiting) > 0 {
		t.Error("the learner has gone on, and what was saved before waits")
	}
}

// What was undone, by an editor or by git, has no verdict any more; and a file that is gone is told of.
func TestAFileAsItBeginsHasNoVerdict(t *testing.T) {
	b := practise(t).saves("bank").ends(short()).sees("→ 06-bank: it took 3 s")
	bank := b.m.exercise()
	file := b.m.Folder.Place(bank.Name + "/" + bank.File)
	if err := os.WriteFile(file, bank.Starter, 0o644); err != nil {
		t.Fatal(err)
	}
	b.told(practiceSaved{bank}).sees("your file is as it begins", "lesson: Races (coming)")
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	b.told(practiceSaved{bank}).sees("checking…")
}

func TestTheWatchBeginsWhereTheLearnerWas(t *testing.T) {
	b := practise(t, "bank", "greeters", "crawler", "fetch-three")
	for i, name := range []string{"crawler", "fetch-three", "bank", "greeters"} {
		e := workshop.Find(b.m.Exercises, name)
		at := time.Date(2026, 1, 5, 10, i, 0, 0, time.UTC)
		if err := os.Chtimes(b.m.Folder.Place(e.Name+"/"+e.File), at, at); err != nil {
			t.Fatal(err)
		}
	}
	b.passed["greeters"] = true
	b.told(practiceBegins{}).sees("6  Bank", "checking…")
}

// An answer that comes when the learner has gone on is of no exercise any more.
func TestTheAnswerOfAnotherExerciseIsNotShown(t *testing.T) {
	b := practise(t).saves("fetch-three")
	late := practiceChecked{b.m.number, &workshop.Outcome{Exercise: "01-fetch-three", Passed: true, Said: "it passes"}, nil}
	b.keys("n").told(late).sees("2  Greeters", "A museum opens")
	if len(b.checks) != 1 {
		t.Errorf("%d checks began", len(b.checks))
	}
}

// An answer comes in front of whatever is shown, except of a question; the second one, which is slow, only of the first.
func TestAnAnswerIsShown(t *testing.T) {
	for _, page := range []string{"t", "h", "l"} {
		b := practise(t).saves("fetch-three").keys(page).ends(short()).sees("it took 3 s")
		b.saves("fetch-three").ends(&workshop.Outcome{Passed: true, Said: "it passes"}).keys("h")
		b.ends(&workshop.Outcome{Reason: "race", Said: "two goroutines", Raced: true}).sees("hint 1 of 3")
	}
	practise(t).saves("fetch-three").keys("x").ends(short()).sees("Begin 01-fetch-three anew?").keys("n").sees("1  Fetch three")
}

func TestASolutionIsShownWhenItIsAskedForTwice(t *testing.T) {
	b := practise(t).keys("s").sees("Show the solution of 01-fetch-three?").keys("n").sees("lesson: ")
	if len(b.shown) != 0 {
		t.Errorf("shown are %v", b.shown)
	}
	b.keys("s", "y").sees("This is a way to solve it")
	if len(b.shown) != 1 || b.shown[0] != "fetch-three" {
		t.Errorf("shown are %v", b.shown)
	}
	b = practise(t)
	b.passed["fetch-three"] = true
	if b.keys("s").sees("The reference."); len(b.shown) != 0 {
		t.Errorf("shown are %v, of one that has passed", b.shown)
	}
}

func TestAnExerciseIsChosenInTheList(t *testing.T) {
	practise(t).keys("l").sees("> ", "1  fetch-three           Fetch three", "Enter opens").keys("down", "down", "up", "end", "home", "down", "enter").sees("2  Greeters")
	b := practise(t).told(tea.WindowSizeMsg{Width: 60, Height: 20}).keys("l", "end").sees(">   26  ")
	b.keys("enter").sees("26  ")
}

func TestRIsForTheRaceDetector(t *testing.T) {
	b := practise(t).keys("r").sees("checking with the race detector…")
	if len(b.checks) != 1 || !b.checks[0].Race {
		t.Errorf("asked for are %+v", b.checks)
	}
}

func TestWhatCannotBeKeptOrCheckedIsTold(t *testing.T) {
	b := practise(t)
	b.unkept = errors.New("progress cannot be kept: the disk is full")
	b.keys("h").sees("the disk is full").keys("h").sees("the disk is full")
	b.keys("enter").told(practiceChecked{b.m.number, nil, errors.New("nothing can be built: \x1b[31mno space")}).sees("nothing can be built: ")
	if content := b.m.View().Content; strings.Contains(content, "\x1b[31m") {
		t.Errorf("it reaches the terminal raw: %q", content)
	}
}

// fits fails where a page is larger than its window, or would be if it was not cut off.
func (b *bench) fits(page string) {
	b.t.Helper()
	fits(b.t, b.m.View(), page, [2]int{b.m.layout.Width, b.m.height}, b.m.layout.Style)
	if b.m.layout.Width < practiceLeastWidth || b.m.height < practiceLeastHeight {
		return
	}
	lines := b.m.lines()
	if len(lines) > b.m.height {
		b.t.Errorf("%d lines in %d: %s", len(lines), b.m.height, page)
	}
	for _, line := range lines {
		if line.Width > b.m.layout.Width {
			b.t.Errorf("%d columns in %d: %s: %q", line.Width, b.m.layout.Width, page, line.Painted)
		}
	}
}

// Each page fits each window, down to one that is too small.
func TestAnExerciseFitsItsWindow(t *testing.T) {
	long := strings.Repeat("so-long-a-word", 20)
	lane := func(i int) timeline.Lane {
		return timeline.Lane{{State: timeline.Waiting, Start: time.Duration(i) * time.Second, End: time.Duration(i+1) * time.Second, Why: 1}}
	}
	told := workshop.Outcome{
		Reason: "value", Said: "the texts should be " + long, Place: long + ".go:7", Next: long, Case: long, Printed: strings.Repeat(long+"\n", 9), Calls: 30, Most: 3,
		Left: 2, WithoutRace: long, Timeline: &timeline.Timeline{Elapsed: 30 * time.Second, Reasons: []string{"", long}, Places: []string{""}},
	}
	for i := range 30 {
		told.Timeline.Lanes = append(told.Timeline.Lanes, lane(i))
	}
	for _, style := range []term.Style{styled(term.Always, false), styled(term.Never, true)} {
		b := practise(t, "fetch-three")
		b.m.layout.Style = style
		for width := 1; width <= 100; width += 1 + width/14 {
			for _, height := range []int{1, 9, 10, 20, 24, 50} {
				b.told(tea.WindowSizeMsg{Width: width, Height: height})
				for _, at := range []int{0, 6, 25} {
					b.m = b.m.turnTo(at)
					b.keys("enter")
					outcome := told
					b.ends(&outcome)
					b.fits("what it came to")
					for _, page := range []string{"t", "h", "h", "h", "s", "y", "l", "end", "t", "?", "x", "n"} {
						b.keys(page, "pgdown").fits(page)
					}
				}
			}
		}
	}
}
