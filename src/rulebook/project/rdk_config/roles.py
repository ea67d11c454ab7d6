"""The role that a runbook assumes, in the three ways rdk_config.json can choose it.

What rdk (0.17.24 and 1.0.0 alike) does with each was read in its ``deploy``: it makes a role of its own
only if ``SSMAutomation`` has ``IAM``, and then replaces the values of ``AutomationAssumeRole``, which must
exist already. Without ``IAM`` it makes the document alone and leaves the values as they are, intrinsics of
CloudFormation included.

That holds for ``deploy``; rdk's ``create-rule-template`` forgets a document that comes without ``IAM``.
"""

from typing import Any

from rulebook.project.names import logical_name, role_arn, role_name

GENERATED = "generated"
SCOPED = "scoped"


def role_value(role: str, document: str, rule: str) -> str | dict[str, Any]:
    """Return the value of ``AutomationAssumeRole``: an ARN, or the intrinsic that yields it at deployment.

    For a generated role it is what rdk writes there itself: the committed file says what is deployed.
    """
    if role == GENERATED:
        return {"Fn::GetAtt": [f"{logical_name(rule)}Role", "Arn"]}
    if role == SCOPED:
        return {"Fn::Sub": role_arn(role_name(document))}
    return role
