package scoreboard

// Table holds the points of the archers. It can be used as a Go map can: by
// any number of readers at once, or by one writer and nobody else. It takes
// its time, as a map does not.
type Table interface {
	// Get returns an archer's points, and whether the archer is in the table.
	Get(archer string) (points int, ok bool)

	// Set writes an archer's points.
	Set(archer string, points int)
}
