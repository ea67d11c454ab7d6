"""What a request to AWS asks for, read so that only one meaning is left; whatever else is refused.

The bytes of a request never go further. What was understood is written anew, so that AWS cannot read another
operation out of it than the one that was judged.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, unquote

from botocore.model import OperationModel, ServiceModel

from rulebook.automation.guard.routes import Route, routes
from rulebook.iam import only_reads
from rulebook.service_model import service_model

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
_SIGNED = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<caller>\w+)/\d{8}/(?P<region>[a-z0-9-]+)/[\w.-]+/aws4_request, ?"
    r"SignedHeaders=[^ ,]+, ?Signature=[0-9a-f]{64}"
)
_PATH = re.compile(r"/(?P<service>[a-z0-9-]+)(?P<rest>/.*)?")
_TARGET = re.compile(r"[!-~]*")  # printable ASCII, no blank
_CBOR = re.compile(r"/service/[A-Za-z0-9_]+/operation/(?P<operation>[A-Za-z0-9_]+)")
_FORM = "application/x-www-form-urlencoded"
_PLAIN_HEADERS = frozenset({"accept", "content-type", "x-amz-glacier-version", "x-amzn-query-mode"})


class NotUnderstood(Exception):
    """The request is none that the guard can judge; the message says why."""


@dataclass(frozen=True)
class Wire:
    """A request as it came.

    Attributes:
        method: ``POST``.
        target: path and query.
        headers: name and value, every one that was sent.
        body: its bytes.
    """

    method: str
    target: str
    headers: Sequence[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str:
        """Return a header's value, empty if it is missing; one that was sent twice is not understood."""
        values = [value for key, value in self.headers if key.lower() == name]
        if len(values) > 1:
            raise NotUnderstood(f"the header {name} was sent {len(values)} times")
        return values[0].strip() if values else ""


@dataclass(frozen=True)
class Asked:
    """One call of one operation.

    Attributes:
        model: of the operation.
        protocol: ``query``, ``ec2``, ``json``, ``smithy-rpc-v2-cbor``, ``rest-json`` or ``rest-xml``.
        region: that the caller signed for.
        reads: whether everything that the request can mean only reads.
        parameters: by name, as far as they can be shown.
        bucket: S3's, which is part of the address.
        host_prefix: what goes before the host's name.
        request: botocore's request: method, url_path, query_string, headers, body.
    """

    model: OperationModel
    protocol: str
    region: str
    reads: bool
    parameters: dict[str, Any]
    request: dict[str, Any] = field(repr=False)
    bucket: str = ""
    host_prefix: str = ""

    @property
    def service(self) -> str:
        """Return boto3's name of the service."""
        return str(self.model.service_model.service_name)

    @property
    def operation(self) -> str:
        """Return the API's name of the operation."""
        return str(self.model.name)


def signer(wire: Wire) -> tuple[str, str]:
    """Return whose access key id signed, and for which region; no signature is checked here."""
    signed = _SIGNED.fullmatch(wire.header("authorization"))
    if signed is None:
        raise NotUnderstood("it is not signed as this process was told to sign")
    return signed["caller"], signed["region"]


def read_asked(wire: Wire) -> Asked:
    """Read a request.

    Raises:
        NotUnderstood: it is not one call of one known operation.
    """
    _, region = signer(wire)
    model, path, query = _address(wire)
    protocols = {*model.metadata.get("protocols", ()), model.metadata["protocol"]}
    if wire.header("x-amz-target"):
        return _json(wire, model, region, path, query, protocols)
    if "smithy-rpc-v2-cbor" in protocols and (called := _CBOR.fullmatch(path)):
        return _cbor(wire, model, region, called["operation"], query)
    if protocols & {"query", "ec2"}:
        return _query(wire, model, region, path, query)
    if protocols & {"rest-json", "rest-xml"}:
        return _rest(wire, model, region, path, query)
    raise NotUnderstood(f"it names no operation of {model.service_name}")


def _address(wire: Wire) -> tuple[ServiceModel, str, list[tuple[str, str]]]:
    path, _, text = wire.target.partition("?")
    found = _PATH.fullmatch(path)
    model = service_model(found["service"]) if found else None
    if not _TARGET.fullmatch(wire.target) or "#" in wire.target or found is None or model is None:
        raise NotUnderstood("its address is none that this process was given")
    rest = found["rest"] or "/"
    parts = unquote(rest).replace("\\", "/").split("/")
    if {".", ".."} & set(parts) or "//" in rest:
        raise NotUnderstood("its path is not in its plain form")
    return model, rest, _pairs(text)


def _pairs(text: str) -> list[tuple[str, str]]:
    """Return the fields of a form or a query."""
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict")
    except ValueError:
        raise NotUnderstood("its fields cannot be read") from None


def _only(operation: str, model: ServiceModel) -> OperationModel:
    if operation not in model.operation_names:
        raise NotUnderstood(f"{model.service_name} has no operation {operation[:80]!r}")
    return model.operation_model(operation)


def _demand(wire: Wire, path: str, query: Sequence[object]) -> None:
    if wire.method != "POST" or path != "/" or query:
        raise NotUnderstood("it is no POST to the service itself")


