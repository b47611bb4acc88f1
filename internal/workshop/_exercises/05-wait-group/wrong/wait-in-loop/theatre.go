package theatre

import "sync"

// WRONG: Wait stands in the loop, so each room is ready before the next one is begun.

// Prepare unlocks, sweeps and locks all rooms, at once, and returns when that is done.
func Prepare(house House, rooms []string) {
	var wg sync.WaitGroup
	for _, room := range rooms {
		wg.Add(1)
		go func() {
			defer wg.Done()
			house.Unlock(room)
			house.Sweep(room)
			house.Lock(room)
		}()
		wg.Wait()
	}
}
