package api_test

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"meanwhile/internal/api"
)

func in(mode api.Mode, limit int) func(*setup) {
	return func(with *setup) { with.Mode, with.Limit = mode, limit }
}

func TestServersThatCouldNotAnswerAreNotMade(t *testing.T) {
	for _, options := range []api.Options{
		{}, {Mode: api.Concurrent, MaxInFlight: -1}, {Mode: api.Limited, MaxInFlight: 1}, {Mode: api.Limited, Limit: -1, MaxInFlight: 1},
	} {
		if _, err := api.New(options); err == nil {
			t.Errorf("%+v makes a server", options)
		}
	}
}

func TestWhatAModeHasAtOnce(t *testing.T) {
	const n = 12
	for name, test := range map[string]struct {
		mode  func(*setup)
		turns int
	}{
		"concurrent":    {in(api.Concurrent, 0), 1},
		"one at a time": {in(api.OneAtATime, 0), n},
		"limited to 1":  {in(api.Limited, 1), n},
		"limited to 5":  {in(api.Limited, 5), 3},
		"limited to 50": {in(api.Limited, 50), 1},
	} {
		t.Run(name, func(t *testing.T) {
			inFakeTime(t, func(t *testing.T, s *site) {
				start := time.Now()
				answered(t, http.StatusOK, s.beginMany(t, n, "/slow?delay=1s")...)
				if took, want := time.Since(start), time.Duration(test.turns)*time.Second; took != want {
					t.Errorf("%d requests of a second took %s, want %s", n, took, want)
				}
				s.inFlight(t, 0, 0)
			}, test.mode)
		})
	}
}

// One after the other they make stairs: each begins when the one before it has ended, in the order in which they came.
func TestTheQueueIsFair(t *testing.T) {
	for _, limit := range []int{1, 3} {
		t.Run(strconv.Itoa(limit), func(t *testing.T) {
			inFakeTime(t, func(t *testing.T, s *site) {
				const n = 9
				view := s.watch(t)
				view.frame(t)
				var all []*pending
				for range n {
					all = append(all, s.beginMany(t, 1, "/slow?delay=100ms")...)
					time.Sleep(ms)
				}
				lanes, err := view.follow(n)
				if err != nil {
					t.Fatal(err)
				}
				answered(t, http.StatusOK, all...)
				order := byArrival(lanes)
				for i, lane := range order {
					want := lane.Arrived
					if i >= limit {
						want = order[i-limit].Ended
					}
					if lane.Began != want || lane.Ended != want+100 {
						t.Errorf("the %dth arrived at %v, began at %v, want %v, and ended at %v", i+1, lane.Arrived, lane.Began, want, lane.Ended)
					}
				}
			}, in(api.Limited, limit))
		})
	}
}

func byArrival(lanes map[int]lane) []lane {
	all := make([]lane, 0, len(lanes))
	for _, lane := range lanes {
		all = append(all, lane)
	}
	slices.SortFunc(all, func(a, b lane) int { return cmp.Or(cmp.Compare(a.Arrived, b.Arrived), cmp.Compare(a.Serial, b.Serial)) })
	return all
}

// Under as much pressure as this machine has to offer, no more than the limit is ever worked on at once: not as the handlers see
// it, not in what the view says, and not by the times in its lanes.
func TestALimitHoldsUnderPressure(t *testing.T) {
	for _, limit := range []int{1, 3} {
		t.Run(strconv.Itoa(limit), func(t *testing.T) {
			const clients, each = 16, 20
			var now, most atomic.Int64
			s := serve(t, in(api.Limited, limit), func(with *setup) {
				with.routes = map[string]http.HandlerFunc{"GET /counted": func(http.ResponseWriter, *http.Request) {
					n := now.Add(1)
					defer now.Add(-1)
					for seen := most.Load(); n > seen && !most.CompareAndSwap(seen, n); seen = most.Load() {
					}
					time.Sleep(ms) // so that a frame has room for all that happens within it
				}}
			})
			view := s.watch(t)
			view.frame(t)
			var sending sync.WaitGroup
			for range clients {
				sending.Go(func() {
					for range each {
						if got, err := s.try(t.Context(), http.MethodGet, "/counted"); err != nil || got.status != http.StatusOK {
							t.Errorf("%d %v", got.status, err)
						}
					}
				})
			}
			seen := map[int]lane{}
			for total := 0; total < clients*each; {
				told := view.frame(t)
				if told.InFlight-told.Queued > limit {
					t.Errorf("%d in flight and %d of them queued", told.InFlight, told.Queued)
				}
				total = sum(told.PerSecond)
				for _, lane := range told.Lanes {
					seen[lane.Serial] = lane
				}
			}
			sending.Wait()
			if most.Load() > int64(limit) {
				t.Errorf("%d handlers at once", most.Load())
			}
			checkOverlap(t, seen, limit)
		})
	}
}

func sum(numbers []int) (total int) {
	for _, n := range numbers {
		total += n
	}
	return total
}

// checkOverlap asserts that no more lanes than a limit overlap, by the times in them.
func checkOverlap(t *testing.T, lanes map[int]lane, limit int) {
	t.Helper()
	type change struct {
		at   float64
		more int
	}
	var changes []change
	for _, lane := range lanes {
		if lane.Began > 0 && lane.Ended > 0 {
			changes = append(changes, change{lane.Began, 1}, change{lane.Ended, -1})
		}
	}
	slices.SortFunc(changes, func(a, b change) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.more, b.more)) })
	if len(changes) == 0 {
		t.Error("no lanes")
	}
	count := 0
	for _, change := range changes {
		if count += change.more; count > limit {
			t.Fatalf("%d overlap at %v", count, change.at)
		}
	}
}

