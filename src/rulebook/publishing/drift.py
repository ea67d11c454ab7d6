"""What somebody changed by hand, of which CloudFormation's change sets know nothing."""

import json
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from rulebook.publishing.published import Publication

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_ssm import SSMClient

# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-role.html
SESSION = 3600  # seconds; what a role has that says nothing of it
LOOKED_AT = 20  # versions at most, each a call, to find the project's


def document_drift(ssm: "SSMClient", publication: Publication) -> Iterator[str]:
    """Yield how the published document differs from the project's, each a sentence with its cure."""
    if publication.document is None:
        return
    name = publication.document["Name"]
    try:
        found = ssm.describe_document(Name=name)["Document"]
    except ssm.exceptions.InvalidDocument:
        yield f"{name} was deleted by hand; {_anew(publication)}"
        return
    yield from _shared(ssm, name)
    default, latest = found["DefaultVersion"], int(found["LatestVersion"])
    if _is_ours(ssm, publication.document, default):
        return
    newest = islice(range(latest, 0, -1), LOOKED_AT)
    ours = next((str(one) for one in newest if _is_ours(ssm, publication.document, str(one))), None)
    if ours is None:
        which = f"and none of its newest {LOOKED_AT} is; if nobody wants it so: {_anew(publication)}"
    else:
        command = f"aws ssm update-document-default-version --name {name} --document-version {ours}"
        which = f"version {ours} is; if nobody wants it so: {command}"
    yield f"{name}: its default, version {default}, is not the project's, {which}"


def _shared(ssm: "SSMClient", name: str) -> Iterator[str]:
    """Tell of the accounts that may use a document; of the first page, if there are more."""
    shared = ssm.describe_document_permission(Name=name, PermissionType="Share").get("AccountIds", [])
    if shared:
        whom = "everybody" if "all" in map(str.lower, shared) else f"account {', '.join(shared)}"
        command = f"aws ssm modify-document-permission --name {name} --permission-type Share"
        yield f"{name} is shared with {whom}; end it: {command} --account-ids-to-remove {' '.join(shared)}"


def make_default(ssm: "SSMClient", publication: Publication) -> str | None:
    """Make the newest version of a document the default if it is the project's, and return its name.

    CloudFormation documents that ``UpdateMethod: NewVersion`` does it, and has been seen not to:
    https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/2539
    """
    if publication.document is None:
        return None
    name: str = publication.document["Name"]
    found = ssm.describe_document(Name=name)["Document"]
    if found["DefaultVersion"] == found["LatestVersion"] or not _is_ours(
        ssm, publication.document, found["LatestVersion"]
    ):
        return None
    ssm.update_document_default_version(Name=name, DocumentVersion=found["LatestVersion"])
    return name


def role_drift(iam: "IAMClient", publication: Publication, account_id: str, partition: str) -> Iterator[str]:
    """Yield how the published role differs from the project's, each a sentence with its cure."""
    name = publication.role["RoleName"]
    try:
        role: Any = iam.get_role(RoleName=name)["Role"]
    except iam.exceptions.NoSuchEntityException:
        yield f"role {name} was deleted by hand; {_anew(publication)}"
        return
    cure = f"undo it in the IAM console, or {_anew(publication)}"
    ours = resolved(publication.role, account_id, partition)
    if role["AssumeRolePolicyDocument"] != ours["AssumeRolePolicyDocument"]:
        yield f"role {name} trusts somebody else than it was published with; {cure}"
    if (session := role["MaxSessionDuration"]) != SESSION:
        command = f"aws iam update-role --role-name {name} --max-session-duration {SESSION}"
        yield f"role {name} has sessions of up to {session} seconds, not {SESSION}; undo it: {command}"
    stated = {one["PolicyName"]: one["PolicyDocument"] for one in ours["Policies"]}
    there = _policies(iam, name)
    for foreign in sorted(there.keys() - stated.keys()):
        command = f"aws iam delete-role-policy --role-name {name} --policy-name {foreign}"
        yield f"role {name} has a policy {foreign} that it was not published with; take it away: {command}"
    if {one: there.get(one) for one in stated} != stated:
        yield f"role {name} may do something else than it was published with; {cure}"
    pages = iam.get_paginator("list_attached_role_policies").paginate(RoleName=name)
    for policy in (one for page in pages for one in page["AttachedPolicies"]):
        command = f"aws iam detach-role-policy --role-name {name} --policy-arn {policy['PolicyArn']}"
        yield f"role {name} has {policy['PolicyName']} attached; take it away: {command}"


def resolved(value: Any, account_id: str, partition: str) -> Any:
    """Return a part of a template with account and partition put in, as CloudFormation does."""
    if isinstance(value, list):
        return [resolved(one, account_id, partition) for one in value]
    if not isinstance(value, dict):
        return value
    known = {"AWS::AccountId": account_id, "AWS::Partition": partition}
    if "Ref" in value:
        return known[value["Ref"]]
    if "Fn::Sub" in value:
        text = value["Fn::Sub"]
        for name, is_ in known.items():
            text = text.replace(f"${{{name}}}", is_)
        return text
    return {name: resolved(one, account_id, partition) for name, one in value.items()}


def _anew(publication: Publication) -> str:
    command = f"rulebook publish {publication.what}"
    return f"run `{command} --delete`, then `{command}`"


def _is_ours(ssm: "SSMClient", document: dict[str, Any], version: str) -> bool:
    """Tell whether a version of the document holds what the project publishes; a deleted one does not."""
    try:
        found = ssm.get_document(Name=document["Name"], DocumentVersion=version, DocumentFormat="JSON")
    except (ssm.exceptions.InvalidDocument, ssm.exceptions.InvalidDocumentVersion):
        return False
    return bool(_as_texts(json.loads(found["Content"])) == _as_texts(document["Content"]))


def _as_texts(value: Any) -> Any:
    """Return numbers and booleans as texts: CloudFormation has been seen to write them so."""
    if isinstance(value, dict):
        return {name: _as_texts(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_as_texts(one) for one in value]
    return value if isinstance(value, str) else json.dumps(value)


def _policies(iam: "IAMClient", name: str) -> dict[str, Any]:
    pages = iam.get_paginator("list_role_policies").paginate(RoleName=name)
    return {
        one: iam.get_role_policy(RoleName=name, PolicyName=one)["PolicyDocument"]
        for page in pages
        for one in page["PolicyNames"]
    }
