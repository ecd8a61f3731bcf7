#!/bin/sh
# The command `kith` of a machine: with the settings of /etc/kith/environment, as the user that Kith runs as.
set -eu
home=$(dirname "$(dirname "$(readlink -f "$0")")")
. "$home/deploy/environment.sh"
kith_settings
cd "$home"
if [ "$(id -u)" -eq 0 ]; then
    exec setpriv --reuid kith --regid kith --init-groups -- env HOME=/var/lib/kith .venv/bin/kith "$@"
fi
exec .venv/bin/kith "$@"
