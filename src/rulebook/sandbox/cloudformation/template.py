"""Templates as CloudFormation reads them: from text to data, and what it refuses before it makes anything.

moto reads templates with a loader that makes any Python object and calls any function a YAML tag names; that
would run in the account's own process. The words are recorded (tests/sandbox/recorded) where that says so.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml
from moto.cloudformation import models, responses
from moto.cloudformation.exceptions import ValidationError

from rulebook.sandbox.extensions import while_running

# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resources-section-structure.html
_RESOURCE_KEYS = frozenset(
    {
        "Condition",
        "CreationPolicy",
        "DeletionPolicy",
        "DependsOn",
        "Metadata",
        "Properties",
        "Type",
        "UpdatePolicy",
        "UpdateReplacePolicy",
    }
)
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html: not supported.
ALIASES = "Template error: YAML aliases are not allowed in CloudFormation templates"
DEEPEST = 500  # Python recurses 1,000 levels, two for each
_LOGICAL_ID = re.compile(r"[a-zA-Z0-9]+")
_VARIABLE = re.compile(r"\$\{([^!}][^}]*)\}")  # of Fn::Sub


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # libyaml, if it is there
    """Texts, numbers, booleans, and intrinsics in their short form."""


def _intrinsic(loader: Any, name: str, node: Any) -> dict[str, Any]:
    """Return a short form as the whole one: ``!Sub x`` as ``{"Fn::Sub": "x"}``."""
    if isinstance(node, yaml.ScalarNode):
        value: Any = node.value.split(".", 1) if name == "GetAtt" else node.value
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    return {name if name in {"Ref", "Condition"} else f"Fn::{name}": value}


_Loader.add_multi_constructor("!", _intrinsic)
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


class SafeYaml:
    """What moto's modules for CloudFormation find under the name of the YAML library."""

    Loader = _Loader

    @staticmethod
    def load(text: str | bytes, Loader: Any = None) -> Any:  # noqa: ARG004, N803 - the library's signature
        """Read a template.

        Raises:
            ValidationError: it is neither JSON nor YAML, or names what is not made of text.
        """
        return read_template(text)

    @staticmethod
    def add_multi_constructor(*_: Any) -> None:
        """Leave every other loader of the process alone."""


def read_template(text: str | bytes) -> Any:
    """Return a template's data; raises ValidationError in CloudFormation's words if it has none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pass  # YAML, then
    try:
        _demand_plain(text)
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - made of the safe one
    except yaml.MarkedYAMLError as error:
        at = error.problem_mark
        place = f" (line {at.line + 1}, column {at.column + 1})" if at else ""
    except (yaml.YAMLError, ValueError, RecursionError):
        place = ""
    raise ValidationError(message=f"Template format error: YAML not well-formed.{place}")


def _demand_plain(text: str | bytes) -> None:
    """Refuse aliases, and depth: libyaml composes in C, which ends the process where Python would raise."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.AliasEvent):
            raise ValidationError(message=ALIASES)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise RecursionError


def template_refusal(template: Any) -> str | None:
    """Return why CloudFormation takes no such template, None if it does."""
    if not isinstance(template, dict):
        return "Template format error: unsupported structure."
    return next(_wrong(template), None)


def _wrong(template: Mapping[str, Any]) -> Iterator[str]:
    resources = template.get("Resources")
    if not isinstance(resources, dict) or not resources:
        yield "Template format error: At least one Resources member must be defined."
        return
    for section, kind in (("Parameters", "Parameter"), ("Resources", "Resource")):
        for name in template.get(section) or {}:
            if not _LOGICAL_ID.fullmatch(str(name)):
                yield f"Template format error: {kind} name {name} is non alphanumeric."
    for name, resource in resources.items():
        yield from _wrong_resource(str(name), resource)
    for name, output in (template.get("Outputs") or {}).items():
        yield from _wrong_output(str(name), output)
    known = {*resources, *(template.get("Parameters") or {})}
    for section in ("Resources", "Outputs"):
        names = {name for name in template_references(template.get(section)) if "::" not in name}
        if unknown := ", ".join(sorted(names - known)):
            yield (
                f"Template format error: Unresolved resource dependencies [{unknown}] in the {section} "
                "block of the template"
            )


def _wrong_resource(name: str, resource: Any) -> Iterator[str]:
    if not isinstance(resource, dict):
        yield "Template format error: Any Resources member must be an object."
    elif "Type" not in resource:
        yield f"Template format error: [/Resources/{name}] Every Resources object must contain a Type member."
    elif unknown := [key for key in resource if key not in _RESOURCE_KEYS]:
        yield f"Invalid template resource property '{unknown[0]}'"


def _wrong_output(name: str, output: Any) -> Iterator[str]:
    if output is None or (isinstance(output, dict) and output.get("Value", output) is None):
        yield f"[/Outputs/{name}/Value] 'null' values are not allowed in templates"
    elif not isinstance(output, dict) or "Value" not in output:
        yield "Template format error: Every Outputs member must contain a Value object"


def template_references(element: Any) -> set[str]:
    """Return what Ref, Fn::GetAtt, Fn::Sub and DependsOn name within a part of a template."""
    if isinstance(element, list):
        return {name for one in element for name in template_references(one)}
    if not isinstance(element, dict):
        return set()
    direct = {element["Ref"]} if isinstance(element.get("Ref"), str) else set()
    attribute = element.get("Fn::GetAtt")
    if attribute:
        direct.add(attribute.partition(".")[0] if isinstance(attribute, str) else attribute[0])
    sub = element.get("Fn::Sub")
    if sub:
        text, own = (sub, {}) if isinstance(sub, str) else (sub[0], sub[1] if len(sub) > 1 else {})
        direct |= {name.partition(".")[0] for name in _VARIABLE.findall(text)} - set(own)
    waits = element.get("DependsOn", [])
    direct |= {waits} if isinstance(waits, str) else set(waits)
    return direct | {name for one in element.values() for name in template_references(one)}


for _module in (models, responses):
    while_running(_module, "yaml", SafeYaml)
