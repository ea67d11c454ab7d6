"""Reset the account's password policy to the requirement, never weaker than it was; then verify it.

Input (InputPayload): the parameters of the document; ``AccountId`` and ``MaxPasswordAge`` may be empty.
Output: ``Outcome``; of the acting handler also ``Before`` and ``After`` (setting to text; empty: no policy),
``Changes`` (``Setting``, ``From``, ``To`` of each) and ``Message``.

Fails on a value out of range; if AccountId is not the account it runs in, before the policy is read; on any
error of AWS, saying what was changed before it; and if IAM does not hold what is required some seconds later.

IAM has no partial and no conditional update: the whole policy is sent, right after it was read, and what
somebody else sets in the moment between the two is lost.
"""

from __future__ import annotations

import re
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Settings of GetAccountPasswordPolicy. RANGES may be absent: not set.
Policy = dict[str, Any]

COMPLEXITY = ("RequireUppercaseCharacters", "RequireLowercaseCharacters", "RequireNumbers", "RequireSymbols")
RANGES = {"MinimumPasswordLength": (6, 128), "PasswordReusePrevention": (1, 24), "MaxPasswordAge": (1, 1095)}
MUST = {
    "MinimumPasswordLength": "at least ",
    "PasswordReusePrevention": "at least ",
    "MaxPasswordAge": "at most ",
}
# With what `keep` means where there is no policy.
EXACT = {"AllowUsersToChangePassword": True, "HardExpiry": False}
SETTINGS = (*COMPLEXITY, *RANGES, *EXACT)
# An account without a policy is under IAM's default one: 8 characters, three of the four kinds.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html
DEFAULT_LENGTH, DEFAULT_KINDS = 8, 3
# Seconds between readings: IAM is eventually consistent.
PAUSES = (1, 2, 4, 8)


def reset_password_policy(events: dict[str, str], context: Any) -> dict[str, Any]:  # noqa: ARG001 - the service's
    """Read the policy, work out what it should be, and set that if it differs."""
    want = parse_requirement(events)
    raises = _one_of(events, "Mode", ("Raise", "Replace")) == "Raise"
    dry_run = _one_of(events, "DryRun", ("true", "false")) == "true"
    _check_account(events["AccountId"])
    iam = _client("iam")
    with _telling("Nothing was changed, because the policy could not be read"):
        before = read_policy(iam)
    target = raised(before, want) if raises else replaced(before, want)
    changed = changes(before, target)
    if not changed:
        already = "meets the requirement" if raises else "is exactly what is required"
        return _report(
            "NothingToDo", before, before, [], f"The policy already {already}; nothing was changed."
        )
    told = "; ".join(differences(before, target)) + _lockout(before, target)
    if dry_run:
        return _report(
            "WouldReset", before, target, changed, f"Dry run, nothing was changed. Would set {told}."
        )
    _update(iam, target, told)
    # Somebody may have raised it further meanwhile: that is no failure of a Raise.
    wrong = shortfalls if raises else differences
    with _telling(f"The policy was set ({told}), but could not be read again"):
        after = _read_until(iam, lambda policy: not wrong(policy, target))
    if left := wrong(after, target):
        raise RuntimeError(f"The policy was set ({told}), but IAM does not hold that: {'; '.join(left)}.")
    return _report("Reset", before, after, changed, f"Set {told}.")


def verify_password_policy(events: dict[str, str], context: Any) -> dict[str, str]:  # noqa: ARG001 - the same
    """Read again, on its own; fail if the requirement is not met (Raise), or not exactly met (Replace)."""
    want = parse_requirement(events)
    raises = _one_of(events, "Mode", ("Raise", "Replace")) == "Raise"
    dry_run = _one_of(events, "DryRun", ("true", "false")) == "true"

    def wrong(policy: Policy | None) -> list[str]:
        return shortfalls(policy, want) if raises else differences(policy, replaced(policy, want))

    with _telling("The policy could not be read to verify it"):
        policy = _read_until(_client("iam"), lambda policy: dry_run or not wrong(policy))
    if not wrong(policy):
        return {"Outcome": "Verified"}
    if dry_run:
        return {"Outcome": "NotVerifiedInDryRun"}
    raise RuntimeError(f"The policy is not as required: {'; '.join(wrong(policy))}.")


def parse_requirement(events: dict[str, str]) -> Policy:
    """Read the requirement; what is not checked is left out. ValueError names parameter and value."""
    want: Policy = {name: _boolean(name, events[name]) for name in COMPLEXITY}
    want |= {name: _number(name, events[name]) for name in RANGES if events[name] or name != "MaxPasswordAge"}
    return want | {name: _boolean(name, events[name]) for name in EXACT if events[name] != "keep"}


def shortfalls(policy: Policy | None, want: Policy) -> list[str]:
    """List where a policy (None: the account has none) falls short of what is wanted."""
    if policy is None:
        return ["there is no password policy"]
    return [
        f"{name} is {_shown(policy.get(name))}, must be {MUST.get(name, '')}{_shown(limit)}"
        for name, limit in want.items()
        if not _meets(name, policy.get(name), limit)
    ]


def _meets(name: str, have: Any, limit: Any) -> bool:
    if name in COMPLEXITY:
        return bool(have or not limit)
    if name in EXACT:
        return bool(have == limit)
    if have is None:
        return False
    return bool(have <= limit if name == "MaxPasswordAge" else have >= limit)


def raised(before: Policy | None, want: Policy) -> Policy:
    """Return ``before`` with just the settings changed that fall short of ``want``."""
    if before is None:
        return _first(want)
    short = {name: limit for name, limit in want.items() if not _meets(name, before.get(name), limit)}
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
        {"Setting": name, "From": _shown(have.get(name)), "To": _shown(target.get(name))}
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


def _read_until(iam: Any, good: Callable[[Policy | None], bool]) -> Policy | None:
    """Read until the policy is good, a few times at most; return the last one read."""
    policy = read_policy(iam)
    for pause in PAUSES:
        if good(policy):
            break
        time.sleep(pause)
        policy = read_policy(iam)
    return policy


def _update(iam: Any, target: Policy, words: str) -> None:
    try:
        iam.update_account_password_policy(**target)
    except (ClientError, BotoCoreError) as error:
        told = "Nothing was changed" if _refused(error) else "It is not known whether the policy was changed"
        raise RuntimeError(f"{told}; setting {words} failed: {error}") from error


def _refused(error: ClientError | BotoCoreError) -> bool:
    """Tell a refusal of the only attempt; one that had no answer, or an earlier one, may have been heard."""
    if not isinstance(error, ClientError):
        return False
    answer = error.response["ResponseMetadata"]
    return str(answer["HTTPStatusCode"]).startswith("4") and not answer.get("RetryAttempts")


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


def _report(
    outcome: str,
    before: Policy | None,
    after: Policy | None,
    changed: list[dict[str, str]],
    message: str,
) -> dict[str, Any]:
    return {
        "Outcome": outcome,
        "Before": {name: _shown(value) for name, value in (before or {}).items()},
        "After": {name: _shown(value) for name, value in (after or {}).items()},
        "Changes": changed,
        "Message": message,
    }


def _shown(value: Any) -> str:
    return "not set" if value is None else str(value).lower()


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


def _client(service: str) -> Any:
    """Return a client that retries, yet gives up a call that hangs before the step times out (300 s)."""
    retries = {"mode": "adaptive", "total_max_attempts": 8}
    config = Config(connect_timeout=5, read_timeout=20, retries=retries)  # type: ignore[arg-type]  # a literal
    return boto3.client(service, config=config)  # type: ignore[call-overload]  # any service
