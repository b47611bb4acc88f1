package workshop

import (
	"os/exec"
	"strconv"
)

// ownGroup lets the end of a program end those that it has started.
func ownGroup(cmd *exec.Cmd) {
	cmd.Cancel = func() error { return endGroup(cmd) }
}

// endGroup ends whatever is left of the group.
func endGroup(cmd *exec.Cmd) error {
	if cmd.Process == nil || cmd.ProcessState != nil {
		return nil
	}
	if err := exec.Command("taskkill", "/T", "/F", "/PID", strconv.Itoa(cmd.Process.Pid)).Run(); err != nil {
		return cmd.Process.Kill()
	}
	return nil
}
