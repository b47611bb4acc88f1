package prove

import "testing"

// Prove lets t fail if the limiters that newLimiter makes break a promise of
// Limiter.
//
// It is called in a bubble of virtual time already, as synctest.Test makes
// one: time.Sleep takes no real time, and synctest.Wait returns when all
// other goroutines wait for something.
func Prove(t *testing.T, newLimiter func(limit int) Limiter) {
	limiter := newLimiter(2)
	ran := 0
	for range 10 {
		if err := limiter.Do(t.Context(), func() { ran++ }); err != nil {
			t.Fatalf("Do returned %v", err)
		}
	}
	if ran != 10 {
		t.Errorf("%d jobs ran, and should be 10", ran)
	}
}
