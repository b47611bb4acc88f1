package theatre

import "sync"

// WRONG: Add stands inside the goroutine, and Wait may come before it.

// Prepare unlocks, sweeps and locks all rooms, at once, and returns when that is done.
func Prepare(house House, rooms []string) {
	var wg sync.WaitGroup
	for _, room := range rooms {
		go func() {
			wg.Add(1)
			defer wg.Done()
			house.Unlock(room)
			house.Sweep(room)
			house.Lock(room)
		}()
	}
	wg.Wait()
}
