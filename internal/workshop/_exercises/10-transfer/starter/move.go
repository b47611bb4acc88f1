package cellars

// Move carries n bottles from one cellar to another; within one there is
// nothing to carry. If there are too few, it changes nothing and returns
// ErrTooFew. Any number of goroutines may move bottles at once, and who has
// the keys of both cellars finds each bottle in one of them.
func Move(from, to Cellar, n int) error {
	if from.Number() == to.Number() {
		return nil
	}
	from.Lock()
	defer from.Unlock()
	to.Lock()
	defer to.Unlock()
	if from.Bottles() < n {
		return ErrTooFew
	}
	from.Add(-n)
	to.Add(n)
	return nil
}
