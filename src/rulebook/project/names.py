"""What the published things are called; stable, so that a person finds them in the console."""

from __future__ import annotations

ROLE_PATH = "/rulebook/"
EVALUATOR_ROLE = "rulebook-evaluators"
STACK = "rulebook"


def document_name(document: str) -> str:
    """Return the name of a published document."""
    return f"Rulebook-{document}"


def rdk_document_name(rule: str) -> str:
    """Return what stays of the name of the document that ``rdk deploy`` makes for a rule.

    rdk names neither the document nor its replacement: CloudFormation does, ``STACK-LOGICALID-RANDOM``, and
    replaces it under another random part at each change. The stack is called like the rule, without ``_``.
    """
    return f"{rule.replace('_', '')}-{logical_name(rule)}RemediationAction"


def role_name(document: str) -> str:
    """Return the name of a published document's role."""
    return f"rulebook-{document}"


def role_arn(role: str) -> str:
    """Return a published role's ARN, with CloudFormation's pseudo parameters for account and partition."""
    return f"arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:role{ROLE_PATH}{role}"


def logical_name(rule: str) -> str:
    """Return a rule's name in letters and digits only, as rdk calls its stack and what is in it."""
    return rule.replace("_", "").replace("-", "")
