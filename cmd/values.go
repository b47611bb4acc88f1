package cmd

import (
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"meanwhile/internal/lab"
	"meanwhile/internal/measure"
)

// The values below parse flags: each Set takes text from outside and returns what to write instead.

// delays is --delay: a duration, or a list.
type delays []time.Duration

// mostDelays bounds a list: nobody types a longer one.
const mostDelays = 10_000

func (d *delays) Type() string   { return "durations" }
func (d *delays) String() string { return "" }

func (d *delays) Set(text string) error {
	words := strings.Split(text, ",")
	if len(words) > mostDelays {
		return fmt.Errorf("at most %d delays", mostDelays)
	}
	list := make(delays, len(words))
	for i, word := range words {
		delay, err := parseDelay(strings.TrimSpace(word))
		if err != nil {
			return err
		}
		list[i] = delay
	}
	*d = list
	return nil
}

func parseDelay(word string) (time.Duration, error) {
	if word == measure.NoDelay {
		return 0, nil
	}
	delay, err := parseDuration(word)
	if err == nil && delay == 0 {
		err = errors.New("a delay of nothing is written none")
	}
	return delay, err
}

// parseDuration reads a duration of zero or more.
func parseDuration(word string) (time.Duration, error) {
	d, err := time.ParseDuration(word)
	switch {
	case err != nil:
		return 0, fmt.Errorf("%q is no duration; write it like 30ms, 1.5s or 2m", word)
	case d < 0:
		return 0, fmt.Errorf("%s is below zero; time runs forward", word)
	}
	return d, nil
}

// duration is one of zero or more, as --jitter and --timeout take.
type duration time.Duration

func (d *duration) Type() string { return "duration" }

func (d *duration) String() string {
	if *d == 0 {
		return "" // help shows no default
	}
	return time.Duration(*d).String()
}

func (d *duration) Set(text string) error {
	parsed, err := parseDuration(text)
	*d = duration(parsed)
	return err
}

// delay is one delay, which may be none.
type delay time.Duration

func (d *delay) Type() string   { return "duration" }
func (d *delay) String() string { return measure.FormatDelay(time.Duration(*d)) }

func (d *delay) Set(text string) error {
	parsed, err := parseDelay(text)
	*d = delay(parsed)
	return err
}

// size is a number of bytes, as --size takes it.
type size int64

func (s *size) Type() string   { return "size" }
func (s *size) String() string { return formatSize(int64(*s)) }

var units = []struct {
	name  string
	bytes float64
}{
	{"TiB", 1 << 40},
	{"GiB", 1 << 30},
	{"MiB", 1 << 20},
	{"KiB", 1 << 10},
	{"GB", 1e9},
	{"MB", 1e6},
	{"kB", 1e3},
	{"B", 1},
	{"", 1},
}

func (s *size) Set(text string) error {
	for _, unit := range units {
		number, ok := cutSuffixFold(text, unit.name)
		if !ok {
			continue
		}
		n, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
		if err != nil || math.IsNaN(n) || n <= 0 || n*unit.bytes >= math.MaxInt64 || n*unit.bytes < 1 {
			break
		}
		*s = size(n * unit.bytes)
		return nil
	}
	return fmt.Errorf("%q is no size; write it like 64KiB, 1MB or 4096", text)
}

func cutSuffixFold(text, suffix string) (string, bool) {
	cut := len(text) - len(suffix)
	if cut < 0 || !strings.EqualFold(text[cut:], suffix) {
		return "", false
	}
	return text[:cut], true
}

// formatSize writes a size in the largest unit that keeps it whole.
func formatSize(n int64) string {
	for _, unit := range units[:4] {
		if whole := int64(unit.bytes); n >= whole && n%whole == 0 {
			return fmt.Sprintf("%d%s", n/whole, unit.name)
		}
	}
	return fmt.Sprintf("%dB", n)
}

// urls is --url, which may be given often.
type urls []lab.URL

func (u *urls) Type() string   { return "address" }
func (u *urls) String() string { return "" }

func (u *urls) Set(text string) error {
	*u = append(*u, lab.URL(text))
	return nil
}

// procs is --procs: values of GOMAXPROCS.
type procs []int

func (p *procs) Type() string   { return "cores" }
func (p *procs) String() string { return "" }

func (p *procs) Set(text string) error {
	var list procs
	for word := range strings.SplitSeq(text, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(word))
		if strings.TrimSpace(word) == "all" {
			n, err = runtime.GOMAXPROCS(0), nil
		}
		if err != nil || n < 1 {
			return fmt.Errorf("%q is no number of cores; write it like 1,2,all", word)
		}
		if len(list) >= 64 {
			return errors.New("64 values are enough")
		}
		if !slices.Contains(list, n) { // all may be a number that stands there already
			list = append(list, n)
		}
	}
	*p = list
	return nil
}

// counts is a list of numbers.
type counts []int

func (c *counts) Type() string { return "numbers" }

func (c *counts) String() string {
	var words []string
	for _, n := range *c {
		words = append(words, strconv.Itoa(n))
	}
	return strings.Join(words, ",")
}

func (c *counts) Set(text string) error {
	var list counts
	for word := range strings.SplitSeq(text, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(word))
		if err != nil || n < 1 {
			return fmt.Errorf("%q is no number from 1 on; write it like 1,2,3", word)
		}
		list = append(list, n)
	}
	*c = list
	return nil
}
