"""Errors in the shape that AWS gives them in each protocol, and the code read back from such a shape."""

import json
import re
from dataclasses import dataclass
from http import HTTPStatus
from uuid import uuid4
from xml.sax.saxutils import escape

from rulebook.sandbox.request import ApiRequest

# What no XML may hold, not even escaped: https://www.w3.org/TR/xml/#charsets
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_XML_CODE = re.compile(rb"<Code>\s*([^<\s]+)\s*</Code>")


@dataclass(frozen=True)
class ApiError(Exception):
    """An answer other than success.

    Attributes:
        status: of HTTP.
        code: AWS's, as the query protocol words it.
        json_code: as the JSON protocols word it.
        message: for a person.
    """

    status: int
    code: str
    json_code: str
    message: str


def not_implemented(request: ApiRequest, why: str) -> ApiError:
    """Return the answer to what the embedded account lacks; a client does not repeat a 501."""
    what = f"{request.service}:{request.operation}" if request.operation else request.path
    message = f"the embedded account does not have {what}{f' ({why})' if why else ''}"
    return ApiError(501, "NotImplemented", "NotImplemented", message)


def render_error(error: ApiError, request: ApiRequest) -> tuple[int, list[tuple[str, str]], bytes]:
    """Return the status, the headers and the body of an error in the protocol of the request."""
    # The JSON protocol answers whatever is the client's fault with 400.
    status = 400 if request.protocol == "json" and error.status == HTTPStatus.FORBIDDEN else error.status
    if request.protocol in {"json", "rest-json"}:
        content = json.dumps({"__type": error.json_code, "message": error.message, "Message": error.message})
        kind = [("Content-Type", "application/x-amz-json-1.1"), ("x-amzn-ErrorType", error.json_code)]
    else:
        content = _xml(error, wrapped=request.protocol == "query")
        kind = [("Content-Type", "text/xml")]
    body = content.encode()
    return status, [*kind, ("Content-Length", str(len(body)))], body


def code_of(headers: list[tuple[str, str]], body: bytes) -> str:
    """Return the error code that a response carries; the empty string if it carries none."""
    for name, value in headers:
        if name.lower() == "x-amzn-errortype":
            return value.partition(":")[0]
    if found := _XML_CODE.search(body):
        return found[1].decode()
    try:
        kind = json.loads(body).get("__type", "")
    except (ValueError, AttributeError):
        return ""
    return str(kind).rpartition("#")[2]


def _xml(error: ApiError, *, wrapped: bool) -> str:
    request_id = f"<RequestId>{uuid4()}</RequestId>"
    message = escape(_NOT_XML.sub("\ufffd", error.message))
    inner = f"<Code>{error.code}</Code><Message>{message}</Message>"
    if not wrapped:  # S3 has the bare element
        return f"<Error>{inner}{request_id}</Error>"
    return f"<ErrorResponse><Error><Type>Sender</Type>{inner}</Error>{request_id}</ErrorResponse>"
