package api_test

import (
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"meanwhile/internal/api"
)

func TestAViewerIsToldThePresentAndThenWhatChanges(t *testing.T) {
	inFakeTime(t, func(t *testing.T, s *site) {
		s.begin(t, "/slow?delay=10s")
		synctest.Wait()
		time.Sleep(50 * ms)
		view := s.watch(t)
		if kind := view.header.Get("Content-Type"); kind != "text/event-stream" || view.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%v", view.header)
		}
		present := view.frame(t)
		if present.event != "present" || present.InFlight != 1 || present.Mode != "limited" || present.Limit != 2 || present.MaxInFlight != 10_000 ||
			len(present.Lanes) != 1 || present.Lanes[0].What != "GET /slow?delay=10s" || present.Lanes[0].Ended != 0 {
			t.Errorf("%+v", present)
		}
		short := s.begin(t, "/slow?delay=250ms")
		change := view.frame(t)
		if change.event != "change" || change.InFlight != 2 || change.Queued != 0 || change.Mode != "" || len(change.Lanes) != 1 ||
			change.Lanes[0].What != "GET /slow?delay=250ms" || change.Lanes[0].Began != change.Lanes[0].Arrived {
			t.Errorf("%+v", change)
		}
		s.begin(t, "/slow?delay=200ms")
		queued := view.frame(t)
		if queued.Queued != 1 || len(queued.Lanes) != 1 || queued.Lanes[0].Began != 0 || queued.Lanes[0].Ended != 0 {
			t.Errorf("%+v", queued)
		}
		answered(t, http.StatusOK, short)
		ended := view.frame(t)
		if len(ended.Lanes) != 2 {
			t.Fatalf("%+v", ended)
		}
		if was := ended.Lanes[0]; was.Status != http.StatusOK || was.Ended != was.Began+250 {
			t.Errorf("%+v", was)
		}
		if follows := ended.Lanes[1]; follows.Began != ended.Lanes[0].Ended || follows.Ended != 0 {
			t.Errorf("%+v", follows)
		}
	}, in(api.Limited, 2))
}

func TestLanesAreInOrder(t *testing.T) {
	for _, mode := range api.Modes() {
		t.Run(string(mode), func(t *testing.T) {
			s := serve(t, in(mode, 3))
			view := s.watch(t)
			view.frame(t)
			const n = 60
			var sending sync.WaitGroup
			for i := range n {
				path := []string{"/", "/items/x", "/slow?delay=3ms", "/fanout?delay=2ms"}[i%4]
				sending.Go(func() { _, _ = s.try(t.Context(), http.MethodGet, path) })
			}
			lanes, err := view.follow(n)
			if err != nil {
				t.Fatal(err)
			}
			sending.Wait()
			if len(lanes) != n {
				t.Errorf("%d lanes, want %d", len(lanes), n)
			}
			for _, lane := range lanes {
				status := http.StatusOK
				if strings.Contains(lane.What, "/items/x") {
					status = http.StatusUnprocessableEntity
				}
				if lane.Arrived <= 0 || lane.Began < lane.Arrived || lane.Ended < lane.Began || lane.Status != status {
					t.Errorf("%+v", lane)
				}
			}
		})
	}
}

func TestTheNumbersAreOfTheLastMinute(t *testing.T) {
	inFakeTime(t, func(t *testing.T, s *site) {
		answered(t, http.StatusOK, s.beginMany(t, 99, "/slow?delay=100ms")...)
		answered(t, http.StatusOK, s.beginMany(t, 2, "/slow?delay=2s")...)
		told := s.watch(t).frame(t)
		if within(told.Median, 100) || within(told.P99, 2000) {
			t.Errorf("median %v, 99th percentile %v; want 100 and 2000, off by 1 %% at most", told.Median, told.P99)
		}
		if len(told.PerSecond) != 60 || told.PerSecond[59] != 2 || told.PerSecond[57] != 99 || sum(told.PerSecond) != 101 {
			t.Errorf("%v", told.PerSecond)
		}
		time.Sleep(58 * time.Second)
		if told := s.watch(t).frame(t); sum(told.PerSecond) != 2 || told.PerSecond[1] != 2 || within(told.Median, 2000) {
			t.Errorf("a minute later: %v, median %v", told.PerSecond, told.Median)
		}
		time.Sleep(time.Hour)
		if told := s.watch(t).frame(t); sum(told.PerSecond) != 0 || told.Median != 0 || told.P99 != 0 {
			t.Errorf("an hour later: %v, median %v", told.PerSecond, told.Median)
		}
	})
}

