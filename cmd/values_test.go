package cmd

import (
	"math"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"meanwhile/internal/measure"
)

func TestDelaysAreRead(t *testing.T) {
	const ms = time.Millisecond
	for text, want := range map[string]delays{
		"30ms": {30 * ms}, "1.5s": {1500 * ms}, "1m": {time.Minute}, "none": {0},
		"300ms,100ms": {300 * ms, 100 * ms}, " 1ms , none,2ms ": {ms, 0, 2 * ms},
		strings.Repeat("1ms,", mostDelays-1) + "1ms": slices.Repeat(delays{ms}, mostDelays),
	} {
		var got delays
		if err := got.Set(text); err != nil || !slices.Equal(got, want) {
			t.Errorf("%.40q gives %v, %v, want %v", text, got, err, want)
		}
	}
	for _, text := range []string{
		"", "0", "0s", "-0s", "-1ms", "5", "ms", "1ms,", ",1ms", "1ms,,2ms", "1ms;2ms", "None", "1 ms", "1e3ms", "0.1ns",
		"9999999h", strings.Repeat("1ms,", mostDelays) + "1ms",
	} {
		got := delays{ms}
		if err := got.Set(text); err == nil || !slices.Equal(got, delays{ms}) {
			t.Errorf("%.40q gives %v, %v, want an error and nothing changed", text, got, err)
		}
	}
}

func FuzzDelays(f *testing.F) {
	for _, text := range []string{"30ms", "300ms,none, 1.5s", "1h1m1s1ms1us1ns", "-5ms", "0", ",", "none,-0s", "+1µs"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := delays{7}
		if err := got.Set(text); err != nil {
			if !slices.Equal(got, delays{7}) {
				t.Errorf("%v, and it changed to %v", err, got)
			}
			return
		}
		words := strings.Split(text, ",")
		if len(got) != len(words) {
			t.Fatalf("%d delays of %d words", len(got), len(words))
		}
		var formatted []string
		for i, delay := range got {
			if delay < 0 || (delay == 0) != (strings.TrimSpace(words[i]) == "none") {
				t.Errorf("%q gives %s", words[i], delay)
			}
			formatted = append(formatted, measure.FormatDelay(delay))
		}
		var again delays
		if err := again.Set(strings.Join(formatted, ",")); err != nil || !slices.Equal(again, got) {
			t.Errorf("%v is written %q, which is read as %v, %v", got, formatted, again, err)
		}
	})
}

func TestSizesAreRead(t *testing.T) {
	for text, want := range map[string]size{
		"4096": 4096, "1B": 1, "64KiB": 64 << 10, "64kib": 64 << 10, "1.5 MiB": 3 << 19, "1GiB": 1 << 30, "2TiB": 2 << 40,
		"1kB": 1000, "1KB": 1000, "2MB": 2e6, "0.5GB": 5e8, "1e3": 1000,
	} {
		var got size
		if err := got.Set(text); err != nil || got != want {
			t.Errorf("%q gives %d, %v, want %d", text, got, err, want)
		}
	}
	for _, text := range []string{
		"", "0", "-1", "-1KiB", "0.5", "0.5B", "big", "KiB", "1PiB", "1 K", "1,5MB", "NaN", "Inf", "InfB", "1e30", "9223372036854775807",
		"9223372036854775808", "0x10", "1KiBKiB", "64 KiB extra",
	} {
		got := size(7)
		if err := got.Set(text); err == nil || got != 7 {
			t.Errorf("%q gives %d, %v, want an error and nothing changed", text, got, err)
		}
	}
}

func TestSizesAreWrittenInTheLargestWholeUnit(t *testing.T) {
	for n, want := range map[int64]string{
		1: "1B", 1023: "1023B", 1024: "1KiB", 1025: "1025B", 64 << 10: "64KiB", 3 << 19: "1536KiB", 1 << 30: "1GiB", 1000: "1000B",
	} {
		if got := formatSize(n); got != want {
			t.Errorf("%d is written %s, want %s", n, got, want)
		}
	}
}

