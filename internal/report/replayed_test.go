package report_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"meanwhile/internal/measure"
	"meanwhile/internal/report"
	"meanwhile/internal/term"
)

// recordingOf is a comparison as it is recorded.
func recordingOf(t testing.TB, c *measure.Comparison) []byte {
	t.Helper()
	var written bytes.Buffer
	if err := report.Write(&written, report.FormatJSON, c, report.Layout{}); err != nil {
		t.Fatal(err)
	}
	return written.Bytes()
}

func read(t testing.TB, recording []byte) *measure.Comparison {
	t.Helper()
	c, err := measure.Read(bytes.NewReader(recording))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Whatever is let through by measure.Read is written in every format, and does no harm in any. The changes are made to values of the
// recording, three bytes each: bytes that fall anywhere leave little of JSON.
func FuzzReplayed(f *testing.F) {
	small, err := os.ReadFile("../measure/testdata/small.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(small, []byte{})
	f.Add(small, []byte{0, 40, 0, 0, 60, 1, 0, 80, 2})
	f.Add(recordingOf(f, sample()), []byte{0, 0, 3})
	f.Add([]byte(`{"schema":"`+measure.Schema+`"}`), []byte{})
	f.Add([]byte(`{"schema":"`+measure.Schema+`","results":[{"workload":"cpu","gomaxprocs":1,"tasks":1,"delays_ns":[0],`+
		`"strategies":[{"strategy":"s","elapsed_ns":{"median":1,"max":1},"rounds":[{}],"timeline":{"lanes":[[]]}}]}]}`), []byte{})
	f.Fuzz(func(t *testing.T, recording, changes []byte) {
		c, err := measure.Read(bytes.NewReader(changed(recording, changes)))
		if err != nil {
			return
		}
		doesNoHarm(t, c)
		again := recordingOf(t, c)
		if twice := recordingOf(t, read(t, again)); !bytes.Equal(again, twice) {
			t.Errorf("written and read again, it is another:\n%s\n%s", again, twice)
		}
		eachText(reflect.ValueOf(c).Elem(), func(text string) string { return marker + text })
		doesNoHarm(t, c)
	})
}

// changed is a recording with other values in some places: two bytes choose the place, one the value.
func changed(recording, changes []byte) []byte {
	var tree any
	if len(changes) < 3 || json.Unmarshal(recording, &tree) != nil {
		return recording
	}
	values := []string{
		`0`, `1`, `-1`, `2`, `7`, `0.5`, `1000000000`, `1000000000000000`, `1000000000000000000`, `1e300`, `true`, `null`, `[]`, `{}`, `[1,2,3,0,0]`,
		`[[3,0,1,0,0]]`, `""`, `"x"`, `"` + strings.Repeat("long ", 1000) + `"`, `"漢字"`, `"e\u0301"`, `"\u05d0\u05d1"`, `"👩\u200d💻"`,
		`"a\u001b[1mb\u202e\n"`, `"\"` + "`<|*_" + `"`,
	}
	for ; len(changes) >= 3; changes = changes[3:] {
		var places []func(any)
		setters(tree, &places)
		if len(places) > 0 {
			places[(int(changes[0])<<8|int(changes[1]))%len(places)](json.RawMessage(values[int(changes[2])%len(values)]))
		}
	}
	written, err := json.Marshal(tree)
	if err != nil {
		return recording
	}
	return written
}

// setters lists how to change each value within a tree of JSON, always in the same order.
func setters(tree any, all *[]func(any)) {
	switch tree := tree.(type) {
	case []any:
		for i := range tree {
			*all = append(*all, func(value any) { tree[i] = value })
			setters(tree[i], all)
		}
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(tree)) {
			if key != "schema" {
				*all = append(*all, func(value any) { tree[key] = value })
				setters(tree[key], all)
			}
		}
	}
}

// marker is markup, and the end of whatever markup it may stand in.
const marker = "`'\"--></script></title><mark-x a='"

// layouts are those that text can have: wide and narrow, coloured, and without Unicode.
func layouts() []report.Layout {
	var all []report.Layout
	for _, width := range []int{40, 60, 80, 200} {
		for _, colour := range []term.Colour{term.Never, term.Always} {
			for _, ascii := range []bool{false, true} {
				streams := &term.Streams{}
				streams.Decide(colour, ascii)
				all = append(all, report.Layout{Style: streams.Style, Width: width, Timelines: width != 200})
			}
		}
	}
	return all
}

// sgr is what sets a colour.
var sgr = regexp.MustCompile(`\x1b\[[0-9;]*m`)

// doesNoHarm writes a comparison in every format and looks for what would control a terminal or make markup.
func doesNoHarm(t *testing.T, c *measure.Comparison) {
	t.Helper()
	for _, layout := range layouts() {
		plain := writtenAs(t, report.FormatText, c, layout)
		var steps bytes.Buffer
		if err := report.WriteSteps(&steps, c, layout); err != nil && !errors.Is(err, report.ErrNoTimelines) {
			t.Fatal(err)
		}
		for _, text := range []string{plain, steps.String()} {
			if layout.Style.Coloured() {
				text = sgr.ReplaceAllString(text, "")
			}
			if i := strings.IndexFunc(text, func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }); i >= 0 || !utf8.ValidString(text) {
				t.Errorf("%d columns: the text has something unprintable in it: %q", layout.Width, text[max(0, i-20):min(len(text), i+20)])
			}
		}
	}
	for _, format := range []report.Format{report.FormatJSON, report.FormatCSV, report.FormatMarkdown, report.FormatHTML, report.FormatPerfetto} {
		text := writtenAs(t, format, c, report.Layout{})
		if !utf8.ValidString(text) {
			t.Errorf("%s is no UTF-8", format)
		}
		// Code has tabs.
		if i := strings.IndexFunc(text, func(r rune) bool { return r != '\n' && r != '\t' && !unicode.IsPrint(r) }); i >= 0 && format != report.FormatHTML {
			t.Errorf("%s has something unprintable in it: %q", format, text[max(0, i-20):min(len(text), i+20)])
		}
		switch format {
		case report.FormatHTML:
			if strings.Contains(text, "<mark-") || strings.Contains(text, "\x1b") {
				t.Errorf("a text becomes markup, or ESC is passed on")
			}
			elements(t, text) // it is well formed
		case report.FormatMarkdown:
			// What follows is the command, as code.
			if before, _, _ := strings.Cut(text, "\n```"); strings.Contains(before, "<mark-") {
				t.Errorf("a text becomes markup in Markdown")
			}
		case report.FormatJSON, report.FormatPerfetto:
			if text != "" && !json.Valid([]byte(text)) {
				t.Errorf("%s is no JSON", format)
			}
		}
	}
}

