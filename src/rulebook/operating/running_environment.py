"""What the processes of a run get to reach an account: a session's credentials, and how to get there."""

import os
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

import boto3

from rulebook.automation.script_process import CONFINED, GUARD_PORT

# Of this process's own AWS_* variables: how to get to AWS. Who calls, and where, says the session.
_WAY = (
    "AWS_CA_BUNDLE",
    "AWS_ENDPOINT_URL",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_MAX_ATTEMPTS",
    "AWS_RETRY_MODE",
    "AWS_STS_REGIONAL_ENDPOINTS",
    "AWS_USE_DUALSTACK_ENDPOINT",
    "AWS_USE_FIPS_ENDPOINT",
)
_NETWORK = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")


class SessionEnvironment(Mapping[str, str]):
    """The variables, with the session's credentials as they are whenever somebody looks: they may be renewed.

    Args:
        session: whose account the run is in.
        region: of the run.
    """

    def __init__(self, session: boto3.Session, region: str) -> None:
        self._session = session
        way = {
            name: value
            for name, value in os.environ.items()
            if name.startswith(_WAY) or name.upper() in _NETWORK
        }
        configured = session._session.get_scoped_config().get("endpoint_url")  # noqa: SLF001 - boto3 hands its botocore session out nowhere else
        endpoint = {"AWS_ENDPOINT_URL": str(configured)} if configured else {}
        place = {"AWS_DEFAULT_REGION": region, "AWS_REGION": region}
        self._fixed = {**endpoint, **way, **place, CONFINED: "1"}

    def _all(self) -> dict[str, str]:
        credentials = self._session.get_credentials()
        if credentials is None:
            return self._fixed
        now = credentials.get_frozen_credentials()
        token = {"AWS_SESSION_TOKEN": now.token} if now.token else {}
        keys = {"AWS_ACCESS_KEY_ID": now.access_key or "", "AWS_SECRET_ACCESS_KEY": now.secret_key or ""}
        return self._fixed | keys | token

    def __getitem__(self, name: str) -> str:
        return self._all()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())


def of_embedded_account(exports: Mapping[str, str]) -> dict[str, str]:
    """Return the variables for the embedded account, whose processes reach it and nobody else."""
    return {**exports, GUARD_PORT: str(urlsplit(exports["AWS_ENDPOINT_URL"]).port)}