func FuzzSize(f *testing.F) {
	for _, text := range []string{"64KiB", "1 mb", "1.5GiB", "4096", "0x1p4", "1e18", "-0", "NaNB", "8589934591.9GiB", "9007199254740993"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := size(7)
		if err := got.Set(text); err != nil {
			if got != 7 {
				t.Errorf("%v, and it changed to %d", err, got)
			}
			return
		}
		if got < 1 {
			t.Fatalf("%q gives %d", text, got)
		}
		var again size
		if err := again.Set(got.String()); err != nil || again != got {
			t.Errorf("%q is %d, written %s, which is read as %d, %v", text, got, &got, again, err)
		}
		// A plain number is itself, as far as a float64 can tell.
		if n, err := strconv.ParseInt(text, 10, 64); err == nil && n < 1<<53 && int64(got) != n {
			t.Errorf("%q gives %d", text, got)
		}
	})
}

func TestNumbersOfCoresAreRead(t *testing.T) {
	all := runtime.GOMAXPROCS(0)
	for text, want := range map[string]procs{
		"1": {1}, "1,2": {1, 2}, "2, 1": {2, 1}, "all": {all}, "1,1,1": {1}, "3,3,1": {3, 1}, "100,all": {100, all},
	} {
		var got procs
		if err := got.Set(text); err != nil || !slices.Equal(got, want) {
			t.Errorf("%q gives %v, %v, want %v", text, got, err, want)
		}
	}
	var many []string
	for n := range 65 {
		many = append(many, strconv.Itoa(n+1))
	}
	for _, text := range []string{"", "0", "-1", "1,", "some", "All", "1.5", "1 2", "99999999999999999999", strings.Join(many, ",")} {
		got := procs{7}
		if err := got.Set(text); err == nil || !slices.Equal(got, procs{7}) {
			t.Errorf("%q gives %v, %v, want an error and nothing changed", text, got, err)
		}
	}
}

func FuzzProcs(f *testing.F) {
	for _, text := range []string{"1", "1,2,all", " all ", "0", "1,1", "-1", "+2", strings.Repeat("1,", 70) + "1"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := procs{7}
		if err := got.Set(text); err != nil {
			if !slices.Equal(got, procs{7}) {
				t.Errorf("%v, and it changed to %v", err, got)
			}
			return
		}
		if len(got) < 1 || len(got) > 64 {
			t.Fatalf("%d values", len(got))
		}
		words := strings.Split(strings.ReplaceAll(text, "all", strconv.Itoa(runtime.GOMAXPROCS(0))), ",")
		for i, n := range got {
			named := func(word string) bool {
				value, err := strconv.Atoi(strings.TrimSpace(word))
				return err == nil && value == n
			}
			if n < 1 || slices.Contains(got[:i], n) || !slices.ContainsFunc(words, named) {
				t.Errorf("%q gives %v", text, got)
			}
		}
	})
}

