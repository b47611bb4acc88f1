package workshop

import (
	"errors"
	"fmt"
	"go/ast"
	"go/build/constraint"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Attempt is a learner's code for an exercise: files by their names.
type Attempt map[string][]byte

// What an attempt may be at most.
const (
	maxFile  = 64 << 10 // bytes
	maxFiles = 20
)

// readAttempt reads the learner's code in a folder: its Go files, without tests and without what was given. A finding says what
// is wrong with it, for the learner.
func readAttempt(folder *os.Root, e *Exercise) (Attempt, *Outcome, error) {
	names, err := goFiles(folder)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !slices.Contains(names, e.File) {
		return nil, e.short(Missing, fmt.Sprintf("%s is not there", e.path(e.File)),
			fmt.Sprintf("'meanwhile practice reset %s' writes it anew", e.Short())), nil
	}
	if err != nil {
		return nil, e.short(Unread, fmt.Sprintf("the folder %s cannot be read: %v", e.Name, err), "look at its permissions"), nil
	}
	attempt := Attempt{}
	for _, name := range names {
		text, err := readFile(folder, name)
		if err != nil {
			return nil, e.short(Unread, fmt.Sprintf("%s cannot be read: %v", e.path(name), err), "mend that, and check again"), nil
		}
		attempt[name] = text
	}
	return attempt, nil, nil
}

// goFiles are the names of the files that are the learner's.
func goFiles(folder *os.Root) ([]string, error) {
	entries, err := fs.ReadDir(folder.FS(), ".")
	var names []string
	for _, entry := range entries {
		name := entry.Name()
		if path.Ext(name) == ".go" && !strings.HasSuffix(name, "_test.go") && name != givenFile && !strings.HasPrefix(name, ".") && !strings.HasPrefix(name, "_") { // as for the go command
			names = append(names, name)
		}
	}
	if len(names) > maxFiles {
		return nil, fmt.Errorf("it has more than %d Go files", maxFiles)
	}
	return names, err
}

// readFile reads a text that is not too long.
func readFile(folder *os.Root, name string) ([]byte, error) {
	info, err := folder.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("it is no ordinary file")
	}
	file, err := folder.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxFile+1))
	switch {
	case err != nil:
		return nil, err
	case len(text) > maxFile:
		return nil, fmt.Errorf("it has more than %d kB", maxFile>>10)
	case !utf8.Valid(text):
		return nil, errors.New("it is no UTF-8; save it as UTF-8 in your editor")
	}
	return text, nil
}

// path is what a file of the exercise is called.
func (e *Exercise) path(name string) string { return path.Join(e.Name, name) }

// short is the outcome of code that falls short before anything runs.
func (e *Exercise) short(reason Reason, said, next string) *Outcome {
	return &Outcome{Schema: Schema, Exercise: e.Name, Reason: reason, Said: said, Next: next}
}

// refusals are packages that code under a check must not use, and why.
var refusals = map[string]string{
	"os/exec": alone,
	"unsafe":  around,
	"syscall": around,
	"plugin":  "a check runs your code alone, and loads no other",
	"C":       "a check builds Go alone",
	"testing": "the tests are the check's own",
}

// packageOf is the name of a file's package.
func packageOf(text []byte) string {
	file, err := parser.ParseFile(token.NewFileSet(), "", text, parser.PackageClauseOnly)
	if err != nil {
		return ""
	}
	return file.Name.Name
}

