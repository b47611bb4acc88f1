package cmd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"syscall"
	"testing"

	"github.com/spf13/cobra"

	"meanwhile/internal/lab"
	"meanwhile/internal/term"
)

func TestErrorsBecomeALineAndAnExitCode(t *testing.T) {
	full := errors.New("the disk is full")
	cases := []struct {
		name string
		err  error
		code int
		want string
	}{
		{"none", nil, 0, ""},
		{"a failure", full, 1, "error: the disk is full\n"},
		{"several failures, each told once", errors.Join(full, full), 1, "error: the disk is full\n"},
		{"a mistake on the command line", usagef("no such thing"), 2, "error: no such thing\nsee 'meanwhile x --help'\n"},
		{"a plan that is refused", lab.SpecError{Problem: "too much", Next: "ask for less"}, 2, "error: too much; ask for less\nsee 'meanwhile x --help'\n"},
		{"a reader that has gone", fmt.Errorf("write: %w", syscall.EPIPE), 1, ""},
		{"an interruption", fmt.Errorf("round: %w", context.Canceled), 130, "interrupted\n"},
		{
			"an interruption does not hide a failure", errors.Join(full, errors.Join(context.Canceled, errors.New("left behind"))),
			130, "error: the disk is full; left behind\ninterrupted\n",
		},
		{"what came from outside controls nothing", errors.New("answered \x1b[31m"), 1, "error: answered \ufffd[31m\n"},
	}
	parent := &cobra.Command{Use: "meanwhile"}
	command := &cobra.Command{Use: "x"}
	parent.AddCommand(command)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var stderr bytes.Buffer
			code := exitCode(&term.Streams{Err: &stderr}, command, c.err)
			if code != c.code || stderr.String() != c.want {
				t.Errorf("exit code %d and %q, want %d and %q", code, stderr.String(), c.code, c.want)
			}
		})
	}
}
