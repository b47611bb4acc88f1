package demos_test

import (
	"fmt"
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"path"
	"reflect"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"meanwhile/demos"
)

// The screen that a demo has, beside prose.
const (
	maxLines   = 25
	maxColumns = 68
	tabColumns = 4
)

// tree is the source of the package, without its tests.
type tree struct {
	files *token.FileSet
	texts map[string]string // by file name
	trees map[string]*ast.File
}

func parse(t *testing.T) tree {
	t.Helper()
	tree := tree{token.NewFileSet(), map[string]string{}, map[string]*ast.File{}}
	entries, err := demos.Files.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		name := entry.Name()
		if entry.IsDir() || strings.HasSuffix(name, "_test.go") {
			continue
		}
		text, err := demos.Files.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		file, err := parser.ParseFile(tree.files, name, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		tree.texts[name], tree.trees[name] = string(text), file
	}
	return tree
}

// place tells where a node stands.
func (s tree) place(node ast.Node) string { return s.files.Position(node.Pos()).String() }

// find returns the declaration of the function that is an example.
func (s tree) find(t *testing.T, example demos.Example) (file string, found *ast.FuncDecl) {
	t.Helper()
	function := runtime.FuncForPC(reflect.ValueOf(example.Func).Pointer())
	at, _ := function.FileLine(function.Entry())
	file = path.Base(at)
	name := path.Ext(function.Name())[1:]
	for _, declaration := range s.trees[file].Decls {
		if declared, ok := declaration.(*ast.FuncDecl); ok && declared.Name.Name == name && declared.Recv == nil {
			return file, declared
		}
	}
	t.Fatalf("%s is no named top-level function: %s in %s", example.Name, function.Name(), file)
	return "", nil
}

// lines returns the lines from one position to another.
func (s tree) lines(from, to token.Pos) []string {
	first, last := s.files.Position(from), s.files.Position(to)
	return strings.Split(s.texts[first.Filename], "\n")[first.Line-1 : last.Line]
}

func TestExamplesFitBesideProse(t *testing.T) {
	source := parse(t)
	for _, example := range demos.Examples() {
		t.Run(example.Name, func(t *testing.T) {
			_, function := source.find(t, example)
			if function.Type.TypeParams != nil {
				t.Error("is generic, which a beginner cannot read yet")
			}
			if function.Doc == nil {
				t.Fatal("has no doc comment")
			}
			sentence := new(doc.Package).Synopsis(function.Doc.Text())
			if !strings.HasPrefix(sentence, function.Name.Name+" ") || !strings.HasSuffix(sentence, ".") {
				t.Errorf("its doc comment begins with no sentence about %s: %q", function.Name.Name, sentence)
			}
			lines := source.lines(function.Doc.Pos(), function.End())
			if len(lines) > maxLines {
				t.Errorf("has %d lines, more than %d", len(lines), maxLines)
			}
			checkColumns(t, lines)
		})
	}
}

func checkColumns(t *testing.T, lines []string) {
	t.Helper()
	for _, line := range lines {
		columns := utf8.RuneCountInString(line) + (tabColumns-1)*strings.Count(line, "\t")
		if columns > maxColumns {
			t.Errorf("has a line of %d columns, more than %d: %s", columns, maxColumns, line)
		}
	}
}

// TestDemoSourceKeepsItsRules holds every function of the package against what learners may copy from it.
func TestDemoSourceKeepsItsRules(t *testing.T) {
	source := parse(t)
	for name, file := range source.trees {
		t.Run(name, func(t *testing.T) {
			for _, fault := range faults(source, name, file) {
				t.Error(fault)
			}
		})
	}
}

// TestTheRulesFindFaults shows faults to the test above, which passes only as long as it finds nothing.
func TestTheRulesFindFaults(t *testing.T) {
	tests := []struct{ name, code, want string }{
		{"printing", `func f() { fmt.Println("hello") }`, "fmt.Println"},
		{"a stream of the process", `func f() io.Writer { return os.Stdout }`, "os.Stdout"},
		{"timing", `func f(t time.Time) time.Duration { return time.Since(t) }`, "time.Since"},
		{"a flag", `func f() { flag.Parse() }`, "flag.Parse"},
		{"a sleep that cannot be woken", `func f() { time.Sleep(1) }`, "time.Sleep"},
		{"println", `func f() { println() }`, "println"},
		{"context not first", `func f(w io.Writer, ctx context.Context) error { return ctx.Err() }`, "first"},
		{"context not used", `func f(ctx context.Context) {}`, "not honoured"},
		{"a blank context where something is called", `func f(_ context.Context) error { return g() }`, "not honoured"},
		{"a context without a name", `func f(context.Context) error { return g() }`, "first"},
		{"context not used by a literal", `var _ = func(ctx context.Context) {}`, "not honoured"},
		{"a package variable", `var count int`, "package variable"},
		{"nobody waits for go", `func f() { go func() {}() }`, "nobody waits"},
		{"nobody waits for wg.Go", `func f(wg *sync.WaitGroup) { wg.Go(func() {}) }`, "nobody waits"},
		{"waiting in another function", `func f() { go h(); wg.Wait() }; func g() { go h() }`, "nobody waits for it in g"},
		{"a discarded error", `func f(c io.Closer) { _ = c.Close() }`, "discarded"},
		{"a discarded second result", `func f(r io.Reader) { n, _ := r.Read(nil); g(n) }`, "discarded"},
		{"two discarded results", `func f(r io.Reader) { _, _ = r.Read(nil) }`, "discarded"},
		{"an error not looked at", `func f(task Task) { task.Run(nil) }`, "not looked at"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			found := faultsIn(t, "fault.go", test.code)
			if !slices.ContainsFunc(found, func(fault string) bool { return strings.Contains(fault, test.want) }) {
				t.Errorf("found %q, want %q", found, test.want)
			}
		})
	}
}

