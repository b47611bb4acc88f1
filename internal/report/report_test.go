package report_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"meanwhile/internal/measure"
	"meanwhile/internal/predict"
	"meanwhile/internal/report"
	"meanwhile/internal/term"
	"meanwhile/internal/timeline"
)

var update = flag.Bool("update", false, "write the golden files anew")

const ms = time.Millisecond

// sample is a comparison with a bit of everything.
func sample() *measure.Comparison {
	plan := measure.DefaultPlan()
	plan.Workloads, plan.Strategies = []string{"network", "cpu"}, []string{"sequential", "goroutines"}
	plan.Spec.URLs = nil
	return &measure.Comparison{
		Schema: measure.Schema, Program: "meanwhile v1", Started: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		Machine: measure.Machine{OS: "linux", Arch: "amd64", CPU: "A | processor", Cores: 2, Procs: 2, Go: "go1.26"},
		Plan:    plan, Args: plan.Args(), Learned: "Waiting overlaps (network 9.98×); no measurable difference for cpu.",
		Results: []measure.Result{
			{
				Workload: "network", Task: "GETs a URL and reads the answer", Real: "HTTP over the loopback interface",
				Simulated: "the latency: a server of our own waits before it answers", Procs: 2, Tasks: 10,
				Delays: []time.Duration{27 * ms, 33 * ms}, OwnServer: true, Alone: []time.Duration{30 * ms, 31 * ms},
				Rows: []measure.Row{
					row("sequential", 1, 312*ms, 308*ms, 318*ms, 0, 0.985, measure.Inside, "as predicted"),
					row("goroutines", 0, 31260*time.Microsecond, 31*ms, 32*ms, 9.98, 0.97, measure.Inside, "as predicted"),
				},
				Warnings: []measure.Warning{
					{Kind: measure.OwnServer, What: "the share leaves out our own server", Cause: "it is one process"},
					{Kind: measure.Noisy, What: "rounds differ", Cause: "other programs", Next: "--rounds 20"},
				},
				Guess: &measure.Guess{
					Elapsed: 300 * ms, Sure: 80, Strategy: "goroutines",
					Misconception: &measure.Misconception{ID: "M1", Belief: "a wait blocks everything", Truth: "the others go on"},
				},
				Learned: "While one task waited, the others went on.",
			},
			{
				Workload: "cpu", Task: "computes hashes, one from the other", Real: "SHA-256 on the cores", Procs: 1, Tasks: 10,
				Delays: []time.Duration{0}, Work: 342851, Alone: []time.Duration{30 * ms},
				Rows: []measure.Row{
					row("sequential", 1, 300*ms, 299*ms, 301*ms, 0, 0, measure.Inside, "as predicted"),
					row("goroutines", 0, 301*ms, 290*ms, 340*ms, 1, 0.9, measure.Slower, "slower than predicted: something else ran"),
				},
				Warnings: []measure.Warning{}, Learned: "Concurrency made no measurable difference.",
			},
		},
	}
}

// row is a row of three rounds; a speed-up of 1 spans 1, one of 0 is none.
func row(
	strategy string, slots int, median, low, high time.Duration, speedup, waiting float64, outcome measure.Outcome, words string,
) measure.Row {
	estimate := func(median, low, high float64) measure.Estimate {
		return measure.Estimate{
			Median: median, Min: low * 0.99, Max: high * 1.01, Interval: &measure.Range{Low: low, High: high, Confidence: 0.96875},
		}
	}
	r := measure.Row{
		Strategy: strategy, Slots: slots, Waiting: waiting, WaitingFrom: measure.FromCPUTime,
		Elapsed:   estimate(float64(median), float64(low), float64(high)),
		Predicted: &predict.Interval{Low: low - ms, High: high + ms},
		Verdict:   measure.Verdict{Outcome: outcome, Words: words},
	}
	for _, elapsed := range []time.Duration{low, median, high} {
		r.Rounds = append(r.Rounds, measure.Round{
			Usage: measure.Usage{Elapsed: elapsed, CPU: ms}, InTasks: 10 * median, Launched: ms, MostInFlight: max(1, 10-9*slots),
		})
	}
	if speedup > 0 {
		e := estimate(speedup, speedup*0.98, speedup*1.02)
		r.Speedup = &e
	}
	return r
}

