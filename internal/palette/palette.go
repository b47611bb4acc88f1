// Package palette is what colours mean on a page, so that every page of the program says the same by them.
package palette

import "embed"

// Files holds palette.css, which defines the colours as properties of the root, for light and for dark.
//
//go:embed palette.css
var Files embed.FS

// CSS is the text of palette.css.
//
//go:embed palette.css
var CSS string
