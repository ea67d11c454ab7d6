# ruff: noqa: INP001, S101 - a module of assertions beside tests, no package
"""Whether what a runbook says of a run is what became of the account."""

import re
from typing import Any

from faults.lab import State, keys_of
from rulebook.automation import AutomationExecution

ACTED = "DeleteStaleAccessKeys"
SET = "ResetPasswordPolicy"
KEY_ID = re.compile(r"AKIA[A-Z0-9]{16}")


def changed_keys(before: State, after: State) -> set[str]:
    """Return the ids of the keys that are gone or have another status."""
    have = keys_of(after)
    return {one for one, (_, status) in keys_of(before).items() if one not in have or have[one][1] != status}


def without_keys(state: State, key_ids: set[str]) -> State:
    """Return the state without these keys: what has to be the same when they may be gone."""
    users = [
        user | {"keys": [one for one in user["keys"] if one["id"] not in key_ids]} for user in state["users"]
    ]
    return state | {"users": users}


def check_key_run(execution: AutomationExecution, before: State, after: State, stale: set[str]) -> None:
    """Assert that nothing but stale keys was changed, and that what is said of each key is true."""
    assert without_keys(after, stale) == without_keys(before, stale), "an unrelated change"
    changed = changed_keys(before, after)
    said = _said(execution)
    claims = {one: fate for fate, ids in said for one in ids}
    assert sum(len(ids) for _, ids in said) == len(claims), "each key has one fate"
    for one, fate in claims.items():
        if fate in ("deleted", "deactivated"):
            assert one in changed, f"{one} is said to be {fate}"
        elif not fate.startswith("not known whether"):
            assert one not in changed, f"{one} is said to be {fate}"
    assert changed <= claims.keys(), "a change that is not said"
    if f"{ACTED}.KeyIds" in execution.outputs and "dry run" not in execution.outputs[f"{ACTED}.Message"]:
        assert set(execution.outputs[f"{ACTED}.KeyIds"]) == changed
        assert {one["AccessKeyId"] for one in execution.outputs[f"{ACTED}.Changes"]} == changed


def _said(execution: AutomationExecution) -> list[tuple[str, list[str]]]:
    """Return what is said of keys: (fate, ids)."""
    message = execution.outputs.get(f"{ACTED}.Message", execution.failure_message)
    told = message.partition("; then it stopped: ")[0]
    if execution.status != "Success":
        assert told, execution.failure_message
        assert "no access key was " in told or KEY_ID.search(told), message
    return [
        (part.rpartition(": ")[0].rpartition(": ")[2].strip(), ids)
        for part in told.split("; ")
        if (ids := KEY_ID.findall(part))
    ]


# What a run of ResetPasswordPolicy may say first, and whether the policy then is the old or the new one.
POLICY_SAYS = {
    "Nothing was changed": {"old"},
    "It is not known whether the policy was changed": {"old", "new"},
    "The policy was set": {"new"},
    "Set ": {"new"},
    "Probably set ": {"new"},
    "The policy already": {"old"},
}


def check_policy_run(execution: AutomationExecution, before: State, after: State, undisturbed: State) -> None:
    """Assert that the policy is the old or the new one, as the run says, and nothing else changed."""
    assert after | {"passwordPolicy": None} == before | {"passwordPolicy": None}, "an unrelated change"
    failure = execution.failure_message.partition("RuntimeError: ")[2]
    message = execution.outputs.get(f"{SET}.Message") or failure
    allowed = [truth for start, truth in POLICY_SAYS.items() if message.startswith(start)]
    assert allowed, f"it does not say what was done: {execution.failure_message}"
    found: dict[str, Any] = {
        "old": before["passwordPolicy"],
        "new": undisturbed["passwordPolicy"],
    }
    assert after["passwordPolicy"] in [found[one] for one in allowed[0]], message
