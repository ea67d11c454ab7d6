# ruff: noqa: INP001 - a module beside tests, no package
"""The embedded account answering in the caller's thread: thousands of faults need no sockets."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit, urlunsplit

from botocore.awsrequest import AWSPreparedRequest, AWSResponse, HeadersDict
from werkzeug.serving import ThreadedWSGIServer
from werkzeug.test import create_environ, run_wsgi_app

from rulebook.sandbox import server


class Body:
    """An answer's body as botocore reads it."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self, **_: Any) -> Iterator[bytes]:
        """Yield all of it."""
        yield self._content


class Direct:
    """Hands requests to the account's own application, from before its first gate on."""

    def __init__(self) -> None:
        self._application: Any = None

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Learn the application of the account that is started in the block."""

        def listening(host: str, port: int, application: Any, *rest: Any, **named: Any) -> Any:
            self._application = application
            return ThreadedWSGIServer(host, port, application, *rest, **named)

        with patch.object(server, "ThreadedWSGIServer", listening):
            yield

    def send(self, request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        """Answer a request; a handler of botocore's ``before-send``."""
        sent: dict[str, str | bytes] = dict(request.headers.items())
        headers = {name: one.decode() if isinstance(one, bytes) else one for name, one in sent.items()}
        url = urlsplit(request.url)
        environ = create_environ(
            urlunsplit(("", "", *url[2:])),
            f"{url.scheme}://{url.netloc}",
            method=request.method,
            headers=headers,
            data=request.body or b"",
        )
        body, status, answered = run_wsgi_app(self._application, environ, buffered=True)
        told: Any = HeadersDict(dict(answered))
        return AWSResponse(request.url, int(status.split()[0]), told, Body(b"".join(body)))
