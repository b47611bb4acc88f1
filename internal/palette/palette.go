// Package palette is what colours mean on a page, so that every page of the program says the same by them.
package palette

import _ "embed"

// CSS defines the colours as properties of the root, for light and for dark.
//
//go:embed palette.css
var CSS string
