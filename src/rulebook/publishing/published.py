"""What the project publishes, and what of it an account holds already."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rulebook.authoring.sound import sound_document
from rulebook.errors import ConfigurationError, RulebookError
from rulebook.project import Project
from rulebook.project.chosen import document_folder
from rulebook.project.names import document_name
from rulebook.project.rdk_config import Config
from rulebook.publishing.template import Template, template

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_ssm import SSMClient


PERMISSIONS = "permissions.json"


class NameTaken(RulebookError):
    """A document or a role of that name exists and is not the stack's."""


def project_template(project: Project, config: Config, chosen: Collection[str]) -> Template:
    """Render the stack of the chosen documents.

    Each step gets its whole script file, not the slice of it that the built document holds: what the steps
    of a document share is then in the template once, and both pairs fit into one.

    Raises:
        ConfigurationError: there is no such document, it would not run, or a file is missing.
    """
    for name in chosen:
        document_folder(project, name)
    documents = project.documents()
    names = [name for name in documents if name in chosen or not chosen]
    return template(
        documents={name: dict(sound_document(project, name).content) for name in names},
        permissions={name: _read(project, documents[name].permissions) for name in names},
        exempt_tags={name: sorted(set(_exempt_tags(config, name))) for name in names},
        evaluator_permissions=sorted(
            {action for rule in project.rules().values() for action in _read(project, rule.permissions)}
        ),
    )


def demand_free_names(ssm: SSMClient, documents: Collection[str], owned: Collection[str]) -> None:
    """Refuse to publish over a document that somebody else made.

    Args:
        ssm: client of the account.
        documents: what is to be published, by the project's names.
        owned: physical ids of what the stack holds.

    Raises:
        NameTaken: naming the document.
    """
    wanted = {document_name(name) for name in documents} - set(owned)
    for name in sorted(wanted):
        found = ssm.list_documents(Filters=[{"Key": "Name", "Values": [name]}])["DocumentIdentifiers"]
        if any(one.get("Name") == name for one in found):
            raise NameTaken(
                f"a document {name} exists that this stack did not make; "
                "delete it (aws ssm delete-document), or publish from the stack that made it (--stack-name)"
            )


def demand_free_roles(iam: IAMClient, roles: Collection[str], owned: Collection[str]) -> None:
    """Refuse before anything is created what would fail halfway: roles are global, stacks are regional.

    Args:
        iam: client of the account.
        roles: names of the roles to be published.
        owned: physical ids of what the stack holds.

    Raises:
        NameTaken: naming the role.
    """
    for name in sorted(set(roles) - set(owned)):
        try:
            iam.get_role(RoleName=name)
        except iam.exceptions.NoSuchEntityException:
            continue
        raise NameTaken(
            f"a role {name} exists that this stack did not make; publish from the region and stack that made "
            "it (--region, --stack-name), or delete it"
        )


def promote(ssm: SSMClient, names: Collection[str]) -> list[str]:
    """Make the newest version of each document the default, where it is not; return the names changed.

    CloudFormation documents that ``UpdateMethod: NewVersion`` does it, and has been seen not to:
    https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/2539
    """
    promoted = []
    for name in sorted(names):
        found = ssm.describe_document(Name=name)["Document"]
        if found["DefaultVersion"] != found["LatestVersion"]:
            ssm.update_document_default_version(Name=name, DocumentVersion=found["LatestVersion"])
            promoted.append(name)
    return promoted


def _exempt_tags(config: Config, document: str) -> Iterator[str]:
    for rule in config.rules.values():
        if rule.remediation.document == document:
            given = (rule.parameters.get("exemptTag"), rule.remediation.parameters.get("ExemptTag"))
            yield from (str(tag) for tag in given if tag)


def _read(project: Project, path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        cure = "run `rulebook build`" if path.name != PERMISSIONS else "list there the IAM actions it calls"
        raise ConfigurationError(f"{project.relative(path)}: is missing; {cure}") from None
    except ValueError as error:
        raise ConfigurationError(f"{project.relative(path)}: is no JSON: {error}; mend it") from None
