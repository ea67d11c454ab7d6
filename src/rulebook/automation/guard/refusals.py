"""A call that was not let through: how it is told to a person, and to the client that made it."""

import json
import re
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from botocore.model import OperationModel, Shape, StructureShape

from rulebook.automation.guard.asked import Asked

CODE = "ReadOnlyGuard"
_SECRET = re.compile("password|secret|accesstoken|sessiontoken|authtoken", re.IGNORECASE)
_MAX_SHOWN = 200  # characters of one parameter


@dataclass(frozen=True)
class Refusal:
    """A call that the guard did not let through.

    Attributes:
        step: of the document, empty for a rule.
        service: boto3's name; empty if the request was not understood.
        operation: the API's name.
        parameters: name to text, with secrets left out.
        reason: why, as part of a sentence.
    """

    step: str
    service: str
    operation: str
    parameters: dict[str, str]
    reason: str

    @property
    def call(self) -> str:
        """Return the call as one line: ``iam DeleteAccessKey (UserName=jane, AccessKeyId=AKIA...)``."""
        if not self.operation:
            return "a request"
        given = ", ".join(f"{name}={value}" for name, value in self.parameters.items())
        return f"{self.service} {self.operation}" + (f" ({given})" if given else "")


def shown_parameters(asked: Asked) -> dict[str, str]:
    """Return a call's parameters as text; what the service's model calls sensitive is not shown."""
    sensitive = {name.lower() for name in _sensitive(asked.model)}
    return {name: _text(name, value, sensitive) for name, value in asked.parameters.items()}


def _text(name: str, value: Any, sensitive: set[str]) -> str:
    parts = {part.lower() for part in name.split(".")}
    if parts & sensitive or _SECRET.search(name):
        return "(not shown)"
    text = value if isinstance(value, str) else json.dumps(_without(value, sensitive), default=str)
    return text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}..."


def _without(value: Any, sensitive: set[str]) -> Any:
    if isinstance(value, dict):
        return {
            name: "(not shown)"
            if name.lower() in sensitive or _SECRET.search(name)
            else _without(inner, sensitive)
            for name, inner in value.items()
        }
    return [_without(inner, sensitive) for inner in value] if isinstance(value, list) else value


def _sensitive(operation: OperationModel) -> set[str]:
    found: set[str] = set()
    _collect(operation.input_shape, found, set())
    return found


def _collect(shape: Shape | None, found: set[str], seen: set[str]) -> None:
    if shape is None or shape.name in seen:
        return
    seen.add(shape.name)
    if isinstance(shape, StructureShape):
        for name, member in shape.members.items():
            if member.metadata.get("sensitive"):
                found |= {name, str(member.serialization.get("name", name))}
            _collect(member, found, seen)
    for inner in (getattr(shape, "member", None), getattr(shape, "value", None)):
        _collect(inner, found, seen)


def error_answer(protocol: str, message: str) -> tuple[dict[str, str], bytes]:
    """Return headers and body of an error as a client of the protocol reads it; an empty protocol is JSON."""
    if protocol == "smithy-rpc-v2-cbor":
        body = b"\xbf" + b"".join(map(_cbor, ("__type", CODE, "message", message))) + b"\xff"
        return {"Content-Type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}, body
    error = f"<Code>{CODE}</Code><Message>{escape(message)}</Message>"
    xml = {
        "query": f"<ErrorResponse><Error>{error}</Error></ErrorResponse>",
        "ec2": f"<Response><Errors><Error>{error}</Error></Errors></Response>",
        "rest-xml": f"<Error>{error}</Error>",
    }
    if protocol in xml:
        return {"Content-Type": "text/xml"}, xml[protocol].encode()
    headers = {"Content-Type": "application/x-amz-json-1.1", "x-amzn-ErrorType": CODE}
    return headers, json.dumps({"__type": CODE, "message": message}).encode()


def _cbor(text: str) -> bytes:
    """Write a text of at most 65,535 bytes (RFC 8949, major type 3)."""
    raw = text.encode(errors="replace")[:0xFFFF]
    return b"\x79" + len(raw).to_bytes(2, "big") + raw
