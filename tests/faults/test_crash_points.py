"""The runbook killed between any two calls, then run again: the same end as an undisturbed run's."""

import copy
import threading
from functools import partialmethod
from typing import Any
from unittest.mock import patch

import pytest

from faults.lab import DOCUMENTS, ROLE, Lab
from faults.scenarios import RUNS, Run, Undisturbed, record
from faults.truth import changed_keys, without_keys
from faults.wire import Spot
from rulebook import automation
from rulebook.automation import AutomationExecution
from rulebook.sandbox.calls import Call, CallLog

ACT = {"DeleteAccessKey", "UpdateAccessKey", "UpdateAccountPasswordPolicy"}


class Killed(BaseException):
    """The step's process is gone."""


def kill() -> None:
    raise Killed


def after_changes(moment: str, spots: list[Spot]) -> list[Spot]:
    """Return the calls after which the account is another, and the ends: a question changes nothing."""
    if moment == "before":
        return spots[:1]
    return [spot for spot in spots if is_act(spot.operation) or spot == spots[-1]]


@pytest.mark.parametrize("time", ["day", pytest.param("night", marks=pytest.mark.long)])
@pytest.mark.parametrize("moment", ["before", "after"])
def test_killed_at_any_call_and_run_again_it_ends_the_same(
    time: str, moment: str, runbook: tuple[Run, Undisturbed], lab: Lab
) -> None:
    """By day at each state of the account that there is between two calls, by night at every call."""
    run, undisturbed = runbook
    for spot in undisturbed.spots if time == "night" else after_changes(moment, undisturbed.spots):
        undisturbed.restore(lab)
        getattr(lab.wire, moment)(spot, kill)
        with pytest.raises(Killed):
            lab.run(run.document, **undisturbed.parameters)
        midway = lab.state()
        assert (
            without_keys(midway, undisturbed.stale)["users"]
            == (without_keys(undisturbed.before, undisturbed.stale)["users"])
        )
        assert midway["passwordPolicy"] in (
            undisturbed.before["passwordPolicy"],
            undisturbed.after["passwordPolicy"],
        )

        execution = lab.run(run.document, **undisturbed.parameters)

        assert (execution.status, lab.state()) == ("Success", undisturbed.after), spot
        told = execution.outputs.get("DeleteStaleAccessKeys.KeyIds", [])
        if "DryRun" not in undisturbed.parameters:
            assert set(told) == undisturbed.stale - changed_keys(undisturbed.before, midway), (
                "it claims its own deeds only"
            )


class Held:
    """The account answers no more once a call has been carried out; whoever waits for the answer hangs."""

    def __init__(self, operation: str) -> None:
        self.reached = threading.Event()
        self.let_go = threading.Event()
        self._operation = operation
        self._add = CallLog.add

    def add(self, log: CallLog, call: Call) -> None:
        """Note the call, and hold the answer back."""
        self._add(log, call)
        if call.operation == self._operation:
            self.reached.set()
            self.let_go.wait(30)


def held_add(log: CallLog, held: Held, call: Call) -> None:
    """Stand in for `CallLog.add`, which is called right before the answer goes out."""
    held.add(log, call)


def in_its_own_process(
    lab: Lab, document: Any, parameters: dict[str, str], stop: threading.Event
) -> AutomationExecution:
    return automation.run_document(
        document, {"AutomationAssumeRole": ROLE, **parameters}, lab.account.exports(), stop=stop
    )


@pytest.mark.parametrize(
    ("run", "end"),
    [(RUNS[0], "Cancelled"), (RUNS[3], "Cancelled"), (RUNS[0], "TimedOut")],
    ids=["delete cancelled", "raise cancelled", "delete timed out"],
)
def test_its_real_process_killed_while_it_waits_for_the_answer_to_its_act(
    run: Run, end: str, lab: Lab
) -> None:
    undisturbed = record(lab, run)
    undisturbed.restore(lab)
    [*_, act] = [spot.operation.partition(":")[2] for spot in undisturbed.spots if is_act(spot.operation)]
    held, stop = Held(act), threading.Event()
    document = copy.deepcopy(DOCUMENTS[run.document])
    if end == "TimedOut":
        document["mainSteps"][0]["timeoutSeconds"] = 6  # enough to begin on a busy machine
    else:
        threading.Thread(target=stop_when, args=(stop, held.reached), daemon=True).start()
    with patch.object(CallLog, "add", partialmethod(held_add, held)):
        execution = in_its_own_process(lab, document, undisturbed.parameters, stop)
        held.let_go.set()
    assert held.reached.is_set()
    assert (execution.status, [step.name for step in execution.steps]) == (end, [run.document])
    assert lab.state() != undisturbed.before, "the act was carried out"

    again = in_its_own_process(lab, DOCUMENTS[run.document], undisturbed.parameters, threading.Event())

    assert (again.status, lab.state()) == ("Success", undisturbed.after)


def stop_when(stop: threading.Event, reached: threading.Event) -> None:
    reached.wait(30)
    stop.set()


def is_act(operation: str) -> bool:
    return operation.partition(":")[2] in ACT
