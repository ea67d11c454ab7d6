# ruff: noqa: INP001, S101 - tests are no package, and assert
"""What AWS answered when others asked it: a row is a fact, with where and when it was recorded."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
from botocore.exceptions import ClientError

from rulebook.sandbox import Sandbox

AUTHOR = "author"  # has two keys and a password
NOBODY = "nobody"  # has nothing


@dataclass(frozen=True)
class Account:
    """The account of a module and what is in it.

    Attributes:
        sandbox: running.
        policy: the ARN of a managed policy, attached to ``attached`` and ``with-managed``.
        keys: the ids of the author's two access keys.
    """

    sandbox: Sandbox
    policy: str
    keys: tuple[str, ...]

    @property
    def id(self) -> str:
        """Its twelve digits."""
        return self.sandbox.account_id

    def client(self, service: str) -> Any:
        """Return the administrator's client of a service, made once."""
        return _client(self.sandbox, service)

    def arn(self, service: str, resource: str, *, region: str = "") -> str:
        """Return the ARN of something in this account."""
        return f"arn:aws:{service}:{region}:{self.id}:{resource}"


@cache
def _client(sandbox: Sandbox, service: str) -> Any:
    return sandbox.client(service)


@dataclass(frozen=True)
class Refusal:
    """An error that AWS gave.

    Attributes:
        name: what was tried.
        source: repository, file and date of the recording.
        call: tries it.
        status: of HTTP.
        code: of the error.
        message: as people read it, ``{id}``, ``{policy}`` standing for the account's; None if not held to.
    """

    name: str
    source: str
    call: Callable[[Account], Any]
    status: int
    code: str
    message: str | None = None

    def check(self, account: Account) -> None:
        """Try it and compare."""
        with pytest.raises(ClientError) as caught:
            self.call(account)
        answer = caught.value.response
        error = answer["Error"]
        assert (answer["ResponseMetadata"]["HTTPStatusCode"], error["Code"]) == (self.status, self.code)
        if self.message is not None:
            expected = self.message.replace("{id}", account.id).replace("{policy}", account.policy)
            assert re.sub(r"\s+", " ", error["Message"]) == expected


def every(facts: tuple[Refusal, ...]) -> pytest.MarkDecorator:
    """Run a test for each fact, named by what was tried."""
    return pytest.mark.parametrize("fact", facts, ids=lambda fact: fact.name)
