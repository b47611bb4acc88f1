package theatre

import "sync"

// Prepare unlocks, sweeps and locks all rooms, at once, and returns when that is done.
func Prepare(house House, rooms []string) {
	var wg sync.WaitGroup
	for _, room := range rooms {
		go prepare(house, room, &wg)
	}
	wg.Wait()
}

// WRONG: Add is the first line, but of a goroutine that may start after Wait has returned.

// prepare prepares one room.
func prepare(house House, room string, wg *sync.WaitGroup) {
	wg.Add(1)
	defer wg.Done()
	house.Unlock(room)
	house.Sweep(room)
	house.Lock(room)
}
