package progress

import "fmt"

// Damaged tells that the file made no sense.
type Damaged struct {
	Path  string
	Aside string // where it was put, or nothing if it could not be moved
	Err   error
}

func (e *Damaged) Error() string {
	if e.Aside == "" {
		return fmt.Sprintf("%s is damaged (%v) and could not be set aside: move it away, and a new one begins", e.Path, e.Err)
	}
	return fmt.Sprintf("%s was damaged (%v): it is now %s, and a new one begins", e.Path, e.Err, e.Aside)
}

func (e *Damaged) Unwrap() error { return e.Err }

// Newer tells that a later version of the program wrote the file, in a format that this one must not write over.
type Newer struct {
	Path    string
	Version int // of the format
}

func (e *Newer) Error() string {
	return fmt.Sprintf("%s has format %d, and this program knows %d: use the later version of meanwhile that wrote it, "+
		"or set MEANWHILE_HOME to another folder", e.Path, e.Version, Version)
}

// Unkept tells that nothing can be kept.
type Unkept struct{ Err error }

func (e *Unkept) Error() string {
	return fmt.Sprintf("progress cannot be kept: %v; set MEANWHILE_HOME to another folder, one that can be written to", e.Err)
}

func (e *Unkept) Unwrap() error { return e.Err }
