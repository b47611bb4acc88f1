package workshop

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/parser"
	"go/token"
	"strings"
	"testing"

	"meanwhile/internal/workshop/check"
)

// Whatever a program prints and reports, what is told of it has a reason, names a place in the exercise or none, and has a
// timeline that can be drawn.
func FuzzWhatAProcessSaysIsBounded(f *testing.F) {
	f.Add("01-fetch-three/fetch.go:7:2: undefined: x\n", []byte(`{"done":true}`))
	f.Add("panic: oh\n\ngoroutine 7 [running]:\npractice/01-fetch-three.All()\n\tpractice/01-fetch-three/fetch.go:9 +0x1\n", []byte(`{}`))
	f.Add("WARNING: DATA RACE\n", []byte(`{"case":{"elapsed_ns":-1,"calls":-5,"spans":[{"name":"x","start_ns":9223372036854775807,"end_ns":-9}]}}`))
	f.Add("fatal error: all goroutines are asleep - deadlock!\n", []byte(`{"finding":{"reason":"leak","said":"x","stacks":"\tpractice/01-fetch-three/fetch.go:1"}}`))
	exercises, err := Exercises()
	if err != nil {
		f.Fatal(err)
	}
	m := &module{exercise: exercises[0]}
	f.Fuzz(func(t *testing.T, text string, data []byte) {
		var report check.Report
		if json.Unmarshal(data, &report) != nil {
			report = check.Report{}
		}
		ended := printed{text: text, err: errors.New("exit status 1")}
		told := []*Outcome{m.judge(ended, report, false), m.judge(printed{text: text}, report, true)}
		if outcome, err := m.uncompiled(ended); err == nil {
			told = append(told, outcome)
		}
		if outcome := m.vetted(ended); outcome != nil {
			told = append(told, outcome)
		}
		for _, o := range told {
			if !o.Passed && (o.Reason == "" && (report.Finding == nil || report.Finding.Reason != "")) {
				t.Errorf("it falls short for no reason: %+v", o)
			}
			if o.Place != "" && !strings.HasPrefix(o.Place, "01-fetch-three/") {
				t.Errorf("it is at %q", o.Place)
			}
			if o.Elapsed < 0 || o.Calls < 0 || o.Most < 0 || o.Left < 0 || len(o.Printed) > mostPrinted {
				t.Errorf("counted are %+v", o)
			}
			if o.Timeline == nil {
				continue
			}
			for _, lane := range o.Timeline.Lanes {
				if span := lane[0]; span.Start < 0 || span.End < span.Start || span.End > o.Timeline.Elapsed || o.Timeline.Elapsed > mostTime {
					t.Errorf("a span is %+v, of %v", span, o.Timeline.Elapsed)
				}
			}
		}
	})
}

// What is compiled in place of a learner's file has the same lines: the locks that stand in for those of package sync, and the turns
// between statements, are all that differs.
func FuzzWhatIsStagedHasTheSameLines(f *testing.F) {
	f.Add([]byte("package p\n\nimport \"sync\"\n\nvar mu sync.Mutex\n"))
	f.Add([]byte("package p\n\nimport (\n\tother `sync`\n\t\"sync\"\n\t. \"sync\"\n)\n"))
	f.Add([]byte("package p; import \"sync/atomic\"\n"))
	f.Add([]byte("package p // here\n\n//line x.go:7\nfunc f(c chan int) {\nagain:\n\tselect {\n\tcase <-c: f(c); goto again\n\tdefault:\n\t}\n\tgo func() { f(nil) }()\n}\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		before := bytes.Clone(text)
		staged := stage(text)
		if !bytes.Equal(text, before) {
			t.Errorf("%q was written over", before)
		}
		if _, err := parser.ParseFile(token.NewFileSet(), "", text, parser.SkipObjectResolution); err != nil {
			if !bytes.Equal(staged, text) {
				t.Errorf("%q, which is no Go, became %q", text, staged)
			}
			return
		}
		if _, err := parser.ParseFile(token.NewFileSet(), "", staged, parser.SkipObjectResolution); err != nil {
			t.Errorf("%q became %q: %v", text, staged, err)
		}
		if bytes.Count(staged, []byte("\n")) != bytes.Count(text, []byte("\n")) {
			t.Errorf("%q has other lines: %q", text, staged)
		}
		plain := strings.NewReplacer(checkName+".Turn(); ", "", "; import "+checkName+` "`+checkPath+`"`, "",
			`"`+locksPath+`"`, `"sync"`, "`sync`", `"sync"`)
		if plain.Replace(string(staged)) != plain.Replace(string(text)) {
			t.Errorf("%q became %q", text, staged)
		}
	})
}
