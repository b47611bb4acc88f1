package cmd

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/google/renameio/v2/maybe"

	"meanwhile/internal/measure"
	"meanwhile/internal/report"
	"meanwhile/internal/term"
)

// screen shows a comparison while it grows: progress on stderr, each result on stdout as soon as it is there. Formats other
// than text, and files, get everything at the end.
type screen struct {
	streams *term.Streams
	layout  report.Layout
	format  report.Format
	output  string
	drawn   bool   // a line of progress stands on the terminal
	told    string // the workload that a plain line of progress was written for
}

func newScreen(streams *term.Streams, format report.Format, output string) *screen {
	layout := report.Layout{Style: streams.Style, Width: streams.Width}
	if output != "" {
		layout = report.Layout{Width: term.DefaultWidth} // a file has no colours and no columns
	}
	return &screen{streams: streams, layout: layout, format: format, output: output}
}

// longRun is what a run may take before it is said how long that will be.
const longRun = time.Minute

// foretell warns of a long run, so that nobody waits for it who did not mean to.
func (s *screen) foretell(estimate time.Duration) {
	if estimate < longRun {
		return
	}
	fmt.Fprintln(s.streams.Err, s.streams.ErrStyle.Paint(term.Warn, fmt.Sprintf(
		"this takes about %s; ^C shows what is there by then, and --timeout, fewer --tasks or fewer --rounds shorten it",
		estimate.Round(time.Second))))
}

// progress tells what runs now: one line that is redrawn on a terminal; elsewhere a line a workload, and nothing where
// stdout is for a program to read.
func (s *screen) progress(p measure.Progress) {
	name := p.Workload
	if name == "cpu" {
		name = fmt.Sprintf("cpu, GOMAXPROCS=%d", p.Procs)
	}
	if !s.streams.Animate {
		if s.told != name && (s.format == report.FormatText || s.output != "" || s.streams.ErrTerminal) {
			fmt.Fprintf(s.streams.Err, "%s: measuring, rounds: %d\n", name, p.Rounds-p.Warmup)
		}
		s.told = name
		return
	}
	text := fmt.Sprintf("%s  round %d of %d  %s", name, p.Round-p.Warmup, p.Rounds-p.Warmup, p.Strategy)
	if p.Round <= p.Warmup {
		text = fmt.Sprintf("%s  warming up  %s", name, p.Strategy)
	}
	if p.Left > 0 {
		text += fmt.Sprintf("  about %s left", max(time.Second, p.Left).Round(time.Second))
	}
	s.erase()
	style := s.streams.ErrStyle
	fmt.Fprint(s.streams.Err, style.Paint(term.Faint, cut(style.Text(text), s.streams.Width-1)))
	s.drawn = true
}

// cut keeps a line from being wrapped by the terminal, which could not be erased.
func cut(text string, width int) string {
	if runes := []rune(text); len(runes) > width {
		return string(runes[:max(0, width)])
	}
	return text
}

// erase takes the line of progress back.
func (s *screen) erase() {
	if s.drawn {
		fmt.Fprint(s.streams.Err, "\r\x1b[K")
		s.drawn = false
	}
}

// show writes a result to stdout, where text goes there.
func (s *screen) show(c *measure.Comparison, r *measure.Result) error {
	s.erase()
	if s.format != report.FormatText || s.output != "" {
		return nil
	}
	_, err := fmt.Fprint(s.streams.Out, s.layout.Result(r, len(c.Plan.Workloads) == 1))
	return err
}

// finish writes what is left to write.
func (s *screen) finish(c *measure.Comparison) error {
	s.erase()
	if s.format == report.FormatText && s.output == "" {
		_, err := fmt.Fprint(s.streams.Out, s.layout.Footer(c))
		return err
	}
	var page bytes.Buffer
	if err := report.Write(&page, s.format, c, s.layout); err != nil {
		return err
	}
	if s.output == "" || s.output == "-" {
		_, err := s.streams.Out.Write(page.Bytes())
		return err
	}
	if err := writeFile(s.output, page.Bytes()); err != nil {
		return err
	}
	_, err := fmt.Fprintf(s.streams.Err, "wrote %s\n", term.Printable(s.output, 1000))
	return err
}

// checkOutput finds out before anything is measured whether the file can be written.
func checkOutput(path string) error {
	if path == "" || path == "-" {
		return nil
	}
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		return usagef("-o %s is a directory; name a file in it", path)
	case err == nil && !info.Mode().IsRegular():
		return nil
	}
	probe, err := os.CreateTemp(filepath.Dir(followed(path)), ".meanwhile-*")
	if err != nil {
		return unwritable(path, err)
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}

// writeFile replaces a file as a whole, so that a reader never sees half of it. What is no ordinary file, such as a pipe, is
// written to as it is.
func writeFile(path string, data []byte) error {
	path = followed(path)
	write := maybe.WriteFile
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		write = func(path string, data []byte, mode os.FileMode) error { return os.WriteFile(path, data, mode) }
	}
	if err := write(path, data, 0o644); err != nil {
		return unwritable(path, err)
	}
	return nil
}

// followed is the file that a symbolic link leads to, so that the link stays one.
func followed(path string) string {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		return target
	}
	return path
}

func unwritable(path string, err error) error {
	return fmt.Errorf("cannot write %s: %w; name another file with -o", path, pathless(err))
}

// pathless drops the path from an error whose text names it already.
func pathless(err error) error {
	if wrapped, ok := errors.AsType[*os.PathError](err); ok {
		return wrapped.Err
	}
	return err
}
