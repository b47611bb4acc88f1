package cmd_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"meanwhile/internal/testneed"
)

// smallDisk mounts a file system of a megabyte in memory, fills it up where FULL is set, runs the program in it, and notes
// the exit code and what is there then. The mount is seen by this process alone, and ends with it however it ends.
const smallDisk = `
mkdir disk && mount -t tmpfs -o size=1m none disk && cd disk || exit 1
touch ../mounted
printf before >kept.json
if [ "$FULL" ]; then cat /dev/zero >filler 2>/dev/null; fi
"$@"
echo "exit $?, with" $(ls -A) >../outcome
cp kept.json ..
`

// onSmallDisk runs the program with a small disk as its working directory, where DISK in its arguments is. The outcome is
// the exit code and the files that are there afterwards.
func onSmallDisk(t *testing.T, full bool, args string) (c *child, outcome string) {
	t.Helper()
	c = newChild(t, "-c", smallDisk, "sh", "meanwhile")
	c.Args = append(c.Args, strings.Fields(strings.ReplaceAll(args, "DISK", filepath.Join(c.home, "disk")))...)
	c.Path = "/bin/sh"
	if full {
		c.Env = append(c.Env, "FULL=yes")
	}
	c.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS}
	if os.Geteuid() != 0 { // who may not mount may do so in a user namespace, on most systems
		c.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		c.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}}
		c.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}}
	}
	err := c.Start()
	if err == nil {
		c.exitCode()
		_, err = os.Stat(filepath.Join(c.home, "mounted"))
	}
	if err != nil {
		testneed.Missing(t, "tmpfs", fmt.Sprintf("run the tests as root, or where users may mount: %v %s", err, c.stderr))
	}
	text, err := os.ReadFile(filepath.Join(c.home, "outcome"))
	if err != nil {
		t.Fatal(err)
	}
	return c, strings.TrimSpace(string(text))
}

func TestAFullDiskIsToldWithANextStepAndLeavesNothingBehind(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{
			"compare file --rounds 1 --dir DISK",
			`\nerror: file: 10 of 10 tasks failed in round 1 of sequential: .*no space left on device; ` +
				`the disk is full: free some space, name another --dir, or a smaller --size\n\z`,
		},
		{"compare database --rounds 1 --dir DISK", `(?s)\Aerror: .*disk is full`},
		{
			"compare sleep --delay 2ms --rounds 1 -n 1 -o result.json",
			`\nerror: cannot write result\.json: no space left on device; name another file with -o\n\z`,
		},
		{
			"compare sleep --delay 2ms --rounds 1 -n 1 -o kept.json",
			`\nerror: cannot write \S*kept\.json: no space left on device; name another file with -o\n\z`,
		},
	} {
		t.Run(c.args, func(t *testing.T) {
			t.Parallel()
			child, outcome := onSmallDisk(t, true, c.args)
			if outcome != "exit 1, with filler kept.json" {
				t.Errorf("%s, want exit 1, with filler kept.json", outcome)
			}
			if stderr := child.stderr.String(); !regexp.MustCompile(c.want).MatchString(stderr) {
				t.Errorf("it says %q, want %s", stderr, c.want)
			}
			kept, err := os.ReadFile(filepath.Join(child.home, "kept.json"))
			if err != nil || string(kept) != "before" {
				t.Errorf("the file that stood there now has %d bytes, %v", len(kept), err)
			}
		})
	}
}

// The log in front of the database grows with every transaction.
func TestADiskThatGetsFullKeepsWhatWasMeasured(t *testing.T) {
	t.Parallel()
	child, outcome := onSmallDisk(t, false, "compare database --delay none --rounds 10000 --strategy sequential --dir DISK")
	if outcome != "exit 1, with kept.json" {
		t.Errorf("%s, want exit 1, with kept.json", outcome)
	}
	if !regexp.MustCompile(`(?s)\n  sequential  █.*\n  partial: database: `).MatchString(child.stdout.String()) {
		t.Errorf("no row that is partial in\n%s", child.stdout)
	}
	want := regexp.MustCompile(`\nerror: database: \d+ of 10 tasks failed in round \d+ of sequential: .*disk is full`)
	if stderr := child.stderr.String(); !want.MatchString(stderr) {
		t.Errorf("it says %q, want %s", stderr, want)
	}
}

func TestADiskInMemoryIsTold(t *testing.T) {
	t.Parallel()
	for _, workload := range []string{"file --size 4KiB", "database --delay none"} {
		child, outcome := onSmallDisk(t, false, "compare "+workload+" --rounds 1 -n 2 --dir DISK")
		if outcome != "exit 0, with kept.json" {
			t.Errorf("%s, want exit 0, with kept.json: %s", outcome, child.stderr)
		}
		note := "note: the files are in memory, not on a disk: "
		if !strings.Contains(strings.Join(strings.Fields(child.stdout.String()), " "), note) {
			t.Errorf("no %q in\n%s", note, child.stdout)
		}
	}
}
