"""The account over HTTP, each answer held back for some milliseconds as a network would.

moto's server spends more time on a call than the compared programs do, one call at a time, so that calls made
at the same time would wait for each other and not for the network. This one computes nothing while it serves.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections import Counter
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from cost.answers import Answer, Iam, config_answer
from cost.people import population

if TYPE_CHECKING:
    from collections.abc import Mapping

LOOPBACK = "127.0.0.1"
RECORD = "/record"  # what was asked since the last time this was read


class Account:
    """Answers requests and keeps count.

    Attributes:
        calls: how often each operation was asked for, by ``service:Operation``.
        reported: what Config was told, by resource id.
        at_once: the most requests that were under way at the same time.
    """

    def __init__(self, iam: Iam, latency: float) -> None:
        self._iam, self._latency = iam, latency
        self._under_way = 0
        self._forget()

    def _forget(self) -> None:
        self.calls: Counter[str] = Counter()
        self.reported: dict[str, str] = {}
        self.at_once = 0

    async def handle(self, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Answer one request, not before the latency is over."""
        if path == RECORD:
            return self._record()
        self._under_way += 1
        self.at_once = max(self.at_once, self._under_way)
        try:
            await asyncio.sleep(self._latency)
            return self._answer(headers, body)
        finally:
            self._under_way -= 1

    def _answer(self, headers: Mapping[str, str], body: bytes) -> Answer:
        target = headers.get("x-amz-target")
        if target is None:
            sent = dict(parse_qsl(body.decode()))
            self.calls[f"iam:{sent['Action']}"] += 1
            return self._iam.answer(sent)
        operation = target.rpartition(".")[2]
        self.calls[f"config:{operation}"] += 1
        if operation == "PutEvaluations":
            for one in json.loads(body)["Evaluations"]:
                self.reported[one["ComplianceResourceId"]] = one["ComplianceType"]
        return config_answer(operation)

    def _record(self) -> Answer:
        record = {"calls": self.calls, "reported": self.reported, "at_once": self.at_once}
        answer = Answer(200, "application/json", json.dumps(record).encode())
        self._forget()
        return answer

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer every request of one connection."""
        try:
            while head := await _head(reader):
                path, headers = head
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                _write(writer, await self.handle(path, headers, body))
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            return  # the client has gone
        finally:
            writer.close()


async def _head(reader: asyncio.StreamReader) -> tuple[str, dict[str, str]] | None:
    """Read up to the empty line; return the path and the headers, or None at the end of the connection."""
    try:
        lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    except asyncio.IncompleteReadError:
        return None
    pairs = (line.split(":", 1) for line in lines[1:] if line)
    return lines[0].split()[1], {name.lower(): value.strip() for name, value in pairs}


def _write(writer: asyncio.StreamWriter, answer: Answer) -> None:
    head = (
        f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}\r\n"
        f"Content-Type: {answer.content_type}\r\nContent-Length: {len(answer.body)}\r\n\r\n"
    )
    writer.write(head.encode() + answer.body)


async def serve(users: int, latency: float, announce: Any) -> None:
    """Serve until cancelled; ``announce`` gets the URL."""
    now = datetime.now(UTC)
    account = Account(Iam(population(users, now), now), latency)
    server = await asyncio.start_server(account.converse, LOOPBACK, 0)
    announce(f"http://{LOOPBACK}:{server.sockets[0].getsockname()[1]}")
    await server.serve_forever()


def _announce(url: str) -> None:
    sys.stdout.write(f"{url}\n")
    sys.stdout.flush()


def main() -> None:
    """Serve an account until stopped; the URL is the one line written."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("users", type=int)
    parser.add_argument("--latency", type=float, default=0.01, help="seconds that each answer is held back")
    given = parser.parse_args()
    asyncio.run(serve(given.users, given.latency, _announce))


if __name__ == "__main__":
    main()
