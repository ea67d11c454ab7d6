"""The role with which each rule's function reads can be assumed.

rdklib assumes the recorder's role unless the rule parameter ``AssumeRoleMode`` is ``False``
(rdklib/configrule.py), or a role of this account that ``ExecutionRoleName`` names. A service-linked role can
be assumed by its service alone, so with one the parameter must be ``False``:
https://docs.aws.amazon.com/config/latest/developerguide/using-service-linked-roles.html
"""

from collections.abc import Iterator

from rulebook.operating.doctor.deploying import function_role
from rulebook.operating.doctor.diagnosis import Diagnosis
from rulebook.operating.doctor.examination import Examination
from rulebook.operating.doctor.roles import SERVICE_LINKED, find_role, name_in_role_arn, trusts_role

OWN = 'set "AssumeRoleMode": "False" in its parameters: the function then uses its own role'


def diagnose(examination: Examination) -> Iterator[Diagnosis]:
    """Look at each rule's parameters, and at the role they lead to."""
    for name, rule in examination.config.rules.items():
        parameters = rule.rule_parameters()
        if parameters.get("AssumeRoleMode", "True").lower() == "false":
            yield Diagnosis("ok", name, "AssumeRoleMode is False: the function reads with its own role")
        elif "ExecutionRoleName" in parameters:
            yield _assumable(examination, name, parameters["ExecutionRoleName"].rpartition("/")[2])
        elif examination.recorder:
            yield _recorder_role(examination, name, examination.recorder["roleARN"])


def _recorder_role(examination: Examination, rule: str, arn: str) -> Diagnosis:
    if SERVICE_LINKED in arn:
        return Diagnosis("error", rule, f"would assume {arn}, which only Config itself can assume", OWN)
    return _assumable(examination, rule, name_in_role_arn(arn))


def _assumable(examination: Examination, rule: str, name: str) -> Diagnosis:
    role = find_role(examination.client("iam"), name)
    if role is None:
        return Diagnosis("error", rule, f"would assume the role {name}, which does not exist", OWN)
    own = function_role(examination, rule)
    if not trusts_role(role["AssumeRolePolicyDocument"], own):
        return Diagnosis("error", rule, f"would assume the role {name}, which does not trust {own}", OWN)
    return Diagnosis("ok", rule, f"assumes the role {name}, which trusts the function's role")
