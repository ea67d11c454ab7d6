"""The roles' policies, as pure functions of the permissions that a script or a rule states."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

Policy = dict[str, Any]  # an IAM policy document; its values may be intrinsics of CloudFormation

# Actions that IAM can limit to user ARNs and to users' tags:
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
READS_A_USER = frozenset(
    {"iam:GetAccessKeyLastUsed", "iam:GetUser", "iam:ListAccessKeys", "iam:ListUserTags"}
)
CHANGES_A_USER = frozenset({"iam:DeleteAccessKey", "iam:UpdateAccessKey"})
# What only one value of a document's parameter Action calls.
CALLED_BY_ACTION = {"iam:DeleteAccessKey": "Delete", "iam:UpdateAccessKey": "Deactivate"}
USERS = {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:user/*"}  # `*` covers paths

# What rdklib itself calls to report (rdklib/util/evaluations.py), and Lambda to log.
OLD_RESULTS = "config:GetComplianceDetailsByConfigRule"
REPORTS = "config:PutEvaluations"
RULES = {"Fn::Sub": "arn:${AWS::Partition}:config:*:${AWS::AccountId}:config-rule/*"}
FUNCTION_LOGS = ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents")
LOGS = {"Fn::Sub": "arn:${AWS::Partition}:logs:*:${AWS::AccountId}:log-group:/aws/lambda/RDK-Rule-Function-*"}


def needed(permissions: Iterable[str], values: Collection[str], allowed: Collection[str]) -> list[str]:
    """Leave out what a document calls only for values of its parameter ``Action`` that nobody gives.

    Args:
        permissions: the document's ``permissions.json``.
        values: what ``Action`` is where the document is used.
        allowed: the parameter's ``allowedValues``; without both of ours it means something else: all stays.
    """
    ours = set(CALLED_BY_ACTION.values()) <= set(allowed)
    return [one for one in permissions if not ours or CALLED_BY_ACTION.get(one) in {None, *values}]


def runbook_policy(permissions: Sequence[str], exempt_tags: Iterable[str]) -> Policy:
    """Allow exactly these actions, and deny any change of a user who carries an exempt tag.

    Args:
        permissions: the document's ``permissions.json``.
        exempt_tags: ``Key`` or ``Key=Value``, as in rdk_config.json.
    """
    changes = sorted(CHANGES_A_USER & set(permissions))
    denials = [_deny(tag, place, changes) for place, tag in enumerate(sorted(set(exempt_tags)), 1)]
    return _policy([*_allow(permissions), *(denials if changes else [])])


def evaluator_policy(permissions: Iterable[str]) -> Policy:
    """Allow the rules' functions what they read, to report it to Config, and to write their logs."""
    old = {"Sid": "OldResults", "Effect": "Allow", "Action": [OLD_RESULTS], "Resource": RULES}
    logs = {"Sid": "Log", "Effect": "Allow", "Action": list(FUNCTION_LOGS), "Resource": LOGS}
    return _policy([*_allow(sorted({*permissions, REPORTS})), old, logs])


def runbook_trust() -> Policy:
    """Trust Systems Manager, for automation executions of this account only.

    Source: https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-setup-iam.html
    """
    return _policy(
        [
            {
                "Effect": "Allow",
                "Principal": {"Service": "ssm.amazonaws.com"},
                "Action": "sts:AssumeRole",
                "Condition": {
                    "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}},
                    "ArnLike": {
                        "aws:SourceArn": {
                            "Fn::Sub": "arn:${AWS::Partition}:ssm:*:${AWS::AccountId}:automation-execution/*"
                        }
                    },
                },
            }
        ]
    )


def evaluator_trust() -> Policy:
    """Trust Lambda."""
    return _policy(
        [
            {
                "Effect": "Allow",
                "Principal": {"Service": "lambda.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ]
    )


def _allow(permissions: Iterable[str]) -> list[dict[str, Any]]:
    """One statement for what IAM can limit to users, one for what takes only ``*``."""
    scoped = [one for one in permissions if one in READS_A_USER | CHANGES_A_USER]
    rest = [one for one in permissions if one not in scoped]
    statements: list[dict[str, Any]] = [
        {"Sid": "OneUser", "Effect": "Allow", "Action": scoped, "Resource": USERS},
        {"Sid": "TakesNoResource", "Effect": "Allow", "Action": rest, "Resource": "*"},
    ]
    return [statement for statement in statements if statement["Action"]]


def _deny(tag: str, place: int, actions: Sequence[str]) -> dict[str, Any]:
    key, equals, value = tag.partition("=")
    name = f"aws:ResourceTag/{key}"  # names of condition keys have no case, just as IAM's tag keys
    condition = {"StringEquals": {name: value}} if equals else {"Null": {name: "false"}}
    return {
        "Sid": f"NeverAnExemptUser{place}",
        "Effect": "Deny",
        "Action": list(actions),
        "Resource": USERS,
        "Condition": condition,
    }


def _policy(statements: Sequence[dict[str, Any]]) -> Policy:
    return {"Version": "2012-10-17", "Statement": list(statements)}