// TestTheRulesLetRightCodePass shows what looks like a fault and is none.
func TestTheRulesLetRightCodePass(t *testing.T) {
	tests := []struct{ name, file, code string }{
		{"a blank context where nothing is called", "right.go", `func f(_ context.Context) error { return nil }`},
		{"timing in a handler", "api.go", `func f(t time.Time) time.Duration { return time.Since(t) }`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for _, fault := range faultsIn(t, test.file, test.code) {
				t.Error(fault)
			}
		})
	}
}

// faultsIn tells where declarations break the rules, as a file of that name.
func faultsIn(t *testing.T, name, declarations string) []string {
	t.Helper()
	source := tree{files: token.NewFileSet()}
	file, err := parser.ParseFile(source.files, name, "package demos\n"+declarations, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	return faults(source, name, file)
}

// quiet are the calls that return no error, and so may stand as a statement.
var quiet = []string{
	"Wait", "Go", "Add", "Done", "Lock", "Unlock", "SetLimit", "Push", "Fix", "Pop", "WriteHeader", "ServeHTTP", "Error",
	"Gosched", "close", "cancel",
}

// forbidden are the names that print, measure time or read flags, and the sleep that no context can end.
var forbidden = regexp.MustCompile(
	`^(fmt\.(Print|Scan)\w*|os\.(Std\w+|Args|Exit|Getenv|LookupEnv)|log\..*|slog\..*|flag\..*|color\..*|time\.(Sleep|Since))$`)

// faults tells where a file breaks the rules.
func faults(source tree, name string, file *ast.File) (found []string) {
	wrong := strings.HasPrefix(name, "wrong_")
	report := func(node ast.Node, format string, args ...any) {
		found = append(found, source.place(node)+": "+fmt.Sprintf(format, args...))
	}
	for _, declaration := range file.Decls {
		switch declaration := declaration.(type) {
		case *ast.GenDecl:
			if declaration.Tok == token.VAR && (name != "examples.go" || !isFiles(declaration)) {
				report(declaration, "a package variable")
			}
		case *ast.FuncDecl:
			// The owner of a goroutine is the function that is declared, whatever literals it is made of.
			if starts, waits := starts(declaration), calls(declaration, "Wait"); starts != nil && !waits && !wrong {
				report(starts, "a goroutine is started, and nobody waits for it in %s", declaration.Name.Name)
			}
		}
	}
	ast.Inspect(file, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.SelectorExpr:
			// How long it took is what a handler of the API answers.
			timing := name == "api.go" && dotted(node) == "time.Since"
			if written := dotted(node); forbidden.MatchString(written) && !timing {
				report(node, "%s is for commands, not for demos", written)
			}
		case *ast.FuncDecl:
			checkContext(report, node, node.Type, node.Body)
		case *ast.FuncLit:
			checkContext(report, node, node.Type, node.Body)
		case *ast.AssignStmt:
			if isBlank(node.Lhs[len(node.Lhs)-1]) {
				report(node, "the last result, where errors stand, is discarded")
			}
		case *ast.ExprStmt:
			if call, ok := node.X.(*ast.CallExpr); ok && !slices.Contains(quiet, called(call)) {
				report(node, "what %s returns is not looked at", called(call))
			}
		case *ast.CallExpr:
			if name := dotted(node.Fun); name == "print" || name == "println" {
				report(node, "%s is for debugging", name)
			}
		}
		return true
	})
	return found
}

