// Meanwhile teaches concurrency by measuring it in front of you.
package main

import (
	"os"

	"meanwhile/cmd"
)

func main() {
	os.Exit(cmd.Main())
}
