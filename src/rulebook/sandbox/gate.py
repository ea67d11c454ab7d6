"""What every request passes on its way to moto: it is read, authorized, answered and logged."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from rulebook.iam.policy import UnsupportedPolicy
from rulebook.sandbox import errors, request
from rulebook.sandbox.authorization import enforce, principals
from rulebook.sandbox.calls import Call, CallLog
from rulebook.sandbox.errors import ApiError
from rulebook.sandbox.request import ApiRequest

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]

_log = logging.getLogger(__name__)


class Gate:
    """A WSGI application before moto's own."""

    def __init__(self, application: Application, calls: CallLog) -> None:
        self._application = application
        self._calls = calls

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer one request."""
        asked = request.read(environ)
        principal = principals.of(asked.access_key_id)
        status, headers, body = self._answer(asked, principal, environ)
        failed = int(status.split()[0]) >= HTTPStatus.BAD_REQUEST
        code = (errors.code_of(headers, body) or status.split()[0]) if failed else None
        self._calls.add(Call(asked.service, asked.operation, principal.name, code))
        start_response(status, headers)
        return [body]

    def _answer(
        self, asked: ApiRequest, principal: principals.Principal, environ: dict[str, Any]
    ) -> tuple[str, list[tuple[str, str]], bytes]:
        try:
            enforce.check(asked, principal)
            return self._forward(environ)
        except ApiError as error:
            answer = error
        except (NotImplementedError, UnsupportedPolicy) as error:
            answer = errors.not_implemented(asked, str(error))
        except Exception as error:  # noqa: BLE001 - a defect of moto, too, must be answered and logged
            _log.exception("%s:%s", asked.service, asked.operation)
            answer = ApiError(500, "InternalFailure", "InternalFailure", repr(error))
        status, headers, body = errors.render(answer, asked)
        return f"{status} {HTTPStatus(status).phrase}", headers, body

    def _forward(self, environ: dict[str, Any]) -> tuple[str, list[tuple[str, str]], bytes]:
        """Let moto answer, and keep its answer to read the error code from."""
        started: list[Any] = []
        chunks = self._application(environ, lambda status, headers, _=None: started.extend((status, headers)))
        try:
            body = b"".join(chunks)
        finally:
            if close := getattr(chunks, "close", None):
                close()
        return started[0], started[1], body
