package pollen_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	. "practice/21-stampede"
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

func newService(c *check.Case, towns int) (*service, []string) {
	s := &service{c: c, reports: map[string]string{}, delays: map[string]time.Duration{}, down: map[string]error{}}
	var names []string
	for len(names) < towns {
		name := c.Word()
		if _, taken := s.reports[name]; taken || c.Calls(name) > 0 {
			continue
		}
		names = append(names, name)
		s.reports[name] = c.Word() + " grains"
		s.delays[name] = c.Between(time.Second, 3*time.Second, 100*time.Millisecond)
	}
	return s, names
}

func (s *service) load(town string) (string, error) {
	delay, known := s.delays[town]
	if !known {
		s.c.Fail(check.Misuse, "the report of %q was loaded, and nobody asked for that town", town)
	}
	s.mu.Lock()
	down := s.down[town]
	s.mu.Unlock()
	if err := s.c.Call(s.c.Context(), town, delay); err != nil {
		return "", err
	}
	if down != nil {
		return "", down
	}
	return s.reports[town], nil
}

// answer is what somebody got.
type answer struct {
	town, report string
	err          error
	waited       time.Duration
}

// ask has so many people ask for each of the towns, all before the first load can end.
func (s *service) ask(cache *Cache, people int, towns ...string) []answer {
	var all sync.WaitGroup
	answers := make([]answer, people*len(towns))
	for i := range answers {
		town := towns[i%len(towns)]
		var at time.Duration
		if i >= 10*len(towns) { // the others at the very same moment
			at = s.c.Between(0, s.delays[town]-50*time.Millisecond, 10*time.Millisecond)
		}
		all.Go(func() {
			time.Sleep(at)
			began := s.c.Now()
			report, err := cache.Get(town)
			answers[i] = answer{town, report, err, s.c.Now() - began + at}
		})
	}
	s.c.Do(all.Wait)
	return answers
}

// askAgain has so many people ask for a town whose first load fails, and ask again when they get the error.
func (s *service) askAgain(cache *Cache, people int, town string) []answer {
	down := errors.New(s.c.Word() + " is down")
	s.down[town] = down
	answers := make([]answer, people)
	s.c.Do(func() {
		time.AfterFunc(s.delays[town]/2, func() {
			s.mu.Lock()
			defer s.mu.Unlock()
			clear(s.down)
		})
		var all sync.WaitGroup
		for i := range answers {
			all.Go(func() {
				_, err := cache.Get(town)
				s.c.Is("the error", err, down)
				report, err := cache.Get(town)
				answers[i] = answer{town: town, report: report, err: err}
			})
		}
		all.Wait()
	})
	return answers
}

// right fails if somebody got another report than that of the town.
func (s *service) right(answers []answer) {
	for _, a := range answers {
		if a.err != nil || a.report != s.reports[a.town] {
			s.c.Fail(check.Value, "Get(%q) should be %q, and came out as %q with error %v", a.town, s.reports[a.town], a.report, a.err)
		}
	}
}

func TestCache(t *testing.T) {
	all := check.Begin(t)
	const people = 100
	all.Run("a hundred ask for one town", func(c *check.Case) {
		s, towns := newService(c, 1)
		cache := New(Load(s.load))
		answers := s.ask(cache, people, towns[0])
		c.Called(towns[0], 1, "a hundred ask at the same time, and one load is enough for all of them")
		s.right(answers)
		c.Took(s.delays[towns[0]], "all wait for the same load")
		s.right(s.ask(cache, people, towns[0]))
		c.Called(towns[0], 1, "a report that has been loaded is kept")
	})
	all.Run("two towns", func(c *check.Case) {
		s, towns := newService(c, 3)
		answers := s.ask(New(s.load), people/2, towns...)
		for _, town := range towns {
			c.Called(town, 1, "all who ask at the same time share one load")
		}
		s.right(answers)
		for _, a := range answers {
			if own := s.delays[a.town]; a.waited > own {
				c.Fail(check.Elapsed, "a report that takes %s to load came after %s of virtual time: it waited for other towns", own, a.waited)
			}
		}
		c.Overlapped(s.delays[towns[0]], s.delays[towns[1]], s.delays[towns[2]])
	})
	all.Run("a load that fails", func(c *check.Case) {
		s, towns := newService(c, 1)
		down := errors.New(c.Word() + " is down")
		s.down[towns[0]] = down
		cache := New(s.load)
		answers := s.ask(cache, people, towns[0])
		c.Called(towns[0], 1, "those who wait for a load that fails share its error")
		for _, a := range answers {
			c.Is("the error", a.err, down)
		}
		s.mu.Lock()
		clear(s.down)
		s.mu.Unlock()
		answers = s.ask(cache, people, towns[0])
		c.Called(towns[0], 2, "an error is not kept: the next who asks starts a new load, and one is enough")
		s.right(answers)
	})
	all.Run("who asks again at once", func(c *check.Case) {
		check.Jostle(func() { // who goes first, when an error is there for all, is not the same each time
			for range 20 {
				s, towns := newService(c, 1)
				s.right(s.askAgain(New(s.load), people, towns[0]))
				c.Called(towns[0], 2, "a hundred get an error, and all ask again at that moment: one new load is enough for all of them")
			}
		})
	})
	all.Done()
}
