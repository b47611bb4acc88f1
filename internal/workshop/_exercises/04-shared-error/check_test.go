package post_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	. "practice/04-shared-error"
	"practice/internal/check"
)

func TestDeliverAll(t *testing.T) {
	all := check.Begin(t)
	all.Run("some fail", func(c *check.Case) {
		n := 4 + c.Rand.IntN(3)
		deliver(c, n, 2+c.Rand.IntN(n-3))
	})
	all.Run("all fail", func(c *check.Case) { deliver(c, 5, 5) })
	all.Run("one fails", func(c *check.Case) { deliver(c, 5, 1) })
	all.Run("all arrive", func(c *check.Case) { deliver(c, 6, 0) })
	all.Run("no parcels", func(c *check.Case) { deliver(c, 0, 0) })
	all.Run("the office stays closed", func(c *check.Case) {
		closed := errors.New(c.Word() + " has the key")
		o := newOffice(c, 3, 0)
		o.closed = closed
		var err error
		c.Do(func() { err = DeliverAll(c.Context(), o, o.parcels) })
		c.Called("Deliver", 0, "the office could not open")
		c.Is("the error", err, closed)
	})
	// Here nothing takes any time. Two carriers who add to one list without a lock do so at the same moment of real time then,
	// nearly always, if there is more than one processor.
	all.Run("parcels in quick succession", func(c *check.Case) {
		if check.Raced() {
			return
		}
		const rounds, n = 50, 100
		office := quickOffice{}
		var parcels []string
		for i := range n {
			parcels = append(parcels, fmt.Sprintf("parcel %d", i+1))
			office[parcels[i]] = fmt.Errorf("nobody opens for parcel %d", i+1)
		}
		for range rounds {
			var err error
			check.Quietly(func() {
				check.Jostle(func() {
					c.Do(func() { err = DeliverAll(c.Context(), office, slices.Clone(parcels)) })
				})
			})
			came := 0
			for _, fault := range office {
				if errors.Is(err, fault) {
					came++
				}
			}
			if came < n {
				c.Fail(check.Value, "%d parcels failed at nearly the same moment, and %d of their errors came back", n, came)
			}
		}
	})
	all.Done()
}

// quickOffice is an Office in which nothing takes any time, and each of these parcels fails.
type quickOffice map[string]error

func (o quickOffice) Open(context.Context) error                     { return nil }
func (o quickOffice) Deliver(_ context.Context, parcel string) error { return o[parcel] }
func (o quickOffice) EndRound(context.Context, string)               {}

// deliver lets so many parcels be delivered, some of which fail.
func deliver(c *check.Case, n, failing int) {
	o := newOffice(c, n, failing)
	var err error
	c.Do(func() { err = DeliverAll(c.Context(), o, slices.Clone(o.parcels)) })
	c.Called("Deliver", n, "each parcel is delivered once")
	c.Called("EndRound", n, "each round is ended once, delivered or not")
	var missing, twice []error
	for _, parcel := range o.parcels {
		fault := o.faults[parcel]
		if fault == nil {
			continue
		}
		switch seen := count(err, fault); {
		case seen == 0 && errors.Is(err, fault): // it has a way of its own to hold it
		case seen == 0:
			missing = append(missing, fault)
		case seen > 1:
			twice = append(twice, fault)
		}
	}
	switch {
	case len(missing) > 0 && len(twice) > 0:
		c.Fail(check.Value, "%d of %d errors are missing, such as %q, while %q is there more than once", len(missing), failing, missing[0], twice[0])
	case len(missing) > 0 && err != nil && strings.Contains(err.Error(), missing[0].Error()):
		c.FailNext(check.Value, "hand it on as it is, or wrapped by %w", "%q is in the text of what it returned, but the error itself is not", missing[0])
	case len(missing) > 0 && err == nil:
		c.Fail(check.Value, "it returned nil, and %d of %d parcels failed, such as with %q", failing, n, missing[0])
	case len(missing) > 0:
		c.Fail(check.Value, "%d of %d errors are missing from the one it returned, such as %q", len(missing), failing, missing[0])
	case len(twice) > 0:
		c.Fail(check.Value, "%q happened once, and is there more than once", twice[0])
	case failing == 0 && err != nil:
		c.Fail(check.Value, "all parcels arrived, and it returned the error %q", err)
	}
	if n > 0 {
		var waits []time.Duration
		for _, parcel := range o.parcels {
			waits = append(waits, o.takes[parcel]+wayBack+roundTime)
		}
		c.Overlapped(waits...)
	}
}