// traced is a comparison of one workload with timelines: a hundred tasks, which are more than a picture has rows.
func traced() *measure.Comparison {
	c := sample()
	c.Results, c.Plan.Workloads, c.Plan.Traced = c.Results[:1], []string{"network"}, true
	r := &c.Results[0]
	r.Tasks, r.Warnings = 100, []measure.Warning{}
	r.Rows = append(r.Rows, row("limited", 4, 780*ms, 770*ms, 790*ms, 4, 0.97, measure.Inside, "as predicted"))
	for i := range r.Rows {
		r.Rows[i].WaitingFrom, r.Rows[i].Timeline = measure.FromTrace, lanes(r.Tasks, r.Rows[i].Slots)
	}
	r.Sources = []measure.Source{{Name: "network", File: "tasks.go", Line: 50, Text: "// Get fetches url.\nfunc Get() {\n\treturn // \"as it is\"\n}\n"}}
	return c
}

// lanes are tasks that compute for 3 ms, wait for 25, queue for a core for 2 and end; slots is how many run at once, in turn.
func lanes(tasks, slots int) *timeline.Timeline {
	t := &timeline.Timeline{
		Reasons: []string{"", "for the network: the answer", "for a core", "for a slot of the limit"},
		Places:  []string{"", "tasks.go:62"},
	}
	for i := range tasks {
		start := time.Duration(0)
		if slots > 0 {
			start = time.Duration(i/slots) * 30 * ms
		}
		lane := timeline.Lane{
			{State: timeline.Running, Start: start, End: start + 3*ms, Where: 1},
			{State: timeline.Waiting, Start: start + 3*ms, End: start + 28*ms, Why: 1, Where: 1},
			{State: timeline.Queued, Start: start + 28*ms, End: start + 30*ms, Why: 2, Where: 1},
		}
		if slots > 1 && start > 0 {
			lane = append(timeline.Lane{{State: timeline.Queued, End: start, Why: 3}}, lane...)
		}
		t.Lanes = append(t.Lanes, lane)
		t.Elapsed = lane.End()
	}
	return t
}

func TestFormats(t *testing.T) {
	one := sample()
	one.Results, one.Plan.Workloads = one.Results[:1], []string{"network"}
	partial := sample()
	partial.Partial, partial.Reason = true, "interrupted"
	partial.Results = partial.Results[:1]
	partial.Results[0].Rows[1].Speedup, partial.Results[0].Rows[1].Elapsed.Interval = nil, nil
	for _, c := range []struct {
		golden string
		format report.Format
		value  *measure.Comparison
		width  int
		ascii  bool
	}{
		{"80.txt", report.FormatText, sample(), 80, false},
		{"120.txt", report.FormatText, sample(), 120, false},
		{"60-ascii.txt", report.FormatText, sample(), 60, true},
		{"one-80.txt", report.FormatText, one, 80, false},
		{"one-60.txt", report.FormatText, one, 60, false},
		{"partial.txt", report.FormatText, partial, 80, false},
		{"traced-80.txt", report.FormatText, traced(), 80, false},
		{"traced-60-ascii.txt", report.FormatText, traced(), 60, true},
		{"traced-200.txt", report.FormatText, traced(), 200, false},
		{"traced.json", report.FormatJSON, traced(), 0, false},
		{"traced.md", report.FormatMarkdown, traced(), 0, false},
		{"comparison.json", report.FormatJSON, sample(), 0, false},
		{"partial.json", report.FormatJSON, partial, 0, false},
		{"comparison.csv", report.FormatCSV, sample(), 0, false},
		{"comparison.md", report.FormatMarkdown, sample(), 0, false},
	} {
		t.Run(c.golden, func(t *testing.T) {
			streams := &term.Streams{}
			streams.Decide(term.Never, c.ascii)
			var got bytes.Buffer
			if err := report.Write(&got, c.format, c.value, report.Layout{Style: streams.Style, Width: c.width, Timelines: true}); err != nil {
				t.Fatal(err)
			}
			for line := range strings.Lines(got.String()) {
				if width := term.Width(strings.TrimRight(line, "\n")); c.width > 0 && width > c.width {
					t.Errorf("a line is %d columns wide: %q", width, line)
				}
				if c.ascii && strings.ContainsFunc(line, func(r rune) bool { return r > 126 }) {
					t.Errorf("a line is not ASCII: %q", line)
				}
			}
			golden(t, c.golden, got.Bytes())
		})
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s differs (write it anew with -update):\n%s", path, diff)
	}
}

