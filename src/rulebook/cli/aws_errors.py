"""An error of AWS, or of reaching it, as one line that says what happened and what to do."""

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    EndpointConnectionError,
    InvalidRegionError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOTokenLoadError,
    TokenRetrievalError,
    UnauthorizedSSOTokenError,
)
from botocore.parsers import ResponseParserError

from rulebook.cli.output import one_line

_SIGN_IN = "sign in again (aws sso login, or new temporary credentials) and repeat the command"
_CREDENTIALS = "pass --profile, set AWS_PROFILE, or export AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"

_BY_TYPE: tuple[tuple[type[BotoCoreError], str], ...] = (
    (NoCredentialsError, _CREDENTIALS),
    (PartialCredentialsError, _CREDENTIALS),
    (NoRegionError, "pass --region or set AWS_DEFAULT_REGION"),
    (InvalidRegionError, "name one like us-east-1 (--region)"),
    (ProfileNotFound, "name one that `aws configure list-profiles` shows"),
    (UnauthorizedSSOTokenError, _SIGN_IN),
    (SSOTokenLoadError, _SIGN_IN),
    (TokenRetrievalError, _SIGN_IN),
    (EndpointConnectionError, "check the network, the region and AWS_ENDPOINT_URL"),
)

_BY_CODE = {
    "AccessDenied": "grant the action to the credentials in use, or use others",
    "AccessDeniedException": "grant the action to the credentials in use, or use others",
    "UnauthorizedOperation": "grant the action to the credentials in use, or use others",
    "ExpiredToken": _SIGN_IN,
    "ExpiredTokenException": _SIGN_IN,
    "RequestExpired": _SIGN_IN,
    "InvalidClientTokenId": "check that the access key exists and is active",
    "UnrecognizedClientException": "check that the access key exists and is active",
    "SignatureDoesNotMatch": "check the secret access key and this machine's clock",
    "Throttling": "wait a minute and repeat the command",
    "ThrottlingException": "wait a minute and repeat the command",
}


def explain(error: ClientError | BotoCoreError | ResponseParserError) -> str:
    """Return one line: what AWS answered, and the cure where one is known."""
    if isinstance(error, ResponseParserError):
        return "what answered is not AWS; correct the endpoint (AWS_ENDPOINT_URL, or the profile's)"
    cure = _cure(error)
    return one_line(f"{str(error).rstrip('. ')}; {cure}" if cure else error)


def _cure(error: ClientError | BotoCoreError) -> str | None:
    if isinstance(error, ClientError):
        return _BY_CODE.get(error.response.get("Error", {}).get("Code", ""))
    return next((cure for kind, cure in _BY_TYPE if isinstance(error, kind)), None)
