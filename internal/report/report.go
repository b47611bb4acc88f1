// Package report writes a comparison as text, JSON, CSV, Markdown, HTML and events for Perfetto. What it shows stands in the
// comparison, or is counted from it.
package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"meanwhile/internal/measure"
	"meanwhile/internal/term"
)

// Format is a way to write a comparison.
type Format string

// The formats.
const (
	FormatText     Format = "text"
	FormatJSON     Format = "json"
	FormatCSV      Format = "csv"
	FormatMarkdown Format = "markdown"
	FormatHTML     Format = "html"
	FormatPerfetto Format = "perfetto"
)

// Formats lists them all.
func Formats() []Format {
	return []Format{FormatText, FormatJSON, FormatCSV, FormatMarkdown, FormatHTML, FormatPerfetto}
}

// Write writes a comparison to w. The layout is that of text, and of no account elsewhere.
func Write(w io.Writer, format Format, c *measure.Comparison, layout Layout) error {
	switch format {
	case FormatJSON:
		return JSON(w, c)
	case FormatCSV:
		return writeCSV(w, c)
	case FormatMarkdown:
		_, err := io.WriteString(w, markdown(c))
		return err
	case FormatHTML:
		return writeHTML(w, c)
	case FormatPerfetto:
		return writePerfetto(w, c)
	}
	_, err := io.WriteString(w, layout.Comparison(c))
	return err
}

// writeCSV writes a line a strategy.
func writeCSV(w io.Writer, c *measure.Comparison) error {
	out := csv.NewWriter(w)
	records := [][]string{{
		"workload", "gomaxprocs", "strategy", "tasks", "rounds",
		"median_ns", "low_ns", "high_ns", "min_ns", "max_ns",
		"speedup", "speedup_low", "speedup_high", "waiting",
		"predicted_low_ns", "predicted_high_ns", "verdict", "simulated", "partial", "waiting_from",
	}}
	for _, r := range c.Results {
		for _, row := range r.Rows {
			record := []string{r.Workload, strconv.Itoa(r.Procs), row.Strategy, strconv.Itoa(r.Tasks), strconv.Itoa(len(row.Rounds))}
			record = append(record, cells(&row.Elapsed, 0)...)
			record = append(record, whole(row.Elapsed.Min), whole(row.Elapsed.Max))
			record = append(record, cells(row.Speedup, 4)...)
			record = append(record, strconv.FormatFloat(row.Waiting, 'f', 4, 64))
			if row.Predicted != nil {
				record = append(record, whole(float64(row.Predicted.Low)), whole(float64(row.Predicted.High)))
			} else {
				record = append(record, "", "")
			}
			record = append(record, string(row.Verdict.Outcome), r.Simulated, strconv.FormatBool(c.Partial), string(row.WaitingFrom))
			records = append(records, record)
		}
	}
	return out.WriteAll(records)
}

// cells is a median and its interval, empty where there is none.
func cells(e *measure.Estimate, decimals int) []string {
	if e == nil {
		return []string{"", "", ""}
	}
	number := func(x float64) string { return strconv.FormatFloat(x, 'f', decimals, 64) }
	if e.Interval == nil {
		return []string{number(e.Median), "", ""}
	}
	return []string{number(e.Median), number(e.Interval.Low), number(e.Interval.High)}
}

func whole(x float64) string { return strconv.FormatFloat(x, 'f', 0, 64) }

// markdown writes a heading and a table a result.
func markdown(c *measure.Comparison) string {
	var b strings.Builder
	if c.Partial {
		fmt.Fprintf(&b, "> **Partial**: %s.\n\n", escape(c.Reason))
	}
	for i := range c.Results {
		r := &c.Results[i]
		fmt.Fprintf(&b, "## %s\n\n%s\n\nReal: %s.\n\n", escape(heading(r)), escape(setting(r)), escape(realPart(r)))
		if r.Simulated != "" {
			fmt.Fprintf(&b, "Simulated: %s.\n\n", escape(r.Simulated))
		}
		b.WriteString("| strategy | time | 95 % interval | min…max | speed-up | predicted | waiting | verdict |\n")
		b.WriteString("|---|--:|--:|--:|--:|--:|--:|---|\n")
		for _, row := range r.Rows {
			fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | %s | %s |\n", escape(row.Strategy),
				human(row.Elapsed.Median), interval(row.Elapsed), spread(row.Elapsed), speedup(&row, true),
				predicted(&row), measure.Percent(row.Waiting), escape(row.Verdict.Words))
		}
		b.WriteString("\n")
		if picture := (Layout{Width: mostText}).Picture(r.Rows, extraRun); picture != "" {
			fmt.Fprintf(&b, "```text\n%s```\n\n", strings.TrimRight(picture, "\n")+"\n")
		}
		for _, warning := range r.Warnings {
			fmt.Fprintf(&b, "- %s\n", escape(sentence(warning)))
		}
		if len(r.Warnings) > 0 {
			b.WriteString("\n")
		}
		fmt.Fprintf(&b, "%s\n\n", escape(r.Learned))
	}
	if len(c.Results) > 1 {
		fmt.Fprintf(&b, "**%s**\n\n", escape(c.Learned))
	}
	for _, line := range append(method(c), "waiting: the share of the tasks' time "+evidence(c)) {
		fmt.Fprintf(&b, "%s  \n", escape(line))
	}
	fmt.Fprintf(&b, "\n```sh\nmeanwhile %s\n```\n", strings.Join(shellWords(c.Args), " "))
	return b.String()
}

