"""What every resource type of ours has in common, and how one says no."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from moto.cloudformation.exceptions import UnformattedGetAttTemplateException
from moto.core.exceptions import JsonRESTError, ServiceException


class StackResource:
    """A resource in a stack, with all that moto asks of its own ``CloudFormationModel``.

    It is no subclass of that: moto would find it from then on, in every account of this process.

    Attributes:
        TYPE: as templates write it.
        NAME: the property that names the resource; empty if it has none.
        ATTRIBUTES: what ``Fn::GetAtt`` knows.
        physical_resource_id: what ``Ref`` gives.
    """

    TYPE: ClassVar[str]
    NAME: ClassVar[str] = ""
    ATTRIBUTES: ClassVar[tuple[str, ...]] = ()

    def __init__(self, physical_resource_id: str) -> None:
        self.physical_resource_id = physical_resource_id

    @classmethod
    def cloudformation_type(cls) -> str:
        """Return the type."""
        return cls.TYPE

    @classmethod
    def cloudformation_name_type(cls) -> str:
        """Return the property that names the resource."""
        return cls.NAME

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        """Whether ``Fn::GetAtt`` knows the attribute."""
        return attr in cls.ATTRIBUTES

    def get_cfn_attribute(self, attribute_name: str) -> str:
        """Return what ``Fn::GetAtt`` asks for; a type without attributes has none."""
        raise UnformattedGetAttTemplateException(attribute_name)

    def is_created(self) -> bool:
        """Whether it is there: ours are at once."""
        return True

    @classmethod
    def delete_resource(cls, name: str, account_id: str, region: str) -> None:
        """Delete the resource of a physical id; a service may refuse."""
        raise NotImplementedError

    @classmethod
    def delete_from_cloudformation_json(
        cls,
        resource_name: str,
        cloudformation_json: Any,  # noqa: ARG003 - moto's signature
        account_id: str,
        region_name: str,
    ) -> None:
        """Delete the resource, as moto asks for it."""
        with refusals_as_failures(cls.TYPE):
            cls.delete_resource(resource_name, account_id, region_name)


class ResourceRefused(Exception):
    """A service refused a resource: the stack fails, and its events tell this text."""


@contextmanager
def refusals_as_failures(resource_type: str) -> Iterator[None]:
    """Turn what another service refuses into the failure of a resource, which names its type."""
    try:
        yield
    except JsonRESTError as refusal:
        raise ResourceRefused(f"{resource_type}: {refusal.error_type}: {refusal.message}") from refusal
    except ServiceException as refusal:
        raise ResourceRefused(f"{resource_type}: {refusal.code}: {refusal.message}") from refusal
