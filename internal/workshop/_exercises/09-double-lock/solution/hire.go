package canoes

import "sync"

// Hire is a canoe hire. Any number of goroutines may use it at once.
//
// A sync.Mutex does not know who holds it: whoever locks it twice waits for
// themselves. So the reading is done by a method that takes no lock and says
// so, and each exported method takes the lock once. Take holds it from
// reading to writing, for nobody may come between the two, and defer gives it
// back on every way out, those with an error too.
type Hire struct {
	mu   sync.Mutex // guards book
	book Book
}

// New returns a canoe hire with a book of its own.
func New(book Book) *Hire { return &Hire{book: book} }

// Canoes returns how many canoes a group has.
func (h *Hire) Canoes(group string) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.canoes(group)
}

// canoes is Canoes for those who hold mu.
func (h *Hire) canoes(group string) (int, error) {
	return h.book.Read(group)
}

// Take gives a group one canoe more, or returns ErrLimit if it has as many as
// it can. Where the book fails, it returns that error, and the group gets no
// canoe.
func (h *Hire) Take(group string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	canoes, err := h.canoes(group)
	if err != nil {
		return err
	}
	if canoes >= Limit {
		return ErrLimit
	}
	return h.book.Write(group, canoes+1)
}