// within tells whether a number is off by more than 1.1 %: half of a class of 2 to the power of 1/32.
func within(got, want float64) bool { return got < want*0.989 || got > want*1.011 }

// Where nothing happens, viewers are told the time once a second, and not ten times.
func TestAQuietServerSaysLittle(t *testing.T) {
	inFakeTime(t, func(t *testing.T, s *site) {
		view := s.watch(t)
		last := view.frame(t)
		for range 20 {
			next := view.frame(t)
			if since := next.Now - last.Now; since < 1000 || since > 1100 || next.event != "change" {
				t.Errorf("%s after %v ms", next.event, since)
			}
			last = next
		}
	})
}

func TestHeadOfTheLiveEventsEnds(t *testing.T) {
	inFakeTime(t, func(t *testing.T, s *site) {
		got := s.send(t, http.MethodHead, "/live/events")
		if got.status != http.StatusOK || got.header.Get("Content-Type") != "text/event-stream" {
			t.Errorf("%d %v", got.status, got.header)
		}
		if viewers := s.metrics(t)["live_viewers"]; viewers != 0 {
			t.Errorf("%v watch", viewers)
		}
	})
}

// A page that is loaded again leaves and comes within one frame.
func TestAPageThatIsLoadedAgainIsToldThingsOnce(t *testing.T) {
	inFakeTime(t, func(t *testing.T, s *site) {
		view := s.watch(t)
		view.frame(t)
		for range 5 {
			view.close()
			synctest.Wait()
			view = s.watch(t)
			view.frame(t)
		}
		s.begin(t, "/slow?delay=10s")
		synctest.Wait()
		last := view.frame(t)
		for range 10 {
			next := view.frame(t)
			if since := next.Now - last.Now; since < 100 {
				t.Errorf("told again after %v ms", since)
			}
			last = next
		}
	})
}

// A viewer that does not read costs requests nothing: no time, and no memory that grows. When it reads again, it is told how
// things are then, and not what it has missed.
func TestAViewerThatDoesNotReadIsToldThePresentLater(t *testing.T) {
	inFakeTime(t, func(t *testing.T, s *site) {
		view, other := s.watch(t), s.watch(t)
		view.frame(t)
		other.frame(t)
		start := time.Now()
		for range 50 { // 5 s, of which a viewer that reads has a frame each 100 ms
			s.get(t, "/slow?delay=100ms")
			if told := other.frame(t); told.event != "change" {
				t.Errorf("who reads is told the %s", told.event)
			}
		}
		if took := time.Since(start); took != 5*time.Second {
			t.Errorf("50 requests of 100 ms took %s", took)
		}
		s.begin(t, "/slow?delay=30s")
		synctest.Wait()
		go func() { // reads on, so that it is not cut off
			for {
				if _, err := other.next(); err != nil {
					return
				}
			}
		}()
		told := view.frame(t)
		for range 2 { // there may be one that was on its way and one that was kept
			if told.event != "present" {
				told = view.frame(t)
			}
		}
		if told.event != "present" || told.InFlight != 1 || len(told.Lanes) != 1 || told.Lanes[0].What != "GET /slow?delay=30s" {
			t.Errorf("%+v", told)
		}
	})
}

