"""What a runbook would do: the built document, run from here behind the read-only guard.

Whether the document honours ``DryRun`` is not relied on: nothing but reads leaves this machine.
"""

import json
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import boto3

from rulebook.automation import AutomationExecution, StepExecution, run_document
from rulebook.automation.guard import ReadOnlyGuard, Refusal
from rulebook.errors import ConfigurationError, RulebookError
from rulebook.operating.script_lines import as_written
from rulebook.project import DocumentFolder

AT_ONCE = 4  # each is a process of its own that mostly waits for AWS
WOULD_CALL = "WouldCall"  # the outcome of a document without DryRun whose first write was refused
NO_WRITE = "NoWrite"  # and of one that came to its end without a write
REFUSED = "Refused"  # of a document that writes in its dry run
# What a dry run may end with: what would be done, or why nothing needs to be.
_DRY = re.compile(
    r"Would[A-Z]\w*|Nothing[A-Z]\w*|Not[A-Z]\w*|NoWrite|Already[A-Z]\w*|\w+NotFound|Exempt|Skipped"
)


class PreviewFailed(RulebookError):
    """A dry run failed; the message says for which resource and why."""


@dataclass(frozen=True)
class Preview:
    """What the runbook would do to one resource.

    Attributes:
        resource_id: Config's id of it.
        outcome: the document's own word, for example ``WouldDelete`` or ``NothingToDo``.
        message: the document's sentence.
        changes: one flat mapping a change it would make, as the document's acting step lists them.
        wrong: why this is no dry run's answer, as a sentence; empty if it is one.
    """

    resource_id: str
    outcome: str
    message: str
    changes: tuple[dict[str, Any], ...]
    wrong: str = ""

    @property
    def acts(self) -> bool:
        """Whether it would change anything."""
        return self.outcome.startswith("Would") or bool(self.changes) or self.outcome == REFUSED

    def as_json(self) -> dict[str, Any]:
        """Return it with stable keys."""
        return {
            "ResourceId": self.resource_id,
            "Outcome": self.outcome,
            "Message": self.message,
            "Changes": list(self.changes),
            **({"Wrong": self.wrong} if self.wrong else {}),
        }


def preview(
    document: DocumentFolder,
    parameters: Mapping[str, str],
    resource_parameter: str,
    resources: Sequence[str],
    session: boto3.Session,
    on_done: Callable[[int], None] = lambda _done: None,
) -> list[Preview]:
    """Run the built document for every resource, with ``DryRun`` true if it has that, a few at a time.

    Args:
        document: the runbook.
        parameters: its parameters as the remediation passes them, without the resource id.
        resource_parameter: the parameter that takes the resource id.
        resources: what to preview.
        session: whose account the scripts read; they get no credentials, and no role is assumed.
        on_done: called with the number of finished resources.

    Returns:
        One preview a resource, in the order given.

    Raises:
        PreviewFailed: a dry run failed by itself; the others are not shown either.
        ParametersRefused: the document refuses a parameter or the resource id.
        ConfigurationError: the document is not built.
    """
    built = _built(document)
    dry = {"DryRun": "true"} if "DryRun" in built.get("parameters", {}) else {}
    stop = threading.Event()

    def look(resource: str) -> Preview:
        given = {**parameters, resource_parameter: resource, **dry}
        with guard.caller() as caller:

            def step_began(step: StepExecution) -> None:
                caller.step = step.name

            ended = run_document(built, given, caller.environment, on_step=step_began, stop=stop)
        if caller.refusals:
            return _refused(resource, caller.refusals[0], has_dry_run=bool(dry))
        if ended.status != "Success":
            why = as_written(
                ended.failure_message, ended.steps[-1].name if ended.steps else "", built, document
            )
            raise PreviewFailed(f"{resource}: the dry run ended {ended.status}: {why}")
        return _ended(resource, built["mainSteps"][0]["name"], ended, has_dry_run=bool(dry))

    found: list[Preview] = []
    pool = ThreadPoolExecutor(AT_ONCE)
    with ReadOnlyGuard(session) as guard:
        try:
            for one in pool.map(look, resources):
                found.append(one)
                on_done(len(found))
        finally:
            stop.set()  # after a failure or Ctrl-C: what still runs is of no use to anybody
            pool.shutdown(cancel_futures=True)
    return found


def _built(document: DocumentFolder) -> dict[str, Any]:
    try:
        return dict(json.loads(document.built.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        raise ConfigurationError(
            f"ssm_docs/{document.name}/{document.built.name}: is missing or broken; run `rulebook build`"
        ) from None


def _refused(resource: str, first: Refusal, *, has_dry_run: bool) -> Preview:
    """Tell of the first call that was not let through; what would have come after it nobody knows."""
    change = {"Step": first.step, "Call": f"{first.service} {first.operation}".strip(), **first.parameters}
    said = f"step {first.step} called {first.call}; it was refused: {first.reason}"
    if not has_dry_run:
        return Preview(resource, WOULD_CALL, said, (change,))
    return Preview(resource, REFUSED, said, (change,), f"{said}. The document ignores its dry run.")


def _ended(resource: str, acting: str, execution: AutomationExecution, *, has_dry_run: bool) -> Preview:
    outputs = execution.outputs
    outcome = str(outputs.get(f"{acting}.Outcome", "" if has_dry_run else NO_WRITE))
    changes = tuple(
        one if isinstance(one, dict) else {"Change": one} for one in outputs.get(f"{acting}.Changes") or ()
    )
    message = str(outputs.get(f"{acting}.Message", ""))
    wrong = "" if _DRY.fullmatch(outcome) or not has_dry_run else _no_dry_outcome(outcome)
    return Preview(resource, outcome, message, changes, wrong)


def _no_dry_outcome(outcome: str) -> str:
    said = f"{outcome!r} is no outcome of a dry run" if outcome else "it has no output Outcome"
    return f"{said}; let the document say Would... or why there is nothing to do."
