"""What Lambda refuses when a function is made or changed; as recorded, see tests/sandbox/recorded."""

import base64
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

from moto.awslambda.exceptions import InvalidParameterValueException
from moto.awslambda.models import LambdaBackend, LambdaFunction, lambda_backends
from moto.core.exceptions import JsonRESTError
from moto.core.responses import get_service_model
from moto.s3.exceptions import MissingBucket
from moto.s3.models import s3_backends

from rulebook.sandbox.extensions import while_running
from rulebook.sandbox.functions import package

LAYERS = 5  # a function's most
_OWN_LAYER = re.compile(r"(?P<layer>arn:[^:]+:lambda:(?P<region>[^:]+):(?P<account>\d{12}):layer:[^:]+):\d+")
# What the recordings of 2026-01-12 still list; runtimes that are newer than those are taken too.
_RETIRED = re.compile(
    r"nodejs(|4\.3|4\.3-edge|6\.10|8\.10|10\.x|12\.x|14\.x)|python(2\.7|3\.6|3\.7)|ruby2\.[57]|"
    r"dotnetcore.*|go1\.x|java8|provided"
)


class LayerRefused(JsonRESTError):  # type: ignore[misc]  # moto is untyped
    """What Lambda answers for a layer of another account that is not there, or not for everybody."""

    code = 403

    def __init__(self, arn: str) -> None:
        super().__init__(
            "AccessDeniedException",
            f"User is not authorized to perform: lambda:GetLayerVersion on resource: {arn} because no "
            "resource-based policy allows the lambda:GetLayerVersion action",
        )


def create_function(backend: LambdaBackend, spec: dict[str, Any]) -> LambdaFunction:
    """Make a function, unless Lambda would not."""
    _check_runtime(spec.get("Runtime"))
    _check_code(backend, spec.get("Code") or {})
    return _create(backend, spec)


def update_function_code(
    backend: LambdaBackend, function_name: str, qualifier: str, body: dict[str, Any]
) -> Any:
    """Change a function's code, unless Lambda would not."""
    _check_code(backend, body)
    return _update_code(backend, function_name, qualifier, body)


def update_function_configuration(
    backend: LambdaBackend, function_name: str, qualifier: str, body: dict[str, Any]
) -> Any:
    """Change a function's settings, unless Lambda would not."""
    _check_runtime(body.get("Runtime"))
    return _update_settings(backend, function_name, qualifier, body)


def _check_runtime(runtime: str | None) -> None:
    known = get_service_model("lambda").shape_for("Runtime").metadata["enum"]
    if runtime is None or runtime.startswith("arn:"):
        return
    if runtime not in known:
        supported = ", ".join(one for one in known if not _RETIRED.fullmatch(one))
        raise InvalidParameterValueException(
            f"Value {runtime} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: "
            f"[{supported}] or be a valid ARN"
        )
    if _RETIRED.fullmatch(runtime):
        raise InvalidParameterValueException(
            f"The runtime parameter of {runtime} is no longer supported for creating or updating AWS Lambda "
            "functions. We recommend you use a supported runtime while creating or updating functions."
        )


def _check_code(backend: LambdaBackend, code: Mapping[str, Any]) -> None:
    """Look at the zip that is sent, or that lies in a bucket."""
    content = code.get("ZipFile")
    if "S3Bucket" in code:
        _stored(backend, code)
    elif isinstance(content, str | bytes) and not _is_zip(content):
        raise InvalidParameterValueException(
            "Could not unzip uploaded file. Please check your file, then try to upload again."
        )


def _is_zip(content: str | bytes) -> bool:
    return zipfile.is_zipfile(io.BytesIO(base64.b64decode(content)))


def _stored(backend: LambdaBackend, code: Mapping[str, Any]) -> None:
    store = s3_backends[backend.account_id][backend.partition]
    try:
        if store.get_object(code["S3Bucket"], code["S3Key"]) is not None:
            return
        found = "NoSuchKey. S3 Error Message: The specified key does not exist."
    except MissingBucket:
        found = "NoSuchBucket. S3 Error Message: The specified bucket does not exist"
    raise InvalidParameterValueException(f"Error occurred while GetObject. S3 Error Code: {found}")


def layers_of(function: LambdaFunction, arns: Sequence[str]) -> list[dict[str, Any]]:
    """Return a function's layers: the account's own, and rdklib's public one, which moto does not know.

    Compatible runtimes are not looked at, as on AWS: they are metadata to find layers by.
    """
    if len(arns) > LAYERS:
        raise InvalidParameterValueException(f"Cannot reference more than {LAYERS} layers.")
    for arn in arns:
        _check_layer(function, arn)
    for one, other in combinations(arns, 2):
        if one.rpartition(":")[0] == other.rpartition(":")[0]:
            raise InvalidParameterValueException(
                "Two different versions of the same layer are not allowed to be referenced in the same "
                f"function. {one} and {other} are versions of the same layer."
            )
    return [
        {"Arn": arn, "CodeSize": 0}
        if package.is_public_rdklib(arn, function.region)
        else _layers(function, [arn])[0]
        for arn in arns
    ]


def _check_layer(function: LambdaFunction, arn: str) -> None:
    found = _OWN_LAYER.fullmatch(arn)
    if package.is_public_rdklib(arn, function.region):
        return
    if found is None or found["account"] != function.account_id:
        raise LayerRefused(arn)
    if found["region"] != function.region:
        raise InvalidParameterValueException(
            "Layers are not in the same region as the function. Layers are expected to be in region "
            f"{function.region}."
        )
    if lambda_backends[function.account_id][function.region].layers_versions_by_arn(arn) is None:
        raise InvalidParameterValueException(f"Layer version {arn} does not exist.")


_create = LambdaBackend.create_function
_update_code = LambdaBackend.update_function_code
_update_settings = LambdaBackend.update_function_configuration
_layers = LambdaFunction._get_layers_data  # noqa: SLF001 - moto's name
for _ours in (create_function, update_function_code, update_function_configuration):
    while_running(LambdaBackend, _ours.__name__, _ours)
while_running(LambdaFunction, "_get_layers_data", layers_of)
