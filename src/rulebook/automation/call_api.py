"""The script behind aws:executeAwsApi: it runs in a child process and imports nothing of ours."""

import base64
import json
from datetime import datetime
from typing import Any

import boto3
from botocore import xform_name


def call_api(events: dict[str, Any], context: Any) -> Any:  # noqa: ARG001 - the service's two arguments
    """Call ``Api`` (``ListUsers`` or ``list_users``) of ``Service`` with ``Arguments``."""
    client = boto3.client(events["Service"])
    method = xform_name(events["Api"])
    if method not in client.meta.method_to_api_mapping:
        raise AttributeError(f"{events['Service']} has no API {events['Api']}")
    response = getattr(client, method)(**events["Arguments"])
    return json.loads(json.dumps(response, default=_as_json))


def _as_json(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    content = value.read() if hasattr(value, "read") else value
    if isinstance(content, bytes | bytearray):
        return base64.b64encode(content).decode()
    return str(value)
