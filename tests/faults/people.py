# ruff: noqa: INP001 - a module beside tests, no package
"""What other people do to the account while a runbook runs; and an oracle of which keys may go."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

from moto.iam.models import AccessKeyLastUsed

from faults.lab import DAY, YEARS, Lab, key
from faults.wire import Spot
from rulebook.sandbox.iam.backend import account_iam

ACTS = {"iam:DeleteAccessKey", "iam:UpdateAccessKey"}


class People:
    """Somebody with the administrator's rights, who does things to alice."""

    def __init__(self, lab: Lab, alice: str) -> None:
        self._lab = lab
        self._iam = account_iam()
        self._alice = alice

    def _user(self) -> Any:
        return next(user for user in self._iam.users.values() if user.id == self._alice)

    def _oldest(self) -> Any:
        """Alice's oldest key that is on, or None when there is none."""
        on = [one for one in self._user().access_keys if one.status == "Active"]
        keys = sorted(on, key=lambda one: str(one.create_date))
        return keys[0] if keys else None

    def delete_user(self) -> None:
        """Alice leaves."""
        user = self._user()
        for one in list(user.access_keys):
            self._iam.delete_access_key(one.access_key_id, user.name)
        self._iam.delete_user(user.name)

    def delete_key(self) -> None:
        """Her oldest active key is deleted by hand."""
        if one := self._oldest():
            self._iam.delete_access_key(one.access_key_id, self._user().name)

    def rotate_key(self) -> None:
        """Her oldest active key is replaced by a new one."""
        if self._oldest():  # a user has two keys at most
            self.delete_key()
            self._iam.create_access_key(self._user().name)

    def switch_off(self) -> None:
        """Her oldest active key is switched off."""
        if one := self._oldest():
            self._iam.update_access_key(self._user().name, one.access_key_id, "Inactive")

    def use_key(self) -> None:
        """Her keys are used."""
        for one in self._user().access_keys:
            one.last_used = AccessKeyLastUsed(datetime.now(UTC).replace(tzinfo=None), "s3", "us-east-1")

    def rename(self) -> None:
        """Alice marries."""
        self._iam.update_user(self._user().name, new_user_name="alice-married")

    def reuse_name(self) -> None:
        """Alice marries, and another alice comes, with stale keys of her own."""
        self.rename()
        self._newcomer()

    def replace_user(self) -> None:
        """Alice leaves, and another alice comes, with stale keys of her own."""
        self.delete_user()
        self._newcomer()

    def _newcomer(self) -> None:
        self._lab.account.add_user("alice", YEARS, keys=[key(200), key(300)])

    def exempt(self) -> None:
        """Alice gets the exempting tag."""
        self._iam.tag_user(self._user().name, [{"Key": "KEEP", "Value": ""}])


RACES: tuple[Callable[[People], None], ...] = (
    People.delete_user,
    People.delete_key,
    People.rotate_key,
    People.switch_off,
    People.use_key,
    People.rename,
    People.reuse_name,
    People.replace_user,
    People.exempt,
)


@dataclass(frozen=True)
class Asked:
    """A request to change a key, and what the account held at that very moment.

    Attributes:
        spot: the call.
        key_id: whose change was asked for.
        owner: the id of the user who had the key; empty if nobody had.
        wrong: why the key should have been left alone: nothing if it was rightly chosen.
    """

    spot: Spot
    key_id: str
    owner: str
    wrong: frozenset[str]


def watch(lab: Lab, alice: str, parameters: Mapping[str, str]) -> list[Asked]:
    """Note every request to change a key, judged by the account as it is when the request is made."""
    asked: list[Asked] = []

    def look(spot: Spot, body: str) -> None:
        if spot.operation in ACTS:
            asked.append(_judge(spot, parse_qs(body)["AccessKeyId"][0], alice, parameters))

    lab.wire.on_send = look
    return asked


def _judge(spot: Spot, key_id: str, alice: str, parameters: Mapping[str, str]) -> Asked:
    """Judge anew, from the backend and the parameters alone."""
    iam = account_iam()
    one = iam.access_keys.get(key_id)
    owner = next((user for user in iam.users.values() if one in user.access_keys), None) if one else None
    if one is None or owner is None:
        return Asked(spot, key_id, "", frozenset())
    now = datetime.now(UTC).replace(tzinfo=None)
    too_old = now - one.create_date > int(parameters.get("MaxAccessKeyAge", "90")) * DAY
    unused = now - (one.last_used.timestamp if one.last_used else one.create_date)
    limit = parameters.get("MaxCredentialUsageAge")
    tag = parameters.get("ExemptTag", "").lower()
    tags = {str(each["Key"]).lower() for each in owner.tags or []}
    wrong = {
        "another user's": owner.id != alice,
        "switched off": one.status != "Active",
        "not stale": not too_old and not (limit and unused > timedelta(days=int(limit))),
        "exempt": bool(tag) and tag in tags,
    }
    return Asked(spot, key_id, owner.id, frozenset(why for why, is_so in wrong.items() if is_so))
