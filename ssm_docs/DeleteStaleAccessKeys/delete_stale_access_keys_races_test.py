"""What the script does when AWS fails, or somebody else changes the account, between any two of its calls."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError

import delete_stale_access_keys as script
from delete_stale_access_keys_account_test import Account, key, open_account, response
from delete_stale_access_keys_steps_test import act, verify

PAUSES = script.PAUSES
SETTINGS = {"MaxCredentialUsageAge": "45", "ExemptTag": "keep", "ExemptUsers": "nobody"}


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    monkeypatch.setattr(script, "PAUSES", (0, 0, 0, 0))
    with open_account() as opened:
        yield opened


# Who the user is


def test_config_is_not_believed_when_the_name_belongs_to_another_user_now(account: Account) -> None:
    user_id = account.add("alice-married", [key(120)])
    account.add("alice", [key(120)])
    account.config_knows({user_id: "alice"})

    acted = act(user_id)

    assert (acted["Outcome"], acted["UserName"]) == ("Deleted", "alice-married")
    assert account.keys("alice-married") == {}
    assert len(account.keys("alice")) == 1


@pytest.mark.parametrize("keys_of_the_new_owner", [[], [key(5)]])
def test_nothing_to_do_is_not_said_of_another_user_who_has_the_name_now(
    account: Account, keys_of_the_new_owner: list[Any]
) -> None:
    user_id = account.add("alice-married", [key(120)])
    account.add("alice", keys_of_the_new_owner)
    account.config_knows({user_id: "alice"})
    assert act(user_id)["Outcome"] == "Deleted"


@pytest.mark.parametrize("name", ["gone", "", "no such name?"])
def test_list_users_decides_when_config_answers_a_name_that_iam_does_not_know(
    account: Account, name: str
) -> None:
    user_id = account.add("alice", [key(120)])
    account.config_knows({user_id: name})
    assert act(user_id)["Outcome"] == "Deleted"
    assert account.keys("alice") == {}
    if name != "gone":  # what cannot be a name is not even tried
        assert account.calls[1] == "ListUsers"


def test_config_is_not_believed_when_it_answers_another_user(account: Account) -> None:
    user_id = account.add("alice", [key(120)])
    bob = {"resourceType": "AWS::IAM::User", "resourceId": account.add("bob"), "resourceName": "bob"}
    account.before("ListDiscoveredResources", lambda: response(200, {"resourceIdentifiers": [bob]}))
    assert act(user_id)["UserName"] == "alice"
    assert account.calls[1] == "ListUsers"


def refuse(account: Account) -> None:
    account.fail("ListDiscoveredResources", "AccessDeniedException")


def unreachable(account: Account) -> None:
    def fail() -> None:
        raise EndpointConnectionError(endpoint_url="https://config.us-east-1.amazonaws.com")

    account.before("ListDiscoveredResources", fail)


@pytest.mark.parametrize("break_config", [refuse, unreachable])
def test_list_users_decides_when_config_does_not_answer(
    account: Account, break_config: Callable[[Account], None]
) -> None:
    user_id = account.add("alice", [key(120)])
    account.config_knows({user_id: "alice"})
    break_config(account)
    assert act(user_id)["Outcome"] == "Deleted"
    assert account.calls.count("ListUsers") == 1


def test_a_deleted_users_id_with_a_reused_name_is_not_found(account: Account) -> None:
    gone = account.add("alice")
    account.delete_user("alice")
    account.add("alice", [key(120)])
    account.config_knows({gone: "alice"})
    assert act(gone)["Outcome"] == "UserNotFound"
    assert len(account.keys("alice")) == 1


# Races: something else happens between two calls


def reuse_name(account: Account) -> None:
    """Alice is renamed, and another user with a stale key gets the name."""
    account.rename("alice", "alice-married")
    account.add("alice", [key(120)])


def rename(account: Account) -> None:
    """Alice is renamed."""
    account.rename("alice", "alice-married")


MOMENTS = ["ListDiscoveredResources", "ListAccessKeys", "GetAccessKeyLastUsed", "GetUser"]


@pytest.mark.parametrize("operation", MOMENTS)
@pytest.mark.parametrize("happens", [reuse_name, rename])
def test_a_user_whose_name_changes_meanwhile_is_followed_by_id(
    account: Account, operation: str, happens: Callable[[Account], None]
) -> None:
    user_id = account.add("alice", [key(120)])
    account.config_knows({user_id: "alice"})
    account.after(operation, lambda: happens(account))

    acted = act(user_id)

    assert (acted["Outcome"], acted["UserName"]) == ("Deleted", "alice-married")
    assert account.keys("alice-married") == {}
    if happens is reuse_name:
        assert len(account.keys("alice")) == 1
    assert verify(acted) == "Verified"


@pytest.mark.parametrize("operation", MOMENTS)
@pytest.mark.parametrize("successor", [False, True])
def test_a_user_deleted_meanwhile_is_not_found_and_a_successor_of_the_name_keeps_its_keys(
    account: Account, operation: str, successor: bool
) -> None:
    def leave() -> None:
        account.delete_user("alice")
        if successor:
            account.add("alice", [key(120)])

    user_id = account.add("alice", [key(120)])
    account.config_knows({user_id: "alice"})
    account.after(operation, leave)

    acted = act(user_id)

    assert (acted["Outcome"], acted["UserName"], acted["KeyIds"]) == ("UserNotFound", "", [])
    assert acted["Message"].startswith(f"{user_id}: no access key was deleted; ")
    assert verify(acted) == "NothingToVerify"
    assert not successor or len(account.keys("alice")) == 1


def test_a_user_deleted_between_the_steps_leaves_nothing_to_verify(account: Account) -> None:
    acted = act(account.add("alice", [key(120)]))
    account.delete_user("alice")
    account.add("alice", [key(120)])
    assert verify(acted) == "NothingToVerify"


def test_a_user_deleted_after_the_first_of_two_deletions(account: Account) -> None:
    user_id = account.add("alice", [key(120), key(120)])
    first, second = account.keys("alice")
    account.after("DeleteAccessKey", lambda: account.delete_user("alice"))

    acted = act(user_id)

    assert (acted["Outcome"], acted["KeyIds"]) == ("Deleted", [first])
    assert acted["Message"] == f"{user_id}: deleted: {first}; left as it was: {second}; no such IAM user."


def test_a_user_missed_because_it_was_renamed_while_the_pages_were_read_is_found(account: Account) -> None:
    user_id = account.add("alice", [key(120)])
    nobody = response(200, {"Users": [], "IsTruncated": False})
    account.before("ListUsers", lambda: nobody)
    assert act(user_id)["Outcome"] == "Deleted"


@pytest.mark.parametrize("operation", MOMENTS)
@pytest.mark.parametrize("action", ["Delete", "Deactivate"])
def test_a_key_deleted_by_somebody_else_is_not_reported_as_ours(
    account: Account, operation: str, action: str
) -> None:
    user_id = account.add("alice", [key(120)])
    [stale] = account.keys("alice")
    account.after(operation, lambda: account.delete_key(stale))

    acted = act(user_id, Action=action)

    assert (acted["Outcome"], acted["KeyIds"], acted["Changes"]) == ("NothingToDo", [], [])
    asked_for = operation in ("GetAccessKeyLastUsed", "GetUser")
    assert (f"not found any more: {stale}" in acted["Message"]) == asked_for
    assert verify(acted) == "Verified"


def test_a_key_that_iam_does_not_find_for_a_moment_is_acted_on_after_another_look(account: Account) -> None:
    user_id = account.add("alice", [key(120)])
    [stale] = account.keys("alice")
    account.fail("DeleteAccessKey", "NoSuchEntity")

    acted = act(user_id)

    assert (acted["Outcome"], acted["KeyIds"], account.keys("alice")) == ("Deleted", [stale], {})
    assert acted["Message"] == f"alice: deleted: {stale}; no other active access key is stale."


def test_a_key_that_stays_and_is_never_found_is_a_failure(account: Account) -> None:
    user_id = account.add("alice", [key(120)])
    [stale] = account.keys("alice")
    for number in range(100):
        account.fail("DeleteAccessKey", "NoSuchEntity", number + 1)
    with pytest.raises(RuntimeError, match=f"not found any more: {stale}; then it stopped: .* keep changing"):
        act(user_id)
    assert account.calls.count("DeleteAccessKey") == script.LOOKS


# A key's last use, asked when the key is gone: AWS answers AccessDenied to anybody (recorded there, see
# localstack/localstack, tests/aws/services/iam/test_iam_users.snapshot.json), the embedded one NoSuchEntity.
GONE = ["AccessDenied", "NoSuchEntity"]


@pytest.mark.parametrize("code", GONE)
@pytest.mark.parametrize("dry_run", ["true", "false"])
def test_a_key_gone_before_its_last_use_is_read_is_gone(account: Account, code: str, dry_run: str) -> None:
    user_id = account.add("alice", [key(60)])
    [unused] = account.keys("alice")
    account.after("ListAccessKeys", lambda: account.delete_key(unused))
    account.fail("GetAccessKeyLastUsed", code)

    acted = act(user_id, MaxCredentialUsageAge="45", DryRun=dry_run)

    assert acted["Outcome"] == "NothingToDo"
    assert account.calls[2:] == ["ListAccessKeys", "GetAccessKeyLastUsed", "ListAccessKeys", "GetUser"]


@pytest.mark.parametrize("code", GONE)
def test_a_key_gone_when_verifying_asks_for_its_last_use_is_gone(account: Account, code: str) -> None:
    user_id = account.add("alice", [key(120)])
    [stale] = account.keys("alice")
    acted = act(user_id)
    account.before("ListAccessKeys", lambda: listed(stale))
    account.fail("GetAccessKeyLastUsed", code)
    assert verify(acted) == "Verified"


def test_a_key_that_iam_still_lists_for_a_moment_when_its_last_use_is_asked_is_waited_for(
    account: Account,
) -> None:
    user_id = account.add("alice", [key(120)])
    [stale] = account.keys("alice")
    account.delete_key(stale)
    for late in (1, 2, 3, 4):
        account.before("ListAccessKeys", lambda: listed(stale), late)
    account.fail("GetAccessKeyLastUsed", "AccessDenied")
    assert act(user_id)["Outcome"] == "NothingToDo"


@pytest.mark.parametrize("code", ["AccessDenied", "ServiceFailure"])
def test_a_refused_question_about_a_key_that_is_still_there_is_a_failure(account: Account, code: str) -> None:
    user_id = account.add("alice", [key(120)])
    account.fail("GetAccessKeyLastUsed", code)
    with pytest.raises(RuntimeError, match=f"{code}.*GetAccessKeyLastUsed"):
        act(user_id)
    assert len(account.keys("alice")) == 1


@pytest.mark.parametrize("code", GONE)
def test_a_key_is_not_gone_because_the_name_is_another_users_now(account: Account, code: str) -> None:
    user_id = account.add("alice", [key(120)])
    account.config_knows({user_id: "alice"})
    account.after("ListAccessKeys", lambda: reuse_name(account))
    account.fail("GetAccessKeyLastUsed", code)
    assert act(user_id)["Outcome"] == "Deleted"
    assert account.keys("alice-married") == {}


def switch_off(account: Account, key_id: str) -> None:
    account.set_status("alice", key_id, "Inactive")


def exempt(account: Account, _: str) -> None:
    account.tag("alice", "Keep", "")


@pytest.mark.parametrize("intervene", [switch_off, exempt])
def test_before_the_second_deletion_the_user_is_read_again(
    account: Account, intervene: Callable[[Account, str], None]
) -> None:
    user_id = account.add("alice", [key(120), key(120)])
    first, second = account.keys("alice")
    account.after("DeleteAccessKey", lambda: intervene(account, second))

    acted = act(user_id, ExemptTag="keep")

    assert [*account.keys("alice")] == [second]
    assert (acted["Outcome"], acted["KeyIds"]) == ("Deleted", [first])
    assert verify(acted, ExemptTag="keep") == "Verified"


def test_an_exemption_right_after_the_keys_were_listed_is_seen(account: Account) -> None:
    user_id = account.add("alice", [key(120)])
    account.after("ListAccessKeys", lambda: exempt(account, ""))
    assert act(user_id, ExemptTag="keep")["Outcome"] == "Exempt"
    assert len(account.keys("alice")) == 1


def test_a_use_right_after_the_keys_were_listed_is_seen(account: Account) -> None:
    user_id = account.add("alice", [key(60)])
    [one] = account.keys("alice")
    account.after("ListAccessKeys", lambda: account.use(one))
    assert act(user_id, MaxCredentialUsageAge="45")["Outcome"] == "NothingToDo"


def test_a_user_renamed_again_and_again_is_a_failure_that_says_what_was_done(account: Account) -> None:
    user_id = account.add("a", [key(120)])
    account.config_knows({user_id: "a"})
    for number, (old, new) in enumerate([("a", "b"), ("b", "c"), ("c", "d"), ("d", "e")], start=1):
        account.after("ListAccessKeys", partial(account.rename, old, new), number)
    with pytest.raises(
        RuntimeError, match=f"^{user_id}: no access key was deleted; then it stopped: {user_id} kept c"
    ):
        act(user_id)
    assert len(account.keys("e")) == 1


def test_two_runs_at_once_on_one_user_end_as_one_run_does(account: Account) -> None:
    user_id = account.add("alice", [key(120), key(120)])
    others: list[dict[str, Any]] = []
    account.before("DeleteAccessKey", lambda: others.append(act(user_id)))

    acted = act(user_id)

    assert account.keys("alice") == {}
    assert (acted["Outcome"], others[0]["Outcome"]) == ("NothingToDo", "Deleted")
    assert verify(acted) == verify(others[0]) == "Verified"


@pytest.mark.parametrize("user", ["by id", "by name"])
def test_interrupted_at_any_state_of_the_account_and_run_again_it_ends_in_the_same_state(user: str) -> None:
    """After the first call, after each deletion and after the last call: questions change nothing."""

    class Killed(BaseException):
        """The step's process is gone."""

    def kill() -> None:
        raise Killed

    def run(stop_after: int) -> tuple[list[str], list[str]]:
        with open_account() as account:
            user_id = account.add("alice", [key(120), key(60)])
            account.add("bob", [key(120)])
            resource = user_id if user == "by id" else "alice"
            account.after_call_number(stop_after, kill)
            try:
                act(resource, **SETTINGS)
            except Killed:
                assert verify(act(resource, **SETTINGS), **SETTINGS) == "Verified"
            return [name for name in ("alice", "bob") if account.keys(name)], account.calls

    undisturbed, calls = run(stop_after=0)
    assert undisturbed == ["bob"]
    assert calls.count("DeleteAccessKey") == 2
    acts = [number for number, call in enumerate(calls, 1) if call == "DeleteAccessKey"]
    for number in (1, *acts, len(calls)):
        assert run(number)[0] == undisturbed


