"""Reset the account's password policy to the requirement, never weaker than it was; then verify it.

Input (InputPayload): the parameters of the document; ``AccountId`` and ``MaxPasswordAge`` may be empty.
Output: ``Outcome``; of the acting handler also ``Before`` and ``After`` (setting to text; empty: no policy),
``Changes`` (``Setting``, ``From``, ``To`` of each) and ``Message``.

Fails on a value out of range; if AccountId is not the account it runs in, before the policy is read; on any
error of AWS, saying what was changed before it; and if IAM does not hold what is required some seconds later.

IAM has no partial and no conditional update: the whole policy is sent, right after it was read, and what
somebody else sets in the moment between the two is lost. So a request that failed is not sent again: the
policy is read and the target worked out anew, and there may be nothing left to do.
"""

import operator
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, NamedTuple

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ConnectTimeoutError, EndpointConnectionError

# Settings of GetAccountPasswordPolicy. RANGES may be absent: not set.
Policy = dict[str, Any]

COMPLEXITY = ("RequireUppercaseCharacters", "RequireLowercaseCharacters", "RequireNumbers", "RequireSymbols")
RANGES = {"MinimumPasswordLength": (6, 128), "PasswordReusePrevention": (1, 24), "MaxPasswordAge": (1, 1095)}
# With what `keep` means where there is no policy.
EXACT = {"AllowUsersToChangePassword": True, "HardExpiry": False}
SETTINGS = (*COMPLEXITY, *RANGES, *EXACT)
# Whether what a policy has (None: not set) meets what is wanted: the rule's own text.
MEETS: dict[str, Callable[[Any, Any], bool]] = {
    **dict.fromkeys(COMPLEXITY, lambda have, want: bool(have or not want)),
    **dict.fromkeys(RANGES, lambda have, want: have is not None and have >= want),
    "MaxPasswordAge": lambda have, want: have is not None and have <= want,
    **dict.fromkeys(EXACT, operator.eq),
}
# An account without a policy is under IAM's default one: 8 characters, three of the four kinds.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html
DEFAULT_LENGTH, DEFAULT_KINDS = 8, 3
# Seconds after a write that failed, and between readings: IAM is eventually consistent.
PAUSES = (1, 2, 4, 8)
SERVER_ERROR = 500
THROTTLED = ("Throttling", "ThrottlingException", "RequestLimitExceeded", "TooManyRequestsException")


class Task(NamedTuple):
    """What a run is to do.

    Attributes:
        target_of: returns what a policy (None: there is none) should be; what that changes is left to do.
        dry_run: whether it only looks.
    """

    target_of: Callable[[Policy | None], Policy]
    dry_run: bool


class Write(NamedTuple):
    """A policy that was sent to IAM, and the one it was to replace."""

    before: Policy | None
    target: Policy

    def __str__(self) -> str:
        return "; ".join(differences(self.before, self.target)) + _lockout(self.before, self.target)


def reset_password_policy(events: dict[str, str], context: Any) -> dict[str, Any]:  # noqa: ARG001 - the service's
    """Read the policy, work out what it should be, and set that if it differs."""
    task = parse_task(events)
    _check_account(events["AccountId"])
    # A write is one attempt: whatever is sent later must not rest on what was read before it.
    iam, writing = _client("iam"), _client("iam", attempts=1)
    unanswered: Write | None = None
    for pause in (*PAUSES, None):
        with _telling(f"{_known(unanswered)}; the policy could not be read"):
            policy = read_policy(iam)
        write = Write(policy, task.target_of(policy))
        if not changes(*write):
            return _nothing_left(policy, unanswered)
        if task.dry_run:
            return _report(
                "WouldReset", write, write.target, f"Dry run, nothing was changed. Would set {write}."
            )
        try:
            writing.update_account_password_policy(**write.target)
        except (ClientError, BotoCoreError) as error:
            if _may_be_done(error):
                unanswered = write
            if pause is None or _is_refusal(error):
                raise RuntimeError(f"{_known(unanswered)}; setting {write} failed: {error}") from error
            time.sleep(pause)
        else:
            break
    with _telling(f"The policy was set ({write}), but could not be read again"):
        after = _read_until_met(iam, task)
    if left := differences(after, task.target_of(after)):
        raise RuntimeError(
            f"The policy was set ({write}), but IAM does not hold that; left: {'; '.join(left)}."
        )
    return _report("Reset", write, after, f"Set {write}.")


