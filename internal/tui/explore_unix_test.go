//go:build unix

package tui

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/creack/pty"
	"github.com/hinshun/vt10x"
	"go.uber.org/goleak"

	"meanwhile/internal/measure"
	"meanwhile/internal/term"
	"meanwhile/internal/testneed"
)

func TestLeavingStopsTheRunAndWaitsForIt(t *testing.T) {
	for _, c := range []struct {
		name, key string
		want      error
	}{
		{"q", "q", nil},
		{"^C", "\x03", context.Canceled},
		{"the end of the context", "", errTest},
	} {
		t.Run(c.name, func(t *testing.T) {
			defer goleak.VerifyNone(t)
			ctx, cancel := context.WithCancelCause(t.Context())
			defer cancel(nil)
			p := atTerminal(t)
			left := make(chan measure.Plan, 1)
			ended := make(chan error)
			go func() {
				plan := measure.DefaultPlan()
				plan.Workloads, plan.Strategies = []string{"network"}, []string{"goroutines"}
				plan.Spec.Tasks, plan.Spec.Delays = 3, []time.Duration{time.Hour}
				plan, err := Explore(ctx, &term.Streams{In: p.terminal, Out: p.terminal, Width: 80}, plan, "a test", nil)
				left <- plan
				ended <- err
			}()
			p.awaits("from the delays alone")
			p.types("\r")
			p.awaits("running: warming up… (about 6h0m0s in all; ")
			if c.key == "" {
				cancel(c.want)
			} else {
				p.types(c.key)
			}
			if err := <-ended; !errors.Is(err, c.want) {
				t.Errorf("it ends with %v, want %v", err, c.want)
			}
			if got, want := (<-left).Strategies, []string{"sequential", "goroutines"}; c.key != "" && !slices.Equal(got, want) {
				t.Errorf("the comparison has %v, want %v", got, want)
			}
			p.leaves()
		})
	}
}

var errTest = errors.New("the test ends it")

// person is somebody at a terminal of 80 columns and 24 lines.
type person struct {
	t              *testing.T
	keys, terminal *os.File
	read           sync.WaitGroup

	mu     sync.Mutex // guards the rest
	screen vt10x.Terminal
	part   []byte // of a sign that has not come as a whole
}

func atTerminal(t *testing.T) *person {
	t.Helper()
	keys, terminal, err := pty.Open()
	if err == nil {
		err = pty.Setsize(terminal, &pty.Winsize{Rows: 24, Cols: 80})
	}
	if err != nil {
		testneed.Missing(t, "terminals", err.Error())
	}
	p := &person{t: t, keys: keys, terminal: terminal, screen: vt10x.New(vt10x.WithSize(80, 24))}
	p.read.Go(func() {
		// Linux ends a terminal that nobody writes to any more with an error, macOS with the end of the file.
		_, _ = io.Copy(p, keys)
	})
	return p
}

// Write takes what is drawn.
func (p *person) Write(data []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	drawn := append(p.part, data...)
	whole := len(drawn)
	for i := 1; i < utf8.UTFMax && i <= len(drawn); i++ {
		if last := drawn[len(drawn)-i:]; utf8.RuneStart(last[0]) && !utf8.FullRune(last) {
			whole = len(drawn) - i
		}
	}
	p.part = bytes.Clone(drawn[whole:])
	_, err := p.screen.Write(drawn[:whole])
	return len(data), err
}

// awaits waits until the person sees text.
func (p *person) awaits(text string) {
	p.t.Helper()
	for range 10_000 {
		p.mu.Lock()
		seen := p.screen.String()
		p.mu.Unlock()
		if strings.Contains(seen, text) {
			return
		}
		time.Sleep(time.Millisecond)
	}
	p.t.Fatalf("no %q on the screen:\n%s", text, p.screen.String())
}

func (p *person) types(keys string) {
	p.t.Helper()
	if _, err := io.WriteString(p.keys, keys); err != nil {
		p.t.Fatal(err)
	}
}

// leaves waits until all that was drawn has been seen.
func (p *person) leaves() {
	p.t.Helper()
	if err := p.terminal.Close(); err != nil {
		p.t.Error(err)
	}
	p.read.Wait()
	if err := p.keys.Close(); err != nil {
		p.t.Error(err)
	}
}
