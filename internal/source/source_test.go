package source_test

import (
	"embed"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"meanwhile/internal/source"
)

//go:embed source_test.go
var ownFiles embed.FS

// closing is found by the tests below. What follows is more of it,
// in a second line.
func closing(word string) func() string {
	return func() string {
		return word
	}
}

// inlined lets the compiler copy closing into itself, which renames the closure.
func inlined() func() string { return closing("x") }

type greeter struct{}

func (greeter) greet() string { return "hello" }

func generic[T any](value T) T { return value }

func undocumented() {}

func TestOfFindsTheDeclarationOfAFunction(t *testing.T) {
	snippet, err := source.Of(ownFiles, closing)
	if err != nil {
		t.Fatal(err)
	}
	if snippet.First == 0 || snippet.Line != snippet.First+2 {
		t.Errorf("it begins in line %d, and the function in %d; its comment has two lines", snippet.First, snippet.Line)
	}
	snippet.First, snippet.Line = 0, 0 // they change with each import of this file
	want := source.Snippet{
		Name: "closing",
		File: "source_test.go",
		Doc:  "closing is found by the tests below.",
		Text: `// closing is found by the tests below. What follows is more of it,
// in a second line.
func closing(word string) func() string {
	return func() string {
		return word
	}
}
`,
	}
	if diff := cmp.Diff(want, snippet); diff != "" {
		t.Error(diff)
	}
}

func TestOfTellsTheLineOfTheFunctionItself(t *testing.T) {
	snippet, err := source.Of(ownFiles, closing)
	if err != nil {
		t.Fatal(err)
	}
	text, err := ownFiles.ReadFile(snippet.File)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Split(string(text), "\n")[snippet.Line-1]; !strings.HasPrefix(got, "func closing(") {
		t.Errorf("line %d is %q", snippet.Line, got)
	}
}

func TestOfFindsTheFunctionAroundAClosure(t *testing.T) {
	for name, fn := range map[string]any{
		"closing":                              closing("x"),
		"closing, inlined":                     inlined(),
		"greet, a method":                      greeter.greet,
		"generic, with a type":                 generic[int],
		"undocumented":                         undocumented,
		"TestOfFindsTheFunctionAroundAClosure": func() {},
	} {
		t.Run(name, func(t *testing.T) {
			snippet, err := source.Of(ownFiles, fn)
			if err != nil {
				t.Fatal(err)
			}
			if want, _, _ := strings.Cut(name, ","); snippet.Name != want {
				t.Errorf("got %s", snippet.Name)
			}
		})
	}
}

// unbound is a closure outside of any function.
var unbound = func() {}

func TestOfRefusesWhatHasNoSource(t *testing.T) {
	var none func()
	own, err := ownFiles.ReadFile("source_test.go")
	if err != nil {
		t.Fatal(err)
	}
	file := func(text string) fstest.MapFS {
		return fstest.MapFS{"source_test.go": &fstest.MapFile{Data: []byte(text)}}
	}
	elsewhere := "package x\n\nfunc other() {" + strings.Repeat("\n", 99) + "}"
	for name, test := range map[string]struct {
		files fstest.MapFS
		fn    any
		want  string
	}{
		"no function":                 {file(string(own)), 3, "only a function has source, and 3 is none"},
		"a nil function":              {file(string(own)), none, "and (func())(nil) is none"},
		"nothing at all":              {file(string(own)), nil, "and <nil> is none"},
		"another package's":           {file(string(own)), fmt.Sprint, "the source of fmt.Sprint is not at hand"},
		"a bound method":              {file(string(own)), greeter{}.greet, "is not at hand"},
		"a closure of no function":    {file(string(own)), unbound, "is not in the function"},
		"a file with other lines":     {file(elsewhere), closing, "is not the one that was built"},
		"a file with too few lines":   {file("package x"), closing, "is not the one that was built"},
		"a file that is not Go":       {file("# Hello"), closing, "cannot be read"},
		"a file that is not embedded": {fstest.MapFS{}, closing, "is not at hand"},
	} {
		t.Run(name, func(t *testing.T) {
			snippet, err := source.Of(test.files, test.fn)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %q and the error %v, want %q", snippet.Name, err, test.want)
			}
		})
	}
}