// admit finds what a check does not let code do. Code that cannot be parsed is left to the compiler, whose words are better.
func (e *Exercise) admit(attempt Attempt) *Outcome {
	positions := token.NewFileSet()
	var parsed []*ast.File
	for _, name := range slices.Sorted(maps.Keys(attempt)) {
		file, err := parser.ParseFile(positions, name, attempt[name], parser.ParseComments|parser.SkipObjectResolution)
		if err == nil {
			parsed = append(parsed, file)
		}
	}
	at := func(pos token.Pos) string {
		position := positions.Position(pos)
		return fmt.Sprintf("%s:%d", e.path(position.Filename), position.Line)
	}
	for _, file := range parsed {
		if want := packageOf(e.Starter); file.Name.Name != want && !constrained(file) {
			outcome := e.short(Compile, fmt.Sprintf("it says package %s, and has to say package %s", file.Name.Name, want), "mend that line")
			outcome.Place = at(file.Package)
			return outcome
		}
		if refused := e.refused(file, parsed); refused != nil {
			outcome := e.short(Refused, fmt.Sprintf("%s is refused: %s", refused.what, refused.why), "do without it")
			outcome.Place = at(refused.pos)
			return outcome
		}
	}
	return nil
}

// constrained tells whether a line //go:build says when a file is built, which may be never.
func constrained(file *ast.File) bool {
	for _, group := range file.Comments {
		for _, comment := range group.List {
			if comment.Pos() < file.Package && constraint.IsGoBuild(comment.Text) {
				return true
			}
		}
	}
	return false
}

// refusal is something that a check does not let code do, and why.
type refusal struct {
	pos       token.Pos
	what, why string
}

// Why some things are refused.
const (
	early  = "it would run before the check does"
	around = "what reaches around Go's rules can reach around the check"
	alone  = "a check runs your code alone, and starts no other program"
)

// refused finds the first thing in a file that is refused; nil where there is none.
func (e *Exercise) refused(file *ast.File, all []*ast.File) *refusal {
	for _, spec := range file.Imports {
		if why := e.refusedImport(spec); why != "" {
			return &refusal{spec.Pos(), "import " + spec.Path.Value, why}
		}
	}
	for _, decl := range file.Decls {
		if f, ok := decl.(*ast.FuncDecl); ok && f.Recv == nil && (f.Name.Name == "init" || f.Name.Name == "TestMain") {
			return &refusal{f.Pos(), "func " + f.Name.Name, early}
		}
		if call := earlyCall(decl, all); call != nil {
			return &refusal{call.Pos(), "to call a function of your own in a variable of the package", early}
		}
	}
	for _, group := range file.Comments {
		for _, comment := range group.List {
			if strings.HasPrefix(comment.Text, "//go:linkname") {
				return &refusal{comment.Pos(), "//go:linkname", around}
			}
		}
	}
	var found *refusal
	ast.Inspect(file, func(node ast.Node) bool {
		if selector, ok := node.(*ast.SelectorExpr); ok && found == nil && selector.Sel.Name == "StartProcess" {
			found = &refusal{selector.Pos(), "StartProcess", alone}
		}
		return found == nil
	})
	return found
}

// refusedImport says why an import is refused; nothing where it is not.
func (e *Exercise) refusedImport(spec *ast.ImportSpec) string {
	imported, _ := strconv.Unquote(spec.Path.Value)
	first, _, _ := strings.Cut(imported, "/")
	switch {
	case slices.Contains(e.Allow, imported):
		return ""
	case first == "practice":
		return "an exercise stands alone, and the tests are the check's own"
	case strings.Contains(first, "."):
		return "a check knows the standard library alone, since it runs without network"
	}
	return refusals[imported]
}

// earlyCall finds a call of a function of the learner's own among the first values of a package's variables.
func earlyCall(decl ast.Decl, all []*ast.File) ast.Node {
	own := map[string]bool{}
	for _, file := range all {
		for _, other := range file.Decls {
			if f, ok := other.(*ast.FuncDecl); ok && f.Recv == nil {
				own[f.Name.Name] = true
			}
		}
	}
	vars, ok := decl.(*ast.GenDecl)
	if !ok || vars.Tok != token.VAR {
		return nil
	}
	var found ast.Node
	ast.Inspect(vars, func(node ast.Node) bool {
		if call, ok := node.(*ast.CallExpr); ok && found == nil {
			switch called := ast.Unparen(call.Fun).(type) {
			case *ast.FuncLit:
				found = call
			case *ast.Ident:
				if own[called.Name] {
					found = call
				}
			}
		}
		return found == nil
	})
	return found
}
