"""The role that each runbook assumes exists in this account, trusts Systems Manager and may do its work.

``generated`` is made by rdk as it deploys; ``scoped`` by `rulebook publish`; an ARN by somebody else. Config
hands it to the runbook as ``AutomationAssumeRole``:
https://docs.aws.amazon.com/config/latest/developerguide/setup-autoremediation.html
https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-setup-iam.html (trust)
The policies are evaluated as IAM does (rulebook.iam.policy), on an example of what each action acts on.
"""

from collections.abc import Iterator

from rulebook.errors import ConfigurationError
from rulebook.operating.doctor.diagnosis import Diagnosis
from rulebook.operating.doctor.examination import Examination
from rulebook.operating.doctor.roles import find_role, name_in_role_arn, permitted, role_policies, trusts
from rulebook.project import names
from rulebook.project.permissions import read_permissions
from rulebook.project.rdk_config import RuleConfig
from rulebook.project.rdk_config.roles import GENERATED, SCOPED

SSM = "ssm.amazonaws.com"
PUBLISH = "run `rulebook publish`"


def diagnose(examination: Examination) -> Iterator[Diagnosis]:
    """Look at the role of every rule's remediation."""
    account = f"arn:{examination.partition}:iam::{examination.account_id}:role"
    for name, rule in examination.config.rules.items():
        if rule.remedy is None:
            yield Diagnosis("ok", name, "has no remediation, so no runbook needs a role")
            continue
        chosen = rule.remedy.role
        if chosen == GENERATED:
            yield Diagnosis("ok", name, "rdk makes the runbook's role as it deploys")
        elif chosen == SCOPED:
            scoped = f"{account}{names.ROLE_PATH}{names.role_name(rule.remediation.document)}"
            yield _role(examination, rule, scoped, PUBLISH)
        elif (owner := chosen.split(":")[4]) != examination.account_id:
            seen = f"{chosen} is a role of account {owner}, not of {examination.account_id}"
            cure = 'name a role of this account, or "scoped"'
            yield Diagnosis("error", name, seen, cure)
        else:
            yield _role(examination, rule, chosen, "mend the role, or choose another")


def _role(examination: Examination, rule: RuleConfig, arn: str, cure: str) -> Diagnosis:
    iam, name = examination.client("iam"), name_in_role_arn(arn)
    role = find_role(iam, name)
    if role is None:
        return Diagnosis("error", rule.name, f"the role {name} does not exist", cure)
    if role["Arn"] != arn:
        return Diagnosis("error", rule.name, f"would assume {arn}, but the role is {role['Arn']}", cure)
    if not trusts(role["AssumeRolePolicyDocument"], SSM, examination.account_id, examination.region):
        return Diagnosis("error", rule.name, f"the role {name} does not trust {SSM} for this account", cure)
    may = permitted(list(role_policies(iam, name)), _wanted(examination, rule), examination.account_id)
    if may.refused:
        return Diagnosis("error", rule.name, f"the role {name} may not {', '.join(may.refused)}", cure)
    if may.partly:
        seen = f"the role {name} may {', '.join(may.partly)} only on some resources or under conditions"
        return Diagnosis("warning", rule.name, seen, "make sure that they cover what the rule finds")
    seen = f"the role {name} trusts {SSM} and may do all that the runbook calls"
    return Diagnosis("ok", rule.name, seen)


def _wanted(examination: Examination, rule: RuleConfig) -> list[str]:
    """Return what the runbook calls, by its permissions.json.

    Raises:
        ConfigurationError: the document or the file is missing, or is malformed.
    """
    document = rule.remediation.document
    folder = examination.project.documents().get(document)
    if folder is None:
        raise ConfigurationError(f"ssm_docs/{document}/document.yaml: the file is missing; write it")
    return read_permissions(folder.permissions, examination.project.relative(folder.permissions))
