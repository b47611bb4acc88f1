package cmd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"meanwhile/internal/measure"
	"meanwhile/internal/report"
	"meanwhile/internal/term"
	"meanwhile/internal/tui"
)

// replayOptions are a recording, and how to show it.
type replayOptions struct {
	streams *term.Streams
	file    string
	step    bool
	format  string
	output  string
}

func newReplay(streams *term.Streams) *cobra.Command {
	o := replayOptions{streams: streams}
	command := &cobra.Command{
		Use:   "replay file",
		Short: "Play a recorded comparison again, event by event",
		Long: `Replay shows what 'meanwhile compare WORKLOAD --record FILE' wrote. On a terminal
it plays: the lanes of all strategies grow on one time axis, slowly enough to
follow, and beside them stands the code, at the line where the chosen task is.
Elsewhere it prints the comparison with its timelines, and so it does with what -
reads from stdin, where no keys can be read.`,
		Example: `  meanwhile compare database --record db.json   measure, and keep everything
  meanwhile replay db.json                      play it; ? lists the keys
  meanwhile replay db.json --step               every change of state, a line each
  meanwhile replay db.json -o db.html           a page to share
  meanwhile replay db.json --format perfetto -o db.trace
  gunzip -c db.json.gz | meanwhile replay -`,
		Args: usageArgs(oneRecording),
		ValidArgsFunction: func(_ *cobra.Command, given []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(given) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return nil, cobra.ShellCompDirectiveDefault // files
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			o.file = args[0]
			return o.run(cmd.Context())
		},
	}
	flags := command.Flags()
	flags.SortFlags = false
	flags.BoolVar(&o.step, "step", false, "print every change of state, a line each")
	flags.StringVar(&o.format, "format", "",
		"text, json, csv, markdown, html or perfetto (default playing, or what the ending of -o says)")
	flags.StringVarP(&o.output, "output", "o", "", "write to this file instead of to stdout")
	completeWords(command, "format", formatNames()...)
	return command
}

// oneRecording checks the arguments.
func oneRecording(_ *cobra.Command, args []string) error {
	switch len(args) {
	case 0:
		return errors.New("there is nothing to replay; name a file that 'meanwhile compare sleep --record FILE' wrote, or - for stdin")
	case 1:
		return nil
	}
	return fmt.Errorf("%d recordings are named, and one is replayed; name one", len(args))
}

func (o replayOptions) run(ctx context.Context) error {
	format, err := o.check()
	if err != nil {
		return err
	}
	comparison, err := o.read(ctx)
	if err != nil {
		return err
	}
	if o.plays() {
		if err := tui.Replay(ctx, o.streams, comparison); !errors.Is(err, report.ErrNoTimelines) {
			return err
		}
		o.say(report.ErrNoTimelines)
	}
	var page bytes.Buffer
	if o.step {
		err = report.WriteSteps(&page, comparison, o.stepLayout())
	} else {
		layout := newScreen(o.streams, format, o.output).layout
		layout.Timelines = true
		err = report.Write(&page, format, comparison, layout)
	}
	if err != nil {
		return err
	}
	return o.deliver(page.Bytes())
}

// check finds what is wrong with the options.
func (o replayOptions) check() (report.Format, error) {
	format, err := chooseFormat(o.format, o.output)
	switch {
	case err != nil:
		return "", err
	case o.step && format != report.FormatText:
		return "", usagef("--step prints lines of text, and no %s; give one of the two", format)
	case o.file == "-" && o.streams.InTerminal:
		return "", usagef("- reads a recording from stdin, which is a terminal; name a file, or pipe one in")
	}
	if o.file != "-" && format != report.FormatJSON && samePath(o.file, o.output) {
		return "", usagef("-o names the recording itself, which would be lost; name another file")
	}
	return format, checkOutput("-o", o.output)
}

// plays tells whether there is a terminal to play on, and nothing else was asked for.
func (o replayOptions) plays() bool {
	s := o.streams
	return s.OutTerminal && s.InTerminal && s.Animate && !o.step && o.format == "" && o.output == ""
}

// read reads the recording. Whoever is to write a pipe may never come: reading may outlive its wait.
func (o replayOptions) read(ctx context.Context) (*measure.Comparison, error) {
	type outcome struct {
		comparison *measure.Comparison
		err        error
	}
	done := make(chan outcome, 1)
	go func() {
		comparison, err := o.open()
		done <- outcome{comparison, err}
	}()
	select {
	case read := <-done:
		return read.comparison, read.err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// open reads the file, or stdin.
func (o replayOptions) open() (*measure.Comparison, error) {
	var in io.Reader = o.streams.In
	if o.file != "-" {
		file, err := os.Open(o.file)
		if err != nil {
			return nil, fmt.Errorf("cannot read %s: %w; %s", o.file, pathless(err), recordOne)
		}
		defer file.Close()
		if info, err := file.Stat(); err == nil && info.IsDir() {
			return nil, fmt.Errorf("%s is a directory; name a recording in it", o.file)
		}
		in = file
	}
	comparison, err := measure.Read(in)
	if err != nil {
		return nil, o.unreadable(err)
	}
	return comparison, nil
}

// recordOne is what helps where there is no recording.
const recordOne = "make one with 'meanwhile compare sleep --record FILE'"

// unreadable says why the recording cannot be replayed, and what to do about it.
func (o replayOptions) unreadable(err error) error {
	name := o.file
	if name == "-" {
		name = "stdin"
	}
	unfit, ok := errors.AsType[measure.RecordingError](err)
	if !ok {
		return fmt.Errorf("cannot read %s: %w; name another file", name, pathless(err))
	}
	if strings.Contains(unfit.Problem, "; ") { // it says what to do
		return fmt.Errorf("%s cannot be replayed: %s", name, unfit.Problem)
	}
	return fmt.Errorf("%s cannot be replayed: %s; %s", name, unfit.Problem, recordOne)
}

// say tells a person why there is text where there should have been a player.
func (o replayOptions) say(reason error) {
	style := o.streams.ErrStyle
	for _, line := range term.Wrap(style.Text("nothing to play: "+reason.Error()), o.streams.Width) {
		fmt.Fprintln(o.streams.Err, style.Paint(term.Warn, line))
	}
}

// stepLayout breaks long lines on a terminal alone: elsewhere, programs read a line an event.
func (o replayOptions) stepLayout() report.Layout {
	layout := report.Layout{}
	if o.output == "" {
		layout.Style = o.streams.Style
	}
	if o.output == "" && o.streams.OutTerminal {
		layout.Width = o.streams.Width
	}
	return layout
}

// deliver writes to where it was asked for.
func (o replayOptions) deliver(page []byte) error {
	if o.output == "" || o.output == "-" {
		_, err := o.streams.Out.Write(page)
		return err
	}
	if err := writeFile("-o", o.output, page); err != nil {
		return err
	}
	return wrote(o.streams, o.output)
}
