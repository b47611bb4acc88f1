//go:build unix

package workshop

import (
	"os/exec"
	"syscall"
)

// ownGroup lets a program begin a group of processes, which its end ends, in a session of its own, which has no terminal.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	cmd.Cancel = func() error { return endGroup(cmd) }
}

// endGroup ends whatever is left of the group.
func endGroup(cmd *exec.Cmd) error {
	if cmd.Process == nil {
		return nil
	}
	return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
}
