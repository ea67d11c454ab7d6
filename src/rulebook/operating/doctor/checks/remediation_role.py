"""The role that each runbook assumes exists in this account, trusts Systems Manager and may do its work.

``generated`` is made by rdk as it deploys; ``scoped`` by `rulebook publish`; an ARN by somebody else. Config
hands it to the runbook as ``AutomationAssumeRole``:
https://docs.aws.amazon.com/config/latest/developerguide/setup-autoremediation.html
https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-setup-iam.html (trust)
Only the actions are compared, not what they are allowed on.
"""

from __future__ import annotations

from collections.abc import Iterator

from rulebook.operating.doctor.diagnosis import Diagnosis
from rulebook.operating.doctor.examination import Examination
from rulebook.operating.doctor.roles import find_role, missing_actions, role_name, role_policies, trusts
from rulebook.project import names
from rulebook.project.rdk_config import RuleConfig
from rulebook.project.rdk_config.roles import GENERATED, SCOPED
from rulebook.project.rdk_config.source import read_json

SSM = "ssm.amazonaws.com"
PUBLISH = "run `rulebook publish`"


def find(examination: Examination) -> Iterator[Diagnosis]:
    """Look at the role of every rule's remediation."""
    for name, rule in examination.config.rules.items():
        chosen = rule.remediation.role
        if chosen == GENERATED:
            yield Diagnosis("ok", name, "rdk makes the runbook's role as it deploys")
        elif chosen == SCOPED:
            scoped = names.role_name(rule.remediation.document)
            yield from _role(examination, rule, scoped, PUBLISH)
        elif (account := chosen.split(":")[4]) != examination.account_id:
            seen = f"{chosen} is a role of account {account}, not of {examination.account_id}"
            cure = 'name a role of this account, or "scoped"'
            yield Diagnosis("error", name, seen, cure)
        else:
            yield from _role(examination, rule, role_name(chosen), "mend the role, or choose another")


def _role(examination: Examination, rule: RuleConfig, name: str, cure: str) -> Iterator[Diagnosis]:
    iam = examination.client("iam")
    role = find_role(iam, name)
    if role is None:
        yield Diagnosis("error", rule.name, f"the role {name} does not exist", cure)
        return
    if not trusts(role["AssumeRolePolicyDocument"], SSM, examination.account_id):
        yield Diagnosis("error", rule.name, f"the role {name} does not trust {SSM} for this account", cure)
        return
    folder = examination.project.documents()[rule.remediation.document]
    wanted = read_json(folder.permissions, examination.project.relative(folder.permissions))
    missing = missing_actions(role_policies(iam, name), wanted)
    if missing:
        yield Diagnosis("error", rule.name, f"the role {name} may not {', '.join(missing)}", cure)
    else:
        yield Diagnosis(
            "ok", rule.name, f"the role {name} trusts {SSM} and may do all that the runbook calls"
        )
