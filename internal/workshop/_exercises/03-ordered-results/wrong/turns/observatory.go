package observatory

// WRONG: a plate waits for its turn to be measured, so no two are measured at once.

// Brightness measures all plates at once, and returns their values in the same order.
func Brightness(measure Measure, plates []Plate) []float64 {
	var values []float64
	turn := make(chan struct{})
	close(turn)
	for _, plate := range plates {
		mine, next := turn, make(chan struct{})
		go func() {
			<-mine
			values = append(values, measure(plate))
			close(next)
		}()
		turn = next
	}
	<-turn
	return values
}
