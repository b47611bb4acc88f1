// Package measure turns a plan into a comparison: every strategy runs the same tasks in interleaved rounds, and what they
// took is set beside what they should have taken.
package measure

import (
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"meanwhile/demos"
	"meanwhile/internal/lab"
	"meanwhile/internal/predict"
)

// Plan says everything that a comparison depends on.
type Plan struct {
	// Workloads and Strategies are names, in the order in which they are shown.
	Workloads  []string `json:"workloads"`
	Strategies []string `json:"strategies"`

	// Spec is what the tasks are made of.
	Spec lab.Spec `json:"spec"`

	// Limit bounds the strategies that have a bound: limited, workers and errgroup.
	Limit int `json:"limit"`

	// Rounds are measured; Warmup rounds go before them and are not.
	Rounds int `json:"rounds"`
	Warmup int `json:"warmup"`

	// Procs are the values of GOMAXPROCS that the cpu workload runs with; none is what the program started with.
	Procs []int `json:"procs,omitempty"`

	// Traced adds a round of each strategy behind the others, for a timeline.
	Traced bool `json:"traced,omitempty"`

	// Timeout bounds the whole comparison; 0 does not.
	Timeout time.Duration `json:"timeout_ns,omitempty"`
}

// DefaultPlan is what runs where nothing else is asked for: all workloads, within 15 seconds on two cores.
func DefaultPlan() Plan {
	return Plan{
		Spec: lab.Spec{
			Tasks: 10, Jitter: 3 * time.Millisecond, Seed: 1, Size: 64 << 10, Sync: true, Pool: 8,
		},
		Limit: 4, Rounds: 6, Warmup: 1,
	}
}

// UsualStrategies are those that run where none is named: three tell more of one workload, two are enough of several.
func UsualStrategies(workloads int) []string {
	if workloads == 1 {
		return []string{Baseline, "goroutines", "limited"}
	}
	return []string{Baseline, "goroutines"}
}

// Baseline is the strategy that the others are compared with.
const Baseline = "sequential"

// Bounds that keep a slip of the finger from running for ever.
const (
	MaxRounds  = 10_000
	MaxLimit   = lab.MaxTasks
	MaxTimeout = 24 * time.Hour
)

// Check tells what is wrong with the plan, as a lab.SpecError.
func (p Plan) Check() error {
	switch {
	case p.Limit < 1 || p.Limit > MaxLimit:
		return lab.SpecError{Problem: fmt.Sprintf("a limit of %d is out of range", p.Limit), Next: "give --limit 1 or more"}
	case p.Rounds < 1 || p.Rounds > MaxRounds:
		return lab.SpecError{
			Problem: fmt.Sprintf("%d rounds cannot be run", p.Rounds),
			Next:    fmt.Sprintf("ask for 1 to %d with --rounds", MaxRounds),
		}
	case p.Warmup < 0 || p.Warmup > MaxRounds:
		return lab.SpecError{
			Problem: fmt.Sprintf("%d warm-up rounds cannot be run", p.Warmup),
			Next:    fmt.Sprintf("ask for 0 to %d with --warmup", MaxRounds),
		}
	case p.Timeout < 0 || p.Timeout > MaxTimeout:
		return lab.SpecError{Problem: "the timeout is out of range", Next: "give --timeout up to " + MaxTimeout.String()}
	}
	for _, procs := range p.Procs {
		if procs < 1 || procs > runtime.NumCPU() {
			return lab.SpecError{
				Problem: fmt.Sprintf("%d cores cannot be used", procs),
				Next:    fmt.Sprintf("this machine has %d: give --procs numbers up to that, or all", runtime.NumCPU()),
			}
		}
	}
	if err := p.Spec.Check(); err != nil {
		return err
	}
	for _, name := range p.Workloads {
		workload, _ := lab.Find(name)
		if err := workload.Admit(p.Spec, p.mostInFlight()); err != nil {
			return err
		}
	}
	return nil
}

// mostInFlight is how many tasks the plan's strategies may have in flight at once.
func (p Plan) mostInFlight() int {
	most := 1
	for _, strategy := range p.strategies() {
		if strategy.Slots == 0 {
			return p.Spec.Tasks
		}
		most = max(most, min(strategy.Slots, p.Spec.Tasks))
	}
	return most
}

// strategies returns the plan's strategies, ready to run.
func (p Plan) strategies() []demos.NamedStrategy {
	var chosen []demos.NamedStrategy
	all := demos.Strategies(p.Limit)
	for _, name := range p.Strategies {
		if i := slices.IndexFunc(all, func(s demos.NamedStrategy) bool { return s.Name == name }); i >= 0 {
			chosen = append(chosen, all[i])
		}
	}
	return chosen
}

