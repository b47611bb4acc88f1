package workshop_test

import (
	"bytes"
	"flag"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"maps"
	"slices"
	"strings"
	"testing"

	"meanwhile/internal/course"
	"meanwhile/internal/workshop"
)

// How the exercises are tried: how often each code runs, with a seed of its own each time, and with which detector.
var (
	times = flag.Int("times", 1, "how often each code of an exercise runs")
	raced = flag.Bool("raced", false, "try the exercises with the race detector")
)

// toolchain is the Go that the tests check with.
func toolchain(t testing.TB) *workshop.Toolchain {
	t.Helper()
	found, err := workshop.FindToolchain(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// exercises are all of them.
func exercises(t testing.TB) []*workshop.Exercise {
	t.Helper()
	all, err := workshop.Exercises()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// The starter fails, the solution passes, and each wrong one fails for its stated reason.
func TestExercisesTellRightFromWrong(t *testing.T) {
	if underRace {
		t.Skip("the programs that are checked run apart from this one: -raced gives them the race detector")
	}
	tools := toolchain(t)
	for _, e := range exercises(t) {
		t.Run(e.Name, func(t *testing.T) {
			t.Parallel()
			try := func(name string, code []byte, judge func(*workshop.Outcome) bool) {
				t.Run(name, func(t *testing.T) {
					outcomes, err := tools.Repeat(t.Context(), e, workshop.Attempt{e.File: code}, workshop.Options{Race: *raced}, *times)
					if err != nil {
						t.Fatal(err)
					}
					t.Logf("%s: %s (%s)", outcomes[0].Reason, outcomes[0].Said, outcomes[0].Place)
					for _, o := range outcomes {
						if !judge(o) {
							t.Fatalf("passed %v, %s: %s (%s), with seed %d\n%s", o.Passed, o.Reason, o.Said, o.Place, o.Seed, o.Log)
						}
					}
				})
			}
			try("starter", e.Starter, func(o *workshop.Outcome) bool { return !o.Passed && runs(o) })
			try("solution", e.Solution, func(o *workshop.Outcome) bool { return o.Passed })
			for _, name := range slices.Sorted(maps.Keys(e.Wrong)) {
				code, err := e.WrongOne(name)
				if err != nil {
					t.Fatal(err)
				}
				try(name, code, func(o *workshop.Outcome) bool { return !o.Passed && o.Reason == e.Wrong[name] })
			}
			if e.Concurrent {
				try("solution, one after the other", withoutGoroutines(t, e.Solution), func(o *workshop.Outcome) bool { return !o.Passed && runs(o) })
			}
		})
	}
}

// runs tells whether code came to run, or was stopped by go vet, which only looks at what compiles.
func runs(o *workshop.Outcome) bool {
	return o.Reason != workshop.Compile && o.Reason != workshop.Signature && o.Reason != workshop.Refused
}

// withoutGoroutines is code in which everything that a goroutine was started for is called instead.
func withoutGoroutines(t testing.TB, code []byte) []byte {
	t.Helper()
	positions := token.NewFileSet()
	file, err := parser.ParseFile(positions, "", code, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	removed := 0
	sequential := func(statements []ast.Stmt) {
		for i, statement := range statements {
			switch s := statement.(type) {
			case *ast.GoStmt:
				statements[i] = &ast.ExprStmt{X: s.Call}
				removed++
			case *ast.ExprStmt:
				call, ok := s.X.(*ast.CallExpr)
				if !ok || len(call.Args) != 1 {
					continue
				}
				if method, ok := call.Fun.(*ast.SelectorExpr); ok && method.Sel.Name == "Go" {
					statements[i] = &ast.ExprStmt{X: &ast.CallExpr{Fun: call.Args[0]}}
					removed++
				}
			}
		}
	}
	ast.Inspect(file, func(node ast.Node) bool {
		switch n := node.(type) {
		case *ast.BlockStmt:
			sequential(n.List)
		case *ast.CommClause:
			sequential(n.Body)
		case *ast.CaseClause:
			sequential(n.Body)
		}
		return true
	})
	if removed == 0 {
		t.Fatal("the solution starts no goroutine")
	}
	var text bytes.Buffer
	if err := format.Node(&text, positions, file); err != nil {
		t.Fatal(err)
	}
	return text.Bytes()
}

// What learners read is short, formatted, and says which lesson it belongs to.
func TestExercisesReadWell(t *testing.T) {
	lessons, err := course.Lessons()
	if err != nil {
		t.Fatal(err)
	}
	titles := course.Coming(len(lessons))
	for _, lesson := range lessons {
		titles = append(titles, lesson.Title)
	}
	for _, e := range exercises(t) {
		if !slices.Contains(titles, e.Lesson) {
			t.Errorf("%s: there is no lesson %q", e.Name, e.Lesson)
		}
		codes := map[string][]byte{"starter": e.Starter, "solution": e.Solution, "given.go": e.Given}
		for name := range e.Wrong {
			code, err := e.WrongOne(name)
			if err != nil {
				t.Errorf("%s: %v", e.Name, err)
			}
			codes["wrong/"+name] = code
			if !bytes.Contains(code, []byte("// WRONG: ")) {
				t.Errorf("%s: wrong/%s does not say what is wrong with it", e.Name, name)
			}
		}
		for name, code := range codes {
			if formatted, err := format.Source(code); err != nil || !bytes.Equal(formatted, code) {
				t.Errorf("%s: %s is not formatted: %v", e.Name, name, err)
			}
			for i, line := range strings.Split(strings.ReplaceAll(string(code), "\t", "    "), "\n") {
				if len([]rune(line)) > mostColumns {
					t.Errorf("%s: line %d of %s is longer than %d columns", e.Name, i+1, name, mostColumns)
				}
			}
		}
		if lines := bytes.Count(e.Starter, []byte("\n")); lines > mostLines {
			t.Errorf("%s: the starter has %d lines, of %d at most", e.Name, lines, mostLines)
		}
	}
}

// How long what a learner reads may be.
const (
	mostLines   = 60
	mostColumns = 92
)
