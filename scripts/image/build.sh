#!/usr/bin/env bash
# Step 1 of the image: compiles the program for release, with Swift's own libraries inside it.
#
#   scripts/image/build.sh OUT      writes OUT/peerage
set -euo pipefail
cd "$(dirname "$0")/../.."
out=$1
scripts/setup.sh
swift build -c release --static-swift-stdlib --explicit-target-dependency-import-check error --product peerage
mkdir -p "$out"
install -m 755 "$(swift build -c release --static-swift-stdlib --show-bin-path)/peerage" "$out/peerage"
strip "$out/peerage"
