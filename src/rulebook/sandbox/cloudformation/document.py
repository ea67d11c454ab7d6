"""``AWS::SSM::Document`` as rdk writes it: without a name and without a format, its content an object."""

from __future__ import annotations

import json
from typing import Any

from moto.core.common_models import CloudFormationModel
from moto.ssm.exceptions import DuplicateDocumentContent
from moto.ssm.models import ssm_backends

from rulebook.sandbox.cloudformation.registry import refusals, registered

TYPE = "AWS::SSM::Document"


@registered
class DocumentResource(CloudFormationModel):  # type: ignore[misc]  # moto is untyped
    """A document in a stack; its physical id is the document's name.

    moto's own model fails without DocumentFormat ("JSON is the default format" on AWS), names the document
    by a UUID instead of ``STACK-LOGICALID-RANDOM``, and on update deletes it and leaves what refers to it
    dangling.
    """

    def __init__(self, name: str) -> None:
        self.physical_resource_id = name

    @staticmethod
    def cloudformation_name_type() -> str:
        """Return the property that names the resource."""
        return "Name"

    @staticmethod
    def cloudformation_type() -> str:
        """Return the type as templates write it."""
        return TYPE

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:  # noqa: ARG003 - moto's signature
        """Whether ``Fn::GetAtt`` knows the attribute: there is none."""
        return False

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **_: Any
    ) -> DocumentResource:
        """Create the document."""
        properties = cloudformation_json["Properties"]
        name = properties.get("Name") or resource_name
        with refusals(TYPE):
            ssm_backends[account_id][region_name].create_document(
                content=content(properties),
                requires=properties.get("Requires"),
                attachments=properties.get("Attachments"),
                name=name,
                version_name=properties.get("VersionName"),
                document_type=properties.get("DocumentType", "Command"),
                document_format=properties.get("DocumentFormat", "JSON"),
                target_type=properties.get("TargetType"),
                tags=properties.get("Tags"),
            )
        return cls(name)

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: Any,
        new_resource_name: str,
        cloudformation_json: Any,
        account_id: str,
        region_name: str,
    ) -> DocumentResource:
        """Make the new content the default version, or replace the document if it is given another name.

        AWS does the former with UpdateMethod NewVersion. Without it the document is replaced by one with
        another generated name, and whatever refers to it is updated; moto would not update that, so the
        name stays.
        """
        properties, before = cloudformation_json["Properties"], original_resource.physical_resource_id
        if properties.get("Name", before) != before:
            cls.delete_from_cloudformation_json(before, cloudformation_json, account_id, region_name)
            return cls.create_from_cloudformation_json(
                new_resource_name, cloudformation_json, account_id, region_name
            )
        with refusals(TYPE):
            _renew(ssm_backends[account_id][region_name], before, properties)
        return cls(before)

    @classmethod
    def delete_from_cloudformation_json(
        cls,
        resource_name: str,
        cloudformation_json: Any,  # noqa: ARG003 - moto's signature
        account_id: str,
        region_name: str,
    ) -> None:
        """Delete the document with all its versions."""
        with refusals(TYPE):
            ssm_backends[account_id][region_name].delete_document(
                name=resource_name, document_version="", version_name="", force=True
            )


def content(properties: dict[str, Any]) -> str:
    """Return the document's text; a template may hold it as an object, SSM only knows text."""
    written = properties["Content"]
    return written if isinstance(written, str) else json.dumps(written)


def _renew(backend: Any, name: str, properties: dict[str, Any]) -> None:
    try:
        described = backend.update_document(
            content=content(properties),
            attachments=properties.get("Attachments"),
            name=name,
            version_name=properties.get("VersionName"),
            document_version="$LATEST",
            document_format=properties.get("DocumentFormat", "JSON"),
            target_type=properties.get("TargetType"),
        )
        version = described["DocumentVersion"]
    except DuplicateDocumentContent:  # back to what an earlier version had: SSM keeps no content twice
        versions = backend._documents[name].versions  # noqa: SLF001 - moto has no operation for it
        version = next(number for number, one in versions.items() if one.content == content(properties))
    backend.update_document_default_version(name, version)
