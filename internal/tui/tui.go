// Package tui draws the programs that move: lanes that grow while rounds run, the player of a recording, and the bench with
// dials. What they show of a comparison is drawn by report.
package tui

import (
	"context"
	"io"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"meanwhile/internal/term"
)

// run runs a program on the terminal until it quits or ctx ends, and returns its last state. in is nil for a program that only
// draws. A terminal in raw mode sends no signal for ^C: a model that reads keys quits on ctrl+c, and its caller returns
// context.Canceled, as a signal would have it.
func run(ctx context.Context, in io.Reader, out io.Writer, style term.Style, model tea.Model) (tea.Model, error) {
	last, err := newProgram(ctx, in, out, style, model).Run()
	if cause := context.Cause(ctx); cause != nil {
		return last, cause
	}
	return last, err
}

// newProgram makes a program that run would run, for a caller that has to send it messages.
func newProgram(ctx context.Context, in io.Reader, out io.Writer, style term.Style, model tea.Model) *tea.Program {
	profile := colorprofile.NoTTY
	if style.Coloured() {
		profile = colorprofile.ANSI // the colours of term's roles
	}
	return tea.NewProgram(model,
		tea.WithContext(ctx), tea.WithInput(in), tea.WithOutput(term.Terminal(out)),
		tea.WithoutSignalHandler(), // signals end ctx
		tea.WithColorProfile(profile), tea.WithFPS(framesPerSecond))
}

// framesPerSecond is how often the screen is drawn at most: often enough for the eye, and rarely enough for the cores that are
// being measured.
const framesPerSecond = 20
