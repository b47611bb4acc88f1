// Package term is the terminal: the streams that a command reads and writes, the one decision on colour, styles named by
// meaning, and the glyphs that do without Unicode where they must.
package term

import (
	"io"
	"os"
	"strconv"
	"sync"

	"golang.org/x/term"
)

// DefaultWidth is the number of columns where no terminal tells another.
const DefaultWidth = 80

// Streams are what a command reads from and writes to. Results go to Out; progress, prompts and warnings go to Err.
type Streams struct {
	In  io.Reader
	Out io.Writer
	Err io.Writer

	// InTerminal, OutTerminal and ErrTerminal tell whether a person is at the other end.
	InTerminal, OutTerminal, ErrTerminal bool

	// Width is the number of columns of the terminal, or DefaultWidth.
	Width int

	// Animate allows redrawing what is on the screen; without it, output only ever grows.
	Animate bool

	// Style and ErrStyle draw on Out and on Err: one may be a terminal while the other is a file.
	Style, ErrStyle Style
}

// Colour is the value of --color.
type Colour string

// The values of --color.
const (
	Auto   Colour = "auto"
	Always Colour = "always"
	Never  Colour = "never"
)

// System returns the process's own streams, with colour and glyphs as the environment asks for them.
func System() *Streams {
	s := &Streams{
		In: os.Stdin, Out: Shared(os.Stdout), Err: Shared(os.Stderr),
		InTerminal:  term.IsTerminal(int(os.Stdin.Fd())),
		OutTerminal: term.IsTerminal(int(os.Stdout.Fd())),
		ErrTerminal: term.IsTerminal(int(os.Stderr.Fd())),
		Width:       systemWidth(),
	}
	s.Animate = s.ErrTerminal && !isPipe(os.Stdout) && os.Getenv("ACCESSIBLE") == "" && os.Getenv("TERM") != "dumb"
	s.Decide(Auto, false)
	return s
}

// Decide settles colour and glyphs, once: the flag wins over NO_COLOR, that over CLICOLOR_FORCE, that over what each stream
// is.
func (s *Streams) Decide(flag Colour, ascii bool) {
	ascii = ascii || os.Getenv("TERM") == "dumb"
	s.Style = newStyle(coloured(flag, s.OutTerminal), ascii)
	s.ErrStyle = newStyle(coloured(flag, s.ErrTerminal), ascii)
}

func coloured(flag Colour, terminal bool) bool {
	force := os.Getenv("CLICOLOR_FORCE")
	switch {
	case flag == Always:
		return true
	case flag == Never, os.Getenv("NO_COLOR") != "":
		return false
	case force != "" && force != "0":
		return true
	}
	return terminal && os.Getenv("TERM") != "dumb"
}

// isPipe tells whether another program reads what is written: one that draws, as a pager does, would be drawn over.
func isPipe(file *os.File) bool {
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeNamedPipe != 0
}

// systemWidth asks the terminal on stdout or stderr, then COLUMNS.
func systemWidth() int {
	for _, f := range []*os.File{os.Stdout, os.Stderr} {
		if width, _, err := term.GetSize(int(f.Fd())); err == nil && width > 0 {
			return width
		}
	}
	if width, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil && width > 0 {
		return width
	}
	return DefaultWidth
}

// Terminal returns what is behind a stream that System made: a program that draws on a terminal asks the file for its size.
func Terminal(w io.Writer) io.Writer {
	if shared, ok := w.(*sharedWriter); ok {
		return shared.w
	}
	return w
}

// Shared lets many goroutines write to w without mixing what they write. Nobody waits while another writes: what comes
// meanwhile is collected, and written by whoever is at it, at once. So nothing is held back, and many small writes become
// few.
func Shared(w io.Writer) io.Writer { return &sharedWriter{w: w} }

type sharedWriter struct {
	w io.Writer

	mu      sync.Mutex // guards what follows
	pending []byte
	spare   []byte // the buffer that is not pending, to be used again
	writing bool
	err     error // the first error: nothing is written after it
}

func (s *sharedWriter) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pending = append(s.pending, p...)
	if s.writing {
		return len(p), s.err
	}
	s.writing = true
	for len(s.pending) > 0 && s.err == nil {
		batch := s.pending
		s.pending = s.spare[:0]
		s.mu.Unlock()
		_, err := s.w.Write(batch)
		s.mu.Lock()
		s.spare, s.err = batch, err
	}
	s.writing = false
	return len(p), s.err
}
