"""Every AWS call of every rule and runbook, failing in every way: the calls are recorded, not listed here."""

import pytest

from faults.lab import Lab
from faults.matrix_table import note
from faults.scenarios import EMPTY, EVALUATIONS, KEYS, Evaluation, Run, Undisturbed, crowd
from faults.truth import check_key_run, check_policy_run
from faults.wire import FAULTS, Fault, Spot

every_fault = pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)

CHANGES = ("Delete", "Generate", "Put", "Update")


def where(fault: Fault, spots: list[Spot]) -> list[Spot]:
    """Return the calls that a fault is tried on: a lost answer to a question is the same as none in time."""
    if not fault.heard:
        return spots
    return [spot for spot in spots if spot.operation.partition(":")[2].startswith(CHANGES)]


@every_fault
def test_a_runbook_is_done_or_fails_and_says_what_was_done(
    fault: Fault, runbook: tuple[Run, Undisturbed], lab: Lab, request: pytest.FixtureRequest
) -> None:
    run, undisturbed = runbook
    for spot in where(fault, undisturbed.spots):
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


@every_fault
def test_a_rule_reports_the_same_or_fails_having_reported_nothing_but_truth(
    fault: Fault,
    rule: tuple[Evaluation, dict[str, tuple[str, str]], list[Spot]],
    lab: Lab,
    request: pytest.FixtureRequest,
) -> None:
    one, undisturbed, spots = rule
    for spot in where(fault, spots):
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
