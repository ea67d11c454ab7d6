"""Somebody changes the account between any two calls of a runbook: who, what and when are generated."""

import re
import threading
from collections.abc import Callable
from typing import Any

import pytest

from faults.lab import DOCUMENTS, ROLE, Lab, State, keys_of
from faults.people import ACTS, RACES, People, watch
from faults.scenarios import EMPTY, KEYS, POLICY, RUNS, Run, Undisturbed, move_in, record
from faults.truth import changed_keys
from faults.wire import FAULTS, Fault, Spot
from rulebook import automation
from rulebook.sandbox import records
from rulebook.sandbox.iam.backend import account_iam

FAULTS_BY_NAME = {fault.name: fault for fault in FAULTS}
KEY_RUNS = [
    RUNS[0],
    Run("delete unused", KEYS, {**RUNS[1].parameters, "Action": "Delete"}),
]


@pytest.fixture(scope="module", params=KEY_RUNS, ids=lambda run: run.name)
def keys_run(request: pytest.FixtureRequest, lab: Lab) -> tuple[Run, Undisturbed]:
    return request.param, record(lab, request.param)


def unseen(race: Callable[[People], None], undisturbed: Undisturbed, place: int) -> set[str]:
    """Return what is wrong with a key acted on, the race having come right before the call at ``place``.

    As the script says: a switch-off after ListAccessKeys goes unseen until the act, a use after
    GetAccessKeyLastUsed, an exemption after GetUser; and nothing else, a key of another user least of all.
    """
    spots = undisturbed.spots
    acts = [number for number, spot in enumerate(spots) if spot.operation.endswith("AccessKey")]
    act = next((number for number in acts if number >= place), None)
    if act is None:
        return set()
    if race is People.use_key and (act != acts[-1] or "MaxCredentialUsageAge" not in undisturbed.parameters):
        return set()  # alice's older key, which goes first, is too old anyway
    windows: dict[Callable[[People], None], tuple[str, str]] = {
        People.switch_off: ("switched off", "iam:ListAccessKeys"),
        People.use_key: ("not stale", "iam:GetAccessKeyLastUsed"),
        People.exempt: ("exempt", "iam:GetUser"),
    }
    why, read = windows.get(race, ("", ""))
    last_read = max((n for n, spot in enumerate(spots[:act]) if spot.operation == read), default=act)
    return {why} if why and place > last_read else set()


KEYS_SEEN = ("iam:ListAccessKeys", "iam:GetAccessKeyLastUsed", *ACTS)
# By which calls a change is seen; a change that any of IAM's sees is not listed.
SEEN: dict[Callable[[People], None], tuple[str, ...]] = {
    **dict.fromkeys((People.delete_key, People.rotate_key, People.switch_off, People.use_key), KEYS_SEEN),
    People.exempt: ("iam:GetUser", *ACTS),
}


def seen(race: Callable[[People], None], spots: list[Spot]) -> list[Spot]:
    """Return the calls that see a race: what comes before another comes before the next one that does."""
    [config, *others] = spots
    assert config.operation == "config:ListDiscoveredResources", "which knows nobody here"
    return [spot for spot in others if spot.operation in SEEN.get(race, (spot.operation,))]


