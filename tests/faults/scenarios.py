# ruff: noqa: INP001 - a module beside tests, no package
"""The runs that faults, kills and races are tried on: accounts with something of everything."""

from dataclasses import dataclass, field
from typing import Any

from faults.lab import RULES, YEARS, Lab, State, key
from faults.truth import changed_keys
from faults.wire import Spot

BY_ID = "alice's id"
KEYS, POLICY = "DeleteStaleAccessKeys", "ResetPasswordPolicy"
KEY_RULE, POLICY_RULE = RULES
WEAK = {
    "MinimumPasswordLength": 8,
    "PasswordReusePrevention": 3,
    "MaxPasswordAge": 60,
    "RequireNumbers": True,
    "AllowUsersToChangePassword": True,
}
BATCH = 100  # of PutEvaluations
EMPTY: dict[str, Any] = {"format": "rulebook-sandbox/1", "passwordPolicy": None, "users": []}


@dataclass(frozen=True)
class Run:
    """A runbook on an account.

    Attributes:
        name: for people.
        document: whose.
        parameters: given to it; ``BY_ID`` stands for alice's id.
        policy: the account's password policy.
        recorded: whether AWS Config records IAM users.
        every_fault: whether it stands for its document where every fault is tried by day.
    """

    name: str
    document: str
    parameters: dict[str, str]
    policy: dict[str, Any] | None = None
    recorded: bool = False
    every_fault: bool = False


RUNS = (
    Run("delete", KEYS, {"IAMUserId": BY_ID, "MaxAccessKeyAge": "50", "ExemptTag": "keep"}, every_fault=True),
    Run(
        "deactivate",
        KEYS,
        {"IAMUserId": BY_ID, "MaxCredentialUsageAge": "45", "Action": "Deactivate", "ExemptTag": "keep"},
        recorded=True,
    ),
    Run("dry run", KEYS, {"IAMUserId": "alice", "MaxCredentialUsageAge": "45", "DryRun": "true"}),
    Run("raise", POLICY, {"AccountId": "123456789012", "Mode": "Raise"}, WEAK, every_fault=True),
    Run("replace", POLICY, {"MaxPasswordAge": "90", "Mode": "Replace", "HardExpiry": "true"}),
)


@dataclass(frozen=True)
class Evaluation:
    """A rule on an account.

    Attributes:
        name: for people.
        rule: which.
        parameters: given to it.
        calls: the calls that are tried; those left out are tried by another evaluation.
        young: how many users there are whom the rule need not read.
        every_fault: whether it stands for the rules where every fault is tried by day.
    """

    name: str
    rule: str
    parameters: dict[str, str] = field(default_factory=dict)
    calls: str = ""
    young: int = 1
    every_fault: bool = False


EVALUATIONS = (
    Evaluation("access keys", KEY_RULE, {"maxCredentialUsageAge": "45", "exemptTag": "keep"}),
    # More users than one report to Config holds.
    Evaluation("many users", KEY_RULE, calls="config:Put", young=BATCH),
    Evaluation("password policy", POLICY_RULE, every_fault=True),
)


def move_in(lab: Lab) -> str:
    """Fill the account for `RUNS`; returns alice's id."""
    add = lab.account.add_user
    alice = add("alice", YEARS, "/team/", [key(120), key(60)], {"team": "red"})
    add("alice2", YEARS, keys=[key(120), key(400)])
    add("bob", YEARS, keys=[key(5), key(400, status="Inactive")])
    add("keeper", YEARS, keys=[key(120)], tags={"Keep": "yes"})
    return alice


def crowd(lab: Lab, young: int = 1) -> None:
    """Fill the account for `EVALUATIONS`."""
    move_in(lab)
    lab.account.add_user("idle", YEARS, keys=[key(80, used=70)])
    for number in range(young):
        lab.account.add_user(f"young{number}", key(1).age, keys=[key(1)])
    lab.account.set_password_policy(**WEAK)


@dataclass(frozen=True)
class Undisturbed:
    """What a runbook does when nothing goes wrong.

    Attributes:
        parameters: with alice's id where they want it.
        before: the account as it was.
        after: as the run left it.
        spots: its calls.
    """

    parameters: dict[str, str]
    before: State
    after: State
    spots: list[Spot]

    @property
    def stale(self) -> set[str]:
        """The keys that it changes."""
        return changed_keys(self.before, self.after)

    def restore(self, lab: Lab) -> None:
        """Put the account back to where the run begins."""
        lab.restore(self.before)
        lab.config_forgets()


def record(lab: Lab, run: Run) -> Undisturbed:
    """Let a run happen, and note everything about it."""
    lab.restore(EMPTY)
    alice = move_in(lab)
    parameters = {name: alice if value == BY_ID else value for name, value in run.parameters.items()}
    if run.policy:
        lab.account.set_password_policy(**run.policy)
    lab.config_records(run.recorded)
    before = lab.state()
    lab.restore(before)
    execution = lab.run(run.document, **parameters)
    assert execution.status == "Success", execution.failure_message  # noqa: S101 - a helper of tests
    return Undisturbed(parameters, before, lab.state(), lab.wire.spots)
