#!/usr/bin/env bash
# Writes every file that is made from the program itself.
#
#   scripts/generate.sh PEERAGE [ROOT]
set -euo pipefail
peerage=$1
root=${2:-.}
chart_crds=charts/peerage/files/crds
mkdir -p "$root/manifests/crds" "$root/manifests/schemas" "$root/docs/reference" "$root/$chart_crds"
for kind in bigpeer bigpeerapp bigpeerreplication replicationtopology; do
    "$peerage" schema crd "$kind" >"$root/manifests/crds/peerage.dev_${kind/%y/ie}s.yaml"
    "$peerage" schema json "$kind" >"$root/manifests/schemas/$kind.json"
done
cp "$root"/manifests/crds/peerage.dev_*.yaml "$root/$chart_crds/"
# Without an ending, so that `kubectl apply -f manifests/crds` passes it over.
{
    printf '# Made by scripts/generate.sh: the CustomResourceDefinitions alone. kubectl apply --server-side -k manifests/crds\n'
    printf 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n'
    (cd "$root/manifests/crds" && printf -- '- %s\n' peerage.dev_*.yaml)
} >"$root/manifests/crds/Kustomization"
"$peerage" schema diff >"$root/manifests/schemas/diff.json"
"$peerage" schema markdown >"$root/docs/reference/resources.md"
"$peerage" schema metrics >"$root/docs/reference/metrics.md"
scripts/command-reference.sh "$peerage" >"$root/docs/reference/commands.md"
mkdir -p "$root/docs/gitops/argocd" "$root/docs/gitops/flux"
scripts/health/argocd-config.sh >"$root/docs/gitops/argocd/argocd-cm.yaml"
scripts/health/flux-config.sh >"$root/docs/gitops/flux/kustomization.yaml"
"$peerage" graph -f manifests/samples/topology -o svg >"$root/docs/topology.svg"
