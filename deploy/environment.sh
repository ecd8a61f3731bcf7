# Read by the other scripts of this folder: the settings of a file, as systemd reads it and no shell would. A value is
# taken as it stands: nothing in it is run or replaced.
kith_settings() {
    while IFS= read -r line || [ -n "$line" ]; do
        case $line in KITH_*=*) ;; *) continue ;; esac
        value=${line#*=}
        case $value in
            \"*\") value=${value#\"} value=${value%\"} ;;
            \'*\') value=${value#\'} value=${value%\'} ;;
        esac
        export "${line%%=*}=$value"
    done < "${1:-/etc/kith/environment}"
}
