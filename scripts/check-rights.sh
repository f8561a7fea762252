#!/usr/bin/env bash
# Runs the controller and a host against a real API server as their Pods would, with the rights that a rendered
# deployment gives them and no others, until the quickstart is ready in the namespace fleet. $KUBECONFIG is an
# administrator's; CRDs and namespaces are there.
#
#   scripts/check-rights.sh PEERAGE RENDERED
set -uo pipefail
cd "$(dirname "$0")/.."
peerage=$(readlink -f "$1")
rendered=$2
made=$(mktemp -d)
processes=()
end() {
    [ ${#processes[@]} = 0 ] || kill "${processes[@]}" 2>/dev/null
    wait
    rm -rf "$made"
}
trap end EXIT
fail() {
    echo "check-rights: $*" >&2
    exit 1
}
namespace=peerage-system
# Accounts and rights alone; nobody would run the Pods here.
python3 - "$rendered" >"$made/rights.yaml" <<'END'
import re, sys
kinds = {"ServiceAccount", "Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"}
for document in re.split(r"^---$", open(sys.argv[1]).read(), flags=re.MULTILINE):
    kind = re.search(r"^kind: (.*)$", document, flags=re.MULTILINE)
    if kind and kind[1] in kinds: print("---" + document, end="")
END
kubectl apply --server-side --force-conflicts -f "$made/rights.yaml" >/dev/null || fail "the rights cannot be given"

# What Pods are started with.
arguments() { # kind of workload
    python3 - "$rendered" "$1" <<'END'
import sys
inside, wanted, on = False, sys.argv[2], False
for line in open(sys.argv[1]):
    if line.startswith("---"): inside = False
    if line.startswith("kind: "): inside = line.split()[1] == wanted
    text = line.strip()
    if inside and text == "- args:" or inside and text == "args:": on = True; continue
    if on:
        if not text.startswith("- "): break
        print(text[2:].strip('"'))
END
}

# --- Rights that nobody should have, and some that must be there.
may() { # account verb resource expected [namespace]
    local answer
    answer=$(kubectl auth can-i "$2" "$3" --as "system:serviceaccount:$namespace:peerage-$1" --namespace "${5:-fleet}" 2>/dev/null)
    [ "$answer" = "$4" ] || fail "may peerage-$1 $2 $3 in ${5:-fleet}? $answer, and $4 is expected"
}
for account in controller host; do
    may $account get secrets yes
    may $account list secrets no
    may $account watch secrets no
    may $account create pods no
    may $account create bigpeers.peerage.dev no
    may $account delete bigpeers.peerage.dev no
    may $account update leases.coordination.k8s.io/other no
    may $account create clusterrolebindings.rbac.authorization.k8s.io no
done
lease=$(arguments Deployment | sed -n 's/^--lease=//p')
may controller update "leases.coordination.k8s.io/${lease:-peerage-controller}" yes $namespace
may host update leases.coordination.k8s.io/peerage-host-peerage-host-0 yes $namespace
may host update "leases.coordination.k8s.io/${lease:-peerage-controller}" no $namespace
may host delete "leases.coordination.k8s.io/${lease:-peerage-controller}" no $namespace
# Whoever is told to look at some namespaces has no right in others.
elsewhere=yes
! arguments Deployment | grep -q -- '^--namespace=' || elsewhere=no
may controller list bigpeers.peerage.dev $elsewhere default
may host get secrets $elsewhere default
may host update bigpeers.peerage.dev no
may host list bigpeerapps.peerage.dev no
may controller delete bigpeerapps.peerage.dev no

# --- The work itself, with the accounts' own tokens.
server=$(kubectl config view --raw -o 'jsonpath={.clusters[0].cluster.server}')
ca=$(kubectl config view --raw -o 'jsonpath={.clusters[0].cluster.certificate-authority-data}')
[ -n "$ca" ] || ca=$(base64 -w0 "$(kubectl config view --raw -o 'jsonpath={.clusters[0].cluster.certificate-authority}')")
for account in controller host; do
    token=$(printf '{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{}}' |
        kubectl create --raw "/api/v1/namespaces/$namespace/serviceaccounts/peerage-$account/token" -f - |
        python3 -c 'import json, sys; print(json.load(sys.stdin)["status"]["token"])') || fail "no token for peerage-$account"
    (
        umask 077
        cat >"$made/$account.kubeconfig" <<END
apiVersion: v1
kind: Config
current-context: pod
clusters: [{name: pod, cluster: {server: "$server", certificate-authority-data: $ca}}]
users: [{name: pod, user: {token: $token}}]
contexts: [{name: pod, context: {cluster: pod, user: pod, namespace: $namespace}}]
END
    )
done
# As in the Pods, but for addresses: these processes share the loopback.
start() { # account workload replacements...
    local account=$1 workload=$2 args=()
    shift 2
    mapfile -t args < <(arguments "$workload" | grep -v -e --health-listen -e --advertise |
        sed -e 's/\$(POD_NAME)/peerage-host-0/' -e "s/\$(POD_NAMESPACE)/$namespace/" -e "s#/var/lib/peerage#$made/data#")
    [ "${#args[@]}" -gt 0 ] || fail "no arguments for $workload in $rendered"
    env -i PATH="$PATH" HOME="$made" KUBECONFIG="$made/$account.kubeconfig" POD_NAMESPACE=$namespace POD_NAME="peerage-$account-0" \
        "$peerage" "${args[@]}" >"$made/$account.log" 2>&1 &
    processes+=($!)
}
kubectl apply --server-side -f manifests/samples/quickstart --namespace fleet >/dev/null || fail "the quickstart is not taken"
start controller Deployment
start host StatefulSet
for kind in bigpeer bigpeerapp bigpeerreplication; do
    kubectl wait --for=condition=Ready --all --namespace fleet --timeout=60s "$kind" >/dev/null 2>"$made/refusal" || {
        tail -n 5 "$made"/*.log >&2
        fail "with the rights of $rendered, the quickstart does not become ready: $(cat "$made/refusal")"
    }
done
forbidden=$(grep -hi 'forbidden' "$made"/*.log | head -3)
[ -z "$forbidden" ] || fail "a right is missing in manifests/rbac: $forbidden"
# Events are written behind the work.
for _ in $(seq 50); do
    [ -z "$(kubectl get events --namespace fleet -o name)" ] || break
    sleep 0.2
done
[ -n "$(kubectl get events --namespace fleet -o name)" ] || fail "no Event was written"
kubectl delete --namespace fleet --timeout=60s -f manifests/samples/quickstart >/dev/null 2>"$made/refusal" ||
    fail "with the rights of $rendered, the quickstart is not deleted: $(cat "$made/refusal")"
echo "check-rights: the Pods' commands get the quickstart ready, and away again, with the rights of $(basename "$rendered" .yaml) alone"
