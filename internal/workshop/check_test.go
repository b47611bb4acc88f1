package workshop_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"meanwhile/internal/workshop"
	"meanwhile/internal/workshop/check"
)

// fetchThree is the exercise that broken code is tried with.
func fetchThree(t testing.TB) *workshop.Exercise {
	t.Helper()
	return workshop.Find(exercises(t), "fetch-three")
}

// all is a file whose function All has this body.
func all(body string, imports ...string) string {
	var text strings.Builder
	text.WriteString("package fetch\n\nimport (\n\t\"context\"\n")
	for _, path := range imports {
		text.WriteString("\t\"" + path + "\"\n")
	}
	return text.String() + ")\n\nfunc All(ctx context.Context, get Get, urls []string) ([]string, error) {\n\t" + body + "\n}\n"
}

// Code that is broken is the normal case: each has an answer of its own.
func TestBrokenCodeHasAnAnswer(t *testing.T) {
	solution := string(fetchThree(t).Solution)
	tools := toolchain(t)
	for _, c := range []struct {
		name   string
		code   string
		race   bool
		reason workshop.Reason
		said   string
		place  string // behind the exercise's folder
	}{
		{"it does not compile", all("return urls"), false, workshop.Compile, "not enough return values", "fetch.go:8"},
		{"it cannot be parsed", "package fetch\n\nfunc {", false, workshop.Compile, "unexpected {", "fetch.go:3"},
		{"a word too many", all("return nil, nil", "sync"), false, workshop.Compile, `"sync" imported and not used`, "fetch.go:5"},
		{"another package", strings.Replace(solution, "package fetch", "package other", 1), false, workshop.Compile, "has to say package fetch", "fetch.go:1"},
		{"a renamed function", strings.Replace(solution, "func All(", "func Every(", 1), false, workshop.Signature, "undefined: All", ""},
		{"another parameter", strings.Replace(solution, "get Get, ", "", 1), false, workshop.Compile, "get", ""},
		{"another result", "package fetch\n\nfunc All() {}\n", false, workshop.Signature, "All", ""},
		{"no waiting", all("go get(ctx, urls[0])\n\treturn nil, nil"), false, check.Left, "1 call of its own was still under way", ""},
		{"too late", all("texts := make([]string, len(urls))\n\tfor i, url := range urls {\n\t\tgo func() { texts[i], _ = get(ctx, url) }()\n\t}\n\ttime.Sleep(3 * time.Second)\n\treturn texts, nil", "time"), false, check.Elapsed, "it returned after 3 s of virtual time, and the longest wait was over after", ""},
		{"a deadlock", all("done := make(chan int)\n\tdone <- 1\n\treturn nil, nil"), false, check.Deadlock, "waiting at fetch.go:9", "fetch.go:9"},
		{"a lock taken twice", all("var mu sync.Mutex\n\tmu.Lock()\n\tmu.Lock()\n\treturn nil, nil", "sync"), false, check.Deadlock, "waiting at fetch.go:11", "fetch.go:11"},
		{"a leak", all("go func() { <-make(chan int) }()\n\treturn urls, nil"), false, check.Value, "the texts", ""},
		{"a panic", all("var m map[string]int\n\tm[urls[0]] = 1\n\treturn nil, nil"), false, check.Panic, "assignment to entry in nil map", "fetch.go:9"},
		{"a panic in a goroutine", all("go func() { panic(\"oh\") }()\n\tget(ctx, urls[0])\n\treturn nil, nil"), false, check.Panic, "oh", "fetch.go:8"},
		{"an endless loop", all("for {\n\t}"), false, check.Endless, "still computes", "fetch.go"},
		{"a flood of output", all("for {\n\t\tprintln(\"again and again\")\n\t}"), false, workshop.Output, "prints without end", ""},
		{"a huge allocation", all("hoard := make([]byte, 3<<30)\n\tfor i := range hoard {\n\t\thoard[i] = 1\n\t}\n\treturn nil, nil"), false, check.Memory, "MB of memory", ""},
		{"memory without end", all("var hoard [][]byte\n\tfor {\n\t\thoard = append(hoard, make([]byte, 1<<20))\n\t}"), false, check.Memory, "MB of memory", ""},
		{"an exit", all("os.Exit(0)\n\treturn nil, nil", "os"), false, workshop.Exit, "ended the process", ""},
		{"vet knows better", all("var wg sync.WaitGroup\n\tgo func() { wg.Add(1); wg.Done() }()\n\twg.Wait()\n\treturn nil, nil", "sync"), false, workshop.Vet, "WaitGroup.Add called from inside new goroutine", "fetch.go:10"},
		{"a copy of a lock", all("var wg sync.WaitGroup\n\tother := wg\n\tother.Wait()\n\treturn nil, nil", "sync"), false, workshop.Vet, "copies lock value", "fetch.go:10"},
		{"a race", all("n := 0\n\tvar wg sync.WaitGroup\n\tfor range 2 {\n\t\twg.Go(func() { n++ })\n\t}\n\twg.Wait()\n\treturn urls[:n%2], nil", "sync"), true, workshop.Race, "two goroutines at one variable", "fetch.go:12"},
		{"a write under a lock to read", all("hits := 0\n\tvar mu sync.RWMutex\n\tvar wg sync.WaitGroup\n\tfor range 2 {\n\t\twg.Go(func() {\n\t\t\tmu.RLock()\n\t\t\thits++\n\t\t\tmu.RUnlock()\n\t\t})\n\t}\n\twg.Wait()\n\treturn urls[:hits%2], nil", "sync"), true, workshop.Race, "two goroutines at one variable", "fetch.go:15"},
		{"os/exec", all("exec.Command(\"true\").Run()\n\treturn nil, nil", "os/exec"), false, workshop.Refused, `import "os/exec" is refused`, "fetch.go:5"},
		{"unsafe", all("_ = unsafe.Pointer(nil)\n\treturn nil, nil", "unsafe"), false, workshop.Refused, `import "unsafe"`, "fetch.go:5"},
		{"the check itself", all("return nil, nil", "practice/internal/check"), false, workshop.Refused, "stands alone", "fetch.go:5"},
		{"another module", all("return nil, nil", "golang.org/x/sync/errgroup"), false, workshop.Refused, "standard library alone", "fetch.go:5"},
		{"init", all("return nil, nil") + "\nfunc init() {}\n", false, workshop.Refused, "func init", "fetch.go:11"},
		{"StartProcess", all("os.StartProcess(\"/bin/sh\", nil, nil)\n\treturn nil, nil", "os"), false, workshop.Refused, "StartProcess is refused", "fetch.go:9"},
		{"a call before the check", all("return nil, nil") + "\nvar _ = func() int { return 1 }()\n", false, workshop.Refused, "before the check", "fetch.go:11"},
		{"its own function before the check", all("return nil, nil") + "\nvar _ = early()\n\nfunc early() int { return 1 }\n", false, workshop.Refused, "before the check", "fetch.go:11"},
		{"linkname", all("return nil, nil") + "\n//go:linkname x y\nfunc x()\n", false, workshop.Refused, "linkname", "fetch.go:11"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if c.race && !tools.Races() {
				t.Skip(tools.Without)
			}
			outcome, err := tools.Check(t.Context(), fetchThree(t), workshop.Attempt{"fetch.go": []byte(c.code)}, workshop.Options{Race: c.race})
			if err != nil {
				t.Fatal(err)
			}
			if outcome.Passed || outcome.Reason != c.reason || !strings.Contains(outcome.Said, c.said) ||
				c.place != "" && outcome.Place != "01-fetch-three/"+c.place {
				t.Errorf("%s: %q at %q, next %q; want %s, %q, %s\n%.3000s", outcome.Reason, outcome.Said, outcome.Place, outcome.Next,
					c.reason, c.said, c.place, outcome.Log)
			}
		})
	}
}