# AWS fails


@pytest.mark.parametrize(
    "operation", ["ListAccessKeys", "GetAccessKeyLastUsed", "GetUser", "DeleteAccessKey"]
)
def test_an_error_before_anything_was_done_says_so(account: Account, operation: str) -> None:
    user_id = account.add("alice", [key(60)])
    before = account.keys("alice")
    account.fail(operation, "AccessDenied")
    with pytest.raises(
        RuntimeError, match=f"^{user_id}: no access key was deleted; .*AccessDenied.*{operation}"
    ):
        act(user_id, MaxCredentialUsageAge="45")
    assert account.keys("alice") == before


@pytest.mark.parametrize("operation", ["ListAccessKeys", "GetUser", "DeleteAccessKey"])
def test_an_error_midway_says_which_keys_were_deleted_and_which_were_not(
    account: Account, operation: str
) -> None:
    user_id = account.add("alice", [key(120), key(110)])
    first, second = account.keys("alice")
    account.fail(operation, "AccessDenied", nth=2)

    with pytest.raises(RuntimeError) as failed:
        act(user_id)

    assert str(failed.value).startswith(
        f"{user_id}: deleted: {first}; left as it was: {second}; then it stopped: An error occurred (Acc"
    )
    assert account.keys("alice") == {second: "Active"}


