"""Lambda's API in moto, where it differs from AWS: invocation, layers, what CloudFormation passes."""

import base64
import json
import threading
from collections.abc import Callable, Mapping
from typing import Any

from moto.awslambda.models import LambdaBackend, LambdaFunction
from moto.core.exceptions import JsonRESTError

from rulebook.sandbox.extensions import while_running
from rulebook.sandbox.functions import invocation
from rulebook.sandbox.workers import Workers

AT_ONCE = 4  # asynchronous invocations; AWS allows a thousand, this machine has a few cores
LOG_TAIL = 4096  # bytes of log that Invoke returns if asked
RETRY_SECONDS = 0.2  # AWS waits one minute, then two

_events = Workers("lambda-events", AT_ONCE)


class RoleNotAssumable(JsonRESTError):  # type: ignore[misc]  # moto is untyped
    """Invoke's answer when Lambda cannot act as the function's role."""

    code = 403

    def __init__(self) -> None:
        super().__init__("AccessDeniedException", invocation.UNASSUMABLE)


def invoke(
    backend: LambdaBackend,
    function_name: str,
    qualifier: str | None,
    body: str,
    headers: Mapping[str, str],
    response_headers: dict[str, str],
) -> bytes:
    """Answer Invoke. moto would start a Docker container, and says Handled of every error."""
    function = backend.get_function(function_name, qualifier)
    event = _event(body)
    response_headers["x-amz-executed-version"] = str(function.version)
    kind = headers.get("x-amz-invocation-type", "RequestResponse")
    if kind == "DryRun":
        return b""
    if kind == "Event":
        _queue(function, event)
        return b""
    done = invocation.run_function(function, event)
    if done.error is not None:
        if invocation.UNASSUMABLE in done.error:
            raise RoleNotAssumable
        response_headers["x-amz-function-error"] = "Unhandled"
    response_headers["x-amz-log-result"] = base64.b64encode(done.log.encode()[-LOG_TAIL:]).decode()
    return json.dumps(done.payload).encode()


def _event(body: str) -> Any:
    try:
        return json.loads(body or "{}")
    except ValueError as error:
        raise JsonRESTError(
            "InvalidRequestContentException", f"Could not parse request body into json: {error}"
        ) from error


def _queue(function: LambdaFunction, event: Any) -> None:
    stop = threading.Event()

    def work() -> None:
        invocation.run_with_retries(function, event, stop, lambda failures: RETRY_SECONDS * failures)

    _events.submit(work, stop)


def invoke_function(
    function: LambdaFunction, body: str, _request_headers: Any, _response_headers: Any
) -> bytes:
    """Answer the older InvokeAsync, and moto's own services that invoke functions: queue the event."""
    _queue(function, _event(body))
    return b""


def _with_layers(original: Callable[..., LambdaFunction]) -> Callable[..., LambdaFunction]:
    """Keep the Layers of a function that CloudFormation creates. moto drops them, though not on update."""

    def create(cls: type[LambdaFunction], *args: Any, **kwargs: Any) -> LambdaFunction:
        function = original(cls, *args, **kwargs)
        properties = (args[1] if len(args) > 1 else kwargs["cloudformation_json"])["Properties"]
        if layers := properties.get("Layers"):
            function.layers = function._get_layers_data(layers)  # noqa: SLF001 - what moto's own update calls
        return function

    return create


def _as_number(name: str) -> property:
    """Hold a number as one. Templates write "256", CloudFormation converts, moto keeps the text."""

    def read(self: LambdaFunction) -> int:
        return int(self.__dict__[name])

    def write(self: LambdaFunction, value: str | int) -> None:
        self.__dict__[name] = int(value)

    return property(read, write)


while_running(LambdaBackend, "invoke", invoke)
while_running(LambdaFunction, "invoke", invoke_function)
while_running(
    LambdaFunction,
    "create_from_cloudformation_json",
    classmethod(_with_layers(LambdaFunction.create_from_cloudformation_json.__func__)),
)
while_running(LambdaFunction, "timeout", _as_number("timeout"))
while_running(LambdaFunction, "memory_size", _as_number("memory_size"))
