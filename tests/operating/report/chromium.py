# ruff: noqa: INP001 - tests are no package
"""A headless Chromium, driven through its DevTools pipe: JSON messages that end in a zero byte.

https://chromedevtools.github.io/devtools-protocol/
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# Chromium reads commands from file 3 and writes answers to file 4.
BECOME = """
import fcntl, os, sys
files = [fcntl.fcntl(int(one), fcntl.F_DUPFD, 10) for one in sys.argv[1:3]]
for wanted, file in zip((3, 4), files):
    os.dup2(file, wanted, inheritable=True)
os.execv(sys.argv[3], sys.argv[3:])
"""


class BrowserFailed(Exception):
    """Chromium ended, or answered with an error."""


def installed() -> str:
    """Return where a Chromium is, or an empty text."""
    return next((path for one in PROGRAMS if (path := shutil.which(one))), "")


class Page:
    """One tab.

    Attributes:
        requests: the URL of everything that it fetched.
    """

    def __init__(self, commands: int, answers: int) -> None:
        self.requests: list[str] = []
        self._commands, self._answers = commands, answers
        self._number = 0
        self._rest = b""
        self._session = ""
        self._loaded = False
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.call("Page.enable")
        self.call("Network.enable")

    def call(self, method: str, **parameters: Any) -> Any:
        """Call a method of the protocol and return its result."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        session = {"sessionId": self._session} if self._session else {}
        os.write(self._commands, json.dumps(message | session).encode() + b"\0")
        while True:
            answer = self._read()
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise BrowserFailed(answer)
                return answer["result"]

    def open(self, file: Path, width: int, scheme: str = "light", media: str = "") -> None:
        """Show a file in a window of that width; ``scheme`` is light or dark, ``media`` print or empty."""
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False
        )
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.call("Emulation.setEmulatedMedia", media=media, features=features)
        self._loaded = False
        self.call("Page.navigate", url=file.as_uri())
        while not self._loaded:
            self._read()

    def run(self, script: str) -> Any:
        """Return the value of a JavaScript expression."""
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True)
        if "exceptionDetails" in answer:
            raise BrowserFailed(answer)
        return answer["result"].get("value")

    def _read(self) -> Any:
        while b"\0" not in self._rest:
            chunk = os.read(self._answers, 1 << 16)
            if not chunk:
                raise BrowserFailed("Chromium has ended")
            self._rest += chunk
        text, self._rest = self._rest.split(b"\0", 1)
        answer = json.loads(text)
        if answer.get("method") == "Network.requestWillBeSent":
            self.requests.append(answer["params"]["request"]["url"])
        self._loaded = self._loaded or answer.get("method") == "Page.loadEventFired"
        return answer


@contextmanager
def browser() -> Iterator[Page]:
    """Run a Chromium with a profile of its own for the length of the block."""
    commands_in, commands = os.pipe()
    answers, answers_out = os.pipe()
    with TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        flags = [*QUIET, f"--user-data-dir={profile}", "--remote-debugging-pipe", "about:blank"]
        process = subprocess.Popen(  # noqa: S603 - the browser of this machine, our own arguments
            [sys.executable, "-c", BECOME, str(commands_in), str(answers_out), installed(), *flags],
            pass_fds=(commands_in, answers_out),
            stderr=subprocess.DEVNULL,
        )
        os.close(commands_in)
        os.close(answers_out)
        try:
            yield Page(commands, answers)
        finally:
            os.close(commands)  # with its pipe closed, Chromium ends
            os.close(answers)
            process.terminate()
            process.wait(30)
