package radio

import (
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"practice/internal/check"
)

// coast is a radio with ships whose captains write down each warning and then ask back.
type coast struct {
	c     *check.Case
	radio *Radio

	mu      sync.Mutex // guards the rest
	heard   map[string][]string
	counted map[string][]int

	over  chan struct{} // closed at the end: nobody listens any more
	ships sync.WaitGroup
}

func newCoast(c *check.Case) *coast {
	return &coast{
		c: c, radio: &Radio{}, heard: map[string][]string{}, counted: map[string][]int{}, over: make(chan struct{}),
	}
}

// join lets a ship listen, whose captain takes so long to write.
func (h *coast) join(name string, writes time.Duration) {
	warnings := h.radio.Listen()
	h.ships.Go(func() {
		for {
			select {
			case warning, ok := <-warnings:
				if !ok {
					h.c.Fail(check.Misuse, "the channel of the %s was closed, while it listens", name)
				}
				h.mu.Lock()
				h.heard[name] = append(h.heard[name], warning)
				h.mu.Unlock()
				if err := h.c.Call(h.c.Context(), name, writes); err != nil {
					return
				}
				ships := h.radio.Ships()
				h.mu.Lock()
				h.counted[name] = append(h.counted[name], ships)
				h.mu.Unlock()
			case <-h.over:
				return
			}
		}
	})
}

// end tells the ships to go.
func (h *coast) end() {
	close(h.over)
	h.ships.Wait()
}

// hears returns what a ship has heard up to now.
func (h *coast) hears(name string) []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.heard[name])
}

// storm is warnings in a row.
type storm struct {
	h        *coast
	warnings []string
	names    []string // of the ships that are there from the beginning
	slowest  time.Duration

	took   time.Duration
	unless string // the first ship that had not heard a warning when Warn returned
}

// newStorm is a storm with so many warnings over so many ships.
func newStorm(c *check.Case, warnings int) *storm {
	s := &storm{h: newCoast(c)}
	for len(s.warnings) < warnings {
		if word := c.Word(); !slices.Contains(s.warnings, word) {
			s.warnings = append(s.warnings, word)
		}
	}
	for _, name := range []string{"Tern", "Petrel", "Heron", "Gannet"}[:2+c.Rand.IntN(3)] {
		writes := c.Between(200*time.Millisecond, 900*time.Millisecond, 100*time.Millisecond)
		s.slowest = max(s.slowest, writes)
		s.names = append(s.names, name)
		s.h.join(name, writes)
	}
	return s
}

// blow warns, and waits until the captains have written everything.
func (s *storm) blow() {
	began := s.h.c.Now()
	for i, warning := range s.warnings {
		s.h.radio.Warn(warning)
		synctest.Wait() // what is in somebody's hand is noted
		for _, name := range s.names {
			if s.unless == "" && len(s.h.hears(name)) <= i {
				s.unless = name
			}
		}
	}
	s.took = s.h.c.Now() - began
	time.Sleep(time.Duration(len(s.warnings))*s.slowest - s.took)
}

// judge says what the ships lack.
func (s *storm) judge() {
	c := s.h.c
	for _, name := range s.names {
		if heard := len(s.h.hears(name)); heard < len(s.warnings) {
			c.Fail(check.Value, "the %s has heard %d of %d warnings: those that came while its captain was writing are lost", name,
				heard, len(s.warnings))
		}
	}
	if s.unless != "" {
		c.Fail(check.Left, "Warn returned before the %s had heard the warning: it has to wait until every ship has", s.unless)
	}
	for _, name := range s.names {
		c.Same("what the "+name+" hears", s.h.hears(name), s.warnings)
	}
	// Each warning but the first waits for the captain who writes longest.
	if want := time.Duration(len(s.warnings)-1) * s.slowest; s.took != want {
		c.Fail(check.Elapsed, "%d warnings took %s of virtual time, and should take %s: each waits for the slowest captain, and for "+
			"nothing else", len(s.warnings), s.took, want)
	}
}

// fleet lets so many boats bring so many ships each, all at the same moment of real time.
func fleet(radio *Radio, boats, each int) {
	var ready atomic.Int64
	var coming sync.WaitGroup
	for range boats {
		coming.Go(func() {
			ready.Add(1)
			for int(ready.Load()) < boats {
				runtime.Gosched()
			}
			for range each {
				radio.Listen()
			}
		})
	}
	coming.Wait()
}

func TestRadio(t *testing.T) {
	all := check.Begin(t)
	all.Run("captains who ask back", func(c *check.Case) {
		s := newStorm(c, 3+c.Rand.IntN(3))
		c.Do(s.blow)
		s.h.end()
		s.judge()
		for _, name := range s.names {
			want := slices.Repeat([]int{len(s.names)}, len(s.warnings))
			c.Same("the number of ships that the "+name+" is told", s.h.counted[name], want)
		}
	})
	all.Run("a ship that comes during a warning", func(c *check.Case) {
		s := newStorm(c, 3)
		var waited time.Duration
		c.Do(func() {
			var others sync.WaitGroup
			others.Go(func() {
				time.Sleep(s.slowest / 4) // the second warning waits for the slowest captain
				began := c.Now()
				s.h.join("Puffin", s.slowest/2)
				waited = c.Now() - began
			})
			s.blow()
			others.Wait()
		})
		s.h.end()
		if waited > 0 {
			c.Fail(check.Elapsed, "a ship waited %s until Listen returned, since the radio was waiting for a captain; it should "+
				"wait for nobody", waited)
		}
		s.judge()
		// Whether it hears the warning during which it came is left open.
		if last := s.warnings[2]; !slices.Contains(s.h.hears("Puffin"), last) {
			c.Fail(check.Value, "the Puffin came during the second warning, and has not heard the third")
		}
		c.Same("the number of ships", s.h.radio.Ships(), len(s.names)+1)
	})
	all.Run("ships that come at once", func(c *check.Case) {
		const boats = 8
		each := 2 + c.Rand.IntN(4)
		ships := boats * each
		radio := &Radio{}
		warning := c.Word()
		heard := make(chan string, ships)
		c.Do(func() {
			var coming, listening sync.WaitGroup
			begin := make(chan struct{})
			for range boats {
				coming.Go(func() {
					<-begin
					for range each {
						warnings := radio.Listen()
						radio.Ships()
						listening.Go(func() { heard <- <-warnings })
					}
				})
			}
			synctest.Wait()
			close(begin)
			coming.Wait()
			c.Same("the number of ships", radio.Ships(), ships)
			radio.Warn(warning)
			listening.Wait()
		})
		for range ships {
			c.Same("what a ship hears", <-heard, warning)
		}
	})
	// Two that append to one list without a lock lose a ship only if they do so at the same moment of real time. So they begin
	// together, and often: then they nearly always do, if there is more than one processor.
	all.Run("fleets that come at once", func(c *check.Case) {
		const fleets, boats, each = 200, 4, 200
		if check.Raced() {
			return
		}
		for range fleets {
			radio := &Radio{}
			check.Quietly(func() { c.Do(func() { fleet(radio, boats, each) }) })
			c.Same("the number of ships", radio.Ships(), boats*each)
		}
	})
	all.Done()
}
