package theatre

// House is a theatre with dressing rooms. Its methods take time, and return
// when they are done. They can be called for several rooms at once.
type House interface {
	Unlock(room string)
	Sweep(room string)
	Lock(room string)
}
