"""IAM_PASSWORD_POLICY_CUSTOM: the account's password policy meets the requirement (CIS 1.5-1.10).

Reports on the account: one evaluation, ``AWS::::Account``, whose resource id is the account id.
Trigger: periodic. The root user's password is not under the policy and is not judged.

Parameters, as text or as JSON values. An empty text counts as not given; true and false may be in any case.

========================================================  ==========================  ===========
RequireUppercaseCharacters, RequireLowercaseCharacters,   true, or false: not         true
RequireSymbols, RequireNumbers                            required
MinimumPasswordLength                                     6-128 characters, at least  14
PasswordReusePrevention                                   1-24 passwords, at least    24
MaxPasswordAge                                            1-1095 days, at most        not checked
AllowUsersToChangePassword, HardExpiry                    true or false, exactly      not checked
========================================================  ==========================  ===========

Scenarios:

1. The account has no password policy: NON_COMPLIANT; the annotation lists what a policy must have.
2. The policy meets every requirement, to the number or beyond it: COMPLIANT.
3. The policy does not ask for a required kind of character: NON_COMPLIANT.
4. A kind of character is not required (false): whether the policy asks for it does not matter.
5. Passwords may be shorter than MinimumPasswordLength: NON_COMPLIANT.
6. Fewer passwords are remembered than PasswordReusePrevention, or none: NON_COMPLIANT.
7. MaxPasswordAge is given and passwords live longer, or never expire: NON_COMPLIANT.
8. MaxPasswordAge, AllowUsersToChangePassword and HardExpiry are not given: they are not checked.
9. AllowUsersToChangePassword or HardExpiry is given and the policy differs, either way: NON_COMPLIANT.
10. The policy falls short in several settings: each is listed with what is and what must be; if not all fit
    the 256 characters of an annotation, it says how many more there are.
11. A parameter is unknown or its value not allowed: InvalidParametersError names parameter, value and what is
    allowed; the invocation fails and nothing is reported.
12. AWS refuses or fails a call: the invocation fails and nothing is reported, so that earlier results stay.
"""

from __future__ import annotations

import operator
import os
import re
import reprlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rdklib import ComplianceType, ConfigRule, Evaluation, Evaluator, InvalidParametersError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

RULE = "IAM_PASSWORD_POLICY_CUSTOM"
RESOURCE_TYPE = "AWS::::Account"
RDKLIBS_OWN = {"ExecutionRoleName", "ExecutionRoleRegion", "AssumeRoleMode"}
LONGEST_ANNOTATION = 256
WHOLE_NUMBER = re.compile(r"[1-9][0-9]{0,3}")  # not \d, which takes the digits of every script

Value = bool | int
Policy = dict[str, Value | None]  # every setting; None: not set


@dataclass(frozen=True)
class Comparison:
    """How a setting is held against what is wanted, and how a person is told so."""

    meets: Callable[[Any, Any], bool]  # (have, want) -> bool; have may be None
    must: str


IF_REQUIRED = Comparison(lambda have, want: bool(have or not want), "{}")
AT_LEAST = Comparison(lambda have, want: have is not None and have >= want, "at least {}")
AT_MOST = Comparison(lambda have, want: have is not None and have <= want, "at most {}")
EXACTLY = Comparison(operator.eq, "{}")


@dataclass(frozen=True)
class Requirement:
    """One setting of the policy, which is also the parameter of that name.

    Attributes:
        setting: key of GetAccountPasswordPolicy.
        comparison: how to judge it.
        default: what is wanted if the parameter is not given; None: it is not checked.
        numbers: what the parameter may be; None: true or false.
    """

    setting: str
    comparison: Comparison
    default: Value | None = None
    numbers: range | None = None


REQUIREMENTS = (
    Requirement("RequireUppercaseCharacters", IF_REQUIRED, default=True),
    Requirement("RequireLowercaseCharacters", IF_REQUIRED, default=True),
    Requirement("RequireSymbols", IF_REQUIRED, default=True),
    Requirement("RequireNumbers", IF_REQUIRED, default=True),
    Requirement("AllowUsersToChangePassword", EXACTLY),
    Requirement("HardExpiry", EXACTLY),
    Requirement("MinimumPasswordLength", AT_LEAST, default=14, numbers=range(6, 129)),
    Requirement("PasswordReusePrevention", AT_LEAST, default=24, numbers=range(1, 25)),
    Requirement("MaxPasswordAge", AT_MOST, numbers=range(1, 1096)),
)


@dataclass(frozen=True)
class Limit:
    """A requirement, and the value that this rule was given for it."""

    requirement: Requirement
    want: Value


@dataclass(frozen=True)
class Verdict:
    """What the rule says of the account."""

    compliance: str
    annotation: str


def lambda_handler(event: dict[str, Any], context: Any) -> list[dict[str, Any]]:
    """Evaluate for Config, and fail the invocation if rdklib answers with an error.

    Raises:
        RuntimeError: a parameter is wrong, or AWS refused a call; nothing was reported.
    """
    # Read by botocore when rdklib makes its clients, which takes no retry settings.
    os.environ.setdefault("AWS_RETRY_MODE", "adaptive")
    os.environ.setdefault("AWS_MAX_ATTEMPTS", "8")
    answer = Evaluator(IAM_PASSWORD_POLICY_CUSTOM()).handle(event, context)
    if isinstance(answer, dict):  # rdklib returns errors; Lambda would count that as a success
        code = answer.get("customerErrorCode") or answer.get("internalErrorMessage")
        reason = answer.get("customerErrorMessage") or answer.get("internalErrorDetails")
        raise RuntimeError(  # noqa: TRY004 - an answer of the wrong kind is how rdklib tells of an error
            f"{RULE} reported nothing: {code}: {reason}"
        )
    return list(answer)


