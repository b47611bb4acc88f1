package source

import (
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Python cuts Python source into tokens. It takes any text: what is no Python is Plain. Code inside a formatted string is
// part of the string.
func Python(text string) []Token {
	var tokens []Token
	end := 0
	for _, at := range pythonPattern().FindAllStringSubmatchIndex(text, -1) {
		tokens = add(tokens, Plain, text[end:at[0]])
		tokens = add(tokens, pythonKind(text, at), text[at[0]:at[1]])
		end = at[1]
	}
	return add(tokens, Plain, text[end:])
}

// The parts of pythonPattern, in its order. A name is matched as a whole, so that no keyword or number starts inside one.
var pythonParts = []struct {
	kind    Kind
	pattern string
}{
	{Comment, `#[^\n]*`},
	{Keyword, `(?m:^[ \t]*)@[\pL_][\pL\pN_.]*`}, // a decorator
	{String, `(?i:[rbuft]|[bft]r|r[bft])?(?:"""(?s:\\.|[^\\])*?(?:"""|\z)|'''(?s:\\.|[^\\])*?(?:'''|\z))`},
	{String, `(?i:[rbuft]|[bft]r|r[bft])?(?:"(?s:\\.|[^"\\\n])*"?|'(?s:\\.|[^'\\\n])*'?)`},
	{Plain, `[\pL_][\pL\pN_]*`},
	{Number, `0(?i:x[\da-f_]+|b[01_]+|o[0-7_]+)|(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?i:e[+-]?\d[\d_]*)?(?i:j)?`},
}

var pythonKeywords = strings.Fields(`False None True and as assert async await break class continue def del elif else
	except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield`)

// pythonPattern is compiled when first asked for: that costs more than most commands do.
var pythonPattern = sync.OnceValue(func() *regexp.Regexp {
	var parts []string
	for _, part := range pythonParts {
		parts = append(parts, "("+part.pattern+")")
	}
	return regexp.MustCompile(strings.Join(parts, "|"))
})

// pythonKind is the kind of a match, from which of the parts it is.
func pythonKind(text string, at []int) Kind {
	for i, part := range pythonParts {
		if at[2+2*i] < 0 {
			continue
		}
		if part.kind == Plain && slices.Contains(pythonKeywords, text[at[0]:at[1]]) {
			return Keyword
		}
		return part.kind
	}
	return Plain
}
