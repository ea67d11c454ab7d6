"""Both handlers of ResetPasswordPolicy against moto; botocore's events bring what moto cannot do."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse, HTTPHeaders
from botocore.exceptions import ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError
from moto import mock_aws

import reset_password_policy as script

ACCOUNT = "123456789012"
GET, UPDATE, WHO = "GetAccountPasswordPolicy", "UpdateAccountPasswordPolicy", "GetCallerIdentity"
EVENTS = {
    "AccountId": "",
    "RequireUppercaseCharacters": "true",
    "RequireLowercaseCharacters": "true",
    "RequireSymbols": "true",
    "RequireNumbers": "true",
    "MinimumPasswordLength": "14",
    "PasswordReusePrevention": "24",
    "MaxPasswordAge": "",
    "AllowUsersToChangePassword": "keep",
    "HardExpiry": "keep",
    "Mode": "Raise",
    "DryRun": "false",
}
LEAST = dict.fromkeys(script.COMPLEXITY, "false") | {
    "MinimumPasswordLength": "6",
    "PasswordReusePrevention": "1",
}
REQUIRED: dict[str, Any] = {
    **dict.fromkeys(script.COMPLEXITY, True),
    "MinimumPasswordLength": 14,
    "PasswordReusePrevention": 24,
    "AllowUsersToChangePassword": True,
    "HardExpiry": False,
}
WEAK: dict[str, Any] = REQUIRED | {"RequireSymbols": False, "MinimumPasswordLength": 8}
WEAK_CHANGES = ["RequireSymbols: false -> true", "MinimumPasswordLength: 8 -> 14"]

Moment = Callable[..., Any]


class Account:
    """An account with a client of the test's own; the script's calls are seen, and may be meddled with."""

    def __init__(self, iam: Any) -> None:
        self.iam = iam
        self.calls: list[str] = []
        self.pauses: list[float] = []
        self._moments: dict[str, list[Moment | None]] = defaultdict(list)
        self._real_client = script._client

    def set(self, policy: dict[str, Any]) -> None:
        """Set the password policy."""
        self.iam.update_account_password_policy(**policy)

    @property
    def policy(self) -> dict[str, Any] | None:
        """The policy as the script should have left it, without what is not set."""
        return script.read_policy(self.iam)

    def at(self, moment: str, *actions: Moment | None) -> None:
        """Act at ``before Operation``, ``sending`` or ``after``: one action a call; None: nothing."""
        self._moments[moment] += actions

    def client(self, service: str, *options: Any, **more: Any) -> Any:
        """Return the script's own client, watched."""
        client = self._real_client(service, *options, **more)
        client.meta.events.register("before-call", self._before)
        client.meta.events.register("after-call", self._after)
        client.meta.events.register_first("before-send", self._sending)
        return client

    def _before(self, model: Any, **_: Any) -> Any:
        self.calls.append(model.name)
        return self._act(f"before {model.name}", {})

    def _after(self, model: Any, parsed: dict[str, Any], **_: Any) -> None:
        self._act(f"after {model.name}", parsed)

    def _sending(self, event_name: str, **_: Any) -> Any:
        return self._act(f"sending {event_name.rpartition('.')[2]}", {})

    def _act(self, moment: str, parsed: dict[str, Any]) -> Any:
        waiting = self._moments[moment]
        action = waiting.pop(0) if waiting else None
        return action(parsed) if action else None


@pytest.fixture(scope="module")
def iam() -> Any:
    """One client of the tests' own: it keeps nothing of an account."""
    with mock_aws():
        return boto3.client("iam", region_name="us-east-1")