@pytest.mark.parametrize(
    ("keys_run", "race", "time"),
    [
        pytest.param(
            run,
            race,
            time,
            id=f"{run.name}-{race.__name__}-{time}",
            marks=pytest.mark.long if time == "night" else (),
        )
        for run in KEY_RUNS
        for race in RACES
        for time in ("day", "night")
        # A run that judges by age alone is another than one by use only where a key is used.
        if time == "night" or run is not RUNS[0] or race is People.use_key
    ],
    indirect=["keys_run"],
)
def test_only_keys_active_and_stale_at_that_moment_of_exactly_that_user_are_changed(
    race: Callable[[People], None], time: str, keys_run: tuple[Run, Undisturbed], lab: Lab
) -> None:
    _, undisturbed = keys_run
    tried = undisturbed.spots if time == "night" else seen(race, undisturbed.spots)
    alice = undisturbed.parameters["IAMUserId"]
    for place, spot in enumerate(undisturbed.spots):
        if spot not in tried:
            continue
        undisturbed.restore(lab)
        came: list[State] = []

        def intrude(came: list[State] = came) -> None:
            race(People(lab, alice))
            came.append(lab.state())

        asked = watch(lab, alice, undisturbed.parameters)
        lab.wire.before(spot, intrude)

        execution = lab.run(KEYS, **undisturbed.parameters)

        after = lab.state()
        wrong = {why for one in asked for why in one.wrong}
        assert wrong == unseen(race, undisturbed, place), f"{race.__name__} before {spot}"
        # Others are as the intruder left them, key by key; alice has lost nothing but what was asked for.
        assert others(after, alice) == others(came[0], alice), f"{race.__name__} before {spot}"
        assert changed_keys(came[0], after) <= {one.key_id for one in asked}
        assert execution.status == "Success", execution.failure_message
        assert not left_stale(after, alice, undisturbed, came[0]), f"{race.__name__} before {spot}"
        verified = execution.outputs["VerifyNoStaleAccessKeys.Outcome"]
        assert (verified == "Verified") == any(user["id"] == alice for user in after["users"])


UNSENT = Fault("unsent x1", 1, unsent=True)
ONCE = [UNSENT, *(fault for fault in FAULTS if fault.attempts == 1 and not fault.heard)]


@pytest.mark.parametrize("fault", ONCE, ids=lambda fault: fault.name)
def test_a_key_gone_at_the_second_attempt_is_claimed_only_if_the_first_may_have_been_carried_out(
    fault: Fault, keys_run: tuple[Run, Undisturbed], lab: Lab
) -> None:
    """Throttled or never sent, the first did nothing; else it is said that it is not known by whom."""
    _, undisturbed = keys_run
    spot = next(one for one in undisturbed.spots if one.operation == "iam:DeleteAccessKey")
    undisturbed.restore(lab)
    first = keys_of(lab.state()).keys() & undisturbed.stale
    lab.wire.before(spot, People(lab, undisturbed.parameters["IAMUserId"]).delete_key)
    lab.wire.fail(spot, fault)

    execution = lab.run(KEYS, **undisturbed.parameters)

    gone = (first - keys_of(lab.state()).keys()) & undisturbed.stale
    message = execution.outputs["DeleteStaleAccessKeys.Message"]
    claimed = set(execution.outputs["DeleteStaleAccessKeys.KeyIds"])
    doubted = set(re.findall(r"by this run: (AKIA\w+)", message))
    nothing_done = fault in (UNSENT, FAULTS_BY_NAME["thr x1"])
    assert lab.wire.struck == 1
    assert gone == undisturbed.stale
    assert len(gone - claimed) == (1 if nothing_done else 0)
    assert gone - claimed == set(re.findall(r"not found any more: (AKIA\w+)", message))
    assert len(doubted) == (0 if nothing_done else 1)


def test_a_key_deleted_right_before_its_last_use_is_asked_is_gone_also_as_aws_answers_it(
    keys_run: tuple[Run, Undisturbed], lab: Lab
) -> None:
    """AWS answers AccessDenied, the embedded account NoSuchEntity."""
    _, undisturbed = keys_run
    spot = next(one for one in undisturbed.spots if one.operation == "iam:GetAccessKeyLastUsed")
    undisturbed.restore(lab)
    lab.wire.before(spot, People(lab, undisturbed.parameters["IAMUserId"]).delete_key)
    lab.wire.fail(spot, FAULTS_BY_NAME["denied"])

    execution = lab.run(KEYS, **undisturbed.parameters)

    assert (execution.status, lab.wire.struck) == ("Success", 1), execution.failure_message
    assert not undisturbed.stale & keys_of(lab.state()).keys()
    assert len(execution.outputs["DeleteStaleAccessKeys.KeyIds"]) == len(undisturbed.stale) - 1


