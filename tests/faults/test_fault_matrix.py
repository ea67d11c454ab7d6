"""Every AWS call of every rule and runbook, failing in every way: the calls are recorded, not listed here.

By day each call meets a fault for each way in which it can end: refused, failed for good, never answered,
carried out unheard; the first of each operation one that passes, too. Which of those a fault comes to is
decided by the client and its retries, not by the call; so every fault strikes one question and one change at
each service, in one run of each document and of the rules, which make their clients by the same text. All the
other cells are the night's.
"""

import pytest

from faults.lab import Lab
from faults.matrix_table import NIGHT, note
from faults.scenarios import EMPTY, EVALUATIONS, KEYS, Evaluation, Run, Undisturbed, crowd
from faults.truth import check_key_run, check_policy_run
from faults.wire import FAULTS, Fault, Spot

every_fault = pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
by_day_and_night = pytest.mark.parametrize("time", ["day", pytest.param(NIGHT, marks=pytest.mark.long)])

CHANGES = ("Delete", "Generate", "Put", "Update")
WAYS_TO_END, PASSING = ("denied", "500 on", "cut on", "lost on"), "thr x2"


def is_change(spot: Spot) -> bool:
    return spot.operation.partition(":")[2].startswith(CHANGES)


def where(fault: Fault, spots: list[Spot]) -> list[Spot]:
    """Return the calls that a fault is tried on: a lost answer to a question is the same as none in time."""
    return [spot for spot in spots if is_change(spot) or not fault.heard]


def by_day(fault: Fault, one: Run | Evaluation, spots: list[Spot]) -> list[Spot]:
    """Return those of them that are tried by day, see above; of a rule's users the first and the last."""
    kinds = {(spot.operation.partition(":")[0], is_change(spot)): spot for spot in spots}  # the last of each
    last = {spot.operation: spot for spot in spots}.values()
    every = kinds.values() if one.every_fault else ()
    ways = [spot for spot in spots if isinstance(one, Run) or spot.nth == 1 or spot in last]
    first = [spot for spot in spots if spot.nth == 1]
    tried = [*every, *(ways if fault.name in WAYS_TO_END else first if fault.name == PASSING else [])]
    return [spot for spot in where(fault, spots) if spot in tried]


def cells(
    time: str, fault: Fault, one: Run | Evaluation, spots: list[Spot], request: pytest.FixtureRequest
) -> list[Spot]:
    """Return the calls that a fault is tried on now; by day, leave the other cells to the night."""
    tried, day = where(fault, spots), by_day(fault, one, spots)
    if time == NIGHT:
        return [spot for spot in tried if spot not in day]
    for spot in tried:
        note(request.node, one.name, str(spot), fault.name, NIGHT)  # until another outcome is noted
    return day


@by_day_and_night
@every_fault
def test_a_runbook_is_done_or_fails_and_says_what_was_done(
    time: str, fault: Fault, runbook: tuple[Run, Undisturbed], lab: Lab, request: pytest.FixtureRequest
) -> None:
    run, undisturbed = runbook
    for spot in cells(time, fault, run, undisturbed.spots, request):
        undisturbed.restore(lab)
        lab.wire.fail(spot, fault)
        execution = lab.run(run.document, **undisturbed.parameters)
        after = lab.state()
        assert lab.wire.struck, "the fault met no call"
        if run.document == KEYS:
            check_key_run(execution, undisturbed.before, after, undisturbed.stale)
        else:
            check_policy_run(execution, undisturbed.before, after, undisturbed.after)
        outcome = "done" if after == undisturbed.after and execution.status == "Success" else "part"
        if execution.status == "Success":
            assert after == undisturbed.after, f"{spot}: success, and yet not done"
        elif after == undisturbed.before:
            outcome = "-"
        note(request.node, run.name, str(spot), fault.name, outcome)


@pytest.fixture(scope="module", params=EVALUATIONS, ids=lambda one: one.name)
def rule(
    request: pytest.FixtureRequest, lab: Lab
) -> tuple[Evaluation, dict[str, tuple[str, str]], list[Spot]]:
    """A rule, what it reports undisturbed, and its calls."""
    one: Evaluation = request.param
    lab.restore(EMPTY)
    crowd(lab, one.young)
    lab.make_report()
    lab.wire.clear()
    lab.earlier(one.rule, {})
    lab.evaluate(one.rule, one.parameters)
    spots = [spot for spot in lab.wire.spots if spot.operation.startswith(one.calls)]
    return one, lab.reported(one.rule), spots


EARLIER = {"AIDAEARLIER": "COMPLIANT"}


@by_day_and_night
@every_fault
def test_a_rule_reports_the_same_or_fails_having_reported_nothing_but_truth(
    time: str,
    fault: Fault,
    rule: tuple[Evaluation, dict[str, tuple[str, str]], list[Spot]],
    lab: Lab,
    request: pytest.FixtureRequest,
) -> None:
    one, undisturbed, spots = rule
    for spot in cells(time, fault, one, spots, request):
        lab.wire.clear()
        lab.earlier(one.rule, EARLIER)
        earlier = lab.reported(one.rule)
        lab.wire.fail(spot, fault)
        failed = False
        try:
            lab.evaluate(one.rule, one.parameters)
        except Exception:  # noqa: BLE001 - whatever leaves the handler fails the invocation
            failed = True
        assert lab.wire.struck, "the fault met no call"
        assert not (failed and "CredentialReport" in spot.operation), "the report is a short cut"
        reported = lab.reported(one.rule)
        new = {who: result for who, result in reported.items() if result != earlier.get(who)}
        if not failed:
            assert verdicts(new) == verdicts(undisturbed), spot
        elif spot.operation == "config:PutEvaluations":  # the one call that reports
            assert new.items() <= undisturbed.items(), "what was reported before it failed is true"
        else:
            assert reported == earlier, f"{spot}: reported although it failed"
        outcome = "part" if failed and new else "-" if failed else "done"
        note(request.node, one.name, str(spot), fault.name, outcome)


def verdicts(reported: dict[str, tuple[str, str]]) -> dict[str, str]:
    """Without the annotations: those say whether the credential report could be read."""
    return {who: compliance for who, (compliance, _) in reported.items()}
