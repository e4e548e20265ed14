#!/usr/bin/env bash
# Renews every lock from pyproject.toml: versions and hashes, never an address.
# Without arguments pins stay as they are where they still fit; `--upgrade` takes the newest.
set -euo pipefail
cd "$(dirname "$0")/../.."

options=(
    --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header
    --python-version 3.11 --quiet "$@"
)

lock() { # lock FILE ARGUMENT...: compile into deploy/locks/FILE.txt
    local file=deploy/locks/$1.txt
    shift
    uv pip compile "$@" "${options[@]}" -o "$file"
    # Written by uv as uv found them, so the one line that says where the file comes from is ours.
    sed -i '1i # Made by deploy/locks/compile.sh, do not edit.' "$file"
}

# The environment of `viva up` and the tests comes first: the images take their versions from it,
# so that what was tested together runs in production.
lock all pyproject.toml --extra local --group dev
for process in gateway agent vision voice stt tts questions assessment sink clickhouse llm; do
    lock "$process" pyproject.toml --extra "$process" -c deploy/locks/all.txt
done
lock base pyproject.toml -c deploy/locks/all.txt

# uv alone, which installs everything else.
echo uv | lock bootstrap - -c deploy/locks/all.txt

# An option of the speaking worker, with torch: its environment is the operator's to make.
lock coqui pyproject.toml --extra coqui -c deploy/locks/all.txt

# Packages that only carry weights and media.
lock models deploy/locks/models.in --no-deps
