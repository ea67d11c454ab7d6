"""Invoke a deployed function: its code, handler, role and settings as moto holds them, run by ``process``."""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from moto.awslambda.models import lambda_backends

from rulebook.sandbox import credentials
from rulebook.sandbox.functions import process

UNASSUMABLE = "The role defined for the function cannot be assumed by Lambda."


@dataclass(frozen=True)
class Invocation:
    """One invocation of a function.

    Attributes:
        payload: what the handler returned, from JSON; Lambda's error object if the invocation failed.
        error: ``ErrorType: message``, or None if the handler returned.
        log: START, END and REPORT lines and everything that the function wrote between them.
    """

    payload: Any
    error: str | None
    log: str


def invoke(
    account_id: str,
    region: str,
    function: str,
    event: dict[str, Any],
    stop: threading.Event | None = None,
) -> Invocation:
    """Invoke a function as a service of AWS does, once, and wait for its end.

    Args:
        account_id: the account that owns it.
        region: where it is deployed.
        function: name or ARN, with a qualifier or without.
        event: what the handler gets.
        stop: when set, the function is ended.

    Raises:
        moto.awslambda.exceptions.UnknownFunctionException: there is none (ResourceNotFoundException).
    """
    return run_function(lambda_backends[account_id][region].get_function(function), event, stop)


def run_function(function: Any, event: Any, stop: threading.Event | None = None) -> Invocation:
    """Invoke moto's ``LambdaFunction``; a role that Lambda cannot assume is a failed invocation."""
    request_id = str(uuid4())
    stream = f"{datetime.now(UTC):%Y/%m/%d}/[{function.version}]{request_id.replace('-', '')}"
    try:
        environment = _environment(function, stream)
    except credentials.NotAssumable:
        return failed_invocation("AccessDeniedException", UNASSUMABLE)
    task = process.Task(
        code=function.code_bytes,
        handler=function.handler,
        event=event,
        timeout=float(function.timeout),
        environment=environment,
        context=_context(function, request_id, stream),
        layers=[one["Arn"] for one in function.layers],
        account_id=function.account_id,
        region=function.region,
    )
    started = time.monotonic()
    outcome = process.run_in_process(task, stop)
    log = _framed(function, request_id, outcome.log, time.monotonic() - started)
    function.logs_backend.ensure_log_group(function.logs_group_name)
    function.save_logs(log)
    if outcome.error:
        error = f"{outcome.error['errorType']}: {outcome.error['errorMessage']}"
        return Invocation(outcome.error, error, log)
    return Invocation(json.loads(outcome.payload), None, log)


def failed_invocation(kind: str, message: str) -> Invocation:
    """Return an invocation that failed before any of the function ran."""
    return Invocation({"errorType": kind, "errorMessage": message}, f"{kind}: {message}", "")


def run_with_retries(
    function: Any,
    event: Any,
    stop: threading.Event,
    retry_seconds: Callable[[int], float],
) -> list[Invocation]:
    """Invoke for an event: after an error twice more, unless the function is configured otherwise.

    Args:
        function: moto's ``LambdaFunction``.
        event: the same for each attempt.
        stop: when set, nothing is repeated any more.
        retry_seconds: how long to wait after that many failures.

    Returns:
        Every attempt, in order.
    """
    attempts: list[Invocation] = []
    while not stop.is_set():
        attempts.append(run_function(function, event, stop))
        if attempts[-1].error is None or len(attempts) > _retries(function):
            break
        stop.wait(retry_seconds(len(attempts)))
    return attempts


def _retries(function: Any) -> int:
    # moto appends every configuration that is put and answers with the first; the last is meant.
    configured = function.event_invoke_config[-1:]
    return int(configured[0].config.get("MaximumRetryAttempts", 2)) if configured else 2


def _environment(function: Any, stream: str) -> dict[str, str]:
    """Return the process's environment: the function's variables, and Lambda's, which are reserved."""
    role = credentials.assume(
        function.account_id,
        function.role,
        function.function_name,
        service=credentials.FUNCTIONS,
        region=function.region,
        source_arn=function.function_arn,
    )
    return {
        **{name: str(value) for name, value in function.environment_vars.items()},
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        "_HANDLER": function.handler,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{function.run_time}",
        "AWS_LAMBDA_FUNCTION_NAME": function.function_name,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_size),
        "AWS_LAMBDA_FUNCTION_VERSION": str(function.version),
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": function.logs_group_name,
        "AWS_LAMBDA_LOG_STREAM_NAME": stream,
        **role,
    }


def _context(function: Any, request_id: str, stream: str) -> dict[str, str]:
    """Return the attributes of the handler's second argument; the memory limit is a string on AWS, too."""
    return {
        "aws_request_id": request_id,
        "function_name": function.function_name,
        "function_version": str(function.version),
        "invoked_function_arn": function.function_arn,
        "memory_limit_in_mb": str(function.memory_size),
        "log_group_name": function.logs_group_name,
        "log_stream_name": stream,
    }


def _framed(function: Any, request_id: str, log: str, seconds: float) -> str:
    report = f"Duration: {seconds * 1000:.2f} ms\tMemory Size: {function.memory_size} MB"
    body = f"{log}\n" if log and not log.endswith("\n") else log
    return (
        f"START RequestId: {request_id} Version: {function.version}\n{body}END RequestId: {request_id}\n"
        f"REPORT RequestId: {request_id}\t{report}\n"
    )
