// Package source finds the code that ran, cuts it into tokens for highlighting and compares two pieces of it.
package source

import (
	"fmt"
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"reflect"
	"runtime"
	"strings"
)

// Snippet is the declaration of a top-level function, as its author wrote it.
type Snippet struct {
	Name string // the function's
	File string // its path in the files that were searched
	Line int    // where func stands

	// First is where Text begins, which is the doc comment if there is one.
	First int

	// Doc is the first sentence of the doc comment.
	Doc string

	// Text is the declaration with its doc comment and a last newline.
	Text string
}

// Of returns the declaration of the function value fn, or of the function that made it where fn is a closure. files
// holds the sources of fn's package.
func Of(files fs.FS, fn any) (Snippet, error) {
	value := reflect.ValueOf(fn)
	if value.Kind() != reflect.Func || value.IsNil() {
		return Snippet{}, fmt.Errorf("only a function has source, and %#v is none", fn)
	}
	// The binary tells the file and the line of its code even when stripped. Names alone would not do: inlining
	// renames closures.
	ran := runtime.FuncForPC(value.Pointer())
	built, line := ran.FileLine(value.Pointer())
	name := path.Base(built) // the directory is that of the machine that built the program

	text, err := fs.ReadFile(files, name)
	if err != nil {
		return Snippet{}, fmt.Errorf("the source of %s is not at hand: %w", ran.Name(), err)
	}
	set := token.NewFileSet()
	parsed, err := parser.ParseFile(set, name, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return Snippet{}, fmt.Errorf("the source of %s cannot be read: %w", ran.Name(), err)
	}
	decl := enclosing(set, parsed, line)
	if decl == nil || !names(ran.Name(), decl.Name.Name) {
		return Snippet{}, fmt.Errorf("%s:%d is not in the function %s: the file is not the one that was built",
			name, line, ran.Name())
	}
	start := decl.Pos()
	if decl.Doc != nil {
		start = decl.Doc.Pos()
	}
	return Snippet{
		Name: decl.Name.Name,
		File: name,
		Line: set.Position(decl.Pos()).Line, First: set.Position(start).Line,
		Doc:  new(doc.Package).Synopsis(decl.Doc.Text()),
		Text: string(text[set.Position(start).Offset:set.Position(decl.End()).Offset]) + "\n",
	}, nil
}

// enclosing returns the top-level function that the line is in, or nil.
func enclosing(set *token.FileSet, file *ast.File, line int) *ast.FuncDecl {
	for _, decl := range file.Decls {
		if decl, ok := decl.(*ast.FuncDecl); ok &&
			set.Position(decl.Pos()).Line <= line && line <= set.Position(decl.End()).Line {
			return decl
		}
	}
	return nil
}

// names tells whether a name that the linker made speaks of the function: "demos.Strategies.Limited.func1" does of
// Limited, whose closure was inlined into Strategies.
func names(linker, function string) bool {
	for part := range strings.SplitSeq(path.Base(linker), ".") {
		part, _, _ = strings.Cut(part, "[") // type arguments
		part, _, _ = strings.Cut(part, "-") // the body of a range over a function
		if part == function {
			return true
		}
	}
	return false
}
