"""Evaluates the CEL in the CRDs and in Flux's health expressions, with cel-python, against cases that say what comes out."""

import json
import sys
from pathlib import Path

import celpy
import yaml

# https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/ "Escaping"
RESERVED = {
    "true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if", "import",
    "let", "loop", "package", "namespace", "return", "var", "void", "while",
}
environment = celpy.Environment()
programs = {}


def escaped(value):
    """The value with its keys as CEL spells them."""
    if isinstance(value, dict):
        return {f"__{key}__" if key in RESERVED else key: escaped(inner) for key, inner in value.items()}
    return [escaped(inner) for inner in value] if isinstance(value, list) else value


def evaluate(expression, **variables):
    if expression not in programs:
        programs[expression] = environment.program(environment.compile(expression))
    return bool(programs[expression].evaluate({key: celpy.json_to_cel(value) for key, value in variables.items()}))


def broken(schema, new, old, has_old):
    """The messages of the rules that a value breaks, as an API server would collect them."""
    messages = []
    for rule in schema.get("x-kubernetes-validations", []):
        if "oldSelf" not in rule["rule"]:
            holds = evaluate(rule["rule"], self=escaped(new))
        else:
            holds = not has_old or evaluate(rule["rule"], self=escaped(new), oldSelf=escaped(old))
        if not holds:
            messages.append(rule["message"])
    if isinstance(new, dict):
        before = old if isinstance(old, dict) else {}
        for key, inner in new.items():
            part = schema.get("properties", {}).get(key) or schema.get("additionalProperties")
            if part:
                messages += broken(part, inner, before.get(key), key in before)
    elif isinstance(new, list):
        for inner in new:
            messages += broken(schema.get("items", {}), inner, None, False)
    return messages


def rules_of(schema):
    own = [rule["rule"] for rule in schema.get("x-kubernetes-validations", [])]
    parts = list(schema.get("properties", {}).values())
    parts += [schema[key] for key in ("items", "additionalProperties") if isinstance(schema.get(key), dict)]
    return own + [rule for part in parts for rule in rules_of(part)]


def check_definitions(folder, cases):
    problems, count, rules = [], 0, 0
    schemas = {}
    for path in sorted(Path(folder).glob("peerage.dev_*.yaml")):
        definition = yaml.safe_load(path.read_text())
        kind = definition["spec"]["names"]["kind"]
        schemas[kind] = definition["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
        for rule in rules_of(schemas[kind]):
            rules += 1
            environment.compile(rule)
    for group in yaml.safe_load(Path(cases).read_text()):
        for case in group["cases"]:
            count += 1
            new, old = (
                {"metadata": {"name": "sample"}, "spec": case[key]} if key in case else None for key in ("new", "old")
            )
            found = sorted(broken(schemas[group["kind"]], new, old, old is not None))
            if found != sorted(case.get("refused", [])):
                problems.append(f"{group['kind']} {case}: found {found}")
    return problems, f"{rules} CEL rules of the CRDs parse, and judge {count} cases as they should"


def check_flux(path, samples):
    problems, count = [], 0
    for check in yaml.safe_load(Path(path).read_text())["spec"]["healthCheckExprs"]:
        for sample in json.loads(Path(samples).read_text()):
            if sample["flux"] is None:
                continue
            count += 1
            variables = {"status": {}, **sample["object"]}
            found = "inProgress"
            # In this order; what cannot be evaluated is waited for.
            for name in ("inProgress", "failed", "current"):
                try:
                    holds = evaluate(check[name], **variables)
                except celpy.CELEvalError:
                    holds = name == "inProgress"
                if holds:
                    found = name
                    break
            if found != sample["flux"]:
                problems.append(f"flux: {check['kind']}: what is {sample['name']} is {found}, not {sample['flux']}")
    return problems, f"Flux's expressions judge {count} samples as they should"


failed = False
for problems, summary in (
    check_definitions("manifests/crds", "scripts/health/cel-cases.yaml"),
    check_flux("docs/gitops/flux/kustomization.yaml", "scripts/health/samples.json"),
):
    failed = failed or bool(problems)
    print("\n".join(f"check-cel: {line}" for line in problems or [summary]), file=sys.stderr if problems else sys.stdout)
sys.exit(failed)
