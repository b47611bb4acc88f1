package measure_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"meanwhile/internal/lab"
	"meanwhile/internal/measure"
)

func TestPlansAreChecked(t *testing.T) {
	cases := []struct {
		name   string
		change func(*measure.Plan)
		want   string
	}{
		{"no limit", func(p *measure.Plan) { p.Limit = 0 }, "--limit"},
		{"no rounds", func(p *measure.Plan) { p.Rounds = 0 }, "--rounds"},
		{"endless rounds", func(p *measure.Plan) { p.Rounds = measure.MaxRounds + 1 }, "--rounds"},
		{"a negative warm-up", func(p *measure.Plan) { p.Warmup = -1 }, "--warmup"},
		{"an endless timeout", func(p *measure.Plan) { p.Timeout = measure.MaxTimeout + 1 }, "--timeout"},
		{"cores that are not there", func(p *measure.Plan) { p.Procs = []int{1 << 20} }, "--procs"},
		{"a spec that is wrong", func(p *measure.Plan) { p.Spec.Pool = -1 }, "--pool"},
		{"too many threads", func(p *measure.Plan) { p.Workloads, p.Spec.Tasks = []string{"file"}, 4001 }, "--strategy limited"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			p := plan("sleep")
			if err := p.Check(); err != nil {
				t.Fatal(err)
			}
			c.change(&p)
			err := p.Check()
			if _, ok := errors.AsType[lab.SpecError](err); !ok || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want a SpecError that says %s", err, c.want)
			}
		})
	}
}

func TestALimitKeepsManyTasksFromBeingRefused(t *testing.T) {
	p := plan("file")
	p.Strategies, p.Spec.Tasks, p.Limit = []string{"sequential", "limited", "workers"}, 5000, 100
	if err := p.Check(); err != nil {
		t.Errorf("5000 files, 100 at once: %v", err)
	}
}

func TestALongRunIsForetold(t *testing.T) {
	p := plan("sleep")
	p.Strategies, p.Spec.Tasks, p.Spec.Delays, p.Rounds = []string{"sequential", "goroutines", "limited"}, 100, []time.Duration{time.Second}, 9
	if got, want := p.Estimate(), 10*(100+1+25)*time.Second; got != want {
		t.Errorf("10 rounds of 100 tasks of 1s take about %v, want %v", got, want)
	}
	file := plan("file")
	if got := file.Estimate(); got != 0 {
		t.Errorf("what files take is not known before they are written, and was told as %v", got)
	}
}

func TestArgsAreWhatDiffersFromTheDefaults(t *testing.T) {
	all := []string{"sleep", "file", "network", "database", "cpu"}
	usual := measure.DefaultPlan()
	usual.Workloads, usual.Strategies = all, measure.UsualStrategies(len(all))
	one := plan("database")
	one.Spec.DSN, one.Spec.Delays = "postgres://me:hunter2@127.0.0.1/db", []time.Duration{time.Second, 0}
	one.Spec.Tasks, one.Rounds, one.Timeout = 2, 8, time.Minute
	for _, c := range []struct {
		plan measure.Plan
		want string
	}{
		{usual, "compare"},
		{one, "compare database --strategy sequential,goroutines,limited,workers,errgroup --tasks 2 --delay 1s,none " +
			"--dsn postgres://me:xxxxx@127.0.0.1/db --rounds 8 --timeout 1m0s"},
	} {
		if got := strings.Join(c.plan.Args(), " "); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}
