"""Change sets as AWS has them, where moto makes a stack for each and executes whatever it finds.

What AWS answered stands in localstack/localstack,
tests/aws/services/cloudformation/api/test_changesets.snapshot.json (recorded 2022-08-10, 2023-11-22,
2025-09-11): a stack that is there is not created again; CreateStack takes over one under review, and its
change sets are obsolete then; a change set that is not there is a ChangeSetNotFound, one in the wrong state
an InvalidChangeSetStatus. That further ones join a stack under review is documented for CreateChangeSet.
"""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from moto.cloudformation.exceptions import CloudFormationError, ValidationError
from moto.cloudformation.models import ChangeSet, CloudFormationBackend, Stack
from moto.cloudformation.models import Event as StackEvent
from moto.cloudformation.parsing import ResourceMap

from rulebook.sandbox.extensions import while_running

UNDER_REVIEW = "REVIEW_IN_PROGRESS"
OBSOLETE = "OBSOLETE"
GONE = {"InvalidDocument", "NoSuchEntity"}  # what a service says of a document or a role that is not there

_create = CloudFormationBackend.create_change_set
_create_stack = CloudFormationBackend.create_stack
_delete_stack = CloudFormationBackend.delete_stack
_delete_resource = ResourceMap._delete_resource  # noqa: SLF001 - moto has no other way


class ChangeSetNotFound(CloudFormationError):  # type: ignore[misc]  # moto is untyped
    """There is no such change set (any more)."""

    code = "ChangeSetNotFound"
    status_code = HTTPStatus.NOT_FOUND

    def __init__(self, name: str) -> None:
        super().__init__(f"ChangeSet [{name}] does not exist")


class InvalidChangeSetStatus(CloudFormationError):  # type: ignore[misc]  # moto is untyped
    """The change set is in no state for this."""

    code = "InvalidChangeSetStatus"


def create_change_set(backend: CloudFormationBackend, **given: Any) -> Any:
    """Plan a change; a change set that would create a stack joins the one that is under review already."""
    there = _stack(backend, given["stack_name"])
    if given["change_set_type"] == "UPDATE":
        return _create(backend, **given)
    if there is not None and there.status != UNDER_REVIEW:
        raise ValidationError(
            message=f"Stack [{there.name}] already exists and cannot be created again with the changeSet "
            f"[{given['change_set_name']}]."
        )
    made, _ = _create(backend, **given)
    change_set = backend.change_sets[made]
    if there is not None:  # moto has made a second stack of that name
        del backend.stacks[change_set.stack_id]
        change_set.stack, change_set.stack_id = there, there.stack_id
    return made, change_set.stack_id


def describe_change_set(backend: CloudFormationBackend, change_set_name: str) -> ChangeSet:
    """Return a change set, by its ARN or its name."""
    if change_set_name in backend.change_sets:
        return backend.change_sets[change_set_name]
    for one in backend.change_sets.values():
        if one.change_set_name == change_set_name:
            return one
    raise ChangeSetNotFound(change_set_name)


def delete_change_set(backend: CloudFormationBackend, change_set_name: str) -> None:
    """Delete a change set; its stack stays, even if it is empty."""
    del backend.change_sets[describe_change_set(backend, change_set_name).change_set_id]


def execute_change_set(
    backend: CloudFormationBackend,
    change_set_name: str,
    stack_name: str | None = None,  # noqa: ARG001 - moto's signature
) -> None:
    """Do what a change set says, as the call that creates or updates the stack would."""
    found = describe_change_set(backend, change_set_name)
    if found.execution_status != "AVAILABLE":
        status = found.status if found.status == "FAILED" else found.execution_status
        raise InvalidChangeSetStatus(
            f"ChangeSet [{found.change_set_id}] cannot be executed in its current status of [{status}]"
        )
    stack = found.stack
    found.execution_status = "EXECUTE_IN_PROGRESS"
    if found.change_set_type == "UPDATE":
        stack.update(found.template, found.role_arn, found.parameters, found.tags)
    else:
        _created(stack, found)
    done = stack.status in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}
    found.execution_status = "EXECUTE_COMPLETE" if done else "EXECUTE_FAILED"
    _outdate(backend, stack.stack_id)


