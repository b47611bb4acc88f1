package observatory

// Plate is a photograph of a star.
type Plate struct {
	Number int    // no other plate has it
	Star   string // may be on other plates, too
}

// Measure returns how bright the star is on a plate. That takes time, for
// some plates more than for others. Several plates can be measured at once.
type Measure func(plate Plate) float64