// Whoever wants to know why it takes so long must not have to queue.
func TestPagesAnswerWhileTheSlotsAreTaken(t *testing.T) {
	inFakeTime(t, func(t *testing.T, s *site) {
		start := time.Now()
		waiting := s.beginMany(t, 5, "/slow?delay=10s")
		s.inFlight(t, 5, 4)
		for _, path := range []string{"/live", "/live/live.js", "/docs", "/docs/swagger-ui.css", "/openapi.json", "/healthz", "/metrics"} {
			if got := s.get(t, path); got.status != http.StatusOK {
				t.Errorf("GET %s: %d", path, got.status)
			}
		}
		if told := s.watch(t).frame(t); told.InFlight != 5 || told.Queued != 4 || len(told.Lanes) != 5 {
			t.Errorf("%+v", told)
		}
		if waited := time.Since(start); waited != 0 {
			t.Errorf("it took %s", waited)
		}
		answered(t, http.StatusOK, waiting...)
	}, in(api.OneAtATime, 0))
}

func TestMoreThanTheMostInFlightIsTurnedAway(t *testing.T) {
	const most = 7
	for name, mode := range map[string]func(*setup){"concurrent": in(api.Concurrent, 0), "one at a time": in(api.OneAtATime, 0)} {
		t.Run(name, func(t *testing.T) {
			inFakeTime(t, func(t *testing.T, s *site) {
				first := s.beginMany(t, most, "/slow?delay=1s")
				for range 3 {
					for _, path := range []string{"/", "/items/5", "/slow", "/fanout"} {
						got := s.get(t, path)
						isProblem(t, got, http.StatusServiceUnavailable)
						if got.header.Get("Retry-After") != "1" {
							t.Errorf("GET %s: %v", path, got.header)
						}
					}
				}
				for _, path := range []string{"/healthz", "/metrics", "/live", "/docs", "/openapi.json"} {
					if got := s.get(t, path); got.status != http.StatusOK {
						t.Errorf("GET %s: %d", path, got.status)
					}
				}
				if told := s.watch(t).frame(t); told.InFlight != most || told.MaxInFlight != most {
					t.Errorf("%+v", told)
				}
				answered(t, http.StatusOK, first...)
				s.inFlight(t, 0, 0)
				answered(t, http.StatusOK, s.beginMany(t, most, "/slow?delay=1s")...)
			}, mode, func(with *setup) { with.MaxInFlight = most })
		})
	}
}

// Who is tired of queueing gives up its place, and nothing else.
func TestAClientThatLeavesTheQueueTakesNoSlotAlong(t *testing.T) {
	const limit = 3
	inFakeTime(t, func(t *testing.T, s *site) {
		working := s.beginMany(t, limit, "/slow?delay=10s")
		for range 3 {
			impatient := s.beginMany(t, 30, "/slow?delay=10s")
			s.inFlight(t, limit+30, 30)
			for _, one := range impatient {
				one.leave()
			}
			s.inFlight(t, limit, 0)
		}
		answered(t, http.StatusOK, working...)
		start := time.Now()
		answered(t, http.StatusOK, s.beginMany(t, 2*limit, "/slow?delay=1s")...)
		if took := time.Since(start); took != 2*time.Second {
			t.Errorf("twice as many as there are slots took %s: a slot is lost, or one too many is there", took)
		}
		if got := s.metrics(t)[`http_requests_total{code="499",route="/slow"}`]; got != 90 {
			t.Errorf("%v are noted to have left, want 90", got)
		}
	}, in(api.Limited, limit))
}

// The same on sockets, with clients that leave at any moment: while they queue, as their turn comes, while they are answered.
func TestClientsThatComeAndGoTakeNothingAlong(t *testing.T) {
	for _, mode := range api.Modes() {
		t.Run(string(mode), func(t *testing.T) {
			s := serve(t, in(mode, 2), func(with *setup) { with.MaxInFlight = 40 })
			var clients sync.WaitGroup
			for i := range 300 {
				clients.Go(func() {
					ctx, leave := context.WithTimeout(t.Context(), time.Duration(i%30)*ms)
					defer leave()
					_, _ = s.try(ctx, http.MethodGet, []string{"/slow?delay=2ms", "/fanout?delay=1ms", "/items/5"}[i%3])
				})
				if i%20 == 0 {
					clients.Wait()
				}
			}
			clients.Wait()
			s.until(t, "http_requests_in_flight", 0)
			s.until(t, "http_requests_queued", 0)
			for range 5 { // each slot is there
				if got := s.get(t, "/"); got.status != http.StatusOK {
					t.Errorf("afterwards: %d", got.status)
				}
			}
		})
	}
}

// However long it queued, a request has its full time to answer.
func TestARequestThatQueuesForMinutesIsAnswered(t *testing.T) {
	inFakeTime(t, func(t *testing.T, s *site) {
		start := time.Now()
		answered(t, http.StatusOK, s.beginMany(t, 11, "/slow?delay=30s")...)
		if took := time.Since(start); took != 5*time.Minute+30*time.Second {
			t.Errorf("took %s", took)
		}
	}, in(api.OneAtATime, 0))
}

func TestTheLongestRequestIsNotCutOff(t *testing.T) {
	inFakeTime(t, func(t *testing.T, s *site) {
		long := s.begin(t, "/slow?delay=30s")
		synctest.Wait()
		if got, err := long.wait(); err != nil || got.body != `{"waited_ms":30000}` {
			t.Errorf("%v %v", got, err)
		}
		// On one connection, of which each request has a time of its own.
		for range 5 {
			if got := s.get(t, "/slow?delay=30s"); got.status != http.StatusOK {
				t.Errorf("%v", got)
			}
		}
	})
}
