#!/usr/bin/env bash
# All set-up for `make demo` and `make test`: system packages, the virtual environment, the project in it.
# Doing it twice costs a fraction of a second. Says what it does while it does it.
#   scripts/setup.sh demo    what the demo needs
#   scripts/setup.sh test    that, and what the tests need
set -euo pipefail
cd "$(dirname "$0")/.."
what="${1:-demo}"

say() { printf '· %s\n' "$*"; }

packages=(python3-venv python3-dev gcc libpcsclite-dev pcscd vsmartcard-vpcd fonts-wqy-microhei fonts-hanazono)
if [ "$what" = test ]; then
    packages+=(chromium opensc zbar-tools poppler-utils qpdf ghostscript libnss3-tools softhsm2 espeak-ng postgresql sqlite3 systemd)
fi

# Debian makes and starts a database cluster after it has installed PostgreSQL. The tests start a private
# one by themselves, so nothing is left running: the package is told so while it is installed.
no_cluster=/etc/postgresql-common/createcluster.d/hall-kiosk.conf
quietly() {
    "${elevate[@]}" mkdir -p "$(dirname "$no_cluster")"
    echo 'create_main_cluster = false' | "${elevate[@]}" tee "$no_cluster" >/dev/null
    local result=0
    "$@" || result=$?
    "${elevate[@]}" rm -f "$no_cluster"
    return "$result"
}

missing=()
for package in "${packages[@]}"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
done

if [ "${#missing[@]}" -gt 0 ]; then
    install=(apt-get install -y --no-install-recommends "${missing[@]}")
    if [ "$(id -u)" = 0 ]; then
        elevate=(env DEBIAN_FRONTEND=noninteractive)
    elif sudo -n true 2>/dev/null; then
        elevate=(sudo -n env DEBIAN_FRONTEND=noninteractive)
    else
        printf 'System packages are missing. Please run this once, then start again:\n\n    sudo apt-get update && sudo %s\n\n' "${install[*]}" >&2
        exit 1
    fi
    say "installing system packages: ${missing[*]}"
    log="$(mktemp)"
    # The package lists of a fresh machine may be empty or old: refresh them first.
    if ! { "${elevate[@]}" apt-get update && quietly "${elevate[@]}" "${install[@]}"; } >"$log" 2>&1; then
        tail -n 20 "$log" >&2
        printf 'Installing the system packages failed; the whole output is in %s\n' "$log" >&2
        exit 1
    fi
    rm -f "$log"
fi

python="${PYTHON:-python3}"
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "Python 3.11 or newer is needed; $("$python" --version) was found. Set PYTHON to another one." >&2
    exit 1
fi

wanted="$(cat pyproject.toml constraints.txt | sha256sum | cut -c1-16)-$what"
have="$(cat .venv/installed 2>/dev/null || true)"
if [ "$have" != "$wanted" ] && [ "$have" != "${wanted%-*}-test" ]; then
    if [ ! -x .venv/bin/python ]; then
        say "making the virtual environment .venv"
        "$python" -m venv .venv
    fi
    if [ "$what" = test ]; then extra='[dev]'; else extra=''; fi
    say "installing the project and its libraries into .venv (about a minute the first time)"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".$extra"
    echo "$wanted" > .venv/installed
fi
say "ready: .venv/bin/kiosk"
