"""The HTTP server of the embedded account: moto's application, on loopback, in this process."""

from __future__ import annotations

import logging
import os
import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from moto.core.base_backend import BackendDict
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import ThreadedWSGIServer

from rulebook.errors import RulebookError
from rulebook.sandbox import endpoint, extensions

if TYPE_CHECKING:
    from collections.abc import Iterator

LOOPBACK = "127.0.0.1"


class PortTaken(RulebookError):
    """Another program listens on the port asked for."""


class QuietHandler(MotoRequestHandler):  # type: ignore[misc]  # moto is untyped
    """Answers requests without writing a line about each."""

    # Headers and body leave in two writes; without this the second waits 40 ms for the client's ACK.
    disable_nagle_algorithm = True

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - werkzeug's signature
        """Say on the debug log only what werkzeug would print."""
        logging.getLogger(__name__).debug("%s: %s", type, message % args)


@contextmanager
def serve(port: int) -> Iterator[str]:
    """Run the server for the length of the block; yields its URL.

    Raises:
        PortTaken: another program listens there.
    """
    extensions.install()
    BackendDict.reset()
    application = DomainDispatcherApplication(create_backend_app)
    with _listening(port) as listener:
        server = ThreadedWSGIServer(
            LOOPBACK, listener.getsockname()[1], application, QuietHandler, fd=listener.fileno()
        )
    url = f"http://{LOOPBACK}:{server.port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), name="embedded-account", daemon=True)
    thread.start()
    endpoint.announce(url)
    try:
        yield url
    finally:
        endpoint.withdraw(url)
        server.shutdown()
        thread.join()
        server.server_close()
        BackendDict.reset()


def _listening(port: int) -> socket.socket:
    """Bind here rather than in werkzeug, which prints and ends the process if the port is taken."""
    try:
        return socket.create_server((LOOPBACK, port))
    except OSError as error:
        raise PortTaken(
            f"port {port} on {LOOPBACK}: {os.strerror(error.errno or 0)}; choose another with --port"
        ) from error
