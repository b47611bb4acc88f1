package cmd

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"meanwhile/demos"
	"meanwhile/internal/term"
)

// demoOptions are the arguments of demo.
type demoOptions struct {
	name    string // empty: list what there is
	child   bool
	streams *term.Streams
}

func newDemo(streams *term.Streams) *cobra.Command {
	o := &demoOptions{streams: streams}
	cmd := &cobra.Command{
		Use:   "demo [name]",
		Short: "Run a single idea, or a program that is wrong on purpose",
		Long: `Demo runs a single idea for real and draws what came of it, or a small program
that is wrong on purpose, in a process of its own, and shows what was expected of
it, what happened and why. Without a name, it lists what there is.`,
		Example: `  meanwhile demo                  what there is to run
  meanwhile demo order            five tasks, and which of them is first
  meanwhile demo wrong-counter    a hundred visits, of which most get lost
  meanwhile source wrong-counter  the code of it`,
		Args: usageArgs(cobra.MaximumNArgs(1)),
		ValidArgsFunction: func(_ *cobra.Command, given []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
			const directive = cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
			var names []cobra.Completion
			for _, wrong := range demos.Wrongs() {
				if len(given) == 0 {
					names = append(names, cobra.CompletionWithDesc(wrong.Name, wrong.Fault))
				}
			}
			return names, directive
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			o.name = strings.Join(args, "")
			return o.run(cmd.Context())
		},
	}
	const child = "child"
	flags := cmd.Flags()
	flags.BoolVar(&o.child, child, false, "be the program itself")
	if err := flags.MarkHidden(child); err != nil {
		panic(err) // the flag does not exist: a mistake in this function
	}
	for _, experiment := range experiments(streams) {
		cmd.AddCommand(experiment.Command)
	}
	return cmd
}

func (o *demoOptions) run(ctx context.Context) error {
	if o.name == "" {
		return o.list()
	}
	wrong, err := o.find()
	if err != nil {
		return err
	}
	if o.child {
		return wrong.Main(ctx, o.streams.Out)
	}
	if err := o.introduce(wrong); err != nil {
		return err
	}
	end, err := runWrong(ctx, wrong)
	if err != nil {
		return err
	}
	return o.explain(wrong, end)
}

func (o *demoOptions) find() (demos.Wrong, error) {
	for _, wrong := range demos.Wrongs() {
		if wrong.Name == o.name {
			return wrong, nil
		}
	}
	var names []string
	for _, pair := range demoWords(o.streams) {
		names = append(names, pair[0])
	}
	name := o.name
	near := cmp.Or(didYouMean(name, names), didYouMean("wrong-"+name, names))
	return demos.Wrong{}, usagef("there is no demo named %q%s; 'meanwhile demo' lists what there is", name, near)
}

// ending is how a child ended: what it said and its exit code.
type ending struct {
	stdout, stderr string
	code           int
}

// raceSeen tells whether the race detector reported a race. It can do so where this program was built with -race.
func (e ending) raceSeen() bool {
	const raceExit = 66 // the race detector's own exit code
	return e.code == raceExit && strings.Contains(e.stderr, "WARNING: DATA RACE")
}

// runWrong runs a wrong program to its end in a process of its own: it may leave goroutines behind, or race.
func runWrong(ctx context.Context, wrong demos.Wrong) (ending, error) {
	const patience = 30 * time.Second // the slowest takes a second
	program, err := os.Executable()
	if err != nil {
		return ending{}, fmt.Errorf("cannot start %s in a process of its own: %w", wrong.Name, err)
	}
	limited, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	child := exec.CommandContext(limited, program, "demo", wrong.Name, "--child", "--color", string(term.Never))
	child.WaitDelay = time.Second
	// Where built with -race, a program sleeps a second before it exits, in which its goroutines go on: ours must not.
	child.Env = append(os.Environ(), "GORACE="+os.Getenv("GORACE")+" atexit_sleep_ms=0")
	if wrong.OneProcessor {
		child.Env = append(child.Env, "GOMAXPROCS=1")
	}
	var stdout, stderr head
	child.Stdout, child.Stderr = &stdout, &stderr
	err = child.Run()
	switch _, exited := errors.AsType[*exec.ExitError](err); {
	case ctx.Err() != nil:
		return ending{}, ctx.Err()
	case limited.Err() != nil:
		return ending{}, fmt.Errorf("%s did not end within %v; run it again", wrong.Name, patience)
	case err != nil && !exited:
		return ending{}, fmt.Errorf("cannot run %s in a process of its own: %w", wrong.Name, err)
	}
	return ending{stdout.kept.String(), stderr.kept.String(), child.ProcessState.ExitCode()}, nil
}

