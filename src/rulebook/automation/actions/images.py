"""aws:createImage, aws:copyImage and aws:deleteImage, which are pages beside each other.

https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-create.html
"""

from collections.abc import Mapping
from typing import Any

from rulebook.automation.actions import calling
from rulebook.automation.actions.base import Context, Result, StepContext, StepRunner
from rulebook.automation.failures import StepFailed

_AVAILABLE = "available"
_BROKEN = {"deregistered", "error", "failed", "invalid"}


class CreateImage(StepRunner):
    """Make an image of an instance, and wait until it can be used."""

    name = "aws:createImage"

    def run(self, inputs: Mapping[str, Any], context: StepContext) -> Result:
        """Create."""
        made = calling.ask(
            context,
            "ec2",
            "CreateImage",
            InstanceId=inputs["InstanceId"],
            Name=inputs["ImageName"],
            Description=inputs.get("ImageDescription"),
            NoReboot=calling.flag(inputs, "NoReboot"),
            BlockDeviceMappings=calling.several(inputs, "BlockDeviceMappings"),
        )
        return _made(made["ImageId"], context)


class CopyImage(StepRunner):
    """Copy an image of any region into this one, and wait until it can be used."""

    name = "aws:copyImage"

    def run(self, inputs: Mapping[str, Any], context: StepContext) -> Result:
        """Copy."""
        made = calling.ask(
            context,
            "ec2",
            "CopyImage",
            SourceImageId=inputs["SourceImageId"],
            SourceRegion=inputs["SourceRegion"],
            Name=inputs["ImageName"],
            Description=inputs.get("ImageDescription"),
            Encrypted=calling.flag(inputs, "Encrypted"),
            KmsKeyId=inputs.get("KmsKeyId"),
            ClientToken=inputs.get("ClientToken"),
        )
        return _made(made["ImageId"], context)


class DeleteImage(StepRunner):
    """Deregister an image, and delete its snapshots."""

    name = "aws:deleteImage"

    def run(self, inputs: Mapping[str, Any], context: StepContext) -> Result:
        """Delete."""
        image = _image(inputs["ImageId"], context)
        if image is None:
            raise StepFailed(f"there is no image {inputs['ImageId']}")
        calling.ask(context, "ec2", "DeregisterImage", ImageId=image["ImageId"])
        for mapping in image.get("BlockDeviceMappings", ()):
            if snapshot := mapping.get("Ebs", {}).get("SnapshotId"):
                calling.ask(context, "ec2", "DeleteSnapshot", SnapshotId=snapshot)
        return Result()


def _made(image_id: str, context: Context) -> Result:
    calling.until(lambda: _is_available(image_id, context), context)
    outputs = {"ImageId": image_id, "ImageState": _AVAILABLE}
    return Result(root=outputs, outputs=outputs)


def _is_available(image_id: str, context: Context) -> bool | None:
    image = _image(image_id, context) or {"State": "pending"}  # a new one is not seen at once
    if image["State"] in _BROKEN:
        raise StepFailed(
            f"image {image_id} is {image['State']}: {image.get('StateReason', {}).get('Message')}"
        )
    return image["State"] == _AVAILABLE or None


def _image(image_id: str, context: Context) -> dict[str, Any] | None:
    filters = [{"Name": "image-id", "Values": [image_id]}]
    found = calling.ask(context, "ec2", "DescribeImages", Filters=filters)["Images"]
    return found[0] if found else None
