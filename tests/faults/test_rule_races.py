"""Somebody changes the account between any two calls of the access key rule: every user is judged, by id."""

from collections.abc import Callable

import pytest

from faults.lab import Lab, State
from faults.people import RACES, People
from faults.scenarios import EMPTY, KEY_RULE, crowd

PARAMETERS = {"maxCredentialUsageAge": "45", "exemptTag": "keep"}


def verdicts(lab: Lab, start: State) -> dict[str, str]:
    """Evaluate; return the compliance by user id; whoever came since the start has another id each time."""
    there = {user["id"] for user in start["users"]}
    lab.earlier(KEY_RULE, {})
    lab.evaluate(KEY_RULE, PARAMETERS)
    found = lab.reported(KEY_RULE).items()
    return {one if one in there else "newcomer": compliance for one, (compliance, _) in found}


@pytest.mark.parametrize("race", RACES, ids=lambda race: race.__name__)
def test_every_user_has_one_verdict_that_was_true_while_the_rule_ran(
    race: Callable[[People], None], lab: Lab
) -> None:
    lab.restore(EMPTY)
    crowd(lab)
    start = lab.state()
    alice = next(user["id"] for user in start["users"] if user["name"] == "alice")
    lab.make_report()
    lab.wire.clear()
    before = verdicts(lab, start)
    spots = [spot for spot in lab.wire.spots if spot.operation.startswith("iam:")]
    assert len([spot for spot in spots if spot.operation == "iam:ListUsers"]) == 2
    race(People(lab, alice))
    after = verdicts(lab, start)
    for spot in spots:
        lab.restore(start)
        lab.make_report()
        lab.wire.before(spot, lambda: race(People(lab, alice)))
        found = verdicts(lab, start)
        assert found.keys() == after.keys(), f"{spot}: whoever is there has a verdict, and nobody else"
        for user_id, compliance in found.items():
            assert compliance in (before.get(user_id), after[user_id]), f"{spot}: {user_id}"