// escape keeps Markdown from taking text for markup.
func escape(text string) string {
	text = term.Printable(text, 1000)
	return strings.NewReplacer(`\`, `\\`, "|", `\|`, "&", "&amp;", "<", "&lt;", ">", "&gt;", "[", `\[`, "]", `\]`, "*", `\*`, "_", `\_`, "`", "\\`").Replace(text)
}

// The words below are shared by text and Markdown.

// heading names a result.
func heading(r *measure.Result) string {
	if r.Workload == "cpu" {
		return "cpu on " + Count(r.Procs, "core")
	}
	return r.Workload
}

// setting says what ran.
func setting(r *measure.Result) string {
	text := Count(r.Tasks, "task")
	if length := delay(r); length != "" {
		text += " of " + length
	}
	return text + "; each " + r.Task
}

// realPart says what really happens.
func realPart(r *measure.Result) string {
	if r.Work > 0 {
		return fmt.Sprintf("%s; %d hashes a task", r.Real, r.Work)
	}
	return r.Real
}

// delay is the known wait of a task, or the range of all.
func delay(r *measure.Result) string {
	shortest, longest := slices.Min(r.Delays), slices.Max(r.Delays)
	if longest == 0 {
		return ""
	}
	return plainNumbers.Replace(strings.TrimPrefix(between(float64(shortest), float64(longest), "–"), "0 ns–"))
}

// plainNumbers drops the decimals of a number that was chosen, and not measured.
var plainNumbers = strings.NewReplacer(".00 ", " ", ".0 ", " ", ".00–", "–", ".0–", "–")

// speedup is the ratio, or ~ where it cannot be told from 1.
func speedup(row *measure.Row, withInterval bool) string {
	s := row.Speedup
	switch {
	case s == nil:
		return ""
	case s.Interval == nil:
		return "(" + measure.Times(s.Median) + ")"
	case !s.Differs():
		return "~"
	case withInterval:
		return fmt.Sprintf("%s (%s)", measure.Times(s.Median), ratios(s.Interval))
	}
	return measure.Times(s.Median)
}

func ratios(r *measure.Range) string {
	return strings.TrimSuffix(measure.Times(r.Low), "×") + "–" + measure.Times(r.High)
}

func predicted(row *measure.Row) string {
	if row.Predicted == nil {
		return ""
	}
	return Expected(*row.Predicted)
}

func interval(e measure.Estimate) string {
	if e.Interval == nil {
		return ""
	}
	return between(e.Interval.Low, e.Interval.High, "–")
}

func spread(e measure.Estimate) string { return between(e.Min, e.Max, "…") }

// between writes a range of durations, the unit once where both have the same.
func between(low, high float64, sign string) string {
	from, to := human(low), human(high)
	if from == to {
		return to
	}
	number, unit, _ := strings.Cut(from, " ")
	if strings.HasSuffix(to, " "+unit) {
		from = number
	}
	return from + sign + to
}

func human(nanoseconds float64) string { return measure.Human(time.Duration(nanoseconds)) }

// sentence puts a warning into words.
func sentence(w measure.Warning) string {
	text := fmt.Sprintf("%s: %s", w.What, w.Cause)
	if w.Next != "" {
		text += "; try " + w.Next
	}
	return text
}

// method says how the numbers came about.
func method(c *measure.Comparison) []string {
	machine := fmt.Sprintf("%s/%s, %d cores, %s", c.Machine.OS, c.Machine.Arch, c.Machine.Cores, c.Machine.Go)
	if c.Machine.CPU != "" {
		machine = c.Machine.CPU + ", " + machine
	}
	rounds := fmt.Sprintf("%s, every strategy in each, after %s", Count(c.Plan.Rounds, "round"), Count(c.Plan.Warmup, "warm-up"))
	if c.Partial {
		rounds = "planned: " + rounds
	}
	return []string{rounds, machine}
}

// Count says how many there are of something.
func Count(n int, noun string) string {
	if n == 0 {
		return "no " + noun
	}
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// shellWords quotes the words of a command line for a POSIX shell.
func shellWords(args []string) []string {
	words := make([]string, len(args))
	for i, arg := range args {
		words[i] = term.Printable(arg, longestWord)
		if strings.ContainsAny(arg, " \t\n'\"\\$`&|;<>()*?[]#~!{}") {
			words[i] = "'" + strings.ReplaceAll(words[i], "'", `'\''`) + "'"
		}
	}
	return words
}

// longestWord is how much of a word is shown: a list of thousands of delays is cut.
const longestWord = 4000
