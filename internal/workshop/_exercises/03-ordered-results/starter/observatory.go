package observatory

// Brightness measures all plates at once, and returns their values in the
// same order.
func Brightness(measure Measure, plates []Plate) []float64 {
	measured := make(chan float64)
	for _, plate := range plates {
		go func() { measured <- measure(plate) }()
	}
	var values []float64
	for range plates {
		values = append(values, <-measured)
	}
	return values
}
