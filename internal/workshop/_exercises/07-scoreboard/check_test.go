package scoreboard_test

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	. "practice/07-scoreboard"
	"practice/internal/check"
)

func TestBoard(t *testing.T) {
	all := check.Begin(t)
	all.Run("judges at one archer", func(c *check.Case) {
		table, names := newTable(c), archers(c, 2)
		board := New(table)
		want := map[string]int{}
		hit := func(archer string) func() {
			points := 1 + c.Rand.IntN(10)
			want[archer] += points
			return func() { board.Hit(archer, points) }
		}
		c.Do(hit(names[0])) // from here on, the archer is known
		c.Same("the archers after one arrow", board.Archers(), names[:1])
		arrows := []func(){}
		for range 3 + c.Rand.IntN(4) {
			arrows = append(arrows, hit(names[0]))
		}
		c.Do(func() { atOnce(arrows...) })
		table.counted(board, want)
	})
	all.Run("a speaker who reads while judges write", func(c *check.Case) {
		table, names := newTable(c), archers(c, 3)
		board := New(table)
		want := map[string]int{}
		var judge []func()
		for range 2 {
			for _, name := range names {
				points := 1 + c.Rand.IntN(10)
				want[name] += points
				judge = append(judge, func() { board.Hit(name, points) })
			}
		}
		speak := func() {
			last := 0
			for range 12 {
				points := board.Points(names[0])
				if points < last || points > want[names[0]] {
					c.Fail(check.Value, "%s had %d points, then %d, and has %d in the end", names[0], last, points, want[names[0]])
				}
				last = points
				time.Sleep(table.took / 2) // so that the next reading begins while a Set is under way
			}
		}
		list := func() {
			for range 40 {
				for _, name := range board.Archers() {
					if !table.has(name) {
						c.Fail(check.Value, "%s was in the list of archers before there were points in the table", name)
					}
				}
				time.Sleep(3 * time.Millisecond)
			}
		}
		c.Do(func() {
			atOnce(func() {
				for _, hit := range judge {
					hit()
				}
			}, speak, list)
		})
		c.Same("the archers", board.Archers(), names)
		table.counted(board, want)
	})
	all.Run("judges at all archers", func(c *check.Case) {
		table, names := newTable(c), archers(c, 4+c.Rand.IntN(4))
		board := New(table)
		want := map[string]int{}
		var arrows []func()
		for range 3 {
			for _, name := range names {
				points := 1 + c.Rand.IntN(10)
				want[name] += points
				arrows = append(arrows, func() { board.Hit(name, points) })
			}
		}
		c.Do(func() { atOnce(arrows...) })
		table.counted(board, want)
		slices.Sort(names)
		c.Same("the archers, sorted", slices.Sorted(slices.Values(board.Archers())), names)
	})
	all.Run("an office that changes its list", func(c *check.Case) {
		names := archers(c, 5)
		board := New(newTable(c))
		for _, name := range names[:3] {
			c.Do(func() { board.Hit(name, 1+c.Rand.IntN(10)) })
		}
		mine := append(board.Archers(), "the office's own")
		c.Do(func() { board.Hit(names[3], 1) })
		if mine[3] != "the office's own" {
			c.Fail(check.Value, "the office added a name to its list, and the next arrow put %s in that place: both share one slice", names[3])
		}
		slices.Reverse(board.Archers())
		if got := board.Archers(); !slices.Equal(got, names[:4]) {
			c.Fail(check.Value, "the office turned its list round, and the board's has changed: it should be %q, and is %q", names[:4], got)
		}
		c.Do(func() { board.Hit(names[4], 1) })
		c.Same("the archers", board.Archers(), names)
	})
	// Here the table takes no time. Two who add to the list without the lock do so at the same moment of real time then,
	// nearly always, if there is more than one processor.
	all.Run("arrows in quick succession", func(c *check.Case) {
		if check.Raced() {
			return
		}
		for range 200 {
			check.Quietly(func() {
				c.Do(func() { quick(c) })
			})
		}
	})
	all.Done()
}

