#!/usr/bin/env bash
# Checks what a platform team deploys: manifests, chart, image, GitOps health rules.
#
#   scripts/check-deploy.sh PEERAGE
#
# A real API server is asked when one can be had (see scripts/api-server.sh); without it the rest is still checked.
set -uo pipefail
cd "$(dirname "$0")/.."
peerage=$1
chart=charts/peerage
failed=0
fail() {
    echo "check-deploy: $*" >&2
    failed=1
}
say() { echo "check-deploy: $*"; }
made=$(mktemp -d)
trap '[ ! -d "$made/server" ] || scripts/api-server.sh down "$made/server"; rm -rf "$made"' EXIT
server_log=$made/server.log
{ KUBECONFIG=$(scripts/api-server.sh up "$made/server") && echo "$KUBECONFIG" >"$made/kubeconfig"; } 2>"$server_log" &
server=$!

# --- The chart: every set of values in ci/ makes whole objects; every one in ci/refused/ is refused for its reason.
render=$made/render-chart
(cd scripts/render-chart && GO111MODULE=off GOPATH=/usr/share/gocode GOFLAGS='' go build -o "$render" .) ||
    { fail "scripts/render-chart does not build"; exit 1; }
[ -z "$(gofmt -l scripts/render-chart)" ] || fail "run gofmt -w scripts/render-chart"
"$render" defaults "$chart" | python3 scripts/chart-reference.py | cmp -s - "$chart/README.md" ||
    fail "$chart/README.md is not what its values say: run \`make chart-reference\`"
"$render" -notes "$made/notes.txt" "$chart" >"$made/chart-default.yaml" || fail "the chart does not render with its defaults"
grep -q 'rollout status' "$made/notes.txt" || fail "NOTES.txt says nothing of use"
for values in "$chart"/ci/*-values.yaml; do
    name=$(basename "$values" -values.yaml)
    "$render" -f "$values" "$chart" >"$made/chart-$name.yaml" || fail "the chart does not render with $values"
done
for values in "$chart"/ci/refused/*.yaml; do
    expected=$(sed -n '1s/^# expected: //p' "$values")
    if "$render" -f "$values" "$chart" >/dev/null 2>"$made/refusal"; then
        fail "$values is not refused"
    elif ! grep -qF "$expected" "$made/refusal"; then
        fail "$values is refused, but not because of \"$expected\": $(cat "$made/refusal")"
    fi
done
say "the chart renders with its defaults and $(ls "$chart"/ci/*-values.yaml | wc -l) sets of values, and refuses $(ls "$chart"/ci/refused | wc -l)"

# --- The kustomizations render.
if kubectl kustomize manifests/default >"$made/kustomize-default.yaml" 2>"$made/refusal"; then
    for folder in with-host namespaced; do
        kubectl kustomize "manifests/$folder" >"$made/kustomize-$folder.yaml" || fail "kubectl kustomize manifests/$folder"
    done
    say "kubectl renders manifests/default, with-host and namespaced"
elif grep -q 'must be a file' "$made/refusal"; then
    say "SKIPPED: this kubectl is older than 1.21 and has a kustomize that cannot refer to folders"
    rm "$made/kustomize-default.yaml"
else
    fail "kubectl kustomize manifests/default: $(cat "$made/refusal")"
fi

# --- Every Pod may run where only restricted ones may.
# shellcheck disable=SC2046
"$render" restricted $(ls "$made"/chart-*.yaml "$made"/kustomize-*.yaml 2>/dev/null) || fail "a Pod is not of the restricted sort"

# --- The same rights, whichever way it is deployed, and something for every kind.
rbac=manifests/rbac
same_rules() { # what two sets of files grant
    diff <("$render" rules $1) <("$render" rules $2) >&2 || fail "$1 (<) and $2 (>) grant different rights"
}
printf 'host: {enabled: true}\n' >"$made/host.yaml"
"$render" -f "$made/host.yaml" "$chart" >"$made/chart-with-host.yaml"
same_rules "$rbac/controller/role.yaml $rbac/leader-election/role.yaml $rbac/users/roles.yaml $rbac/host/role.yaml $rbac/host-leases/role.yaml" \
    "$made/chart-with-host.yaml"
same_rules "$rbac/controller/role.yaml" "$rbac/controller-namespaced/role.yaml"
same_rules "$rbac/host/role.yaml" "$rbac/host-namespaced/role.yaml"
"$render" rules "$made/chart-with-host.yaml" >"$made/rules"
for kind in $(sed -n 's/^  name: \(.*\)\.peerage\.dev$/\1/p' manifests/crds/*.yaml); do
    for role in controller view edit; do
        grep -qE " $role group=peerage.dev $kind (get|list)" "$made/rules" ||
            fail "the role $role says nothing about $kind: see $rbac and $chart/templates"
    done
done

# --- Our own strict YAML reader has nothing against any of it, but for kinds that are not ours.
"$peerage" validate -f "$made"/chart-*.yaml 2>&1 | grep ': error: ' | grep -vE '(kind|apiVersion): is "' >"$made/problems"
[ ! -s "$made/problems" ] || fail "what is rendered is not strict YAML: $(head -3 "$made/problems")"

# --- Every option that a Pod is started with exists.
for command in controller host; do
    "$peerage" "$command" --help >"$made/help" 2>/dev/null
    grep -q "^USAGE: peerage $command" "$made/help" || { say "SKIPPED: there is no \`peerage $command\`"; continue; }
    for option in $(cat "$made"/chart-{default,hosts,namespaced}.yaml "$made"/kustomize-*.yaml 2>/dev/null |
        awk -v command="$command" '/^ *- "?(controller|host)"?$/ { gsub(/[ "-]/, ""); which = $0; next }
            which == command && /^ *- "?--/ { sub(/^ *- "?/, ""); sub(/=.*/, ""); print; next } { which = "" }' | sort -u); do
        grep -qE -- "(^|[ ,])$option([ ,=]|$)" "$made/help" || fail "\`peerage $command\` has no option $option, which a Pod is started with"
    done
