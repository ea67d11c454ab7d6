"""Each rule's function has time enough for the account's users. A rule that runs out of it reports nothing.

Reckoned high: every user costs one call for each action that IAM limits to a user and that the rule may make
(its permissions.json), and IAM answers CALLS_A_SECOND. IAM publishes no rate; this is a fifth of what ten
threads reach. To it come seconds for the start, the report and the results. Lambda ends any function
after 900 seconds:
https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
"""

import math
from collections.abc import Iterator

from rulebook.operating.doctor.diagnosis import Diagnosis
from rulebook.operating.doctor.examination import Examination
from rulebook.project.rdk_config import RuleConfig
from rulebook.publishing.policies import READS_A_USER

RDK_TIMEOUT = 60  # seconds, unless `rdk deploy --lambda-timeout` says otherwise
LONGEST = 900
CALLS_A_SECOND = 20
STARTING = 15  # seconds: cold start, credential report, first pages
REPORTING = 0.002  # seconds a user: reading old results and putting new ones, 100 at a time
# Actions that a rule needs only if it is given a parameter.
ONLY_WITH = {
    "iam:GetAccessKeyLastUsed": "maxCredentialUsageAge",
    "iam:GetUser": "exemptTag",
    "iam:ListUserTags": "exemptTag",
}


def diagnose(examination: Examination) -> Iterator[Diagnosis]:
    """Compare the seconds needed with those the function has, or would get."""
    for name in examination.rules_about_users():
        rule = examination.config.rules[name]
        calls = calls_a_user(rule, examination.actions_read(name))
        needed = seconds_to_judge(examination.users, calls)
        deployed = examination.deployed_timeout(name)
        given = deployed or RDK_TIMEOUT
        whose = "the deployed function has" if deployed else "rdk gives"
        seen = f"{examination.users} users, {calls} calls each, need up to {needed} s; {whose} {given} s"
        if needed <= given:
            yield Diagnosis("ok", name, seen)
        else:
            yield Diagnosis("warning", name, seen, _cure(name, needed))


def calls_a_user(rule: RuleConfig, actions: list[str]) -> int:
    """Return how many calls a user may cost."""
    parameters = rule.rule_parameters()
    per_user = READS_A_USER & set(actions)
    return sum(action not in ONLY_WITH or ONLY_WITH[action] in parameters for action in per_user)


def seconds_to_judge(users: int, calls: int) -> int:
    """Return the seconds that judging so many users may take."""
    return math.ceil(STARTING + users * (calls / CALLS_A_SECOND + REPORTING))


def _cure(rule: str, needed: int) -> str:
    return f"run `rdk deploy {rule} --lambda-timeout {min(LONGEST, math.ceil(needed / 60) * 60)}`"
