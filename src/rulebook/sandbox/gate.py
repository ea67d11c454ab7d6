"""What every request passes on its way to moto: who sent it and may he, then it is answered and logged."""

import logging
import traceback
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from rulebook.iam.policy import UnsupportedPolicy
from rulebook.sandbox import authentication, door, errors, keeping, misfit, request
from rulebook.sandbox.authorization import enforce
from rulebook.sandbox.calls import ANONYMOUS, Call, CallLog
from rulebook.sandbox.errors import ApiError
from rulebook.sandbox.request import ApiRequest

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]
Answer = tuple[str, list[tuple[str, str]], bytes]  # status, headers, body

_log = logging.getLogger(__name__)


class Gate:
    """A WSGI application before moto's own."""

    def __init__(self, application: Application, calls: CallLog, port: int) -> None:
        self._application = application
        self._calls = calls
        self._port = port

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer one request."""
        if refusal := door.refusal_at_the_door(environ, self._port):
            return door.answer(*refusal, start_response)
        asked = request.read_request(environ)
        who, (status, headers, body) = self._answer(asked, environ)
        failed = int(status.split()[0]) >= HTTPStatus.BAD_REQUEST
        code = (errors.code_of(headers, body) or status.split()[0]) if failed else None
        self._calls.add(Call(asked.service, asked.operation, who, code))
        keeping.after(asked.service, asked.operation, failed=failed)
        start_response(status, door.without_cors(headers))
        return [body]

    def _answer(self, asked: ApiRequest, environ: dict[str, Any]) -> tuple[str, Answer]:
        """Return who asked, as far as that is proved, and the answer."""
        who = asked.access_key_id or ANONYMOUS
        try:
            principal = authentication.authenticated_caller(asked, environ)
            who = principal.name
            enforce.demand_permission(asked, principal)
            return who, self._forward(environ)
        except ApiError as error:
            answer = error
        except (NotImplementedError, UnsupportedPolicy) as error:
            answer = errors.not_implemented(asked, str(error))
        except Exception as error:  # noqa: BLE001 - a defect of moto, too, must be answered and logged
            answer = misfit.misfit_refusal(asked, environ.get("QUERY_STRING", ""), error) or _stumbled(
                asked, error
            )
        status, headers, body = errors.render_error(answer, asked)
        return who, (f"{status} {HTTPStatus(status).phrase}", headers, body)

    def _forward(self, environ: dict[str, Any]) -> Answer:
        """Let moto answer, and keep its answer to read the error code from."""
        started: list[Any] = []
        chunks = self._application(environ, lambda status, headers, _=None: started.extend((status, headers)))
        try:
            body = b"".join(chunks)
        finally:
            if close := getattr(chunks, "close", None):
                close()
        return started[0], started[1], body


def _stumbled(asked: ApiRequest, error: Exception) -> ApiError:
    """Return the answer to a right request: what moto cannot do is not there, all else is our own defect."""
    frames = (frame.f_globals.get("__name__", "") for frame, _ in traceback.walk_tb(error.__traceback__))
    where = [name for name in frames if name.startswith(("moto.", "rulebook."))]
    if where and where[-1].startswith("moto."):
        _log.warning("%s:%s: moto: %r", asked.service, asked.operation, error)
        return errors.not_implemented(asked, f"moto: {error!r}")
    _log.exception("%s:%s", asked.service, asked.operation)
    return ApiError(500, "InternalFailure", "InternalFailure", repr(error))