// writtenAs writes a comparison; a format that needs timelines may have none.
func writtenAs(t *testing.T, format report.Format, c *measure.Comparison, layout report.Layout) string {
	t.Helper()
	var written bytes.Buffer
	if err := report.Write(&written, format, c, layout); err != nil && !errors.Is(err, report.ErrNoTimelines) {
		t.Fatalf("%s: %v", format, err)
	}
	return written.String()
}

// eachText changes every text of a value, but for the schema.
func eachText(v reflect.Value, change func(string) string) {
	switch v.Kind() {
	case reflect.String:
		if v.String() != measure.Schema {
			v.SetString(change(v.String()))
		}
	case reflect.Pointer:
		if !v.IsNil() {
			eachText(v.Elem(), change)
		}
	case reflect.Slice:
		for i := range v.Len() {
			eachText(v.Index(i), change)
		}
	case reflect.Struct:
		for _, field := range v.Fields() {
			if field.CanSet() {
				eachText(field, change)
			}
		}
	}
}

// A recording costs at most 60 bytes a span, beside what it holds without timelines.
func TestASpanTakesAtMostSixtyBytesOfARecording(t *testing.T) {
	for workload, tasks := range map[string]int{"sleep": 100, "network": 20} {
		t.Run(workload, func(t *testing.T) {
			plan := measure.DefaultPlan()
			plan.Workloads, plan.Strategies = []string{workload}, []string{"sequential", "goroutines", "limited", "workers", "errgroup"}
			plan.Traced, plan.Rounds, plan.Warmup, plan.Spec.Tasks = true, 1, 0, tasks
			plan.Spec.Delays, plan.Spec.Jitter = []time.Duration{2 * ms}, 0
			results, err := measure.Run(context.Background(), plan, workload, func(measure.Progress) {})
			if err != nil {
				t.Fatal(err)
			}
			c := measure.New(plan, "meanwhile test")
			c.Results = results
			with := len(recordingOf(t, c))
			spans := 0
			rows := c.Results[0].Rows
			for i := range rows {
				spans += rows[i].Timeline.Spans()
				rows[i].Timeline = nil
			}
			without := len(recordingOf(t, c))
			each := float64(with-without) / float64(spans)
			t.Logf("%d spans take %d bytes, %.1f each", spans, with-without, each)
			if spans < tasks || each > 60 {
				t.Errorf("%d spans take %.1f bytes each, want at most 60", spans, each)
			}
		})
	}
}