def verify_password_policy(events: dict[str, str], context: Any) -> dict[str, str]:  # noqa: ARG001 - the same
    """Read again, on its own; fail if there is anything left to do."""
    task = parse_task(events)
    with _telling("The policy could not be read to verify it"):
        policy = _read_until_met(_client("iam"), task)
    left = differences(policy, task.target_of(policy))
    if not left:
        return {"Outcome": "Verified"}
    if task.dry_run:
        return {"Outcome": "NotVerifiedInDryRun"}
    raise RuntimeError(f"The policy is not as required; left: {'; '.join(left)}.")


def parse_task(events: dict[str, str]) -> Task:
    """Read what is to be done. ValueError names parameter and value."""
    target = raised if _one_of(events, "Mode", ("Raise", "Replace")) == "Raise" else replaced
    dry_run = _one_of(events, "DryRun", ("true", "false")) == "true"
    return Task(partial(target, want=parse_requirement(events)), dry_run)


def parse_requirement(events: dict[str, str]) -> Policy:
    """Read the requirement; what is not checked is left out. ValueError names parameter and value."""
    want: Policy = {name: _boolean(name, events[name]) for name in COMPLEXITY}
    want |= {name: _number(name, events[name]) for name in RANGES if events[name] or name != "MaxPasswordAge"}
    return want | {name: _boolean(name, events[name]) for name in EXACT if events[name] != "keep"}


def shown(value: Any) -> str:
    """Return a value of a policy as people and Config write it."""
    return "not set" if value is None else str(value).lower()


def raised(before: Policy | None, want: Policy) -> Policy:
    """Return ``before`` with just the settings changed that fall short of ``want``."""
    if before is None:
        return _first(want)
    short = {name: limit for name, limit in want.items() if not MEETS[name](before.get(name), limit)}
    return before | short


def _first(want: Policy) -> Policy:
    """Return the first policy of an account: as wanted, but no weaker than the default that it replaces."""
    kinds = sorted(COMPLEXITY, key=lambda name: not want[name])[:DEFAULT_KINDS]  # the wanted ones first
    length = max(want["MinimumPasswordLength"], DEFAULT_LENGTH)
    return EXACT | want | dict.fromkeys(kinds, True) | {"MinimumPasswordLength": length}


def replaced(before: Policy | None, want: Policy) -> Policy:
    """Return exactly what is wanted; the rest is IAM's default, but ``keep`` keeps."""
    kept = EXACT if before is None else {name: before[name] for name in EXACT}
    return kept | want


def differences(before: Policy | None, target: Policy) -> list[str]:
    """List every setting that the target changes, as ``Name: old -> new``."""
    return [f"{one['Setting']}: {one['From']} -> {one['To']}" for one in changes(before, target)]


def changes(before: Policy | None, target: Policy) -> list[dict[str, str]]:
    """List the same for machines."""
    have = before or {}
    return [
        {"Setting": name, "From": shown(have.get(name)), "To": shown(target.get(name))}
        for name in SETTINGS
        if have.get(name) != target.get(name)
    ]


def _lockout(before: Policy | None, target: Policy) -> str:
    """Warn of an expiry that users cannot get out of by themselves, if this change brings it."""
    expiry = [(policy.get("HardExpiry"), policy.get("MaxPasswordAge")) for policy in (before or {}, target)]
    if not all(expiry[1]) or expiry[0] == expiry[1]:
        return ""
    return f" (locks out users whose password is older than {expiry[1][1]} days until it is reset for them)"