// marked writes tokens so that a test can read them: each that is not Plain between its kind's brackets.
func marked(tokens []source.Token) string {
	var text strings.Builder
	for _, token := range tokens {
		switch token.Kind {
		case source.Plain:
			text.WriteString(token.Text)
		case source.Keyword:
			text.WriteString("<" + token.Text + ">")
		case source.String:
			text.WriteString("«" + token.Text + "»")
		case source.Comment:
			text.WriteString("(*" + token.Text + "*)")
		case source.Number:
			text.WriteString("[" + token.Text + "]")
		}
	}
	return text.String()
}

func TestGoTellsItsTokensApart(t *testing.T) {
	for text, want := range map[string]string{
		"":                              "",
		"func f() {\n\tgo g()\n}\n":     "<func> f() {\n\t<go> g()\n}\n",
		"x := 0x1F + 2.5e3i // why\ny":  "x := [0x1F] + [2.5e3i] (*// why*)\ny",
		"a /* b\r\nc */ d":              "a (*/* b\r\nc */*) d",
		"s := `a\r\n\tb` + \"c\" + 'd'": "s := «`a\r\n\tb`» + «\"c\"» + «'d'»",
		"\"not closed\nx":               "«\"not closed»\nx",
		"\ufeffgo f(\x00\xff)":          "\ufeff<go> f(\x00\xff)",
		"goroutine":                     "goroutine",
		"<-slots":                       "<-slots",
	} {
		if got := marked(source.Go(text)); got != want {
			t.Errorf("%q\n gives %q\n  want %q", text, got, want)
		}
	}
}

func TestPythonTellsItsTokensApart(t *testing.T) {
	for text, want := range map[string]string{
		"":                                  "",
		"async def f():\n    await g()\n":   "<async> <def> f():\n    <await> g()\n",
		"x = 0xFF + 1_000.5e-3j + .5 # why": "x = [0xFF] + [1_000.5e-3j] + [.5] (*# why*)",
		"@app.get(\"/\")\nasync def root()": "<@app.get>(«\"/\"»)\n<async> <def> root()",
		"a @ b @c":                          "a @ b @c",
		"\"\"\"Say \"hi\".\n\nThen go.\"\"\" + x": "«\"\"\"Say \"hi\".\n\nThen go.\"\"\"» + x",
		"'''not closed\nx":                        "«'''not closed\nx»",
		"'not closed\nx":                          "«'not closed»\nx",
		`'a\'b' + rb"c\"d"`:                       `«'a\'b'» + «rb"c\"d"»`,
		`f"a {b['c']:>{2}} {{d}}" + e`:            `«f"a {b['c']:>{2}} {{d}}"» + e`,
		"f'''{await x}\n''' or y":                 "«f'''{await x}\n'''» <or> y",
		"f'not closed\nx":                         "«f'not closed»\nx",
		"f'{not closed":                           "«f'{not closed»",
		`prefix"s" is_not notin in1 None`:         `prefix«"s"» is_not notin in1 <None>`,
		"é = ½ + \xff\xfe'\xff' #\xff":            "é = ½ + \xff\xfe«'\xff'» (*#\xff*)",
		"}":                                       "}",
		"a\r\nb":                                  "a\r\nb",
	} {
		if got := marked(source.Python(text)); got != want {
			t.Errorf("%q\n gives %q\n  want %q", text, got, want)
		}
	}
}

// checkTokens fails unless the tokens give back the text, and no two neighbours should have been one.
func checkTokens(t *testing.T, text string, tokens []source.Token) {
	t.Helper()
	var whole strings.Builder
	for i, token := range tokens {
		whole.WriteString(token.Text)
		if token.Text == "" || i > 0 && token.Kind == tokens[i-1].Kind {
			t.Errorf("token %d, %q, is empty or of the same kind as the one before", i, token.Text)
		}
	}
	if whole.String() != text {
		t.Errorf("%q gives back %q", text, whole.String())
	}
}