func TestAMissingImportIsNamed(t *testing.T) {
	outcome, err := toolchain(t).Check(t.Context(), fetchThree(t), workshop.Attempt{"fetch.go": []byte(all("var n atomic.Int64\n\t_ = n.Load()\n\treturn nil, nil"))}, workshop.Options{})
	if err != nil || outcome.Next != `import "sync/atomic", at the top of the file` {
		t.Errorf("%v, %v", outcome, err)
	}
}

func TestWhatTheCodePrintsIsTold(t *testing.T) {
	code := strings.Replace(string(fetchThree(t).Solution), "([]string, error) {\n", "([]string, error) {\n\tprintln(\"here I am\")\n", 1)
	outcome, err := toolchain(t).Check(t.Context(), fetchThree(t), workshop.Attempt{"fetch.go": []byte(code)}, workshop.Options{})
	if err != nil || !outcome.Passed || outcome.Printed != "here I am\n" { // in the first case
		t.Errorf("passed: %t, printed: %q, %v", outcome.Passed, outcome.Printed, err)
	}
	quiet, err := toolchain(t).Check(t.Context(), fetchThree(t), workshop.Attempt{"fetch.go": fetchThree(t).Solution}, workshop.Options{})
	if err != nil || quiet.Printed != "" {
		t.Errorf("the solution prints %q, %v", quiet.Printed, err)
	}
}

