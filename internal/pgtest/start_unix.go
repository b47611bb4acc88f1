//go:build unix

package pgtest

import (
	"bufio"
	"cmp"
	"crypto/rand"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// keeper starts the server, waits for the end of its own standard input, and takes the server down again. Only the
// test binary holds the other end of that pipe, so the server ends with it however it ends: after the last test, after
// a panic, a timeout or a kill, of which neither Cleanup nor TestMain would hear.
//
//go:embed keeper.sh
var keeper string

// start runs a new PostgreSQL server.
func start() (server, error) {
	programs, err := findPrograms()
	if err != nil {
		return server{}, err
	}
	password := rand.Text()
	command := exec.Command("/bin/sh", "-c", keeper, "keeper", programs)
	command.Dir = "/" // the server's user may not be allowed into this one
	command.Env = append(os.Environ(), "LC_ALL=C", "PASSWORD="+password)
	// In a session of its own a ^C at the terminal ends the tests, and the keeper tidies up after them.
	command.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if os.Geteuid() == 0 {
		if command.SysProcAttr.Credential, err = unprivileged(); err != nil {
			return server{}, err
		}
		command.Env = append(command.Env, "TMPDIR=/tmp") // root's own may be closed to others
	}
	input, err := command.StdinPipe()
	if err != nil {
		return server{}, err
	}
	output, err := command.StdoutPipe()
	if err != nil {
		return server{}, err
	}
	command.Stderr = command.Stdout
	if err := command.Start(); err != nil {
		return server{}, err
	}
	port, err := dialogue(bufio.NewScanner(output), input)
	if err != nil {
		return server{}, errors.Join(err, input.Close(), command.Wait())
	}
	dsn := url.URL{
		Scheme: "postgres", User: url.UserPassword("meanwhile", password),
		Host: net.JoinHostPort("127.0.0.1", port), Path: "/postgres", RawQuery: "sslmode=disable",
	}
	return server{dsn.String(), input}, nil
}

// dialogue answers the keeper's questions for a port until the server is ready and returns the port it listens on.
// Anything else that the keeper says is why it could not.
func dialogue(questions *bufio.Scanner, answers io.Writer) (port string, err error) {
	var complaint strings.Builder
	for questions.Scan() {
		switch line := questions.Text(); line {
		case "port?":
			if port, err = freePort(); err != nil {
				return "", err
			}
			if _, err = fmt.Fprintln(answers, port); err != nil {
				return "", err
			}
		case "ready":
			return port, nil
		default:
			fmt.Fprintln(&complaint, line)
		}
	}
	return "", errors.Join(errors.New(complaint.String()), questions.Err())
}

// freePort returns a port on which nothing listens now. Another program may take it the next moment; the keeper asks
// again then.
func freePort() (string, error) {
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	_, port, err := net.SplitHostPort(listener.Addr().String())
	return port, errors.Join(err, listener.Close())
}

// findPrograms returns the directory with PostgreSQL's server programs. Few systems have them in PATH.
func findPrograms() (string, error) {
	var candidates []string
	if initdb, err := exec.LookPath("initdb"); err == nil {
		candidates = append(candidates, filepath.Dir(initdb))
	}
	if out, err := exec.Command("pg_config", "--bindir").Output(); err == nil {
		candidates = append(candidates, strings.TrimSpace(string(out)))
	}
	for _, pattern := range []string{
		"/usr/lib/postgresql/*/bin",         // Debian
		"/usr/pgsql-*/bin",                  // Red Hat
		"/opt/homebrew/opt/postgresql*/bin", // Homebrew on ARM
		"/usr/local/opt/postgresql*/bin",    // Homebrew on Intel
		"/usr/libexec/postgresql*",          // Alpine
		"/Applications/Postgres.app/Contents/Versions/*/bin",
	} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			return "", err
		}
		slices.SortFunc(found, newestFirst)
		candidates = append(candidates, found...)
	}
	for _, directory := range candidates {
		// Debian's client packages make a directory without a server in it.
		if hasProgram(directory, "initdb") && hasProgram(directory, "pg_ctl") && hasProgram(directory, "postgres") {
			return directory, nil
		}
	}
	return "", missingError("install PostgreSQL's server (Debian: apt-get install postgresql; macOS: brew install " +
		"postgresql), or set MEANWHILE_TEST_DSN to the postgres:// URL of one that tests may use")
}

func hasProgram(directory, name string) bool {
	info, err := os.Stat(filepath.Join(directory, name))
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
}

// newestFirst orders directories by the version number in their paths: 15 before 9.6.
func newestFirst(a, b string) int {
	version := func(path string) float64 {
		digits := strings.TrimFunc(path, func(r rune) bool { return r < '0' || r > '9' })
		number, err := strconv.ParseFloat(digits, 64)
		if err != nil {
			return 0 // no version in the path: after those that have one
		}
		return number
	}
	return cmp.Compare(version(b), version(a))
}

// unprivileged returns the user postgres: PostgreSQL refuses to run as root.
func unprivileged() (*syscall.Credential, error) {
	account, err := user.Lookup("postgres")
	if err != nil {
		return nil, missingError("PostgreSQL refuses to run as root, and there is no user postgres to run it as: " +
			"run the tests as another user, or add that one")
	}
	uid, err := strconv.ParseUint(account.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(account.Gid, 10, 32)
	if err != nil {
		return nil, err
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
}
