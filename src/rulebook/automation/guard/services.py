"""The variables that lead every client of a process, of whatever service, to one address."""

import gzip
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import botocore.session

_ID = re.compile(r'"serviceId"\s*:\s*"([^"]+)"')
_HEAD = 4096  # characters; a model begins with its metadata, and reading all of botocore's takes seconds


def endpoint_variables(url: str) -> dict[str, str]:
    """Return ``AWS_ENDPOINT_URL_IAM`` and its kind: each service at a path of its own, by boto3's name.

    ``AWS_ENDPOINT_URL`` leads a service that this botocore does not know to a path that no service has.
    """
    own = {f"AWS_ENDPOINT_URL_{variable}": f"{url}/{name}" for name, variable in _services()}
    return {"AWS_ENDPOINT_URL": url} | own


@cache
def _services() -> tuple[tuple[str, str], ...]:
    """Return boto3's name of every service, with how its variable ends."""
    session = botocore.session.get_session()
    roots = [Path(root) for root in session.get_component("data_loader").search_paths]
    return tuple(
        (name, found.replace(" ", "_").replace("-", "_").upper())
        for name in session.get_available_services()
        for found in [next(_ids(roots, name), name)]
    )


def _ids(roots: list[Path], name: str) -> Iterator[str]:
    for root in roots:
        for file in sorted((root / name).glob("*/service-2.json*"), reverse=True):
            opened = gzip.open if file.suffix == ".gz" else open
            with opened(file, "rt", encoding="utf-8") as model:
                if found := _ID.search(str(model.read(_HEAD))):
                    yield found[1]
