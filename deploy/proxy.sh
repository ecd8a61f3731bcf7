#!/bin/sh
# The proxy of a machine or a container: fills deploy/nginx.conf in from the settings, looks whether nginx can read it,
# and becomes nginx. `proxy.sh check` only looks.
set -eu
home=$(dirname "$(dirname "$(readlink -f "$0")")")
. "$home/deploy/environment.sh"
[ ! -r /etc/kith/environment ] || kith_settings
KITH_BIND=${KITH_BIND:-unix:/run/kith/kith.sock}
without=${KITH_PUBLIC_URL#https://}
export KITH_PUBLIC_URL="https://${without%/}"
KITH_HOST=${without%%/*}
export KITH_HOST="${KITH_HOST%%:*}"
export KITH_HTTPS="${KITH_HTTPS:-443}" KITH_HTTP="${KITH_HTTP:-80}"
export KITH_CERTIFICATE="${KITH_CERTIFICATE:-/etc/kith/tls/certificate.pem}"
export KITH_CERTIFICATE_KEY="${KITH_CERTIFICATE_KEY:-/etc/kith/tls/key.pem}"
export KITH_PROXY_USER="${KITH_PROXY_USER:-www-data}"
export KITH_PROXY_RUN="${KITH_PROXY_RUN:-/run/kith-proxy}"
# Kith beside us, or several nodes: one that has a minus in front takes nobody new in, and ends what it has begun.
places() {
    [ -n "${KITH_NODES:-}" ] || echo "server unix:${KITH_BIND#unix:} max_fails=0 max_conns=$1;"
    for node in ${KITH_NODES:-}; do
        case $node in -*) away=" down" ;; *) away="" ;; esac
        echo "server ${node#-} max_fails=2 fail_timeout=10s max_conns=$1$away;"
    done
}
# Whoever finds nobody in is told whom to ring: the help lines of the country, ready to stand in a page.
country=$(printf %s "${KITH_COUNTRY:-GB}" | tr '[:upper:]' '[:lower:]')
pack="$home/seeds/countries/$country/pack.toml"
[ -r "$pack" ] || { echo "KITH_COUNTRY: there is no $pack" >&2; exit 1; }
KITH_HELP=$(awk -F '"' '
    /^\[/ { ours = $0 == "[[help_lines]]" }
    ours && /^name = / { name = $2 }
    ours && /^number = / { said = said (said == "" ? "" : ", ") (index(name, $2) ? name : name " " $2) }
    END { gsub(/&/, "\\&amp;", said); gsub(/</, "\\&lt;", said); gsub(/\047/, "\\&#39;", said); print said }' "$pack")
export KITH_HELP
KITH_PLACES=$(places 24) KITH_FIRST_PLACES=$(places 128)
export KITH_PLACES KITH_FIRST_PLACES
for file in "$KITH_CERTIFICATE" "$KITH_CERTIFICATE_KEY"; do
    [ -r "$file" ] || { echo "There is no certificate: $file cannot be read (docs/operate.md, \"The certificate\")." >&2; exit 1; }
done
# Only our own names are filled in: those of nginx begin with $ too.
# shellcheck disable=SC2016
envsubst '$KITH_PUBLIC_URL $KITH_HOST $KITH_HTTPS $KITH_HTTP $KITH_CERTIFICATE $KITH_CERTIFICATE_KEY $KITH_PLACES
    $KITH_FIRST_PLACES $KITH_PROXY_USER $KITH_PROXY_RUN $KITH_HELP' < "$home/deploy/nginx.conf" > "$KITH_PROXY_RUN/nginx.conf"
nginx -q -t -p "$KITH_PROXY_RUN" -e stderr -c "$KITH_PROXY_RUN/nginx.conf"
[ "${1:-}" != check ] || exit 0
exec nginx -p "$KITH_PROXY_RUN" -e stderr -c "$KITH_PROXY_RUN/nginx.conf" -g 'daemon off;'
