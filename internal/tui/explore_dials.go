package tui

import (
	"runtime"
	"slices"
	"strconv"
	"time"

	"meanwhile/demos"
	"meanwhile/internal/lab"
	"meanwhile/internal/measure"
	"meanwhile/internal/report"
)

// dial is a part of a plan that can be turned.
type dial struct {
	name string

	// steps are the values that it stops at, in ascending order.
	steps []int64

	get  func(measure.Plan) int64
	set  func(*measure.Plan, int64)
	show func(int64) string

	// applies tells whether it means anything to what the other dials say.
	applies func(measure.Plan) bool
}

// turn moves the dial by so many steps, and stops at its ends. A value between two steps, which only a flag can give, goes to
// the next one.
func (d dial) turn(plan *measure.Plan, by int) {
	if !d.canTurn(*plan, by) {
		return
	}
	i, onStep := slices.BinarySearch(d.steps, d.get(*plan))
	if !onStep && by > 0 {
		i--
	}
	d.set(plan, d.steps[min(max(i+by, 0), len(d.steps)-1)])
}

// canTurn tells whether there is a step in that direction.
func (d dial) canTurn(plan measure.Plan, by int) bool {
	if by < 0 {
		return d.get(plan) > d.steps[0]
	}
	return d.get(plan) < d.steps[len(d.steps)-1]
}

// share is how far the dial is turned, from 0 to 1.
func (d dial) share(plan measure.Plan) float64 {
	i, _ := slices.BinarySearch(d.steps, d.get(plan))
	return float64(min(i, len(d.steps)-1)) / float64(max(1, len(d.steps)-1))
}

// MostExplored is how many tasks explore runs at most.
const MostExplored = 1000

// dials lists them all, in the order in which they stand on the screen. procs is the GOMAXPROCS that the program started with.
func dials(procs int) []dial {
	return []dial{workloadDial(), strategyDial(), tasksDial(), delayDial(), jitterDial(), limitDial(), procsDial(procs), poolDial()}
}

func workloadDial() dial {
	var names []string
	for _, workload := range lab.Workloads() {
		names = append(names, workload.Name)
	}
	return choice("workload", names, func(p *measure.Plan) *[]string { return &p.Workloads })
}

func strategyDial() dial {
	var names []string
	for _, strategy := range demos.Strategies(1) {
		names = append(names, strategy.Name)
	}
	return choice("strategy", names, func(p *measure.Plan) *[]string { return &p.Strategies })
}

// choice is a dial for one name out of a few.
func choice(name string, names []string, of func(*measure.Plan) *[]string) dial {
	steps := make([]int64, len(names))
	for i := range steps {
		steps[i] = int64(i)
	}
	return dial{
		name: name, steps: steps, applies: always,
		get:  func(p measure.Plan) int64 { return int64(slices.Index(names, (*of(&p))[0])) },
		set:  func(p *measure.Plan, i int64) { *of(p) = []string{names[i]} },
		show: func(i int64) string { return names[i] },
	}
}

func tasksDial() dial {
	return number("tasks", []int64{1, 2, 3, 5, 8, 10, 15, 20, 30, 50, 100, 200, 500, MostExplored},
		func(p *measure.Plan) *int { return &p.Spec.Tasks }, always)
}

func limitDial() dial {
	return number("limit", []int64{1, 2, 3, 4, 5, 8, 10, 15, 20, 30, 50, 100, 200, 500},
		func(p *measure.Plan) *int { return &p.Limit }, hasLimit)
}

func poolDial() dial {
	return number("pool", []int64{1, 2, 3, 4, 5, 8, 10, 15, 20, 30, 50},
		func(p *measure.Plan) *int { return &p.Spec.Pool }, takes("pool"))
}

// number is a dial for a plain number.
func number(name string, steps []int64, of func(*measure.Plan) *int, applies func(measure.Plan) bool) dial {
	return dial{
		name: name, steps: steps, applies: applies,
		get:  func(p measure.Plan) int64 { return int64(*of(&p)) },
		set:  func(p *measure.Plan, n int64) { *of(p) = int(n) },
		show: func(n int64) string { return strconv.FormatInt(n, 10) },
	}
}

func delayDial() dial {
	steps := milliseconds(1, 2, 5, 10, 20, 30, 50, 100, 200, 500, 1000, 2000, 5000)
	return dial{
		name: "delay", steps: steps, show: showDuration, applies: takes("delay"),
		get: func(p measure.Plan) int64 {
			if len(p.Spec.Delays) == 0 {
				return int64(lab.DefaultDelay)
			}
			return int64(p.Spec.Delays[0])
		},
		set: func(p *measure.Plan, delay int64) {
			p.Spec.Delays = nil // the command line says what differs from the defaults
			if delay != int64(lab.DefaultDelay) {
				p.Spec.Delays = []time.Duration{time.Duration(delay)}
			}
		},
	}
}

func jitterDial() dial {
	return dial{
		name: "jitter", steps: milliseconds(0, 1, 2, 3, 5, 10, 20, 30, 50, 100), show: showDuration, applies: takes("jitter"),
		get: func(p measure.Plan) int64 { return int64(p.Spec.Jitter) },
		set: func(p *measure.Plan, jitter int64) { p.Spec.Jitter = time.Duration(jitter) },
	}
}

// procsDial turns from one core to all of them.
func procsDial(procs int) dial {
	var steps []int64
	for n := range runtime.NumCPU() {
		steps = append(steps, int64(n+1))
	}
	return dial{
		name: "GOMAXPROCS", steps: steps, applies: takes("procs"),
		show: func(n int64) string { return strconv.FormatInt(n, 10) },
		get: func(p measure.Plan) int64 {
			if len(p.Procs) == 0 {
				return int64(procs)
			}
			return int64(p.Procs[0])
		},
		set: func(p *measure.Plan, n int64) {
			p.Procs = nil
			if n != int64(procs) {
				p.Procs = []int{int(n)}
			}
		},
	}
}

func milliseconds(numbers ...int64) []int64 {
	for i := range numbers {
		numbers[i] *= int64(time.Millisecond)
	}
	return numbers
}

func showDuration(t int64) string {
	if t == 0 {
		return measure.NoDelay
	}
	return report.ShortTime(time.Duration(t))
}

func always(measure.Plan) bool { return true }

// takes is for a dial that turns a flag which not every workload takes.
func takes(flag string) func(measure.Plan) bool {
	return func(p measure.Plan) bool {
		workload, _ := lab.Find(p.Workloads[0])
		return slices.Contains(workload.Flags, flag)
	}
}

// hasLimit tells whether the limit bounds the plan's strategy.
func hasLimit(p measure.Plan) bool {
	const limit = 2 // no strategy has this bound by itself
	return strategyOf(p.Strategies[0], limit).Slots == limit
}

// strategyOf finds a strategy by its name.
func strategyOf(name string, limit int) demos.NamedStrategy {
	for _, strategy := range demos.Strategies(limit) {
		if strategy.Name == name {
			return strategy
		}
	}
	return demos.NamedStrategy{}
}

// applied is a plan of what applies: a dial that does not is as if nobody had turned it.
func applied(all []dial, plan measure.Plan) measure.Plan {
	usual := measure.DefaultPlan()
	for _, dial := range all {
		if !dial.applies(plan) {
			dial.set(&plan, dial.get(usual))
		}
	}
	return plan
}
