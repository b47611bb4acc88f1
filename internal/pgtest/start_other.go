//go:build !unix

package pgtest

// start knows no way to end a server here whatever becomes of the test.
func start() (string, error) {
	return "", missingError("set MEANWHILE_TEST_DSN to the postgres:// URL of a server that tests may use")
}
