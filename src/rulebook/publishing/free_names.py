"""What an account holds already under the names that are to be published."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from rulebook.errors import RulebookError
from rulebook.publishing.published import Publication

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_ssm import SSMClient


class NameTaken(RulebookError):
    """A document or a role of that name exists and is not the stack's."""


def demand_free_document(ssm: "SSMClient", publication: Publication, owned: Collection[str]) -> None:
    """Refuse to publish over a document that somebody else made.

    Args:
        ssm: client of the account.
        publication: what is to be published.
        owned: physical ids of what its stack holds.

    Raises:
        NameTaken: naming the document.
    """
    name = publication.document["Name"] if publication.document else None
    if name is None or name in owned:
        return
    found = ssm.list_documents(Filters=[{"Key": "Name", "Values": [name]}])["DocumentIdentifiers"]
    if any(one.get("Name") == name for one in found):
        raise NameTaken(
            f"a document {name} exists that stack {publication.stack} did not make; delete it (aws ssm "
            "delete-document) or the stack that made it, or rename the project's"
        )


def demand_free_role(iam: "IAMClient", publication: Publication, owned: Collection[str]) -> None:
    """Refuse before anything is created what would fail halfway: roles are global, stacks are regional.

    Args:
        iam: client of the account.
        publication: what is to be published.
        owned: physical ids of what its stack holds.

    Raises:
        NameTaken: naming the role.
    """
    name = publication.role["RoleName"]
    if name in owned:
        return
    try:
        iam.get_role(RoleName=name)
    except iam.exceptions.NoSuchEntityException:
        return
    raise NameTaken(
        f"a role {name} exists that stack {publication.stack} did not make; publish from the region of the "
        "stack that made it (--region), or delete it"
    )
