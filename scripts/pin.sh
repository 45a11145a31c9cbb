#!/usr/bin/env bash
# Pins anew what pyproject.toml asks for by ranges: requirements.txt for everybody, and
# requirements-cuda.txt with what an NVIDIA GPU needs on top. Run it after changing a range, or to
# take in new releases; then run the tests. Needs uv: pip install uv
#
#     scripts/pin.sh                         # newest releases that the ranges allow
#     scripts/pin.sh --no-upgrade            # keep every pin that still fits
set -euo pipefail
cd "$(dirname "$0")/.."

upgrade=--upgrade
[ "${1:-}" = --no-upgrade ] && upgrade=
pin() { uv pip compile pyproject.toml --universal --python-version 3.11 --no-header --no-annotate $upgrade --quiet "$@"; }

pin --extra author --extra cluster --output-file requirements.txt

# Of the CUDA extra, only what requirements.txt does not hold already, at versions that agree with it.
all=$(mktemp)
trap 'rm -f "$all"' EXIT
cp requirements.txt "$all"
pin --extra author --extra cluster --extra cuda --constraint requirements.txt --output-file "$all"
grep --invert-match --line-regexp --fixed-strings --file=requirements.txt "$all" > requirements-cuda.txt
