"""One page of a listing, as IAM pages: at most MaxItems, a Marker while there is more."""

import base64
import binascii
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from moto.iam.exceptions import ValidationError

Item = TypeVar("Item")

DEFAULT_ITEMS = 100
MOST_ITEMS = 1000


@dataclass(frozen=True)
class Page(Generic[Item]):
    """Some items of a listing; ``marker`` leads to the next page, and is None on the last."""

    items: list[Item]
    marker: str | None

    @property
    def paging(self) -> dict[str, object]:
        """The fields that IAM adds to a listing's response."""
        return {"IsTruncated": self.marker is not None, "Marker": self.marker}


def page_after_marker(
    items: Iterable[Item], order: Callable[[Item], str], marker: str | None, max_items: int | None
) -> Page[Item]:
    """Return the page after ``marker``.

    Args:
        items: everything there is to list.
        order: an item's place in the listing. A marker holds the place of the last item given out, not a
            number of items, so that a deletion between two pages makes nobody be left out.
        marker: what the page before returned; None for the first page.
        max_items: the most to return; None for IAM's default of 100.

    Raises:
        ValidationError: the marker is none of ours, or more than 1,000 were asked for.
    """
    most = DEFAULT_ITEMS if max_items is None else max_items
    if not 1 <= most <= MOST_ITEMS:
        raise ValidationError(
            f"1 validation error detected: Value '{most}' at 'maxItems' failed to satisfy constraint: "
            f"Member must have value between 1 and {MOST_ITEMS}"
        )
    after = None if marker is None else _place(marker)
    ordered = sorted((item for item in items if after is None or order(item) > after), key=order)
    more = len(ordered) > most
    return Page(ordered[:most], _marker(order(ordered[most - 1])) if more else None)


def _marker(place: str) -> str:
    return base64.urlsafe_b64encode(place.encode()).decode()


def _place(marker: str) -> str:
    try:
        return base64.b64decode(marker.encode(), altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeError) as error:
        raise ValidationError(f"Invalid Marker: {marker}") from error
