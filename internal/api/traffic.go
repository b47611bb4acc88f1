package api

import (
	"context"
	"errors"
	"math"
	"net/http"
	"sync"
	"time"
)

// traffic is every request of the API that is in flight, and what the last minute was like. It is kept whether or not
// anybody watches, so that a viewer who comes sees the present.
type traffic struct {
	zero time.Time // what times are counted from
	most int

	mu      sync.Mutex // guards what follows, and the visits
	first   *exchange  // the one in flight for longest; the others hang behind it
	last    *exchange
	count   int
	queued  int
	entered uint64 // requests since the start
	refused uint64 // as many again as there was no room for
	minute  minute
	news    *news // nil while nobody watches
}

// visit is where a request is. The times are zero until they come.
type visit struct {
	number        uint64    // among the requests of the API
	before, after *exchange // in flight: who came before, and who after
	began, ended  time.Time
}

// news is what has changed since viewers were last told.
type news struct {
	lanes  []lane
	missed bool // there was more than is kept
}

// maxNews bounds what is kept for viewers from one frame to the next, and what a frame holds.
const maxNews = 1000

func newTraffic(most int) *traffic { return &traffic{zero: time.Now(), most: most} }

// enter takes a request on, which begins at once or queues for a slot. It tells whether there was room.
func (t *traffic) enter(x *exchange, queues bool) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.count >= t.most {
		t.refused++
		return false
	}
	t.entered++
	x.visit.number, x.visit.before = t.entered, t.last
	if t.last == nil {
		t.first = x
	} else {
		t.last.visit.after = x
	}
	t.last = x
	t.count++
	if queues {
		t.queued++
	} else {
		x.visit.began = x.arrived
	}
	t.tell(x)
	return true
}

// begin notes that a request that queued has its slot.
func (t *traffic) begin(x *exchange) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.queued--
	x.visit.began = time.Now()
	t.tell(x)
}

// leave notes that a request is over, whether it began or not.
func (t *traffic) leave(x *exchange) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if x.visit.before == nil {
		t.first = x.visit.after
	} else {
		x.visit.before.visit.after = x.visit.after
	}
	if x.visit.after == nil {
		t.last = x.visit.before
	} else {
		x.visit.after.visit.before = x.visit.before
	}
	t.count--
	if x.visit.began.IsZero() {
		t.queued--
	}
	x.visit.ended = time.Now()
	t.minute.note(x.visit.ended.Sub(t.zero), x.visit.ended.Sub(x.arrived))
	t.tell(x)
}

// tell keeps what happened to a request for the viewers.
func (t *traffic) tell(x *exchange) {
	switch {
	case t.news == nil:
	case len(t.news.lanes) < maxNews:
		t.news.lanes = append(t.news.lanes, t.lane(x))
	default:
		t.news.missed = true
	}
}

// now tells how many requests are in flight, and how many of them queue.
func (t *traffic) now() (count, queued int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.count, t.queued
}

// slots are how many requests are worked on at once; nil is as many as come.
type slots chan struct{}

func newSlots(options Options) slots {
	switch options.Mode {
	case OneAtATime:
		return make(slots, 1)
	case Limited:
		return make(slots, options.Limit)
	}
	return nil
}

// take waits for a slot, in the order of asking.
func (s slots) take(ctx context.Context) error {
	select {
	case s <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s slots) free() { <-s }

// admit makes a handler one of the API: it is counted in flight, waits for a slot, and is shown.
func (s *Server) admit(handler http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		x := w.(*exchange)
		if !s.traffic.enter(x, s.slots != nil) {
			x.Header().Set("Connection", "close") // its socket is wanted
			problem{
				Status: http.StatusServiceUnavailable, RetryAfter: 1,
				Detail: "as many requests are in flight as the server takes on; try again in a moment",
			}.write(x)
			return
		}
		if s.slots == nil {
			defer s.traffic.leave(x)
			handler(x, r)
			return
		}
		s.queue(x, handler)
	}
}

// queue waits for a slot and then handles a request that has entered.
func (s *Server) queue(x *exchange, handler http.HandlerFunc) {
	if err := s.slots.take(x.request.Context()); err != nil {
		ended(x.request.Context()).write(x)
		s.traffic.leave(x)
		return
	}
	defer s.slots.free() // after it has left: the next one begins once this one has ended
	defer s.traffic.leave(x)
	s.traffic.begin(x)
	// However long it queued, it has its time to answer. On a closed connection the answer fails by itself.
	_ = http.NewResponseController(x).SetWriteDeadline(time.Now().Add(writeTimeout))
	handler(x, x.request)
}

// ended is the problem of a request that ended before its answer: its client has left, or the server stops.
func ended(ctx context.Context) problem {
	if errors.Is(context.Cause(ctx), errStopped) {
		return problem{Status: http.StatusServiceUnavailable, Detail: errStopped.Error()}
	}
	return problem{Status: statusGone, Detail: "the client left before its answer came"}
}

// statusGone is what a log shows where the client left before its answer; hardly anybody reads it. It is nginx's number.
const statusGone = 499

// title is a status in words.
func title(status int) string {
	if status == statusGone {
		return "Client Closed Request"
	}
	return http.StatusText(status)
}

// minute is the last minute: for each second, how many requests ended and how long they had taken.
type minute struct {
	seconds [60]struct {
		second int64 // which one it is, from the start on
		took   [latencies]uint32
	}
}

// Latencies are counted in classes, each 2 to the power of 1/32 wider than the one before: a figure is off by 1 % at most,
// from 8 µs on; 24 powers of two end above two minutes.
const (
	perPower        = 32
	latencies       = 24 * perPower
	shortestLatency = 8 * time.Microsecond
)

// step is the class of a latency.
func step(took time.Duration) int {
	if took <= shortestLatency {
		return 0
	}
	return min(latencies-1, int(perPower*math.Log2(float64(took)/float64(shortestLatency))))
}

// latency is the middle of a class.
func latency(step int) time.Duration {
	return time.Duration(float64(shortestLatency) * math.Exp2((float64(step)+0.5)/perPower))
}

// note counts a request that ended at a moment.
func (m *minute) note(at, took time.Duration) {
	second := int64(at / time.Second)
	bucket := &m.seconds[second%60]
	if bucket.second != second {
		bucket.second, bucket.took = second, [latencies]uint32{}
	}
	bucket.took[step(took)]++
}

// summary is a minute in numbers.
type summary struct {
	PerSecond [60]uint32 // the oldest first; the last is the second that is under way
	Median    time.Duration
	P99       time.Duration
}

// sum looks back from a moment.
func (m *minute) sum(at time.Duration) (found summary) {
	now := int64(at / time.Second)
	var all [latencies]uint32
	total := uint32(0)
	for i := range m.seconds {
		bucket := &m.seconds[i]
		age := now - bucket.second
		if age < 0 || age >= 60 {
			continue
		}
		for class, n := range bucket.took {
			all[class] += n
			total += n
			found.PerSecond[59-age] += n
		}
	}
	found.Median, found.P99 = quantile(&all, total, 0.5), quantile(&all, total, 0.99)
	return found
}

// quantile is the latency that a share of the requests did not exceed; 0 where there were none.
func quantile(all *[latencies]uint32, total uint32, share float64) time.Duration {
	if total == 0 {
		return 0
	}
	rest := uint32(math.Ceil(share * float64(total)))
	for class, n := range all {
		if n >= rest {
			return latency(class)
		}
		rest -= n
	}
	return latency(latencies - 1)
}
