"""Which step follows which, and what becomes of the execution."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from automation.conftest import REGION, document, fails, outcome, output, passes, script
from rulebook.automation import StepExecution, run_document
from rulebook.automation.walk import MAX_STEPS

OK, BAD = "Success", "Failed"
WAITS_LONG = {"Duration": "PT1H"}

FLOWS: dict[str, tuple[list[dict[str, Any]], str, list[tuple[str, str]]]] = {
    "in the order written": ([passes("A"), passes("B")], OK, [("A", OK), ("B", OK)]),
    "nextStep jumps": (
        [passes("A", nextStep="C"), passes("B"), passes("C")],
        OK,
        [("A", OK), ("C", OK)],
    ),
    "nextStep may go back": (
        [passes("A", nextStep="C"), passes("B", isEnd=True), passes("C", nextStep="B")],
        OK,
        [("A", OK), ("C", OK), ("B", OK)],
    ),
    "isEnd ends": ([passes("A", isEnd=True), passes("B")], OK, [("A", OK)]),
    "a failure aborts by default": ([fails("A"), passes("B")], BAD, [("A", BAD)]),
    "Abort aborts": ([fails("A", onFailure="Abort"), passes("B")], BAD, [("A", BAD)]),
    "Continue goes on, and is not critical by default": (
        [fails("A", onFailure="Continue"), passes("B")],
        OK,
        [("A", BAD), ("B", OK)],
    ),
    "Continue goes on, and a critical failure fails the whole": (
        [fails("A", onFailure="Continue", isCritical=True), passes("B")],
        BAD,
        [("A", BAD), ("B", OK)],
    ),
    "Continue follows nextStep": (
        [fails("A", onFailure="Continue", nextStep="C"), passes("B"), passes("C")],
        OK,
        [("A", BAD), ("C", OK)],
    ),
    "a failure jumps, and still fails the whole": (
        [fails("A", onFailure="step:C"), passes("B"), passes("C")],
        BAD,
        [("A", BAD), ("C", OK)],
    ),
    "a failure that is not critical jumps": (
        [fails("A", onFailure="step:C", isCritical=False), passes("B"), passes("C")],
        OK,
        [("A", BAD), ("C", OK)],
    ),
    "a failure that is not critical aborts without failing the whole": (
        [fails("A", isCritical=False), passes("B")],
        OK,
        [("A", BAD)],
    ),
    "isEnd ends after a failure too": (
        [fails("A", onFailure="step:B", isEnd=True), passes("B")],
        BAD,
        [("A", BAD)],
    ),
    "a time-out": (
        [passes("A", inputs=WAITS_LONG, timeoutSeconds=1), passes("B")],
        "TimedOut",
        [("A", "TimedOut")],
    ),
    "a time-out that is not critical jumps": (
        [passes("A", inputs=WAITS_LONG, timeoutSeconds=1, isCritical=False, onFailure="step:B"), passes("B")],
        OK,
        [("A", "TimedOut"), ("B", OK)],
    ),
}


@pytest.mark.parametrize(("steps", "status", "expected"), FLOWS.values(), ids=list(FLOWS))
def test_steps_follow_each_other(
    steps: list[dict[str, Any]], status: str, expected: list[tuple[str, str]]
) -> None:
    assert outcome(run_document(document(*steps), {}, REGION)) == (status, expected)


def test_the_first_critical_failure_is_the_executions_message() -> None:
    steps = (fails("A", onFailure="Continue"), fails("B", onFailure="step:C"), fails("C"))
    ran = run_document(document(*steps), {}, REGION)
    today = f"{ran.started:%Y-%m-%d}"
    assert ran.failure_message == f"Step B: NumericEquals cannot compare {today!r}: it needs a number"


def test_a_document_that_loops_for_ever_is_ended() -> None:
    execution = run_document(document(passes("A", nextStep="B"), passes("B", nextStep="A")), {}, REGION)
    assert (execution.status, len(execution.steps)) == ("Failed", MAX_STEPS)
    assert execution.failure_message.startswith(f"{MAX_STEPS} steps were run and A was next")


def counting(tmp_path: Path, succeeds_at: int) -> str:
    """Return a script that counts its calls in a file and fails until the given one."""
    return f"""
    import pathlib
    file = pathlib.Path({str(tmp_path / "count")!r})
    count = int(file.read_text()) + 1 if file.exists() else 1
    file.write_text(str(count))
    if count < {succeeds_at}:
        raise RuntimeError(f"call {{count}}")
    return count
    """


@pytest.mark.parametrize(
    ("max_attempts", "status", "attempts"), [(1, BAD, 1), (2, BAD, 2), (3, OK, 3), (9, OK, 3)]
)
def test_a_step_is_tried_as_often_as_it_may(
    tmp_path: Path, max_attempts: int, status: str, attempts: int
) -> None:
    step = script("A", counting(tmp_path, succeeds_at=3), maxAttempts=max_attempts)
    record = run_document(document(step), {}, REGION).steps[0]
    assert (record.status, record.attempts) == (status, attempts)
    assert (tmp_path / "count").read_text() == str(attempts)
    assert record.failure_message == (
        "" if status == OK else f"RuntimeError: call {attempts} (line 7 of the script)"
    )


def test_a_step_has_timed_out_when_every_attempt_has() -> None:
    step = passes("A", inputs=WAITS_LONG, timeoutSeconds=1, maxAttempts=2)
    record = run_document(document(step), {}, REGION).steps[0]
    assert (record.status, record.attempts, record.failure_message) == (
        "TimedOut",
        2,
        "timeoutSeconds have passed",
    )


def stopped_while(name: str, *steps: dict[str, Any], after: float = 0.3) -> tuple[Any, float]:
    """Run steps and cancel once one of that name has begun; return the execution and the seconds since."""
    stop, asked = threading.Event(), 0.0

    def on_step(step: StepExecution) -> None:
        nonlocal asked
        if (step.name, step.status) == (name, "InProgress"):
            asked = time.monotonic() + after
            threading.Timer(after, stop.set).start()

    execution = run_document(document(*steps), {}, REGION, on_step=on_step, stop=stop)
    return execution, time.monotonic() - asked


def test_a_running_sleep_is_cancelled() -> None:
    execution, seconds = stopped_while("A", passes("A", inputs=WAITS_LONG, onFailure="Continue"), passes("B"))
    assert outcome(execution) == ("Cancelled", [("A", "Cancelled")])
    assert execution.failure_message == "Step A: the execution was cancelled"
    assert seconds < 2


def test_a_running_script_is_cancelled_and_not_tried_again() -> None:
    step = script("A", "import time\nprint('begun', flush=True)\ntime.sleep(3600)", maxAttempts=5)
    execution, seconds = stopped_while("A", step, after=2.0)
    assert outcome(execution) == ("Cancelled", [("A", "Cancelled")])
    assert (execution.steps[0].attempts, execution.steps[0].log) == (1, "begun\n")
    assert seconds < 2


def test_cancelling_goes_through_the_steps_that_on_cancel_names() -> None:
    execution, _ = stopped_while(
        "A", passes("A", inputs=WAITS_LONG, onCancel="step:C"), passes("B"), passes("C"), passes("D")
    )
    assert outcome(execution) == ("Cancelled", [("A", "Cancelled"), ("C", OK), ("D", OK)])


def test_what_is_cancelled_before_it_starts_runs_no_step() -> None:
    stop = threading.Event()
    stop.set()
    execution = run_document(document(passes("A")), {}, REGION, stop=stop)
    assert outcome(execution) == ("Cancelled", [])
    assert execution.failure_message == "The execution was cancelled before step A."


def test_each_step_is_told_of_as_it_starts_and_as_it_ends() -> None:
    told: list[StepExecution] = []
    execution = run_document(document(passes("A"), fails("B")), {}, REGION, on_step=told.append)
    assert [(step.name, step.status) for step in told] == [
        ("A", "InProgress"),
        ("A", OK),
        ("B", "InProgress"),
        ("B", BAD),
    ]
    assert (told[0].duration, told[1], told[3]) == (None, *execution.steps)
    assert told[2].ended is None


def test_the_record_has_parameters_outputs_and_times() -> None:
    first = script(
        "A",
        "return {'n': 5, 'l': ['x']}",
        outputs=[
            output("N", "$.Payload.n", "Integer"),
            output("L", "$.Payload.l", "StringList"),
        ],
    )
    skipped = script("C", "return {}", outputs=[output("N", "$.Payload.n", "Integer")])
    written = document(
        {**first, "isEnd": True},
        skipped,
        parameters={"P": {"type": "Boolean", "default": False}},
        outputs=["A.N", "A.L", "A.OutputPayload", "C.N"],
    )
    execution = run_document(written, {"P": ["true"]}, REGION)
    assert execution.outputs == {"A.N": 5, "A.L": ["x"], "A.OutputPayload": {"Payload": {"n": 5, "l": ["x"]}}}
    assert execution.parameters == {"P": True}
    assert execution.failure_message == ""
    step = execution.steps[0]
    assert step.started is not None
    assert step.ended is not None
    assert execution.started <= step.started <= step.ended <= execution.ended
    assert execution.duration >= step.ended - step.started


def test_several_executions_at_once_do_not_mix() -> None:
    written = document(script("A", "return events", {"n": "{{ N }}"}), parameters={"N": {"type": "Integer"}})
    with ThreadPoolExecutor(4) as pool:
        runs = pool.map(lambda number: run_document(written, {"N": number}, REGION), range(12))
    assert [one.steps[0].outputs["Payload"] for one in runs] == [{"n": number} for number in range(12)]