def read_policy(iam: Any) -> Policy | None:
    """Return the settings in force, without those that are not set; None if the account has no policy."""
    try:
        policy = iam.get_account_password_policy()["PasswordPolicy"]
    except iam.exceptions.NoSuchEntityException:
        return None
    numbers = {name: policy[name] for name in RANGES if policy.get(name)}  # 0 is how some answer "not set"
    return {name: bool(policy.get(name)) for name in (*COMPLEXITY, *EXACT)} | numbers


def _read_until_met(iam: Any, task: Task) -> Policy | None:
    """Read until nothing is left to do, a few times at most, in a dry run once; return the last one read."""
    policy = read_policy(iam)
    for pause in () if task.dry_run else PAUSES:
        if not changes(policy, task.target_of(policy)):
            return policy
        time.sleep(pause)
        policy = read_policy(iam)
    return policy


def _may_be_done(error: ClientError | BotoCoreError) -> bool:
    """Tell whether IAM may have done what failed: it neither refused it nor was out of reach."""
    if isinstance(error, ClientError):
        return bool(error.response["ResponseMetadata"]["HTTPStatusCode"] >= SERVER_ERROR)
    return not isinstance(error, (ConnectTimeoutError, EndpointConnectionError))


def _is_refusal(error: ClientError | BotoCoreError) -> bool:
    """Tell whether asking again would be answered the same."""
    if not isinstance(error, ClientError) or error.response["Error"]["Code"] in THROTTLED:
        return False
    return not _may_be_done(error)


def _known(unanswered: Write | None) -> str:
    """Say what is known of the policy when something fails before it was set for sure."""
    return "It is not known whether the policy was changed" if unanswered else "Nothing was changed"


def _nothing_left(policy: Policy | None, unanswered: Write | None) -> dict[str, Any]:
    if unanswered is None:
        message = "The policy already is as required; nothing was changed."
        return _report("NothingToDo", Write(policy, policy or {}), policy, message)
    doubt = "a request to set it was not answered, and the policy is as required now"
    return _report("Reset", unanswered, policy, f"Probably set {unanswered}: {doubt}.")


def _check_account(account_id: str) -> None:
    if not account_id:
        return
    with _telling("Nothing was changed, because the account could not be made out"):
        here = _client("sts").get_caller_identity()["Account"]
    if here != account_id:
        raise ValueError(
            f"AccountId is {account_id!r}, but this runs in {here}; nothing was read or changed."
        )


@contextmanager
def _telling(state: str) -> Iterator[None]:
    """Put in front of an error of AWS what had been done when it came."""
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        raise RuntimeError(f"{state}: {error}") from error


def _report(outcome: str, write: Write, after: Policy | None, message: str) -> dict[str, Any]:
    return {
        "Outcome": outcome,
        "Before": {name: shown(value) for name, value in (write.before or {}).items()},
        "After": {name: shown(value) for name, value in (after or {}).items()},
        "Changes": changes(*write),
        "Message": message,
    }


def _boolean(name: str, text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise ValueError(f"{name} must be true or false, not {text!r}.")
    return text.lower() == "true"


def _number(name: str, text: str) -> int:
    low, high = RANGES[name]
    if not re.fullmatch(r"[1-9][0-9]{0,3}", text) or not low <= int(text) <= high:
        raise ValueError(f"{name} must be a whole number from {low} to {high}, not {text!r}.")
    return int(text)


def _one_of(events: dict[str, str], name: str, allowed: tuple[str, ...]) -> str:
    if events[name] not in allowed:
        raise ValueError(f"{name} must be one of {', '.join(allowed)}, not {events[name]!r}.")
    return events[name]


def _client(service: str, attempts: int = 8) -> Any:
    """Return a client that gives up a call that hangs before the step times out (300 s)."""
    retries = {"mode": "adaptive", "total_max_attempts": attempts}
    config = Config(connect_timeout=5, read_timeout=20, retries=retries)  # type: ignore[arg-type]  # a literal
    return boto3.client(service, config=config)  # type: ignore[call-overload]  # any service
