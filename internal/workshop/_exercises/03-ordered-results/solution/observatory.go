package observatory

// Brightness measures all plates at once, and returns their values in the
// same order.
//
// Values come out of the channel as they are ready: the quickest plate first.
// So each one brings along the index of its plate, and is put into that place
// of a list that has its full length from the beginning. It no longer matters
// who comes first.
func Brightness(measure Measure, plates []Plate) []float64 {
	type reading struct {
		index int
		value float64
	}
	readings := make(chan reading)
	for i, plate := range plates {
		go func() { readings <- reading{i, measure(plate)} }()
	}
	values := make([]float64, len(plates))
	for range plates {
		r := <-readings
		values[r.index] = r.value
	}
	return values
}
