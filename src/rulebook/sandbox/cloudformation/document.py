"""``AWS::SSM::Document`` as rdk writes it: without a name and without a format, its content an object."""

import json
from typing import Any

from moto.ssm.exceptions import DuplicateDocumentContent
from moto.ssm.models import ssm_backends

from rulebook.sandbox.cloudformation import stacks
from rulebook.sandbox.cloudformation.resource import ResourceRefused, StackResource, refusals_as_failures
from rulebook.sandbox.extensions import resource_type


@resource_type
class DocumentResource(StackResource):
    """A document in a stack; its physical id is the document's name.

    moto's own model fails without DocumentFormat ("JSON is the default format" on AWS), names the document
    by a UUID instead of ``STACK-LOGICALID-RANDOM``, and on update deletes it and leaves what refers to it
    dangling.
    """

    TYPE = "AWS::SSM::Document"
    NAME = "Name"

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **_: Any
    ) -> "DocumentResource":
        """Create the document."""
        properties = cloudformation_json["Properties"]
        name = properties.get("Name") or resource_name
        with refusals_as_failures(cls.TYPE):
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
    ) -> "DocumentResource":
        """Replace a changed document under another name, or with ``UpdateMethod: NewVersion`` renew it.

        The old one goes when the stack's update is complete. A name of its own stands in the way of that.
        """
        properties, before = cloudformation_json["Properties"], original_resource.physical_resource_id
        backend = ssm_backends[account_id][region_name]
        named = properties.get("Name")
        if named in {None, before}:
            if backend._documents[before].get_default_version().content == content(properties):  # noqa: SLF001 - as moto keeps it
                return cls(before)
            if properties.get("UpdateMethod") == "NewVersion":
                with refusals_as_failures(cls.TYPE):
                    _renew(backend, before, properties)
                return cls(before)
            if named:
                raise ResourceRefused(
                    "CloudFormation cannot update a stack when a custom-named resource requires replacing. "
                    f"Rename {before} and update the stack again."
                )
        made = cls.create_from_cloudformation_json(
            new_resource_name, cloudformation_json, account_id, region_name
        )
        stacks.replace(original_resource, made, cloudformation_json, account_id, region_name)
        return made

    @classmethod
    def delete_resource(cls, name: str, account_id: str, region: str) -> None:
        """Delete the document with all its versions."""
        ssm_backends[account_id][region].delete_document(
            name=name, document_version="", version_name="", force=True
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
