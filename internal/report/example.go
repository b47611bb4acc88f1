package report

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"meanwhile/demos"
	"meanwhile/internal/source"
	"meanwhile/internal/term"
)

// Example is a demo in the two languages that it is told in.
type Example struct {
	Name   string `json:"name"`
	File   string `json:"file"`
	Line   int    `json:"line"`
	Go     string `json:"go"`
	Python string `json:"python"`

	// Does is what it does, a sentence; First is the line of File in which Go begins, and PythonFile where Python stands.
	Does       string `json:"-"`
	First      int    `json:"-"`
	PythonFile string `json:"-"`
}

// Place tells where to find the Go code, in a form that editors and terminals follow.
func (e Example) Place() string { return fmt.Sprintf("%s:%d", e.File, e.Line) }

// FindExample returns the example of that name, as its code stands in this program.
func FindExample(name string) (Example, error) {
	all := demos.Examples()
	i := slices.IndexFunc(all, func(e demos.Example) bool { return e.Name == name })
	if i < 0 {
		return Example{}, fmt.Errorf("there is no source named %q; 'meanwhile source' lists what there is", name)
	}
	snippet, err := source.Of(demos.Files, all[i].Func)
	if err != nil {
		return Example{}, err
	}
	pythonFile := path.Join("python", name+".py")
	python, err := demos.Files.ReadFile(pythonFile)
	if err != nil {
		return Example{}, err
	}
	return Example{
		Name: name, File: path.Join("demos", snippet.File), Line: snippet.Line, Go: snippet.Text, Python: string(python),
		Does: snippet.Doc, First: snippet.First, PythonFile: path.Join("demos", pythonFile),
	}, nil
}

// GoCode draws the Go code of an example under the place where it stands.
func (l Layout) GoCode(e Example) []Line { return l.titled(e.Place(), e.Go, source.Go) }

// PythonCode draws the Python of an example under the place where it stands.
func (l Layout) PythonCode(e Example) []Line { return l.titled(e.PythonFile, e.Python, source.Python) }

func (l Layout) titled(place, code string, cut func(string) []source.Token) []Line {
	return append([]Line{l.Line(term.Faint, place)}, l.Code(code, cut)...)
}

// Beside puts two pages next to each other, with a bar between them, or one below the other where the width does not hold both.
func (l Layout) Beside(left, right []Line) []Line {
	bar := l.Line(term.Faint, " │ ")
	width := Widest(left)
	if width+bar.Width+Widest(right) > l.Width {
		return slices.Concat(left, []Line{{}}, right)
	}
	return columns(left, right, width, bar)
}

// columns puts two pages next to each other, the left one so wide, with something between them.
func columns(left, right []Line, width int, between Line) []Line {
	var both []Line
	for i := range max(len(left), len(right)) {
		var one, other Line
		if i < len(left) {
			one = left[i]
		}
		if i < len(right) {
			other = right[i]
		}
		both = append(both, Line{one.Padded(width) + between.Painted + other.Painted, width + between.Width + other.Width})
	}
	return both
}

// Widest is the width of the widest line.
func Widest(lines []Line) int {
	width := 0
	for _, line := range lines {
		width = max(width, line.Width)
	}
	return width
}

// Stack is lines one below the other.
func Stack(lines []Line) string {
	var shown strings.Builder
	for _, line := range lines {
		shown.WriteString(strings.TrimRight(line.Painted, " ") + "\n")
	}
	return shown.String()
}
