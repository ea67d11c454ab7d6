"""What a request to the embedded account asks for, and with whose key, read before moto sees it."""

import io
import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from botocore.exceptions import BotoCoreError
from moto.core.request import Request
from moto.core.routing import get_service_router
from werkzeug.exceptions import HTTPException

_FORM = "application/x-www-form-urlencoded"

# Credential=KEY/DATE/REGION/SERVICE/aws4_request, in the header or, presigned, in X-Amz-Credential.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
_SCOPE = re.compile(r"(?P<key>\w+)/\d{8}/(?P<region>[^/]*)/(?P<service>[^/]+)/aws4_request")

# Services of a REST protocol that sign, and begin their actions, otherwise than botocore names their model.
MODELS = {
    "apigateway": ("apigateway", "apigatewayv2"),
    "aps": ("amp",),
    "bedrock": ("bedrock", "bedrock-agent", "bedrock-runtime"),
    "elasticfilesystem": ("efs",),
    "es": ("es", "opensearch"),
    "iotdata": ("iot-data",),
    "lex": ("lexv2-models",),
    "mobiletargeting": ("pinpoint",),
    "sagemaker": ("sagemaker-runtime", "sagemaker-metrics"),
    "servicecatalog": ("servicecatalog-appregistry",),
    "ses": ("sesv2",),
}


@dataclass(frozen=True)
class ApiRequest:
    """One API call.

    Attributes:
        service: as the client signs it, which is also how IAM's actions begin (``iam``, ``config``).
        operation: as the API names it (``ListUsers``); empty if it cannot be told.
        access_key_id: whose key is said to have signed; None for an unsigned request.
        protocol: ``query``, ``json``, ``rest-json`` or ``rest-xml``.
        path: of the URL, which names the bucket and key for S3.
        parameters: the form's fields, or those of the JSON body that are text; empty for the REST protocols.
        body: as it was sent.
        method: of HTTP.
    """

    service: str
    operation: str
    access_key_id: str | None
    protocol: str
    path: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    body: bytes = field(default=b"", repr=False)
    method: str = "POST"


def read_request(environ: dict[str, Any]) -> ApiRequest:
    """Read a WSGI request; the body stays readable for moto."""
    scope = _SCOPE.search(environ.get("HTTP_AUTHORIZATION", "")) or _SCOPE.search(
        parse_qs(environ.get("QUERY_STRING", "")).get("X-Amz-Credential", [""])[0]
    )
    service = scope["service"] if scope else ""
    key = scope["key"] if scope else None
    path, body = environ.get("PATH_INFO", "/"), _body(environ)
    form = _form(body) if environ.get("CONTENT_TYPE", "").startswith(_FORM) else {}
    if action := form.get("Action"):
        environ.pop("HTTP_X_AMZ_TARGET", None)  # so that nobody takes the one while we look at the other
        return ApiRequest(service, action, key, "query", path, form, body)
    if target := environ.get("HTTP_X_AMZ_TARGET"):
        return ApiRequest(service, target.rsplit(".", 1)[-1], key, "json", path, _json(body), body)
    protocol = "rest-xml" if service in {"s3", ""} else "rest-json"
    method = environ.get("REQUEST_METHOD", "GET")
    return ApiRequest(service, _routed(service, environ), key, protocol, path, body=body, method=method)


def _form(body: bytes) -> dict[str, str]:
    """Return the form's fields."""
    fields = parse_qs(body.decode(errors="replace"), keep_blank_values=True)
    return {name: values[0] for name, values in fields.items()}


def _json(body: bytes) -> dict[str, str]:
    """Return the body's fields that are text; what is malformed is for moto to refuse."""
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(fields, dict):
        return {}
    return {name: value for name, value in fields.items() if isinstance(value, str)}


def _body(environ: dict[str, Any]) -> bytes:
    """Return the body, and put it back; one sent in chunks gets a length, without which moto reads none."""
    chunked = environ.get("wsgi.input_terminated", False)
    length = int(environ.get("CONTENT_LENGTH") or 0)
    body: bytes = environ["wsgi.input"].read() if chunked else environ["wsgi.input"].read(length)
    environ["wsgi.input"] = io.BytesIO(body)
    environ["CONTENT_LENGTH"] = str(len(body))
    return body


def _routed(service: str, environ: dict[str, Any]) -> str:
    """Return the operation that method and path stand for, by botocore's model of the service."""
    for model in MODELS.get(service, (service,)):
        with suppress(HTTPException, BotoCoreError, NotImplementedError):
            operation, _ = get_service_router(model).match(Request(environ.copy()))
            return str(operation.name)
    return ""
