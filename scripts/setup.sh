#!/usr/bin/env bash
# Installs the Debian packages that are missing, or prints the one line that would.
#
#   scripts/setup.sh          what building and running need
#   scripts/setup.sh test     what the tests need besides
#   scripts/setup.sh deploy   what `make check-deploy` needs besides
set -euo pipefail

packages=(libcurl4-openssl-dev libyaml-dev libsqlite3-dev)
if [ "${1:-}" = test ]; then
    # websockets is the other side of the replication protocol, in a language that shares no code with ours.
    packages+=(curl openssl python3 python3-websockets)
    # Any kubectl will do, and a vendor's package of that name does not go along with Debian's.
    command -v kubectl >/dev/null 2>&1 || packages+=(kubernetes-client)
    # For a real API server; kube-apiserver itself is not in Debian: scripts/api-server.sh tells where it is looked for.
    [ -x "${KUBEBUILDER_ASSETS:-}/etcd" ] || command -v etcd >/dev/null 2>&1 || packages+=(etcd-server)
fi

if [ "${1:-}" = deploy ]; then
    # Go and Helm's own libraries, for scripts/render-chart; Lua for Argo CD's health script; a server to ask.
    packages+=(golang-go golang-github-masterminds-sprig-dev golang-k8s-sigs-yaml-dev
        golang-github-xeipuuv-gojsonschema-dev lua5.3 etcd-server openssl curl)
    command -v kubectl >/dev/null 2>&1 || packages+=(kubernetes-client)
fi

if ! command -v swift >/dev/null 2>&1; then
    echo "setup: no swift on PATH. Peerage needs the Swift 6.3 toolchain or a newer one: https://www.swift.org/install" >&2
    exit 1
fi

missing=()
for package in "${packages[@]}"; do
    state=$(dpkg-query -W -f='${Status}' "$package" 2>/dev/null || true)
    [ "$state" = "install ok installed" ] || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

install=(apt-get install -y --no-install-recommends "${missing[@]}")
if ! command -v apt-get >/dev/null 2>&1; then
    echo "setup: this is not a Debian system. Install what these packages hold: ${missing[*]}" >&2
    exit 1
elif [ "$(id -u)" = 0 ]; then
    sudo=()
elif sudo -n true 2>/dev/null; then
    sudo=(sudo -n)
else
    echo "setup: these packages are missing, and installing them takes root. Run this, then try again:" >&2
    echo "    sudo apt-get update && sudo ${install[*]}" >&2
    exit 1
fi

echo "setup: installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
"${sudo[@]}" apt-get update -qq
"${sudo[@]}" "${install[@]}" >/dev/null
# Tests start an etcd of their own; the package's service is of no use to them.
if [ -d /run/systemd/system ] && [[ " ${missing[*]} " == *" etcd-server "* ]]; then
    "${sudo[@]}" systemctl disable --now etcd >/dev/null 2>&1 || true
fi
