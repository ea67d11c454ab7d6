# ruff: noqa: INP001 - tests are no package
"""Requests made by hand, signed as botocore signs them, so that one thing of them can be wrong; refusals."""

import http.client
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from botocore import auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from rulebook.sandbox import Sandbox

FORM = "application/x-www-form-urlencoded; charset=utf-8"


@dataclass(frozen=True)
class Asked:
    """A request before it is signed."""

    service: str = "iam"
    method: str = "POST"
    target: str = "/"
    body: bytes = b"Action=ListUsers&Version=2010-05-08"
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": FORM})


JSON = {
    "Content-Type": "application/x-amz-json-1.1",
    "X-Amz-Target": "StarlingDoveService.DescribeConfigRules",
}
# One call of each protocol, all reads.
CALLS = {
    "query": Asked(),
    "json": Asked("config", body=b"{}", headers=JSON),
    "rest-json": Asked("lambda", "GET", "/2015-03-31/functions/?MaxItems=5&FunctionVersion=ALL", b"", {}),
    "rest-xml": Asked("s3", "GET", "/?max-buckets=5", b"", {}),
}


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def code(self) -> str:
        """AWS's error code, in whichever protocol."""
        if self.body.lstrip().startswith(b"<"):
            return self.body.decode().partition("<Code>")[2].partition("</Code>")[0]
        return str(json.loads(self.body)["__type"])


def signed(
    account: Sandbox, asked: Asked, *, secret: str = "", earlier: timedelta = timedelta()
) -> dict[str, str]:
    """Return the headers of a request signed by the administrator, or with another secret, ``earlier``."""
    kind = auth.S3SigV4Auth if asked.service == "s3" else auth.SigV4Auth
    administrator = account.administrator
    credentials = Credentials(administrator.access_key_id, secret or administrator.secret_access_key)
    host = account.endpoint.removeprefix("http://")
    request = AWSRequest(
        asked.method, account.endpoint + asked.target, {**asked.headers, "Host": host}, asked.body
    )
    signer: Any = kind(credentials, asked.service, "us-east-1")
    with patch.object(auth, "get_current_datetime", lambda: datetime.now(UTC) - earlier):
        signer.add_auth(request)
    return dict(request.headers.items())


def send(account: Sandbox, asked: Asked, headers: Mapping[str, str]) -> Answer:
    """Send a request with these headers and no others."""
    connection = http.client.HTTPConnection(account.endpoint.removeprefix("http://"), timeout=30)
    connection.putrequest(asked.method, asked.target, skip_host=True, skip_accept_encoding=True)
    for name, value in {"Host": account.endpoint.removeprefix("http://"), **headers}.items():
        connection.putheader(name, value)
    connection.putheader("Content-Length", str(len(asked.body)))
    connection.endheaders(asked.body)
    response = connection.getresponse()
    answer = Answer(response.status, dict(response.getheaders()), response.read())
    connection.close()
    return answer


def refused(call: Callable[..., Any], **arguments: Any) -> tuple[str, int]:
    """Return code and status of the error with which a call of a client is refused."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    answer = caught.value.response
    return str(answer["Error"]["Code"]), int(answer["ResponseMetadata"]["HTTPStatusCode"])
