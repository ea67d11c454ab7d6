# ruff: noqa: INP001 - tests are no package
"""Deploys a few lines of Python as a function of the embedded account, and invokes it."""

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rulebook.sandbox import Sandbox

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

RDKLIB = "arn:aws:lambda:us-east-1:711761543063:layer:rdklib-layer:1"


def trust(service: str, **condition: Any) -> str:
    """Return a trust policy for one service principal."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "sts:AssumeRole",
        **condition,
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def zipped(files: Mapping[str, str]) -> bytes:
    """Return a zip of these files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return packed.getvalue()


@dataclass(frozen=True)
class Functions:
    """Deploys and invokes functions."""

    account: Sandbox
    client: "LambdaClient"
    role: str

    def deploy(self, name: str, code: str, files: Mapping[str, str] | None = None, **settings: Any) -> str:
        """Create a function whose module ``rule`` is ``code``; returns its name."""
        asked: Any = {
            "FunctionName": name,
            "Runtime": "python3.13",
            "Handler": "rule.handler",
            "Role": self.role,
            "Code": {"ZipFile": zipped({"rule.py": code, **(files or {})})},
            "Timeout": 30,
        } | settings
        self.client.create_function(**asked)
        return name

    def invoke(self, name: str, event: Any = None, **how: Any) -> tuple[Any, Any]:
        """Invoke through the API; returns the response and its payload from JSON."""
        response = self.client.invoke(FunctionName=name, Payload=json.dumps(event), **how)
        text = response["Payload"].read()
        return response, json.loads(text) if text else None
