"""Who may not even knock: web pages, other names for this machine, and paths that are no API of AWS.

A browser sends a page's requests to loopback addresses too. It names the page in ``Origin`` or says in
``Sec-Fetch-Site`` that there is one, and names in ``Host`` the address that led it here. Programs that call
AWS send the first two never.
"""

import re
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

# moto's own pages, its recorder and reset, and the machine's metadata with a role's credentials.
_NOT_AWS = re.compile(r"/moto-api|/favicon\.ico$|/latest(/|$)")
_NEVER_SENT = "access-control-"


def refusal_at_the_door(environ: Mapping[str, Any], port: int) -> tuple[HTTPStatus, str] | None:
    """Return why a request is not looked at any further, or None.

    Args:
        environ: of WSGI.
        port: where the account listens.
    """
    hosts = (f"127.0.0.1:{port}", f"localhost:{port}")
    if environ.get("HTTP_HOST") not in hosts:
        return HTTPStatus.FORBIDDEN, f"the embedded account answers to {' and '.join(hosts)} only"
    if "HTTP_ORIGIN" in environ or environ.get("HTTP_SEC_FETCH_SITE", "none") != "none":
        return HTTPStatus.FORBIDDEN, "the embedded account does not talk to web pages"
    if _NOT_AWS.match(environ.get("PATH_INFO", "")):
        return HTTPStatus.NOT_FOUND, "the embedded account has APIs of AWS only"
    return None


def answer(status: HTTPStatus, why: str, start_response: Any) -> Iterable[bytes]:
    """Refuse in plain words."""
    body = f"{why}\n".encode()
    start_response(
        f"{status.value} {status.phrase}",
        [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))],
    )
    return [body]


def without_cors(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return a response's headers without any that lets a page of another origin read it."""
    return [(name, value) for name, value in headers if not name.lower().startswith(_NEVER_SENT)]
