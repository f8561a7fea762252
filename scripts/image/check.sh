#!/usr/bin/env bash
# Runs the program as the image would: in the assembled root, read-only, as user 65532, without capabilities.
#
#   scripts/image/check.sh PEERAGE
#
# No container engine is needed, but the right to make namespaces is. The program given may be a debug build: the
# steps are the same, the libraries of Swift are shared ones then.
set -euo pipefail
cd "$(dirname "$0")/../.."
if ! unshare --mount --map-root-user true 2>/dev/null && [ "$(id -u)" != 0 ]; then
    echo "image: SKIPPED: this machine lets nobody make namespaces"
    exit 0
fi
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
scripts/image/assemble-root.sh "$1" "$made/root"
for name in sh bash dpkg apt-get; do
    found=$(find "$made/root" -name "$name" -type f)
    [ -z "$found" ] || { echo "image: $found is in the image" >&2; exit 1; }
done
# What the image has besides the engine's own: /dev, /proc, and the volumes that a Pod mounts.
mkdir -p "$made/root"/{dev,proc,manifests,var/lib/peerage}
inside() {
    unshare --mount --pid --fork ${needs_user:+--map-root-user} bash -euc '
        root=$1; shift
        mount --bind "$root" "$root"
        mount --rbind /dev "$root/dev"
        mount -t proc proc "$root/proc"
        mount --bind manifests/samples/quickstart "$root/manifests"
        mount -t tmpfs -o mode=1777 tmp "$root/tmp"
        mount -t tmpfs -o "mode=700${owner:+,uid=65532,gid=65532}" data "$root/var/lib/peerage"
        mount -o remount,ro,bind "$root"
        exec env -i "$(command -v chroot)" ${owner:+--userspec=65532:65532 --groups=} "$root" /usr/bin/peerage "$@"
    ' bash "$made/root" "$@"
}
export owner=
if [ "$(id -u)" = 0 ]; then owner=65532; else needs_user=yes; fi

inside version | grep -q '^peerage [0-9]' || { echo "image: \`peerage version\` does not run in the image" >&2; exit 1; }
inside validate -f /manifests >/dev/null 2>&1 || { echo "image: \`peerage validate\` does not work in the image" >&2; exit 1; }
# Storage, sockets, TLS, HTTP: the quickstart becomes ready on a read-only root.
inside run --manifests /manifests --data /var/lib/peerage --listen 127.0.0.1:0 --once >"$made/run.log" 2>&1 ||
    { echo "image: the quickstart does not become ready in the image:" >&2; tail -n 5 "$made/run.log" >&2; exit 1; }
echo "image: runs read-only as user 65532 with $(find "$made/root" -name '*.so*' -type f | wc -l) libraries from $(find "$made/root/var/lib/dpkg/status.d" -type f | wc -l) Debian packages"
