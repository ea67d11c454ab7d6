"""AWS's services as botocore's files describe them: read offline, without a client or a session.

``aws:executeAwsApi`` calls boto3. Its ``Service`` is boto3's name of a client, its ``Api`` "the API operation
or method name", says
https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-executeAwsApi.html; AWS's own
documents also write ``EC2``, ``Codedeploy``, ``describe_instances`` and ``rebootInstances``.
"""

import gzip
import json
import os
from collections.abc import Collection, Mapping
from functools import cache
from typing import Any

import botocore
from botocore import xform_name
from botocore.exceptions import DataNotFoundError, UnknownServiceError
from botocore.loaders import JSONFileLoader, Loader
from botocore.model import OperationModel, ServiceModel, Shape
from botocore.utils import SERVICE_NAME_ALIASES

BOTOCORE = f"botocore {botocore.__version__}"

# What boto3 renames in calls (botocore.handlers): both names are taken.
_ALIASES = {
    "ec2": {"Filter": "Filters"},
    "logs": {"from": "fromTime"},
    "cloudsearchdomain": {"return": "returnFields"},
}
_FILLED_IN = {"glacier": frozenset({"accountId"})}
# What a service has and its model does not list: eleven of AWS's own documents wait for "windows";
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl
_UNLISTED = {
    ("ec2", "PlatformValues"): frozenset({"windows"}),
    ("s3", "BucketCannedACL"): frozenset({"log-delivery-write"}),
}


class _Files(JSONFileLoader):
    """Reads plain dictionaries, in a third of the time of ordered ones."""

    def load_file(self, file_path: str) -> Any:
        for ending, opening in ((".json", open), (".json.gz", gzip.open)):
            if os.path.isfile(file_path + ending):  # noqa: PTH113 - as botocore gives it: text
                with opening(file_path + ending, "rb") as file:
                    return json.load(file)
        return None


_LOADER = Loader([Loader.BUILTIN_DATA_PATH], _Files(), include_default_search_paths=False)


@cache
def services() -> frozenset[str]:
    """Return boto3's name of every service."""
    return frozenset(_LOADER.list_available_services("service-2"))


@cache
def service_named(written: str) -> str | None:
    """Return boto3's name of a service that a document names, in any case; None if there is none."""
    name = written.strip().lower()
    name = SERVICE_NAME_ALIASES.get(name, name)
    return name if name in services() else None


@cache
def service_model(service: str) -> ServiceModel | None:
    """Return the model of a service by boto3's name; None if botocore has none."""
    name = SERVICE_NAME_ALIASES.get(service, service)
    try:
        return ServiceModel(_LOADER.load_service_model(name, "service-2"), name)
    except UnknownServiceError:
        return None


@cache
def _operations(service: str) -> Mapping[str, str]:
    model = service_model(service)
    return {_plain(name): name for name in model.operation_names} if model else {}


def operation_named(service: str, written: str) -> str | None:
    """Return the operation (``ListUsers``) that a document names in either way, in any case; None if none."""
    return _operations(service).get(_plain(written))


def boto3_names(service: str, api: str) -> tuple[str, str]:
    """Return what boto3 names a service and an operation that a document names; as they are if unknown."""
    name = service_named(service)
    return name or service, (operation_named(name, api) if name else None) or api


def operation_model(service: str, operation: str) -> OperationModel:
    """Return the model of an operation of a service, both as botocore names them."""
    model = service_model(service)
    if model is None:
        raise UnknownServiceError(service_name=service, known_service_names="")
    return model.operation_model(operation)


@cache
def methods(service: str) -> Mapping[str, str]:
    """Return the methods of boto3's client of a service, each with its operation."""
    model = service_model(service)
    return {xform_name(name): name for name in model.operation_names} if model else {}


def parameters_of_operation(operation: OperationModel) -> Mapping[str, Shape]:
    """Return what an operation takes, by every name under which boto3 takes it."""
    shape = operation.input_shape
    taken: dict[str, Shape] = dict(shape.members) if shape else {}
    aliases = _ALIASES.get(operation.service_model.service_name, {})
    return taken | {alias: taken[name] for name, alias in aliases.items() if name in taken}


def missing(operation: OperationModel, given: Collection[str]) -> list[str]:
    """Return what an operation needs and a call does not give, without what boto3 fills in by itself."""
    shape = operation.input_shape
    service = operation.service_model.service_name
    aliases = _ALIASES.get(service, {})
    filled_in = _FILLED_IN.get(service, frozenset()) | set(operation.idempotent_members)
    needed = [aliases.get(name, name) for name in (shape.required_members if shape else ())]
    have = {aliases.get(name, name) for name in given} | filled_in
    return sorted(set(needed) - have)


def listed_values(operation: OperationModel, shape: Shape) -> frozenset[str]:
    """Return the values that a text may have where the model lists them; empty where it does not."""
    service = operation.service_model.service_name
    return frozenset(getattr(shape, "enum", ())) | _UNLISTED.get((service, shape.name), frozenset())


@cache
def paginators(service: str) -> frozenset[str]:
    """Return the methods of a service whose answers boto3 can page through."""
    return frozenset(xform_name(name) for name in _optional(service, "paginators-1", "pagination"))


@cache
def waiters(service: str) -> Mapping[str, str]:
    """Return what boto3 can wait for (``instance_running``), each with the operation that it asks."""
    found = _optional(service, "waiters-2", "waiters")
    return {xform_name(name): str(waiter["operation"]) for name, waiter in found.items()}


def _optional(service: str, kind: str, key: str) -> Mapping[str, Any]:
    try:
        found: Mapping[str, Any] = _LOADER.load_service_model(
            SERVICE_NAME_ALIASES.get(service, service), kind
        )[key]
    except (DataNotFoundError, UnknownServiceError):
        return {}
    return found


def _plain(name: str) -> str:
    return name.replace("_", "").lower()