def _json(
    wire: Wire,
    model: ServiceModel,
    region: str,
    path: str,
    query: list[tuple[str, str]],
    protocols: set[str],
) -> Asked:
    prefix, _, name = wire.header("x-amz-target").rpartition(".")
    if "json" not in protocols or prefix != model.metadata.get("targetPrefix"):
        raise NotUnderstood(f"its X-Amz-Target is none of {model.service_name}")
    _demand(wire, path, query)
    operation = _only(name, model)
    headers = {
        "X-Amz-Target": f"{prefix}.{name}",
        "Content-Type": f"application/x-amz-json-{model.metadata['jsonVersion']}",
    }
    if wire.header("x-amzn-query-mode") == "true":
        headers["x-amzn-query-mode"] = "true"
    request = _request("POST", "/", {}, headers, wire.body)
    return _asked(operation, "json", region, _fields(wire.body), request)


def _cbor(wire: Wire, model: ServiceModel, region: str, name: str, query: list[tuple[str, str]]) -> Asked:
    _demand(wire, "/", query)
    operation = _only(name, model)
    headers = {
        "smithy-protocol": "rpc-v2-cbor",
        "Content-Type": "application/cbor",
        "Accept": "application/cbor",
    }
    prefix = model.metadata["targetPrefix"]
    request = _request("POST", f"/service/{prefix}/operation/{name}", {}, headers, wire.body)
    return _asked(operation, "smithy-rpc-v2-cbor", region, {}, request)


def _query(wire: Wire, model: ServiceModel, region: str, path: str, query: list[tuple[str, str]]) -> Asked:
    _demand(wire, path, query)
    if wire.header("content-type").partition(";")[0] != _FORM:
        raise NotUnderstood("it is no form")
    try:
        pairs = _pairs(wire.body.decode("ascii"))
    except UnicodeDecodeError:
        raise NotUnderstood("its form is no text") from None
    names = [name.lower() for name, _ in pairs]
    if len(set(names)) < len(names) or "action" not in names:
        raise NotUnderstood("its form does not have each field, and an Action, once")
    form = dict(pairs)
    operation = _only(form.get("Action", ""), model)
    form["Version"] = model.api_version
    headers = {"Content-Type": f"{_FORM}; charset=utf-8"}
    request = _request("POST", "/", {}, headers, form)
    shown = {name: value for name, value in form.items() if name not in ("Action", "Version")}
    protocol = "ec2" if model.metadata["protocol"] == "ec2" else "query"
    return _asked(operation, protocol, region, shown, request)


def _rest(wire: Wire, model: ServiceModel, region: str, path: str, query: list[tuple[str, str]]) -> Asked:
    if any(name.lower().startswith("x-amz-") for name, _ in query):
        raise NotUnderstood("its query signs, which only a header may")
    found = routes(model, wire.method, path, dict(query))
    if not found:
        raise NotUnderstood(f"{model.service_name} has no operation {wire.method} {path[:80]}")
    best = min(found, key=lambda route: (-route.literals, _lacking(wire, route.operation)))
    bucket = best.labels.get("Bucket", "") if model.service_name == "s3" else ""
    own = "/" + path.partition("/")[2].partition("/")[2] if bucket else path
    request = _request(wire.method, own, query, _headers(wire, best.operation), wire.body)
    parameters = {**dict(query), **_fields(wire.body), **best.labels}
    protocol = str(model.metadata["protocol"])
    return replace(_asked(best.operation, protocol, region, parameters, request, found), bucket=bucket)


def _lacking(wire: Wire, operation: OperationModel) -> int:
    """Count the required headers that are not there: CopyObject is a PutObject with a source."""
    shape = operation.input_shape
    required = [shape.members[name].serialization for name in shape.required_members] if shape else []
    return sum(one.get("location") == "header" and not wire.header(one["name"].lower()) for one in required)


def _headers(wire: Wire, operation: OperationModel) -> dict[str, str]:
    """Return the headers that the operation's own input has, and those that every request may have."""
    shape = operation.input_shape
    bound = [member.serialization for member in shape.members.values()] if shape else []
    named = {
        one["name"].lower() for one in bound if one.get("location") == "header" and "name" in one
    } | _PLAIN_HEADERS
    starts = tuple(
        one["name"].lower() for one in bound if one.get("location") == "headers" and one.get("name")
    )
    return {
        name: wire.header(name.lower())
        for name, _ in wire.headers
        if name.lower() in named or (starts and name.lower().startswith(starts))
    }


def _fields(body: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return fields if isinstance(fields, dict) else {}


def _request(method: str, path: str, query: Any, headers: dict[str, str], body: Any) -> dict[str, Any]:
    return {"method": method, "url_path": path, "query_string": query, "headers": headers, "body": body}


def _asked(
    operation: OperationModel,
    protocol: str,
    region: str,
    parameters: dict[str, Any],
    request: dict[str, Any],
    others: Sequence[Route] = (),
) -> Asked:
    meant = [operation, *(route.operation for route in others)]
    service = operation.service_model.service_name
    endpoint: Any = operation.endpoint or {}  # botocore documents a map and declares a text
    prefix = endpoint.get("hostPrefix", "")
    try:
        host_prefix = prefix.format_map({name: str(value) for name, value in parameters.items()})
    except KeyError:
        host_prefix = None
    if host_prefix is None or not re.fullmatch(r"[A-Za-z0-9.-]*", host_prefix):
        raise NotUnderstood(f"the address of {service}:{operation.name} cannot be told")
    return Asked(
        operation,
        protocol,
        region,
        all(only_reads(service, one.name) for one in meant),
        parameters,
        request,
        host_prefix=host_prefix,
    )
