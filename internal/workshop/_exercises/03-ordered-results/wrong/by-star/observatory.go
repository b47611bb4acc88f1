package observatory

import "sync"

// WRONG: plates of the same star share an entry of the map, and only the last value stays.

// Brightness measures all plates at once, and returns their values in the same order.
func Brightness(measure Measure, plates []Plate) []float64 {
	var (
		mu     sync.Mutex
		byStar = map[string]float64{}
		wg     sync.WaitGroup
	)
	for _, plate := range plates {
		wg.Go(func() {
			value := measure(plate)
			mu.Lock()
			defer mu.Unlock()
			byStar[plate.Star] = value
		})
	}
	wg.Wait()
	var values []float64
	for _, plate := range plates {
		values = append(values, byStar[plate.Star])
	}
	return values
}