func TestAViewerThatNeverReadsIsCutOff(t *testing.T) {
	inFakeTime(t, func(t *testing.T, s *site) {
		conn := s.connect(t)
		if _, err := io.WriteString(conn, "GET /live/events HTTP/1.1\r\nHost: localhost\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		time.Sleep(9 * time.Second)
		if viewers := s.metrics(t)["live_viewers"]; viewers != 1 {
			t.Errorf("%v watch after 9 seconds", viewers)
		}
		time.Sleep(2 * time.Second)
		if viewers := s.metrics(t)["live_viewers"]; viewers != 0 {
			t.Errorf("%v watch after 11 seconds", viewers)
		}
	})
}

func TestMoreInFlightThanAFrameHasRoomFor(t *testing.T) {
	const n = 1003
	inFakeTime(t, func(t *testing.T, s *site) {
		waiting := make([]*pending, n)
		for i := range waiting {
			waiting[i] = s.begin(t, "/slow?delay=10s")
		}
		synctest.Wait()
		time.Sleep(50 * ms) // so that all of them end between two frames
		view := s.watch(t)
		if told := view.frame(t); told.InFlight != n || len(told.Lanes) != 1000 || told.More != n-1000 {
			t.Errorf("%d in flight, %d lanes and %d more", told.InFlight, len(told.Lanes), told.More)
		}
		told := view.frame(t)
		for ; told.InFlight > 0; told = view.frame(t) {
		}
		answered(t, http.StatusOK, waiting...)
		// All ended at once, and that is more than is kept for a frame: instead of half the changes there is a new present.
		if told.event != "present" || len(told.Lanes) != 0 || told.More != 0 || sum(told.PerSecond) != n {
			t.Errorf("%s: %d lanes and %d more, %d have ended", told.event, len(told.Lanes), told.More, sum(told.PerSecond))
		}
		s.get(t, "/")
		if told := view.frame(t); told.event != "change" || len(told.Lanes) != 1 {
			t.Errorf("%+v", told)
		}
	})
}

func TestTooManyViewersAreTurnedAway(t *testing.T) {
	const most = 2000
	inFakeTime(t, func(t *testing.T, s *site) {
		views := make([]*view, most)
		for i := range views {
			views[i] = s.watch(t)
		}
		got := s.get(t, "/live/events")
		isProblem(t, got, http.StatusServiceUnavailable)
		if got.header.Get("Retry-After") == "" {
			t.Errorf("%v", got.header)
		}
		if got := s.get(t, "/"); got.status != http.StatusOK {
			t.Errorf("a request that does not watch: %d", got.status)
		}
		views[0].close()
		synctest.Wait()
		s.watch(t).frame(t)
	})
}

// What the buttons send, seen by a viewer as anybody's requests.
func TestBurstsSendWhatTheySay(t *testing.T) {
	const fast, slow = "GET /slow?delay=500ms", "GET /slow?delay=3s"
	for name, test := range map[string]struct {
		sent, slow, atOnce int
	}{"one": {1, 0, 1}, "together": {20, 0, 20}, "in-turn": {20, 0, 1}, "one-slow": {21, 1, 21}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inFakeTime(t, func(t *testing.T, s *site) {
				view := s.watch(t)
				view.frame(t)
				got := s.send(t, http.MethodPost, "/live/send?burst="+name)
				if want := fmt.Sprintf(`{"sent":%d}`, test.sent); got.status != http.StatusAccepted || got.body != want ||
					got.header.Get("Content-Type") != "application/json" {
					t.Errorf("%d %s, want %s", got.status, got.body, want)
				}
				lanes, err := view.follow(test.sent)
				if err != nil {
					t.Fatal(err)
				}
				count := map[string]int{}
				for _, lane := range lanes {
					count[lane.What]++
					if lane.Status != http.StatusOK {
						t.Errorf("%+v", lane)
					}
				}
				if count[slow] != test.slow || count[fast] != test.sent-test.slow {
					t.Errorf("%v", count)
				}
				if most := mostLanesAtOnce(lanes); most != test.atOnce {
					t.Errorf("%d at once, want %d", most, test.atOnce)
				}
			})
		})
	}
}

