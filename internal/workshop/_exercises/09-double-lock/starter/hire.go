package canoes

import "sync"

// Hire is a canoe hire. Any number of goroutines may use it at once.
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
	return h.book.Read(group)
}

// Take gives a group one canoe more, or returns ErrLimit if it has as many as
// it can. Where the book fails, it returns that error, and the group gets no
// canoe.
func (h *Hire) Take(group string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	canoes, err := h.Canoes(group)
	if err != nil {
		return err
	}
	if canoes >= Limit {
		return ErrLimit
	}
	return h.book.Write(group, canoes+1)
}
