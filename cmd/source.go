package cmd

import (
	"context"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"meanwhile/demos"
	"meanwhile/internal/report"
	"meanwhile/internal/source"
	"meanwhile/internal/term"
)

// sourceOptions are what to show, and how.
type sourceOptions struct {
	streams *term.Streams
	names   []string
	python  bool
	diff    bool
	format  string
}

func newSource(streams *term.Streams) *cobra.Command {
	options := sourceOptions{streams: streams}
	command := &cobra.Command{
		Use:   "source [name...]",
		Short: "Show the code that ran, and the same in Python",
		Long: `Source shows the Go code behind what the other commands run. It is found from
the function that runs, so what you read is what ran. Without a name, it lists
what there is.`,
		Example: `  meanwhile source                               what there is to read
  meanwhile source goroutines                    the code that ran
  meanwhile source goroutines --python           the same in asyncio beside it
  meanwhile source api-slow --python             a handler of serve, FastAPI beside it
  meanwhile source --diff sequential goroutines  what changes between the two
  meanwhile source --format json                 all of it, for other programs`,
		ValidArgsFunction: func(_ *cobra.Command, given []string, _ string) ([]string, cobra.ShellCompDirective) {
			names := slices.DeleteFunc(exampleNames(), func(name string) bool { return slices.Contains(given, name) })
			return names, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
		},
		RunE: func(cmd *cobra.Command, names []string) error {
			options.names = names
			return options.run(cmd.Context())
		},
	}
	flags := command.Flags()
	flags.BoolVar(&options.python, "python", false, "show the same in Python beside it")
	flags.BoolVar(&options.diff, "diff", false, "show the smallest diff of two, indentation aside")
	flags.StringVar(&options.format, "format", "text", "text or json")
	completeWords(command, "format", "text", "json")
	return command
}

// example is a demo in the two languages that it is told in, as --format json gives it.
type example struct {
	Name   string `json:"name"`
	File   string `json:"file"`
	Line   int    `json:"line"`
	Go     string `json:"go"`
	Python string `json:"python"`

	does       string // a sentence
	pythonFile string
}

// place tells where to find the Go code, in a form that editors and terminals follow.
func (e example) place() string { return fmt.Sprintf("%s:%d", e.File, e.Line) }

func (o sourceOptions) run(context.Context) error {
	format, err := oneOf("format", o.format, "text", "json")
	if err != nil {
		return err
	}
	switch {
	case o.diff && o.python:
		return usagef("--diff compares Go with Go and --python sets Python beside it: give one of the two")
	case o.diff && format == "json":
		return usagef("--diff has no JSON: give one of --diff and --format json")
	case o.diff && len(o.names) != 2:
		return usagef("--diff compares two sources, not %d: try 'meanwhile source --diff sequential goroutines'", len(o.names))
	case o.python && len(o.names) == 0 && format == "text":
		return usagef("--python needs a name: try 'meanwhile source --python goroutines'")
	}
	examples, err := findExamples(o.names)
	if err != nil {
		return err
	}
	if format == "json" {
		return o.writeJSON(examples)
	}
	if o.streams.OutTerminal {
		for i := range examples {
			examples[i].Go = report.ExpandTabs(examples[i].Go)
		}
	}
	var shown string
	switch {
	case o.diff:
		shown = o.comparison(examples[0], examples[1])
	case len(o.names) == 0:
		shown = o.list(examples)
	default:
		all := make([]string, len(examples))
		for i, example := range examples {
			all[i] = o.code(example)
		}
		shown = strings.Join(all, "\n")
	}
	_, err = fmt.Fprint(o.streams.Out, shown)
	return err
}

func exampleNames() []string {
	var names []string
	for _, example := range demos.Examples() {
		names = append(names, example.Name)
	}
	return names
}

// findExamples returns the examples of these names, in their order, or all where there are none.
func findExamples(names []string) ([]example, error) {
	all := exampleNames()
	if len(names) == 0 {
		names = all
	}
	var found []example
	for _, name := range names {
		i := slices.Index(all, name)
		if i < 0 {
			return nil, usagef("there is no source named %q%s; 'meanwhile source' lists what there is",
				name, didYouMean(name, all))
		}
		snippet, err := source.Of(demos.Files, demos.Examples()[i].Func)
		if err != nil {
			return nil, err
		}
		pythonFile := path.Join("python", name+".py")
		python, err := demos.Files.ReadFile(pythonFile)
		if err != nil {
			return nil, err
		}
		found = append(found, example{
			Name: name, File: path.Join("demos", snippet.File), Line: snippet.Line, Go: snippet.Text, Python: string(python),
			does: snippet.Doc, pythonFile: path.Join("demos", pythonFile),
		})
	}
	return found, nil
}

