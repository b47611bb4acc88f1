package theatre

import "sync"

// WRONG: wg.Go counts as well, so the counter never gets back to 0.

// Prepare unlocks, sweeps and locks all rooms, at once, and returns when that is done.
func Prepare(house House, rooms []string) {
	var wg sync.WaitGroup
	for _, room := range rooms {
		wg.Add(1)
		wg.Go(func() {
			house.Unlock(room)
			house.Sweep(room)
			house.Lock(room)
		})
	}
	wg.Wait()
}
