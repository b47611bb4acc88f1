package cmd

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"meanwhile/internal/measure"
	"meanwhile/internal/report"
	"meanwhile/internal/term"
	"meanwhile/internal/workshop"
)

func newPracticeDoctor(streams *term.Streams) *cobra.Command {
	warm := false
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Look at what checks need, and say what is missing",
		Long: `Doctor looks for what checks need: Go, a C compiler for the race detector, folders that
can be written to, a terminal. With --warm it builds once what every check builds, so
that the first one is quick; nothing of it needs a network.`,
		Example: "  meanwhile practice doctor\n  meanwhile practice doctor --warm\n  meanwhile practice doctor --format json",
		Args:    usageArgs(cobra.NoArgs),
	}
	cmd.Flags().BoolVar(&warm, "warm", false, "build once what every check builds")
	runFormatted(cmd, func(ctx context.Context, _ []string, format report.Format) error {
		d := &doctor{streams: streams, format: format, findings: []finding{}}
		return d.report(d.examine(ctx, warm))
	})
	return cmd
}

// errAiling tells that something is missing that a check needs, which was told.
var errAiling = errors.New("checks cannot run yet; mend what is above, and look again")

// The states of what a doctor looks at.
const (
	stateFine    = "fine"
	stateWithout = "without" // checks run without it
	stateBroken  = "broken"  // checks do not
)

// finding is one thing that a doctor has looked at.
type finding struct {
	What  string `json:"what"`
	State string `json:"state"`
	Words string `json:"words"`
}

// doctor looks at what checks need.
type doctor struct {
	streams  *term.Streams
	format   report.Format
	findings []finding
}

// say notes a finding, and prints it at once where a person reads it.
func (d *doctor) say(state, what, words string) {
	d.findings = append(d.findings, finding{what, state, words})
	if d.format == report.FormatJSON {
		return
	}
	sign, role := "✓", term.Good
	switch state {
	case stateWithout:
		sign, role = "·", term.Warn
	case stateBroken:
		sign, role = "✗", term.Bad
	}
	fmt.Fprintf(d.streams.Out, "%s %s %s\n", d.streams.Style.Paint(role, d.streams.Style.Text(sign)),
		term.Pad(what, 14), d.streams.Style.Text(term.Printable(words, 400)))
}

// report prints all findings where a program reads them, and says whether something is broken.
func (d *doctor) report(err error) error {
	if err == nil && d.ailing() {
		err = errAiling
	}
	if d.format == report.FormatJSON {
		err = errors.Join(report.JSON(d.streams.Out, d.findings), err)
	}
	return err
}

func (d *doctor) ailing() bool {
	return slices.ContainsFunc(d.findings, func(f finding) bool { return f.State == stateBroken })
}

// examine looks at what the machine has.
func (d *doctor) examine(ctx context.Context, warm bool) error {
	tools, missing := workshop.FindToolchain(ctx)
	if missing != nil {
		d.say(stateBroken, "Go", oneLine(missing))
	} else {
		d.say(stateFine, "Go", fmt.Sprintf("%s, %s", tools.Version, tools.Command))
		d.raceDetector(ctx, tools)
		d.canWrite("build cache", tools.Cache, "set GOCACHE to a folder that can be written to")
	}
	d.canWrite("scratch", os.TempDir(), "set TMPDIR to a folder that can be written to")
	if folder, err := workshop.OpenFolder(".", newKeeper(ctx).record.Workshop); err == nil {
		d.canWrite("exercises", folder.Dir, "'meanwhile practice init DIR' writes them elsewhere")
		if err := folder.Close(); err != nil {
			return err
		}
	} else {
		d.say(stateWithout, "exercises", "none yet: 'meanwhile practice init' writes them")
	}
	if d.streams.OutTerminal && d.streams.InTerminal {
		d.say(stateFine, "terminal", fmt.Sprintf("%d columns", d.streams.Width))
	} else {
		d.say(stateWithout, "terminal", "none here: the commands print lines")
	}
	if warm && !d.ailing() {
		return d.warmUp(ctx, tools)
	}
	return nil
}

func (d *doctor) raceDetector(ctx context.Context, tools *workshop.Toolchain) {
	without := tools.Without
	if err := tools.TryCompiler(ctx); err != nil {
		without = oneLine(err)
	}
	if without == "" {
		d.say(stateFine, "race detector", "with "+tools.Compiler)
	} else {
		d.say(stateWithout, "race detector", "not there: "+without+"; checks find races by their collaborators, and fewer of them")
	}
}

// canWrite looks whether files can be made in a folder.
func (d *doctor) canWrite(what, dir, next string) {
	if err := writable(dir); err != nil {
		d.say(stateBroken, what, oneLine(err)+"; "+next)
	} else {
		d.say(stateFine, what, dir)
	}
}

// writable tells whether files can be made in a folder.
func writable(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	file, err := os.CreateTemp(dir, "meanwhile-")
	if err != nil {
		return err
	}
	return errors.Join(file.Close(), os.Remove(file.Name()))
}

// warmUp checks a solution, with everything that checks use.
func (d *doctor) warmUp(ctx context.Context, tools *workshop.Toolchain) error {
	exercises, err := workshop.Exercises()
	if err != nil {
		return err
	}
	e := exercises[0]
	for _, race := range []bool{false, true} {
		if race && !tools.Races() {
			continue
		}
		fmt.Fprintln(d.streams.Err, d.streams.ErrStyle.Paint(term.Faint, d.streams.ErrStyle.Text("building what every check builds…")))
		began := time.Now()
		outcome, err := tools.Check(ctx, e, workshop.Attempt{e.File: e.Solution}, workshop.Options{Race: race})
		if err != nil {
			return err
		}
		what := "a check"
		if race {
			what = "with -race"
		}
		if !outcome.Passed {
			d.say(stateBroken, what, outcome.Said)
			return nil
		}
		d.say(stateFine, what, "took "+measure.Human(time.Since(began)))
	}
	return nil
}
