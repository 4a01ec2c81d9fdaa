#!/usr/bin/env bash
# The log beside a bare file on the same disk, and beside message-db and Emmett
# on a PostgreSQL of their own. bench/README.md says what is measured and how
# to read it. What cannot be had is named with its reason and left out.
#   BENCH_DIR=/some/disk bash scripts/bench.sh [-rounds 3] [-time 1s]
set -euo pipefail
cd "$(dirname "$0")/.."

npm=$PWD/.cache/bench # no folder of the tree: the tests read those
work=$(mktemp -d "${BENCH_DIR:-/var/tmp}/utfall-bench.XXXXXX")
chmod 755 "$work" # the server's user must get through
bin= running= options=()
PGHOST=$work/pg PGUSER=postgres
export PGHOST PGUSER

# PostgreSQL does not run as root.
as_server() { if [ "$(id -u)" -eq 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }

cleanup() {
	if [ -n "$running" ]; then kill "$running" 2>/dev/null && wait "$running" || true; fi
	if [ -f "$work/pg/data/postmaster.pid" ]; then
		(cd "$work" && as_server "$bin/pg_ctl" -D "$work/pg/data" -m immediate -w stop >/dev/null) || true
	fi
	rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

lack() { # side, why
	options+=(-missing "$1: $2")
}

# newest PostgreSQL of Debian, or the one on the path
server() {
	bin=$(find /usr/lib/postgresql -maxdepth 3 -path '*/bin/initdb' 2>/dev/null | sort -V | tail -n 1 | xargs -r dirname)
	if [ -z "$bin" ] && command -v initdb >/dev/null; then bin=$(dirname "$(readlink -f "$(command -v initdb)")"); fi
	[ -n "$bin" ]
}

install_packages() {
	local packages=() own=/etc/postgresql-common/createcluster.d/utfall-bench.conf
	server || packages+=(postgresql)
	command -v node >/dev/null || packages+=(nodejs)
	command -v npm >/dev/null || packages+=(npm)
	if [ ${#packages[@]} -eq 0 ]; then return; fi
	if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
		echo "The peers also need: ${packages[*]}" >&2
		echo "On Debian: sudo apt-get update && sudo apt-get install -y --no-install-recommends ${packages[*]}" >&2
		return
	fi
	echo "Installing what the peers need: ${packages[*]}"
	# The package would start a server of its own, which nobody asked for.
	mkdir -p "$(dirname "$own")" && echo "create_main_cluster = false" >"$own"
	{
		export DEBIAN_FRONTEND=noninteractive
		apt-get update -qq </dev/null &&
			apt-get install -y -qq --no-install-recommends "${packages[@]}" </dev/null >/dev/null
	} || echo "They could not be installed." >&2
	rm -f "$own"
}

# The exact packages of the lock file, installed once.
npm_packages() {
	mkdir -p "$npm"
	cp bench/peers/package.json bench/peers/.npmrc bench/peers/emmett.mjs "$npm"
	if cmp -s bench/peers/package-lock.json "$npm/installed.json"; then return; fi
	cp bench/peers/package-lock.json "$npm"
	(cd "$npm" && npm ci --silent --no-audit --no-fund --ignore-scripts --fetch-retries 1 </dev/null) &&
		cp bench/peers/package-lock.json "$npm/installed.json"
}

# A cluster on the log's disk, reached through a socket in its directory only.
# Every commit is on stable storage, as PostgreSQL has it from the start. The
# rest is to the peers' advantage: no vacuum and no checkpoint falls into a turn.
start_server() {
	mkdir "$PGHOST"
	chmod 700 "$PGHOST"
	if [ "$(id -u)" -eq 0 ]; then chown postgres "$PGHOST"; fi
	export PATH=$bin:$PATH
	(
		cd "$work"
		as_server "$bin/initdb" -D "$PGHOST/data" -U postgres --auth=trust -E UTF8 --locale=C --no-sync &&
			cat >>"$PGHOST/data/postgresql.conf" <<-END &&
				listen_addresses = ''
				unix_socket_directories = '$PGHOST'
				fsync = on
				synchronous_commit = on
				max_connections = 100
				shared_buffers = 512MB
				max_wal_size = 8GB
				checkpoint_timeout = 1h
				autovacuum = off
			END
			as_server "$bin/pg_ctl" -D "$PGHOST/data" -l "$PGHOST/log" -w start
	) </dev/null >"$work/server.txt" 2>&1
}

peers() {
	local side
	install_packages
	for side in message-db Emmett; do
		if ! server; then
			lack "$side" "PostgreSQL is not installed"
		elif ! command -v node >/dev/null || ! command -v npm >/dev/null; then
			lack "$side" "node and npm are not installed"
		fi
	done
	if [ ${#options[@]} -gt 0 ]; then return; fi
	if ! npm_packages; then
		lack message-db "its npm package could not be installed"
		lack Emmett "its npm packages could not be installed"
		return
	fi
	if ! start_server; then
		lack message-db "PostgreSQL does not start: $(tail -n 1 "$work/server.txt")"
		lack Emmett "PostgreSQL does not start"
		return
	fi
	options+=(-postgres "$PGHOST" -about ", $("$bin/postgres" --version), node $(node --version)")
	if [ ! -x "$bin/pgbench" ]; then
		lack message-db "pgbench is not installed"
	elif DATABASE_NAME=message_store bash "$npm/node_modules/@eventide/message-db/database/install.sh" >"$work/message-db.txt" 2>&1; then
		options+=(-pgbench "$bin/pgbench")
	else
		lack message-db "it could not be installed: $(tail -n 1 "$work/message-db.txt")"
	fi
	if createdb emmett; then options+=(-emmett "$npm"); else lack Emmett "its database could not be made"; fi
}

case "$(stat -f -c %T "$work" 2>/dev/null || true)" in
tmpfs | ramfs) echo "$work is in memory, so nothing here says what a disk does: set BENCH_DIR" >&2 ;;
esac
go build -trimpath -buildvcs=false -o "$work/bench" ./bench
peers
"$work/bench" -dir "$work" "${options[@]}" "$@" &
running=$!
wait "$running"
running=