// checkContext reports a function whose context is not its first parameter, or that does nothing with it. A blank one is
// honest where nothing is called: there is nobody to hand it on to, and nothing to cut short.
func checkContext(
	report func(ast.Node, string, ...any), function ast.Node, signature *ast.FuncType, body *ast.BlockStmt,
) {
	for i, parameter := range signature.Params.List {
		if dotted(parameter.Type) != "context.Context" {
			continue
		}
		if i > 0 || len(parameter.Names) != 1 {
			report(function, "the context is not the first parameter")
			continue
		}
		used, calls := false, false
		ast.Inspect(body, func(node ast.Node) bool {
			identifier, ok := node.(*ast.Ident)
			used = used || ok && identifier.Name == parameter.Names[0].Name
			_, ok = node.(*ast.CallExpr)
			calls = calls || ok
			return true
		})
		if blank := isBlank(parameter.Names[0]); !used && (calls || !blank) {
			report(function, "the context is not honoured")
		}
	}
}

// starts returns the first go statement, or call of a Go method, in a function.
func starts(function *ast.FuncDecl) (found ast.Node) {
	ast.Inspect(function, func(node ast.Node) bool {
		call, isCall := node.(*ast.CallExpr)
		if _, isGo := node.(*ast.GoStmt); found == nil && (isGo || isCall && called(call) == "Go") {
			found = node
		}
		return true
	})
	return found
}

// calls tells whether a function calls a method of that name.
func calls(function *ast.FuncDecl, name string) (found bool) {
	ast.Inspect(function, func(node ast.Node) bool {
		call, ok := node.(*ast.CallExpr)
		found = found || ok && called(call) == name
		return true
	})
	return found
}

// called is the last part of the name of what is called.
func called(call *ast.CallExpr) string {
	name := dotted(call.Fun)
	return name[strings.LastIndex(name, ".")+1:]
}

// dotted returns a name as it is written, as far as it is one: pkg.Name, or .Name of something else.
func dotted(expression ast.Expr) string {
	switch expression := expression.(type) {
	case *ast.Ident:
		return expression.Name
	case *ast.SelectorExpr:
		return dotted(expression.X) + "." + expression.Sel.Name
	}
	return ""
}

func isBlank(expression ast.Expr) bool { return dotted(expression) == "_" }

// isFiles tells whether a declaration is the embedded source, the one variable that the package may have.
func isFiles(declaration *ast.GenDecl) bool {
	value, ok := declaration.Specs[0].(*ast.ValueSpec)
	return ok && len(declaration.Specs) == 1 && len(value.Names) == 1 && value.Names[0].Name == "Files"
}

func TestEveryExampleHasANameAndIsListedOnce(t *testing.T) {
	named := regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`)
	seen := map[string]bool{}
	for _, example := range demos.Examples() {
		if !named.MatchString(example.Name) || seen[example.Name] {
			t.Errorf("%q is listed twice, or no name to type", example.Name)
		}
		seen[example.Name] = true
	}
	for _, strategy := range demos.Strategies(1) {
		if !seen[strategy.Name] {
			t.Errorf("the strategy %s cannot be shown", strategy.Name)
		}
	}
}

func TestWrongProgramsAreLabelled(t *testing.T) {
	source := parse(t)
	var examples []string
	for _, example := range demos.Examples() {
		examples = append(examples, example.Name)
	}
	labelled := 0
	for name, file := range source.trees {
		if strings.HasPrefix(name, "wrong_") != strings.HasPrefix(source.texts[name], "// WRONG: ") {
			t.Errorf("%s: those whose name begins with wrong_, and no others, begin with // WRONG:", name)
		}
		if strings.HasPrefix(name, "wrong_") {
			labelled++
			checkColumns(t, source.lines(file.FileStart, file.End()))
		}
	}
	wrongs := demos.Wrongs()
	if labelled != len(wrongs) {
		t.Errorf("%d files are wrong and %d programs", labelled, len(wrongs))
	}
	for _, wrong := range wrongs {
		file, function := source.find(t, demos.Example{Name: wrong.Name, Func: wrong.Func})
		if want := strings.ReplaceAll(wrong.Name, "-", "_") + ".go"; file != want {
			t.Errorf("%s stands in %s, want %s", wrong.Name, file, want)
		}
		if !strings.HasPrefix(function.Name.Name, "Wrong") {
			t.Errorf("%s is not named for being wrong: %s", wrong.Name, function.Name.Name)
		}
		heading, _, _ := strings.Cut(source.texts[file], "\n")
		if want := "// WRONG: " + wrong.Fault + "."; heading != want {
			t.Errorf("%s is headed %q, want %q", file, heading, want)
		}
		if wrong.Expected == "" || wrong.Why == "" || !slices.Contains(examples, wrong.Right) ||
			strings.HasPrefix(wrong.Right, "wrong-") {
			t.Errorf("%s does not tell what was expected, why it is not so, and what is right: %+v", wrong.Name, wrong)
		}
	}
}
