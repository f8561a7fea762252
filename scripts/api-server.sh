#!/usr/bin/env bash
# Starts a real Kubernetes API server for checks: etcd and kube-apiserver on loopback, without nodes or controllers.
#
#   scripts/api-server.sh up DIR      prints the path of its kubeconfig; exit 3: no server can be had on this machine;
#                                     called again, starts what has ended, with the data and the ports that it had
#   scripts/api-server.sh down DIR    ends what `up DIR` started, and removes DIR
#
# The programs are looked for in $KUBEBUILDER_ASSETS (as controller-runtime's setup-envtest leaves them), then on PATH;
# then ../shared/kubernetes/up.sh beside the repository, which has its own, is asked.
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# = 2 ] || { sed -n '2,9s/^# \{0,1\}//p' "$0" >&2; exit 2; }
action=$1
mkdir -p "$2"
dir=$(cd "$2" && pwd)
beside=../shared/kubernetes

find_program() { # name
    if [ -x "${KUBEBUILDER_ASSETS:-/nonexistent}/$1" ]; then
        echo "$KUBEBUILDER_ASSETS/$1"
    else
        command -v "$1"
    fi
}

stop() { # pid file: only what we started, and only while it is still that program
    local pid program
    [ -s "$1" ] || return 0
    read -r pid program <"$1"
    if [ "$(readlink "/proc/$pid/exe" 2>/dev/null)" = "$program" ]; then
        kill -TERM "$pid"
        timeout 20 tail --pid="$pid" -f /dev/null || kill -KILL "$pid"
    fi
    rm -f "$1"
}

is_running() { # pid file
    local pid program
    [ -s "$1" ] && read -r pid program <"$1" && [ "$(readlink "/proc/$pid/exe" 2>/dev/null)" = "$program" ]
}

free_port() { # file that keeps it
    [ -s "$1" ] || python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])' >"$1"
    cat "$1"
}

up() {
    local etcd apiserver token port etcd_port peer_port waited
    if ! { etcd=$(find_program etcd) && apiserver=$(find_program kube-apiserver); }; then
        [ -x "$beside/up.sh" ] || exit 3
        KUBE_DIR=$dir "$beside/up.sh" >"$dir/up.log" 2>&1 || { cat "$dir/up.log" >&2; exit 1; }
        touch "$dir/beside"
        echo "$dir/kubeconfig"
        return
    fi
    etcd=$(readlink -f "$etcd") apiserver=$(readlink -f "$apiserver")
    etcd_port=$(free_port "$dir/etcd.port") peer_port=$(free_port "$dir/etcd-peer.port")
    port=$(free_port "$dir/apiserver.port")
    mkdir -p "$dir/pki"
    chmod 700 "$dir"
    if [ ! -s "$dir/pki/tokens.csv" ]; then
        openssl genrsa -out "$dir/pki/sa.key" 2048 2>/dev/null
        openssl rsa -in "$dir/pki/sa.key" -pubout -out "$dir/pki/sa.pub" 2>/dev/null
        printf '%s,admin,admin,system:masters\n' "$(openssl rand -hex 24)" >"$dir/pki/tokens.csv"
    fi
    token=$(cut -d, -f1 "$dir/pki/tokens.csv")

    is_running "$dir/etcd.pid" || start_etcd
    is_running "$dir/apiserver.pid" || start_apiserver

    for ((waited = 0; waited < 600; waited++)); do
        if [ "$(curl -s -m 5 --cacert "$dir/pki/apiserver.crt" -H "Authorization: Bearer $token" \
            "https://127.0.0.1:$port/readyz")" = ok ]; then
            break
        fi
        read -r pid _ <"$dir/apiserver.pid"
        kill -0 "$pid" 2>/dev/null || { tail -n 5 "$dir/apiserver.log" "$dir/etcd.log" >&2; exit 1; }
        sleep 0.2
    done
    (
        umask 077
        cat >"$dir/kubeconfig" <<END
apiVersion: v1
kind: Config
current-context: check
clusters: [{name: check, cluster: {server: "https://127.0.0.1:$port", certificate-authority: "$dir/pki/apiserver.crt"}}]
users: [{name: admin, user: {token: "$token"}}]
contexts: [{name: check, context: {cluster: check, user: admin}}]
END
    )
    echo "$dir/kubeconfig"
}

start_etcd() {
    setsid "$etcd" --name check --data-dir "$dir/etcd" --log-level warn --unsafe-no-fsync \
        --listen-client-urls "http://127.0.0.1:$etcd_port" --advertise-client-urls "http://127.0.0.1:$etcd_port" \
        --listen-peer-urls "http://127.0.0.1:$peer_port" --initial-advertise-peer-urls "http://127.0.0.1:$peer_port" \
        --initial-cluster "check=http://127.0.0.1:$peer_port" >>"$dir/etcd.log" 2>&1 </dev/null &
    echo "$! $etcd" >"$dir/etcd.pid"
}

start_apiserver() {
    setsid "$apiserver" --bind-address=127.0.0.1 --advertise-address=127.0.0.1 --secure-port="$port" \
        --etcd-servers="http://127.0.0.1:$etcd_port" --cert-dir="$dir/pki" --token-auth-file="$dir/pki/tokens.csv" \
        --authorization-mode=RBAC --service-cluster-ip-range=10.0.0.0/24 --endpoint-reconciler-type=none \
        --disable-admission-plugins=ServiceAccount --allow-privileged=true \
        --service-account-issuer=https://kubernetes.default.svc --service-account-key-file="$dir/pki/sa.pub" \
        --service-account-signing-key-file="$dir/pki/sa.key" >>"$dir/apiserver.log" 2>&1 </dev/null &
    echo "$! $apiserver" >"$dir/apiserver.pid"
}

down() {
    if [ -e "$dir/beside" ]; then
        KUBE_DIR=$dir "$beside/down.sh" >/dev/null
    else
        stop "$dir/apiserver.pid"
        stop "$dir/etcd.pid"
    fi
    rm -rf "$dir"
}

case $action in
up) up ;;
down) down ;;
*) echo "api-server: expected up or down, not \"$action\"" >&2; exit 2 ;;
esac
