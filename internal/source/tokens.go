package source

import (
	"go/scanner"
	"go/token"
	"strings"
)

// Kind is what a token is to a reader.
type Kind int

// The kinds of tokens.
const (
	Plain Kind = iota
	Keyword
	String
	Comment
	Number
)

// Token is a piece of source code. The texts of all tokens, one after the other, are the source.
type Token struct {
	Kind Kind
	Text string
}

// Go cuts Go source into tokens. It takes any text: what is no Go is Plain.
func Go(text string) []Token {
	var tokens []Token
	var lexer scanner.Scanner
	file := token.NewFileSet().AddFile("", -1, len(text))
	lexer.Init(file, []byte(text), nil, scanner.ScanComments)
	kind, start := Plain, 0
	for {
		pos, next, literal := lexer.Scan()
		if next == token.SEMICOLON && literal == "\n" {
			continue // not in the source: a line's end implies it, even one inside a comment
		}
		// A token's literal may differ from its source, so the source between two starts counts.
		end := file.Offset(pos)
		if next == token.EOF {
			end = len(text)
		}
		code := strings.TrimRight(text[start:end], " \t\r\n")
		tokens = add(tokens, kind, code)
		tokens = add(tokens, Plain, text[start+len(code):end])
		if next == token.EOF {
			return tokens
		}
		kind, start = goKind(next), end
	}
}

func goKind(t token.Token) Kind {
	switch t {
	case token.COMMENT:
		return Comment
	case token.STRING, token.CHAR:
		return String
	case token.INT, token.FLOAT, token.IMAG:
		return Number
	}
	if t.IsKeyword() {
		return Keyword
	}
	return Plain
}

// add appends text, to the last token where that is of the same kind.
func add(tokens []Token, kind Kind, text string) []Token {
	if text == "" {
		return tokens
	}
	if last := len(tokens) - 1; last >= 0 && tokens[last].Kind == kind {
		tokens[last].Text += text
		return tokens
	}
	return append(tokens, Token{kind, text})
}
