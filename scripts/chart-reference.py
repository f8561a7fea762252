"""Prints charts/peerage/README.md: what each value means, from values.schema.json, and its default, from values.yaml.

The defaults come as JSON on standard input (`render-chart defaults charts/peerage`).
"""

import json
import sys

schema = json.load(open("charts/peerage/values.schema.json"))
defaults = json.load(sys.stdin)


def rows(properties, values, path=""):
    for name, schema in properties.items():
        if f"{path}{name}" == "global":
            continue
        value = values.get(name) if isinstance(values, dict) else None
        if schema.get("properties") and isinstance(value, dict):
            # One line for probes and the like, whose fields are those of Kubernetes.
            if name.endswith("Probe"):
                yield f"{path}{name}", schema["description"], value
            else:
                yield from rows(schema["properties"], value, f"{path}{name}.")
        else:
            yield f"{path}{name}", schema["description"], value


print(
    """# The chart

Made from `values.schema.json` and `values.yaml` by `make chart-reference`. [docs/deploy.md](../../docs/deploy.md) says how to
install, upgrade and uninstall; sets of values that are checked, to begin from, are in [`ci/`](ci).

| value | what it is | default |
|---|---|---|"""
)
for path, description, value in rows(schema["properties"], defaults):
    default = "" if value is None else f"`{json.dumps(value, ensure_ascii=False)}`"
    print(f"| `{path}` | {description} | {default} |")
