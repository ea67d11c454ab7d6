"""`rulebook run` told to end: once as the service cancels, twice at once; and at a terminal, asked first."""

import os
import pty
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from rulebook.sandbox import Sandbox

from .conftest import Command

DOCUMENT = """\
schemaVersion: "0.3"
mainSteps:
  - name: Long
    action: aws:executeScript
    onCancel: step:Tidy
    inputs:
      Runtime: python3.11
      Handler: act
      Script: |
        import os, socket, subprocess, sys, time

        def act(events, context):
            sleeps = [sys.executable, "-c", "import time; time.sleep(600)"]
            child = subprocess.Popen(sleeps, start_new_session=True)
            with socket.create_connection(("127.0.0.1", PORT)) as told:
                told.sendall(f"{os.getpid()} {child.pid}".encode())
            time.sleep(600)
  - {name: Never, action: aws:sleep, isEnd: true, inputs: {Duration: PT0S}}
  - {name: Tidy, action: aws:sleep, isEnd: true, inputs: {Duration: TIDY}}
"""


def alive(pid: int) -> bool:
    """Tell whether a process runs; one that waits for its parent's word does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def gone(pid: int) -> bool:
    """Wait a moment for a process to end."""
    until = time.monotonic() + 10
    while alive(pid) and time.monotonic() < until:
        time.sleep(0.02)
    return not alive(pid)


def run_and(
    rulebook: Command, folder: Path, tidy: str, act: Callable[[list[int]], None]
) -> tuple[int, str, str]:
    """Run the document, and let somebody act once its script has begun; return how it ended."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        text = DOCUMENT.replace("PORT", str(server.getsockname()[1])).replace("TIDY", tidy)
        (folder / "d.yaml").write_text(text, encoding="utf-8")

        def wait() -> None:
            connection, _ = server.accept()
            with connection:
                act([int(one) for one in connection.recv(100).split()])

        waiting = threading.Thread(target=wait, daemon=True)
        waiting.start()
        ended = rulebook("run", str(folder / "d.yaml"), "--yes")
        waiting.join()
    return ended.code, ended.out, ended.last_line


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda one: one.name)
def test_one_signal_cancels_and_what_on_cancel_names_runs(
    rulebook: Command, tmp_path: Path, number: signal.Signals
) -> None:
    begun: list[int] = []

    def once(pids: list[int]) -> None:
        begun.extend(pids)
        os.kill(os.getpid(), number)

    code, out, _ = run_and(rulebook, tmp_path, "PT0S", once)
    steps = [line.split()[0] for line in out.splitlines() if "  aws:" in line]
    assert steps == ["Long", "Tidy"]
    assert "Cancelling; once more ends at once, without the steps of onCancel" in out
    assert out.splitlines()[-1].startswith("Cancelled: 2 steps in ")
    assert code == 1
    assert [gone(pid) for pid in begun] == [True, True]
    assert signal.getsignal(number) in (signal.default_int_handler, signal.SIG_DFL)


def test_a_second_signal_ends_at_once(rulebook: Command, tmp_path: Path) -> None:
    begun: list[int] = []

    def twice(pids: list[int]) -> None:
        begun.extend(pids)
        os.kill(os.getpid(), signal.SIGINT)
        gone(pids[0])
        time.sleep(0.2)
        os.kill(os.getpid(), signal.SIGINT)

    began = time.monotonic()
    code, out, said = run_and(rulebook, tmp_path, "PT100S", twice)
    assert (code, said) == (130, "rulebook: interrupted; the step that ran was ended, and no other begun")
    assert time.monotonic() - began < 60
    assert "Success" not in out
    assert [gone(pid) for pid in begun] == [True, True]


TERMINAL = """\
schemaVersion: "0.3"
mainSteps:
  - {name: Rest, action: aws:sleep, inputs: {Duration: PT1S}}
"""


@pytest.mark.parametrize("answer", ["y", "n"])
def test_at_a_terminal_it_asks_and_shows_the_step_that_runs(
    account: Sandbox, tmp_path: Path, answer: str
) -> None:
    (tmp_path / "d.yaml").write_text(TERMINAL, encoding="utf-8")
    ours, theirs = pty.openpty()
    process = subprocess.Popen(  # noqa: S603 - our own arguments
        [str(Path(sys.executable).with_name("rulebook")), "run", "d.yaml"],
        cwd=tmp_path,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=account.environment() | {"TERM": "xterm", "COLUMNS": "140"},
    )
    os.close(theirs)
    said = ""
    try:
        while "Run it? [y/N]" not in said:
            said += os.read(ours, 1000).decode()
        os.write(ours, f"{answer}\n".encode())
        while part := _read(ours):
            said += part
        assert process.wait(60) == (0 if answer == "y" else 2)
    finally:
        process.kill()
        process.wait()
        os.close(ours)
    if answer == "y":
        assert "Rest  aws:sleep  InProgress  0." in said
        assert "\x1b[32mSuccess\x1b[0m" in said
    else:
        assert "rulebook: not agreed to; nothing was run" in said
        assert "Rest" not in said


def _read(terminal: int) -> str:
    """Return what comes next; nothing once the other end is closed."""
    try:
        return os.read(terminal, 1000).decode(errors="replace")
    except OSError:
        return ""
