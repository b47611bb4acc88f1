package cellars

// WRONG: a cellar's key is taken twice where bottles stay in their cellar.

// Move carries n bottles from one cellar to another. If there are too few, it changes
// nothing and returns ErrTooFew. Any number of goroutines may move bottles at once, and who
// has the keys of both cellars finds each bottle in one of them.
func Move(from, to Cellar, n int) error {
	first, second := from, to
	if second.Number() < first.Number() {
		first, second = second, first
	}
	first.Lock()
	defer first.Unlock()
	second.Lock()
	defer second.Unlock()
	if from.Bottles() < n {
		return ErrTooFew
	}
	from.Add(-n)
	to.Add(n)
	return nil
}
