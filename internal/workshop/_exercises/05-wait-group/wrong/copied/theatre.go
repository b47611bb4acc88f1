package theatre

import "sync"

// Prepare unlocks, sweeps and locks all rooms, at once, and returns when that is done.
func Prepare(house House, rooms []string) {
	var wg sync.WaitGroup
	for _, room := range rooms {
		wg.Add(1)
		go prepare(house, room, wg)
	}
	wg.Wait()
}

// WRONG: the WaitGroup is passed by value, so Done counts down a copy.

// prepare prepares one room.
func prepare(house House, room string, wg sync.WaitGroup) {
	defer wg.Done()
	house.Unlock(room)
	house.Sweep(room)
	house.Lock(room)
}
