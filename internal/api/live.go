package api

import (
	"bytes"
	"encoding/json"
	"net/http"
	"sync"
	"time"

	"meanwhile/internal/term"
)

// about is what of a server does not change.
type about struct {
	Mode        Mode `json:"mode"`
	Limit       int  `json:"limit,omitempty"`
	MaxInFlight int  `json:"max_in_flight"`
}

// frame is what viewers are told. Times are in milliseconds from the server's start on.
type frame struct {
	Now       float64    `json:"now"`
	InFlight  int        `json:"in_flight"` // those that queue included
	Queued    int        `json:"queued"`
	Refused   uint64     `json:"refused"`    // since the start, for want of room
	PerSecond [60]uint32 `json:"per_second"` // requests that ended, the oldest second first
	Median    float64    `json:"median"`     // of the last minute, from arrival to end
	P99       float64    `json:"p99"`
	Lanes     []lane     `json:"lanes"` // what changed; in the present, all that is in flight
	More      int        `json:"more"`  // how many are in flight that Lanes has no room for

	*about // in the present only
}

// lane is a request as viewers see it.
type lane struct {
	Number  uint64  `json:"n"`
	What    string  `json:"what"`
	Arrived float64 `json:"arrived"`
	Began   float64 `json:"began,omitempty"` // absent while it queues
	Ended   float64 `json:"ended,omitempty"` // absent while it is in flight
	Status  int     `json:"status,omitempty"`
}

// maxWhat bounds the text of a lane, which is what a client asked for.
const maxWhat = 60

// lane is what a request looks like now. The caller holds the lock.
func (t *traffic) lane(x *exchange) lane {
	found := lane{
		Number: x.visit.number, What: term.Printable(x.request.Method+" "+x.request.URL.RequestURI(), maxWhat),
		Arrived: t.since(x.arrived), Began: t.since(x.visit.began), Ended: t.since(x.visit.ended),
	}
	if found.Ended > 0 {
		found.Status = x.status
	}
	return found
}

// since is a moment in milliseconds from the start on, or 0 for none.
func (t *traffic) since(moment time.Time) float64 {
	if moment.IsZero() {
		return 0
	}
	return milliseconds(moment.Sub(t.zero))
}

// milliseconds is a duration in the unit of the pages and the log, with more digits than are meant.
func milliseconds(d time.Duration) float64 {
	return float64(d.Round(100*time.Nanosecond)) / float64(time.Millisecond)
}

// watch begins to keep what changes, or ends it.
func (t *traffic) watch(on bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.news = nil; on {
		t.news = new(news)
	}
}

// report tells how things stand and takes what has changed since the last report. present holds all that is in flight
// besides; it is asked for, and made where changes were missed.
func (t *traffic) report(present bool) (changes, whole *frame) {
	t.mu.Lock()
	defer t.mu.Unlock()
	at := time.Now()
	sum := t.minute.sum(at.Sub(t.zero))
	changes = &frame{
		Now: t.since(at), InFlight: t.count, Queued: t.queued, Refused: t.refused,
		PerSecond: sum.PerSecond, Median: milliseconds(sum.Median), P99: milliseconds(sum.P99),
	}
	missed := t.news.missed
	changes.Lanes, t.news.lanes, t.news.missed = t.news.lanes, nil, false
	if !present && !missed {
		return changes, nil
	}
	all := *changes
	all.Lanes = make([]lane, 0, min(t.count, maxNews))
	for x := t.first; x != nil && len(all.Lanes) < maxNews; x = x.visit.after {
		all.Lanes = append(all.Lanes, t.lane(x))
	}
	all.More = t.count - len(all.Lanes)
	if missed {
		changes = nil
	}
	return changes, &all
}

// latest keeps the last of what was told of each request.
func latest(told []lane) []lane {
	at := make(map[uint64]int, len(told))
	kept := make([]lane, 0, len(told))
	for _, lane := range told {
		i, again := at[lane.Number]
		if again {
			kept[i] = lane
			continue
		}
		at[lane.Number] = len(kept)
		kept = append(kept, lane)
	}
	return kept
}

// live tells viewers what the traffic is like, by server-sent events. One goroutine makes the frames, and none while nobody
// watches. A viewer that is slow loses frames and is then told the present: what it has not taken does not pile up.
type live struct {
	traffic *traffic
	about   about
	most    int // viewers

	mu      sync.Mutex // guards what follows
	viewers map[*viewer]bool
	awake   bool // the goroutine that tells is there
	closed  bool
	telling sync.WaitGroup
	ending  chan struct{} // closed when every view ends
}

// viewer is one that watches.
type viewer struct {
	stream *http.ResponseController
	frames chan []byte // closed when the view ends
	behind bool        // the next frame is the present; only the goroutine that tells looks at it
}

