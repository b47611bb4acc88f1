// Package internal_test holds the source of the whole program against what docs say of it.
package internal_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const (
	root   = ".."
	module = "meanwhile/"

	architecture = "docs/architecture.md"
	comparison   = "docs/comparison.md"
)

// tree is the source of the program, without tests, for every operating system: files by folder, as a path from the root,
// which is ".".
type tree struct {
	positions *token.FileSet
	folders   map[string][]*ast.File
}

func parse(t *testing.T) tree {
	t.Helper()
	source := tree{token.NewFileSet(), map[string][]*ast.File{}}
	err := fs.WalkDir(os.DirFS(root), ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && name != "." && isElsewhere(name):
			return fs.SkipDir
		case entry.IsDir() || path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(source.positions, name, text, parser.ParseComments|parser.SkipObjectResolution)
		folder := path.Dir(name)
		source.folders[folder] = append(source.folders[folder], file)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(source.folders) < 2 {
		t.Fatalf("found source in %d folders: is this the right place?", len(source.folders))
	}
	return source
}

// isElsewhere tells whether a folder is none of the program's: the go command passes over it, or it is another module.
func isElsewhere(folder string) bool {
	base := path.Base(folder)
	_, err := os.Stat(filepath.Join(root, folder, "go.mod"))
	return err == nil || base == "testdata" || strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_")
}

// place is where a node stands, as editors and terminals follow it.
func (s tree) place(node ast.Node) string { return s.positions.Position(node.Pos()).String() }

// page reads a page of the documentation.
func page(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// quoted finds what stands in backticks.
var quoted = regexp.MustCompile("`([^`\n]+)`")

// arrows reads the page's table of imports: a row is a folder and all that it imports besides the standard library. The
// folders come in the order of the page.
func arrows(t *testing.T) (folders []string, imports map[string][]string) {
	t.Helper()
	imports = map[string][]string{}
	for line := range strings.Lines(page(t, architecture)) {
		if !strings.HasPrefix(line, "| `") {
			continue
		}
		var words []string
		for _, match := range quoted.FindAllStringSubmatch(line, -1) {
			words = append(words, match[1])
		}
		folders = append(folders, words[0])
		imports[words[0]] = words[1:]
	}
	return folders, imports
}

// external returns the path of an import as the page writes it, or nothing for the standard library: a folder of ours
// from the root on, a library in full.
func external(spec *ast.ImportSpec) string {
	name, err := strconv.Unquote(spec.Path.Value)
	if err != nil {
		return spec.Path.Value
	}
	if ours, ok := strings.CutPrefix(name, module); ok {
		return ours
	}
	if isOurs(name) {
		return "" // a library's path begins with a host name: the standard library's does not
	}
	return name
}

// isOurs tells a folder of ours from a library.
func isOurs(name string) bool {
	first, _, _ := strings.Cut(name, "/")
	return !strings.Contains(first, ".")
}

// covers tells whether an import is what the page names: a folder, or any package of a library.
func covers(listed, imported string) bool {
	return listed == imported || !isOurs(listed) && strings.HasPrefix(imported, listed+"/")
}

func TestImportsAreThoseOnThePage(t *testing.T) {
	source := parse(t)
	folders, allowed := arrows(t)
	for folder, files := range source.folders {
		if !slices.Contains(folders, folder) {
			t.Errorf("%s has Go files and no row in %s; add one, with what it may import", folder, architecture)
			continue
		}
		used := map[string]bool{}
		for _, file := range files {
			for _, spec := range file.Imports {
				name := external(spec)
				if name == "" {
					continue
				}
				i := slices.IndexFunc(allowed[folder], func(listed string) bool { return covers(listed, name) })
				if i < 0 {
					t.Errorf("%s: %s imports %s, which its row in %s lacks", source.place(spec), folder, name, architecture)
					continue
				}
				used[allowed[folder][i]] = true
			}
		}
		for _, listed := range allowed[folder] {
			if !used[listed] {
				t.Errorf("%s says that %s imports %s, which it does not (any more)", architecture, folder, listed)
			}
		}
	}
	for i, folder := range folders {
		if source.folders[folder] == nil {
			t.Errorf("%s has a row for %s, where there is no Go file", architecture, folder)
		}
		for _, listed := range allowed[folder] {
			if slices.Contains(folders[:i+1], listed) {
				t.Errorf("%s: %s stands below %s, which it imports; arrows point down", architecture, folder, listed)
			}
		}
	}
}

// The table may change with the program. What is below may not: the rest is built on it.
func TestImportsKeepToTheirFloor(t *testing.T) {
	ground := []string{"demos", "internal/palette", "internal/predict", "internal/source", "internal/term"}
	forTests := []string{"internal/pgtest", "internal/testneed"}
	rules := []struct {
		because string
		broken  func(folder, imported string) bool
	}{
		{"main only ends the process with what cmd.Main returns", func(folder, imported string) bool {
			return folder == "." && imported != "cmd"
		}},
		{"cmd is the top: it calls and is not called", func(folder, imported string) bool {
			return folder != "." && imported == "cmd"
		}},
		{"what a command runs must run without a command line too", func(folder, imported string) bool {
			return folder != "cmd" && covers("github.com/spf13", imported)
		}},
		{"colour is decided once, in internal/term", func(folder, imported string) bool {
			return folder != "internal/term" && covers("github.com/fatih/color", imported)
		}},
		{"the ground floor knows nothing of ours", func(folder, imported string) bool {
			return slices.Contains(ground, folder) && isOurs(imported)
		}},
		{"what is for tests stays out of the program", func(folder, imported string) bool {
			return slices.Contains(forTests, imported) && !slices.Contains(forTests, folder)
		}},
		{"learners copy what needs the standard library and golang.org/x/sync alone", func(folder, imported string) bool {
			return folder == "demos" && !covers("golang.org/x/sync", imported)
		}},
	}
	source := parse(t)
	for folder, files := range source.folders {
		for _, file := range files {
			for _, spec := range file.Imports {
				for _, rule := range rules {
					if name := external(spec); name != "" && rule.broken(folder, name) {
						t.Errorf("%s: %s must not import %s: %s", source.place(spec), folder, name, rule.because)
					}
				}
			}
		}
	}
}

// speaks are the names that write to the process's streams, whoever calls.
var speaks = regexp.MustCompile(`^(fmt\.Print.*|log\.(Print|Fatal|Panic|Output|Default).*|` +
	`log/slog\.((Debug|Info|Warn|Error)(Context)?|Log(Attrs)?|(Set)?Default)|os\.Std(in|out|err))$`)

// ownStreams are the folders that may name the process's streams: one makes the value of them, and the other runs in the process of a
// learner's code, not in ours.
var ownStreams = []string{"internal/term", "internal/workshop/check"}

// Streams are a value that commands are given: nothing speaks past it, and so past the decision on colour.
func TestNothingSpeaksPastTheStreams(t *testing.T) {
	source := parse(t)
	for folder, files := range source.folders {
		for _, file := range files {
			ast.Inspect(file, func(node ast.Node) bool {
				switch node := node.(type) {
				case *ast.SelectorExpr:
					name := qualified(file, node)
					if speaks.MatchString(name) && !(slices.Contains(ownStreams, folder) && strings.HasPrefix(name, "os.")) {
						t.Errorf("%s: %s goes past the streams that commands are given; write to one of those",
							source.place(node), name)
					}
				case *ast.CallExpr:
					called, ok := node.Fun.(*ast.Ident)
					if ok && (called.Name == "print" || called.Name == "println") {
						t.Errorf("%s: %s is for debugging", source.place(node), called.Name)
					}
				}
				return true
			})
		}
	}
}

// qualified returns a name of another package behind that package's path, or nothing for a field or a method.
func qualified(file *ast.File, selector *ast.SelectorExpr) string {
	base, ok := selector.X.(*ast.Ident)
	if !ok {
		return ""
	}
	for _, spec := range file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return ""
		}
		name := path.Base(imported)
		if spec.Name != nil {
			name = spec.Name.Name
		}
		if name == base.Name {
			return imported + "." + selector.Sel.Name
		}
	}
	return ""
}

