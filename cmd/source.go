package cmd

import (
	"context"
	"fmt"
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
		return report.JSON(o.streams.Out, examples)
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
func findExamples(names []string) ([]report.Example, error) {
	all := exampleNames()
	if len(names) == 0 {
		names = all
	}
	var found []report.Example
	for _, name := range names {
		if !slices.Contains(all, name) {
			return nil, usagef("there is no source named %q%s; 'meanwhile source' lists what there is",
				name, didYouMean(name, all))
		}
		example, err := report.FindExample(name)
		if err != nil {
			return nil, err
		}
		found = append(found, example)
	}
	return found, nil
}

// list says what there is, and where: a line each, wrapped where a person reads it.
func (o sourceOptions) list(examples []report.Example) string {
	const gap = 2
	const narrow, wide = 40, 72 // columns in which a sentence is good to read with its place beside it
	names, sentences, places := 0, 0, 0
	for _, example := range examples {
		names = max(names, term.Width(example.Name))
		sentences = max(sentences, term.Width(example.Does))
		places = max(places, term.Width(example.Place()))
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
		lines := term.Wrap(o.streams.Style.Text(example.Does), sentences)
		place := o.cell(term.Faint, example.Place()).Painted
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
func (o sourceOptions) code(example report.Example) string {
	layout := o.layout()
	if !o.python {
		return report.Stack(layout.GoCode(example))
	}
	left, right := example, layout.PythonCode(example)
	left.Go = report.ExpandTabs(example.Go)
	if fits := report.Widest(layout.GoCode(left)) + len(" | ") + report.Widest(right); fits > layout.Width {
		left = example // a tab stays one below the other, for who copies it
	}
	return report.Stack(layout.Beside(layout.GoCode(left), right))
}

// comparison shows what it takes to get from one example to the other.
func (o sourceOptions) comparison(from, to report.Example) string {
	var shown strings.Builder
	line := func(role term.Role, sign, text string) {
		fmt.Fprintln(&shown, o.cell(role, sign+text).Painted)
	}
	line(term.Removed, "--- ", from.Place())
	line(term.Added, "+++ ", to.Place())
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

func (o sourceOptions) layout() report.Layout {
	return report.Layout{Style: o.streams.Style, Width: o.streams.Width}
}
