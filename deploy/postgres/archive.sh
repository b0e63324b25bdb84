#!/bin/sh
# PostgreSQL's archive_command: keeps one piece of the log, whole or not at all, and never over another.
#
#     archive_command = '/bin/sh /path/to/archive.sh %p /backups/wal/%f'
set -eu
piece=$1
kept=$2

# asked again after a crash: what is kept already must be the same
if [ -e "$kept" ]; then exec cmp -s "$piece" "$kept"; fi

cp "$piece" "$kept.unfinished"
sync "$kept.unfinished"
mv "$kept.unfinished" "$kept"
sync "$(dirname "$kept")"