func (o sourceOptions) writeJSON(examples []example) error {
	encoder := json.NewEncoder(o.streams.Out)
	encoder.SetEscapeHTML(false) // code is full of <-
	encoder.SetIndent("", "  ")
	return encoder.Encode(examples)
}

// list says what there is, and where: a line each, wrapped where a person reads it.
func (o sourceOptions) list(examples []example) string {
	const gap = 2
	const narrow, wide = 40, 72 // columns in which a sentence is good to read with its place beside it
	names, sentences, places := 0, 0, 0
	for _, example := range examples {
		names = max(names, term.Width(example.Name))
		sentences = max(sentences, term.Width(example.does))
		places = max(places, term.Width(example.place()))
	}
	if o.streams.OutTerminal {
		sentences = min(sentences, wide, o.streams.Width-names-gap-gap-places)
	}
	below := sentences < narrow
	if below {
		sentences = o.streams.Width - names - gap
	}
	margin := strings.Repeat(" ", names+gap)
	var shown strings.Builder
	for _, example := range examples {
		lines := term.Wrap(o.streams.Style.Text(example.does), sentences)
		place := o.cell(term.Faint, example.place()).Painted
		if below {
			lines = append(lines, place)
		} else {
			lines[0] = o.cell(term.Plain, lines[0]).Padded(sentences+gap) + place
		}
		name := o.cell(term.Strong, example.Name).Padded(names + gap)
		fmt.Fprintln(&shown, name+strings.Join(lines, "\n"+margin))
	}
	return shown.String()
}

// code shows an example in Go and, where asked for, in Python: beside it if both fit, else below.
func (o sourceOptions) code(example example) string {
	inGo := o.page(example.place(), example.Go, source.Go)
	if !o.python {
		return stack(inGo)
	}
	inPython := o.page(example.pythonFile, example.Python, source.Python)
	left := o.page(example.place(), report.ExpandTabs(example.Go), source.Go)
	bar := " " + o.cell(term.Faint, "│").Painted + " "
	if widest(left)+term.Width(" │ ")+widest(inPython) <= o.streams.Width {
		return beside(left, bar, inPython)
	}
	return stack(inGo) + "\n" + stack(inPython)
}

// comparison shows what it takes to get from one example to the other.
func (o sourceOptions) comparison(from, to example) string {
	var shown strings.Builder
	line := func(role term.Role, sign, text string) {
		fmt.Fprintln(&shown, o.cell(role, sign+text).Painted)
	}
	line(term.Removed, "--- ", from.place())
	line(term.Added, "+++ ", to.place())
	for _, changed := range source.Diff(from.Go, to.Go) {
		switch changed.Op {
		case source.Removed:
			line(term.Removed, "-", changed.Text)
		case source.Added:
			line(term.Added, "+", changed.Text)
		default:
			line(term.Plain, " ", changed.Text)
		}
	}
	return shown.String()
}

// cell draws text of one line in a role.
func (o sourceOptions) cell(role term.Role, text string) report.Line {
	return o.layout().Line(role, text)
}

func (o sourceOptions) layout() report.Layout { return report.Layout{Style: o.streams.Style} }

// page draws code, line by line, under the place where it stands.
func (o sourceOptions) page(place, code string, cut func(string) []source.Token) []report.Line {
	return append([]report.Line{o.cell(term.Faint, place)}, o.layout().Code(code, cut)...)
}

// stack puts lines one below the other.
func stack(lines []report.Line) string {
	var shown strings.Builder
	for _, line := range lines {
		fmt.Fprintln(&shown, line.Painted)
	}
	return shown.String()
}

// beside puts two pages next to each other, with a bar between them.
func beside(left []report.Line, bar string, right []report.Line) string {
	width := widest(left)
	var shown strings.Builder
	for i := range max(len(left), len(right)) {
		var l, r report.Line
		if i < len(left) {
			l = left[i]
		}
		if i < len(right) {
			r = right[i]
		}
		fmt.Fprintln(&shown, strings.TrimRight(l.Padded(width)+bar+r.Painted, " "))
	}
	return shown.String()
}

// widest is the width of the widest line.
func widest(lines []report.Line) int {
	width := 0
	for _, line := range lines {
		width = max(width, line.Width)
	}
	return width
}