def others(state: State, alice: str) -> list[Any]:
    return [user for user in state["users"] if user["id"] != alice]


def left_stale(after: State, alice: str, undisturbed: Undisturbed, intruded: State) -> set[str]:
    """Return alice's keys that the run was to change and that are still on, unless she is exempt by now."""
    user: dict[str, Any] = next(
        (one for one in after["users"] if one["id"] == alice), {"tags": {}, "keys": []}
    )
    tag = undisturbed.parameters.get("ExemptTag", "-").lower()
    if tag in {name.lower() for name in user["tags"]}:
        return set()
    used = {one["id"] for who in intruded["users"] for one in who["keys"] if one["lastUsed"]}
    old = {one["id"] for one in user["keys"] if one["status"] == "Active"} & undisturbed.stale
    return old - (used if undisturbed.parameters.get("MaxCredentialUsageAge") else set())


# The password policy


def raise_further(policy: dict[str, Any]) -> dict[str, Any]:
    return policy | {"MinimumPasswordLength": 30, "MaxPasswordAge": 30}


def weaken(policy: dict[str, Any]) -> dict[str, Any]:
    return policy | {"MinimumPasswordLength": 6, "PasswordReusePrevention": 1}


def delete(_: dict[str, Any]) -> None:
    return None


CHANGES = (raise_further, weaken, delete)
RAISE = RUNS[3]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_a_policy_changed_meanwhile_ends_as_required_or_the_run_fails(
    change: Callable[[dict[str, Any]], dict[str, Any] | None], lab: Lab
) -> None:
    undisturbed = record(lab, RAISE)
    spots = undisturbed.spots
    update = next(n for n, spot in enumerate(spots) if spot.operation.endswith("UpdateAccountPasswordPolicy"))
    required = undisturbed.after["passwordPolicy"]
    for place, spot in enumerate(spots):
        undisturbed.restore(lab)
        lab.wire.before(spot, lambda: set_policy(change, lab.state()["passwordPolicy"]))

        execution = lab.run(POLICY, **undisturbed.parameters)

        policy = lab.state()["passwordPolicy"]
        if place == update:  # the one moment, as the script says, in which what somebody else sets is lost
            assert (execution.status, policy) == ("Success", required)
        elif execution.status == "Success":
            assert weaker(policy, required) == [], f"{change.__name__} before {spot}"
            if change is raise_further:
                assert (policy["MinimumPasswordLength"], policy["MaxPasswordAge"]) == (30, 30)
            if change is weaken:
                assert policy == required, "what was not required is as it was"
        else:
            assert place > update, "it failed although it could have set the policy"
            assert change is not raise_further
            assert "MinimumPasswordLength" in execution.failure_message or change is delete


WRITE = "iam:UpdateAccountPasswordPolicy"
NEVER_HEARD = [fault for fault in FAULTS if fault.name in ("thr x1", "thr on", "500 on", "slow on", "cut on")]


@pytest.mark.parametrize("fault", NEVER_HEARD, ids=lambda fault: fault.name)
def test_a_stricter_policy_set_after_a_write_failed_is_not_overwritten(fault: Fault, lab: Lab) -> None:
    """One attempt a write: botocore's own retry would send what was worked out before."""
    undisturbed = record(lab, RAISE)
    undisturbed.restore(lab)
    lab.wire.fail(Spot(WRITE, 1), fault)

    def administrator(spot: Spot, _: str) -> None:
        if spot == Spot(WRITE, 1):
            set_policy(raise_further, undisturbed.after["passwordPolicy"])

    lab.wire.on_send = administrator

    execution = lab.run(POLICY, **undisturbed.parameters)

    assert (execution.status, lab.wire.struck) == ("Success", 1)
    assert lab.state()["passwordPolicy"] == raise_further(undisturbed.after["passwordPolicy"])
    doubt = fault.name not in ("thr x1", "thr on")
    assert execution.outputs["ResetPasswordPolicy.Message"].startswith(
        "Probably set" if doubt else "The policy already is as required; nothing was changed"
    )