// Every format says what is simulated.
func TestWhatIsSimulatedIsLabelledInEveryFormat(t *testing.T) {
	for _, format := range report.Formats() {
		var got bytes.Buffer
		if err := report.Write(&got, format, traced(), report.Layout{Width: 200}); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(strings.ToLower(got.String()), "simulated") || !strings.Contains(got.String(), "a server of our own waits") {
			t.Errorf("%s does not say what is simulated", format)
		}
	}
}

func TestJSONGivesTheComparisonBack(t *testing.T) {
	var written bytes.Buffer
	if err := report.Write(&written, report.FormatJSON, traced(), report.Layout{}); err != nil {
		t.Fatal(err)
	}
	var got measure.Comparison
	decoder := json.NewDecoder(&written)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(traced(), &got); diff != "" {
		t.Errorf("the comparison came back changed:\n%s", diff)
	}
}

// The page on the schema names every field, so that a script's author need not read Go.
func TestEveryFieldOfTheSchemaIsDocumented(t *testing.T) {
	page, err := os.ReadFile("../../docs/comparison.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range fields(reflect.TypeFor[measure.Comparison](), map[reflect.Type]bool{}) {
		if !strings.Contains(string(page), "`"+name+"`") {
			t.Errorf("docs/comparison.md does not name `%s`", name)
		}
	}
	if !strings.Contains(string(page), measure.Schema) {
		t.Errorf("docs/comparison.md does not name %s", measure.Schema)
	}
}

// fields lists the JSON names of a type and of all types in it.
func fields(of reflect.Type, seen map[reflect.Type]bool) []string {
	for of.Kind() == reflect.Pointer || of.Kind() == reflect.Slice {
		of = of.Elem()
	}
	if of.Kind() != reflect.Struct || seen[of] || of == reflect.TypeFor[time.Time]() {
		return nil
	}
	seen[of] = true
	var names []string
	for field := range of.Fields() {
		if name, _, _ := strings.Cut(field.Tag.Get("json"), ","); name != "" && name != "-" {
			names = append(names, name)
		}
		names = append(names, fields(field.Type, seen)...)
	}
	return names
}

func TestCSVHasOneLineAStrategy(t *testing.T) {
	var written bytes.Buffer
	if err := report.Write(&written, report.FormatCSV, sample(), report.Layout{}); err != nil {
		t.Fatal(err)
	}
	records, err := csv.NewReader(&written).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(records) != 5 {
		t.Errorf("%d lines, want a head and one for each of 4 strategies", len(records))
	}
}

// What came from outside, such as an address, must not control the terminal or make markup.
func TestTextFromOutsideIsHarmless(t *testing.T) {
	c := sample()
	evil := "\x1b[31m\r\u202e\u009b<script>|"
	c.Results[0].Real, c.Results[0].Simulated, c.Args = evil, evil, []string{"compare", "--url", evil}
	c.Partial, c.Reason = true, evil
	for _, format := range []report.Format{report.FormatText, report.FormatMarkdown, report.FormatJSON} {
		var got bytes.Buffer
		if err := report.Write(&got, format, c, report.Layout{Width: 80}); err != nil {
			t.Fatal(err)
		}
		if strings.ContainsAny(got.String(), "\x1b\r\u202e\u009b") {
			t.Errorf("%s passes control characters on", format)
		}
		if format == report.FormatMarkdown && strings.Contains(strings.Split(got.String(), "```")[0], "<script>") {
			t.Errorf("Markdown passes markup on")
		}
	}
}
