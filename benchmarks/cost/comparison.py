"""Run each program once against each account, each in a process of its own, and compare with the truth."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cost.people import population

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cost.programs import Program

LATENCY = 0.01  # seconds a call
LONGEST = 600  # seconds a run; Lambda's own limit is 900


@dataclass(frozen=True)
class Run:
    """What one program did in one account.

    Attributes:
        program: its label.
        users: of the account.
        calls: how often it called each operation, by ``service:Operation``.
        at_once: the most calls under way at the same time.
        seconds: from the call of its handler to its return.
        cpu_seconds: of these, those that the process computed.
        megabytes: the growth of the process from before to its peak.
        false_positives: users flagged who have no stale key.
        false_negatives: users not flagged who have one.
        version: of rdklib, or of c7n.
    """

    program: str
    users: int
    calls: Mapping[str, int]
    at_once: int
    seconds: float
    cpu_seconds: float
    megabytes: float
    false_positives: int
    false_negatives: int
    version: str

    def of_service(self, service: str) -> int:
        """Return the number of calls to a service."""
        return sum(count for operation, count in self.calls.items() if operation.startswith(f"{service}:"))

    @property
    def all_calls(self) -> int:
        """The number of calls."""
        return sum(self.calls.values())


def compare(programs: Sequence[Program], users: int, latency: float = LATENCY) -> Iterator[Run]:
    """Serve one account and yield each program's run as it ends."""
    truth = {person.user_id for person in population(users, datetime.now(UTC)) if person.stale}
    with serving(users, latency) as url:
        for program in programs:
            yield _run(program, users, url, truth)


def _run(program: Program, users: int, url: str, truth: set[str]) -> Run:
    _record(url)  # starts counting anew
    command = [str(program.python), *program.arguments]
    with tempfile.TemporaryDirectory() as folder:
        environment = _environment(url, folder)
        done = subprocess.run(  # noqa: S603 - our own modules
            command, env=environment, cwd=folder, check=True, stdout=subprocess.PIPE, timeout=LONGEST
        )
    taken = json.loads(done.stdout.splitlines()[-1])
    record = _record(url)
    reported = record["reported"]
    if program.reports and len(reported) != users:
        raise RuntimeError(f"{program.label} reported {len(reported)} of {users} users")
    flagged = {user for user, verdict in reported.items() if verdict == "NON_COMPLIANT"}
    flagged |= set(taken.pop("found"))
    return Run(
        program=program.label,
        users=users,
        calls=record["calls"],
        at_once=record["at_once"],
        false_positives=len(flagged - truth),
        false_negatives=len(truth - flagged),
        **taken,
    )


@contextmanager
def serving(users: int, latency: float) -> Iterator[str]:
    """Serve an account from another process for the length of the block; yields its URL."""
    command = [sys.executable, "-m", "cost.server", str(users), "--latency", str(latency)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as server:  # noqa: S603 - the same
        try:
            assert server.stdout is not None  # noqa: S101 - for the type checker; it was asked for
            yield server.stdout.readline().strip()
        finally:
            server.terminate()


def _record(url: str) -> dict[str, Any]:
    with urllib.request.urlopen(f"{url}/record") as answer:  # noqa: S310 - our own server
        return json.load(answer)  # type: ignore[no-any-return]  # json knows no types


def _environment(url: str, home: str) -> dict[str, str]:
    """Return a whole process environment: this account, nothing of the person's AWS."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": home,
        "PYTHONPATH": str(Path(__file__).parents[1]),
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": "benchmark",
        "AWS_SECRET_ACCESS_KEY": "benchmark",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
