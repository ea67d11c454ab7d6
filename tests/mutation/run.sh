#!/usr/bin/env bash
# Change each rule and script in one place at a time, in a copy of the last commit: each time a test must fail.
# Arguments: folders (default: every rule and document). What was found is kept in build/mutants, so an
# interrupted run goes on; with --again a folder starts anew.
set -euo pipefail
root=$PWD
tool=$root/.venv-mutants/bin
kept=$root/build/mutants
mkdir -p "$kept"
[ "${1:-}" = --again ] && { rm -rf "$kept"/*.sqlite; shift; }
[ $# -gt 0 ] || set -- rules/*/ ssm_docs/*/
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
git clone --quiet "$root" "$copy/project"
cd "$copy/project"
code=0
for folder in "$@"; do
    folder=${folder%/}
    session=$kept/$(basename "$folder").sqlite
    sed "s#@FOLDER@#$folder#g; s#@PYTHON@#$root/.venv/bin/python#" tests/mutation/cosmic-ray.toml >config.toml
    if [ ! -f "$session" ]; then
        "$tool/cosmic-ray" init config.toml "$session"
        "$tool/cr-filter-operators" "$session" config.toml
    fi
    echo "$folder: $(git rev-parse --short HEAD)" >&2
    "$tool/cosmic-ray" exec config.toml "$session"
    "$tool/cr-report" --surviving-only --show-diff "$session"
    "$tool/cr-rate" --fail-over 0 "$session" >/dev/null || code=1
done
exit $code