// How often viewers are told, and what they may take.
const (
	frameTime  = 100 * time.Millisecond
	quietTime  = time.Second      // where nothing changes but the time
	viewerTime = 10 * time.Second // to take a frame

	farewellTime = 100 * time.Millisecond // to take the last, when the view ends
	maxViewers   = 2000                   // or a tenth of the connections
	reconnectIn  = "retry: 1000\n\n"
)

func newLive(t *traffic, options Options) *live {
	most := maxViewers
	if options.MaxConnections > 0 {
		most = min(most, max(1, options.MaxConnections/10))
	}
	return &live{
		traffic: t, most: most, viewers: map[*viewer]bool{}, ending: make(chan struct{}),
		about: about{Mode: options.Mode, Limit: options.Limit, MaxInFlight: options.MaxInFlight},
	}
}

// ServeHTTP shows the traffic to one viewer for as long as it stays.
func (l *live) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	v := l.join(http.NewResponseController(w))
	if v == nil {
		problem{
			Status: http.StatusServiceUnavailable, RetryAfter: 10,
			Detail: "as many watch as the server can serve, or it is stopping",
		}.write(w.(*exchange))
		return
	}
	defer l.part(v)
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Accel-Buffering", "no") // has nginx hand on each frame as it comes
	frame, open := []byte(reconnectIn), r.Method != http.MethodHead
	for open {
		if v.stream.SetWriteDeadline(time.Now().Add(viewerTime)) != nil {
			return
		}
		if _, err := w.Write(frame); err != nil || v.stream.Flush() != nil {
			return
		}
		select {
		case frame, open = <-v.frames:
		case <-r.Context().Done():
			return
		}
	}
}

// join adds a viewer, or returns nil where there is no room for one.
func (l *live) join(stream *http.ResponseController) *viewer {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed || len(l.viewers) >= l.most {
		return nil
	}
	v := &viewer{stream: stream, frames: make(chan []byte, 1), behind: true}
	l.viewers[v] = true
	if !l.awake { // a page that is loaded again may find the one of before
		l.awake = true
		l.traffic.watch(true)
		l.telling.Go(l.tell)
	}
	return v
}

// part removes a viewer. The goroutine that tells notices when nobody is left.
func (l *live) part(v *viewer) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.viewers, v)
}

// watching is how many watch.
func (l *live) watching() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.viewers)
}

// close ends every view and waits for the goroutine that tells.
func (l *live) close() {
	l.mu.Lock()
	if !l.closed {
		close(l.ending)
	}
	l.closed = true
	for v := range l.viewers {
		_ = v.stream.SetWriteDeadline(time.Now().Add(farewellTime)) // one that does not read is not waited for
		close(v.frames)
		delete(l.viewers, v)
	}
	l.mu.Unlock()
	l.telling.Wait()
}

// tell tells all viewers what happens, until there are none.
func (l *live) tell() {
	ticks := time.NewTicker(frameTime)
	defer ticks.Stop()
	for told := (time.Time{}); ; {
		quiet, watched := l.tellOnce(time.Since(told) < quietTime)
		if !watched {
			return
		}
		if !quiet {
			told = time.Now()
		}
		select {
		case <-ticks.C:
		case <-l.ending:
		}
	}
}

// tellOnce hands a frame to each viewer. Where nothing has changed and it need not tell the time, it is quiet.
func (l *live) tellOnce(mayBeQuiet bool) (quiet, watched bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.viewers) == 0 {
		l.awake = false
		l.traffic.watch(false)
		return true, false
	}
	behind := false
	for v := range l.viewers {
		behind = behind || v.behind
	}
	changes, present := l.traffic.report(behind)
	if present == nil && len(changes.Lanes) == 0 && mayBeQuiet {
		return true, true
	}
	var news, whole []byte
	if present != nil {
		present.about = &l.about
		whole = event("present", present)
	}
	if news = whole; changes != nil {
		changes.Lanes = latest(changes.Lanes)
		news = event("change", changes)
	}
	for v := range l.viewers {
		frame := news
		if v.behind {
			frame = whole
		}
		select {
		case v.frames <- frame:
			v.behind = false
		default: // it has not taken the last one
			v.behind = true
		}
	}
	return false, true
}

// event writes a frame as a server-sent event.
func event(name string, f *frame) []byte {
	var text bytes.Buffer
	text.WriteString("event: " + name + "\ndata: ")
	if err := json.NewEncoder(&text).Encode(f); err != nil {
		panic(err) // numbers and strings: a mistake in this package
	}
	text.WriteString("\n")
	return text.Bytes()
}
