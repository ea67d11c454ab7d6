"""Read a document into steps that can be walked, or refuse it before anything runs.

What the service would refuse is refused by the service's own words (``validation``); what this runner could
only do wrongly, because it would have to pass something over, by ``beyond``. The build judges by both.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from rulebook.automation import beyond, flow, outputs, references, validation
from rulebook.automation.language import keys, runtimes, system_variables
from rulebook.automation.language.actions import ACTIONS, LOOP, SCRIPT, Action
from rulebook.automation.validation import parameter_defaults, retired_runtimes
from rulebook.errors import DocumentError
from rulebook.finding import Finding
from rulebook.node import Node

# What the service takes no new document with, or refuses a start for: a document that is there can be run.
_RUN_ALL_THE_SAME = frozenset({parameter_defaults.CODE, retired_runtimes.CODE})


@dataclass(frozen=True)
class Output:
    """An output that a step declares."""

    name: str
    selector: str
    type: str


@dataclass(frozen=True)
class Step:
    """One step, its defaults filled in; what became of it is a StepExecution.

    Attributes:
        action: for example ``aws:sleep``.
        made: the names of the outputs that it has after it succeeded.
        next_step: where to go after it; None ends the execution.
        on_failure: where to go after a failure: ``Abort``, ``Continue`` or ``step:NAME``.
        on_cancel: the step to go to when it is cancelled, None for none.
        steps: the names of a loop's own steps, as written; empty for any other action.
    """

    name: str
    action: str
    inputs: Mapping[str, Any]
    outputs: tuple[Output, ...]
    made: frozenset[str]
    next_step: str | None
    is_end: bool
    on_failure: str
    on_cancel: str | None
    is_critical: bool
    max_attempts: int
    timeout_seconds: int
    steps: tuple[str, ...] = ()

    def after_failure(self) -> str | None:
        """Return the step to go to after a failure; None ends the execution."""
        if self.is_end or self.on_failure == "Abort":
            return None
        return self.next_step if self.on_failure == "Continue" else self.on_failure.removeprefix(keys.JUMP)


@dataclass(frozen=True)
class Plan:
    """A document that can be walked.

    Attributes:
        first: the step to begin with.
        steps: by name, in the order in which they are written, those of loops after the document's own.
        outputs: the document's outputs, each ``Step.Output``.
        names: everything that a reference may name.
        main: the names of the document's own steps.
        variables: what the document says of its variables, each by ``variable:NAME``.
        files: what the document says of its attachments, by name.
        open_defaults: defaults of parameters that hold references, by the parameter's name.
    """

    first: str
    steps: dict[str, Step]
    outputs: tuple[str, ...]
    names: frozenset[str]
    main: tuple[str, ...]
    variables: Mapping[str, Mapping[str, Any]]
    files: Mapping[str, Any]
    open_defaults: Mapping[str, Any]


def refusals_of_document(content: Any) -> list[Finding]:
    """Return everything for which the service would refuse a document, or fail it whatever its parameters.

    Args:
        content: a document as JSON data.
    """
    found = validation.validate(Node(content))
    return [finding for finding in found if finding.severity == "error"]


def limitations(content: Any) -> list[Finding]:
    """Return everything in a document without refusals that the service can do and this runner cannot."""
    return [replace(finding, check=beyond.CODE) for finding in beyond.find(Node(content))]


def plan_warnings(content: Any) -> list[Finding]:
    """Return what the service would refuse in a new document, and this runner runs all the same."""
    return [
        replace(finding, severity="warning", cure=f"it runs here with {runtimes.PYTHON}; {finding.cure}")
        for finding in refusals_of_document(content)
        if finding.check == retired_runtimes.CODE
    ]


def plan_document(document: Mapping[str, Any]) -> Plan:
    """Read a document.

    Raises:
        DocumentError: it cannot run; the line names the place, what is wrong and what to do.
    """
    refused = [
        finding for finding in refusals_of_document(document) if finding.check not in _RUN_ALL_THE_SAME
    ]
    for finding in refused or limitations(document):
        raise DocumentError(f"{finding.said}; {finding.cure}")
    root = Node(document)
    sequences = [tuple(sequence) for sequence in flow.sequences(root)]
    steps = [step for sequence in sequences for step in _sequence(sequence)]
    made = {f"{step.name}.{name}" for step in steps for name in step.made}
    variables = {f"{system_variables.VARIABLE}:{one.key}": one.value for one in root["variables"]}
    names = system_variables.NAMES | set(root["parameters"].names()) | made | set(variables)
    main = tuple(flow.name(step) for step in sequences[0])
    return Plan(
        main[0],
        {step.name: step for step in steps},
        tuple(document.get("outputs", ())),
        names,
        main,
        variables,
        document.get("files") or {},
        {
            one.key: one["default"].value
            for one in root["parameters"]
            if any(True for _ in references.references_in(one["default"]))
        },
    )


def _sequence(written: tuple[Node, ...]) -> list[Step]:
    following = [*(flow.name(step) for step in written[1:]), None]
    return [_step(step, after) for step, after in zip(written, following, strict=True)]


def assume_role(document: Mapping[str, Any], accepted: Mapping[str, Any]) -> str:
    """Return the ARN of the role that the document runs under; empty if it has none.

    Args:
        document: a built document.
        accepted: its parameters, as ``parameters.accept`` returned them.

    Raises:
        DocumentError: ``assumeRole`` refers to what is no parameter.
    """
    try:
        return str(references.resolve_references(document.get("assumeRole", ""), accepted.__getitem__))
    except KeyError as error:
        raise DocumentError(
            f"assumeRole: {{{{ {error.args[0]} }}}} is no parameter of the document"
        ) from error


def _step(step: Node, following: str | None) -> Step:
    action = ACTIONS[step["action"].text]
    is_end = flow.is_true(step["isEnd"])
    on_failure = step["onFailure"].text or "Abort"
    on_cancel = step["onCancel"].text or "Abort"
    return Step(
        name=flow.name(step),
        action=action.name,
        inputs=step["inputs"].value or {},
        outputs=tuple(
            Output(one["Name"].text, one["Selector"].text, one["Type"].text or "String")
            for one in step["outputs"]
        ),
        made=frozenset(outputs.made_here(step)),
        next_step=None if is_end else step["nextStep"].text or following,
        is_end=is_end,
        on_failure=on_failure,
        on_cancel=on_cancel.removeprefix(keys.JUMP) if on_cancel.startswith(keys.JUMP) else None,
        # "If the onFailure property is set to Continue in a step, the value is false by default", says
        # https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-actions.html
        is_critical=flow.is_true(step["isCritical"])
        if step["isCritical"].exists
        else on_failure != "Continue",
        max_attempts=_count(step["maxAttempts"], 1),
        timeout_seconds=_seconds(step["timeoutSeconds"], action),
        steps=tuple(flow.name(one) for one in step["inputs"]["Steps"]) if action.name == LOOP else (),
    )


def _seconds(node: Node, action: Action) -> int:
    """Return how long an attempt may take: AWS's own documents give all but scripts hours and days."""
    given = _count(node, action.max_seconds)
    return min(given, action.max_seconds) if action.name == SCRIPT else given


def _count(node: Node, default: int) -> int:
    """Return a number that may be written as text."""
    return int(node.value) if node.exists else default