done

# --- The image: its steps make a root in which the program runs.
scripts/image/check.sh "$peerage" || fail "the image does not work: see scripts/image"

# --- GitOps: the health rules say of sample objects what they should; so do the CEL rules in the CRDs.
scripts/check-health.sh || fail "docs/gitops: a health rule is wrong"
venv=.build/check-venv
if [ -x "$venv/bin/python" ] || { python3 -m venv "$venv" && "$venv/bin/pip" install -q cel-python; } >"$made/pip.log" 2>&1; then
    "$venv/bin/python" scripts/health/check-cel.py || fail "a CEL rule is wrong: see manifests/crds and docs/gitops/flux"
else
    rm -rf "$venv"
    say "SKIPPED: no CEL was tried, because cel-python could not be installed: $(tail -1 "$made/pip.log")"
fi

# --- A real API server takes every object.
wait "$server"
if [ -s "$made/kubeconfig" ]; then
    KUBECONFIG=$(cat "$made/kubeconfig")
    export KUBECONFIG
    version=$(kubectl version -o json 2>/dev/null | python3 -c 'import json, sys; print(json.load(sys.stdin)["serverVersion"]["gitVersion"])')
    for namespace in peerage-system monitoring fleet depot; do kubectl create namespace "$namespace" >/dev/null; done
    # A stub: what counts is that the API server knows the kind.
    kubectl create --validate=false -f scripts/stub-service-monitor.yaml >/dev/null
    kubectl create --validate=false -f manifests/crds >/dev/null 2>"$made/refusal" || fail "manifests/crds: $(cat "$made/refusal")"
    kubectl wait --for=condition=Established crd --all --timeout=30s >/dev/null || fail "the CRDs are not established"
    kubectl get --raw /apis/peerage.dev/v1alpha1 | python3 -c 'import json, sys
for kind in json.load(sys.stdin)["resources"]:
    if "peerage" in kind.get("categories", []): print(kind["name"] + ".peerage.dev")' | sort >"$made/kinds"
    sed -n 's/^  name: \(.*\.peerage\.dev\)$/\1/p' manifests/crds/*.yaml | sort | diff - "$made/kinds" >&2 ||
        fail "the kinds of the category peerage are not those of manifests/crds"
    kubectl apply --dry-run=server --validate=false -R -f manifests/samples >"$made/answer" 2>"$made/refusal" ||
        fail "$version refuses samples: $(grep -v '^Warning' "$made/refusal")"
    sed_policy=(-e '')
    kubectl api-versions | grep -qx policy/v1 || {
        say "$version has no policy/v1: PodDisruptionBudgets are tried as policy/v1beta1, without the volumes' retention policy"
        sed_policy=(-e 's#^apiVersion: policy/v1$#apiVersion: policy/v1beta1#' -e '/^  persistentVolumeClaimRetentionPolicy:/,/whenScaled/d')
    }
    # All at once, which is quick; one by one only to say which it was that was refused.
    try() { # file
        # CRDs apart: an old server's OpenAPI does not know x-kubernetes-validations.
        "$render" split "$1" CustomResourceDefinition "$made/tried-crds" "$made/tried-rest"
        kubectl apply --dry-run=server --validate=false -f - <"$made/tried-crds" &&
            kubectl apply --dry-run=server --validate=true -f - <"$made/tried-rest"
    }
    for file in "$made"/chart-*.yaml "$made"/kustomize-*.yaml; do
        [ ! -e "$file" ] || { echo ---; sed "${sed_policy[@]}" "$file"; }
    done >"$made/all.yaml"
    if ! try "$made/all.yaml" >"$made/answer" 2>"$made/refusal"; then
        fail "$version refuses: $(grep -v '^Warning' "$made/refusal")"
        for file in "$made"/chart-*.yaml "$made"/kustomize-*.yaml; do
            sed "${sed_policy[@]}" "$file" >"$made/one.yaml"
            "$render" split "$made/one.yaml" CustomResourceDefinition "$made/tried-crds" "$made/tried-rest"
            kubectl apply --dry-run=server --validate=true -f - <"$made/tried-rest" >/dev/null 2>&1 ||
                fail "… in $(basename "$file")"
        done
    fi
    say "$version takes $(wc -l <"$made/answer") objects in a server-side dry run"
    if "$peerage" host --help 2>&1 | grep -q '^USAGE: peerage host'; then
        # The narrower rights first: what is granted stays granted.
        [ -e "$made/kustomize-with-host.yaml" ] || cp "$made/chart-with-host.yaml" "$made/kustomize-with-host.yaml"
        for name in chart-namespaced kustomize-with-host; do
            mkdir -p "$made/rights"
            sed "${sed_policy[@]}" "$made/$name.yaml" >"$made/rights/$name.yaml"
            scripts/check-rights.sh "$peerage" "$made/rights/$name.yaml" || failed=1
        done
    fi
elif grep -q . "$server_log"; then
    fail "the API server did not start: $(cat "$server_log")"
else
    say "SKIPPED: NO API SERVER COULD BE HAD, SO NO OBJECT WAS TRIED. Set KUBEBUILDER_ASSETS to a folder with etcd and kube-apiserver"
fi

[ "$failed" = 0 ] && say "all is well"
exit "$failed"
