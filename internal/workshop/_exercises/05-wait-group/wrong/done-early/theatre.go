package theatre

import "sync"

// Prepare unlocks, sweeps and locks all rooms, at once, and returns when that is done.
func Prepare(house House, rooms []string) {
	var wg sync.WaitGroup
	for _, room := range rooms {
		wg.Add(1)
		go prepare(house, room, &wg)
	}
	wg.Wait()
}

// WRONG: what is deferred last runs first, so Done comes before the room is locked.

// prepare prepares one room.
func prepare(house House, room string, wg *sync.WaitGroup) {
	house.Unlock(room)
	defer house.Lock(room)
	defer wg.Done()
	house.Sweep(room)
}
