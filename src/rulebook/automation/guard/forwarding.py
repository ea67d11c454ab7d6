"""Make an understood call with the person's own credentials, endpoints, proxies and certificates."""

import threading
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.awsrequest import prepare_request_dict
from botocore.config import Config

from rulebook.automation.guard.asked import Asked

# Repeating a call is the business of the client behind the guard: it sees AWS's answers as they are.
_ONCE = Config(retries={"total_max_attempts": 1}, max_pool_connections=50)
# Of one connection, not of the answer.
_OF_THE_CONNECTION = frozenset({"connection", "keep-alive", "transfer-encoding"})


@dataclass(frozen=True)
class Answer:
    """AWS's answer as it came."""

    status: int
    headers: dict[str, str]
    body: bytes


class Forwarder:
    """Signs and sends.

    Args:
        session: whose credentials sign; its profile, and the AWS_* variables, say where to.
    """

    def __init__(self, session: boto3.Session) -> None:
        self._session = session
        self._clients: dict[tuple[str, str], Any] = {}
        self._lock = threading.Lock()  # a session makes one client at a time

    def send(self, asked: Asked) -> Answer:
        """Send a call once.

        Raises:
            botocore.exceptions.BotoCoreError: there are no credentials, or nobody answers.
        """
        client = self._client(asked.service, asked.region)
        operation = client.meta.service_model.operation_model(asked.operation)
        context: dict[str, Any] = {
            "client_region": client.meta.region_name,
            "client_config": client.meta.config,
            "has_streaming_input": False,
            "auth_type": operation.resolved_auth_type,
        }
        given = {"Bucket": asked.bucket} if asked.bucket else {}
        url, headers, _ = client._resolve_endpoint_ruleset(operation, given, context)  # noqa: SLF001 - botocore has no public way to sign a request that is there already
        request = {**asked.request, "headers": {**asked.request["headers"], **headers}}
        if asked.host_prefix:
            request["host_prefix"] = asked.host_prefix
        prepare_request_dict(request, url, context)
        endpoint = client._endpoint  # noqa: SLF001 - the same
        answered = endpoint.http_session.send(endpoint.create_request(request, operation))
        kept = {
            name: value for name, value in answered.headers.items() if name.lower() not in _OF_THE_CONNECTION
        }
        return Answer(answered.status_code, kept, answered.content)

    def _client(self, service: str, region: str) -> Any:
        with self._lock:
            if (service, region) not in self._clients:
                made = self._session.client(service, region_name=region, config=_ONCE)  # type: ignore[call-overload]  # any service name
                self._clients[service, region] = made
            return self._clients[service, region]

    def close(self) -> None:
        """Close every connection."""
        for client in self._clients.values():
            client.close()
