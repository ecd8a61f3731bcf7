#!/bin/sh
# Installs Kith on a machine with Debian, or a new version of it: run it as root from /srv/kith. Twice is the same as
# once: what somebody wrote or keeps (settings, secret, certificate, database) is never touched. The container file runs
# the first steps too, by name; without a name all are run in order.
set -eu
home=$(dirname "$(dirname "$(readlink -f "$0")")")
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8

packages() { # what Kith needs of the system: Python, and what draws leaflets
    apt-get update -q
    apt-get install -q -y --no-install-recommends python3 ca-certificates libpango-1.0-0 libpangoft2-1.0-0 "$@"
}

tools() { packages python3-venv; } # and to install

machine() { packages python3-venv nginx-light gettext-base openssl postgresql; } # and beside it, on one machine

account() { # nobody signs in as it; a number given is used: files that a container shares with others go by numbers
    getent group kith > /dev/null || groupadd --system ${1:+--gid "$1"} kith
    getent passwd kith > /dev/null || useradd --system ${1:+--uid "$1"} --gid kith --no-create-home \
        --home-dir /var/lib/kith --shell /usr/sbin/nologin kith
}

python() { # each package is the very file that was tested, or it is not installed
    cd "$home"
    [ -x .venv/bin/python ] || python3 -m venv .venv
    .venv/bin/python -m pip install -q --require-hashes -r requirements.lock -r requirements-postgres.lock \
        -r requirements-build.lock
    .venv/bin/python -m pip install -q --no-deps --no-build-isolation -e .
    # The service may not write here, so each start would do this anew.
    .venv/bin/python -m compileall -q service deploy wsgi.py
}

folders() {
    install -d -o kith -g kith -m 700 /var/lib/kith /var/backups/kith
    install -d -o root -g kith -m 750 /etc/kith /etc/kith/tls
    install -m 644 "$home/deploy/tmpfiles/kith.conf" /etc/tmpfiles.d/kith.conf
    # As /etc/tmpfiles.d/kith.conf has them made whenever the machine starts.
    install -d -o kith -g www-data -m 2750 /run/kith
    install -d -o root -g root -m 755 /run/kith-proxy
    ln -sfn "$home/deploy/kith.sh" /usr/local/bin/kith
}

settings() {
    if [ ! -e /etc/kith/secret ]; then
        (umask 037 && "$home/.venv/bin/kith" secret > /etc/kith/secret.part)
        chgrp kith /etc/kith/secret.part
        mv /etc/kith/secret.part /etc/kith/secret
        echo "A secret was made: /etc/kith/secret. Keep a copy elsewhere: what is sealed cannot be read without it."
    fi
    if [ ! -e /etc/kith/environment ]; then
        install -o root -g kith -m 640 "$home/deploy/environment.example" /etc/kith/environment
        echo "Fill in /etc/kith/environment: what is marked MUST."
    fi
}

database() { # spoken to over a socket of this machine, by name of the user alone: no password, no port
    pg_isready -q || service postgresql start
    within=30
    until pg_isready -q; do
        within=$((within - 1))
        [ "$within" -gt 0 ] || { echo "PostgreSQL does not start: journalctl -u postgresql" >&2; exit 1; }
        sleep 1
    done
    as_postgres() { setpriv --reuid postgres --regid postgres --init-groups -- "$@"; }
    cd /
    as_postgres psql -qtAc "SELECT 1 FROM pg_roles WHERE rolname = 'kith'" | grep -q 1 || as_postgres createuser kith
    as_postgres psql -qtAc "SELECT 1 FROM pg_database WHERE datname = 'kith'" | grep -q 1 \
        || as_postgres createdb --owner kith --encoding UTF8 --template template0 --locale C.UTF-8 kith
}

units() {
    install -m 644 "$home"/deploy/systemd/*.service /etc/systemd/system/
    if [ -d /run/systemd/system ]; then
        systemctl daemon-reload
        systemctl disable -q --now nginx || true # Debian's own: ours takes its place
    fi
}

if [ $# -gt 0 ]; then
    "$@"
else
    machine && account && python && folders && settings && database && units
    echo "Kith is installed. What comes next: docs/operate.md"
fi
