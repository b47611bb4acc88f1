package cellars

// WRONG: the bottles are counted without a key, and are no order that stays.

// Move carries n bottles from one cellar to another. If there are too few, it changes
// nothing and returns ErrTooFew. Any number of goroutines may move bottles at once, and who
// has the keys of both cellars finds each bottle in one of them.
func Move(from, to Cellar, n int) error {
	if from.Number() == to.Number() {
		return nil
	}
	first, second := from, to
	if second.Bottles() > first.Bottles() {
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
