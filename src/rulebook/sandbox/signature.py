"""Signature Version 4: what a request claims, and whether whoever sent it holds the key's secret.

botocore signs for every SDK in Python, so a signature is verified by letting botocore sign again.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import ReadOnlyCredentials

ALGORITHM = "AWS4-HMAC-SHA256"
TIME = "%Y%m%dT%H%M%SZ"
SKEW = timedelta(minutes=15)
LONGEST_PRESIGNED = timedelta(days=7)

_SCOPE = re.compile(r"(?P<key>\w+)/(?P<date>\d{8})/(?P<region>[\w-]+)/(?P<service>[\w.-]+)/aws4_request")
_IN_QUERY = ("Algorithm", "Credential", "Date", "Expires", "SignedHeaders", "Signature")
# What stands for the hash of a body that is not signed; S3 only.
_UNSIGNED_BODY = frozenset({"UNSIGNED-PAYLOAD", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"})
_HEX = re.compile(r"[0-9a-f]{64}")


class Malformed(ValueError):
    """A request carries something like a signature that cannot be read; the text says what."""


@dataclass(frozen=True)
class Signature:
    """What a request claims.

    Attributes:
        access_key_id: whose key it is said to be signed with.
        region: of the scope.
        service: of the scope, which is also how IAM's actions begin (``iam``, ``config``).
        time: when it was signed, as written.
        headers: names of the signed headers.
        value: the signature itself.
        token: the session token; the empty string for none.
        expires: seconds for which a presigned address holds; None for a signature in the header.
    """

    access_key_id: str
    region: str
    service: str
    time: str
    headers: tuple[str, ...]
    value: str
    token: str
    expires: int | None

    @property
    def scope(self) -> str:
        """Key, day, region and service, as both forms write them."""
        return f"{self.access_key_id}/{self.time[:8]}/{self.region}/{self.service}/aws4_request"

    @property
    def signed_at(self) -> datetime:
        """The moment of signing."""
        return datetime.strptime(self.time, TIME).replace(tzinfo=UTC)


def read_signature(environ: Mapping[str, Any]) -> Signature | None:
    """Return the signature that a request carries; None if it carries none.

    Raises:
        Malformed: it has parts of one, two of them, or one of another kind.
    """
    header = environ.get("HTTP_AUTHORIZATION", "")
    query = dict(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True))
    in_query = {part: query[f"X-Amz-{part}"] for part in _IN_QUERY if f"X-Amz-{part}" in query}
    if header and in_query:
        raise Malformed("Only one auth mechanism allowed; a request has a header or a query that signs it.")
    if header:
        token = environ.get("HTTP_X_AMZ_SECURITY_TOKEN", "")
        return _signature(_in_header(header, environ.get("HTTP_X_AMZ_DATE", "")), token)
    if in_query:
        return _signature(in_query, query.get("X-Amz-Security-Token", ""), presigned=True)
    if {"AWSAccessKeyId", "Signature"} & query.keys():
        raise Malformed(
            f"The authorization mechanism you have provided is not supported. Please use {ALGORITHM}."
        )
    return None


def _in_header(header: str, date: str) -> dict[str, str]:
    algorithm, _, rest = header.partition(" ")
    parts = dict(part.strip().partition("=")[::2] for part in rest.split(","))
    return {"Algorithm": algorithm, "Date": date, **parts}


def _signature(parts: Mapping[str, str], token: str, *, presigned: bool = False) -> Signature:
    if parts.get("Algorithm") != ALGORITHM:
        raise Malformed(
            f"The authorization mechanism you have provided is not supported. Please use {ALGORITHM}."
        )
    scope = _SCOPE.fullmatch(parts.get("Credential", ""))
    headers = tuple(parts.get("SignedHeaders", "").split(";"))
    seconds = parts.get("Expires", "")
    if scope is None:
        raise Malformed("Credential must be KEY/DATE/REGION/SERVICE/aws4_request.")
    if "host" not in headers:
        raise Malformed("'Host' must be a 'SignedHeader' in the AWS Authorization.")
    if not _HEX.fullmatch(parts.get("Signature", "")):
        raise Malformed("Signature must be 64 hexadecimal digits.")
    if not _is_time(parts.get("Date", "")):
        raise Malformed("X-Amz-Date must be a time like 20260102T030405Z.")
    if not parts["Date"].startswith(scope["date"]):
        raise Malformed(f"Date in Credential scope does not match {parts['Date'][:8]} from X-Amz-Date.")
    if presigned and not (seconds.isdecimal() and 0 < int(seconds) <= LONGEST_PRESIGNED.total_seconds()):
        raise Malformed("X-Amz-Expires must be from 1 to 604800 seconds.")
    return Signature(
        access_key_id=scope["key"],
        region=scope["region"],
        service=scope["service"],
        time=parts["Date"],
        headers=headers,
        value=parts["Signature"],
        token=token,
        expires=int(seconds) if presigned else None,
    )


def _is_time(text: str) -> bool:
    try:
        return datetime.strptime(text, TIME).strftime(TIME) == text  # noqa: DTZ007 - only its form is asked
    except ValueError:
        return False


def signature_matches(signature: Signature, environ: Mapping[str, Any], body: bytes, secret: str) -> bool:
    """Whether the request was signed with ``secret``, by signing it again.

    Args:
        signature: what the request claims.
        environ: the request, of WSGI.
        body: of the request.
        secret: of the access key.
    """
    request = AWSRequest(
        method=environ["REQUEST_METHOD"],
        url=f"http://{environ['HTTP_HOST']}{_as_signed(environ['REQUEST_URI'])}",
        headers={name: _header(environ, name) for name in signature.headers},
    )
    request.context["timestamp"] = signature.time
    signer = _Signer(signature, secret, _hash(signature, environ, body))
    again = signer.signature(signer.string_to_sign(request, signer.canonical_request(request)), request)
    return hmac.compare_digest(again, signature.value)


def unsigned_headers(signature: Signature, environ: Mapping[str, Any]) -> list[str]:
    """Return the names of headers that must be signed and are not: whatever begins with ``x-amz-``."""
    sent = [name[5:].lower().replace("_", "-") for name in environ if name.startswith("HTTP_X_AMZ_")]
    signed = {name.replace("_", "-") for name in signature.headers}
    return sorted(set(sent) - signed)


def body_matches(signature: Signature, environ: Mapping[str, Any], body: bytes) -> bool:
    """Whether the body is the one whose hash was signed, where a header states the hash."""
    stated = environ.get("HTTP_X_AMZ_CONTENT_SHA256")
    if stated is None or (signature.service == "s3" and stated in _UNSIGNED_BODY):
        return True
    return hmac.compare_digest(stated.encode(), hashlib.sha256(body).hexdigest().encode())


def _hash(signature: Signature, environ: Mapping[str, Any], body: bytes) -> str:
    """Return what stands for the body in what was signed; `body_matches` tells whether it is true."""
    if signature.expires is not None:
        return "UNSIGNED-PAYLOAD"
    return environ.get("HTTP_X_AMZ_CONTENT_SHA256") or hashlib.sha256(body).hexdigest()


def _as_signed(target: str) -> str:
    """Return the path and the query without the signature, both encoded as they were sent."""
    path, mark, query = target.partition("?")
    kept = "&".join(pair for pair in query.split("&") if not pair.startswith("X-Amz-Signature="))
    return f"{path}{mark}{kept}"


def _header(environ: Mapping[str, Any], name: str) -> str:
    key = name.upper().replace("-", "_")
    return str(environ.get(key if key in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{key}", ""))


class _Signer(SigV4Auth):
    """botocore's signer, of the headers that were signed, at the time at which they were."""

    def __init__(self, signature: Signature, secret: str, body_hash: str) -> None:
        credentials = ReadOnlyCredentials(signature.access_key_id, secret, signature.token or None)
        super().__init__(credentials, signature.service, signature.region)
        self._body_hash = body_hash
        self._s3 = signature.service == "s3"

    def headers_to_sign(self, request: AWSRequest) -> Any:
        """Return every header of the request, which has the signed ones only."""
        return request.headers

    def payload(self, request: AWSRequest) -> str:  # noqa: ARG002 - botocore's signature
        """Return what stands for the body."""
        return self._body_hash

    def _normalize_url_path(self, path: str) -> str:
        """S3 alone signs paths as they are."""
        return path if self._s3 else str(super()._normalize_url_path(path))  # type: ignore[misc]  # no stub
