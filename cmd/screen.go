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
	"meanwhile/internal/tui"
)

// screen shows a comparison while it grows: progress on stderr, each result on stdout as soon as it is there. Formats other
// than text, and files, get everything at the end.
type screen struct {
	streams *term.Streams
	layout  report.Layout
	format  report.Format
	output  string
	live    *tui.Live // what moves on the terminal, while it does
	told    string    // the workload that a plain line of progress was written for
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

// progress tells what runs now: lanes that grow on a terminal; elsewhere a line a workload, and nothing where stdout is for a
// program to read.
func (s *screen) progress(p measure.Progress) {
	if s.streams.Animate {
		if s.live == nil {
			s.live = tui.NewLive(s.streams)
		}
		s.live.Progress(p)
		return
	}
	name := p.Workload
	if name == "cpu" {
		name = fmt.Sprintf("cpu, GOMAXPROCS=%d", p.Procs)
	}
	if s.told != name && (s.format == report.FormatText || s.output != "" || s.streams.ErrTerminal) {
		fmt.Fprintf(s.streams.Err, "%s: measuring, rounds: %d\n", name, p.Rounds-p.Warmup)
	}
	s.told = name
}

// erase takes back what moves.
func (s *screen) erase() {
	if s.live != nil {
		s.live.Close()
		s.live = nil
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
	if !s.layout.Timelines {
		c = c.WithoutTimelines()
	}
	var page bytes.Buffer
	if err := report.Write(&page, s.format, c, s.layout); err != nil {
		return err
	}
	if s.output == "" || s.output == "-" {
		_, err := s.streams.Out.Write(page.Bytes())
		return err
	}
	if err := writeFile("-o", s.output, page.Bytes()); err != nil {
		return err
	}
	return wrote(s.streams, s.output)
}

// wrote tells that a file is there.
func wrote(streams *term.Streams, path string) error {
	_, err := fmt.Fprintf(streams.Err, "wrote %s\n", term.Printable(path, 1000))
	return err
}

// recording is a comparison as measure.Read reads it again.
func recording(c *measure.Comparison) ([]byte, error) {
	var page bytes.Buffer
	if err := report.Write(&page, report.FormatJSON, c, report.Layout{}); err != nil {
		return nil, err
	}
	if page.Len() > measure.MaxRecording {
		return nil, fmt.Errorf("the recording would have %d MB, and at most %d are read again; ask for fewer --rounds or --tasks",
			page.Len()>>20, measure.MaxRecording>>20)
	}
	return page.Bytes(), nil
}

// output is a file to write, and the flag that names it.
type output struct{ flag, path string }

// checkOutputs finds out before anything is measured whether the files can be written, each to a place of its own.
func checkOutputs(outputs ...output) error {
	for i, o := range outputs {
		if o.path == "-" && o.flag != "-o" {
			return usagef("%s writes a file, and - is none; name one", o.flag)
		}
		for _, other := range outputs[:i] {
			if o.path != "" && samePath(o.path, other.path) {
				return usagef("%s and %s name the same file; one would overwrite the other", other.flag, o.flag)
			}
		}
		if err := checkOutput(o.flag, o.path); err != nil {
			return err
		}
	}
	return nil
}

// samePath tells whether two paths lead to one file.
func samePath(a, b string) bool {
	if a == "" || b == "" {
		return false
	}
	one, err := os.Stat(a)
	other, errOther := os.Stat(b)
	if err == nil && errOther == nil {
		return os.SameFile(one, other)
	}
	return filepath.Clean(a) == filepath.Clean(b)
}

// checkOutput finds out before anything is measured whether the file can be written.
func checkOutput(flag, path string) error {
	if path == "" || path == "-" {
		return nil
	}
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		return usagef("%s %s is a directory; name a file in it", flag, path)
	case err == nil && !info.Mode().IsRegular():
		return nil
	}
	probe, err := os.CreateTemp(filepath.Dir(followed(path)), ".meanwhile-*")
	if err != nil {
		return unwritable(flag, path, err)
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}

// writeFile replaces a file as a whole, so that a reader never sees half of it. What is no ordinary file, such as a pipe, is
// written to as it is.
func writeFile(flag, path string, data []byte) error {
	path = followed(path)
	write := maybe.WriteFile
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		write = func(path string, data []byte, mode os.FileMode) error { return os.WriteFile(path, data, mode) }
	}
	if err := write(path, data, 0o644); err != nil {
		return unwritable(flag, path, err)
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

func unwritable(flag, path string, err error) error {
	return fmt.Errorf("cannot write %s: %w; name another file with %s", path, pathless(err), flag)
}

// pathless drops the path from an error whose text names it already.
func pathless(err error) error {
	if wrapped, ok := errors.AsType[*os.PathError](err); ok {
		return wrapped.Err
	}
	return err
}
