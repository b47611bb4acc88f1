package observatory

import "sync"

const workers = 3

// WRONG: three workers share the plates, and what the division leaves over is lost.

// Brightness measures all plates at once, and returns their values in the same order.
func Brightness(measure Measure, plates []Plate) []float64 {
	values := make([]float64, len(plates))
	share := len(plates) / workers
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := w * share; i < (w+1)*share; i++ {
				values[i] = measure(plates[i])
			}
		})
	}
	wg.Wait()
	return values
}
