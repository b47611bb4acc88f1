# Starts PostgreSQL in a directory of its own and takes both away when standard input ends, however that comes about.
# $1: where PostgreSQL's programs are. PASSWORD: for the user meanwhile.
# It says "port?" and reads one, says "ready", and anything else it says is why it failed.
set -eu
umask 077
home=$(mktemp -d "${TMPDIR:-/tmp}/meanwhile-postgres.XXXXXX")

finish() {
	if [ -e "$home/data/postmaster.pid" ]; then
		"$1/pg_ctl" stop --wait --mode=fast --pgdata="$home/data" >/dev/null 2>&1 ||
			"$1/pg_ctl" stop --wait --mode=immediate --pgdata="$home/data" >/dev/null 2>&1 || :
	fi
	rm -rf "$home"
}
trap 'finish "$1"' EXIT
trap 'exit 1' HUP INT TERM
trap '' PIPE # a reader that is gone is an error to leave by, not a death on the spot

# Nobody gets in without the password, and nothing is said over a socket file. Only the empty cluster itself need not
# reach the disk: the server that runs on it waits for the disk as ever.
printf '%s' "$PASSWORD" >"$home/password"
"$1/initdb" --pgdata="$home/data" --username=meanwhile --pwfile="$home/password" --auth=scram-sha-256 \
	--encoding=UTF8 --no-locale --no-sync >"$home/log" 2>&1 || {
	cat "$home/log"
	exit 1
}
for try in 1 2 3; do # another program may take the port first
	echo 'port?'
	read -r port
	if "$1/pg_ctl" start --wait --pgdata="$home/data" --log="$home/log" \
		--options="-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=" >/dev/null 2>&1; then
		echo ready
		read -r _ || : # nothing is ever said: this waits for the end of the input
		exit 0
	fi
done
cat "$home/log"
exit 1
