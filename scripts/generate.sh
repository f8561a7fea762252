#!/usr/bin/env bash
# Writes every file that is made from the program itself.
#
#   scripts/generate.sh PEERAGE [ROOT]
set -euo pipefail
peerage=$1
root=${2:-.}
mkdir -p "$root/manifests/crds" "$root/manifests/schemas" "$root/docs/reference"
for kind in bigpeer bigpeerapp bigpeerreplication; do
    "$peerage" schema crd "$kind" >"$root/manifests/crds/peerage.dev_${kind}s.yaml"
    "$peerage" schema json "$kind" >"$root/manifests/schemas/$kind.json"
done
"$peerage" schema markdown >"$root/docs/reference/resources.md"
scripts/command-reference.sh "$peerage" >"$root/docs/reference/commands.md"