def set_policy(change: Callable[[dict[str, Any]], dict[str, Any] | None], policy: dict[str, Any]) -> None:
    changed = change(policy)
    if changed is None:
        account_iam().account_password_policy = None
    else:
        records.set_password_policy(**{name: value for name, value in changed.items() if value is not None})


def weaker(policy: dict[str, Any], required: dict[str, Any]) -> list[str]:
    """Return the settings in which a policy is weaker than the requirement."""
    return [
        name
        for name, want in required.items()
        if (name.startswith("Require") and want and not policy[name])
        or (name in ("MinimumPasswordLength", "PasswordReusePrevention") and (policy[name] or 0) < want)
    ]


# Two runs at once


CHANGED_SEEN = (*KEYS_SEEN, "iam:GetAccountPasswordPolicy", WRITE)  # by what a run changes


@pytest.mark.parametrize("time", ["day", pytest.param("night", marks=pytest.mark.long)])
def test_another_run_of_the_same_runbook_between_any_two_calls_changes_nothing_of_the_end(
    time: str, runbook: tuple[Run, Undisturbed], lab: Lab
) -> None:
    run, undisturbed = runbook
    for spot in undisturbed.spots:
        if time == "day" and spot.operation not in CHANGED_SEEN:
            continue
        undisturbed.restore(lab)
        other: list[automation.AutomationExecution] = []

        def overtake(other: list[automation.AutomationExecution] = other) -> None:
            other.append(lab.run(run.document, **undisturbed.parameters))

        lab.wire.before(spot, overtake)

        execution = lab.run(run.document, **undisturbed.parameters)

        assert (execution.status, other[0].status) == ("Success", "Success"), spot
        assert lab.state() == undisturbed.after
        if run.document == KEYS and "DryRun" not in undisturbed.parameters:
            claimed = [
                key_id
                for one in (execution, other[0])
                for key_id in one.outputs["DeleteStaleAccessKeys.KeyIds"]
            ]
            twice = {one for one in claimed if claimed.count(one) > 1}
            assert set(claimed) == undisturbed.stale, "every change is claimed"
            assert (
                not twice or undisturbed.parameters.get("Action") == "Deactivate"
            )  # which may be done twice


# A key may be switched off twice, so three that do it at once are not in each other's way.
@pytest.mark.parametrize(
    "run", [RUNS[0], pytest.param(RUNS[1], marks=pytest.mark.long), RAISE], ids=lambda run: run.name
)
def test_three_runs_at_once_in_threads_and_processes_of_their_own(run: Run, lab: Lab) -> None:
    undisturbed = record(lab, run)
    undisturbed.restore(lab)
    together = threading.Barrier(3)
    ended: list[automation.AutomationExecution] = []

    def go() -> None:
        together.wait()
        ended.append(
            automation.run_document(
                DOCUMENTS[run.document],
                {"AutomationAssumeRole": ROLE, **undisturbed.parameters},
                lab.account.exports(),
            )
        )

    threads = [threading.Thread(target=go) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [(one.status, one.failure_message) for one in ended] == [("Success", "")] * 3
    assert lab.state() == undisturbed.after


def test_the_oracle_of_these_tests_sees_each_kind_of_wrong(lab: Lab) -> None:
    """The watcher is not blind: asked to change a wrong key by hand, it says what is wrong with it."""
    lab.restore(EMPTY)
    alice = move_in(lab)
    bob, keeper = (
        next(one for one in lab.state()["users"] if one["name"] == name) for name in ("bob", "keeper")
    )
    asked = watch(lab, alice, {"ExemptTag": "keep"})
    import boto3  # noqa: PLC0415 - the default session of the lab

    iam = boto3.client("iam")
    for user in (bob, keeper):
        for one in user["keys"]:
            iam.update_access_key(UserName=user["name"], AccessKeyId=one["id"], Status="Inactive")
    assert sorted(sorted(one.wrong) for one in asked) == [
        ["another user's", "exempt"],
        ["another user's", "not stale"],
        ["another user's", "switched off"],
    ]
