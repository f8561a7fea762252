#!/usr/bin/env bash
# Step 2 of the image: lays out the root file system, with the program, the shared libraries that it needs, and nothing
# else: no shell, no package manager.
#
#   scripts/image/assemble-root.sh PEERAGE ROOT
set -euo pipefail
program=$1
root=$2
mkdir -p "$root"/{etc/ssl/certs,tmp,usr/bin,var/lib/peerage,var/lib/dpkg/status.d}
install -m 755 "$program" "$root/usr/bin/peerage"

# Whatever the loader would load, where it would look for it, and the loader itself.
packages=()
while read -r library; do
    mkdir -p "$root$(dirname "$library")"
    cp -L --preserve=mode "$library" "$root$library"
    package=$(dpkg-query -S "$(readlink -f "$library")" "$library" 2>/dev/null | head -1 | cut -d: -f1 || true)
    [ -z "$package" ] || packages+=("$package")
done < <(ldd "$program" | sed -nE 's/.*=> (\/[^ ]+) \(.*/\1/p; s/^\s*(\/[^ ]+) \(.*/\1/p' | sort -u)

# For scanners: which Debian packages these files came from, in the form that distroless images made customary.
for package in $(printf '%s\n' "${packages[@]}" | sort -u); do
    dpkg-query -s "$package" >"$root/var/lib/dpkg/status.d/$package"
done

certificates=/etc/ssl/certs/ca-certificates.crt
[ -s "$certificates" ] || { echo "assemble-root: $certificates is missing: install ca-certificates" >&2; exit 1; }
cp -L "$certificates" "$root$certificates"

# Names for the user that runs it, and where host names are looked up.
printf 'root:x:0:0:root:/:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/var/lib/peerage:/sbin/nologin\n' >"$root/etc/passwd"
printf 'root:x:0:\nnonroot:x:65532:\n' >"$root/etc/group"
printf 'passwd: files\ngroup: files\nhosts: files dns\n' >"$root/etc/nsswitch.conf"
[ ! -e /etc/os-release ] || cp -L /etc/os-release "$root/etc/os-release"

chmod 1777 "$root/tmp"
if [ "$(id -u)" = 0 ]; then chown 65532:65532 "$root/var/lib/peerage"; fi
chmod 700 "$root/var/lib/peerage"
