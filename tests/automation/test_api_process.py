"""The one process that calls AWS for an execution."""

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from automation.account import Account, step
from automation.conftest import document, passes
from rulebook.automation import run_document
from rulebook.automation.actions.base import Context
from rulebook.automation.api_process import ApiProcess
from rulebook.automation.failures import StepCancelled, StepFailed, StepTimedOut
from rulebook.automation.python_process import PythonProcess
from rulebook.sandbox import Sandbox

LIST = {"Service": "iam", "Api": "ListUsers", "Arguments": {}}


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    with Sandbox.start() as running:
        yield Account(running)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[PythonProcess]:
    """Return every process that was started."""
    found: list[PythonProcess] = []
    original = ApiProcess._start

    def start(self: ApiProcess, service: str) -> PythonProcess:
        found.append(original(self, service))
        return found[-1]

    monkeypatch.setattr(ApiProcess, "_start", start)
    return found


def context(account: Account, seconds: float = 60) -> Context:
    return Context(account.sandbox.exports(), threading.Event(), time.monotonic() + seconds)


def test_an_execution_has_one_which_ends_with_it(account: Account, started: list[PythonProcess]) -> None:
    calls = [step(f"Call{n}", "executeAwsApi", {"Service": "iam", "Api": "ListUsers"}) for n in range(3)]
    assert account.run(document(*calls)).status == "Success"
    assert [process.poll() is not None for process in started] == [True]


def test_it_ends_when_the_runner_is_killed(account: Account, started: list[PythonProcess]) -> None:
    calls = ApiProcess(account.sandbox.exports())
    calls.call(LIST, context(account))
    while calls._pipes:
        os.close(calls._pipes.pop())  # as the system does then
    until = time.monotonic() + 30
    while (code := started[0].poll()) is None and time.monotonic() < until:
        time.sleep(0.02)
    calls.close()
    assert code == 0


def test_an_execution_that_calls_nothing_has_none(account: Account, started: list[PythonProcess]) -> None:
    assert account.run(document(passes("A"))).status == "Success"
    assert started == []


def test_an_error_is_told_and_the_next_call_is_answered(account: Account) -> None:
    with ApiProcess(account.sandbox.exports()) as calls:
        with pytest.raises(StepFailed, match="NoSuchEntity"):
            calls.call({**LIST, "Api": "GetUser", "Arguments": {"UserName": "nobody"}}, context(account))
        assert calls.call(LIST, context(account))["Users"] == []
        assert calls._home
        assert {path.name for path in Path(calls._home.name).iterdir()} == {"answered", "asked"}


def test_one_that_was_killed_fails_the_call_and_the_next_has_another(
    account: Account, started: list[PythonProcess]
) -> None:
    with ApiProcess(account.sandbox.exports()) as calls:
        calls.call(LIST, context(account))
        os.kill(started[0].pid, signal.SIGKILL)
        started[0].wait()
        with pytest.raises(StepFailed, match="ended before it answered"):
            calls.call(LIST, context(account))
        assert calls.call(LIST, context(account))["Users"] == []
    assert len(started) == 2


def test_an_answer_that_is_too_large_is_refused(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rulebook.automation.api_process._MAX_ANSWER", 50)
    with (
        ApiProcess(account.sandbox.exports()) as calls,
        pytest.raises(StepFailed, match=r"bytes, 50 are allowed"),
    ):
        calls.call(LIST, context(account))


@pytest.fixture
def silent(account: Account) -> Iterator[dict[str, str]]:
    """What reaches a server that never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield account.sandbox.exports() | {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.getsockname()[1]}"}


def test_a_call_that_takes_too_long_ends_with_its_process(
    account: Account, silent: dict[str, str], started: list[PythonProcess]
) -> None:
    with ApiProcess(silent) as calls, pytest.raises(StepTimedOut):
        calls.call(LIST, context(account, 0.5))
    assert started[0].poll() is not None


def test_a_call_is_cancelled_with_its_process(silent: dict[str, str], started: list[PythonProcess]) -> None:
    stop = threading.Event()
    timer = threading.Timer(0.5, stop.set)
    timer.start()
    written = document(step("Hangs", "executeAwsApi", {"Service": "iam", "Api": "ListUsers"}))
    execution = run_document(written, {}, silent, stop=stop)
    timer.join()
    assert (execution.status, started[0].poll() is not None) == ("Cancelled", True)


def test_a_cancelled_execution_calls_nobody(account: Account, started: list[PythonProcess]) -> None:
    cancelled = context(account)
    cancelled.stop.set()
    with ApiProcess(account.sandbox.exports()) as calls, pytest.raises(StepCancelled):
        calls.call(LIST, cancelled)
    assert started == []
