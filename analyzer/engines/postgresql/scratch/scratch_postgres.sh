# Holds a PostgreSQL server until standard input closes. $1: its programs; $2: a folder of its own.
# Says "ready" once the server takes connections, or else what went wrong.
set -eu
programs=$1 home=$2

stop() {
    "$programs/pg_ctl" --pgdata="$home/data" --mode=immediate --wait stop
    rm -rf "$home/data" # at once: should nobody else be left to do it, no data stays behind
}

start() {
    "$programs/initdb" --pgdata="$home/data" --username=postgres --auth=trust --no-sync \
        --encoding=UTF8 --no-locale --set listen_addresses= --set port=5432 \
        --set unix_socket_directories="$home" --set timezone=UTC --set shared_buffers=16MB \
        --set fsync=off --set synchronous_commit=off --set full_page_writes=off &&
        "$programs/pg_ctl" --pgdata="$home/data" --log="$home/log" --wait start
}

trap '' PIPE # nobody may be listening any more: go on to the end all the same
trap 'stop >/dev/null 2>&1' EXIT
start >"$home/start.log" 2>&1 || {
    cat "$home/start.log" "$home/log" 2>/dev/null | tail -n 20
    exit 1
}
echo ready
read -r _ || : # until the other end closes
