package check

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Same fails if a result is another one than it has to be.
func (c *Case) Same(what string, got, want any) {
	if !reflect.DeepEqual(got, want) {
		c.Fail(Value, "%s should be %s, and came out as %s", what, shown(want), shown(got))
	}
}

// Is fails if an error is not the one that it has to be, or does not have it inside.
func (c *Case) Is(what string, got, want error) {
	if got != nil && want == nil {
		c.Fail(Value, "nothing failed, and still %s is %q", what, fmt.Sprint(got))
	}
	if got != nil && !errors.Is(got, want) && strings.Contains(got.Error(), want.Error()) {
		c.FailNext(Value, "wrap it: fmt.Errorf with %w keeps the error inside, and %v keeps its words alone",
			"%s says %q, and errors.Is does not find %q inside of it", what, got.Error(), want.Error())
	}
	if got == nil && want != nil {
		c.Fail(Value, "%s should be %q, and there is none", what, want.Error())
	}
	if !errors.Is(got, want) {
		c.Fail(Value, "%s should be %q, and came out as %q", what, fmt.Sprint(want), fmt.Sprint(got))
	}
}

// Overlapped fails if Do took another time than the longest of these waits.
func (c *Case) Overlapped(waits ...time.Duration) {
	took, longest, most := c.Figures().Elapsed, slices.Max(waits), c.Figures().Most
	switch {
	case took == longest:
	case took < longest:
		c.Fail(Elapsed, "it took %s of virtual time, less than the %s that the longest wait takes: something was not waited for", took, longest)
	case most >= len(waits):
		c.Fail(Elapsed, "it returned after %s of virtual time, and the longest wait was over after %s", took, longest)
	case most <= 1:
		c.Fail(Elapsed, "it took %s of virtual time, one at a time; overlapped it takes %s", took, longest)
	default:
		c.Fail(Elapsed, "it took %s of virtual time, since only some of the waits overlap; if all do, it takes %s", took, longest)
	}
}

// AtOnce fails if the most calls that were under way at once are not as many as they have to be.
func (c *Case) AtOnce(want int, because string) {
	if most := c.Figures().Most; most != want {
		c.Fail(Most, "%s, and should be %d: %s", plural(most, "call was under way at once at most", "calls were under way at once"), want, because)
	}
}

// Called fails if something was not called as often as it has to be.
func (c *Case) Called(name string, want int, because string) {
	if calls := c.Calls(name); calls != want {
		c.Fail(Calls, "%s of %s, and there should be %d: %s", plural(calls, "call", "calls"), name, want, because)
	}
}

// NoneLate fails if a call began whose context had already ended.
func (c *Case) NoneLate(because string) {
	c.mu.Lock()
	late := c.late
	c.mu.Unlock()
	if late > 0 {
		c.Fail(Late, "%s: %s", plural(late, "call began after its context had ended", "calls began after their context had ended"), because)
	}
}

// Awaited fails if calls were under way when Do had returned, though all may have been told to end.
func (c *Case) Awaited(because string) {
	c.mu.Lock()
	unawaited := c.unawaited
	c.mu.Unlock()
	if unawaited > 0 {
		c.Fail(Left, "it returned while %s still under way, and did not wait for their end: %s",
			plural(unawaited, "call of its own was", "calls of its own were"), because)
	}
}

// Took fails if Do took another time than it has to.
func (c *Case) Took(want time.Duration, because string) {
	if took := c.Figures().Elapsed; took != want {
		c.Fail(Elapsed, "it took %s of virtual time, and should take %s: %s", took, want, because)
	}
}

// Duration writes a virtual time, which is exact, without more digits than it has: 1 s, 2.25 s, 180 ms, 4 min 3.276 s.
func Duration(d time.Duration) string {
	short := func(d, unit time.Duration, name string) string {
		return strconv.FormatFloat(float64(d)/float64(unit), 'f', -1, 64) + " " + name
	}
	switch d = d.Round(time.Microsecond); {
	case d == 0:
		return "0 s"
	case d < time.Second:
		return short(d, time.Millisecond, "ms")
	case d < time.Minute:
		return short(d.Round(time.Millisecond), time.Second, "s")
	case d%time.Minute == 0:
		return short(d, time.Minute, "min")
	}
	return fmt.Sprintf("%d min %s", d/time.Minute, short((d%time.Minute).Round(time.Millisecond), time.Second, "s"))
}

// words are what texts are made of, so that nobody can know them.
var words = []string{
	"amber", "birch", "cedar", "dune", "ember", "fern", "grove", "heath", "iris", "juniper", "kelp", "lark", "moss", "nettle", "oak",
	"pine", "quartz", "reed", "sage", "thorn", "umber", "vale", "willow", "yew",
}

// Word is a random word.
func (c *Case) Word() string {
	return fmt.Sprintf("%s-%d", words[c.Rand.IntN(len(words))], c.Rand.IntN(1000))
}

// shown is a value as a sentence has it, not too long.
func shown(value any) string {
	text := fmt.Sprintf("%v", value)
	if s, ok := value.([]string); ok {
		text = fmt.Sprintf("%q", s)
	}
	if runes := []rune(text); len(runes) > 120 {
		return string(runes[:119]) + "…"
	}
	return text
}
