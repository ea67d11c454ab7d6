"""What a function's process may import: its own zip, its layers, and what Lambda's Python runtime brings."""

import importlib.util
import io
import re
import zipfile
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import yaml
from moto.awslambda.models import lambda_backends

# https://docs.aws.amazon.com/lambda/latest/dg/lambda-python.html: the SDK, and what it needs.
RUNTIME = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six", "urllib3")


_PUBLIC_RDKLIB = re.compile(
    r"arn:aws:lambda:(?P<region>[a-z0-9-]+):711761543063:layer:rdklib-layer:(?P<version>[1-9]\d*)", re.ASCII
)


def is_rdklib_layer(layer_arn: str) -> bool:
    """Tell whether a layer is rdklib's, which this installation's rdklib stands in for.

    rdk names the public layer ``rdklib-layer``, and the one it makes with ``--generate-lambda-layer`` too.
    """
    return ":layer:rdklib" in layer_arn


def is_public_rdklib(layer_arn: str, region: str) -> bool:
    """Tell whether a layer is rdklib's public one, in the function's own region, in a version that exists.

    Lambda takes layers of its own region only. rdk knows the latest version of each region that has any.
    """
    found = _PUBLIC_RDKLIB.fullmatch(layer_arn)
    return (
        found is not None and found["region"] == region and int(found["version"]) <= _latest().get(region, 0)
    )


@cache
def _latest() -> dict[str, int]:
    """Return the public layer's latest version by region, out of the installed rdk."""
    rdk = importlib.util.find_spec("rdk")
    listed = Path(rdk.origin).with_name("rdklib_versions.yaml") if rdk and rdk.origin else None
    if listed is None or not listed.is_file():
        return {}
    versions: dict[str, int] = yaml.safe_load(listed.read_text("utf-8"))["rdklib_layer_versions"]
    return versions


def unpack(code: bytes, into: Path) -> Path:
    """Unpack a function's or a layer's zip; returns the folder."""
    with zipfile.ZipFile(io.BytesIO(code)) as archive:
        archive.extractall(into)
    return into


def unpack_layers(account_id: str, region: str, layers: Iterable[str], into: Path) -> list[str]:
    """Unpack the account's own layers one over the other, as Lambda does in /opt; returns import paths."""
    backend = lambda_backends[account_id][region]
    found = [backend.layers_versions_by_arn(arn) for arn in layers]
    for version in found:
        if version is not None and version.code_bytes:
            unpack(version.code_bytes, into)
    return [str(folder) for folder in (into / "python", into) if folder.is_dir()]


def packages(layers: Iterable[str]) -> dict[str, str]:
    """Return where to find each package that is not the function's own, by top-level name."""
    names = (*RUNTIME, "rdklib") if any(map(is_rdklib_layer, layers)) else RUNTIME
    return {name: str(folder) for name in names if (folder := _home(name))}


def _home(name: str) -> Path | None:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        return None
    module = Path(spec.origin)
    return module.parent.parent if spec.submodule_search_locations else module.parent
