"""The HTTP server of the embedded account: moto's application, on loopback, in this process."""

import logging
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from moto.core.base_backend import BackendDict
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import ThreadedWSGIServer

from rulebook.errors import RulebookError
from rulebook.sandbox import endpoint, extensions, lifecycle
from rulebook.sandbox.administrator import Credentials
from rulebook.sandbox.calls import CallLog
from rulebook.sandbox.gate import Gate

LOOPBACK = "127.0.0.1"


class PortTaken(RulebookError):
    """Another program listens on the port asked for."""


class QuietHandler(MotoRequestHandler):  # type: ignore[misc]  # moto is untyped
    """Answers requests without writing a line about each."""

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - werkzeug's signature
        """Say on the debug log only what werkzeug would print."""
        logging.getLogger(__name__).debug("%s: %s", type, message % args)


@contextmanager
def serve(port: int, calls: CallLog, administrator: Credentials) -> Iterator[str]:
    """Run the server for the length of the block; yields its URL.

    Args:
        port: where to listen on the loopback interface; 0 takes a free one.
        calls: where every answered call is noted.
        administrator: to whom everything is allowed.

    Raises:
        PortTaken: another program listens there.
        RuntimeError: this process runs an account already.
    """
    endpoint.require_none()
    with extensions.installed(), _served(port, calls, administrator) as url:
        yield url


@contextmanager
def _served(port: int, calls: CallLog, administrator: Credentials) -> Iterator[str]:
    BackendDict.reset()
    with _listening(port) as listener:
        taken = listener.getsockname()[1]
        gate = Gate(DomainDispatcherApplication(_application), calls, taken)
        server = ThreadedWSGIServer(LOOPBACK, taken, gate, QuietHandler, fd=listener.fileno())
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), name="embedded-account", daemon=True)
    thread.start()
    url = f"http://{LOOPBACK}:{server.port}"
    try:
        with endpoint.announced(url, administrator):
            try:
                yield url
            finally:
                lifecycle.stop_services()
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        BackendDict.reset()


def _application(service: str) -> Any:
    """Return moto's application of a service, but none of its own pages, whatever led a request to them."""
    if service in {"moto_api", "instance_metadata"}:
        raise NotImplementedError("no API of AWS")
    return create_backend_app(service)


def _listening(port: int) -> socket.socket:
    """Bind here rather than in werkzeug, which prints and ends the process if the port is taken."""
    try:
        return socket.create_server((LOOPBACK, port))
    except OSError as error:
        raise PortTaken(
            f"port {port} on {LOOPBACK}: {os.strerror(error.errno or 0)}; choose another with --port"
        ) from error