@pytest.fixture
def account(iam: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        account = Account(iam)
        monkeypatch.setattr(script, "_client", account.client)
        monkeypatch.setattr("reset_password_policy.time.sleep", account.pauses.append)
        yield account


def reset(**events: str) -> dict[str, Any]:
    return script.reset_password_policy(EVENTS | events, None)


def verify(**events: str) -> dict[str, str]:
    return script.verify_password_policy(EVENTS | events, None)


def refusing(code: str, status: int) -> Moment:
    """Return what answers a call with an error of AWS, without it having had an effect."""
    answer = {"Error": {"Code": code, "Message": "no"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return lambda _: (AWSResponse("", status, HTTPHeaders(), None), answer)


def losing_the_answer(_: dict[str, Any]) -> None:
    raise ReadTimeoutError(endpoint_url="https://iam.amazonaws.com")


def not_getting_through(_: dict[str, Any]) -> None:
    raise EndpointConnectionError(endpoint_url="https://iam.amazonaws.com")


def not_connecting_in_time(_: dict[str, Any]) -> None:
    raise ConnectTimeoutError(endpoint_url="https://iam.amazonaws.com")


def answering(policy: dict[str, Any]) -> Moment:
    """Return what makes a reading stale: it answers what was there before."""
    return lambda parsed: parsed.update(PasswordPolicy=policy)


def changed(done: dict[str, Any]) -> list[str]:
    """Return a line for each change."""
    return [f"{one['Setting']}: {one['From']} -> {one['To']}" for one in done["Changes"]]


def test_an_account_without_a_policy_gets_the_requirement(account: Account) -> None:
    assert reset() == {
        "Outcome": "Reset",
        "Before": {},
        "After": {
            "RequireUppercaseCharacters": "true",
            "RequireLowercaseCharacters": "true",
            "RequireSymbols": "true",
            "RequireNumbers": "true",
            "MinimumPasswordLength": "14",
            "PasswordReusePrevention": "24",
            "AllowUsersToChangePassword": "true",
            "HardExpiry": "false",
        },
        "Changes": [
            {"Setting": "RequireUppercaseCharacters", "From": "not set", "To": "true"},
            {"Setting": "RequireLowercaseCharacters", "From": "not set", "To": "true"},
            {"Setting": "RequireNumbers", "From": "not set", "To": "true"},
            {"Setting": "RequireSymbols", "From": "not set", "To": "true"},
            {"Setting": "MinimumPasswordLength", "From": "not set", "To": "14"},
            {"Setting": "PasswordReusePrevention", "From": "not set", "To": "24"},
            {"Setting": "AllowUsersToChangePassword", "From": "not set", "To": "true"},
            {"Setting": "HardExpiry", "From": "not set", "To": "false"},
        ],
        "Message": (
            "Set RequireUppercaseCharacters: not set -> true; RequireLowercaseCharacters: not set -> true; "
            "RequireNumbers: not set -> true; RequireSymbols: not set -> true; MinimumPasswordLength: "
            "not set -> 14; PasswordReusePrevention: not set -> 24; AllowUsersToChangePassword: "
            "not set -> true; HardExpiry: not set -> false."
        ),
    }
    assert account.policy == REQUIRED
    assert (account.calls, account.pauses) == ([GET, UPDATE, GET], [])


def test_only_what_falls_short_is_changed(account: Account) -> None:
    stricter = {"MaxPasswordAge": 30, "AllowUsersToChangePassword": False, "HardExpiry": True}
    account.set(WEAK | stricter)
    done = reset(MaxPasswordAge="90")
    assert (done["Outcome"], changed(done)) == ("Reset", WEAK_CHANGES)
    assert account.policy == REQUIRED | stricter


def test_what_is_stricter_or_not_required_stays(account: Account) -> None:
    account.set(REQUIRED | {"MinimumPasswordLength": 20, "RequireNumbers": False})
    done = reset(RequireSymbols="false")
    assert changed(done) == ["RequireNumbers: false -> true"]
    assert account.policy == REQUIRED | {"MinimumPasswordLength": 20}


def test_nothing_to_raise(account: Account) -> None:
    account.set(REQUIRED | {"MinimumPasswordLength": 20})
    done = reset()
    assert (done["Outcome"], changed(done)) == ("NothingToDo", [])
    assert done["Message"] == "The policy already is as required; nothing was changed."
    assert done["Before"] == done["After"]
    assert done["After"]["MinimumPasswordLength"] == "20"
    assert account.calls == [GET]


def test_a_policy_without_expiry_or_reuse_prevention(account: Account) -> None:
    """Moto answers MaxPasswordAge 0 for "not set"; sending 0 on would be refused by botocore."""
    bare = {name: value for name, value in REQUIRED.items() if name != "PasswordReusePrevention"}
    account.set(bare)
    assert account.iam.get_account_password_policy()["PasswordPolicy"]["MaxPasswordAge"] == 0
    assert changed(reset()) == ["PasswordReusePrevention: not set -> 24"]
    assert changed(reset(MaxPasswordAge="90")) == ["MaxPasswordAge: not set -> 90"]
    assert account.policy == REQUIRED | {"MaxPasswordAge": 90}


def test_the_first_policy_is_no_weaker_than_iams_default(account: Account) -> None:
    """Without a policy IAM asks for 8 characters of three kinds; "not required" takes nothing away."""
    reset(**LEAST)
    assert account.policy == REQUIRED | {
        "RequireSymbols": False,
        "MinimumPasswordLength": 8,
        "PasswordReusePrevention": 1,
    }
    assert reset(**LEAST)["Outcome"] == "NothingToDo"


def test_the_kinds_that_are_required_come_first(account: Account) -> None:
    reset(**LEAST | {"RequireSymbols": "true", "RequireNumbers": "true"})
    assert account.policy is not None
    assert [account.policy[name] for name in script.COMPLEXITY] == [True, False, True, True]


def test_replace_sets_exactly_the_parameters(account: Account) -> None:
    account.set(
        REQUIRED | {"MinimumPasswordLength": 20, "MaxPasswordAge": 30, "AllowUsersToChangePassword": False}
    )
    done = reset(Mode="Replace", RequireSymbols="False")
    assert (done["Outcome"], changed(done)) == (
        "Reset",
        [
            "RequireSymbols: true -> false",
            "MinimumPasswordLength: 20 -> 14",
            "MaxPasswordAge: 30 -> not set",
        ],
    )
    assert account.policy == REQUIRED | {"RequireSymbols": False, "AllowUsersToChangePassword": False}


def test_nothing_to_replace(account: Account) -> None:
    account.set(REQUIRED)
    done = reset(Mode="Replace")
    assert done["Outcome"] == "NothingToDo"
    assert done["Message"] == "The policy already is as required; nothing was changed."
    assert account.calls == [GET]


def test_an_account_without_a_policy_gets_one_even_if_it_only_says_what_iam_would(account: Account) -> None:
    assert reset(Mode="Replace", **LEAST)["Outcome"] == "Reset"
    assert account.policy == {
        **dict.fromkeys(script.COMPLEXITY, False),
        "MinimumPasswordLength": 6,
        "PasswordReusePrevention": 1,
        "AllowUsersToChangePassword": True,
        "HardExpiry": False,
    }


@pytest.mark.parametrize("mode", ["Raise", "Replace"])
@pytest.mark.parametrize("name", ["AllowUsersToChangePassword", "HardExpiry"])
@pytest.mark.parametrize("wanted", ["true", "FALSE"])
def test_a_value_given_is_set_exactly(account: Account, mode: str, name: str, wanted: str) -> None:
    expected = wanted == "true"
    account.set(REQUIRED | {name: not expected})
    assert reset(Mode=mode, **{name: wanted})["Outcome"] == "Reset"
    assert account.policy == REQUIRED | {name: expected}


@pytest.mark.parametrize("mode", ["Raise", "Replace"])
def test_twice_equals_once(account: Account, mode: str) -> None:
    account.set(WEAK | {"MaxPasswordAge": 400})
    first = reset(Mode=mode, MaxPasswordAge="90", HardExpiry="true")
    once = account.policy
    second = reset(Mode=mode, MaxPasswordAge="90", HardExpiry="true")
    assert (first["Outcome"], second["Outcome"]) == ("Reset", "NothingToDo")
    assert account.policy == once
    assert verify(Mode=mode, MaxPasswordAge="90", HardExpiry="true") == {"Outcome": "Verified"}


@pytest.mark.parametrize("mode", ["Raise", "Replace"])
def test_a_dry_run_changes_nothing_and_says_what_would_be(account: Account, mode: str) -> None:
    account.set(WEAK)
    done = reset(Mode=mode, DryRun="true")
    assert (done["Outcome"], changed(done)) == ("WouldReset", WEAK_CHANGES)
    assert done["Message"].startswith("Dry run, nothing was changed. Would set RequireSymbols: false -> true")
    assert (done["Before"]["MinimumPasswordLength"], done["After"]["MinimumPasswordLength"]) == (
        "8",
        "14",
    )
    assert account.policy == WEAK
    assert verify(Mode=mode, DryRun="true") == {"Outcome": "NotVerifiedInDryRun"}
    assert (account.calls, account.pauses) == ([GET, GET], [])


@pytest.mark.parametrize("mode", ["Raise", "Replace"])
def test_a_dry_run_with_nothing_to_do(account: Account, mode: str) -> None:
    account.set(REQUIRED)
    assert reset(Mode=mode, DryRun="true")["Outcome"] == "NothingToDo"
    assert verify(Mode=mode, DryRun="true") == {"Outcome": "Verified"}


@pytest.mark.parametrize(
    ("before", "events", "days"),
    [
        pytest.param({"HardExpiry": True}, {"MaxPasswordAge": "90"}, 90, id="expiry under a hard one"),
        pytest.param({"MaxPasswordAge": 60}, {"HardExpiry": "true"}, 60, id="expiry turns hard"),
        pytest.param({"HardExpiry": True, "MaxPasswordAge": 60}, {"MaxPasswordAge": "30"}, 30, id="shorter"),
        pytest.param(
            {"HardExpiry": True, "MaxPasswordAge": 60}, {"MaxPasswordAge": "90"}, None, id="as before"
        ),
        pytest.param({}, {"MaxPasswordAge": "90"}, None, id="expiry alone"),
    ],
)
def test_a_change_that_locks_users_out_says_so(
    account: Account, before: dict[str, Any], events: dict[str, str], days: int | None
) -> None:
    account.set(WEAK | before)
    warning = f" (locks out users whose password is older than {days} days until it is reset for them)."
    message = reset(DryRun="true", **events)["Message"]
    assert message.endswith(warning) if days else "locks out" not in message


def test_the_account_it_runs_in(account: Account) -> None:
    assert reset(AccountId=ACCOUNT)["Outcome"] == "Reset"
    assert account.calls == [WHO, GET, UPDATE, GET]


def test_another_account_is_not_even_read(account: Account) -> None:
    with pytest.raises(ValueError, match=r"^AccountId is '210987654321', but this runs in 123456789012;"):
        reset(AccountId="210987654321")
    assert account.calls == [WHO]


@pytest.mark.parametrize(
    "text", ["12345678901", "1234567890123", "12345678901x", "١٢٣٤٥٦٧٨٩٠١٢", "*", f"{ACCOUNT}\n"]
)
def test_what_is_no_account_id(account: Account, text: str) -> None:
    with pytest.raises(ValueError, match=r"^AccountId is .* nothing was read or changed") as refused:
        reset(AccountId=text)
    assert repr(text) in str(refused.value)
    assert account.calls == [WHO]


def test_an_account_that_cannot_be_made_out(account: Account) -> None:
    account.at(f"before {WHO}", refusing("ExpiredToken", 403))
    with pytest.raises(RuntimeError, match=r"^Nothing was changed, because .*ExpiredToken"):
        reset(AccountId=ACCOUNT)
    assert account.calls == [WHO]


@pytest.mark.parametrize("handler", [reset, verify])
@pytest.mark.parametrize(
    ("name", "text", "allowed"),
    [
        ("RequireSymbols", "", "true or false"),
        ("RequireNumbers", "keep", "true or false"),
        ("HardExpiry", "Keep", "true or false"),
        ("AllowUsersToChangePassword", "1", "true or false"),
        ("MinimumPasswordLength", "5", "a whole number from 6 to 128"),
        ("MinimumPasswordLength", "129", "a whole number from 6 to 128"),
        ("MinimumPasswordLength", "", "a whole number from 6 to 128"),
        ("MinimumPasswordLength", "\u0661\u0664", "a whole number from 6 to 128"),
        ("PasswordReusePrevention", "0", "a whole number from 1 to 24"),
        ("PasswordReusePrevention", "25", "a whole number from 1 to 24"),
        ("MaxPasswordAge", "0", "a whole number from 1 to 1095"),
        ("MaxPasswordAge", "1096", "a whole number from 1 to 1095"),
        ("MaxPasswordAge", "90\n", "a whole number from 1 to 1095"),
        ("MaxPasswordAge", "090", "a whole number from 1 to 1095"),
        ("Mode", "raise", "one of Raise, Replace"),
        ("DryRun", "True", "one of true, false"),
    ],
)
def test_a_value_that_is_not_allowed_is_named_before_anything_is_called(
    account: Account, handler: Callable[..., Any], name: str, text: str, allowed: str
) -> None:
    with pytest.raises(ValueError, match=f"^{name} must be {allowed}, not ") as refused:
        handler(**{name: text})
    assert repr(text) in str(refused.value)
    assert account.calls == []


# Each failure says what was, and was not, done.


def test_the_policy_cannot_be_read_at_first(account: Account) -> None:
    account.at(f"before {GET}", refusing("AccessDenied", 403))
    with pytest.raises(
        RuntimeError, match=r"^Nothing was changed; the policy could not be read: .*\(AccessDenied\)"
    ):
        reset()
    assert account.calls == [GET]


def test_no_answer_when_the_policy_is_read_at_first(account: Account) -> None:
    account.at(f"before {GET}", losing_the_answer)
    with pytest.raises(
        RuntimeError, match=r"^Nothing was changed; the policy could not be read: Read timeout"
    ):
        reset()


def test_the_policy_may_not_be_set(account: Account) -> None:
    account.set(WEAK)
    account.at(f"before {UPDATE}", refusing("AccessDenied", 403))
    with pytest.raises(
        RuntimeError, match=r"^Nothing was changed; setting RequireSymbols: .*\(AccessDenied\)"
    ):
        reset()
    assert account.policy == WEAK


# A write that fails is made again, a few times; the policy is read and judged anew before each.

STRICTER = REQUIRED | {"MinimumPasswordLength": 30, "MaxPasswordAge": 30, "HardExpiry": True}
THROTTLED = refusing("Throttling", 400)
FAILED = refusing("ServiceFailure", 500)


@pytest.mark.parametrize("code", ["Throttling", "ThrottlingException", "RequestLimitExceeded"])
def test_a_throttled_write_is_made_again_after_another_look(account: Account, code: str) -> None:
    account.set(WEAK)
    account.at(f"before {UPDATE}", refusing(code, 400), refusing(code, 400))
    done = reset()
    assert (done["Outcome"], changed(done)) == ("Reset", WEAK_CHANGES)
    assert done["Message"].startswith("Set RequireSymbols: false -> true; ")
    assert account.policy == REQUIRED
    assert (account.calls, account.pauses) == ([GET, UPDATE, GET, UPDATE, GET, UPDATE, GET], [1, 2])


def test_botocore_does_not_send_a_write_again(account: Account) -> None:
    """It would send what rests on the look before the first one."""
    account.set(WEAK)
    account.at(f"sending {UPDATE}", losing_the_answer)
    assert reset()["Outcome"] == "Reset"
    assert account.calls == [GET, UPDATE, GET, UPDATE, GET]


@pytest.mark.parametrize("times", [1, 4])
def test_a_stricter_policy_set_while_this_was_throttled_stays(account: Account, times: int) -> None:
    """The whole policy is sent: what was worked out before would take 30 characters back to 14."""
    account.set(WEAK)

    def administrator(parsed: dict[str, Any]) -> Any:
        account.set(STRICTER)
        return THROTTLED(parsed)

    account.at(f"before {UPDATE}", *[THROTTLED] * (times - 1), administrator)
    done = reset()
    assert (done["Outcome"], done["Changes"]) == ("NothingToDo", [])
    assert done["Before"] == done["After"]
    assert (done["After"]["MinimumPasswordLength"], done["After"]["MaxPasswordAge"]) == ("30", "30")
    assert account.policy == STRICTER
    assert account.calls == [GET, UPDATE] * times + [GET]
    assert verify() == {"Outcome": "Verified"}


def test_what_somebody_set_meanwhile_is_part_of_the_next_target(account: Account) -> None:
    account.set(WEAK)

    def administrator(parsed: dict[str, Any]) -> Any:
        account.set(WEAK | {"MinimumPasswordLength": 30, "MaxPasswordAge": 30})
        return THROTTLED(parsed)

    account.at(f"before {UPDATE}", administrator)
    done = reset()
    assert changed(done) == ["RequireSymbols: false -> true"]
    assert done["Before"]["MinimumPasswordLength"] == "30"
    assert account.policy == REQUIRED | {"MinimumPasswordLength": 30, "MaxPasswordAge": 30}


def test_throttled_for_good_it_changes_nothing_and_says_so(account: Account) -> None:
    account.set(WEAK)
    account.at(f"before {UPDATE}", *[THROTTLED] * 5)
    with pytest.raises(RuntimeError, match=r"^Nothing was changed; setting RequireSymbols: .*\(Throttling\)"):
        reset()
    assert account.policy == WEAK
    assert (account.calls, account.pauses) == ([GET, UPDATE] * 5, [1, 2, 4, 8])


@pytest.mark.parametrize("answer", [not_getting_through, not_connecting_in_time])
def test_a_request_that_never_left_did_nothing(account: Account, answer: Moment) -> None:
    account.set(WEAK)
    account.at(f"before {UPDATE}", *[answer] * 5)
    with pytest.raises(RuntimeError, match=r"^Nothing was changed; setting RequireSymbols: "):
        reset()
    assert account.policy == WEAK


@pytest.mark.parametrize("answer", [FAILED, losing_the_answer])
def test_it_is_not_known_whether_the_policy_was_set(account: Account, answer: Moment) -> None:
    account.set(WEAK)
    account.at(f"before {UPDATE}", *[answer] * 5)
    with pytest.raises(RuntimeError, match=r"^It is not known whether the policy was changed; setting Req"):
        reset()
    assert account.calls == [GET, UPDATE] * 5


def test_one_request_in_doubt_leaves_the_run_in_doubt(account: Account) -> None:
    account.set(WEAK)
    account.at(f"before {UPDATE}", losing_the_answer, refusing("AccessDenied", 403))
    with pytest.raises(RuntimeError, match=r"^It is not known whether .*\(AccessDenied\)"):
        reset()
    assert account.calls == [GET, UPDATE] * 2


def test_it_is_not_known_and_cannot_be_read(account: Account) -> None:
    account.set(WEAK)
    account.at(f"after {UPDATE}", losing_the_answer)
    account.at(f"before {GET}", None, refusing("AccessDenied", 403))
    with pytest.raises(
        RuntimeError,
        match=r"^It is not known whether the policy was changed; the policy could not be read: .*Denied",
    ):
        reset()


def test_an_answer_is_lost_and_the_policy_is_as_required(account: Account) -> None:
    """It may have been this run or somebody else."""
    account.set(WEAK)
    account.at(f"after {UPDATE}", losing_the_answer)
    done = reset()
    assert (done["Outcome"], changed(done)) == ("Reset", WEAK_CHANGES)
    assert (done["Before"]["MinimumPasswordLength"], done["After"]["MinimumPasswordLength"]) == ("8", "14")
    assert done["Message"] == (
        "Probably set RequireSymbols: false -> true; MinimumPasswordLength: 8 -> 14: "
        "a request to set it was not answered, and the policy is as required now."
    )
    assert (account.calls, account.pauses) == ([GET, UPDATE, GET], [1])
    assert reset()["Outcome"] == "NothingToDo"


def test_a_request_is_lost_on_its_way_and_made_again(account: Account) -> None:
    account.set(WEAK)
    account.at(f"before {UPDATE}", losing_the_answer)
    assert reset()["Message"].startswith("Set RequireSymbols")
    assert account.policy == REQUIRED


def test_the_policy_cannot_be_read_again(account: Account) -> None:
    account.at(f"before {GET}", None, refusing("Throttling", 400))
    with pytest.raises(RuntimeError, match=r"^The policy was set \(.*\), but could not be read again: "):
        reset()
    assert account.policy == REQUIRED


def test_it_cannot_be_verified(account: Account) -> None:
    account.at(f"before {GET}", refusing("AccessDenied", 403))
    with pytest.raises(RuntimeError, match=r"^The policy could not be read to verify it: .*AccessDenied"):
        verify()


# IAM may answer for some seconds what was there before.


def test_a_stale_answer_is_read_again(account: Account) -> None:
    account.set(WEAK)
    account.at(f"after {GET}", None, answering(WEAK), answering(WEAK))
    done = reset()
    assert (done["Outcome"], done["After"]["MinimumPasswordLength"]) == ("Reset", "14")
    assert (account.calls, account.pauses) == ([GET, UPDATE, GET, GET, GET], [1, 2])


@pytest.mark.parametrize("mode", ["Raise", "Replace"])
def test_an_answer_that_stays_stale_is_a_failure(account: Account, mode: str) -> None:
    account.set(WEAK)
    account.at(f"after {GET}", None, *[answering(WEAK)] * 5)
    with pytest.raises(RuntimeError) as failed:
        reset(Mode=mode)
    left = "; ".join(WEAK_CHANGES)
    assert str(failed.value) == f"The policy was set ({left}), but IAM does not hold that; left: {left}."
    assert account.pauses == [1, 2, 4, 8]


def test_verifying_reads_again(account: Account) -> None:
    account.set(REQUIRED)
    account.at(f"after {GET}", answering(WEAK))
    assert verify() == {"Outcome": "Verified"}
    assert account.pauses == [1]


# Somebody else changes the policy at the same time.


def test_somebody_raises_it_further_after_it_was_raised(account: Account) -> None:
    account.set(WEAK)
    account.at(f"after {UPDATE}", lambda _: account.set(REQUIRED | {"MinimumPasswordLength": 20}))
    done = reset()
    assert (done["Outcome"], done["After"]["MinimumPasswordLength"]) == ("Reset", "20")
    assert account.policy == REQUIRED | {"MinimumPasswordLength": 20}


def test_somebody_raises_it_further_after_it_was_replaced(account: Account) -> None:
    account.set(WEAK)
    account.at(f"after {UPDATE}", lambda _: account.set(REQUIRED | {"MinimumPasswordLength": 20}))
    with pytest.raises(
        RuntimeError, match="but IAM does not hold that; left: MinimumPasswordLength: 20 -> 14"
    ):
        reset(Mode="Replace")


def test_somebody_weakens_it_after_it_was_set(account: Account) -> None:
    account.set(WEAK)
    account.at(f"after {UPDATE}", lambda _: account.set(WEAK))
    with pytest.raises(RuntimeError, match="but IAM does not hold that; left: RequireSymbols: false -> true"):
        reset()


def test_two_runs_at_once(account: Account) -> None:
    account.set(WEAK)

    def again(_: dict[str, Any]) -> None:
        assert reset()["Outcome"] == "Reset"

    account.at(f"before {UPDATE}", again)
    assert reset()["Outcome"] == "Reset"
    assert account.policy == REQUIRED
    assert account.calls == [GET, UPDATE, GET, UPDATE, GET, GET]


def test_what_somebody_sets_between_reading_and_setting_is_lost(account: Account) -> None:
    """IAM takes no condition, so this cannot be noticed. The two calls follow each other directly."""
    account.set(WEAK)
    account.at(f"before {UPDATE}", lambda _: account.set(WEAK | {"MaxPasswordAge": 30}))
    assert reset()["Outcome"] == "Reset"
    assert account.policy == REQUIRED
    assert account.calls == [GET, UPDATE, GET]


def test_somebody_deletes_it_before_it_is_set(account: Account) -> None:
    account.set(WEAK)

    def deleting(_: dict[str, Any]) -> None:
        account.iam.delete_account_password_policy()

    account.at(f"before {UPDATE}", deleting)
    assert reset()["Outcome"] == "Reset"
    assert account.policy == REQUIRED


def test_verifying_a_policy_that_falls_short(account: Account) -> None:
    account.set(WEAK)
    with pytest.raises(RuntimeError) as failed:
        verify(HardExpiry="true")
    assert str(failed.value) == (
        "The policy is not as required; left: RequireSymbols: false -> true; "
        "MinimumPasswordLength: 8 -> 14; HardExpiry: false -> true."
    )
    assert account.pauses == [1, 2, 4, 8]


@pytest.mark.parametrize("mode", ["Raise", "Replace"])
def test_verifying_an_account_without_a_policy(account: Account, mode: str) -> None:
    with pytest.raises(RuntimeError, match=r"^The policy is not as required; left: "):
        verify(Mode=mode)
    assert account.policy is None


def test_verifying_takes_stricter_for_raise_only(account: Account) -> None:
    account.set(REQUIRED | {"MinimumPasswordLength": 20})
    assert verify() == {"Outcome": "Verified"}
    with pytest.raises(
        RuntimeError, match=r"^The policy is not as required; left: MinimumPasswordLength: 20 -> 14"
    ):
        verify(Mode="Replace")


def test_verifying_what_is_exactly_as_required(account: Account) -> None:
    account.set(REQUIRED | {"AllowUsersToChangePassword": False})
    assert verify(Mode="Replace") == {"Outcome": "Verified"}
    assert account.calls == [GET]


def test_calls_are_retried_and_one_that_hangs_is_given_up_before_the_step_times_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    config = script._client("iam").meta.config
    assert config.retries == {"mode": "adaptive", "total_max_attempts": 8}
    assert script._client("iam", attempts=1).meta.config.retries["total_max_attempts"] == 1
    waits = sum(min(2**attempt, 20) for attempt in range(7))  # botocore's longest, in seconds
    assert (config.connect_timeout + config.read_timeout) * 8 + waits < 300
