package orchard

// Pack packs the apples that come along the belt, until stop is closed, or
// the belt is. pack puts one apple into a box, and returns when that is done.
func Pack(stop <-chan struct{}, belt <-chan string, pack func(apple string)) {
	for {
		select {
		case <-stop:
			return
		case apple, ok := <-belt:
			if !ok {
				return
			}
			pack(apple)
		}
	}
}
