"""Stacks that fail as on AWS: the call succeeds, the stack rolls back, and its events say why."""

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Any

from moto.cloudformation import parsing
from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.models import Event, Stack, cloudformation_backends
from moto.cloudformation.parsing import OutputMap, ResourceMap
from moto.core.exceptions import ServiceException
from werkzeug.exceptions import HTTPException

from rulebook.sandbox.cloudformation.resource import ResourceRefused
from rulebook.sandbox.cloudformation.template import template_references
from rulebook.sandbox.extensions import while_running

# What a service says of a resource; the template's own faults are CloudFormation's, and refuse the call.
_REFUSALS = (ResourceRefused, ServiceException, HTTPException)

_create_resources = Stack.create_resources
_update = Stack.update
_diff = ResourceMap.build_resource_diff
_create_resource = parsing.parse_and_create_resource
_update_resource = parsing.parse_and_update_resource


@dataclass(frozen=True)
class _Replacement:
    """A resource that stands beside the one it replaces until the update is complete."""

    old: Any
    new: Any
    delete: Any


_replaced: ContextVar[list[_Replacement]] = ContextVar("replaced")


def replace(old: Any, new: Any, template: Any, account_id: str, region: str) -> None:
    """Note a replacement: the old resource goes when the update is complete, the new one if it fails."""

    def delete(resource: Any) -> None:
        new.delete_from_cloudformation_json(resource.physical_resource_id, template, account_id, region)

    _replaced.get().append(_Replacement(old, new, delete))


@contextmanager
def _named(logical_id: str) -> Iterator[None]:
    """Let a refusal know which resource it is about."""
    try:
        yield
    except Exception as refusal:
        vars(refusal).setdefault("logical_id", logical_id)
        raise


def create_resource(logical_id: str, *given: Any, **named: Any) -> Any:
    """Create one resource as moto does."""
    with _named(logical_id):
        return _create_resource(logical_id, *given, **named)


def update_resource(logical_id: str, *given: Any, **named: Any) -> Any:
    """Update one resource as moto does."""
    with _named(logical_id):
        return _update_resource(logical_id, *given, **named)


def create_resources(stack: Stack) -> None:
    """Create what a stack holds, or delete all of it again."""
    try:
        _create_resources(stack)
    except ValidationError:
        raise
    except Exception as refusal:  # noqa: BLE001 - moto stumbles over properties that a service would refuse
        _failed(stack, "CREATE", refusal)
        stack._add_stack_event("ROLLBACK_IN_PROGRESS")  # noqa: SLF001 - moto has no other way
        with suppress(Exception):  # what was never made cannot be deleted
            stack.resource_map.delete()
        _emptied(stack)
        _settle(stack, "ROLLBACK_COMPLETE")


def _emptied(stack: Stack) -> None:
    """Let a stack forget what it held: moto makes a resource anew when an output asks for it."""
    stack.resource_map._resource_json_map = {}  # noqa: SLF001 - moto has no other way
    stack.output_map = OutputMap(stack.resource_map, {}, stack.stack_id)
    exports = cloudformation_backends[stack.account_id][stack.region_name].exports
    for name in [name for name, one in exports.items() if one.exporting_stack_id == stack.stack_id]:
        del exports[name]


def update(
    stack: Stack, template: str, role_arn: Any = None, parameters: Any = None, tags: Any = None
) -> None:
    """Update a stack, or put everything back."""
    if stack.status == "ROLLBACK_COMPLETE":
        raise ValidationError(
            message=f"Stack:{stack.stack_id} is in ROLLBACK_COMPLETE state and can not be updated."
        )
    before = stack.template, dict(stack.resource_map.input_parameters)
    replaced: list[_Replacement] = []
    token = _replaced.set(replaced)
    try:
        _update(stack, template, role_arn, parameters, tags)
        for one in replaced:
            one.delete(one.old)
    except _REFUSALS as refusal:
        if isinstance(refusal, ValidationError):
            raise
        _failed(stack, "UPDATE", refusal)
        stack._add_stack_event("UPDATE_ROLLBACK_IN_PROGRESS")  # noqa: SLF001 - moto has no other way
        _put_back(stack, *before, replaced)
        _settle(stack, "UPDATE_ROLLBACK_COMPLETE")
    finally:
        _replaced.reset(token)


def _put_back(stack: Stack, template: Any, parameters: dict[str, Any], replaced: list[_Replacement]) -> None:
    made = stack.resource_map._parsed_resources  # noqa: SLF001 - moto has no other way
    for one in replaced:
        made[one.new.logical_resource_id] = one.old
    stack.template = template
    stack._parse_template()  # noqa: SLF001 - moto has no other way
    with warnings.catch_warnings(action="ignore"):  # what was never created cannot be deleted
        stack.resource_map.update(stack.template_dict, parameters)
    stack.output_map = stack._create_output_map()  # noqa: SLF001 - moto has no other way
    for one in replaced:
        one.delete(one.new)


def _failed(stack: Stack, action: str, refusal: Exception) -> None:
    logical_id = getattr(refusal, "logical_id", stack.name)
    resource = stack.template_dict["Resources"].get(logical_id, {})
    reason = str(getattr(refusal, "message", None) or getattr(refusal, "description", None) or refusal)
    stack.events.append(
        Event(
            stack_id=stack.stack_id,
            stack_name=stack.name,
            logical_resource_id=logical_id,
            physical_resource_id="",
            resource_type=resource.get("Type", "AWS::CloudFormation::Stack"),
            resource_status=f"{action}_FAILED",
            resource_status_reason=reason,
            resource_properties=None,
        )
    )


def _settle(stack: Stack, status: str) -> None:
    stack.status = status
    stack._add_stack_event(status)  # noqa: SLF001 - moto has no other way


def build_resource_diff(resources: ResourceMap, template: Mapping[str, Any], parameters: Any = None) -> Any:
    """Return what an update adds, changes and removes; moto forgets what refers to something changed."""
    found = _diff(resources, template, parameters)
    new = template["Resources"]
    needs = {name: template_references(one) & new.keys() for name, one in new.items()}
    changed: list[str] = []
    for name in TopologicalSorter(needs).static_order():
        if name in found["Modify"] or (name not in found["Add"] and needs[name] & set(changed)):
            changed.append(name)
    return found | {"Modify": changed}


while_running(Stack, "create_resources", create_resources)
while_running(Stack, "update", update)
while_running(ResourceMap, "build_resource_diff", build_resource_diff)
while_running(parsing, "parse_and_create_resource", create_resource)
while_running(parsing, "parse_and_update_resource", update_resource)