// alone runs in a process with a single check in it, and is called from between a learner's statements, where there is no value to
// hand on.
const alone = "internal/workshop/check"

// What changes is handed on as a value, so that two comparisons, two tests or two requests never meet in a variable.
func TestPackagesKeepNoState(t *testing.T) {
	source := parse(t)
	report := func(node ast.Node, variable, what string) {
		t.Errorf("%s: %s %s; hand its value on", source.place(node), variable, what)
	}
	for folder, files := range source.folders {
		for _, file := range files {
			for _, declaration := range file.Decls {
				switch declaration := declaration.(type) {
				case *ast.FuncDecl:
					if declaration.Recv == nil && declaration.Name.Name == "init" {
						t.Errorf("%s: init runs in every command; have a function list what exists", source.place(declaration))
					}
				case *ast.GenDecl:
					for _, spec := range declaration.Specs {
						variable, ok := spec.(*ast.ValueSpec)
						if ok && folder != alone && declaration.Tok == token.VAR && variable.Values == nil && !embeds(declaration.Doc) && !embeds(variable.Doc) {
							report(variable, file.Name.Name+"."+variable.Names[0].Name, "has no value, so it waits to be written")
						}
					}
				}
			}
		}
		for _, at := range writes(source.positions, folder, files) {
			report(at, files[0].Name.Name+"."+at.Name, "is a package variable and is written to")
		}
	}
}

// embeds tells whether the comment above a variable has the compiler fill it with a file.
func embeds(doc *ast.CommentGroup) bool {
	return doc != nil && slices.ContainsFunc(doc.List, func(comment *ast.Comment) bool {
		return strings.HasPrefix(comment.Text, "//go:embed ")
	})
}

