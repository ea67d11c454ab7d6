"""Pages with opaque tokens, as every listing of AWS Config has them."""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any, TypeVar

from rulebook.sandbox.config.errors import constraint, refused

Item = TypeVar("Item")


def config_page(
    items: Mapping[Any, Item], limit: int | None, token: str | None, default: int, most: int
) -> tuple[list[tuple[Any, Item]], dict[str, str]]:
    """Return one page in the order of the keys, and ``{"NextToken": ...}`` if there is more.

    The token holds the last key shown, so that items which come and go between two pages disturb nothing.

    Args:
        items: everything to list, by a sortable key that JSON can write.
        limit: how many were asked for; None and 0 mean the default.
        token: the previous page's; rdklib sends an empty one first, which counts as none.
        default: page size of this listing if none is asked for.
        most: its greatest page size.
    """
    if limit is not None and not 0 <= limit <= most:
        raise constraint(limit, "limit", f"Member must have value between 0 and {most}")
    after = _read(token) if token else None
    keys = [key for key in sorted(items) if after is None or list(key) > after]
    shown = keys[: limit or default]
    more = {"NextToken": _write(shown[-1])} if len(keys) > len(shown) else {}
    return [(key, items[key]) for key in shown], more


def _write(key: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(list(key)).encode()).decode()


def _read(token: str) -> list[Any]:
    try:
        after = json.loads(base64.urlsafe_b64decode(token))
    except (binascii.Error, ValueError):
        after = None
    if not isinstance(after, list):
        raise refused("InvalidNextTokenException", "The nextToken provided is invalid")
    return after
