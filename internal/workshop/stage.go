package workshop

import (
	"cmp"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
)

// The packages of a check that a learner's code is compiled with.
const (
	locksPath = "practice/internal/sync"
	checkPath = "practice/internal/check"

	// checkName is what the second one is called there: no name that a learner would give.
	checkName = "meanwhile_check"
)

// edit is text that goes in place of a part of a file.
type edit struct {
	from, to int
	text     string
}

// stage makes of a learner's file what a check compiles, each statement on the line where it was: the locks of package sync are
// such that virtual time knows, and before each statement others may be given their turn (check.Jostle). A file that is no Go is
// left to the compiler.
func stage(text []byte) []byte {
	positions := token.NewFileSet()
	file, err := parser.ParseFile(positions, "", text, parser.SkipObjectResolution)
	if err != nil {
		return text
	}
	offset := func(pos token.Pos) int { return positions.PositionFor(pos, false).Offset }
	var edits []edit
	for _, spec := range file.Imports {
		if literal := spec.Path; literal.Value == `"sync"` || literal.Value == "`sync`" {
			edits = append(edits, edit{offset(literal.Pos()), offset(literal.End()), strconv.Quote(locksPath)})
		}
	}
	begins := statements(file)
	for _, pos := range begins {
		edits = append(edits, edit{offset(pos), offset(pos), checkName + ".Turn(); "})
	}
	if end := offset(file.Name.End()); len(begins) > 0 {
		edits = append(edits, edit{end, end, "; import " + checkName + " " + strconv.Quote(checkPath)})
	}
	slices.SortFunc(edits, func(a, b edit) int { return cmp.Compare(a.from, b.from) })
	var staged []byte
	at := 0
	for _, e := range edits {
		staged = append(append(staged, text[at:e.from]...), e.text...)
		at = e.to
	}
	return append(staged, text[at:]...)
}

// statements are where those of a file begin.
func statements(file *ast.File) []token.Pos {
	var found []token.Pos
	among := func(list []ast.Stmt) {
		for _, statement := range list {
			switch s := statement.(type) {
			case *ast.CaseClause, *ast.CommClause: // no statements, but those in them are
			case *ast.EmptyStmt:
			default:
				found = append(found, s.Pos())
			}
		}
	}
	ast.Inspect(file, func(node ast.Node) bool {
		switch n := node.(type) {
		case *ast.BlockStmt:
			among(n.List)
		case *ast.CaseClause:
			among(n.Body)
		case *ast.CommClause:
			among(n.Body)
		}
		return true
	})
	return found
}
