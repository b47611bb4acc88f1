package measure

import (
	"bufio"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"meanwhile/internal/predict"
	"meanwhile/internal/timeline"
)

// Schema names the format of a Comparison; a change that a reader must know of gets another one.
const Schema = "meanwhile/comparison/v1"

// Comparison is all that came out of a plan. Every format is written from it.
type Comparison struct {
	Schema  string    `json:"schema"`
	Program string    `json:"program"`
	Started time.Time `json:"started"`
	Machine Machine   `json:"machine"`
	Plan    Plan      `json:"plan"`

	// Args is the command line that runs the plan again.
	Args []string `json:"args"`

	// Partial tells that the run was ended before its end; Reason says by what.
	Partial bool   `json:"partial"`
	Reason  string `json:"reason,omitempty"`

	Results []Result `json:"results"`

	// Learned is what all results say together, in one sentence.
	Learned string `json:"learned"`
}

// Machine is what the comparison ran on.
type Machine struct {
	OS    string `json:"os"`
	Arch  string `json:"arch"`
	CPU   string `json:"cpu,omitempty"`
	Cores int    `json:"cores"`
	Procs int    `json:"gomaxprocs"`
	Go    string `json:"go"`
}

// Result is what came out of one workload.
type Result struct {
	Workload string `json:"workload"`

	// Task says what a task does; Real and Simulated, what of it really happens.
	Task      string `json:"task"`
	Real      string `json:"real"`
	Simulated string `json:"simulated,omitempty"`

	// Procs is the GOMAXPROCS it ran with.
	Procs int `json:"gomaxprocs"`

	Tasks int `json:"tasks"`

	// Delays is the known wait of each task, the jitter included; one value where all are equal.
	Delays []time.Duration `json:"delays_ns"`

	// Work is how many hashes a cpu task computed.
	Work int `json:"work,omitempty"`

	// OwnServer tells that CPU times include the work of a server of our own.
	OwnServer bool `json:"own_server,omitempty"`

	// Alone is how long the first tasks took one after the other, before anything was measured; absent without a warm-up.
	Alone []time.Duration `json:"alone_ns,omitempty"`

	Rows     []Row     `json:"strategies"`
	Warnings []Warning `json:"warnings"`

	// Sources is the code of the tasks and of the strategies; absent without timelines.
	Sources []Source `json:"sources,omitempty"`

	// Trace is the runtime's raw trace, for 'go tool trace'; not written to JSON.
	Trace []byte `json:"-"`

	// Guess is what the learner expected, where asked.
	Guess *Guess `json:"guess,omitempty"`

	// Learned is what this result says, in one sentence.
	Learned string `json:"learned"`
}

// Row is what came out of one strategy.
type Row struct {
	Strategy string `json:"strategy"`

	// Slots is how many tasks it has in flight at once; 0 is all.
	Slots int `json:"slots"`

	Rounds []Round `json:"rounds"`

	// Elapsed is the median round with its confidence interval.
	Elapsed Estimate `json:"elapsed_ns"`

	// Speedup is how many times faster than the baseline, paired by round; absent for the baseline.
	Speedup *Estimate `json:"speedup,omitempty"`

	// Waiting is the share of the tasks' time in which they waited, from 0 to 1, and WaitingFrom says by which evidence.
	Waiting     float64  `json:"waiting"`
	WaitingFrom Evidence `json:"waiting_from"`

	// Predicted is what the row should take; absent without a warm-up.
	Predicted *predict.Interval `json:"predicted,omitempty"`

	// Why tells what the prediction rests on.
	Why string `json:"why,omitempty"`

	Verdict Verdict `json:"verdict"`

	// Timeline is one more round, traced; absent where none was asked for.
	Timeline *timeline.Timeline `json:"timeline,omitempty"`
}

// Evidence is what a share of waiting was made from.
type Evidence string

// The kinds of evidence: time in which the process used no CPU, or in which the runtime says that tasks waited.
const (
	FromCPUTime Evidence = "cpu-time"
	FromTrace   Evidence = "trace"
)

// Source is a piece of the code that ran.
type Source struct {
	Name string `json:"name"`
	File string `json:"file"`

	// Line is where Text begins in File.
	Line int  `json:"line"`
	Text Code `json:"text"`
}

// Code is text of several lines.
type Code string

// Round is one run of all tasks by one strategy.
type Round struct {
	// Usage is what it took; its CPU time is that of the whole process.
	Usage

	// InTasks is the sum of the times of the tasks.
	InTasks time.Duration `json:"in_tasks_ns"`

	// Launched is how long after the beginning the last task started.
	Launched time.Duration `json:"launched_ns"`

	// MostInFlight is how many tasks were under way at once, at most.
	MostInFlight int `json:"most_in_flight"`
}

// Estimate is a median, with the confidence interval that enough values give it.
type Estimate struct {
	Median float64 `json:"median"`
	Min    float64 `json:"min"`
	Max    float64 `json:"max"`

	// Interval is absent where there are fewer than MinRounds values.
	Interval *Range `json:"interval,omitempty"`
}

// Range is a confidence interval, and how sure it is (at least Confidence).
type Range struct {
	Low        float64 `json:"low"`
	High       float64 `json:"high"`
	Confidence float64 `json:"confidence"`
}

// Baseline returns the row that the others are compared with, or nil.
func (r *Result) Baseline() *Row { return r.row(Baseline) }

func (r *Result) row(strategy string) *Row {
	for i := range r.Rows {
		if r.Rows[i].Strategy == strategy {
			return &r.Rows[i]
		}
	}
	return nil
}

// WithoutTimelines is the comparison as it would be shown had none been asked for; what was made from them stays.
func (c *Comparison) WithoutTimelines() *Comparison {
	bare := *c
	bare.Results = slices.Clone(c.Results)
	for i := range bare.Results {
		r := &bare.Results[i]
		r.Sources, r.Rows = nil, slices.Clone(r.Rows)
		for k := range r.Rows {
			r.Rows[k].Timeline = nil
		}
	}
	return &bare
}

// New begins a comparison: what is known before anything has run.
func New(plan Plan, program string) *Comparison {
	return &Comparison{
		Schema: Schema, Program: program, Started: time.Now().UTC().Truncate(time.Second),
		Machine: ThisMachine(), Plan: plan, Args: plan.Args(), Results: []Result{},
	}
}

// ThisMachine tells what the program runs on.
func ThisMachine() Machine {
	return Machine{
		OS: runtime.GOOS, Arch: runtime.GOARCH, CPU: cpuModel(),
		Cores: runtime.NumCPU(), Procs: runtime.GOMAXPROCS(0), Go: runtime.Version(),
	}
}

// cpuModel is what Linux calls the processor; other systems need a library to tell.
func cpuModel() string {
	file, err := os.Open("/proc/cpuinfo")
	if err != nil {
		return ""
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if name, value, ok := strings.Cut(lines.Text(), ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
