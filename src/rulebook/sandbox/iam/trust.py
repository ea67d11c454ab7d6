"""Whom a role trusts: moto looks at that when it is changed, and not when the role is created."""

import json
from typing import Any

from moto.iam.exceptions import MalformedPolicyDocument
from moto.iam.policy_validation import IAMTrustPolicyDocumentValidator

_DEFAULT, _NEWEST = "2008-10-17", "2012-10-17"


def demand_trust_policy(text: str) -> None:
    """Refuse what is no trust policy.

    Raises:
        MalformedPolicyDocument: in moto's words, which ``words`` turns into IAM's.
    """
    try:
        policy = json.loads(text)
    except (ValueError, RecursionError):
        raise MalformedPolicyDocument("This policy contains invalid Json") from None
    if isinstance(policy, dict) and policy.get("Version", _DEFAULT) == _DEFAULT:
        policy = policy | {"Version": _NEWEST}  # the only one that moto takes
    IAMTrustPolicyDocumentValidator(json.dumps(policy)).validate()
    statements = policy["Statement"]
    for statement in statements if isinstance(statements, list) else [statements]:
        _check_principal(statement)


def _check_principal(statement: dict[str, Any]) -> None:
    """Take ``*``, or lists of texts under a kind of principal."""
    named = statement.get("Principal", statement.get("NotPrincipal"))
    if not named:
        raise MalformedPolicyDocument("Missing required field Principal")
    ids = named.values() if isinstance(named, dict) else [named if named == "*" else None]
    flat = [one for value in ids for one in (value if isinstance(value, list) else [value])]
    if not flat or not all(isinstance(one, str) and one for one in flat):
        raise MalformedPolicyDocument("Syntax errors in policy.")
