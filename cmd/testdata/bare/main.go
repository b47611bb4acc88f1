// Bare is the least that a program with our command line could be: what ours takes to start is measured against it.
package main

import (
	"os"

	"github.com/fatih/color"
	"github.com/spf13/cobra"
)

func main() {
	root := &cobra.Command{Use: "bare"}
	root.AddCommand(&cobra.Command{Use: "version", RunE: func(*cobra.Command, []string) error {
		_, err := color.New(color.Bold).Fprintln(os.Stdout, "bare")
		return err
	}})
	if root.Execute() != nil {
		os.Exit(1)
	}
}
