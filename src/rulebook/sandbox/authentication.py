"""Who sent a request: the holder of the access key with whose secret it is signed, now."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from rulebook.sandbox import signature
from rulebook.sandbox.authorization import principals
from rulebook.sandbox.authorization.principals import Principal
from rulebook.sandbox.errors import ApiError
from rulebook.sandbox.iam.backend import account_iam
from rulebook.sandbox.request import ApiRequest
from rulebook.sandbox.signature import ALGORITHM, SKEW, TIME, Signature

# Code for the query protocol, for the JSON protocols, and for S3 with its status and words.
# https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
_INVALID_KEY = ("InvalidClientTokenId", "UnrecognizedClientException", "InvalidAccessKeyId")
_EXPIRED_TOKEN = ("ExpiredToken", "ExpiredTokenException", "ExpiredToken")
_MISMATCH = ("SignatureDoesNotMatch", "InvalidSignatureException", "SignatureDoesNotMatch")
_SKEWED = ("SignatureDoesNotMatch", "InvalidSignatureException", "RequestTimeTooSkewed")
_INCOMPLETE = ("IncompleteSignature", "IncompleteSignatureException", "InvalidRequest")
_UNSIGNED = ("MissingAuthenticationToken", "MissingAuthenticationTokenException", "AccessDenied")
_REQUEST_EXPIRED = ("AccessDenied", "AccessDeniedException", "AccessDenied")


def authenticated_caller(asked: ApiRequest, environ: dict[str, Any]) -> Principal:
    """Return who sent a request; a presigned one leaves with the header that it could have had.

    Raises:
        ApiError: nobody, or somebody who does not hold the secret, with AWS's code.
    """
    try:
        claimed = signature.read_signature(environ)
    except signature.Malformed as why:
        raise _error(asked, _INCOMPLETE, str(why), status=400) from why
    if claimed is None:
        raise _error(asked, _UNSIGNED, "Request is missing Authentication Token")
    if claimed.expires is not None and claimed.service != "s3":
        raise _error(
            asked, _INCOMPLETE, "The embedded account takes presigned addresses for S3 only.", status=400
        )
    principal = principals.principal_of_key(claimed.access_key_id)
    _check_key(asked, principal, claimed)
    _check_time(asked, claimed, datetime.now(UTC))
    _check_signature(asked, principal, claimed, environ)
    if principal.user:  # a call that is refused from here on is a use of the key, too
        account_iam().note_use(claimed.access_key_id, claimed.service, claimed.region)
    # moto finds the service in this header only; without one it looks into the path and the body.
    environ.setdefault(
        "HTTP_AUTHORIZATION", f"{ALGORITHM} Credential={claimed.scope}, Signature={claimed.value}"
    )
    return principal


def _check_key(asked: ApiRequest, principal: Principal, claimed: Signature) -> None:
    if principal.has_expired:
        raise _error(asked, _EXPIRED_TOKEN, "The security token included in the request is expired")
    if not principal.usable or principal.token != claimed.token:
        raise _error(asked, _INVALID_KEY, "The security token included in the request is invalid.")


def _check_time(asked: ApiRequest, claimed: Signature, now: datetime) -> None:
    """Hold a signature for 15 minutes around its time, a presigned address for as long as it says."""
    begin, end = claimed.signed_at - SKEW, claimed.signed_at + SKEW
    if claimed.expires is not None:
        end = claimed.signed_at + timedelta(seconds=claimed.expires)
        if not begin <= now <= end:
            raise _error(
                asked, _REQUEST_EXPIRED, "Request has expired" if now > end else "Request is not valid yet"
            )
        return
    if now > end:
        edge, minutes, word = now - SKEW, "- 15 min.", "Signature expired: {} is now earlier than"
    elif now < begin:
        edge, minutes, word = now + SKEW, "+ 15 min.", "Signature not yet current: {} is still later than"
    else:
        return
    words = f"{word.format(claimed.time)} {edge.strftime(TIME)} ({now.strftime(TIME)} {minutes})"
    if asked.service == "s3":
        words = "The difference between the request time and the current time is too large."
    raise _error(asked, _SKEWED, words)


def _check_signature(
    asked: ApiRequest, principal: Principal, claimed: Signature, environ: Mapping[str, Any]
) -> None:
    if claimed.service == "s3" and (left_out := signature.unsigned_headers(claimed, environ)):
        words = f"There were headers present in the request which were not signed: {', '.join(left_out)}"
        raise ApiError(403, "AccessDenied", "AccessDenied", words)
    if not signature.signature_matches(claimed, environ, asked.body, principal.secret):
        raise _error(
            asked,
            _MISMATCH,
            "The request signature we calculated does not match the signature you provided. Check your AWS "
            "Secret Access Key and signing method. Consult the service documentation for details.",
        )
    if not signature.body_matches(claimed, environ, asked.body):
        code = "XAmzContentSHA256Mismatch" if claimed.service == "s3" else "InvalidSignatureException"
        raise ApiError(
            400, code, code, "The provided 'x-amz-content-sha256' header does not match what was computed."
        )


def _error(asked: ApiRequest, codes: tuple[str, str, str], message: str, *, status: int = 403) -> ApiError:
    query, json, s3 = codes
    return ApiError(status, s3 if asked.service == "s3" else query, json, message)