func FuzzGo(f *testing.F) {
	for _, seed := range []string{
		"", "func f() {\n\tgo g()\n}\n", "a /* b\r\nc */ d", "s := `a\r\n\tb`", "\"not closed\nx", "\ufeff\x00\xff", "'",
		"/*", "0x", "//line x.go:3\nreturn", "a//\r\nb",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) { checkTokens(t, text, source.Go(text)) })
}

func FuzzPython(f *testing.F) {
	for _, seed := range []string{
		"", "async def f():\n    await g()\n", `f"a {b["c"]:>{2}} {{d}}" + e`, "f'''{await x}\n'''", "'''", "f'not closed\nx",
		"\xff\xfe'\xff'", "@a.b\n@", "a\r\nb", "0x1_f.5e-3j", "f'{", "}", "\ufeff#\r", "rb'\\",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) { checkTokens(t, text, source.Python(text)) })
}

func TestDiffKeepsWhatBothHave(t *testing.T) {
	for name, test := range map[string]struct{ a, b, want string }{
		"nothing":                         {"", "", ""},
		"only added":                      {"", "a\nb\n", "+a +b"},
		"only removed":                    {"a\nb\n", "", "-a -b"},
		"the same":                        {"a\nb\n", "a\nb\n", " a  b"},
		"a line in the middle":            {"a\nc\n", "a\nb\nc\n", " a +b  c"},
		"a changed line, removed first":   {"a\nb\nc\n", "a\nx\nc\n", " a -b +x  c"},
		"two lines swapped":               {"a\nb\n", "b\na\n", "-a  b +a"},
		"no newline at the end":           {"a", "a\n", " a"},
		"empty lines":                     {"a\n\nb\n", "a\nb\n", " a -  b"},
		"indentation is not a difference": {"a\n\tb\n", "x {\n\ta\n\t\tb\n}\n", "+x {  \ta  \t\tb +}"},
		"indentation breaks a tie":        {"a\n}\n", "a\n\t}\n}\n", " a +\t}  }"},
		"spaces inside a line are":        {"a b\n", "a  b\n", "-a b +a  b"},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, line := range source.Diff(test.a, test.b) {
				got = append(got, map[source.Op]string{source.Equal: " ", source.Added: "+", source.Removed: "-"}[line.Op]+line.Text)
			}
			if joined := strings.Join(got, " "); joined != test.want {
				t.Errorf("got %q, want %q", joined, test.want)
			}
		})
	}
}

// TestDiffIsRightAndSmallest compares small random texts with a search of every way to get from one to the other.
func TestDiffIsRightAndSmallest(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		a, b := randomLines(random), randomLines(random)
		var before, after []string
		changes := 0
		for _, line := range source.Diff(strings.Join(a, "\n"), strings.Join(b, "\n")) {
			if line.Op != source.Added {
				before = append(before, line.Text)
			}
			if line.Op != source.Removed {
				after = append(after, line.Text)
			}
			if line.Op != source.Equal {
				changes++
			}
		}
		if !slices.Equal(before, a) || !slices.Equal(after, b) {
			t.Fatalf("from %q to %q: got from %q to %q", a, b, before, after)
		}
		if want := fewestChanges(a, b); changes != want {
			t.Fatalf("from %q to %q: %d changes, want %d", a, b, changes, want)
		}
	}
}

func randomLines(random *rand.Rand) []string {
	lines := make([]string, random.IntN(7)+1)
	for i := range lines {
		lines[i] = string("abc"[random.IntN(3)])
	}
	return lines
}

func fewestChanges(a, b []string) int {
	if len(a) == 0 || len(b) == 0 {
		return len(a) + len(b)
	}
	fewest := 1 + min(fewestChanges(a[1:], b), fewestChanges(a, b[1:]))
	if a[0] == b[0] {
		fewest = min(fewest, fewestChanges(a[1:], b[1:]))
	}
	return fewest
}

func TestDiffOfLongTextsIsBounded(t *testing.T) {
	long := strings.Repeat("a\n", 1_000_000)
	diff := source.Diff(long, "a\n")
	if len(diff) != 1_000_001 || diff[0].Op != source.Removed || diff[1_000_000].Op != source.Added {
		t.Errorf("got %d lines", len(diff))
	}
}