func TestGuessesAreRead(t *testing.T) {
	const ms = time.Millisecond
	for text, want := range map[string]time.Duration{
		"300ms": 300 * ms, "300": 300 * ms, "300 ms": 300 * ms, "0.3 s": 300 * ms, "1m 30s": 90 * time.Second, "24h": 24 * time.Hour,
		"1.5": 1500 * time.Microsecond, ".5": 500 * time.Microsecond,
	} {
		if got, err := parseGuess(text); err != nil || got != want {
			t.Errorf("%q gives %s, %v, want %s", text, got, err, want)
		}
	}
	for _, text := range []string{"", " ", "0", "0s", "-1", "-1ms", "soon", "25h", "NaN", "Inf", "1e999", "1e3", "0x10", "3 seconds", "99999999999"} {
		if got, err := parseGuess(text); err == nil {
			t.Errorf("%q gives %s, want an error", text, got)
		}
	}
	for text, want := range map[string]int{"0": 0, "100": 100, "50%": 50, "50 %": 50, " 7 ": 7} {
		if got, err := parseSure(text); err != nil || got != want {
			t.Errorf("%q gives %d, %v, want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", "%", "-1", "101", "1.5", "very", "50%%", "9999999999999999999"} {
		if got, err := parseSure(text); err == nil {
			t.Errorf("%q gives %d, want an error", text, got)
		}
	}
}

func FuzzAnswers(f *testing.F) {
	for _, text := range []string{"300ms", "300", "0.3 s", "1m 30s", "-1", "NaN", "1e3", "100 %", "50%%", "24h0m0.1s", "\x1b[31m"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		guess, err := parseGuess(text)
		if err == nil && (guess <= 0 || guess > 24*time.Hour) {
			t.Errorf("%q gives a guess of %s", text, guess)
		}
		if again, err := parseGuess(guess.String()); guess > 0 && guess <= 24*time.Hour && (err != nil || again != guess) {
			t.Errorf("%s is read as %s, %v", guess, again, err)
		}
		sure, err := parseSure(text)
		if err == nil && (sure < 0 || sure > 100) {
			t.Errorf("%q is %d percent", text, sure)
		}
		if strings.HasSuffix(text, "%") {
			return
		}
		if with, errWith := parseSure(text + "%"); with != sure || (err == nil) != (errWith == nil) {
			t.Errorf("%q is %d, %v, and with a sign behind it %d, %v", text, sure, err, with, errWith)
		}
	})
}

func TestTheNearestWordIsTold(t *testing.T) {
	for typed, want := range map[string]string{
		"slep": "sleep", "sleeep": "sleep", "SLEEP": "sleep", "data": "database", "netwrok": "network", "cpus": "cpu", "ne": "network",
		"quicksort": "", "s": "", "": "", "\xff\xfe\xfd\xfc": "", strings.Repeat("sleep", 10_000): "",
	} {
		got := didYouMean(typed, workloadNames())
		if want != "" {
			want = " (did you mean " + strconv.Quote(want) + "?)"
		}
		if got != want {
			t.Errorf("%.40q gives %q, want %q", typed, got, want)
		}
	}
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"", "abc", 3}, {"abc", "", 3}, {"kitten", "sitting", 3}, {"flaw", "lawn", 2}, {"abc", "abc", 0}, {"ab", "ba", 2},
	} {
		if got := editDistance(c.a, c.b); got != c.want {
			t.Errorf("from %q to %q it is %d, want %d", c.a, c.b, got, c.want)
		}
	}
}

func FuzzNearestWord(f *testing.F) {
	f.Add("slep", "sleep", "cpu")
	f.Add("", "a", "\xff")
	f.Add("gorutines", "workers", "wörkers")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		if len(a)+len(b)+len(c) > 1000 {
			t.Skip("its time is the product of the lengths")
		}
		// It is a metric, and no further than replacing all of the longer one.
		ab, ba, bc, ac := editDistance(a, b), editDistance(b, a), editDistance(b, c), editDistance(a, c)
		least, most := int(math.Abs(float64(len(a)-len(b)))), max(len(a), len(b))
		if ab != ba || ac > ab+bc || (ab == 0) != (a == b) || ab < least || ab > most {
			t.Errorf("%q to %q is %d, back %d, on to %q %d, at once %d", a, b, ab, ba, c, bc, ac)
		}
		words := strategyNames()
		told := didYouMean(a, words)
		names := func(word string) bool { return told == " (did you mean "+strconv.Quote(word)+"?)" }
		if told != "" && !slices.ContainsFunc(words, names) {
			t.Errorf("%q gives %q", a, told)
		}
		near := func(word string) bool { return editDistance(strings.ToLower(a), word) < 3 }
		if told == "" && slices.ContainsFunc(words, near) {
			t.Errorf("%q is near to a word, and none is told", a)
		}
	})
}
