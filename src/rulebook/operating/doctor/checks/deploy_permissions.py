"""The caller may do what `rdk deploy` does, `iam:PassRole` above all, as IAM's own policy simulation tells.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
For an assumed role, the role is simulated; session policies and policies of the resources are not part of
that. For the root user nothing is simulated: it may do everything that the organization allows.
PutRemediationConfigurations demands `iam:PassRole` for the runbook's role:
https://docs.aws.amazon.com/config/latest/APIReference/API_PutRemediationConfigurations.html
"""

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from rulebook.operating.doctor.deploying import Need, needs
from rulebook.operating.doctor.diagnosis import NO_CREDENTIALS, Diagnosis
from rulebook.operating.doctor.examination import Examination

BY_HAND = "look at its policies by hand (iam:PassRole, and what operating/doctor/deploying.py lists)"


def diagnose(examination: Examination) -> Iterator[Diagnosis]:
    """Simulate every need; one line for all that is allowed."""
    if examination.arn.endswith(":root"):
        yield Diagnosis("ok", "root", "may do everything that the organization allows; nothing was simulated")
        return
    try:
        source = _policy_source(examination)
        if source is None:
            seen = "is neither a user nor a role, so IAM cannot simulate it"
            yield Diagnosis("could-not-check", examination.arn, seen, BY_HAND)
            return
        results = [
            one for need in needs(examination) for one in _simulate(examination.client("iam"), source, need)
        ]
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code in NO_CREDENTIALS:
            raise
        seen = f"{error.operation_name} was refused ({code}): whether `rdk deploy` may do its work is unknown"
        cure = f"allow iam:GetRole and iam:SimulatePrincipalPolicy to the caller, or {BY_HAND}"
        yield Diagnosis("could-not-check", examination.arn, seen, cure)
        return
    found = [_judge(source, one) for one in results if one["EvalDecision"] != "allowed"]
    yield from found
    if allowed := len(results) - len(found):
        yield Diagnosis(
            "ok", source, f"{allowed} of {len(results)} actions that `rdk deploy` needs are allowed"
        )


def _policy_source(examination: Examination) -> str | None:
    """Return whose policies to simulate; a session's ARN lacks the path of its role."""
    kind, _, rest = examination.arn.split(":", 5)[5].partition("/")
    if kind == "assumed-role":
        role = examination.client("iam").get_role(RoleName=rest.partition("/")[0])
        return str(role["Role"]["Arn"])
    return examination.arn if kind == "user" else None


def _simulate(iam: Any, source: str, need: Need) -> list[dict[str, Any]]:
    passed_to = {
        "ContextKeyName": "iam:PassedToService",
        "ContextKeyValues": [need.passed_to],
        "ContextKeyType": "string",
    }
    pages = iam.get_paginator("simulate_principal_policy").paginate(
        PolicySourceArn=source,
        ActionNames=list(need.actions),
        ResourceArns=list(need.resources),
        ContextEntries=[passed_to] if need.passed_to else [],
    )
    return [result for page in pages for result in page["EvaluationResults"]]


def _judge(source: str, result: dict[str, Any]) -> Diagnosis:
    action, resource = result["EvalActionName"], result.get("EvalResourceName", "*")
    unknown = result.get("MissingContextValues", [])
    if unknown and result["EvalDecision"] == "implicitDeny":
        seen = f"depends on {', '.join(unknown)}, which the simulation does not know"
        return Diagnosis("could-not-check", action, seen, f"look at the conditions of {source}")
    where = f"{source} may not on {resource}: {_denied_by(result)}"
    return Diagnosis("error", action, where, f"allow {action} to whoever deploys")


def _denied_by(result: dict[str, Any]) -> str:
    if not result.get("OrganizationsDecisionDetail", {}).get("AllowedByOrganizations", True):
        return "a policy of the organization"
    boundary = result.get("PermissionsBoundaryDecisionDetail", {})
    if not boundary.get("AllowedByPermissionsBoundary", True):
        return "its permissions boundary"
    return "an explicit deny" if result["EvalDecision"] == "explicitDeny" else "no policy allows it"
