"""Run a document to its end."""

import threading
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from rulebook.automation import values
from rulebook.automation.actions.base import Context
from rulebook.automation.api_process import ApiProcess
from rulebook.automation.execution import AutomationExecution, StepExecution
from rulebook.automation.failures import StepEnded, StepFailed
from rulebook.automation.parameters import accept_parameters
from rulebook.automation.plan import Plan, plan_document
from rulebook.automation.surroundings import Surroundings
from rulebook.automation.values import Values
from rulebook.automation.walk import End, Walk
from rulebook.errors import DocumentError, ParametersRefused

_NOBODY: Callable[[StepExecution], None] = lambda _: None  # noqa: E731 - it tells nobody


def run_document(  # noqa: PLR0913 - one for each thing that a run has
    document: Mapping[str, Any],
    parameters: Mapping[str, Any],
    environment: Mapping[str, str],
    *,
    on_step: Callable[[StepExecution], None] | None = None,
    stop: threading.Event | None = None,
    execution_id: str | None = None,
    surroundings: Surroundings | None = None,
) -> AutomationExecution:
    """Run a built document to its end.

    Args:
        document: as rdk deploys it.
        parameters: name to value, a plain value or, as the API has it, a list of strings.
        environment: the AWS_* variables that the processes of the steps get (credentials, AWS_DEFAULT_REGION,
            AWS_ENDPOINT_URL); of this process's own settings they get nothing.
        on_step: told of each step as it starts (``InProgress``) and as it ends.
        stop: when set, the running step is ended and the execution is ``Cancelled``.
        execution_id: what ``{{ automation:EXECUTION_ID }}`` is; a new one by default.
        surroundings: other documents, attachments and somebody to ask; none of them by default.

    Raises:
        ParametersRefused: the service would refuse the start.
        DocumentError: the document cannot run; nothing has run.
    """
    planned = plan_document(document)
    return execute(
        planned,
        accept_parameters(document, parameters),
        environment,
        on_step=on_step or _NOBODY,
        stop=stop or threading.Event(),
        execution_id=execution_id or str(uuid.uuid4()),
        surroundings=surroundings,
    )


def execute(  # noqa: PLR0913 - as for run
    planned: Plan,
    accepted: dict[str, Any],
    environment: Mapping[str, str],
    *,
    on_step: Callable[[StepExecution], None],
    stop: threading.Event,
    execution_id: str,
    surroundings: Surroundings | None = None,
) -> AutomationExecution:
    """Run a document that is planned, with parameters that are accepted; otherwise as ``run_document``."""
    identity = values.of_the_service(execution_id, environment, datetime.now(UTC))
    known = Values(values.of_the_document(planned, accepted) | identity)
    around = surroundings or Surroundings()
    with ApiProcess(environment) as caller:
        walk = Walk(planned, known, environment, on_step, stop, around, _run_other, caller)
        return _executed(walk, accepted, execution_id)


def _executed(walk: Walk, accepted: dict[str, Any], execution_id: str) -> AutomationExecution:
    started, planned = datetime.now(UTC), walk.plan
    try:
        context = Context(walk.environment, walk.stop, walk.deadline, walk.caller)
        settled = walk.values.settle(planned.open_defaults, context)
    except StepEnded as refused:
        settled, end = {}, End(refused.status, f"parameters: {refused}")
    else:
        end = walk.run()
    return AutomationExecution(
        status=end.status,
        steps=tuple(walk.ended),
        outputs={name: walk.values[name] for name in planned.outputs if name in walk.values},
        failure_message=end.message,
        parameters=accepted | settled,
        started=started,
        ended=datetime.now(UTC),
        execution_id=execution_id,
    )


def _run_other(
    document: Mapping[str, Any], parameters: Mapping[str, Any], by: Walk, context: Context
) -> AutomationExecution:
    """Run a document that a step of another runs, as the same caller, and no longer than that step."""
    execution_id = str(uuid.uuid4())
    try:
        planned = plan_document(document)
        accepted = accept_parameters(document, parameters)
    except (DocumentError, ParametersRefused) as refused:
        raise StepFailed(str(refused)) from refused
    identity = values.of_the_service(execution_id, by.environment, datetime.now(UTC))
    inner = Walk(
        planned,
        Values(values.of_the_document(planned, accepted) | identity),
        by.environment,
        _NOBODY,
        context.stop,
        by.surroundings,
        _run_other,
        by.caller,
        context.deadline,
        by.depth + 1,
    )
    return _executed(inner, accepted, execution_id)
