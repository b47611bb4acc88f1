package workshop

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"meanwhile/internal/workshop/check"
)

// The oldest Go that a check can be made with: its testing/synctest is the first that is no experiment.
const (
	oldestMinor = 25
	goSite      = "https://go.dev/dl/"
)

// answerTime is how long the tools are waited for when they only have to say what they are.
const answerTime = 30 * time.Second

// Toolchain is a Go that checks are made with.
type Toolchain struct {
	// Command is the go command, and Version what it says of itself, such as go1.26.1.
	Command string `json:"command"`
	Version string `json:"version"`

	// Compiler is the C compiler that the race detector needs; empty where there is none, and Without says why it does without.
	Compiler string `json:"compiler,omitempty"`
	Without  string `json:"without,omitempty"`

	// Cache is where built packages are kept.
	Cache string `json:"cache"`
}

// Races tells whether the race detector can be used.
func (t *Toolchain) Races() bool { return t.Without == "" }

// FindToolchain looks for a Go: on the path, and where its installers put it.
func FindToolchain(ctx context.Context) (*Toolchain, error) {
	command, err := findGo()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	out, err := output(ctx, command, "env", "-json", "GOVERSION", "GOCACHE", "CC", "CGO_ENABLED", "GOOS", "GOARCH")
	if err != nil {
		return nil, fmt.Errorf("%s does not run: %w; install Go anew from %s", command, err, goSite)
	}
	var env struct{ GOVERSION, GOCACHE, CC, CGO_ENABLED, GOOS, GOARCH string }
	if err := json.Unmarshal(out, &env); err != nil {
		return nil, fmt.Errorf("%s does not say what it is: %w; install Go anew from %s", command, err, goSite)
	}
	t := &Toolchain{Command: command, Version: env.GOVERSION, Cache: env.GOCACHE}
	if !recent(t.Version) {
		return nil, fmt.Errorf("%s is %s, and a check needs go1.%d or later; install it from %s", command, t.Version, oldestMinor, goSite)
	}
	t.Compiler, t.Without = compiler(env.CC, env.CGO_ENABLED, env.GOOS+"/"+env.GOARCH)
	return t, nil
}

// findGo looks for the go command.
func findGo() (string, error) {
	if command, err := exec.LookPath("go"); err == nil {
		return filepath.Abs(command)
	}
	name := "go"
	if runtime.GOOS == "windows" {
		name = "go.exe"
	}
	home, _ := os.UserHomeDir()
	places := []string{"/usr/local/go/bin", "/usr/lib/go/bin", "/opt/homebrew/bin", `C:\Program Files\Go\bin`, filepath.Join(home, "go", "bin")}
	sdks, _ := filepath.Glob(filepath.Join(home, "sdk", "go1.*", "bin"))
	for _, place := range append(places, sdks...) {
		command := filepath.Join(place, name)
		if info, err := os.Stat(command); err == nil && !info.IsDir() && filepath.IsAbs(command) {
			return command, nil
		}
	}
	return "", fmt.Errorf("no Go is found on the path: exercises are checked with its compiler; install go1.%d or later from %s, "+
		"and open a new terminal", oldestMinor, goSite)
}

// recent tells whether a version is late enough; what is built from Go's own source says devel, and is.
func recent(version string) bool {
	if strings.HasPrefix(version, "devel") {
		return true
	}
	parts := strings.SplitN(strings.TrimPrefix(version, "go"), ".", 3)
	if len(parts) < 2 || parts[0] != "1" {
		return false
	}
	minor, err := strconv.Atoi(parts[1][:len(parts[1])-len(strings.TrimLeft(parts[1], "0123456789"))]) // 26rc1 is 26
	return err == nil && minor >= oldestMinor
}

// racing are the systems that the race detector is made for.
var racing = []string{
	"linux/amd64", "linux/arm64", "linux/ppc64le", "linux/s390x", "linux/loong64", "linux/riscv64", "freebsd/amd64", "netbsd/amd64",
	"darwin/amd64", "darwin/arm64", "windows/amd64",
}

// compiler finds the C compiler that the race detector is linked by.
func compiler(cc, cgo, system string) (found, without string) {
	known := false
	for _, s := range racing {
		known = known || s == system
	}
	if !known {
		return "", "the race detector is not made for " + system
	}
	if strings.HasPrefix(system, "darwin/") {
		return "none needed", "" // since Go 1.20
	}
	words := strings.Fields(cc)
	if len(words) == 0 {
		words = []string{"gcc"}
	}
	path, err := exec.LookPath(words[0])
	switch {
	case err != nil:
		return "", fmt.Sprintf("the race detector needs a C compiler, and there is no %s", words[0])
	case cgo != "1":
		return "", "the race detector needs cgo, and CGO_ENABLED is " + cgo
	}
	return path, ""
}

// TryCompiler compiles a little with the C compiler, as the race detector's build does: one without its library's headers is found
// on the path, and is of no use.
func (t *Toolchain) TryCompiler(ctx context.Context) error {
	if !filepath.IsAbs(t.Compiler) {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	cmd := exec.CommandContext(ctx, t.Compiler, "-x", "c", "-fsyntax-only", "-")
	cmd.Stdin = strings.NewReader("#include <stdlib.h>\n")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s does not compile: %s; install the C library's headers", t.Compiler, cmp.Or(gist(string(out)), err.Error()))
	}
	return nil
}

// output runs the go command without anything of the learner's settings, and returns what it prints.
func output(ctx context.Context, command string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, command, args...)
	cmd.Env = environment(os.Environ())
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	cmd.WaitDelay = time.Second
	out, err := cmd.Output()
	switch {
	case errors.Is(context.Cause(ctx), context.DeadlineExceeded):
		err = fmt.Errorf("no answer within %s", check.Duration(answerTime))
	case err != nil && complaint.Len() > 0:
		err = errors.New(strings.TrimSpace(complaint.String()))
	}
	return out, err
}

// environment is that of the go command: without network, and without what would change what is built.
func environment(of []string) []string {
	kept := []string{}
	for _, variable := range of {
		name, _, _ := strings.Cut(variable, "=")
		switch strings.ToUpper(name) {
		case "GOFLAGS", "GOWORK", "GOPROXY", "GOTOOLCHAIN", "GO111MODULE", "GOENV", "GODEBUG", "GOEXPERIMENT", "GOARCH", "GOOS",
			"GOMOD", "PWD", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "GOCOVERDIR", "GORACE":
		default:
			kept = append(kept, variable)
		}
	}
	return append(kept, "GOFLAGS=", "GOWORK=off", "GOPROXY=off", "GOTOOLCHAIN=local", "GOENV=off", "GO111MODULE=on")
}