def test_an_error_after_a_key_was_not_found_says_that_none_was_deleted(account: Account) -> None:
    user_id = account.add("alice", [key(120), key(110)])
    first, second = account.keys("alice")
    account.before("DeleteAccessKey", lambda: account.delete_key(first))
    account.fail("DeleteAccessKey", "AccessDenied", nth=2)
    says = (
        f"no access key was deleted; not found any more: {first}; left as it was: {second}; then it stopped"
    )
    with pytest.raises(RuntimeError, match=f"^{user_id}: {says}"):
        act(user_id)


def test_a_connection_that_cannot_be_made_is_a_failure_that_says_what_was_done(account: Account) -> None:
    def unreachable() -> None:
        raise EndpointConnectionError(endpoint_url="https://iam.amazonaws.com")

    user_id = account.add("alice", [key(120)])
    account.before("ListAccessKeys", unreachable)
    with pytest.raises(
        RuntimeError, match=f"^{user_id}: no access key was deleted; then it stopped: Could not c"
    ):
        act(user_id)


def test_an_error_while_a_user_is_looked_up_is_a_failure_not_an_outcome(account: Account) -> None:
    user_id = account.add("alice", [key(120)])
    account.fail("ListUsers", "AccessDenied")
    with pytest.raises(RuntimeError, match=r"AccessDenied.*ListUsers"):
        act(user_id)


