// Package cmd is the command line: one file a command, each of which turns flags into options and runs them.
package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"meanwhile/internal/lab"
	"meanwhile/internal/term"
)

// The exit codes, complete.
const (
	exitOK          = 0
	exitFailure     = 1
	exitUsage       = 2
	exitInterrupted = 130
)

// Main runs the program on the process's arguments and streams and returns its exit code.
func Main() int {
	// Writing to a closed stdout is an error, which cleans up, rather than sudden death.
	signal.Ignore(syscall.SIGPIPE)
	ctx, stop := untilSignal()
	defer stop()
	log.SetOutput(io.Discard) // net/http would write there, past the streams, what the user cannot do anything about
	streams := term.System()
	command, err := newRoot(streams).ExecuteContextC(ctx)
	return exitCode(streams, command, err)
}

// untilSignal returns a context that the first signal ends. Once it has ended, the program listens to signals no more, so a
// second one kills it; one made by signal.NotifyContext ends before that.
func untilSignal() (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	var listening sync.WaitGroup
	listening.Go(func() {
		select {
		case <-signals:
		case <-ctx.Done():
		}
		signal.Stop(signals)
		cancel()
	})
	return ctx, func() { cancel(); listening.Wait() }
}

// newRoot puts the commands together.
func newRoot(streams *term.Streams) *cobra.Command {
	var colour string
	var ascii, still bool
	root := &cobra.Command{
		Use:   "meanwhile",
		Short: "Learn concurrency by watching it happen",
		Long: `Meanwhile teaches concurrency by measuring it in front of you: while one task
waits, meanwhile the others go on. Every claim is a real run on your machine.`,
		Example: `  meanwhile                       the home screen, on a terminal
  meanwhile learn                 the course: predict, run, see, understand
  meanwhile hello                 a task that pauses, unfinished
  meanwhile compare               one after the other, or all at once
  meanwhile compare network --ask guess first, then see
  meanwhile explore               turn a dial, and see what it does
  meanwhile serve                 the hello API, and a page that shows it live
  meanwhile source goroutines     the code that ran; --python for Python's`,
		Args:          knownCommand,
		SilenceErrors: true,
		SilenceUsage:  true,
		PersistentPreRunE: func(*cobra.Command, []string) error {
			choice, err := oneOf("color", colour, term.Auto, term.Always, term.Never)
			if err == nil {
				streams.Decide(choice, ascii)
				streams.Animate = streams.Animate && !still
			}
			return err
		},
		RunE: func(cmd *cobra.Command, _ []string) error {
			if streams.InTerminal && streams.OutTerminal && streams.Animate {
				return home(cmd.Context(), streams, cmd)
			}
			return cmd.Help()
		},
	}
	root.SetIn(streams.In)
	root.SetOut(streams.Out)
	root.SetErr(streams.Err)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return usageError{nearestFlag(cmd, plainly(err))} })
	root.PersistentFlags().StringVar(&colour, "color", string(term.Auto), "colour: auto, always or never")
	root.PersistentFlags().BoolVar(&ascii, "ascii", false, "draw with ASCII signs only")
	root.PersistentFlags().BoolVar(&still, "no-animation", false, "redraw nothing: output only grows")
	completeWords(root, "color", string(term.Auto), string(term.Always), string(term.Never))
	root.AddCommand(
		newSource(streams),
		newHello(streams),
		newCompare(streams),
		newExplore(streams),
		newServe(streams),
		newLearn(streams), newPractice(streams),
		newDemo(streams),
		newReplay(streams),
		newVersion(streams),
	)
	return root
}

// usageError is a mistake in how the program was called.
type usageError struct{ err error }

func (e usageError) Error() string { return e.err.Error() }
func (e usageError) Unwrap() error { return e.err }

// usagef returns a usage error. The text says what is wrong and what to try.
func usagef(format string, args ...any) error {
	return usageError{fmt.Errorf(format, args...)}
}

