#!/usr/bin/env bash
# Prints docs/gitops/argocd/argocd-cm.yaml: health and actions of each kind in manifests/crds.
set -euo pipefail
cd "$(dirname "$0")/../.."
cat <<'END'
# Made by scripts/health/argocd-config.sh from health.lua and reconcile.lua. Merge it into Argo CD's own ConfigMap:
#
#   kubectl patch configmap argocd-cm --namespace argocd --type merge --patch-file argocd-cm.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: argocd-cm
  namespace: argocd
  labels:
    app.kubernetes.io/name: argocd-cm
    app.kubernetes.io/part-of: argocd
data:
END
for kind in $(sed -n 's/^    kind: \(.*\)$/\1/p' manifests/crds/peerage.dev_*.yaml); do
    echo "  resource.customizations.health.peerage.dev_$kind: |"
    sed 's/^\(.\)/    \1/' docs/gitops/argocd/health.lua
    echo "  resource.customizations.actions.peerage.dev_$kind: |"
    echo "    discovery.lua: |"
    echo "      return {[\"reconcile\"] = {[\"disabled\"] = false}}"
    echo "    definitions:"
    echo "    - name: reconcile"
    echo "      action.lua: |"
    sed 's/^\(.\)/        \1/' docs/gitops/argocd/reconcile.lua
done