// What a mended copy of the solution looks like on another system does not matter.
func TestWindowsLineEndsAreRead(t *testing.T) {
	code := strings.ReplaceAll(string(fetchThree(t).Solution), "\n", "\r\n")
	outcome, err := toolchain(t).Check(t.Context(), fetchThree(t), workshop.Attempt{"fetch.go": []byte(code)}, workshop.Options{})
	if err != nil || !outcome.Passed {
		t.Errorf("%v: %+v", err, outcome)
	}
}

func TestASeedRepeatsTheNumbersAndNoSeedChangesThem(t *testing.T) {
	e, tools := fetchThree(t), toolchain(t)
	said := func(seed uint64) string {
		outcome, err := tools.Check(t.Context(), e, workshop.Attempt{e.File: e.Starter}, workshop.Options{Seed: seed})
		if err != nil {
			t.Fatal(err)
		}
		return outcome.Said
	}
	if first, again := said(7), said(7); first != again {
		t.Errorf("with one seed it says %q and %q", first, again)
	}
	outcomes, err := tools.Repeat(t.Context(), e, workshop.Attempt{e.File: e.Starter}, workshop.Options{}, 8)
	if err != nil {
		t.Fatal(err)
	}
	different := map[string]bool{}
	for _, outcome := range outcomes {
		different[outcome.Said] = true
	}
	if len(outcomes) != 8 || len(different) < 2 {
		t.Errorf("of %d checks, it says %v", len(outcomes), different)
	}
}

// Whoever leaves a check waits for nothing: its processes are ended, and its folder is taken away.
func TestACheckThatIsGivenUpLeavesNothing(t *testing.T) {
	scratch := t.TempDir()
	t.Setenv("TMPDIR", scratch)
	t.Setenv("TMP", scratch)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	endless := workshop.Attempt{"fetch.go": []byte(all("for {\n\t}"))}
	if outcome, err := toolchain(t).Check(ctx, fetchThree(t), endless, workshop.Options{}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%+v, %v", outcome, err)
	}
	if left, err := os.ReadDir(scratch); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestWhatToDoAboutACopyOfALockIsSaid(t *testing.T) {
	code := all("var wg sync.WaitGroup\n\tother := wg\n\tother.Wait()\n\treturn nil, nil", "sync")
	outcome, err := toolchain(t).Check(t.Context(), fetchThree(t), workshop.Attempt{"fetch.go": []byte(code)}, workshop.Options{})
	if err != nil || !strings.Contains(outcome.Next, "a pointer, as &wg") {
		t.Errorf("%+v, %v", outcome, err)
	}
}
