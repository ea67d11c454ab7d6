"""Read a built document into steps that can be walked, or refuse it before anything runs.

``rulebook build`` checks more, and file by file; here is what the service would refuse, or what this runner
could only do wrongly: an action, a property or a reference that it does not know is never passed over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rulebook.automation import references, value_types
from rulebook.automation.actions import ACTIONS
from rulebook.automation.actions.base import Action
from rulebook.automation.shape import check_document, check_step
from rulebook.errors import DocumentError

_JUMP = "step:"


@dataclass(frozen=True)
class Output:
    """An output that a step declares."""

    name: str
    selector: str
    type: str


@dataclass(frozen=True)
class Step:
    """One step, its defaults filled in.

    Attributes:
        next_step: where to go after it; None ends the execution.
        on_failure: where to go after a failure: ``Abort``, ``Continue`` or ``step:NAME``.
        on_cancel: the step to go to when it is cancelled, None for none.
    """

    name: str
    action: Action
    inputs: Mapping[str, Any]
    outputs: tuple[Output, ...]
    next_step: str | None
    is_end: bool
    on_failure: str
    on_cancel: str | None
    is_critical: bool
    max_attempts: int
    timeout_seconds: int

    def after_failure(self) -> str | None:
        """Return the step to go to after a failure; None ends the execution."""
        if self.is_end or self.on_failure == "Abort":
            return None
        return self.next_step if self.on_failure == "Continue" else self.on_failure.removeprefix(_JUMP)


@dataclass(frozen=True)
class Plan:
    """A document that can be walked.

    Attributes:
        first: the step to begin with.
        steps: by name.
        outputs: the document's outputs, each ``Step.Output``.
    """

    first: str
    steps: dict[str, Step]
    outputs: tuple[str, ...]


def plan(document: Mapping[str, Any]) -> Plan:
    """Read a document.

    Raises:
        DocumentError: it cannot run; the line names the place and what is wrong.
    """
    check_document(document)
    entries = document["mainSteps"]
    for index, entry in enumerate(entries):
        check_step(f"mainSteps[{index}]", entry)
    names = [entry["name"] for entry in entries]
    if len(set(names)) < len(names):
        raise DocumentError(
            f"mainSteps: {next(name for name in names if names.count(name) > 1)} is the name of two steps"
        )
    following = [*names[1:], None]
    steps = {entry["name"]: _step(entry, after) for entry, after in zip(entries, following, strict=True)}
    _check_targets(steps)
    _check_references(document, steps)
    return Plan(names[0], steps, tuple(document.get("outputs", ())))


def assume_role(document: Mapping[str, Any], accepted: Mapping[str, Any]) -> str:
    """Return the ARN of the role that the document runs under; empty if it has none.

    Args:
        document: a built document.
        accepted: its parameters, as ``parameters.accept`` returned them.

    Raises:
        DocumentError: ``assumeRole`` refers to what is no parameter.
    """
    try:
        return str(references.resolve(document.get("assumeRole", ""), accepted.__getitem__))
    except KeyError as error:
        raise DocumentError(
            f"assumeRole: {{{{ {error.args[0]} }}}} is no parameter of the document"
        ) from error


def _step(entry: Mapping[str, Any], following: str | None) -> Step:
    action = ACTIONS[entry["action"]]
    is_end = entry.get("isEnd", False)
    on_failure = entry.get("onFailure", "Abort")
    on_cancel = entry.get("onCancel", "Abort")
    outputs = tuple(
        Output(one["Name"], one["Selector"], str(value_types.kind(one.get("Type", "String"))))
        for one in entry.get("outputs", ())
    )
    return Step(
        name=entry["name"],
        action=action,
        inputs=entry.get("inputs", {}),
        outputs=outputs,
        next_step=None if is_end else entry.get("nextStep", following),
        is_end=is_end,
        on_failure=on_failure,
        on_cancel=None if on_cancel == "Abort" else on_cancel.removeprefix(_JUMP),
        # "If the onFailure property is set to Continue in a step, the value is false by default", says
        # https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-actions.html
        is_critical=entry.get("isCritical", on_failure != "Continue"),
        max_attempts=entry.get("maxAttempts", 1),
        timeout_seconds=min(entry.get("timeoutSeconds", action.max_seconds), action.max_seconds),
    )


def _check_targets(steps: Mapping[str, Step]) -> None:
    for step in steps.values():
        if step.on_failure not in ("Abort", "Continue") and not step.on_failure.startswith(_JUMP):
            raise DocumentError(
                f"{step.name}.onFailure: {step.on_failure!r} is none of Abort, Continue and step:NAME"
            )
        goes_to = {
            "nextStep": step.next_step,
            "onFailure": step.on_failure.partition(_JUMP)[2] or None,
            "onCancel": step.on_cancel,
        }
        targets = [(key, name) for key, name in goes_to.items() if name is not None]
        targets += [("inputs", name) for name in step.action.targets(step.inputs)]
        for key, name in targets:
            if name not in steps:
                raise DocumentError(f"{step.name}.{key}: there is no step {name!r}")


def _check_references(document: Mapping[str, Any], steps: Mapping[str, Step]) -> None:
    outputs = {f"{step.name}.{name}" for step in steps.values() for name in output_names(step)}
    known = references.SYSTEM_NAMES | set(document.get("parameters", {})) | outputs
    places = [(f"{step.name}.inputs", step.inputs) for step in steps.values()]
    for place, value in [*places, ("assumeRole", document.get("assumeRole", ""))]:
        for name in references.names(value):
            if name not in known:
                raise DocumentError(
                    f"{place}: {{{{ {name} }}}} is neither a parameter nor an output of a step"
                )
    for name in document.get("outputs", ()):
        if name not in outputs:
            raise DocumentError(f"outputs: {name!r} is not an output that a step has")


def output_names(step: Step) -> set[str]:
    """Return every output that may be referred to; ``Payload`` only where none is declared."""
    declared = {output.name for output in step.outputs}
    return declared | (step.action.default_outputs - ({"Payload"} if declared else set()))