// quick lets judges write at the same moment of real time, one arrow for each archer.
func quick(c *check.Case) {
	const judges, each = 4, 100
	board := New(&quickTable{points: map[string]int{}})
	var ready atomic.Int64
	var shooting sync.WaitGroup
	for judge := range judges {
		shooting.Go(func() {
			ready.Add(1)
			for ready.Load() < judges {
				runtime.Gosched()
			}
			for i := range each {
				board.Hit(fmt.Sprintf("archer %d of judge %d", i+1, judge+1), 1)
			}
		})
	}
	shooting.Wait()
	if got := len(board.Archers()); got != judges*each {
		c.Fail(check.Value, "%d archers have hit something, and %d are in the list: the others got lost", judges*each, got)
	}
}

// archers are names, no two the same.
func archers(c *check.Case, n int) []string {
	var names []string
	for len(names) < n {
		if name := c.Word(); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// atOnce calls all functions at the same moment, and waits for them.
func atOnce(functions ...func()) {
	var wg sync.WaitGroup
	for _, f := range functions {
		wg.Go(f)
	}
	wg.Wait()
}

var _ Table = (*table)(nil)

// table is a Table that ends the check when it is used as a map must not be.
type table struct {
	c    *check.Case
	took time.Duration // by each use

	mu      sync.Mutex // guards all below
	points  map[string]int
	readers []string // the archers who are read now
	writers []string // and those who are written
}

func newTable(c *check.Case) *table {
	return &table{c: c, took: c.Between(5*time.Millisecond, 15*time.Millisecond, time.Millisecond), points: map[string]int{}}
}

func (t *table) Get(archer string) (int, bool) {
	t.enter(&t.readers, "read", archer)
	_ = t.c.Call(context.Background(), "Get "+archer, t.took)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.leave(&t.readers, archer)
	points, ok := t.points[archer]
	return points, ok
}

func (t *table) Set(archer string, points int) {
	t.enter(&t.writers, "written", archer)
	_ = t.c.Call(context.Background(), "Set "+archer, t.took)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.leave(&t.writers, archer)
	t.points[archer] = points
}

// enter notes that somebody begins to use the table.
func (t *table) enter(list *[]string, doing, archer string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case len(t.writers) > 0:
		t.objects(t.writers[0], "written", archer, doing)
	case len(t.readers) > 0 && doing == "written":
		t.objects(t.readers[0], "read", archer, doing)
	}
	*list = append(*list, archer)
}

func (t *table) objects(first, was, second, doing string) {
	whose := "those of " + first
	if first == second {
		whose = "they"
	}
	t.c.Fail(check.Misuse, "the points of %s were %s while %s were being %s: while one writes the table, nobody else may read or write it",
		second, doing, whose, was)
}

// leave notes that somebody is through. mu is held.
func (t *table) leave(list *[]string, archer string) {
	i := slices.Index(*list, archer)
	*list = slices.Delete(*list, i, i+1)
}

// has tells whether an archer's points are in the table, and not only on their way.
func (t *table) has(archer string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	_, ok := t.points[archer]
	return ok
}

// counted fails if arrows got lost, on the board or in the table.
func (t *table) counted(board *Board, want map[string]int) {
	for archer, points := range want {
		if got := board.Points(archer); got != points {
			t.c.Fail(check.Value, "the arrows of %s made %d points, and the board shows %d", archer, points, got)
		}
		t.mu.Lock()
		got := t.points[archer]
		t.mu.Unlock()
		if got != points {
			t.c.Fail(check.Value, "the arrows of %s made %d points, and the table has %d", archer, points, got)
		}
	}
}

// quickTable is a Table that takes no time, and that everybody can use at once.
type quickTable struct {
	mu     sync.Mutex // guards points
	points map[string]int
}

func (t *quickTable) Get(archer string) (int, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	points, ok := t.points[archer]
	return points, ok
}

func (t *quickTable) Set(archer string, points int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.points[archer] = points
}
