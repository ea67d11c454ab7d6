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
10. The policy falls short in several settings: each is listed with what is and what must be, in fewer words
    where the 256 characters of an annotation ask for it, and at the least with what must be.
11. A parameter is unknown or its value not allowed: InvalidParametersError names parameter, value and what is
    allowed; the invocation fails and nothing is reported.
12. AWS refuses or fails a call: the invocation fails and nothing is reported, so that earlier results stay.
13. Config refuses the evaluation: the invocation fails.
"""

import operator
import os
import re
import reprlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import boto3
from rdklib import ComplianceType, ConfigRule, Evaluation, Evaluator, InvalidParametersError

RULE = "IAM_PASSWORD_POLICY_CUSTOM"
RESOURCE_TYPE = "AWS::::Account"
RDKLIBS_OWN = {"ExecutionRoleName", "ExecutionRoleRegion", "AssumeRoleMode"}
LONGEST_ANNOTATION = 256
WHOLE_NUMBER = re.compile(r"[1-9][0-9]{0,3}")  # not \d, which takes the digits of every script

Value = bool | int
Policy = dict[str, Value | None]  # every setting; None: not set


class Comparison(NamedTuple):
    """How a setting is held against what is wanted, and how a person is told so."""

    meets: Callable[[Any, Any], bool]  # (have, want) -> bool; have may be None
    must: str
    briefly: str


IF_REQUIRED = Comparison(lambda have, want: bool(have or not want), "{}", "{}")
AT_LEAST = Comparison(lambda have, want: have is not None and have >= want, "at least {}", ">={}")
AT_MOST = Comparison(lambda have, want: have is not None and have <= want, "at most {}", "<={}")
EXACTLY = Comparison(operator.eq, "{}", "{}")


class Requirement(NamedTuple):
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


class Limit(NamedTuple):
    """A requirement, and the value that this rule was given for it."""

    requirement: Requirement
    want: Value


class Verdict(NamedTuple):
    """What the rule says of the account."""

    compliance: str
    annotation: str


class EvaluationFailed(RuntimeError):
    """Nothing was reported to Config, or not everything; the message says which."""


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


def lambda_handler(event: Mapping[str, Any], context: Any) -> Any:
    """Evaluate and report; raise whatever prevents it, so that Config shows it and Lambda tries again.

    Raises:
        EvaluationFailed: wrong parameters, AWS refused a call, or Config refused the evaluation.
    """
    return report(IAM_PASSWORD_POLICY_CUSTOM(), event, context)


def report(rule: ConfigRule, event: Mapping[str, Any], context: Any) -> Any:
    """Let rdklib evaluate and report; raise the errors that it returns, and the refusals that it ignores."""
    # rdklib builds its clients of the default session, without a retry configuration; botocore takes these.
    os.environ.setdefault("AWS_RETRY_MODE", "adaptive")
    os.environ.setdefault("AWS_MAX_ATTEMPTS", "10")
    if boto3.DEFAULT_SESSION is None:
        boto3.setup_default_session()
    events: Any = boto3.DEFAULT_SESSION.events  # type: ignore[union-attr]  # set just now
    events.register("after-call.config-service.PutEvaluations", raise_refused, unique_id=RULE)
    outcome = Evaluator(rule).handle(event, context)
    if isinstance(outcome, dict):  # rdklib returns errors, and Lambda would count them as success
        code = outcome["customerErrorCode"] or outcome["internalErrorMessage"]
        reason = outcome["customerErrorMessage"] or outcome["internalErrorDetails"]
        raise EvaluationFailed(f"{RULE} failed: {code}: {reason}")
    return outcome


def raise_refused(parsed: Mapping[str, Any], **_: Any) -> None:
    """Fail where Config takes the call, but not each of its evaluations."""
    if refused := parsed.get("FailedEvaluations"):
        raise EvaluationFailed(
            f"{RULE} failed: Config refused {len(refused)} evaluations, the first of"
            f" {refused[0]['ComplianceResourceId']}; others may be reported."
        )


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
    if policy and not short:
        return Verdict(ComplianceType.COMPLIANT, "The password policy meets the requirement.")
    annotation = next(text for text in _shortfalls(policy, short) if len(text) <= LONGEST_ANNOTATION)
    return Verdict(ComplianceType.NON_COMPLIANT, annotation)


def _meets(policy: Policy | None, limit: Limit) -> bool:
    have = policy[limit.requirement.setting] if policy else None
    return limit.requirement.comparison.meets(have, limit.want)


def _shortfalls(policy: Policy | None, short: Sequence[Limit]) -> Iterator[str]:
    """Tell all of them in ever fewer words; the last way has room for all nine at their longest."""
    if policy is None:
        yield "No password policy is set: " + _listed(short, lambda one: f"must be {_must(one)}")
        yield "No password policy; needed: " + _listed(short, _briefly)
        return
    have = {one: _shown(policy[one.requirement.setting]) for one in short}
    yield "Password policy: " + _listed(short, lambda one: f"is {have[one]}, must be {_must(one)}")
    yield "Password policy: " + _listed(short, lambda one: f"{have[one]}, not {_briefly(one)}")
    yield "Password policy must have " + _listed(short, _briefly)


def _listed(short: Sequence[Limit], text: Callable[[Limit], str]) -> str:
    """List the settings with what is wrong, those with the same wrong named together."""
    by_text: dict[str, list[str]] = {}
    for one in short:
        by_text.setdefault(text(one), []).append(one.requirement.setting)
    return "; ".join(
        f"{', '.join(settings)} {wrong if len(settings) == 1 else re.sub('^is ', 'are ', wrong)}"
        for wrong, settings in by_text.items()
    )


def _must(limit: Limit) -> str:
    return limit.requirement.comparison.must.format(_shown(limit.want))


def _briefly(limit: Limit) -> str:
    return limit.requirement.comparison.briefly.format(_shown(limit.want))


def _shown(value: Value | None) -> str:
    return "not set" if value is None else str(value).lower()
