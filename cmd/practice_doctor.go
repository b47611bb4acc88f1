package cmd

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"meanwhile/internal/measure"
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
		Example: "  meanwhile practice doctor\n  meanwhile practice doctor --warm",
		Args:    usageArgs(cobra.NoArgs),
		RunE:    func(cmd *cobra.Command, _ []string) error { return examine(cmd.Context(), streams, warm) },
	}
	cmd.Flags().BoolVar(&warm, "warm", false, "build once what every check builds")
	return cmd
}

// errAiling tells that something is missing that a check needs, which was told.
var errAiling = errors.New("checks cannot run yet; mend what is above, and look again")

// examine says what the machine has.
func examine(ctx context.Context, streams *term.Streams, warm bool) error {
	tools, missing := workshop.FindToolchain(ctx)
	ailing := false
	mark := func(sign string, role term.Role, what, words string) {
		fmt.Fprintf(streams.Out, "%s %s %s\n", streams.Style.Paint(role, streams.Style.Text(sign)),
			term.Pad(what, 14), streams.Style.Text(term.Printable(words, 400)))
	}
	say := func(fine bool, what, words string) {
		if fine {
			mark("✓", term.Good, what, words)
		} else {
			mark("✗", term.Bad, what, words)
			ailing = true
		}
	}
	if missing != nil {
		say(false, "Go", oneLine(missing))
		return errAiling
	}
	say(true, "Go", fmt.Sprintf("%s, %s", tools.Version, tools.Command))
	without := tools.Without
	if err := tools.TryCompiler(ctx); err != nil {
		without = oneLine(err)
	}
	if without == "" {
		say(true, "race detector", "with "+tools.Compiler)
	} else {
		mark("·", term.Warn, "race detector", "not there: "+without+"; checks find races by their collaborators, and fewer of them")
	}
	places := []struct{ what, dir, next string }{
		{"build cache", tools.Cache, "set GOCACHE to a folder that can be written to"},
		{"scratch", os.TempDir(), "set TMPDIR to a folder that can be written to"},
	}
	if folder, err := workshop.OpenFolder(".", newKeeper(ctx).record.Workshop); err == nil {
		places = append(places, struct{ what, dir, next string }{"exercises", folder.Dir, "'meanwhile practice init DIR' writes them elsewhere"})
		if err := folder.Close(); err != nil {
			return err
		}
	} else {
		mark("·", term.Faint, "exercises", "none yet: 'meanwhile practice init' writes them")
	}
	for _, place := range places {
		if err := writable(place.dir); err != nil {
			say(false, place.what, oneLine(err)+"; "+place.next)
		} else {
			say(true, place.what, place.dir)
		}
	}
	if streams.OutTerminal && streams.InTerminal {
		say(true, "terminal", fmt.Sprintf("%d columns", streams.Width))
	} else {
		mark("·", term.Faint, "terminal", "none here: the commands print lines")
	}
	if ailing {
		return errAiling
	}
	if warm {
		return warmUp(ctx, streams, tools, say)
	}
	return nil
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
func warmUp(ctx context.Context, streams *term.Streams, tools *workshop.Toolchain, say func(bool, string, string)) error {
	exercises, err := workshop.Exercises()
	if err != nil {
		return err
	}
	e := exercises[0]
	for _, race := range []bool{false, true} {
		if race && !tools.Races() {
			continue
		}
		fmt.Fprintln(streams.Err, streams.ErrStyle.Paint(term.Faint, streams.ErrStyle.Text("building what every check builds…")))
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
			say(false, what, outcome.Said)
			return errAiling
		}
		say(true, what, "took "+measure.Human(time.Since(began)))
	}
	return nil
}
