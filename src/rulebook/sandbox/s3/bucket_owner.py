"""``ExpectedBucketOwner``: a bucket of another account is refused; moto does not look at it.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html
"""

from typing import Any

from moto.s3.exceptions import S3AccessDeniedError
from moto.s3.models import s3_backends
from moto.s3.responses import S3Response

from rulebook.sandbox.extensions import while_running

HEADER = "x-amz-expected-bucket-owner"

_key_response = S3Response._key_response  # noqa: SLF001 - moto has no other way


def key_response(response: S3Response, request: Any, full_url: str) -> Any:
    """Answer what is asked of an object, if the bucket is whose the caller expects it to be."""
    bucket = response.parse_bucket_name_from_url(request, full_url)
    _, owner = s3_backends.bucket_accounts.get(bucket, ("", ""))
    if owner and request.headers.get(HEADER, owner) != owner:
        raise S3AccessDeniedError
    return _key_response(response, request, full_url)


while_running(S3Response, "_key_response", key_response)
