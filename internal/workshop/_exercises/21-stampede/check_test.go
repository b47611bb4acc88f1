package snow

import (
	"errors"
	"sync"
	"testing"
	"time"

	"practice/internal/check"
)

// service is the weather service: what it knows, and how long that takes.
type service struct {
	c       *check.Case
	reports map[string]string
	delays  map[string]time.Duration

	mu   sync.Mutex // guards down
	down map[string]error
}

func newService(c *check.Case, valleys int) (*service, []string) {
	s := &service{c: c, reports: map[string]string{}, delays: map[string]time.Duration{}, down: map[string]error{}}
	var names []string
	for len(names) < valleys {
		name := c.Word()
		if _, taken := s.reports[name]; taken {
			continue
		}
		names = append(names, name)
		s.reports[name] = c.Word() + " cm"
		s.delays[name] = c.Between(time.Second, 3*time.Second, 100*time.Millisecond)
	}
	return s, names
}

func (s *service) load(valley string) (string, error) {
	delay, known := s.delays[valley]
	if !known {
		s.c.Fail(check.Misuse, "the report of %q was loaded, and nobody asked for that valley", valley)
	}
	s.mu.Lock()
	down := s.down[valley]
	s.mu.Unlock()
	if err := s.c.Call(s.c.Context(), valley, delay); err != nil {
		return "", err
	}
	if down != nil {
		return "", down
	}
	return s.reports[valley], nil
}

// answer is what somebody got.
type answer struct {
	valley, report string
	err            error
	waited         time.Duration
}

// ask has so many people ask for each of the valleys, all before the first load can end.
func (s *service) ask(cache *Cache, people int, valleys ...string) []answer {
	var all sync.WaitGroup
	answers := make([]answer, people*len(valleys))
	for i := range answers {
		valley := valleys[i%len(valleys)]
		var at time.Duration
		if i >= 10*len(valleys) { // the others at the very same moment
			at = s.c.Between(0, s.delays[valley]-50*time.Millisecond, 10*time.Millisecond)
		}
		all.Go(func() {
			time.Sleep(at)
			began := s.c.Now()
			report, err := cache.Get(valley)
			answers[i] = answer{valley, report, err, s.c.Now() - began + at}
		})
	}
	s.c.Do(all.Wait)
	return answers
}

// right fails if somebody got another report than that of the valley.
func (s *service) right(answers []answer) {
	for _, a := range answers {
		if a.err != nil || a.report != s.reports[a.valley] {
			s.c.Fail(check.Value, "Get(%q) should be %q, and came out as %q with error %v", a.valley, s.reports[a.valley], a.report, a.err)
		}
	}
}

func TestCache(t *testing.T) {
	all := check.Begin(t)
	const people = 100
	all.Run("a hundred ask for one valley", func(c *check.Case) {
		s, valleys := newService(c, 1)
		cache := New(s.load)
		answers := s.ask(cache, people, valleys[0])
		c.Called(valleys[0], 1, "a hundred ask at the same time, and one load is enough for all of them")
		s.right(answers)
		c.Took(s.delays[valleys[0]], "all wait for the same load")
		s.right(s.ask(cache, people, valleys[0]))
		c.Called(valleys[0], 1, "a report that has been loaded is kept")
	})
	all.Run("two valleys", func(c *check.Case) {
		s, valleys := newService(c, 3)
		answers := s.ask(New(s.load), people/2, valleys...)
		for _, valley := range valleys {
			c.Called(valley, 1, "all who ask at the same time share one load")
		}
		s.right(answers)
		for _, a := range answers {
			if own := s.delays[a.valley]; a.waited > own {
				c.Fail(check.Elapsed, "a report that takes %s to load came after %s of virtual time: it waited for other valleys", own, a.waited)
			}
		}
		c.Overlapped(s.delays[valleys[0]], s.delays[valleys[1]], s.delays[valleys[2]])
	})
	all.Run("a load that fails", func(c *check.Case) {
		s, valleys := newService(c, 1)
		down := errors.New(c.Word() + " is down")
		s.down[valleys[0]] = down
		cache := New(s.load)
		answers := s.ask(cache, people, valleys[0])
		c.Called(valleys[0], 1, "those who wait for a load that fails share its error")
		for _, a := range answers {
			c.Is("the error", a.err, down)
		}
		s.mu.Lock()
		clear(s.down)
		s.mu.Unlock()
		answers = s.ask(cache, people, valleys[0])
		c.Called(valleys[0], 2, "an error is not kept: the next who asks starts a new load, and one is enough")
		s.right(answers)
	})
	all.Done()
}
