package cellars

// Move carries n bottles from one cellar to another; within one there is
// nothing to carry. If there are too few, it changes nothing and returns
// ErrTooFew. Any number of goroutines may move bottles at once, and who has
// the keys of both cellars finds each bottle in one of them.
//
// Everybody takes the key of the lower number first, whichever way the
// bottles go. Whoever waits then has only keys of lower numbers than the one
// they wait for, so there is no ring of people who wait for one another. Both
// keys are held for the whole move, and cellars that it does not touch are
// free for others.
func Move(from, to Cellar, n int) error {
	if from.Number() == to.Number() {
		return nil
	}
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
