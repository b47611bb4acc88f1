package snow

// Gauges are the posts on the slopes that measure the snow. Any number may be
// read at once, but while one is set, nobody else may read or set any. Each
// use is by radio, and takes a while.
type Gauges interface {
	// Read returns how deep the snow is on a slope, in centimetres.
	Read(slope string) int

	// Set sets it.
	Set(slope string, depth int)
}
