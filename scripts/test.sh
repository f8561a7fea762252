#!/usr/bin/env bash
# Runs the tests, and repeats at the end what failed: what stood in the middle of thousands of lines is not found.
#
#   scripts/test.sh ARGUMENT...   further arguments of `swift test`, such as --filter PlanningTests
set -uo pipefail
cd "$(dirname "$0")/.."

# Tests have sockets, processes and databases. All at once on few cores they wait for one another longer than any
# sensible time limit; eight at a time keep the cores as busy.
run=(swift test --disable-xctest --explicit-target-dependency-import-check error
    --experimental-maximum-parallelization-width 8 "$@")

mkdir -p .build
log=.build/test.log
"${run[@]}" 2>&1 | tee "$log"
code=${PIPESTATUS[0]}
[ "$code" -eq 0 ] && exit 0

echo
echo "== What failed"
# A recorded issue goes on in the lines below it that begin with an arrow.
awk '/^✘.*recorded an issue|^error:|^[^◇✔].*(Fatal error|:[0-9]+: error:)/ { shown = 1; print; next }
     shown && /^(↳|􀄵|  )/ { print; next }
     { shown = 0 }' "$log" | cut -c 1-600 | tail -40
grep -E 'Test run with' "$log" | tail -1
exit "$code"
