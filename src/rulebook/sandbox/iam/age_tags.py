"""Tags that are orders: ages, which only time could give, for whoever has no more than an AWS client.

``rulebook:age-days`` and ``rulebook:last-used-days``, alone or with ``/password``, ``/mfa`` or ``/`` and a
key's id behind, say how many days ago something was made or used. They are obeyed and not kept, so that
no rule sees them. AWS knows nothing of this.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from moto.iam.exceptions import InvalidInput
from moto.iam.models import AccessKey, AccessKeyLastUsed, Role, User

from rulebook.sandbox.constants import REGION
from rulebook.sandbox.iam.tags import Tag

_ORDER = re.compile(r"rulebook:(?P<what>age|last-used)-days(?:/(?P<of>.+))?")
_MARK = "rulebook:"
_ORDERS = "rulebook:age-days and rulebook:last-used-days, alone or with /password, /mfa or /KEY-ID behind"
_DAYS = re.compile(r"\d{1,4}", re.ASCII)

Moments = Mapping[tuple[str, str], Sequence[tuple[Any, str]]]  # what can be set: object and attribute


@dataclass(frozen=True)
class Order:
    """One such tag.

    Attributes:
        tag: its key.
        what: ``age`` or ``last-used``.
        of: ``password``, ``mfa``, an access key's id; empty for the user or role itself.
        ago: how long ago.
    """

    tag: str
    what: str
    of: str
    ago: timedelta


def split(tags: Sequence[Tag]) -> tuple[list[Order], list[Tag]]:
    """Return the orders among the tags, and the tags to keep.

    Raises:
        InvalidInput: an order is none that there is, or its value no whole number of days below 10,000.
    """
    orders, kept = [], []
    for tag in tags:
        if not (found := _ORDER.fullmatch(tag["Key"])):
            if tag["Key"].lower().startswith(_MARK):
                raise InvalidInput(f"{tag['Key']} is no order; orders are {_ORDERS}.")
            kept.append(tag)
            continue
        if not _DAYS.fullmatch(tag["Value"]):
            raise InvalidInput(f"{tag['Key']} must be a whole number of days, not {tag['Value']!r}.")
        ago = timedelta(days=int(tag["Value"]))
        orders.append(Order(tag["Key"], found["what"], found["of"] or "", ago))
    return orders, kept


def obey(orders: Sequence[Order], moments: Moments, now: datetime) -> None:
    """Set what the orders say, all of it or nothing.

    Raises:
        InvalidInput: an order is about something that is not there.
    """
    for order in orders:
        if not moments.get((order.what, order.of)):
            known = ", ".join(
                f"rulebook:{what}-days{of and f'/{of}'}" for (what, of), on in moments.items() if on
            )
            raise InvalidInput(f"{order.tag}: there is nothing to set; there is {known}.")
    for order in orders:
        for holder, attribute in moments[order.what, order.of]:
            _set(holder, attribute, now - order.ago)


def of_user(user: User) -> Moments:
    """Return what of a user can be set."""
    password = user if user.password else None
    moments: dict[tuple[str, str], list[tuple[Any, str]]] = {
        ("age", ""): [(user, "create_date")],
        ("age", "password"): [(user, "password_created"), (user, "password_changed")] if password else [],
        ("last-used", "password"): [(user, "password_last_used")] if password else [],
        ("age", "mfa"): [(device, "enable_date") for device in user.mfa_devices.values()],
    }
    for key in user.access_keys:
        moments["age", key.access_key_id] = [(key, "create_date"), (key, "last_rotated")]
        moments["last-used", key.access_key_id] = [(key, "last_used")]
    return moments


def of_role(role: Role) -> Moments:
    """Return what of a role can be set."""
    return {("age", ""): [(role, "create_date")], ("last-used", ""): [(role, "last_used")]}


def _set(holder: Any, attribute: str, when: datetime) -> None:
    if attribute != "last_used":
        setattr(holder, attribute, when)
    elif isinstance(holder, AccessKey):
        holder.last_used, holder.pending_use = AccessKeyLastUsed(when, "s3", REGION), None
    else:
        holder.last_used, holder.last_used_region = when, REGION
