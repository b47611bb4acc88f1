package cmd

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"meanwhile/internal/report"
	"meanwhile/internal/term"
	"meanwhile/internal/workshop"
)

func newLearnRecap(streams *term.Streams) *cobra.Command {
	file, folder := "", ""
	cmd := &cobra.Command{
		Use:   "recap",
		Short: "Write down what you predicted, measured and learned, to keep",
		Long: `Recap writes Markdown: of each lesson that you began, the idea, your predictions beside
what came out, how sure you were, the commands to run again, the numbers that were
measured, where the code stands, and your answers.`,
		Example: "  meanwhile learn recap\n  meanwhile learn recap -o recap.md",
		Args:    usageArgs(cobra.NoArgs),
		RunE:    func(cmd *cobra.Command, _ []string) error { return recap(cmd.Context(), streams, folder, file) },
	}
	cmd.Flags().StringVarP(&file, "output", "o", "", "write to this file instead of to stdout")
	lessonsFlag(cmd, &folder)
	return cmd
}

func recap(ctx context.Context, streams *term.Streams, folder, file string) error {
	if err := checkOutputs(output{"-o", file}); err != nil {
		return err
	}
	l, err := newLearner(ctx, streams, folder)
	if err != nil {
		return err
	}
	l.warn(l.streams)
	exercises, err := workshop.Exercises()
	if err != nil {
		return err
	}
	page := report.Recap(l.lessons, exercises, l.record, time.Now())
	if file == "" || file == "-" {
		_, err := fmt.Fprint(streams.Out, page)
		return err
	}
	if err := writeFile("-o", file, []byte(page)); err != nil {
		return err
	}
	return wrote(streams, file)
}