// Estimate is about how long the plan takes, from the delays alone: what else tasks do is not known before they run.
func (p Plan) Estimate() time.Duration {
	delays := p.Spec.Delays
	if len(delays) == 0 {
		delays = []time.Duration{lab.DefaultDelay}
	}
	var round time.Duration
	for _, strategy := range p.strategies() {
		// Of a list, the longest is what all wait for together; one after the other, the list comes round.
		switch {
		case strategy.Slots == 0 || strategy.Slots >= p.Spec.Tasks:
			round += slices.Max(delays)
		default:
			all := predict.Sequential(delays) / time.Duration(len(delays)) * time.Duration(p.Spec.Tasks)
			round += max(slices.Max(delays), all/time.Duration(strategy.Slots))
		}
	}
	waits := 0
	for _, name := range p.Workloads {
		workload, _ := lab.Find(name)
		if name == "sleep" || slices.Contains(workload.Flags, "delay") && len(p.Spec.URLs) == 0 && p.Spec.DSN == "" {
			waits += max(1, len(p.Procs))
		}
	}
	rounds := p.Warmup + p.Rounds
	if p.Traced {
		rounds++
	}
	return round * time.Duration(rounds*waits)
}

// Args returns the command line that runs the plan again: what differs from the defaults, and no password.
func (p Plan) Args() []string {
	usual := DefaultPlan()
	args := []string{"compare"}
	if len(p.Workloads) < len(lab.Workloads()) {
		args = append(args, p.Workloads...)
	}
	add := func(changed bool, name, value string) {
		if changed {
			args = append(args, "--"+name, value)
		}
	}
	add(!slices.Equal(p.Strategies, UsualStrategies(len(p.Workloads))), "strategy", strings.Join(p.Strategies, ","))
	add(p.Spec.Tasks != usual.Spec.Tasks, "tasks", strconv.Itoa(p.Spec.Tasks))
	add(len(p.Spec.Delays) > 0, "delay", join(p.Spec.Delays, FormatDelay))
	add(p.Spec.Jitter != usual.Spec.Jitter, "jitter", p.Spec.Jitter.String())
	add(p.Spec.Seed != usual.Spec.Seed, "seed", strconv.FormatUint(p.Spec.Seed, 10))
	for _, address := range p.Spec.URLs {
		add(true, "url", address.String())
	}
	add(p.Spec.Size != usual.Spec.Size, "size", fmt.Sprintf("%dB", p.Spec.Size))
	if !p.Spec.Sync {
		args = append(args, "--sync=false")
	}
	add(p.Spec.Dir != "", "dir", p.Spec.Dir)
	add(p.Spec.DSN != "", "dsn", p.Spec.DSN.String())
	add(p.Spec.Pool != usual.Spec.Pool, "pool", strconv.Itoa(p.Spec.Pool))
	add(p.Spec.Work != 0, "work", strconv.Itoa(p.Spec.Work))
	add(len(p.Procs) > 0, "procs", join(p.Procs, strconv.Itoa))
	add(p.Limit != usual.Limit, "limit", strconv.Itoa(p.Limit))
	add(p.Rounds != usual.Rounds, "rounds", strconv.Itoa(p.Rounds))
	add(p.Warmup != usual.Warmup, "warmup", strconv.Itoa(p.Warmup))
	add(p.Timeout != 0, "timeout", p.Timeout.String())
	return args
}

// NoDelay is the word for a delay of nothing: a zero is more often a slip.
const NoDelay = "none"

// FormatDelay writes a delay as --delay reads it.
func FormatDelay(d time.Duration) string {
	if d == 0 {
		return NoDelay
	}
	return d.String()
}

func join[T any](values []T, format func(T) string) string {
	words := make([]string, len(values))
	for i, value := range values {
		words[i] = format(value)
	}
	return strings.Join(words, ",")
}

// FirstConcurrent is the plan's first strategy beside the baseline, or nothing.
func (p Plan) FirstConcurrent() string {
	for _, name := range p.Strategies {
		if name != Baseline {
			return name
		}
	}
	return ""
}

// Concurrent tells whether the plan has a strategy beside the baseline.
func (p Plan) Concurrent() bool { return p.FirstConcurrent() != "" }

// Hint tells what of the plan a guess needs to know, without giving the answer away.
func (p Plan) Hint(workload lab.Workload) string {
	var hints []string
	known := p.Spec.DSN == "" || len(p.Spec.Delays) > 0 // a real database has a round trip of its own
	switch workload.Name {
	case "network":
		known = len(p.Spec.URLs) == 0
	case "cpu":
		known = p.Spec.Work == 0
	}
	if slices.Contains(workload.Flags, "delay") && known {
		delays := p.Spec.Delays
		if len(delays) == 0 {
			delays = []time.Duration{lab.DefaultDelay}
		}
		verb := "waits"
		if workload.Name == "cpu" {
			verb = "computes for"
		}
		hints = append(hints, fmt.Sprintf("A task %s about %s.", verb, join(delays, FormatDelay)))
	}
	first := slices.IndexFunc(p.strategies(), func(s demos.NamedStrategy) bool { return s.Name != Baseline })
	if first >= 0 && p.strategies()[first].Slots > 0 {
		hints = append(hints, fmt.Sprintf("At most %d run at once.", p.strategies()[first].Slots))
	}
	if workload.Name == "database" {
		hints = append(hints, fmt.Sprintf("They share %d connections.", p.Spec.Pool))
	}
	if workload.Name == "cpu" {
		hints = append(hints, fmt.Sprintf("They run on %s.", lab.Cores(runtime.GOMAXPROCS(0))))
	}
	return strings.Join(hints, " ")
}