// count is how often an error is in another one.
func count(in, fault error) int {
	if in == fault {
		return 1
	}
	n := 0
	switch e := in.(type) {
	case interface{ Unwrap() error }:
		n = count(e.Unwrap(), fault)
	case interface{ Unwrap() []error }:
		for _, inner := range e.Unwrap() {
			n += count(inner, fault)
		}
	}
	return n
}

// What takes the same time for each parcel, and longer than the deliveries differ.
const (
	// wayBack is behind the last lock that Deliver takes. So when the first one returns, all others have taken theirs: no lock of
	// the check makes an order between their assignments to what they share, and the race detector sees them as they are.
	wayBack = 10 * time.Second

	// roundTime lets a carrier go on only when all others are back, and what they share has got the last one's value.
	roundTime = 20 * time.Second
)

var _ Office = (*office)(nil)

// office is the Office of the check.
type office struct {
	c       *check.Case
	parcels []string
	takes   map[string]time.Duration
	faults  map[string]error // of the parcels that fail
	closed  error            // why it does not open

	mu    sync.Mutex               // guards the rest
	back  map[string]time.Duration // when the carrier of a parcel that has left is back
	ended map[string]bool          // the rounds
}

// newOffice has so many parcels, some of which fail. No two deliveries take as long.
func newOffice(c *check.Case, n, failing int) *office {
	o := &office{c: c, takes: map[string]time.Duration{}, faults: map[string]error{}, back: map[string]time.Duration{}, ended: map[string]bool{}}
	fails, delay := c.Rand.Perm(n), c.Rand.Perm(n)
	for i := range n {
		parcel := fmt.Sprintf("%s to %d Harbour Road", c.Word(), i+1)
		o.parcels = append(o.parcels, parcel)
		o.takes[parcel] = time.Second + time.Duration(delay[i])*500*time.Millisecond
		if failing == 0 { // and not in whole steps: nobody hits that moment who looks every so often
			o.takes[parcel] += time.Duration(1+c.Rand.IntN(499)) * time.Microsecond
		}
		if fails[i] < failing {
			o.faults[parcel] = fmt.Errorf("nobody opens at %d Harbour Road, says %s", i+1, c.Word())
		}
	}
	return o
}

// leave notes that a parcel leaves.
func (o *office) leave(parcel string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.takes[parcel] == 0 {
		o.c.Fail(check.Misuse, "there is no parcel %q", parcel)
	}
	if o.back[parcel] > 0 {
		o.c.Fail(check.Misuse, "parcel %q was delivered more than once", parcel)
	}
	o.back[parcel] = o.c.Now() + o.takes[parcel] + wayBack
}

// end notes that a round ends.
func (o *office) end(parcel string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if back := o.back[parcel]; back == 0 || o.c.Now() < back || o.ended[parcel] {
		o.c.Fail(check.Misuse, "parcel %q had its round ended before Deliver had returned, or twice", parcel)
	}
	o.ended[parcel] = true
}

// addressee is whom a parcel is for.
func addressee(parcel string) string {
	name, _, _ := strings.Cut(parcel, " ")
	return name
}

func (o *office) Open(context.Context) error { return o.closed }

func (o *office) Deliver(ctx context.Context, parcel string) error {
	o.leave(parcel)
	if err := o.c.CallOn(ctx, "Deliver "+addressee(parcel), o.takes[parcel], wayBack); err != nil {
		return err
	}
	return o.faults[parcel]
}

func (o *office) EndRound(ctx context.Context, parcel string) {
	o.end(parcel)
	_ = o.c.Call(ctx, "EndRound "+addressee(parcel), roundTime) // a carrier who is called back has ended the round
}
