// Package tui draws the programs that move: the home screen, lessons, lanes that grow while rounds run, the player of a
// recording, and the bench with dials. What they show of a result is drawn by report.
package tui

import (
	"context"
	"io"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"meanwhile/internal/term"
)

// newProgram makes a program that draws on out. in is nil for one that reads no keys. A terminal in raw mode sends no signal for
// ^C: a model that reads keys quits on ctrl+c, and its caller returns context.Canceled, as a signal would have it. options come
// last, and so win.
func newProgram(in io.Reader, out io.Writer, style term.Style, model tea.Model, options ...tea.ProgramOption) *tea.Program {
	profile := colorprofile.NoTTY
	if style.Coloured() {
		profile = colorprofile.ANSI // the colours of term's roles
	}
	return tea.NewProgram(model, append([]tea.ProgramOption{
		tea.WithInput(in), tea.WithOutput(term.Terminal(out)),
		tea.WithoutSignalHandler(), // signals end ctx
		tea.WithColorProfile(profile), tea.WithFPS(framesPerSecond),
	}, options...)...)
}

// run runs a program until it quits or ctx ends, and returns its last state.
func run(ctx context.Context, program *tea.Program) (tea.Model, error) {
	// Given the context itself, Bubble Tea would not wait for its reader of keys. Where it is told to quit it does.
	stop := context.AfterFunc(ctx, program.Quit)
	defer stop()
	last, err := program.Run()
	if cause := context.Cause(ctx); cause != nil {
		return last, cause
	}
	return last, err
}

// framesPerSecond is how often the screen is drawn at most: often enough for the eye, and rarely enough for the cores that are
// being measured. Bubble Tea looks that often for something to draw, also while nobody touches a key.
const framesPerSecond = 20

// promptFrames is how often it is drawn at most where a key is to be answered at once, and nothing is measured that a frame could
// hold up: a frame is drawn only when there is something new.
const promptFrames = 60
