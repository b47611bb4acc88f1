package cmd

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"meanwhile/internal/term"
)

// version is set by the linker where a release is built.
var version = ""

func newVersion(streams *term.Streams) *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print the version, Go's version and the platform",
		Example: "  meanwhile version",
		Args:    usageArgs(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintf(streams.Out, "meanwhile %s %s %s/%s\n",
				programVersion(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return err
		},
	}
}

// programVersion is the release, or what the Go tool recorded of the checkout.
func programVersion() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}
