#!/bin/sh
# Everything that `make demo` and `make test` need, on a fresh Debian or Ubuntu machine.
#
#   deploy/setup.sh         what runs Viva: Python packages, models, Kafka
#   deploy/setup.sh tests   also what the tests drive: Chromium, a Korean font, Prometheus, networks, read sentences;
#                           and what checks the pages' types: TypeScript's compiler, run by Playwright's Node
#
# Both together stay below 3 GB, Debian packages included.
#
# A second run finds its work done and needs no network.
set -eu
cd "$(dirname "$0")/.."

say() { printf 'setup: %s\n' "$1"; }
fail() { printf 'setup: %s\n' "$1" >&2; exit 1; }

installed() { # installed PACKAGE
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# Debian packages: as root they are installed, otherwise the exact command is given.
need_debian() {
    missing=""
    for package in "$@"; do
        installed "$package" || missing="$missing $package"
    done
    [ -n "$missing" ] || return 0
    command -v apt-get >/dev/null || fail "install these yourself, this is not Debian or Ubuntu:$missing"
    [ "$(id -u)" = 0 ] || fail "missing Debian packages, run: sudo apt-get install$missing"
    say "installing Debian packages:$missing"
    log=$(mktemp)
    { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy \
        --no-install-recommends $missing; } >"$log" 2>&1 || { tail -5 "$log" >&2; \
        fail "apt-get could not install:$missing (its log: $log)"; }
    rm -f "$log"
    # Some packages start a service of their own. The tests start what they need themselves.
    [ ! -d /run/systemd/system ] || for package in $missing; do
        systemctl disable --now "$package" >/dev/null 2>&1 || :
    done
}

# Chromium and Prometheus as packages would bring a desktop's graphics drivers and a web page's time
# zones, 0.7 GB that no test uses. What is not installed is taken out of its package instead.
unpacked=.viva/debian

have() { # have PROGRAM...: whether one of them is installed or unpacked
    for program in "$@"; do
        command -v "$program" >/dev/null || [ -x "$unpacked/bin/$program" ] && return
    done
    return 1
}

download() ( # download PACKAGE...: from Debian, with the checks that apt-get makes, into $scratch
    command -v apt-get >/dev/null \
        || fail "install one of these yourself, this is not Debian or Ubuntu: $*"
    cd "$scratch"
    apt-get download -q "$@" >log 2>&1 && exit
    [ "$(id -u)" = 0 ] || { tail -3 log >&2
        fail "apt-get could not download $*; run: sudo apt-get update, then this again"; }
    { apt-get update -q && apt-get download -q "$@"; } >log 2>&1 || { tail -5 log >&2
        fail "apt-get could not download: $*"; }
)

unpack() { # unpack PACKAGE PATTERN...: what matches, from $scratch
    package=$1
    shift
    dpkg-deb --fsys-tarfile "$scratch/$package"_*.deb | tar -x -C "$unpacked" --wildcards "$@"
}

# The links in bin/ come last, so that what was interrupted is done again.
unpack_chromium() {
    download chromium-headless-shell chromium-common
    libraries=$(dpkg-deb -f "$scratch"/chromium-headless-shell_*.deb Depends \
        | sed 's/, *chromium-common ([^)]*)//')
    satisfy="apt-get satisfy -qy --no-install-recommends"
    case $($satisfy -s "$libraries" 2>&1 || echo 'Inst ') in *'Inst '*)
        [ "$(id -u)" = 0 ] \
            || fail "missing Debian packages, run: sudo apt-get install chromium-headless-shell"
        DEBIAN_FRONTEND=noninteractive $satisfy "$libraries" >"$scratch/log" 2>&1 || {
            tail -5 "$scratch/log" >&2
            fail "apt-get could not install what Chromium is linked with"; } ;;
    esac
    unpack chromium-headless-shell './usr/lib/chromium/*'
    unpack chromium-common './usr/lib/chromium/icudtl.dat' './usr/lib/chromium/*.bin'
    ln -sf ../usr/lib/chromium/chromium-headless-shell "$unpacked/bin/"
}

unpack_prometheus() {
    download prometheus
    unpack prometheus ./usr/bin/prometheus ./usr/bin/promtool
    ln -sf ../usr/bin/promtool ../usr/bin/prometheus "$unpacked/bin/"
}

find_python() {
    for candidate in "${PYTHON:-}" python3.11 python3.12 python3.13 python3; do
        [ -n "$candidate" ] && command -v "$candidate" >/dev/null || continue
        if "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))'; then
            printf '%s' "$candidate"
            return
        fi
    done
}

python=.venv/bin/python
if [ ! -x "$python" ] || [ ! -e .venv/.bootstrapped ]; then
    system=$(find_python)
    [ -n "$system" ] || fail "Python 3.11, 3.12 or 3.13 is needed; name yours with PYTHON=..."
    "$system" -c 'import ensurepip' 2>/dev/null || need_debian python3-venv
    say "making .venv with $("$system" --version)"
    rm -rf .venv
    "$system" -m venv .venv
    "$python" -m pip install --quiet --disable-pip-version-check --require-hashes \
        -r deploy/locks/bootstrap.txt
    # uv installs everything else.
    .venv/bin/uv pip uninstall --quiet --no-config --no-cache --python "$python" pip setuptools
    touch .venv/.bootstrapped
fi

stamp=.venv/.installed-$(cat deploy/locks/all.txt pyproject.toml | sha256sum | cut -c1-16)
if [ ! -e "$stamp" ]; then
    say "installing Python packages (about 2.0 GB on disk)"
    # Whoever has a cache of uv's shares it. Nobody else is left with a second 2 GB.
    cache=${UV_CACHE_DIR:-${XDG_CACHE_HOME:-${HOME:-}/.cache}/uv}
    [ -d "$cache" ] || cache=.venv/.cache
    # The lock is complete: what it does not name goes, such as what an earlier one asked for.
    .venv/bin/uv pip sync --quiet --no-config --cache-dir "$cache" --python "$python" \
        --require-hashes deploy/locks/all.txt
    .venv/bin/uv pip install --quiet --no-config --cache-dir "$cache" --python "$python" \
        --offline --no-deps --no-build-isolation --editable .
    rm -rf .venv/.installed-* .venv/.cache
    touch "$stamp"
fi

need_debian libegl1 libgles2 # mediapipe's library is linked with them

PATH="$PWD/.venv/bin:$PATH"
"$python" -m deploy.models install
"$python" -m deploy.local.kafka install

if [ "${1:-}" = tests ]; then
    need_debian iproute2 nftables coturn pocketsphinx-testdata # read sentences with transcripts
    installed fonts-noto-cjk || fc-list :lang=ko family 2>/dev/null | grep -q 'CJK KR\|Nanum' \
        || need_debian fonts-nanum
    scratch=$(mktemp -d)
    trap 'rm -rf "$scratch"' EXIT
    mkdir -p "$unpacked/bin"
    have chromium chromium-headless-shell || { say "unpacking Chromium"; unpack_chromium; }
    { have prometheus && have promtool; } || { say "unpacking Prometheus"; unpack_prometheus; }
    "$python" -m deploy.page_types install
fi
