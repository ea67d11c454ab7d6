#!/usr/bin/env bash
# Change each rule and script in one place at a time, in a copy of the last commit: each time a test must fail.
# Arguments: folders that hold their own tests (default: every rule and document), or CODE=TESTS[,TESTS...] with a
# module or package of src and its tests. What was found is kept in build/mutants, so an interrupted run goes on;
# with --again it starts anew.
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
export PYTHONPATH=$PWD/src # before the installed one, which is the project itself
code=0
for given in "$@"; do
    folder=${given%%=*} tests=${given#*=}
    folder=${folder%/}
    session=$kept/${folder//\//.}.sqlite
    sed "s#@FOLDER@#$folder#g; s#@TESTS@#${tests//,/ }#; s#@PYTHON@#$root/.venv/bin/python#" tests/mutation/cosmic-ray.toml >config.toml
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