@pytest.mark.parametrize("action", ["Delete", "Deactivate"])
def test_where_an_answer_was_lost_and_the_key_is_gone_it_is_said_that_it_is_not_known_by_whom(
    account: Account, action: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A client sends a request again after a server error; the first one may have been carried out."""
    monkeypatch.setattr("time.sleep", lambda _: None)
    user_id = account.add("alice", [key(120)])
    [stale] = account.keys("alice")
    operation = {"Delete": "DeleteAccessKey", "Deactivate": "UpdateAccessKey"}[action]
    account.lose_answers(operation, lambda: account.delete_key(stale))

    acted = act(user_id, Action=action)

    assert (acted["Outcome"], acted["KeyIds"]) == (f"{action}d", [stale])
    assert acted["Message"] == (
        f"alice: not known whether {action.lower()}d by this run: {stale}; "
        "no other active access key is stale."
    )
    assert verify(acted) == "Verified"


@pytest.mark.parametrize(
    ("lost", "outcome", "says"),
    [
        (EndpointConnectionError, "NothingToDo", "no access key was deleted; not found any more"),
        (ReadTimeoutError, "Deleted", "not known whether deleted by this run"),
    ],
)
def test_a_request_that_never_left_did_nothing(
    account: Account, monkeypatch: pytest.MonkeyPatch, lost: Callable[..., Exception], outcome: str, says: str
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    user_id = account.add("alice", [key(120)])
    [stale] = account.keys("alice")

    def delete_unheard() -> None:
        account.delete_key(stale)
        raise lost(endpoint_url="https://iam.amazonaws.com")

    account.lose_answers("DeleteAccessKey", delete_unheard)

    acted = act(user_id)

    assert acted["Outcome"] == outcome
    assert acted["Message"].startswith(f"alice: {says}: {stale}; ")


def test_where_an_answer_was_lost_and_the_key_is_there_it_is_acted_on_again(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was not carried out the first time, and the user was renamed before the second."""
    monkeypatch.setattr("time.sleep", lambda _: None)
    user_id = account.add("alice", [key(120)])
    [stale] = account.keys("alice")
    account.lose_answers("DeleteAccessKey", lambda: rename(account))

    acted = act(user_id)

    assert acted["Message"] == f"alice-married: deleted: {stale}; no other active access key is stale."
    assert account.keys("alice-married") == {}


def test_a_doubt_stays_when_iam_lists_the_key_for_a_moment_and_does_not_find_it(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    user_id = account.add("alice", [key(120)])
    [stale] = account.keys("alice")
    account.lose_answers("DeleteAccessKey", lambda: account.delete_key(stale))
    account.before("ListAccessKeys", lambda: listed(stale), 2)
    never = response(200, {"UserName": "alice", "AccessKeyLastUsed": {"Region": "N/A", "ServiceName": "N/A"}})
    account.before("GetAccessKeyLastUsed", lambda: never, 2)

    acted = act(user_id)

    assert acted["Message"].startswith(f"alice: not known whether deleted by this run: {stale}; no other")
    assert account.calls.count("DeleteAccessKey") == 2


def test_a_call_that_the_service_fails_or_throttles_is_retried_up_to_eight_times(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    user_id = account.add("alice", [key(120)])
    arrived: list[int] = []
    account.lose_answers("ListAccessKeys", lambda: arrived.append(1), times=9)
    with pytest.raises(RuntimeError, match="500"):
        act(user_id)
    assert len(arrived) == 9
    account.lose_answers("ListAccessKeys", lambda: arrived.append(1), times=8)
    assert act(user_id)["Outcome"] == "Deleted"
    assert len(arrived) == 17


def test_a_call_that_hangs_is_given_up_before_the_step_times_out(account: Account) -> None:
    config = script._iam().meta.config
    assert config.retries == {"mode": "adaptive", "total_max_attempts": 9}
    waits = sum(min(2**attempt, 20) for attempt in range(8))  # botocore's longest, in seconds
    assert (config.connect_timeout + config.read_timeout) * 9 + waits < 600
    assert account.calls == []


# Verifying


def listed(*key_ids: str) -> tuple[Any, dict[str, Any]]:
    """Answer ListAccessKeys with stale active keys, as IAM may for a moment after their deletion."""
    created = datetime.now(UTC) - timedelta(days=120)
    keys = [{"AccessKeyId": one, "Status": "Active", "CreateDate": created} for one in key_ids]
    return response(200, {"AccessKeyMetadata": keys, "IsTruncated": False})


def test_a_deleted_key_that_iam_still_lists_for_a_moment_is_not_acted_on_again(account: Account) -> None:
    user_id = account.add("alice", [key(120), key(120)])
    first, second = account.keys("alice")
    account.before("ListAccessKeys", lambda: listed(first, second), nth=2)

    acted = act(user_id)

    assert (acted["Outcome"], acted["KeyIds"]) == ("Deleted", [first, second])
    assert account.calls.count("DeleteAccessKey") == 2


def test_a_deleted_key_that_iam_still_lists_for_a_moment_is_waited_for(account: Account) -> None:
    user_id = account.add("alice", [key(120)])
    [stale] = account.keys("alice")
    acted = act(user_id)
    for late in (1, 2, 3):
        account.before("ListAccessKeys", lambda: listed(stale), late)
    assert verify(acted) == "Verified"


def test_verifying_waits_seven_seconds_in_all(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr(script, "PAUSES", PAUSES)
    monkeypatch.setattr("time.sleep", waited.append)
    user_id = account.add("alice", [key(120)])
    account.before("DeleteAccessKey", lambda: response(200, {}))
    acted = act(user_id)
    with pytest.raises(RuntimeError, match="still has stale"):
        verify(acted)
    assert [one for one in waited if one] == [1, 2, 4]


def test_a_deletion_without_effect_fails_the_verification(account: Account) -> None:
    user_id = account.add("alice", [key(120)])
    [stale] = account.keys("alice")
    account.before("DeleteAccessKey", lambda: response(200, {}))
    acted = act(user_id)
    assert acted["Outcome"] == "Deleted"
    with pytest.raises(RuntimeError, match=re.escape(f"alice still has stale active access keys: {stale}.")):
        verify(acted)


def test_a_key_switched_on_again_fails_the_verification(account: Account) -> None:
    user_id = account.add("alice", [key(120)])
    [stale] = account.keys("alice")
    acted = act(user_id, Action="Deactivate")
    account.set_status("alice", stale, "Active")
    with pytest.raises(RuntimeError, match="still has stale"):
        verify(acted)


def test_a_user_who_became_exempt_in_between_is_verified(account: Account) -> None:
    user_id = account.add("alice", [key(120)])
    account.before("DeleteAccessKey", lambda: response(200, {}))
    acted = act(user_id, ExemptTag="keep")
    account.tag("alice", "keep", "")
    assert verify(acted, ExemptTag="keep") == "Verified"


def test_a_user_renamed_in_between_is_verified_under_the_new_name(account: Account) -> None:
    user_id = account.add("alice", [key(120)])
    account.before("DeleteAccessKey", lambda: response(200, {}))
    acted = act(user_id)
    reuse_name(account)
    with pytest.raises(RuntimeError, match="still has stale"):
        verify(acted)
    account.delete_key(*account.keys("alice-married"))
    assert verify(acted) == "Verified"  # though the user called alice now has a stale key


def test_a_key_that_becomes_stale_between_the_steps_is_the_next_runs_task(account: Account) -> None:
    user_id = account.add("alice", [key(90 + 0.5 / 86400)])  # stale for half a second
    judged_at = datetime.now(UTC) - timedelta(seconds=1)
    acted = {"UserId": user_id, "UserName": "alice", "JudgedAt": judged_at.isoformat()}
    assert verify(acted) == "Verified"


def test_an_aws_error_while_verifying_is_a_failure(account: Account) -> None:
    acted = act(account.add("alice", [key(120)]))
    account.fail("ListAccessKeys", "AccessDenied")
    with pytest.raises(Exception, match="AccessDenied"):
        verify(acted)
