"""How a resource type reaches moto, and how it says no."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from moto.cloudformation import parsing
from moto.cloudformation.exceptions import ValidationError
from moto.core.exceptions import JsonRESTError


def registered(model: Any) -> Any:
    """Let moto look at its models again: it remembers the list from the first template on. A decorator."""
    for remembered in (parsing.get_model_list, parsing.get_model_map, parsing.get_name_type_map):
        remembered.cache_clear()
    return model


@contextmanager
def refusals(resource_type: str) -> Iterator[None]:
    """Turn what another service refuses into CloudFormation's error, which names the resource's type.

    On AWS the stack fails and its events say so; moto answers the call itself with the error.
    """
    try:
        yield
    except JsonRESTError as refusal:
        raise ValidationError(
            message=f"{resource_type}: {refusal.error_type}: {refusal.message}"
        ) from refusal
