#!/usr/bin/env bash
# Prints docs/gitops/flux/kustomization.yaml: health expressions of each kind in manifests/crds.
set -euo pipefail
cd "$(dirname "$0")/../.."
cat <<'END'
# Made by scripts/health/flux-config.sh. The part to take over is healthCheckExprs (Flux 2.5 and newer): a Kustomization
# with `wait: true` is ready when every resource is, and says at once when one of them waits for a person.
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: fleet
  namespace: flux-system
spec:
  interval: 10m
  timeout: 5m
  prune: true
  wait: true
  path: ./fleet
  sourceRef:
    kind: GitRepository
    name: fleet
  healthCheckExprs:
END
for kind in $(sed -n 's/^    kind: \(.*\)$/\1/p' manifests/crds/peerage.dev_*.yaml); do
    cat <<END
  - apiVersion: peerage.dev/v1alpha1
    kind: $kind
    # The controller has not seen the newest spec yet, or is at it.
    inProgress: >-
      !has(status.observedGeneration) || status.observedGeneration != metadata.generation ||
      status.conditions.exists(c, c.type == 'Reconciling' && c.status == 'True')
    # Nothing happens until a person acts.
    failed: >-
      status.conditions.exists(c, c.type == 'Stalled' && c.status == 'True') ||
      (status.conditions.exists(c, c.type == 'Ready' && c.status == 'False') &&
      !status.conditions.exists(c, c.type == 'Reconciling' && c.status == 'True'))
    # What is suspended on purpose is not waited for.
    current: >-
      status.conditions.exists(c, c.type == 'Ready' && c.status == 'True') ||
      (has(spec.suspend) && spec.suspend)
END
done
