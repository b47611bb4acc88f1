package check

import (
	"fmt"
	"log"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"slices"
	"strings"
	"testing/synctest"
	"time"
)

// watch ends the process when it takes too long or too much. It runs outside of all bubbles, for as long as the process does.
func (k *Check) watch() {
	heap := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	began := time.Now()
	for range time.Tick(25 * time.Millisecond) {
		metrics.Read(heap)
		if used := heap[0].Value.Uint64(); used > mostHeap {
			k.giveUp(Memory, fmt.Sprintf("it takes %d MB of memory, and a check has %d MB", used>>20, mostHeap>>20))
		}
		if time.Since(began) > realTime {
			k.giveUp(Endless, fmt.Sprintf("after %s of real time it still computes, and virtual time goes on only while all wait",
				Duration(realTime)))
		}
	}
}

// giveUp ends the check from outside of the bubble, where the clock is another one: the figures are left as they are.
func (k *Check) giveUp(reason Reason, said string) {
	r := Report{Finding: &Finding{Reason: reason, Said: said, Stacks: stacks()}}
	if c := k.current.Load(); c != nil {
		r.Case.Name = c.figures.Name
	}
	k.end(r)
}

// Do runs the learner's function, and notes what it takes. It has to be done with everything when it returns.
func (c *Case) Do(run func()) {
	began := c.Now()
	func() {
		defer c.panicked()
		run()
	}()
	c.mu.Lock()
	c.over = c.Now()
	c.figures.Elapsed = c.over - began
	c.unawaited = c.inFlight
	c.mu.Unlock()
	synctest.Wait()
	if n := c.InFlight(); n > 0 {
		c.Fail(Left, "it returned while %s still under way", plural(n, "call of its own was", "calls of its own were"))
	}
}

// panicked tells of a panic in the goroutine that called the learner's function.
func (c *Case) panicked() {
	if what := recover(); what != nil {
		c.check.end(Report{Finding: &Finding{Reason: Panic, Said: fmt.Sprintf("it panicked: %v", what), Stacks: ownStack()}, Case: c.whole()})
	}
}

// Stuck says that nobody goes on any more.
const Stuck = "it never returns: every goroutine waits, for another one or for what nobody does"

// stuck is called when the case has not ended after all patience: what waits then waits for ever.
func (c *Case) stuck() {
	stacks := stacks()
	said := Stuck
	if strings.Contains(stacks, "[sleep") {
		said = fmt.Sprintf("it has not returned after %s of virtual time", Duration(patience))
		c.mu.Lock()
		late := c.late
		c.mu.Unlock()
		if late > 0 {
			said += ", and " + plural(late, "call began", "calls began") + " after its context had ended"
		}
	}
	c.check.end(Report{Finding: &Finding{Reason: Deadlock, Said: said, Stacks: stacks}, Case: c.whole()})
}

// settle lets everything come to its end that does, and counts who is left.
func (c *Case) settle(before int) {
	time.Sleep(patience)
	synctest.Wait()
	left := goroutines() - before
	if left <= 0 {
		return
	}
	c.mu.Lock()
	c.figures.Left = left
	c.mu.Unlock()
	c.check.end(Report{
		Finding: &Finding{Reason: Leak, Said: plural(left, "goroutine never ends", "goroutines never end"), Stacks: stacks()},
		Case:    c.whole(),
	})
}

// mostStacks is how much of the goroutines' stacks is kept, in bytes.
const mostStacks = 64 << 10

// ownStack is that of the goroutine that asks.
func ownStack() string {
	buffer := make([]byte, mostStacks)
	return string(buffer[:runtime.Stack(buffer, false)])
}

// stacks are those of the goroutines in a bubble.
func stacks() string {
	buffer := make([]byte, mostStacks)
	var kept []string
	for stack := range strings.SplitSeq(string(buffer[:runtime.Stack(buffer, true)]), "\n\n") {
		if head, _, _ := strings.Cut(stack, "\n"); strings.Contains(head, "synctest bubble") {
			kept = append(kept, stack)
		}
	}
	return strings.Join(kept, "\n\n")
}

// plural is a number with the words for one or for several.
func plural(n int, one, several string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, several)
}

// goroutines is how many there are. One that has ended is counted for a moment longer, and to stop the world waits that out.
func goroutines() int {
	var ignored runtime.MemStats
	runtime.ReadMemStats(&ignored)
	return runtime.NumGoroutine()
}

// Raced tells whether the race detector looks on. Without it, a race that no collaborator sees has to be provoked.
func Raced() bool {
	info, ok := debug.ReadBuildInfo()
	return ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"})
}

// Quietly runs code so often that what it prints would be too much, and keeps that to itself.
func Quietly(run func()) {
	nowhere, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		run()
		return
	}
	defer nowhere.Close()
	defer func(out, complaints *os.File) {
		os.Stdout, os.Stderr = out, complaints
		log.SetOutput(complaints)
	}(os.Stdout, os.Stderr)
	os.Stdout, os.Stderr = nowhere, nowhere
	log.SetOutput(nowhere)
	run()
}