// writes finds where functions write to variables of their package.
func writes(positions *token.FileSet, folder string, files []*ast.File) (found []*ast.Ident) {
	// Other packages are not looked at, and files of all systems are taken together: the checker finds many faults, and
	// still finds out which name means which variable.
	info := &types.Info{Uses: map[*ast.Ident]types.Object{}}
	config := types.Config{Importer: unknown{}, Error: func(error) {}}
	checked, _ := config.Check(folder, positions, files, info)
	note := func(target ast.Expr) {
		name := base(target)
		if variable, ok := info.Uses[name].(*types.Var); ok && variable.Parent() == checked.Scope() {
			found = append(found, name)
		}
	}
	for _, file := range files {
		ast.Inspect(file, func(node ast.Node) bool {
			switch node := node.(type) {
			case *ast.AssignStmt:
				for _, target := range node.Lhs {
					note(target)
				}
			case *ast.IncDecStmt:
				note(node.X)
			case *ast.RangeStmt:
				note(node.Key)
				note(node.Value)
			}
			return true
		})
	}
	return found
}

// base is the variable that an assignment's target is a part of, or nil.
func base(target ast.Expr) *ast.Ident {
	for {
		switch part := target.(type) {
		case *ast.Ident:
			return part
		case *ast.SelectorExpr:
			target = part.X
		case *ast.IndexExpr:
			target = part.X
		case *ast.StarExpr:
			target = part.X
		case *ast.ParenExpr:
			target = part.X
		default:
			return nil
		}
	}
}

// unknown imports packages without looking into them.
type unknown struct{}

func (unknown) Import(name string) (*types.Package, error) {
	return types.NewPackage(name, path.Base(name)), nil
}

// The page tells what is there: each name and each path that it quotes exists.
func TestThePageNamesWhatExists(t *testing.T) {
	source := parse(t)
	packages, names := map[string]bool{}, map[string]bool{}
	for _, files := range source.folders {
		for _, file := range files {
			packages[file.Name.Name] = true
			for _, name := range declared(file) {
				names[file.Name.Name+"."+name] = true
			}
		}
	}
	found := 0
	for _, match := range quoted.FindAllStringSubmatch(page(t, architecture), -1) {
		word := match[1]
		first, rest, dotted := strings.Cut(word, ".")
		switch {
		case strings.ContainsAny(word, " ()"): // code or a command line
		case dotted && packages[first] && rest != "go":
			found++
			if !names[word] {
				t.Errorf("%s speaks of %s, which does not exist (any more)", architecture, word)
			}
		case strings.HasSuffix(word, ".go"), strings.HasSuffix(word, ".md"), strings.HasSuffix(word, "/"):
			found++
			if _, err := os.Stat(filepath.Join(root, word)); err != nil {
				t.Errorf("%s speaks of %s, which does not exist (any more)", architecture, word)
			}
		}
	}
	if found == 0 {
		t.Errorf("%s names nothing", architecture)
	}
}

// declared lists what a file declares: functions, types, constants and variables, and methods behind their type.
func declared(file *ast.File) (names []string) {
	for _, declaration := range file.Decls {
		switch declaration := declaration.(type) {
		case *ast.FuncDecl:
			name := declaration.Name.Name
			if declaration.Recv != nil {
				if receiver := base(declaration.Recv.List[0].Type); receiver != nil {
					name = receiver.Name + "." + name
				}
			}
			names = append(names, name)
		case *ast.GenDecl:
			for _, spec := range declaration.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					names = append(names, spec.Name.Name)
				case *ast.ValueSpec:
					for _, name := range spec.Names {
						names = append(names, name.Name)
					}
				}
			}
		}
	}
	return names
}

// A script tells warnings and verdicts apart by these words, so the page on the format lists them all.
func TestTheFormatsPageListsEveryWord(t *testing.T) {
	text := page(t, comparison)
	found := map[string]int{"Kind": 0, "Outcome": 0, "Assumption": 0}
	for _, file := range parse(t).folders["internal/measure"] {
		ast.Inspect(file, func(node ast.Node) bool {
			constant, ok := node.(*ast.ValueSpec)
			if !ok || len(constant.Values) == 0 {
				return true
			}
			named, ok := constant.Type.(*ast.Ident)
			value, isLiteral := constant.Values[0].(*ast.BasicLit)
			if !ok || !isLiteral {
				return true
			}
			if _, listed := found[named.Name]; !listed {
				return true
			}
			found[named.Name]++
			if word := value.Value[1 : len(value.Value)-1]; !strings.Contains(text, "`"+word+"`") {
				t.Errorf("%s does not list `%s`, a measure.%s", comparison, word, named.Name)
			}
			return true
		})
	}
	for name, count := range found {
		if count == 0 {
			t.Errorf("internal/measure has no constant of type %s: this test looks in the wrong place", name)
		}
	}
}