// usageArgs makes what a check of positional arguments finds a usage error.
func usageArgs(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if err := check(cmd, args); err != nil {
			return usageError{err}
		}
		return nil
	}
}

// knownCommand refuses a command that does not exist, and tells the nearest one.
func knownCommand(root *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var names []string
	for _, command := range root.Commands() {
		if command.IsAvailableCommand() {
			names = append(names, command.Name())
		}
	}
	return usagef("there is no command %q%s; there are %s", args[0], didYouMean(args[0], names), strings.Join(names, ", "))
}

// nearestFlag adds the flag that was probably meant to an error about one that does not exist.
func nearestFlag(cmd *cobra.Command, err error) error {
	unknown, ok := errors.AsType[*pflag.NotExistError](err)
	if !ok || unknown.GetSpecifiedShortnames() != "" {
		return err
	}
	var names []string
	cmd.Flags().VisitAll(func(flag *pflag.Flag) { names = append(names, flag.Name) })
	return fmt.Errorf("there is no flag --%s%s", unknown.GetSpecifiedName(), didYouMean(unknown.GetSpecifiedName(), names))
}

// plainly says what is wrong with a flag's value in our own words, where a library would say how it read the number.
func plainly(err error) error {
	invalid, ok := errors.AsType[*pflag.InvalidValueError](err)
	if !ok {
		return err
	}
	cause := invalid.Unwrap()
	if number, ok := errors.AsType[*strconv.NumError](err); ok {
		switch {
		case errors.Is(number, strconv.ErrRange):
			cause = fmt.Errorf("%s is out of range", invalid.GetValue())
		case number.Func == "ParseBool":
			cause = fmt.Errorf("%q is neither true nor false", invalid.GetValue())
		default:
			cause = fmt.Errorf("%q is no whole number; write it like 10", invalid.GetValue())
		}
	}
	return fmt.Errorf("--%s: %w", invalid.GetFlag().Name, cause)
}

// exitCode prints err, if there is something to say, and returns the exit code for it.
func exitCode(streams *term.Streams, command *cobra.Command, err error) int {
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, syscall.EPIPE):
		return exitFailure // the reader has gone: nobody to tell
	case errors.Is(err, context.Canceled):
		if others := besides(err, context.Canceled); others != "" {
			fmt.Fprintln(streams.Err, streams.ErrStyle.Paint(term.Bad, "error:"), streams.ErrStyle.Text(term.Printable(others, 1000)))
		}
		fmt.Fprintln(streams.Err, streams.ErrStyle.Paint(term.Warn, "interrupted"))
		return exitInterrupted
	}
	message := term.Printable(oneLine(err), 1000)
	fmt.Fprintln(streams.Err, streams.ErrStyle.Paint(term.Bad, "error:"), streams.ErrStyle.Text(message))
	_, misused := errors.AsType[usageError](err)
	_, refused := errors.AsType[lab.SpecError](err)
	if !misused && !refused {
		return exitFailure
	}
	fmt.Fprintf(streams.Err, "see '%s --help'\n", command.CommandPath())
	return exitUsage
}

// besides is the text of the errors joined in err that are not what it is mostly about.
func besides(err, about error) string {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return ""
	}
	var others []error
	for _, one := range joined.Unwrap() {
		if !errors.Is(one, about) {
			others = append(others, one)
		} else if deeper := besides(one, about); deeper != "" {
			others = append(others, errors.New(deeper))
		}
	}
	if len(others) == 0 {
		return ""
	}
	return oneLine(errors.Join(others...))
}

// oneLine is the text of an error that may be several, each told once.
func oneLine(err error) string {
	var told []string
	for line := range strings.Lines(err.Error()) {
		if line = strings.TrimSpace(line); line != "" && !slices.Contains(told, line) {
			told = append(told, line)
		}
	}
	return strings.Join(told, "; ")
}