def create_stack(backend: CloudFormationBackend, name: str, *given: Any, **named: Any) -> Stack:
    """Create a stack; one under review becomes it, and its change sets obsolete."""
    reviewed = _stack(backend, name)
    if reviewed is None or reviewed.status != UNDER_REVIEW:
        return _create_stack(backend, name, *given, **named)
    del backend.stacks[reviewed.stack_id]
    made = _create_stack(backend, name, *given, **named)
    backend.stacks[reviewed.stack_id] = backend.stacks.pop(made.stack_id)
    made.stack_id = reviewed.stack_id
    _outdate(backend, made.stack_id)
    return made


def delete_stack(backend: CloudFormationBackend, name_or_stack_id: str) -> None:
    """Delete a stack with its change sets; one whose resource cannot be deleted stays, and says which."""
    for stack in [one for one in backend.stacks.values() if name_or_stack_id in {one.stack_id, one.name}]:
        try:
            _delete_stack(backend, stack.stack_id)
        except Exception as refusal:  # noqa: BLE001 - moto raises whatever the service answered
            backend.stacks[stack.stack_id] = stack
            _delete_failed(stack, refusal)
        else:
            for one in _of_stack(backend, stack.stack_id):
                del backend.change_sets[one.change_set_id]


def delete_resource(resources: ResourceMap, resource: Any, definition: Any) -> None:
    """Delete a resource; one that somebody deleted by hand is deleted already.

    https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-test-contract.html
    """
    try:
        _delete_resource(resources, resource, definition)
    except Exception as refusal:
        cause = refusal.__cause__ or refusal
        if not GONE & {getattr(cause, "error_type", None), getattr(cause, "code", None)}:
            raise


def _stack(backend: CloudFormationBackend, name_or_id: str) -> Stack | None:
    return next((one for one in backend.stacks.values() if name_or_id in {one.name, one.stack_id}), None)


def _of_stack(backend: CloudFormationBackend, stack_id: str) -> list[ChangeSet]:
    return [one for one in backend.change_sets.values() if one.stack_id == stack_id]


def _outdate(backend: CloudFormationBackend, stack_id: str) -> None:
    for one in _of_stack(backend, stack_id):
        if one.execution_status == "AVAILABLE":
            one.execution_status = OBSOLETE


def _created(stack: Stack, change_set: ChangeSet) -> None:
    """Let an empty stack become what the change set says."""
    stack.template, stack.parameters = change_set.template, change_set.parameters
    stack._parse_template()  # noqa: SLF001 - moto has no other way
    stack.resource_map = stack._create_resource_map()  # noqa: SLF001
    stack._add_stack_event("CREATE_IN_PROGRESS", resource_status_reason="User Initiated")  # noqa: SLF001
    stack.create_resources()
    if stack.status == "CREATE_COMPLETE":  # outputs of one rolled back would make its resources anew
        stack.output_map = stack._create_output_map()  # noqa: SLF001


def _delete_failed(stack: Stack, refusal: Exception) -> None:
    kept = [name for name in stack.resource_map.resources if name in stack.resource_map._parsed_resources]  # noqa: SLF001
    reason = str(getattr(refusal, "message", None) or getattr(refusal, "description", None) or refusal)
    for event in _failures(stack, kept, reason):
        stack.events.append(event)
    stack.status = "DELETE_FAILED"
    stack._add_stack_event("DELETE_FAILED", f"The following resource(s) failed to delete: {kept}. ")  # noqa: SLF001


def _failures(stack: Stack, kept: list[str], reason: str) -> Iterator[StackEvent]:
    for name in kept:
        yield StackEvent(
            stack_id=stack.stack_id,
            stack_name=stack.name,
            logical_resource_id=name,
            physical_resource_id=name,
            resource_type=stack.template_dict["Resources"][name]["Type"],
            resource_status="DELETE_FAILED",
            resource_status_reason=reason,
            resource_properties=None,
        )


for _ours in (
    create_change_set,
    create_stack,
    delete_change_set,
    delete_stack,
    describe_change_set,
    execute_change_set,
):
    while_running(CloudFormationBackend, _ours.__name__, _ours)
while_running(ResourceMap, "_delete_resource", delete_resource)
