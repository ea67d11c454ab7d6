"""Reset the account's password policy to the requirement, never weaker than it was; then verify it.

Input (InputPayload, all strings): ``AccountId`` (twelve digits or empty), the four ``Require...`` settings (``true`` or
``false``), ``MinimumPasswordLength``, ``PasswordReusePrevention``, ``MaxPasswordAge`` (days or empty),
``AllowUsersToChangePassword`` and ``HardExpiry`` (``true``, ``false`` or ``keep``), ``Mode`` (``Raise`` or ``Replace``),
``DryRun`` (``true`` or ``false``).

Output of the acting handler: ``Outcome`` (``Reset``, ``NothingToDo`` or ``WouldReset``), ``Before`` and ``After``
(policies; empty for an account without one), ``Changed`` (one line a setting), ``Message``. Of the verifying handler:
``Outcome``.

Fails on a value out of range, on any AWS error, if AccountId is not the account it runs in (before anything is read), if
what IAM holds afterwards is not what was sent, and if the requirement is still not met.

IAM has no partial update: a setting left out reverts to IAM's default. So the whole policy is sent each time.
"""

from __future__ import annotations

import re
from typing import Any

import boto3
from botocore.config import Config

Policy = dict[
    str, Any
]  # settings of GetAccountPasswordPolicy; MaxPasswordAge and PasswordReusePrevention may be absent

COMPLEXITY = ("RequireUppercaseCharacters", "RequireLowercaseCharacters", "RequireSymbols", "RequireNumbers")
EXACT = {
    "AllowUsersToChangePassword": True,
    "HardExpiry": False,
}  # what `keep` means where there is no policy
RANGES = {"MinimumPasswordLength": (6, 128), "PasswordReusePrevention": (1, 24), "MaxPasswordAge": (1, 1095)}
SETTINGS = (*COMPLEXITY, *RANGES, *EXACT)
# What IAM takes for a setting that UpdateAccountPasswordPolicy leaves out.
IAM_DEFAULTS: Policy = {
    **dict.fromkeys(COMPLEXITY, False),
    "MinimumPasswordLength": 6,
    **dict.fromkeys(EXACT, False),
}


def reset_password_policy(events: dict[str, str], context: Any) -> dict[str, Any]:  # noqa: ARG001 - the service's
    """Read the policy, work out what it should be, and set that if it differs."""
    want = parse_requirement(events)
    mode = _one_of(events, "Mode", ("Raise", "Replace"))
    dry_run = _one_of(events, "DryRun", ("true", "false")) == "true"
    _check_account(events["AccountId"])
    iam = _client("iam")
    before = read_policy(iam)
    target = raised(before, want) if mode == "Raise" else replaced(before, want)
    changed = differences(before, target)
    if not changed:
        return _report("NothingToDo", before, before, [], "the password policy already meets the requirement")
    if dry_run:
        return _report("WouldReset", before, target, changed, f"would set {'; '.join(changed)} (dry run)")
    iam.update_account_password_policy(**target)
    after = read_policy(iam)
    if wrong := differences(after, target):
        raise RuntimeError(
            f"The password policy was updated, but IAM does not hold what was sent: {'; '.join(wrong)}."
        )
    return _report("Reset", before, after or {}, changed, f"set {'; '.join(changed)}")


def verify_password_policy(events: dict[str, str], context: Any) -> dict[str, str]:  # noqa: ARG001 - the same
    """Read again, on its own; fail if the requirement is not met."""
    want = parse_requirement(events)
    left = shortfalls(read_policy(_client("iam")), want)
    if not left:
        return {"Outcome": "Verified"}
    if _one_of(events, "DryRun", ("true", "false")) == "true":
        return {"Outcome": "NotVerifiedInDryRun"}
    raise RuntimeError(f"The password policy still falls short: {'; '.join(left)}.")


def parse_requirement(events: dict[str, str]) -> Policy:
    """Read the requirement; what is not checked (empty, ``keep``) is left out. ValueError names name and value."""
    want: Policy = {name: _boolean(name, events[name]) for name in COMPLEXITY}
    want |= {name: _number(name, events[name]) for name in RANGES if events[name] or name != "MaxPasswordAge"}
    return want | {name: _boolean(name, events[name]) for name in EXACT if events[name].lower() != "keep"}


def shortfalls(policy: Policy | None, want: Policy) -> list[str]:
    """List where a policy (None: the account has none) falls short of the requirement; empty if it meets it."""
    if policy is None:
        return ["there is no password policy"]
    return [
        f"{name} is {policy.get(name, 'not set')}, must be {limit}"
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
    """Return the weakest policy that is as strict as ``before`` and meets ``want`` (exact settings as wanted)."""
    if before is None:
        return EXACT | want
    target = dict(before) | {
        name: limit for name, limit in want.items() if not _meets(name, before.get(name), limit)
    }
    return target


def replaced(before: Policy | None, want: Policy) -> Policy:
    """Return exactly the requirement; the rest is IAM's default, but ``keep`` keeps."""
    kept = EXACT if before is None else {name: before.get(name, IAM_DEFAULTS[name]) for name in EXACT}
    return kept | want


def differences(before: Policy | None, target: Policy) -> list[str]:
    """List every setting that the target changes, as ``Name: old -> new``."""
    have = before or {}
    return [
        f"{name}: {have.get(name, 'not set')} -> {target.get(name, 'not set')}"
        for name in SETTINGS
        if have.get(name) != target.get(name)
    ]


def read_policy(iam: Any) -> Policy | None:
    """Return the settings in force, without those that are not set; None if the account has no policy."""
    try:
        policy = iam.get_account_password_policy()["PasswordPolicy"]
    except iam.exceptions.NoSuchEntityException:
        return None
    numbers = {name: policy[name] for name in RANGES if policy.get(name)}  # 0 is how some answer "not set"
    return {name: bool(policy.get(name, False)) for name in (*COMPLEXITY, *EXACT)} | numbers


def _check_account(account_id: str) -> None:
    if not account_id:
        return
    if not re.fullmatch(r"[0-9]{12}", account_id):
        raise ValueError(f"AccountId must be the twelve digits of an account, not {account_id!r}.")
    running_in = _client("sts").get_caller_identity()["Account"]
    if running_in != account_id:
        raise ValueError(
            f"AccountId is {account_id}, but this runs in account {running_in}; nothing was read or changed."
        )


def _report(
    outcome: str, before: Policy | None, after: Policy | None, changed: list[str], message: str
) -> dict[str, Any]:
    return {
        "Outcome": outcome,
        "Before": before or {},
        "After": after or {},
        "Changed": changed,
        "Message": f"{message[:1].upper()}{message[1:]}.",
    }


def _boolean(name: str, text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise ValueError(f"{name} must be true or false, not {text!r}.")
    return text.lower() == "true"


def _number(name: str, text: str) -> int:
    low, high = RANGES[name]
    if not re.fullmatch(r"[0-9]{1,4}", text) or not low <= int(text) <= high:
        raise ValueError(f"{name} must be a whole number from {low} to {high}, not {text!r}.")
    return int(text)


def _one_of(events: dict[str, str], name: str, allowed: tuple[str, ...]) -> str:
    if events[name] not in allowed:
        raise ValueError(f"{name} must be one of {', '.join(allowed)}, not {events[name]!r}.")
    return events[name]


def _client(service: str) -> Any:
    return boto3.client(service, config=Config(retries={"mode": "adaptive", "max_attempts": 8}))  # type: ignore[call-overload]  # any service
