#!/usr/bin/env bash
# The gates besides format and tests; each says what to do when it fails.
#
#   scripts/check.sh PEERAGE
set -uo pipefail
peerage=$1
failed=0
fail() {
    echo "check: $*" >&2
    failed=1
}

# Files made from the program are what the program makes.
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
scripts/generate.sh "$peerage" "$made" || fail "the generated files could not be made"
for file in $(cd "$made" && find . -type f); do
    cmp -s "$made/$file" "$file" || fail "$file is not what the program makes: run \`make generated\`"
done

# What we ship as an example is valid, and what we ship as a bad example is not.
for folder in manifests/samples/*/; do
    "$peerage" validate -f "$folder" >/dev/null || fail "$folder is not valid: run \`peerage validate -f $folder\`"
done
"$peerage" validate -f Tests/ResourcesTests/BadManifests -R >/dev/null 2>&1
[ $? -eq 1 ] || fail "Tests/ResourcesTests/BadManifests should be invalid (exit 1)"

# Nothing that belongs to one machine, and nothing built.
git ls-files | grep -qE '^(\.build/|Package\.resolved$)' && fail ".build or Package.resolved is committed"

# Foundation brings ICU, 40 MB; what we need is in FoundationEssentials.
heavy=$(grep -rlE '^(@testable |public |package |internal )?import Foundation$' Sources || true)
[ -z "$heavy" ] || fail "import FoundationEssentials in place of Foundation: $heavy"

# Sources neither trap nor leave thoughts unfinished.
unfinished=$(grep -rnE '\btry!|\bas!|fatalError\(|TODO|FIXME' Sources --include='*.swift' || true)
[ -z "$unfinished" ] || fail "traps or unfinished thoughts: $unfinished"

[ "$failed" = 0 ] && echo "check: all gates passed"
exit "$failed"
