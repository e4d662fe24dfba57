# lib.sh - where things are, and who runs a server. Sourced by the bash scripts of test/, bench/ and examples/.
#
# A private server has a name, $ASL_SERVER (default: server), and a folder $build/NAME:
#
#   data     its cluster
#   stage    DESTDIR of make install: nothing goes into the system's folders
#   log      its log file
#   socket   a link to the short directory with its Unix socket, the only way in
#
# Root runs servers as the user postgres, anybody else as himself.
# shellcheck shell=bash disable=SC2034
set -eu
umask 022

: "${PG_CONFIG:=pg_config}" "${ASL_SERVER:=server}"
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
bindir=$("$PG_CONFIG" --bindir)
libdir=$("$PG_CONFIG" --pkglibdir)
sharedir=$("$PG_CONFIG" --sharedir)
major=$("$PG_CONFIG" --version | sed 's/[^0-9]*\([0-9]*\).*/\1/')
PATH=$bindir:$PATH
# A PGHOST of the caller's must not lead to another server than ours.
unset PGHOST PGPORT PGUSER PGDATABASE PGPASSWORD PGOPTIONS PGSERVICE PGDATA

# Runs a command as the user that servers run as.
as_server_user() {
	if [ "$(id -u)" = 0 ]; then
		runuser -u postgres -- "$@"
	else
		"$@"
	fi
}

# The folder for everything that is built or run: in the checkout where the server's user can get there.
build_folder() {
	local folder=$top/build
	mkdir -p "$folder"
	if ! as_server_user test -x "$folder"; then
		folder=/var/tmp/pg_asl-$(id -u)-$(printf %s "$top" | cksum | cut -d' ' -f1)
		mkdir -p "$folder"
		[ -O "$folder" ] || { echo "$folder belongs to somebody else" >&2; exit 1; }
	fi
	echo "$folder"
}

build=$(build_folder)
dir=$build/$ASL_SERVER
stage=$dir/stage

# How clients find the server; call it when the server runs.
connect_to_server() {
	PGHOST=$(readlink "$dir/socket")
	PGPORT=5440
	PGUSER=postgres
	PGDATABASE=postgres
	PGDATA=$dir/data
	export PGHOST PGPORT PGUSER PGDATABASE PGDATA
}