// head is a writer that keeps the beginning of what it is given.
type head struct{ kept bytes.Buffer }

func (h *head) Write(p []byte) (int, error) {
	const limit = 64 << 10
	h.kept.Write(p[:min(len(p), limit-h.kept.Len())])
	return len(p), nil
}

// list says what there is, a line each: the ideas, and then the programs that are wrong.
func (o *demoOptions) list() error {
	const gap = 2
	words := demoWords(o.streams)
	column := 0
	for _, pair := range words {
		column = max(column, term.Width(pair[0])+gap)
	}
	page := o.page()
	for _, pair := range words {
		label := page.style.Paint(term.Strong, term.Pad(pair[0], column))
		for _, line := range term.Wrap(pair[1], page.width-column) {
			page.text.WriteString(label + page.style.Text(line) + "\n")
			label = term.Pad("", column)
		}
	}
	return page.write()
}

// demoWords are the names of all demos, each with what it is about.
func demoWords(streams *term.Streams) (words [][2]string) {
	for _, experiment := range experiments(streams) {
		words = append(words, [2]string{experiment.Name(), experiment.Short})
	}
	for _, wrong := range demos.Wrongs() {
		words = append(words, [2]string{wrong.Name, wrong.Fault})
	}
	return words
}

// introduce says what is about to run.
func (o *demoOptions) introduce(wrong demos.Wrong) error {
	page := o.page()
	page.line(term.Title, wrong.Name)
	page.prose("WRONG: " + wrong.Fault + ".")
	page.prose(fmt.Sprintf("'meanwhile source %s' shows the code.", wrong.Name))
	if wrong.OneProcessor {
		page.prose("It runs with GOMAXPROCS=1: on one processor, goroutines take turns, in the same order every time.")
	}
	return page.write()
}

// explain says what was expected, what happened, why, and what to read next. A fault that did not show is an error.
func (o *demoOptions) explain(wrong demos.Wrong, end ending) error {
	page := o.page()
	page.line(term.Strong, "\nexpected")
	page.output(wrong.Expected)
	page.line(term.Strong, "\nhappened")
	page.output(end.stdout)
	page.output(end.stderr)
	if end.stdout+end.stderr == "" {
		page.prose("(nothing was printed)")
	}
	exit := fmt.Sprintf("  exit code %d", end.code)
	if end.raceSeen() {
		exit += ": the race detector saw it"
	}
	page.line(term.Faint, exit)
	if !regexp.MustCompile(wrong.Symptom).MatchString(end.stdout) && !end.raceSeen() {
		unseen := fmt.Errorf("%s did not show its fault this time; run it again", wrong.Name)
		return cmp.Or(page.write(), unseen)
	}
	page.line(term.Strong, "\nwhy")
	page.prose(wrong.Why)
	page.line(term.Strong, "\nread next")
	page.line(term.Plain, "  meanwhile source "+wrong.Right)
	page.line(term.Plain, "  meanwhile source "+wrong.Name+" --python")
	return page.write()
}

// demoPage is text on its way to stdout.
type demoPage struct {
	streams *term.Streams
	style   term.Style
	width   int
	text    strings.Builder
}

func (o *demoOptions) page() *demoPage {
	return &demoPage{streams: o.streams, style: o.streams.Style, width: o.streams.Width}
}

// line adds one line in its role.
func (p *demoPage) line(role term.Role, text string) {
	p.text.WriteString(p.style.Paint(role, p.style.Text(text)) + "\n")
}

// prose adds text, indented and wrapped.
func (p *demoPage) prose(text string) {
	const indent = "  "
	for _, line := range term.Wrap(text, min(p.width, term.DefaultWidth)-term.Width(indent)) {
		p.line(term.Plain, indent+line)
	}
}

// output adds what a program printed, as far as it is worth reading and can be shown.
func (p *demoPage) output(text string) {
	const maxLines, maxColumns = 20, 200
	if text == "" {
		return
	}
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	for _, line := range lines[:min(len(lines), maxLines)] {
		p.line(term.Plain, "  "+term.Printable(strings.TrimRight(line, "\r"), maxColumns))
	}
	if more := len(lines) - maxLines; more > 0 {
		p.line(term.Faint, fmt.Sprintf("  … and %d more lines", more))
	}
}

func (p *demoPage) write() error {
	_, err := fmt.Fprint(p.streams.Out, p.text.String())
	return err
}
