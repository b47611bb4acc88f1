//go:build !unix

package pgtest

// start knows no way to end a server here whatever becomes of the test.
func start() (server, error) {
	return server{}, missingError("set MEANWHILE_TEST_DSN to the postgres:// URL of a server that tests may use")
}
