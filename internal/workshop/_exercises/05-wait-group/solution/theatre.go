package theatre

import "sync"

// Prepare unlocks, sweeps and locks all rooms, at once, and returns when that
// is done.
//
// Add stood in the goroutines, and Wait came before it: the counter was 0, so
// there was nobody to wait for. Now wg.Go counts each room before its
// goroutine starts, and counts it down when prepare has returned, which is
// after the room is locked. Before Go 1.25 one wrote wg.Add(1) in front of
// the go statement, and defer wg.Done() inside.
func Prepare(house House, rooms []string) {
	var wg sync.WaitGroup
	for _, room := range rooms {
		wg.Go(func() { prepare(house, room) })
	}
	wg.Wait()
}

// prepare prepares one room. Who waits for it is not its business any more.
func prepare(house House, room string) {
	house.Unlock(room)
	house.Sweep(room)
	house.Lock(room)
}
