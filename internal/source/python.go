package source

import (
	"sync"
	"unicode/utf8"

	"github.com/alecthomas/chroma/v2"
)

// Python cuts Python source into tokens. It takes any text: what is no Python is Plain.
func Python(text string) []Token {
	lexed, err := pythonLexer().Tokenise(&chroma.TokeniseOptions{State: "root"}, text)
	if err != nil {
		panic(err) // a rule below does not compile
	}
	var tokens []Token
	for token := lexed(); token != chroma.EOF; token = lexed() {
		// The lexer works on characters and mends broken ones; the source itself counts.
		size := 0
		for range utf8.RuneCountInString(token.Value) {
			_, width := utf8.DecodeRuneInString(text[size:])
			size += width
		}
		tokens = add(tokens, pythonKind(token.Type), text[:size])
		text = text[size:]
	}
	return add(tokens, Plain, text)
}

func pythonKind(t chroma.TokenType) Kind {
	switch t {
	case chroma.Keyword:
		return Keyword
	case chroma.String:
		return String
	case chroma.Comment:
		return Comment
	case chroma.Number:
		return Number
	}
	return Plain
}

// pythonLexer is made when first asked for: its rules cost more than most commands do. They are our own, because chroma's
// come in one package with those of 300 languages.
var pythonLexer = sync.OnceValue(func() *chroma.RegexLexer {
	return chroma.MustNewLexer(&chroma.Config{Name: "Python", DotAll: true}, pythonRules)
})

func pythonRules() chroma.Rules {
	const prefix = `(?:[rbu]|br|rb)?`
	const formatted = `(?:[ft]|[ft]r|r[ft])`
	// A formatted string holds code again, between braces, and so needs states of its own: one a kind of quote.
	push := func(quote string) chroma.Rule {
		return chroma.Rule{Pattern: `(?i:` + formatted + `)` + quote, Type: chroma.String, Mutator: chroma.Push(quote)}
	}
	in := func(quote, plain string) []chroma.Rule {
		return []chroma.Rule{
			{Pattern: quote, Type: chroma.String, Mutator: chroma.Pop(1)},
			{Pattern: `\{\{|\}\}|\\.`, Type: chroma.String},
			{Pattern: `\{`, Type: chroma.Text, Mutator: chroma.Push("braces")},
			{Pattern: plain, Type: chroma.String},
		}
	}
	return chroma.Rules{
		"root": {
			{Pattern: `#[^\n]*`, Type: chroma.Comment},
			push(`"""`), push(`'''`), push(`"`), push(`'`),
			{Pattern: `(?i:` + prefix + `)(?:"""(?:\\.|[^\\])*?(?:"""|\z)|'''(?:\\.|[^\\])*?(?:'''|\z))`, Type: chroma.String},
			{Pattern: `(?i:` + prefix + `)(?:"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?)`, Type: chroma.String},
			{Pattern: chroma.Words(``, `\b`,
				"False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del",
				"elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda",
				"nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with", "yield"), Type: chroma.Keyword},
			{Pattern: `(?<=^[ \t]*)@\w[\w.]*`, Type: chroma.Keyword}, // a decorator
			{
				Pattern: `0(?i:x[\da-f_]+|b[01_]+|o[0-7_]+)|(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?i:e[+-]?\d[\d_]*)?(?i:j)?`,
				Type:    chroma.Number,
			},
			{Pattern: `\w+|\s+|.`, Type: chroma.Text}, // a whole name: no keyword or number starts in the middle of one
		},
		"braces": {
			{Pattern: `\{`, Type: chroma.Text, Mutator: chroma.Push("braces")},
			{Pattern: `\}`, Type: chroma.Text, Mutator: chroma.Pop(1)},
			chroma.Include("root"),
		},
		`"""`: in(`"""`, `[^"\\{}]+|.`),
		`'''`: in(`'''`, `[^'\\{}]+|.`),
		`"`:   in(`["\n]`, `[^"\\{}\n]+|.`), // the line ends what was not closed
		`'`:   in(`['\n]`, `[^'\\{}\n]+|.`),
	}
}
