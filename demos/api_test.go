package demos_test

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"meanwhile/demos"
)

// ask returns what a handler answers, in JSON.
func ask[I, O any](t *testing.T, handler func(context.Context, *I) (*O, error), in *I) string {
	t.Helper()
	answer, err := handler(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(answer)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// refusal returns what a handler has against what it is asked. It must say so at once.
func refusal[I, O any](t *testing.T, handler func(context.Context, *I) (*O, error), in *I) (invalid demos.Invalid) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		answer, err := handler(t.Context(), in)
		var ok bool
		if invalid, ok = errors.AsType[demos.Invalid](err); !ok || answer != nil || time.Since(began) != 0 {
			t.Fatalf("answered %v with the error %v after %v, want an Invalid at once", answer, err, time.Since(began))
		}
	})
	return invalid
}

func TestSayHelloSaysHello(t *testing.T) {
	if got, want := ask(t, demos.SayHello, nil), `{"Hello":"World"}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestReadItemAnswersWhatItWasAsked(t *testing.T) {
	for _, test := range []struct {
		in   demos.ItemQuery
		want string
	}{
		{demos.ItemQuery{ItemID: 5, Q: "somequery"}, `{"item_id":5,"q":"somequery"}`},
		{demos.ItemQuery{ItemID: 5}, `{"item_id":5,"q":null}`},
		{demos.ItemQuery{ItemID: -1, Q: "5"}, `{"item_id":-1,"q":"5"}`},
	} {
		if got := ask(t, demos.ReadItem, &test.in); got != test.want {
			t.Errorf("got %s, want %s", got, test.want)
		}
	}
}

func TestSlowWaitsExactlySoLong(t *testing.T) {
	for delay, want := range map[string]struct {
		wait   time.Duration
		answer string
	}{
		"0s":       {0, `{"waited_ms":0}`},
		"1.5s":     {1500 * ms, `{"waited_ms":1500}`},
		"100.25ms": {100*ms + 250*time.Microsecond, `{"waited_ms":100.25}`},
		"30s":      {demos.MaxDelay, `{"waited_ms":30000}`},
	} {
		synctest.Test(t, func(t *testing.T) {
			began := time.Now()
			answer := ask(t, demos.Slow, &demos.SlowQuery{Delay: delay})
			if waited := time.Since(began); answer != want.answer || waited != want.wait {
				t.Errorf("a delay of %s: answered %s after %v, want %s after %v", delay, answer, waited, want.answer, want.wait)
			}
		})
	}
}

func TestAWaitEndsWithItsRequest(t *testing.T) {
	for name, handler := range map[string]func(context.Context) (any, error){
		"slow": func(ctx context.Context) (any, error) { return demos.Slow(ctx, &demos.SlowQuery{Delay: "30s"}) },
		"fanout, sequential": func(ctx context.Context) (any, error) {
			return demos.Fanout(ctx, &demos.FanoutQuery{Tasks: 10, Delay: "200ms", Strategy: "sequential", Limit: 3})
		},
		"fanout, goroutines": func(ctx context.Context) (any, error) {
			return demos.Fanout(ctx, &demos.FanoutQuery{Tasks: 10, Delay: "1s", Strategy: "goroutines", Limit: 3})
		},
		"fanout, limited": func(ctx context.Context) (any, error) {
			return demos.Fanout(ctx, &demos.FanoutQuery{Tasks: 10, Delay: "200ms", Strategy: "limited", Limit: 3})
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, leave := context.WithCancel(t.Context())
				time.AfterFunc(250*ms, leave)
				began := time.Now()
				answer, err := handler(ctx)
				if took := time.Since(began); !errors.Is(err, context.Canceled) || took != 250*ms {
					t.Errorf("answered %v with the error %v after %v, want the context's error after 250ms", answer, err, took)
				}
			})
		})
	}
}

func TestFanoutTellsWhenEachTaskRan(t *testing.T) {
	// at is a task that starts at a time, and waits for 100 ms.
	at := func(start float64) demos.TaskTime { return demos.TaskTime{Start: start, End: start + 100} }
	tests := []struct {
		name string
		in   demos.FanoutQuery
		want demos.Fanned // without its strategy
	}{
		{
			"stairs",
			demos.FanoutQuery{Tasks: 4, Delay: "100ms", Strategy: "sequential", Limit: 3},
			demos.Fanned{Elapsed: 400, Ideal: 400, Tasks: []demos.TaskTime{at(0), at(100), at(200), at(300)}},
		},
		{
			"all at once",
			demos.FanoutQuery{Tasks: 4, Delay: "100ms", Strategy: "goroutines", Limit: 3},
			demos.Fanned{Elapsed: 100, Ideal: 100, Tasks: []demos.TaskTime{at(0), at(0), at(0), at(0)}},
		},
		{
			"three at once, and the rest",
			demos.FanoutQuery{Tasks: 7, Delay: "100ms", Strategy: "limited", Limit: 3},
			demos.Fanned{Elapsed: 300, Ideal: 300, Tasks: []demos.TaskTime{
				at(0), at(0), at(0), at(100), at(100), at(100), at(200),
			}},
		},
		{
			"three at once, and no rest",
			demos.FanoutQuery{Tasks: 6, Delay: "100ms", Strategy: "limited", Limit: 3},
			demos.Fanned{Elapsed: 200, Ideal: 200, Tasks: []demos.TaskTime{at(0), at(0), at(0), at(100), at(100), at(100)}},
		},
		{
			"more room than tasks",
			demos.FanoutQuery{Tasks: 1, Delay: "100ms", Strategy: "limited", Limit: 1000},
			demos.Fanned{Elapsed: 100, Ideal: 100, Tasks: []demos.TaskTime{at(0)}},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				got, err := demos.Fanout(t.Context(), &test.in)
				if err != nil {
					t.Fatal(err)
				}
				test.want.Strategy = test.in.Strategy
				if diff := cmp.Diff(&test.want, got); diff != "" {
					t.Error(diff)
				}
				if took := time.Since(began); took != time.Duration(test.want.Elapsed)*ms {
					t.Errorf("took %v, and says %v ms", took, test.want.Elapsed)
				}
			})
		})
	}
}

func TestFanoutAnswersWithTheseNames(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		got := ask(t, demos.Fanout, &demos.FanoutQuery{Tasks: 1, Delay: "1ms", Strategy: "goroutines", Limit: 1})
		want := `{"strategy":"goroutines","elapsed_ms":1,"ideal_ms":1,"tasks":[{"start_ms":0,"end_ms":1}]}`
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	})
}

func TestFanoutTakesAsManyTasksAsItSays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := demos.FanoutQuery{Tasks: demos.MaxTasks, Delay: demos.MaxDelay.String(), Strategy: "goroutines", Limit: 1}
		got, err := demos.Fanout(t.Context(), &in)
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Tasks) != demos.MaxTasks || got.Elapsed != 30_000 {
			t.Errorf("%d tasks took %v ms", len(got.Tasks), got.Elapsed)
		}
	})
}

func TestDurationsAreRefusedWithTheReason(t *testing.T) {
	const unreadable = "no duration; write it like 100ms or 1s"
	for _, test := range []struct{ text, slow, work string }{
		{"", unreadable, unreadable},
		{"5 s", unreadable, unreadable},
		{"31", "out of range; give 0s to 30s", "out of range; give 0s to 1s"},
		{"soon", unreadable, unreadable},
		{"-1ns", "out of range; give 0s to 30s", "out of range; give 0s to 1s"},
		{"30.001s", "out of range; give 0s to 30s", "out of range; give 0s to 1s"},
		{"2500000h", "out of range; give 0s to 30s", "out of range; give 0s to 1s"},
	} {
		t.Run(test.text, func(t *testing.T) {
			want := demos.Invalid{Parameter: "delay", Value: test.text, Why: test.slow}
			if got := refusal(t, demos.Slow, &demos.SlowQuery{Delay: test.text}); got != want {
				t.Errorf("Slow: %+v, want %+v", got, want)
			}
			fanout := demos.FanoutQuery{Tasks: 1, Delay: test.text, Strategy: "goroutines", Limit: 1}
			if got := refusal(t, demos.Fanout, &fanout); got != want {
				t.Errorf("Fanout: %+v, want %+v", got, want)
			}
			want = demos.Invalid{Parameter: "work", Value: test.text, Why: test.work}
			if got := refusal(t, demos.Compute(noHashes), &demos.WorkQuery{Work: test.text}); got != want {
				t.Errorf("Compute: %+v, want %+v", got, want)
			}
		})
	}
}

// A Python developer writes seconds as a number.
func TestANumberIsSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		if got, want := ask(t, demos.Slow, &demos.SlowQuery{Delay: "0.25"}), `{"waited_ms":250}`; got != want {
			t.Errorf("it answers %s, want %s", got, want)
		}
	})
}

// noHashes fails: what is refused is not to get so far.
func noHashes(context.Context, time.Duration) (int, error) { return 0, errors.New("asked for hashes") }

func TestFanoutRefusesTasksThatWaitTooLongAllTogether(t *testing.T) {
	for _, test := range []struct {
		strategy  string
		tasks     int
		delay     string
		want, fit string // fit is a delay that is just let through
	}{
		{"sequential", 1000, "31ms", "1000 tasks take 31s by sequential, and 30s is the most", "30ms"},
		{"limited", 7, "10.1s", "7 tasks take 30.3s by limited, and 30s is the most", "10s"},
	} {
		t.Run(test.strategy, func(t *testing.T) {
			in := demos.FanoutQuery{Tasks: test.tasks, Delay: test.delay, Strategy: test.strategy, Limit: 3}
			want := demos.Invalid{Parameter: "delay", Value: test.delay, Why: test.want}
			if got := refusal(t, demos.Fanout, &in); got != want {
				t.Errorf("got %+v, want %+v", got, want)
			}
			synctest.Test(t, func(t *testing.T) {
				in.Delay = test.fit
				if got, err := demos.Fanout(t.Context(), &in); err != nil || got.Ideal != 30_000 || got.Elapsed != 30_000 {
					t.Errorf("a delay of %s is answered %+v with the error %v", test.fit, got, err)
				}
			})
		})
	}
}

// looks is a context that counts how often it is looked at, and has ended after so many times, unless that is 0.
type looks struct {
	context.Context
	count, last int
}

func (l *looks) Err() error {
	if l.count++; l.last > 0 && l.count > l.last {
		return context.Canceled
	}
	return nil
}

// A task that hashes looks at its context once in so many hashes: that is how many there were, from outside.
const hashesALook = 1024

func TestComputeDoesTheWorkItSays(t *testing.T) {
	const hashes = 5*hashesALook + 1
	var asked time.Duration
	compute := demos.Compute(func(_ context.Context, work time.Duration) (int, error) {
		asked = work
		return hashes, nil
	})
	ctx := &looks{Context: t.Context()}
	got, err := compute(ctx, &demos.WorkQuery{Work: "50ms"})
	if err != nil {
		t.Fatal(err)
	}
	if got.Hashes != hashes || asked != 50*ms {
		t.Errorf("says %d hashes for %v, want %d for 50ms", got.Hashes, asked, hashes)
	}
	if ctx.count != 6 {
		t.Errorf("looked at its context %d times, want 6: it computed other than %d hashes", ctx.count, hashes)
	}
}

func TestComputeAnswersWithTheseNames(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // where computing takes no time
		compute := demos.Compute(func(context.Context, time.Duration) (int, error) { return 10, nil })
		if got, want := ask(t, compute, &demos.WorkQuery{Work: "1s"}), `{"worked_ms":0,"hashes":10}`; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	})
}

func TestComputeStopsWithItsRequest(t *testing.T) {
	const years = 1 << 50 // of hashing
	compute := demos.Compute(func(context.Context, time.Duration) (int, error) { return years, nil })
	ctx := &looks{Context: t.Context(), last: 3}
	if got, err := compute(ctx, &demos.WorkQuery{Work: "1s"}); got != nil || !errors.Is(err, context.Canceled) {
		t.Errorf("answered %+v with the error %v", got, err)
	}
}

func TestComputeFailsWhereNobodyKnowsHowMuchToCompute(t *testing.T) {
	failure := errors.New("no core to be had")
	compute := demos.Compute(func(context.Context, time.Duration) (int, error) { return 0, failure })
	if got, err := compute(t.Context(), &demos.WorkQuery{Work: "1s"}); got != nil || err != failure {
		t.Errorf("answered %+v with the error %v, want %v", got, err, failure)
	}
}

func TestInvalidNamesTheParameterAndTheReason(t *testing.T) {
	err := demos.Invalid{Parameter: "delay", Value: "soon", Why: "no duration"}
	if got, want := err.Error(), "delay: no duration"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// tag returns what a tag says of a field.
func tag(t *testing.T, query any, field, name string) string {
	t.Helper()
	found, ok := reflect.TypeOf(query).FieldByName(field)
	if !ok {
		t.Fatalf("%T has no %s", query, field)
	}
	return found.Tag.Get(name)
}

// The tags are what the router goes by and what the documentation shows.
func TestTagsSayHowMuchMayBeAskedFor(t *testing.T) {
	for _, field := range []string{"Tasks", "Limit"} {
		if got, want := tag(t, demos.FanoutQuery{}, field, "maximum"), strconv.Itoa(demos.MaxTasks); got != want {
			t.Errorf("at most %s %s, want %s", got, field, want)
		}
		if got := tag(t, demos.FanoutQuery{}, field, "minimum"); got != "1" {
			t.Errorf("at least %s %s, want 1", got, field)
		}
	}
	for _, test := range []struct {
		query any
		field string
		want  string
	}{
		{demos.SlowQuery{}, "Delay", "up to " + demos.MaxDelay.String() + "."},
		{demos.FanoutQuery{}, "Delay", "at most " + demos.MaxDelay.String() + "."},
		{demos.WorkQuery{}, "Work", "up to " + demos.MaxWork.String() + "."},
	} {
		if got := tag(t, test.query, test.field, "doc"); !strings.HasSuffix(got, test.want) {
			t.Errorf("%T: %s is documented as %q, want %q at its end", test.query, test.field, got, test.want)
		}
	}
}

func TestTagsHaveDefaultsThatTheHandlersTake(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := demos.SlowQuery{Delay: tag(t, demos.SlowQuery{}, "Delay", "default")}
		if got, want := ask(t, demos.Slow, &slow), `{"waited_ms":1000}`; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	})
	var asked time.Duration
	compute := demos.Compute(func(_ context.Context, work time.Duration) (int, error) {
		asked = work
		return 1, nil
	})
	work := demos.WorkQuery{Work: tag(t, demos.WorkQuery{}, "Work", "default")}
	if got, err := compute(t.Context(), &work); err != nil || asked != 50*ms {
		t.Errorf("answered %+v with the error %v, and asked for %v of work", got, err, asked)
	}
}

func TestTagsNameTheStrategiesThatFanoutHas(t *testing.T) {
	number := func(t *testing.T, field string) int {
		n, err := strconv.Atoi(tag(t, demos.FanoutQuery{}, field, "default"))
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	takes := map[string]float64{"sequential": 1000, "goroutines": 100, "limited": 400}
	names := tag(t, demos.FanoutQuery{}, "Strategy", "enum")
	if answers := tag(t, demos.Fanned{}, "Strategy", "enum"); answers != names {
		t.Errorf("takes %s and answers %s", names, answers)
	}
	if usual := tag(t, demos.FanoutQuery{}, "Strategy", "default"); usual != "goroutines" {
		t.Errorf("the default is %q, want goroutines", usual)
	}
	for name := range strings.SplitSeq(names, ",") {
		want, known := takes[name]
		if !known {
			t.Errorf("%q is not known here", name)
		}
		delete(takes, name)
		synctest.Test(t, func(t *testing.T) {
			in := demos.FanoutQuery{
				Tasks: number(t, "Tasks"), Delay: tag(t, demos.FanoutQuery{}, "Delay", "default"),
				Strategy: name, Limit: number(t, "Limit"),
			}
			got, err := demos.Fanout(t.Context(), &in)
			if err != nil {
				t.Fatal(err)
			}
			if got.Elapsed != want || got.Ideal != want {
				t.Errorf("%s takes %v ms and should take %v, want %v of both", name, got.Elapsed, got.Ideal, want)
			}
		})
	}
	if len(takes) > 0 {
		t.Errorf("nobody can ask for %v", takes)
	}
}