// mostLanesAtOnce is how many lanes overlap with each other at the most: at the beginning of one of them.
func mostLanesAtOnce(lanes map[int]lane) (most int) {
	for _, at := range lanes {
		count := 0
		for _, lane := range lanes {
			if lane.Began <= at.Began && at.Began < lane.Ended {
				count++
			}
		}
		most = max(most, count)
	}
	return most
}

func TestBurstsKeepToTheMode(t *testing.T) {
	inFakeTime(t, func(t *testing.T, s *site) {
		view := s.watch(t)
		view.frame(t)
		s.send(t, http.MethodPost, "/live/send?burst=together")
		lanes, err := view.follow(20)
		if err != nil {
			t.Fatal(err)
		}
		checkOverlap(t, lanes, 1)
		queued := 0
		for _, lane := range lanes {
			if lane.Began > lane.Arrived {
				queued++
			}
		}
		if queued < 19 {
			t.Errorf("%d queued, want all but the first", queued)
		}
	}, in(api.OneAtATime, 0))
}

func TestBurstsAreBounded(t *testing.T) {
	s := serve(t)
	for range 8 {
		if got := s.send(t, http.MethodPost, "/live/send?burst=one-slow"); got.status != http.StatusAccepted {
			t.Errorf("%d %s", got.status, got.body)
		}
	}
	got := s.send(t, http.MethodPost, "/live/send?burst=one")
	isProblem(t, got, http.StatusTooManyRequests)
	if got.header.Get("Retry-After") != "2" {
		t.Errorf("%v", got.header)
	}
	s.until(t, "http_requests_in_flight", 0)
	for got.status == http.StatusTooManyRequests { // the last of them ends once its answers are read
		got = s.send(t, http.MethodPost, "/live/send?burst=one")
	}
	if got.status != http.StatusAccepted {
		t.Errorf("afterwards: %d", got.status)
	}
	s.until(t, `http_requests_total{code="200",route="/slow"}`, 8*21+1)
}

func TestAnUnknownBurstIsInvalid(t *testing.T) {
	s := serve(t)
	for _, query := range []string{"", "?burst=", "?burst=ten", "?burst=one%00", "?Burst=one", "?burst=;one", "?burst=%zz"} {
		isProblem(t, s.send(t, http.MethodPost, "/live/send"+query), http.StatusUnprocessableEntity)
	}
	if sent := s.metrics(t)[`http_requests_total{code="200",route="/slow"}`]; sent != 0 {
		t.Errorf("%v were sent", sent)
	}
}

// A class watches. All see the end of a burst; when they have left, nothing of them is left.
func TestAThousandViewers(t *testing.T) {
	const viewers = 1000
	before := runtime.NumGoroutine()
	s := serve(t)
	views := make([]*view, viewers)
	var opening sync.WaitGroup
	for i := range views {
		opening.Go(func() { views[i] = s.watch(t) })
	}
	opening.Wait()
	s.until(t, "live_viewers", viewers)
	// Each sees the end of all that was in flight while it watched: in a lane, or by a present that shows nothing in flight.
	var watching sync.WaitGroup
	seen := make([]int, viewers)
	for i, view := range views {
		watching.Go(func() {
			defer view.close()
			for {
				told, err := view.next()
				if err != nil {
					t.Error(err)
					return
				}
				if seen[i] = sum(told.PerSecond); seen[i] == 21 && told.InFlight == 0 {
					return
				}
			}
		})
	}
	if got := s.send(t, http.MethodPost, "/live/send?burst=one-slow"); got.status != http.StatusAccepted {
		t.Fatal(got)
	}
	watching.Wait()
	for i, n := range seen {
		if n != 21 {
			t.Errorf("viewer %d saw %d requests end", i, n)
		}
	}
	s.until(t, "live_viewers", 0)
	if err := s.stop(); err != nil {
		t.Error(err)
	}
	for runtime.NumGoroutine() > before {
		time.Sleep(ms)
	}
}
