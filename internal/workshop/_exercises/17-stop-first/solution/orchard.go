package orchard

// Pack packs the apples that come along the belt, until stop is closed, or
// the belt is. pack puts one apple into a box, and returns when that is done.
//
// When both channels are ready, a select takes either, at random. So Pack
// looks at stop alone before each apple. Only where it is not closed does it
// wait for both: for the button too, since the belt may stay empty.
func Pack(stop <-chan struct{}, belt <-chan string, pack func(apple string)) {
	for {
		select {
		case <-stop:
			return
		default:
		}
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
