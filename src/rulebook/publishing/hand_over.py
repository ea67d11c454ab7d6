"""How a template gets to CloudFormation: in the call, or by way of a bucket if it is too large for that."""

import hashlib
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import ClientError

from rulebook.errors import RulebookError
from rulebook.publishing.plan import Plan, plan
from rulebook.publishing.published import Publication
from rulebook.publishing.stack import Stack
from rulebook.publishing.template import body, demand_small

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class BucketRefused(RulebookError):
    """S3 takes nothing into the bucket."""


def planned(
    stack: Stack, publication: Publication, session: boto3.Session, account_id: str, bucket: str
) -> Plan | None:
    """Create the change set; with a bucket named, the template is uploaded to it if it is the account's own.

    Raises:
        TemplateTooLarge: no bucket is named and the template needs one.
        BucketRefused: the bucket is not there, is another account's, or may not be written.
    """
    text, mark = body(publication.template), publication.template["Description"]
    if not bucket:
        demand_small(publication.stack, text)
        return plan(stack, mark, body=text)
    return plan(stack, mark, url=_uploaded(session.client("s3"), text, account_id, bucket))


def _uploaded(s3: "S3Client", text: str, account_id: str, bucket: str) -> str:
    """Upload a template under its hash and return its address, path style, as `aws cloudformation` does."""
    key = f"rulebook/{hashlib.sha256(text.encode()).hexdigest()}.template.json"
    try:
        s3.put_object(
            Bucket=bucket,
            Key=key,
            Body=text.encode(),
            ContentType="application/json",
            ExpectedBucketOwner=account_id,
        )
    except s3.exceptions.NoSuchBucket:
        raise BucketRefused(
            f"--s3-bucket {bucket}: there is no such bucket; create it in account {account_id}, "
            "or name another"
        ) from None
    except ClientError as error:
        if error.response["Error"]["Code"] not in {"AccessDenied", "403"}:
            raise
        raise BucketRefused(
            f"bucket {bucket}: S3 refuses it (AccessDenied), so it is not account {account_id}'s own, or you "
            "may not write to it; name another"
        ) from None
    return f"{s3.meta.endpoint_url}/{bucket}/{key}"
