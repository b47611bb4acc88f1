package observatory

import "sync"

// WRONG: the lock keeps all values, and they still stand in the order of their arrival.

// Brightness measures all plates at once, and returns their values in the same order.
func Brightness(measure Measure, plates []Plate) []float64 {
	var (
		mu     sync.Mutex
		values []float64
		wg     sync.WaitGroup
	)
	for _, plate := range plates {
		wg.Go(func() {
			value := measure(plate)
			mu.Lock()
			defer mu.Unlock()
			values = append(values, value)
		})
	}
	wg.Wait()
	return values
}
