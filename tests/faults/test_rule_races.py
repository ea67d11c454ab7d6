"""Somebody changes the account between any two calls of the access key rule: every user is judged, by id.

The report was made before any of them, so what comes before the first ListUsers, the first look at the live
account, came before the rule. By day each race comes before the first and the last call of each operation
from there on, by night before every call.
"""

from collections.abc import Callable

import pytest

from faults.lab import Lab, State
from faults.people import RACES, People
from faults.scenarios import EMPTY, KEY_RULE, crowd
from faults.wire import Spot

PARAMETERS = {"maxCredentialUsageAge": "45", "exemptTag": "keep"}
Verdicts = dict[str, str]


def verdicts(lab: Lab, start: State) -> Verdicts:
    """Evaluate; return the compliance by user id; whoever came since the start has another id each time."""
    there = {user["id"] for user in start["users"]}
    lab.earlier(KEY_RULE, {})
    lab.evaluate(KEY_RULE, PARAMETERS)
    found = lab.reported(KEY_RULE).items()
    return {one if one in there else "newcomer": compliance for one, (compliance, _) in found}


@pytest.fixture(scope="module")
def undisturbed(lab: Lab) -> tuple[State, Verdicts, list[Spot]]:
    """The account, what the rule says of it undisturbed, and its calls of IAM."""
    lab.restore(EMPTY)
    crowd(lab)
    start = lab.state()
    begin(lab, start)
    before = verdicts(lab, start)
    spots = [spot for spot in lab.wire.spots if spot.operation.startswith("iam:")]
    assert len([spot for spot in spots if spot.operation == "iam:ListUsers"]) == 2
    return start, before, spots


def begin(lab: Lab, start: State) -> None:
    lab.restore(start)
    lab.make_report()


def by_day(spots: list[Spot]) -> list[Spot]:
    """Return the first and the last of each; users are asked about side by side: those between are alike."""
    live = spots[spots.index(Spot("iam:ListUsers", 1)) + 1 :]
    last = {spot.operation: spot for spot in live}.values()
    return [spot for spot in live if spot.nth == 1 or spot in last]


@pytest.mark.parametrize("time", ["day", pytest.param("night", marks=pytest.mark.long)])
@pytest.mark.parametrize("race", RACES, ids=lambda race: race.__name__)
def test_every_user_has_one_verdict_that_was_true_while_the_rule_ran(
    race: Callable[[People], None], time: str, lab: Lab, undisturbed: tuple[State, Verdicts, list[Spot]]
) -> None:
    start, before, spots = undisturbed
    alice = next(user["id"] for user in start["users"] if user["name"] == "alice")
    begin(lab, start)
    race(People(lab, alice))
    after = verdicts(lab, start)
    for spot in spots if time == "night" else by_day(spots):
        begin(lab, start)
        lab.wire.before(spot, lambda: race(People(lab, alice)))
        found = verdicts(lab, start)
        assert found.keys() == after.keys(), f"{spot}: whoever is there has a verdict, and nobody else"
        for user_id, compliance in found.items():
            assert compliance in (before.get(user_id), after[user_id]), f"{spot}: {user_id}"
