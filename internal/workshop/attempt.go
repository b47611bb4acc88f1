package workshop

import (
	"errors"
	"fmt"
	"go/ast"
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

// ReadAttempt reads the learner's code in a folder: its Go files, without tests and without what was given. A finding says what
// is wrong with it, for the learner.
func ReadAttempt(folder *os.Root, e *Exercise) (Attempt, *Outcome, error) {
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
			return nil, e.short(Unread, fmt.Sprintf("%s cannot be read: %v", e.path(name), err), ""), nil
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
		if path.Ext(name) == ".go" && !strings.HasSuffix(name, "_test.go") && name != givenFile && !strings.HasPrefix(name, ".") {
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
	"os/exec": "a check runs your code alone, and starts no other program",
	"unsafe":  "what reaches around Go's rules can reach around the check",
	"syscall": "what reaches around Go's rules can reach around the check",
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
	for _, name := range slices.Sorted(maps.Keys(attempt)) {
		positions := token.NewFileSet()
		file, err := parser.ParseFile(positions, name, attempt[name], parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			continue
		}
		if want := packageOf(e.Starter); file.Name.Name != want {
			outcome := e.short(Compile, fmt.Sprintf("it says package %s, and has to say package %s", file.Name.Name, want), "mend that line, and save")
			outcome.Place = fmt.Sprintf("%s:%d", e.path(name), positions.Position(file.Package).Line)
			return outcome
		}
		refuse := func(at token.Pos, what, why string) *Outcome {
			outcome := e.short(Refused, fmt.Sprintf("%s is refused: %s", what, why), "do without it")
			outcome.Place = fmt.Sprintf("%s:%d", e.path(name), positions.Position(at).Line)
			return outcome
		}
		for _, spec := range file.Imports {
			imported, _ := strconv.Unquote(spec.Path.Value)
			first, _, _ := strings.Cut(imported, "/")
			why, refused := refusals[imported]
			switch {
			case slices.Contains(e.Allow, imported):
			case refused:
				return refuse(spec.Pos(), "import "+strconv.Quote(imported), why)
			case first == "practice":
				return refuse(spec.Pos(), "import "+strconv.Quote(imported), "an exercise stands alone, and the tests are the check's own")
			case strings.Contains(first, "."):
				return refuse(spec.Pos(), "import "+strconv.Quote(imported), "a check knows the standard library alone, since it runs without network")
			}
		}
		for _, decl := range file.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok && f.Recv == nil && (f.Name.Name == "init" || f.Name.Name == "TestMain") {
				return refuse(f.Pos(), "func "+f.Name.Name, "it would run before the check does")
			}
		}
		for _, group := range file.Comments {
			for _, comment := range group.List {
				if strings.HasPrefix(comment.Text, "//go:linkname") {
					return refuse(comment.Pos(), "//go:linkname", "what reaches around Go's rules can reach around the check")
				}
			}
		}
	}
	return nil
}
