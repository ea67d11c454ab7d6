"""How a template gets to CloudFormation: in the call, or by way of a bucket if it is too large for that."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import boto3

from rulebook.publishing.stack import Plan, Stack
from rulebook.publishing.template import demand_small

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def plan(stack: Stack, text: str, session: boto3.Session, bucket: str) -> Plan | None:
    """Create the change set; with a bucket named, the template is uploaded to it.

    Raises:
        TemplateTooLarge: no bucket is named and the template needs one.
    """
    if not bucket:
        demand_small(text)
        return stack.plan(body=text)
    s3: S3Client = session.client("s3")
    key = f"rulebook/{hashlib.sha256(text.encode()).hexdigest()}.template.json"
    s3.put_object(Bucket=bucket, Key=key, Body=text.encode(), ContentType="application/json")
    return stack.plan(
        url=f"{s3.meta.endpoint_url}/{bucket}/{key}"
    )  # path style, as `aws cloudformation` does
