"""What the script does in each situation: every outcome, every refusal, and how many calls it takes."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

import delete_stale_access_keys as script
from delete_stale_access_keys_account_test import Account, Key, key, open_account, response
from delete_stale_access_keys_steps_test import DOCUMENT, FOLDER, act, verify

A_WHILE_AGO = datetime.now(UTC) - timedelta(days=50)
PERMISSIONS = json.loads((FOLDER / "permissions.json").read_text(encoding="utf-8"))


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    monkeypatch.setattr(script, "PAUSES", (0, 0, 0, 0))
    with open_account() as opened:
        yield opened


@pytest.mark.parametrize("other", [key(5), key(300, status="Inactive")], ids=["fresh", "inactive"])
def test_a_stale_key_is_deleted_and_a_fresh_or_an_inactive_one_is_not(account: Account, other: Key) -> None:
    user_id = account.add("alice", [key(120), other])
    stale, kept = account.keys("alice")

    acted = act(user_id)

    assert account.keys("alice") == {kept: other.status}
    assert acted["Outcome"] == "Deleted"
    assert (acted["UserId"], acted["UserName"], acted["KeyIds"]) == (user_id, "alice", [stale])
    assert acted["Message"] == f"alice: deleted: {stale}; no other active access key is stale."
    assert acted["Changes"] == [
        {
            "UserName": "alice",
            "AccessKeyId": stale,
            "AgeDays": 120,
            "LastUsed": "never",
            "Action": "Delete",
        }
    ]
    assert verify(acted) == "Verified"


def test_a_stale_key_is_deactivated_if_that_is_the_action(account: Account) -> None:
    user_id = account.add("alice", [key(120)])
    [stale] = account.keys("alice")

    acted = act(user_id, Action="Deactivate")

    assert account.keys("alice") == {stale: "Inactive"}
    assert (acted["Outcome"], acted["KeyIds"]) == ("Deactivated", [stale])
    assert acted["Message"] == f"alice: deactivated: {stale}; no other active access key is stale."
    assert verify(acted) == "Verified"


@pytest.mark.parametrize("unused", ["", "45"])
def test_both_of_two_stale_keys_are_deleted(account: Account, unused: str) -> None:
    user_id = account.add("alice", [key(120), key(100 if not unused else 60)])
    both = [*account.keys("alice")]

    acted = act(user_id, MaxCredentialUsageAge=unused)

    assert account.keys("alice") == {}
    assert (acted["Outcome"], acted["KeyIds"]) == ("Deleted", both)


@pytest.mark.parametrize(
    ("used", "shown"), [(50, f"{A_WHILE_AGO:%Y-%m-%d} by s3 in us-east-1"), (None, "never")]
)
def test_a_key_unused_for_too_long_is_stale_and_a_used_one_of_the_same_age_is_not(
    account: Account, used: float | None, shown: str
) -> None:
    user_id = account.add("alice", [key(60, used=1), key(60, used)])
    in_use, unused = account.keys("alice")

    acted = act(user_id, MaxCredentialUsageAge="45")

    assert account.keys("alice") == {in_use: "Active"}
    assert (acted["Outcome"], acted["KeyIds"]) == ("Deleted", [unused])
    assert [one["LastUsed"] for one in acted["Changes"]] == [shown]
    assert verify(acted, MaxCredentialUsageAge="45") == "Verified"


@pytest.mark.parametrize(
    ("action", "outcome"), [("Delete", "WouldDelete"), ("Deactivate", "WouldDeactivate")]
)
def test_a_dry_run_changes_nothing_and_tells_what_would_be_done_with_each_keys_last_use(
    account: Account, action: str, outcome: str
) -> None:
    user_id = account.add("alice", [key(120, used=50), key(95)])
    before = account.keys("alice")

    acted = act(user_id, Action=action, DryRun="true")

    assert account.keys("alice") == before
    assert (acted["Outcome"], acted["KeyIds"]) == (outcome, [*before])
    assert acted["Message"] == f"alice: would {action.lower()}: {', '.join(before)}; dry run."
    used = f"{A_WHILE_AGO:%Y-%m-%d} by s3 in us-east-1"
    assert [(one["AgeDays"], one["LastUsed"], one["Action"]) for one in acted["Changes"]] == [
        (120, used, action),
        (95, "never", action),
    ]
    account.calls.clear()
    assert verify(acted, DryRun="true") == "NothingToVerify"
    assert account.calls == []


@pytest.mark.parametrize("keys", [[], [key(5)], [key(400, status="Inactive")], [key(90 - 1e-3)]])
def test_there_is_nothing_to_do_without_a_stale_active_key(account: Account, keys: list[Key]) -> None:
    user_id = account.add("alice", keys)
    before = account.keys("alice")

    acted = act(user_id)

    assert account.keys("alice") == before
    assert (acted["Outcome"], acted["KeyIds"], acted["Changes"]) == ("NothingToDo", [], [])
    assert acted["Message"] == "alice: no access key was deleted; no active access key is stale."
    assert verify(acted) == "Verified"


def test_a_key_that_cannot_be_stale_is_not_asked_for_its_last_use(account: Account) -> None:
    user_id = account.add("alice", [key(5), key(400, status="Inactive")])
    act(user_id, MaxCredentialUsageAge="45")
    assert account.calls == ["ListDiscoveredResources", "ListUsers", "ListAccessKeys", "GetUser"]


def test_an_expired_key_is_not_active(account: Account) -> None:
    user_id = account.add("alice", [key(400, status="Expired")])
    assert act(user_id)["Outcome"] == "NothingToDo"


def test_a_user_exempt_by_name_keeps_the_stale_key(account: Account) -> None:
    user_id = account.add("svc-backup", [key(120)])
    [stale] = before = account.keys("svc-backup")

    acted = act(user_id, ExemptUsers="nobody, SVC-*")

    assert account.keys("svc-backup") == before
    assert (acted["Outcome"], acted["KeyIds"]) == ("Exempt", [])
    assert acted["Message"] == (
        f"svc-backup: no access key was deleted; left as it was: {stale}; exempt by exemptUsers SVC-*."
    )
    assert verify(acted, ExemptUsers="nobody, SVC-*") == "Verified"


def test_a_user_exempt_by_tag_keeps_the_stale_key(account: Account) -> None:
    """GetUser tells the tags: on AWS as in moto."""
    user_id = account.add("alice", [key(120)], tags={"Rotation": "manual"})
    before = account.keys("alice")

    acted = act(user_id, ExemptTag="rotation=manual")

    assert account.keys("alice") == before
    assert acted["Outcome"] == "Exempt"
    assert verify(acted, ExemptTag="rotation=manual") == "Verified"
    assert act(user_id, ExemptTag="rotation=MANUAL")["Outcome"] == "Deleted"


def test_an_exempt_user_without_a_stale_key_is_nothing_to_do(account: Account) -> None:
    assert act(account.add("alice", [key(5)]), ExemptUsers="alice")["Outcome"] == "NothingToDo"


@pytest.mark.parametrize("missing", ["nobody", "AIDA99999999999999999"])
def test_a_user_that_does_not_exist_is_an_outcome(account: Account, missing: str) -> None:
    account.add("alice", [key(120)])

    acted = act(missing)

    assert (acted["Outcome"], acted["UserId"], acted["UserName"]) == ("UserNotFound", "", "")
    assert acted["Message"] == f"{missing}: no access key was deleted; no such IAM user."
    assert verify(acted) == "NothingToVerify"
    assert len(account.keys("alice")) == 1


def test_a_user_can_be_given_by_name(account: Account) -> None:
    user_id = account.add("alice", [key(120)])
    acted = act("alice")
    assert (acted["Outcome"], acted["UserId"], account.keys("alice")) == ("Deleted", user_id, {})


def test_what_looks_like_an_id_is_never_taken_as_a_name(account: Account) -> None:
    """A user may be called like the id of another one, or of one that was deleted."""
    victim = account.add("alice", [key(120)])
    account.add(victim, [key(120)])
    account.add("AIDA88888888888888888", [key(120)])

    assert act("AIDA88888888888888888")["Outcome"] == "UserNotFound"
    assert act(victim)["UserName"] == "alice"

    assert account.keys("alice") == {}
    assert len(account.keys(victim)) == len(account.keys("AIDA88888888888888888")) == 1


@pytest.mark.parametrize(
    "resource",
    ["", " ", "*", "<root_account>", "arn:aws:iam::123456789012:user/alice", "alice\n", "a" * 129, "{{ x }}"],
)
def test_a_resource_id_that_can_be_neither_id_nor_name_is_refused(account: Account, resource: str) -> None:
    with pytest.raises(ValueError, match="IAMUserId must be a user id"):
        act(resource)
    assert account.calls == []


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        *(("MaxAccessKeyAge", value) for value in ("", "0", "3651", "-1", "1.5", "090", "90 ", "٣", "99999")),
        *(("MaxCredentialUsageAge", value) for value in ("0", "3651", "ninety", "45\n")),
        *(("ExemptUsers", value) for value in (" ", "a,", "a,,b", "[ab]", "a:2024-02-30", "a:0000-01-01")),
        *(
            ("ExemptUsers", value)
            for value in ("a:2024-1-1", "a:", "a" * 129, "a;b", "a:2024-01-01:2025-01-01")
        ),
        *(
            ("ExemptTag", value)
            for value in ("=", "=x", " ", " =", "a" * 129, "a=" + "b" * 257, "a;b", "a\n")
        ),
        *(("Action", value) for value in ("", "delete", "Destroy")),
        *(("DryRun", value) for value in ("", "True", "yes")),
    ],
)
def test_a_value_out_of_range_is_refused_by_name_before_any_call(
    account: Account, parameter: str, value: str
) -> None:
    with pytest.raises(ValueError, match=f"^{parameter} must .*, not '.*'\\.$"):
        act("alice", **{parameter: value})
    assert account.calls == []


@pytest.mark.parametrize("parameter", ["MaxAccessKeyAge", "MaxCredentialUsageAge"])
def test_days_are_1_to_3650_in_the_document_as_in_the_script(parameter: str) -> None:
    pattern = DOCUMENT["parameters"][parameter]["allowedPattern"]
    texts = [str(number) for number in range(-1, 11000)] + ["00", "01", "1.0", " 1", "1 ", "", "x"]
    allowed = {text for text in texts if re.fullmatch(pattern, text)}
    expected = {str(number) for number in range(1, 3651)}
    assert allowed - {""} == expected
    assert ("" in allowed) == (parameter == "MaxCredentialUsageAge")

    def parses(text: str) -> bool:
        defaults = {"MaxAccessKeyAge": "90", "MaxCredentialUsageAge": "", "ExemptUsers": "", "ExemptTag": ""}
        try:
            script.parse_limits({**defaults, parameter: text})
        except ValueError:
            return False
        return True

    assert {text for text in texts if parses(text)} == allowed


@pytest.mark.parametrize("seconds", [-1, 0, 1])
def test_stale_is_more_than_the_limit_to_the_second(seconds: int) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    limits = script.Limits(timedelta(days=90), timedelta(days=45))
    old = script.AccessKey("AKIA", "Active", now - timedelta(days=90, seconds=seconds), last_used=now)
    unused = script.AccessKey("AKIA", "Active", now - timedelta(days=45, seconds=seconds))
    used = script.AccessKey(
        "AKIA", "Active", now - timedelta(days=80), now - timedelta(days=45, seconds=seconds)
    )
    assert [script.is_stale(one, limits, now) for one in (old, unused, used)] == [seconds > 0] * 3


@pytest.mark.parametrize(
    ("pattern", "name", "exempt"),
    [
        ("alice", "alice", True),
        ("ALICE", "alice", True),
        ("alice", "ALICE", True),
        ("alice", "alice2", False),
        ("al", "alice", False),
        ("*", "alice", True),
        ("a*e", "alice", True),
        ("a?ice", "alice", True),
        ("a?ice", "aice", False),
        ("a.ice", "alice", False),
        ("a+", "aa", False),
        ("a+=.@-_", "a+=.@-_", True),
    ],
)
def test_a_name_pattern_knows_star_and_question_mark_and_no_case(
    pattern: str, name: str, exempt: bool
) -> None:
    limits = script.Limits(timedelta(90), exempt_users=((pattern, None),))
    assert bool(script.exemption(name, {}, limits, date(2026, 1, 1))) == exempt


def test_a_pattern_of_many_stars_takes_no_time() -> None:
    limits = script.Limits(timedelta(90), exempt_users=(("*a" * 60 + "b", None),))
    before = datetime.now(UTC)
    assert script.exemption("a" * 64, {}, limits, date(2026, 1, 1)) == ""
    assert datetime.now(UTC) - before < timedelta(seconds=1)


@pytest.mark.parametrize(("today", "exempt"), [(date(2026, 1, 31), True), (date(2026, 2, 1), False)])
def test_an_exemption_holds_through_its_last_day(today: date, exempt: bool) -> None:
    defaults = {"MaxAccessKeyAge": "90", "MaxCredentialUsageAge": "", "ExemptTag": ""}
    limits = script.parse_limits({**defaults, "ExemptUsers": "alice:2026-01-31"})
    assert bool(script.exemption("Alice", {}, limits, today)) == exempt


@pytest.mark.parametrize("text", [" keep = yes ", "keep=yes", "keep =yes", "keep= yes"])
def test_blanks_around_the_key_and_the_value_of_a_tag_are_no_part_of_it(account: Account, text: str) -> None:
    assert re.fullmatch(DOCUMENT["parameters"]["ExemptTag"]["allowedPattern"], text)
    user_id = account.add("alice", [key(120)], tags={"Keep": "yes"})
    assert act(user_id, ExemptTag=text)["Message"].endswith("exempt by exemptTag keep=yes.")


@pytest.mark.parametrize(
    ("exempt_tag", "exempt"),
    [
        ("Keep", True),
        ("kEEP", True),
        ("Keep=", False),
        ("Keep=a=b", True),
        ("Keep=A=b", False),
        ("Kee", False),
        ("", False),
    ],
)
def test_a_tag_exempts_by_its_key_without_case_and_its_value_with(exempt_tag: str, exempt: bool) -> None:
    limits = script.Limits(timedelta(90), exempt_tag=exempt_tag)
    own = {"keep": "a=b", "other": "", "": ""}
    assert bool(script.exemption("alice", own, limits, date(2026, 1, 1))) == exempt


@pytest.mark.parametrize(
    ("keys", "acting", "verifying"),
    [
        pytest.param([key(5), key(5)], 3, 2, id="fresh"),
        pytest.param([key(120), key(5)], 5, 2, id="the usual run: one stale"),
        pytest.param([key(120), key(60, used=1)], 6, 3, id="one stale, one in use"),
        pytest.param([key(60, used=1), key(60, used=1)], 5, 4, id="both in use"),
        pytest.param([key(120), key(60)], 10, 2, id="both stale"),
    ],
)
@pytest.mark.parametrize("known", [True, False], ids=["known to Config", "unknown to Config"])
def test_what_a_run_costs_in_calls(
    account: Account, keys: list[Key], acting: int, verifying: int, known: bool
) -> None:
    """Two to look, one for each suspect's last use, one to act; five more where Config knows nobody."""
    for number in range(49):
        account.add(f"other-{number}")
    user_id = account.add("alice", keys)
    paged_list_users(account)
    account.config_knows({user_id: "alice"} if known else {})
    given = {"MaxCredentialUsageAge": "45", "ExemptTag": "keep=forever", "ExemptUsers": "nobody"}

    acted = act(user_id, **given)
    calls = len(account.calls)
    assert verify(acted, **given) == "Verified"

    assert calls - account.calls.count("ListUsers") == acting
    assert account.calls.count("ListUsers") == (0 if known else 5)
    assert len(account.calls) - calls == verifying


