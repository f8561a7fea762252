#!/usr/bin/env bash
# Checks that the health rules under docs/gitops say of sample objects what they should.
set -euo pipefail
cd "$(dirname "$0")/.."
failed=0
samples=$(mktemp)
trap 'rm -f "$samples"' EXIT
fail() {
    echo "check-health: $*" >&2
    failed=1
}
scripts/health/argocd-config.sh | cmp -s - docs/gitops/argocd/argocd-cm.yaml ||
    fail "docs/gitops/argocd/argocd-cm.yaml is not what its Lua says: run \`make generated\`"
scripts/health/flux-config.sh | cmp -s - docs/gitops/flux/kustomization.yaml ||
    fail "docs/gitops/flux/kustomization.yaml is old: run \`make generated\`"

# Argo CD: its Lua is run with each sample as `obj`.
python3 - scripts/health/samples.json >"$samples" <<'END'
import json, sys

def lua(value):
    if value is None: return "nil"
    if isinstance(value, bool): return str(value).lower()
    if isinstance(value, (int, float)): return str(value)
    if isinstance(value, str): return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list): return "{" + ", ".join(map(lua, value)) + "}"
    return "{" + ", ".join("[%s] = %s" % (lua(k), lua(v)) for k, v in value.items()) + "}"

print("return " + lua([{**s, "flux": ""} for s in json.load(open(sys.argv[1]))]))
END
lua5.3 - "$samples" <<'END' || fail "docs/gitops/argocd: see above"
local failed, samples = false, dofile(arg[1])
for _, sample in ipairs(samples) do
  local health = assert(loadfile("docs/gitops/argocd/health.lua", "t", setmetatable({ obj = sample.object }, { __index = _G })))()
  if health.status ~= sample.argo then
    io.stderr:write(("argocd: what is %s is %s, not %s\n"):format(sample.name, health.status, sample.argo))
    failed = true
  end
  assert(type(health.message) == "string" and #health.message > 0, "no message for what is " .. sample.name)
end
local asked = assert(loadfile("docs/gitops/argocd/reconcile.lua", "t", setmetatable({ obj = { metadata = {} } }, { __index = _G })))()
assert(asked.metadata.annotations["peerage.dev/reconcile-requested-at"]:match("^%d+%-%d%d%-%d%dT[%d:]+Z$"), "no time was asked for")
os.exit(not failed)
END
[ "$failed" = 0 ] && echo "check-health: Argo CD's script judges $(grep -c '"argo"' scripts/health/samples.json) samples as it should"
exit "$failed"
