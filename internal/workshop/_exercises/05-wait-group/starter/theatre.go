package theatre

import "sync"

// Prepare unlocks, sweeps and locks all rooms, at once, and returns when that
// is done.
func Prepare(house House, rooms []string) {
	var wg sync.WaitGroup
	for _, room := range rooms {
		go prepare(house, room, &wg)
	}
	wg.Wait()
}

// prepare prepares one room.
func prepare(house House, room string, wg *sync.WaitGroup) {
	house.Unlock(room)
	wg.Add(1)
	defer wg.Done()
	house.Sweep(room)
	house.Lock(room)
}