def paged_list_users(account: Account) -> None:
    """Answer ListUsers in five pages of 10, as AWS does of 1,000 and moto does not."""
    users = [
        {
            "UserName": user.name,
            "UserId": user.id,
            "Path": "/",
            "Arn": user.arn,
            "CreateDate": user.create_date,
        }
        for user in account.users()
    ]
    for number in range(5):
        page = {"Users": users[number * 10 : number * 10 + 10], "IsTruncated": number < 4}
        answer = response(200, page | ({"Marker": str(number + 1)} if number < 4 else {}))
        account.before("ListUsers", partial(tuple, answer), number + 1)


def test_every_outcome_together_calls_exactly_what_the_permissions_allow(account: Account) -> None:
    for action in ("Delete", "Deactivate"):
        user_id = account.add(f"user-{action}", [key(60), key(120)])
        verify(act(user_id, Action=action, MaxCredentialUsageAge="45"), MaxCredentialUsageAge="45")
    prefixed = {f"{'config' if one == 'ListDiscoveredResources' else 'iam'}:{one}" for one in account.calls}
    assert sorted(prefixed) == PERMISSIONS


def test_running_twice_equals_running_once(account: Account) -> None:
    user_id = account.add("alice", [key(120), key(5)])
    act(user_id)
    once = account.keys("alice")
    assert act(user_id)["Outcome"] == "NothingToDo"
    assert account.keys("alice") == once


def test_the_outputs_are_the_ones_that_the_document_declares(account: Account) -> None:
    acting, verifying = DOCUMENT["mainSteps"]
    acted = act(account.add("alice", [key(120)]))
    assert {one["Name"] for one in acting["outputs"]} == set(acted)
    assert [one["Name"] for one in verifying["outputs"]] == ["Outcome"]
    kinds = {"String": str, "StringList": list, "MapList": list}
    assert all(isinstance(acted[one["Name"]], kinds[one["Type"]]) for one in acting["outputs"])


def test_the_script_holds_no_double_brace_that_the_service_would_interpolate() -> None:
    assert "{{" not in Path(script.__file__).read_text(encoding="utf-8")


def test_no_secret_key_reaches_the_outputs(account: Account) -> None:
    user_id = account.add("alice", [key(120)])
    [secret] = account.secrets("alice")
    assert secret not in json.dumps(act(user_id, DryRun="true"))
    assert secret not in json.dumps(act(user_id))
