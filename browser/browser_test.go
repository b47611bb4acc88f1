// Package browser_test opens the pages that the program writes, and those that it serves, in a real browser. It is a module of
// its own, so that what drives the browser stays out of the program's list of libraries.
package browser_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	cdpruntime "github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// patience is how long a browser may take for a test: it only bounds what hangs.
const patience = 2 * time.Minute

// chromium finds a browser. Without one the test skips, or fails where MEANWHILE_REQUIRE names chromium: the rule of the
// program's own tests, whose package another module should not depend on.
func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			return found
		}
	}
	const how = "install Debian's package chromium"
	required := strings.FieldsFunc(os.Getenv("MEANWHILE_REQUIRE"), func(r rune) bool { return r == ',' || unicode.IsSpace(r) })
	if slices.Contains(required, "chromium") {
		t.Fatalf("chromium is missing, and MEANWHILE_REQUIRE asks for it: %s", how)
	}
	t.Skipf("chromium is missing: %s", how)
	return ""
}

// start starts a browser, which ends with the test.
func start(t *testing.T) context.Context {
	t.Helper()
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), chromedp.ExecPath(chromium(t)))
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox) // it refuses to run as root otherwise
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	if err := chromedp.Run(ctx); err != nil {
		t.Fatalf("the browser does not start: %v", err)
	}
	return ctx
}

// program builds the program.
func program(t *testing.T) string {
	t.Helper()
	built := filepath.Join(t.TempDir(), "meanwhile")
	if runtime.GOOS == "windows" {
		built += ".exe"
	}
	build := exec.CommandContext(t.Context(), "go", "build", "-o", built, ".")
	build.Dir = ".."
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return built
}

// run runs the program.
func run(t *testing.T, program string, args ...string) {
	t.Helper()
	command := exec.CommandContext(t.Context(), program, args...)
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("meanwhile %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// visit is a page in a tab of its own, and what the browser had to say of it.
type visit struct {
	t   *testing.T
	ctx context.Context
	url string

	mu         sync.Mutex // guards what follows, which the browser's events write
	requests   []string
	complaints []string
}

// open opens a file, after what is to be done to the tab before.
func open(t *testing.T, browser context.Context, file string, before ...chromedp.Action) *visit {
	t.Helper()
	path := "/" + strings.TrimPrefix(filepath.ToSlash(file), "/") // a letter of a drive has no slash before it
	return openURL(t, browser, (&url.URL{Scheme: "file", Path: path}).String(), before...)
}

// openURL opens an address, after what is to be done to the tab before.
func openURL(t *testing.T, browser context.Context, address string, before ...chromedp.Action) *visit {
	t.Helper()
	ctx, cancel := chromedp.NewContext(browser)
	t.Cleanup(cancel)
	v := &visit{t: t, ctx: ctx, url: address}
	chromedp.ListenTarget(ctx, v.note)
	v.do(network.Enable(), log.Enable(), chromedp.Tasks(before), chromedp.Navigate(v.url))
	return v
}

// note takes down what goes out of the page, and whatever the browser finds wrong: errors of the script, words on the
// console, and what the page's own policy forbids.
func (v *visit) note(event any) {
	v.mu.Lock()
	defer v.mu.Unlock()
	switch event := event.(type) {
	case *network.EventRequestWillBeSent:
		v.requests = append(v.requests, event.Request.URL)
	case *cdpruntime.EventExceptionThrown:
		v.complaints = append(v.complaints, event.ExceptionDetails.Error())
	case *cdpruntime.EventConsoleAPICalled:
		v.complaints = append(v.complaints, fmt.Sprintf("console.%s", event.Type))
	case *log.EventEntryAdded:
		v.complaints = append(v.complaints, fmt.Sprintf("%s: %s", event.Entry.Source, event.Entry.Text))
	case *page.EventJavascriptDialogOpening:
		v.complaints = append(v.complaints, "a dialog: "+event.Message)
	}
}

func (v *visit) do(actions ...chromedp.Action) {
	v.t.Helper()
	if err := chromedp.Run(v.ctx, actions...); err != nil {
		v.t.Fatal(err)
	}
}

// ask evaluates an expression in the page.
func ask[T any](v *visit, expression string) T {
	v.t.Helper()
	var answer T
	v.do(chromedp.Evaluate(expression, &answer))
	return answer
}

// quiet tells whether nothing but the page was asked for, and nobody complained.
func (v *visit) quiet() {
	v.t.Helper()
	v.mu.Lock()
	defer v.mu.Unlock()
	if want := []string{v.url}; !slices.Equal(v.requests, want) {
		v.t.Errorf("the browser asked for %q, want %q alone", v.requests, want)
	}
	for _, complaint := range v.complaints {
		v.t.Errorf("the browser complains: %s", complaint)
	}
}

// press presses a key.
func (v *visit) press(key string) {
	v.t.Helper()
	v.do(chromedp.KeyEvent(key))
}

// scheme has pages light or dark.
func scheme(name string) chromedp.Action {
	return emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: name}})
}

// text is what a node of the accessibility tree says.
func text(value *accessibility.Value) string {
	if value == nil {
		return ""
	}
	var said string
	if err := json.Unmarshal(value.Value, &said); err != nil {
		return ""
	}
	return said
}