class IAM_PASSWORD_POLICY_CUSTOM(ConfigRule):  # type: ignore[misc]  # rdklib is untyped
    """Fetches the policy and reports the verdict."""

    # The account is the only resource there is, so no result of an earlier run can be left over.
    delete_old_evaluations_on_scheduled_notification = False

    def evaluate_parameters(self, rule_parameters: Mapping[str, Any]) -> tuple[Limit, ...]:
        """Return what is to be checked; InvalidParametersError for anything the contract does not allow."""
        return parse_parameters(rule_parameters)

    def evaluate_periodic(
        self, event: Mapping[str, Any], client_factory: Any, valid_rule_parameters: tuple[Limit, ...]
    ) -> list[Any]:
        """Judge the policy of the account that the event names."""
        policy = read_policy(client_factory.build_client("iam"))
        verdict = judge(policy, valid_rule_parameters)
        return [Evaluation(verdict.compliance, event["accountId"], RESOURCE_TYPE, verdict.annotation)]


def parse_parameters(given: Mapping[str, Any]) -> tuple[Limit, ...]:
    """Return the limits, in the order of the table.

    Raises:
        InvalidParametersError: a name is unknown or a value not allowed.
    """
    known = [requirement.setting for requirement in REQUIREMENTS]
    for name, raw in given.items():
        if name not in RDKLIBS_OWN and name not in known:
            raise InvalidParametersError(
                f"{RULE} has no parameter {name} (value {reprlib.repr(raw)}); it takes {', '.join(known)}."
            )
    wanted = {
        requirement: _parse(requirement, given.get(requirement.setting, "")) for requirement in REQUIREMENTS
    }
    return tuple(Limit(requirement, want) for requirement, want in wanted.items() if want is not None)


def _parse(requirement: Requirement, raw: Any) -> Value | None:
    if isinstance(raw, str) and not raw:
        return requirement.default
    numbers = requirement.numbers
    value = _boolean(raw) if numbers is None else _number(raw, numbers)
    if value is None:
        allowed = (
            "true or false" if numbers is None else f"a whole number from {numbers.start} to {numbers[-1]}"
        )
        raise InvalidParametersError(
            f"{RULE}: {requirement.setting} must be {allowed}, not {reprlib.repr(raw)}."
        )
    return value


def _boolean(raw: Any) -> bool | None:
    if isinstance(raw, bool):
        return raw
    return {"true": True, "false": False}.get(raw.lower()) if isinstance(raw, str) else None


def _number(raw: Any, allowed: range) -> int | None:
    if isinstance(raw, str) and WHOLE_NUMBER.fullmatch(raw):
        raw = int(raw)
    if not isinstance(raw, int) or isinstance(raw, bool):  # True is an int to Python
        return None
    return raw if raw in allowed else None


def read_policy(iam: Any) -> Policy | None:
    """Return every setting in force, None for what is not set; None if the account has no policy."""
    try:
        policy = iam.get_account_password_policy()["PasswordPolicy"]
    except iam.exceptions.NoSuchEntityException:
        return None
    return {
        # AWS leaves out what is not set; some answer 0 instead.
        one.setting: bool(policy.get(one.setting)) if one.numbers is None else policy.get(one.setting) or None
        for one in REQUIREMENTS
    }


def judge(policy: Policy | None, limits: Sequence[Limit]) -> Verdict:
    """Hold a policy (None: the account has none) against the limits."""
    short = [limit for limit in limits if not _meets(policy, limit)]
    if policy is None:
        texts = [(limit.requirement.setting, f"must be {_must(limit)}") for limit in short]
        return Verdict(ComplianceType.NON_COMPLIANT, annotation("No password policy is set: ", texts))
    if not short:
        return Verdict(ComplianceType.COMPLIANT, "The password policy meets the requirement.")
    texts = [
        (one.requirement.setting, f"is {_shown(policy[one.requirement.setting])}, must be {_must(one)}")
        for one in short
    ]
    return Verdict(ComplianceType.NON_COMPLIANT, annotation("Password policy: ", texts))


def _meets(policy: Policy | None, limit: Limit) -> bool:
    have = policy[limit.requirement.setting] if policy else None
    return limit.requirement.comparison.meets(have, limit.want)


def _must(limit: Limit) -> str:
    return limit.requirement.comparison.must.format(_shown(limit.want))


def _shown(value: Value | None) -> str:
    return "not set" if value is None else str(value).lower()


def annotation(start: str, texts: Sequence[tuple[str, str]]) -> str:
    """Return one line for ``(setting, what is wrong)`` pairs, settings with the same wrong named together.

    Whole settings only: what does not fit into 256 characters is counted.
    """
    by_text: dict[str, list[str]] = {}
    for setting, text in texts:
        by_text.setdefault(text, []).append(setting)
    line, told = start, 0
    for text, settings in by_text.items():
        wrong = text if len(settings) == 1 else text.replace("is ", "are ", 1)
        longer = f"{line}{'; ' if told else ''}{', '.join(settings)} {wrong}"
        left = len(texts) - told - len(settings)
        if len(longer + _more(left)) > LONGEST_ANNOTATION:
            return line + _more(len(texts) - told)
        line, told = longer, told + len(settings)
    return line


def _more(count: int) -> str:
    return f"; and {count} more" if count else ""
