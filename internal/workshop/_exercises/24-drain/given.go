package drain

import (
	"context"
	"errors"
)

// Develop develops a film. It takes minutes and, when ctx ends, leaves the
// film as it is and returns.
type Develop func(ctx context.Context, film string)

// Why a film is not accepted.
var (
	ErrFull   = errors.New("there is no room for another film")
	ErrClosed = errors.New("the lab is closed")
)
