"""Invoke with InvocationType Event: queued, and repeated twice if the function raises."""

import time
from pathlib import Path

import pytest

from sandbox.functions.deployed import Functions


def counting(file: Path, failures: int) -> str:
    """Return a function that writes a line for each attempt and raises in the first few."""
    return f"""
def handler(event, context):
    with open({str(file)!r}, "a+") as file:
        file.write(event["name"] + "\\n")
        file.seek(0)
        if len(file.readlines()) <= {failures}:
            raise RuntimeError("not yet")
"""


def attempts(file: Path, least: int) -> list[str]:
    """Wait until there were so many attempts, then a little longer, and return them all."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and (not file.exists() or len(file.read_text().splitlines()) < least):
        time.sleep(0.1)
    time.sleep(1.5)
    return file.read_text().splitlines()


@pytest.mark.parametrize(
    ("failures", "retries", "expected"),
    [
        pytest.param(0, None, 1, id="a success is not repeated"),
        pytest.param(1, None, 2, id="repeated until it succeeds"),
        pytest.param(9, None, 3, id="three attempts in all"),
        pytest.param(9, 0, 1, id="none repeated if configured so"),
    ],
)
def test_an_event_is_repeated_after_an_error(
    functions: Functions, tmp_path: Path, failures: int, retries: int | None, expected: int
) -> None:
    """A gap of moto: it runs an Event at once, within the request, and never again."""
    file = tmp_path / "attempts"
    name = functions.deploy(f"event-{failures}-{retries}", counting(file, failures))
    if retries is not None:
        functions.client.put_function_event_invoke_config(FunctionName=name, MaximumRetryAttempts=retries)
    response, payload = functions.invoke(name, {"name": "x"}, InvocationType="Event")
    assert (response["StatusCode"], payload) == (202, None)
    assert attempts(file, expected) == ["x"] * expected
